"""Signing in, and what an owner sets about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, str]] = {
    # in
    "Nobody is set up here yet.": "Personne n’est encore inscrit ici.",
    "Begin here": "Commencez ici",
    "E-mail address": "Adresse e-mail",
    "Password": "Mot de passe",
    "Forgotten password?": "Mot de passe oublié ?",
    "With a passkey": "Avec une clé d’accès",
    "The passkey was not taken. Try again, or use your password.": (
        "La clé d’accès n’a pas été acceptée. Réessayez, ou utilisez votre mot de passe."
    ),
    "With {name}": "Avec {name}",
    "You have a code from whoever set this up?": "On vous a donné un code ?",
    "First sign-in": "Première connexion",
    "The address or the password is not right.": "L’adresse ou le mot de passe n’est pas le bon.",
    # the second step
    "A second step": "Une deuxième étape",
    "Code": "Code",
    "The six digits that the app on your telephone shows now, or one of your recovery codes.": (
        "Les six chiffres que l’application de votre téléphone affiche maintenant, ou un de vos codes de secours."
    ),
    "Start again": "Recommencer",
    "This code is not right, or was used already.": "Ce code n’est pas le bon, ou il a déjà servi.",
    # the first time
    "Welcome": "Bienvenue",
    "Three things, once: your code, your address, and a password.": (
        "Trois choses, une seule fois : votre code, votre adresse et un mot de passe."
    ),
    "Nobody is set up here yet. The web app printed a code as it started: it stands in its console or its log, for a "
    "day. On the computer where channelsync runs, this makes one as well:": (
        "Personne n’est encore inscrit ici. L’application a affiché un code à son démarrage : il est dans sa console "
        "ou son journal, et vaut un jour. Sur l’ordinateur où channelsync tourne, ceci en donne un aussi :"
    ),
    "Once: the code, your name, your address, and a password.": (
        "Une seule fois : le code, votre nom, votre adresse et un mot de passe."
    ),
    "It serves once, within a day.": "Il sert une fois, dans la journée.",
    "Your name": "Votre nom",
    "As your pages and messages address you.": "Celui par lequel vos pages et vos messages vous saluent.",
    "Your code": "Votre code",
    "It was given to you by whoever set this up; it serves once, within a day.": (
        "La personne qui a installé channelsync vous l’a donné ; il sert une fois, dans la journée."
    ),
    "You will sign in with it, and alerts go there.": "Elle servira à vous connecter, et les alertes y arrivent.",
    "At least 10 characters; a few words will do.": "Au moins 10 caractères ; quelques mots suffisent.",
    "I have a password already": "J’ai déjà un mot de passe",
    # forgotten
    "Forgotten password": "Mot de passe oublié",
    "No mail can be sent from here. Whoever set this up can give you a new code:": (
        "Aucun e-mail ne peut partir d’ici. La personne qui a installé channelsync peut vous donner un nouveau code :"
    ),
    "If somebody signs in with this address, a mail is on its way. Its link serves once, within half an hour.": (
        "Si quelqu’un se connecte avec cette adresse, un e-mail est en route. "
        "Son lien sert une fois, dans la demi-heure."
    ),
    "Nothing there after a few minutes? Look among unwanted mail, and check the address.": (
        "Rien après quelques minutes ? Regardez dans les indésirables, et vérifiez l’adresse."
    ),
    "We send a link there to choose another password.": ("Nous y envoyons un lien pour choisir un autre mot de passe."),
    "Send the link": "Envoyer le lien",
    "Back to the sign-in": "Revenir à la connexion",
    "Choose another password": "Choisir un autre mot de passe",
    "Somebody, you we hope, has asked to choose another password for your lodgings.": (
        "Quelqu’un, vous sans doute, a demandé à choisir un autre mot de passe pour vos logements."
    ),
    "Open this link within half an hour; it serves once:": "Ouvrez ce lien dans la demi-heure ; il sert une fois :",
    "If it was not you, do nothing: your password stays as it is.": (
        "Si ce n’était pas vous, ne faites rien : votre mot de passe reste le même."
    ),
    "Your sign-in was changed": "Votre connexion a été modifiée",
    "Your password was changed.": "Votre mot de passe a été changé.",
    "You sign in with another address from now on.": "Vous vous connectez désormais avec une autre adresse.",
    "The second step of your sign-in was turned off.": "La deuxième étape de votre connexion a été désactivée.",
    "A passkey was added to your sign-in.": "Une clé d’accès a été ajoutée à votre connexion.",
    "Another service may sign you in from now on.": "Un autre service peut désormais vous connecter.",
    "It was done {when}.": "C’était {when}.",
    "If it was not you, choose another password at once; every browser is signed out by that:": (
        "Si ce n’était pas vous, choisissez vite un autre mot de passe : tous les navigateurs seront déconnectés."
    ),
    "This link is over": "Ce lien ne sert plus",
    "Choose a password": "Choisissez un mot de passe",
    "New password": "Nouveau mot de passe",
    "You will be signed out everywhere, and sign in anew.": (
        "Vous serez déconnecté partout, et vous vous reconnecterez."
    ),
    "Keep this password": "Garder ce mot de passe",
    # another service
    "This sign-in did not work": "Cette connexion n’a pas abouti",
    "Back to the settings": "Revenir aux réglages",
    "The sign-in there was not finished. Try again.": "La connexion n’y est pas allée au bout. Réessayez.",
    "This account opens no lodgings here yet. Sign in with your address, then link it in your settings.": (
        "Ce compte n’ouvre encore aucun logement ici. "
        "Connectez-vous avec votre adresse, puis reliez-le dans vos réglages."
    ),
    "{name} does not answer as it should. Try again later.": (
        "{name} ne répond pas comme il faudrait. Réessayez plus tard."
    ),
    # what an owner sets
    "Sign-in and safety": "Connexion et sécurité",
    "A code from your telephone": "Un code sur votre téléphone",
    "On": "Activé",
    "Off": "Désactivé",
    "{count} recovery code is left.": "Il reste {count} code de secours.",
    "{count} recovery codes are left.": "Il reste {count} codes de secours.",
    "Ask for no code any more": "Ne plus demander de code",
    "A second step after the password, so that a stolen password opens nothing.": (
        "Une deuxième étape après le mot de passe : volé, il n’ouvre plus rien à lui seul."
    ),
    "Set it up": "Mettre en place",
    "Passkeys": "Clés d’accès",
    "Sign in with your finger, your face or the code of your device, without a password. It is the safest way.": (
        "Connectez-vous avec le doigt, le visage ou le code de votre appareil, sans mot de passe. C’est le plus sûr."
    ),
    "A device": "Un appareil",
    "last used: {when}": "dernière utilisation : {when}",
    "Remove the passkey {name}": "Retirer la clé d’accès {name}",
    "Add this device": "Ajouter cet appareil",
    "The passkey was not made. Try again.": "La clé d’accès n’a pas été créée. Réessayez.",
    "This needs JavaScript.": "Il faut JavaScript pour cela.",
    "Accounts of other services": "Comptes d’autres services",
    "Sign in with your account at {name}, once it is linked.": (
        "Connectez-vous avec votre compte {name}, une fois qu’il est relié."
    ),
    "Link my account at {name}": "Relier mon compte {name}",
    "Where you are signed in": "Où vous êtes connecté",
    "A browser": "Un navigateur",
    "this one": "celui-ci",
    "signed in {when}, used {ago}": "connecté {when}, utilisé {ago}",
    "Sign out there": "Déconnecter",
    "Sign out everywhere else": "Déconnecter tous les autres",
    "Present password": "Mot de passe actuel",
    "Change the password": "Changer le mot de passe",
    "Address to sign in with": "Adresse de connexion",
    "None yet": "Aucune pour l’instant",
    "New address": "Nouvelle adresse",
    "Change the address": "Changer l’adresse",
    "This is not your password.": "Ce n’est pas votre mot de passe.",
    "Is it you?": "Est-ce bien vous ?",
    "This changes how you sign in, so we ask for your password once more.": (
        "Cela change la façon de vous connecter : nous redemandons votre mot de passe."
    ),
    "Leave it as it is": "Ne rien changer",
    # the telephone
    "After the password, the app on your telephone shows six digits: a stolen password alone opens nothing.": (
        "Après le mot de passe, l’application de votre téléphone affiche six chiffres : "
        "un mot de passe volé n’ouvre rien à lui seul."
    ),
    "Install an app for codes, if you have none: Aegis, 2FAS, Google Authenticator, Microsoft Authenticator…": (
        "Installez une application de codes, si vous n’en avez pas : "
        "Aegis, 2FAS, Google Authenticator, Microsoft Authenticator…"
    ),
    "In the app, add an account and point the camera at this picture.": (
        "Dans l’application, ajoutez un compte et visez cette image avec l’appareil photo."
    ),
    "Picture to scan with the app": "Image à scanner avec l’application",
    "Without a camera": "Sans appareil photo",
    "Type this secret into the app:": "Saisissez ce secret dans l’application :",
    "Or open the app on this device": "Ou ouvrez l’application sur cet appareil",
    "The six digits it shows now": "Les six chiffres qu’elle affiche maintenant",
    "Turn it on": "Activer",
    "This code is not right. Take the one that the app shows just now.": (
        "Ce code n’est pas le bon. Prenez celui que l’application affiche en ce moment."
    ),
    "Your recovery codes": "Vos codes de secours",
    "Without your telephone, each of these opens the door once. They are shown only now: print or note them.": (
        "Sans votre téléphone, chacun de ces codes ouvre la porte une fois. "
        "Ils ne s’affichent que maintenant : imprimez-les, ou notez-les."
    ),
    "I have kept them": "Je les ai gardés",
    # said once after a change
    "From now on you sign in with the new address.": "Vous vous connectez désormais avec la nouvelle adresse.",
    "Linked: you can sign in with that account now.": "Relié : vous pouvez vous connecter avec ce compte.",
    "Removed: that account opens nothing here any more.": "Retiré : ce compte n’ouvre plus rien ici.",
    "Passkey kept: you can sign in with this device now.": (
        "Clé d’accès gardée : vous pouvez vous connecter avec cet appareil."
    ),
    "Passkey removed: that device opens nothing here any more.": (
        "Clé d’accès retirée : cet appareil n’ouvre plus rien ici."
    ),
    "Password changed: every other browser is signed out.": (
        "Mot de passe changé : tous les autres navigateurs sont déconnectés."
    ),
    "No code is asked for any more.": "Aucun code n’est plus demandé.",
    "Signed out there.": "Déconnecté.",
}
