"""The journal and the trail of the owner's operations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, str]] = {
    # filters
    "Your operations": "Vos opérations",
    "All of them": "Tous",
    "Platform": "Plateforme",
    "Since": "Depuis le",
    "Show": "Afficher",
    "Show everything": "Tout afficher",
    "Everything that changed something": "Tout ce qui a changé quelque chose",
    "Dates taken and freed": "Dates prises et libérées",
    "Closings and their proof": "Fermetures et leurs preuves",
    "Troubles": "Difficultés",
    "Each reading": "Chaque lecture",
    "Each visit of a platform": "Chaque visite d’une plateforme",
    "Yesterday": "Hier",
    "Older": "Plus ancien",
    "Nothing of this kind is on record.": "Rien de tel n’est noté.",
    "Nothing has happened yet.": "Il ne s’est encore rien passé.",
    # steps
    "New calendar for {where}": "Nouveau calendrier pour {where}",
    "Reading of {where}": "Lecture de {where}",
    "{what} on {where}": "{what} sur {where}",
    "{words}: {nights}": "{words} : {nights}",
    "Told": "Annoncé",
    "Read": "Lu",
    "Decided": "Décidé",
    "Published": "Publié",
    "Proven": "Prouvé",
    "Visit": "Visite",
    "{count} entry": "{count} entrée",
    "{count} entries": "{count} entrées",
    "{where}: nothing usable ({why}); what was known stays": (
        "{where} : rien d’utilisable ({why}) ; ce qui était connu le reste"
    ),
    "{where}: {shown}, too little to be believed; nothing is opened by it": (
        "{where} : {shown}, trop peu pour être cru ; rien n’est rouvert pour cela"
    ),
    "{where}: {shown}, complete": "{where} : {shown}, lecture complète",
    "{where}, version {number}": "{where}, version {number}",
    "closes {nights}": "ferme {nights}",
    "opens {nights}": "rouvre {nights}",
    "{first}: the same nights": "{first} : les mêmes nuits",
    "{where} has not read this version": "{where} n’a pas lu cette version",
    "{where} has not accepted this version": "{where} n’a pas accepté cette version",
    "{where}: replaced by version {number} before it was accepted": (
        "{where} : remplacée par la version {number} avant d’être acceptée"
    ),
    "Read by {where} {moment}": "Lu par {where} {moment}",
    "Accepted by {where} {moment}": "Accepté par {where} {moment}",
    "{where}: replaced by version {number} before it was read": (
        "{where} : remplacée par la version {number} avant d’être lue"
    ),
    "Our calendar was read by {where}": "Notre calendrier a été lu par {where}",
    "Somebody has read the calendar meant for {where}": "Quelqu’un a lu le calendrier destiné à {where}",
    "the platform itself": "la plateforme elle-même",
    "a program that calls itself a browser": "un programme qui se dit navigateur",
    "a tool or a robot": "un outil ou un robot",
    "another platform: the link was pasted in the wrong place": (
        "une autre plateforme : le lien a été collé au mauvais endroit"
    ),
    "an unknown program": "un programme inconnu",
    "unchanged since its last visit": "inchangé depuis sa dernière visite",
    "version {number}": "version {number}",
    "it is evidence": "c’est une preuve",
    "it proves nothing": "cela ne prouve rien",
    "Open again": "Remis en location",
    "Kept closed": "Gardé fermé",
    "Calendar not open yet": "Calendrier non ouvert",
    "Our dates, sent back": "Nos dates, renvoyées",
    "Disappearance to confirm": "Disparition à confirmer",
    "Reading without a result": "Lecture sans résultat",
    "Learned": "Appris",
    "Calendar published": "Calendrier publié",
    "Shown again": "De nouveau là",
    "Not shown any more: kept closed": "Plus montré : gardé fermé",
    "Changed": "Modifié",
    "Ended by you": "Terminé par vous",
    "Let go with its listing": "Parti avec son annonce",
    "Stay over": "Séjour passé",
    "See this double booking": "Voir cette double réservation",
    # the trail
    "What was done in your name, line by line.": "Ce qui a été fait en votre nom, ligne par ligne.",
    "Each line seals the one before it: one that was changed or removed shows.": (
        "Chaque ligne scelle la précédente : une ligne modifiée ou retirée se verrait."
    ),
    "The chain is intact: no line was changed, slipped in or removed.": (
        "La chaîne est intacte : aucune ligne n’a été modifiée, ajoutée après coup ou retirée."
    ),
    "Check that the chain is intact": "Vérifier que la chaîne est intacte",
    "The chain does not add up: somebody may have changed the database by hand.": (
        "La chaîne ne concorde pas : quelqu’un a peut-être modifié la base à la main."
    ),
    "Compare it with the last backup.": "Comparez-la à la dernière sauvegarde.",
    "Nothing is on record yet.": "Rien n’est encore noté.",
    "Account connected": "Compte connecté",
    "Access granted by the platform": "Accès accordé par la plateforme",
    "Account connected anew": "Compte reconnecté",
    "Access refused by the platform": "Accès refusé par la plateforme",
    "Another way of alerts set": "Autre service d’alerte réglé",
    "Dates unblocked": "Dates débloquées",
    "Calendar link added to a listing": "Lien de calendrier ajouté à une annonce",
    "Marked as no double booking": "Marqué comme n’étant pas une double réservation",
    "Devices for alerts changed": "Appareils d’alerte modifiés",
    "Direct links between the platforms removed": "Liens directs entre les plateformes retirés",
    "Shown again as a double booking": "De nouveau signalée comme double réservation",
    "Disappearance confirmed": "Disparition confirmée",
    "Address of a calendar cut": "Adresse d’un calendrier coupée",
    "New address of a calendar read: the earlier ones ended": (
        "Nouvelle adresse d’un calendrier lue : les précédentes ne répondent plus"
    ),
    "Address of a calendar replaced": "Adresse d’un calendrier remplacée",
    "Reader of a calendar named": "Lecteur d’un calendrier reconnu ou écarté",
    "Our link removed from a platform": "Notre lien retiré d’une plateforme",
    "Address for signals closed": "Adresse de signaux fermée",
    "Address for signals opened": "Adresse de signaux ouverte",
    "Listing linked": "Annonce reliée",
    "Listing unlinked": "Annonce retirée",
    "Learned mails forgotten": "Mails appris oubliés",
    "Mails of a platform learned": "Mails d’une plateforme appris",
    "Dates blocked": "Dates bloquées",
    "Account created": "Compte créé",
    "New code to sign in": "Nouveau code de connexion",
    "Preferences changed": "Préférences modifiées",
    "Question answered": "Question répondue",
    "Reservation cancelled": "Réservation annulée",
    "Reservation entered": "Réservation saisie",
    "Signed in with a code": "Connexion avec un code",
    "E-mail address changed": "Adresse e-mail modifiée",
    "Sign-in by another service linked": "Connexion par un autre service reliée",
    "Sign-in by another service removed": "Connexion par un autre service retirée",
    "Listing read by another link": "Annonce lue par un autre lien",
    "Passkey added": "Clé d’accès ajoutée",
    "Passkey refused: it may be a copy": "Clé d’accès refusée : c’est peut-être une copie",
    "Passkey removed": "Clé d’accès retirée",
    "Password changed": "Mot de passe modifié",
    "Password set anew": "Mot de passe remplacé",
    "New password asked for by mail": "Nouveau mot de passe demandé par mail",
    "Recovery code used": "Code de secours utilisé",
    "Second step of the sign-in turned off": "Deuxième étape de connexion désactivée",
    "Second step of the sign-in turned on": "Deuxième étape de connexion activée",
    "Signed in": "Connexion",
    "Signed out": "Déconnexion",
    "Signed out everywhere": "Déconnexion de partout",
    "Lodging added": "Logement ajouté",
    "Lodging changed": "Logement modifié",
    "Lodging retired": "Logement retiré",
    "Settings of a listing changed": "Réglages d’une annonce modifiés",
    "Blocked dates changed": "Dates bloquées modifiées",
    "Dates blocked again": "Dates bloquées de nouveau",
    "Reservation changed": "Réservation modifiée",
    "Reservation entered again": "Réservation saisie de nouveau",
}
