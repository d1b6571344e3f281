"""Settings: alerts, rhythm, figures, language, and an owner's data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, str]] = {
    "Nothing was changed: look at what is marked below.": "Rien n’a été modifié : voyez ce qui est signalé ci-dessous.",
    "The trial": "L’essai",
    "sent": "envoyé",
    "There is no way yet by which you could be reached: give an address, or add a device.": (
        "Nous n’avons encore aucun moyen de vous joindre : donnez une adresse, ou ajoutez un appareil."
    ),
    "Where you are told": "Où vous prévenir",
    "Serious alerts always go there as well, and so do the summaries.": (
        "Les alertes graves y vont toujours aussi, et les résumés également."
    ),
    "No mail server is set up here yet: e-mails wait until whoever runs this service sets one.": (
        "Aucun serveur d’e-mail n’est encore installé ici : les e-mails attendent que la personne qui gère ce "
        "service en règle un."
    ),
    "{count} device is alerted.": "{count} appareil est alerté.",
    "{count} devices are alerted.": "{count} appareils sont alertés.",
    "No device is alerted yet.": "Aucun appareil n’est encore alerté.",
    "What, and how": "Quoi, et comment",
    "As usual means: on your telephone where it is known, else by e-mail; small news only here and in the summary.": (
        "« Comme d’habitude » : sur votre téléphone s’il est connu, sinon par e-mail ; les petites nouvelles "
        "seulement ici et dans le résumé."
    ),
    "By e-mail in any case.": "Par e-mail dans tous les cas.",
    "When": "Quand",
    "Quiet hours: what is not serious waits for the morning": "Heures calmes : ce qui n’est pas grave attend le matin",
    "Quiet from": "De",
    "Quiet until": "À",
    "A summary by e-mail every day on which something happened": (
        "Un résumé par e-mail chaque jour où il s’est passé quelque chose"
    ),
    "A summary by e-mail every Monday": "Un résumé par e-mail chaque lundi",
    "Summaries arrive at": "Les résumés arrivent à",
    "Your time": "Votre heure",
    "Messages are written in the language of these pages.": "Les messages sont écrits dans la langue de ces pages.",
    "Change the language": "Changer de langue",
    "Does it arrive?": "Est-ce que ça arrive ?",
    "A trial goes at once by every way that is set up. Save first what you have changed.": (
        "Un essai part aussitôt par tous les moyens réglés. Enregistrez d’abord ce que vous avez changé."
    ),
    "Send a trial message": "Envoyer un message d’essai",
    "Another service": "Un autre service",
    "Set": "Réglé",
    "Not set": "Pas réglé",
    (
        "For those who know Apprise: an address of ntfy, Telegram, Signal and many others. It is kept sealed, and "
        "never shown again."
    ): (
        "Pour qui connaît Apprise : une adresse de ntfy, Telegram, Signal et bien d’autres. Elle est gardée sous "
        "scellés, et n’est plus jamais affichée."
    ),
    "Address of the service": "Adresse du service",
    "Replace": "Remplacer",
    "Keep": "Garder",
    "Remove this service": "Retirer ce service",
    "Take your data away": "Emporter vos données",
    (
        "One file with everything this service knows of you: lodgings, listings, taken dates, history, messages, "
        "settings, your own operations."
    ): (
        "Un fichier avec tout ce que ce service sait de vous : logements, annonces, dates prises, historique, "
        "messages, réglages, vos propres opérations."
    ),
    (
        "Passwords and private links are not in it. Keep it to yourself: it may hold names of guests that you have "
        "typed in."
    ): (
        "Les mots de passe et les liens privés n’y sont pas. Gardez-le pour vous : il peut contenir des noms de "
        "voyageurs que vous avez saisis."
    ),
    "Download my data": "Télécharger mes données",
    "Delete the account": "Effacer le compte",
    "For good. Before anything happens, a page tells you what becomes of your calendars.": (
        "Pour de bon. Avant toute chose, une page vous dit ce que deviennent vos calendriers."
    ),
    "Delete my account…": "Effacer mon compte…",
    "Everything that was yours is gone from here.": "Tout ce qui était à vous a disparu d’ici.",
    "One calendar still answers as it was.": "Un calendrier répond encore tel qu’il était.",
    "{count} calendars still answer as they were.": "{count} calendriers répondent encore tels qu’ils étaient.",
    "The last one ends on {day}.": "Le dernier s’arrête le {day}.",
    "Remove them from the platforms when you are ready: new reservations no longer close anything.": (
        "Retirez-les des plateformes quand vous serez prêt : les nouvelles réservations ne ferment plus rien."
    ),
    "Thank you, and good luck with your guests.": "Merci, et bonne continuation avec vos voyageurs.",
    "Period": "Période",
    "{count} days": "{count} jours",
    "Measured every hour from what really happened. Days are counted in universal time.": (
        "Mesuré chaque heure d’après ce qui s’est vraiment passé. Les jours sont comptés en temps universel."
    ),
    "Measured since {day}.": "Mesuré depuis le {day}.",
    "Reached": "Atteint",
    "Missed": "Pas atteint",
    "Nobody outside watches this service: an interruption shows here only afterwards.": (
        "Personne ne surveille ce service de l’extérieur : une interruption ne se voit ici qu’après coup."
    ),
    "Notifications": "Notifications",
    "To {address}, quiet at night, summaries": "Vers {address} ; heures calmes, résumés",
    "No e-mail address yet: give one, so that nothing escapes you": (
        "Pas encore d’adresse e-mail : donnez-en une, pour que rien ne vous échappe"
    ),
    "Devices": "Appareils",
    "{count} device is alerted": "{count} appareil est alerté",
    "{count} devices are alerted": "{count} appareils sont alertés",
    "Be alerted on your telephone": "Être alerté sur votre téléphone",
    "Password, second step, passkeys, open sessions": "Mot de passe, second code, clés d’accès, connexions ouvertes",
    "Synchronisation": "Synchronisation",
    "Each listing is read every minute": "Chaque annonce est lue toutes les minutes",
    "Each listing is read every {count} minutes": "Chaque annonce est lue toutes les {count} minutes",
    "Indicators": "Indicateurs",
    "How well it all goes, in figures": "Si tout va bien, en chiffres",
    "Language": "Langue",
    "English": "Anglais",
    "Your data": "Vos données",
    "Take everything away, or delete the account": "Tout emporter, ou effacer le compte",
    "The language of these pages, and of the messages you receive.": (
        "La langue de ces pages, et des messages que vous recevez."
    ),
    "First, better: remove our calendars from the platforms": (
        "D’abord, c’est mieux : retirez nos calendriers des plateformes"
    ),
    (
        "A platform that no longer reads us opens again what it had closed only because of us. Close these dates "
        "there yourself, or link the platforms to each other, before you leave."
    ): (
        "Une plateforme qui ne nous lit plus rouvre ce qu’elle n’avait fermé qu’à cause de nous. Avant de partir, "
        "fermez-y ces dates vous-même, ou reliez les plateformes entre elles."
    ),
    "What happens then": "Ce qui se passe ensuite",
    (
        "No platform is read any more, nothing is closed any more, and you are told nothing any more. A new "
        "reservation will not close the other platforms."
    ): (
        "Plus aucune plateforme n’est lue, plus rien n’est fermé, et vous n’êtes plus prévenu de rien. Une nouvelle "
        "réservation ne fermera plus les autres plateformes."
    ),
    (
        "Your lodgings, reservations, history, settings, devices and access to platforms are deleted at once, "
        "everywhere in this service. You are signed out."
    ): (
        "Vos logements, réservations, historique, réglages, appareils et accès aux plateformes sont effacés "
        "aussitôt, partout dans ce service. Vous êtes déconnecté."
    ),
    (
        "No night opens by surprise: the last calendars go on answering as they are, without your name or your "
        "lodging’s, until a month after their last night. Then they end."
    ): (
        "Aucune nuit ne se rouvre par surprise : les derniers calendriers répondent encore tels quels, sans votre "
        "nom ni celui du logement, jusqu’à un mois après leur dernière nuit. Puis ils s’arrêtent."
    ),
    "What was closed through a direct access stays closed: open it again on the platform.": (
        "Ce qui a été fermé par un accès direct reste fermé : rouvrez-le sur la plateforme."
    ),
    (
        "Backups made before still hold your data, sealed, until they are replaced: half a year at most with the "
        "usual settings."
    ): (
        "Les sauvegardes déjà faites gardent vos données, sous scellés, jusqu’à leur remplacement : six mois au plus "
        "avec les réglages habituels."
    ),
    "The log of operations keeps numbers and dates, and no name.": (
        "Le registre des opérations garde des numéros et des dates, et aucun nom."
    ),
    "This cannot be undone.": "C’est sans retour.",
    "I have removed our calendars from every platform: end them at once": (
        "J’ai retiré nos calendriers de toutes les plateformes : arrêtez-les aussitôt"
    ),
    "To confirm, type the name of your account: {name}": "Pour confirmer, tapez le nom de votre compte : {name}",
    "Delete my account for good": "Effacer mon compte pour de bon",
    "Keep my account": "Garder mon compte",
    "Each listing is read every minute, and at once when a platform announces something.": (
        "Chaque annonce est lue toutes les minutes, et aussitôt quand une plateforme annonce quelque chose."
    ),
    "Each listing is read every {count} minutes, and at once when a platform announces something.": (
        "Chaque annonce est lue toutes les {count} minutes, et aussitôt quand une plateforme annonce quelque chose."
    ),
    (
        "Whoever runs this service sets this rhythm for everybody. How often a platform reads our calendar is its "
        "own affair: here is what we have seen."
    ): (
        "La personne qui gère ce service règle ce rythme pour tous. Chaque plateforme choisit quand elle lit notre "
        "calendrier : voici ce que nous avons vu."
    ),
    "Open the lodging": "Ouvrir le logement",
    "We read it": "Nous l’avons lue",
    "Next time": "Prochaine lecture",
    "It has read us": "Elle nous a lus",
    "It comes back within": "Elle revient sous",
    "not known yet": "pas encore connu",
    "Nights kept free around a stay: {count}.": "Nuits gardées libres autour d’un séjour : {count}.",
    "No lodging yet.": "Pas encore de logement.",
    "Two words that are set on each lodging’s page": "Deux mots qui se règlent sur la page de chaque logement",
    "Nights kept free": "Nuits gardées libres (rotation)",
    "Time to clean between two guests: so many nights stay closed before and after each stay, everywhere.": (
        "Le temps du ménage entre deux voyageurs : autant de nuits restent fermées avant et après chaque séjour, "
        "partout."
    ),
    "Calendar that is not open yet": "Calendrier non ouvert",
    (
        "Booking.com and Airbnb show far dates as closed because you have not opened them. This moves every day; it "
        "is no booking, and it is not closed elsewhere."
    ): (
        "Booking.com et Airbnb montrent comme fermées les dates lointaines que vous n’avez pas ouvertes. Cela avance "
        "chaque jour ; ce n’est pas une réservation, et nous ne le fermons pas ailleurs."
    ),
    "As usual (advised)": "Comme d’habitude (conseillé)",
    "As set on the command line": "Réglé en ligne de commande",
    "{count} hour measured": "{count} heure mesurée",
    "{count} hours measured": "{count} heures mesurées",
    "{count} hour": "{count} heure",
    "{count} hours": "{count} heures",
    "Synchronised by itself": "Synchronisées toutes seules",
    "Aim: at least 80 %": "Objectif : au moins 80 %",
    "Reservations that were seen and closed on every other listing without you typing anything.": (
        "Réservations vues et fermées sur toutes les autres annonces sans que vous ayez rien saisi."
    ),
    "{count} reservation": "{count} réservation",
    "{count} reservations": "{count} réservations",
    "Time to close": "Temps pour fermer",
    "Aim: under 30 seconds": "Objectif : moins de 30 secondes",
    "From seeing a reservation to the calendar that closes it elsewhere, 19 times in 20.": (
        "Du moment où nous voyons une réservation à celui où le calendrier qui la ferme ailleurs est prêt, 19 fois "
        "sur 20."
    ),
    "{count} closing": "{count} fermeture",
    "{count} closings": "{count} fermetures",
    "Looks that failed": "Lectures ratées",
    "Aim: under 5 %": "Objectif : moins de 5 %",
    "A platform did not answer, or answered something that cannot be read. What was closed stayed closed.": (
        "Une plateforme n’a pas répondu, ou a répondu quelque chose d’illisible. Ce qui était fermé l’est resté."
    ),
    "{count} look": "{count} lecture",
    "{count} looks": "{count} lectures",
    "Service at work": "Service en marche",
    "Aim: at least 99 %": "Objectif : au moins 99 %",
    "Share of the time in which the worker that reads the platforms was alive.": (
        "Part du temps où le programme qui lit les plateformes était en marche."
    ),
    "Time to proof": "Temps jusqu’à la preuve",
    "Each platform decides itself when it reads us": "Chaque plateforme choisit quand elle nous lit",
    "From seeing a reservation until another platform has read us or shows it closed, half of the time.": (
        "Du moment où nous voyons une réservation à celui où une autre plateforme a lu notre calendrier ou la montre "
        "fermée, une fois sur deux."
    ),
    "{count} proof": "{count} preuve",
    "{count} proofs": "{count} preuves",
    "Still bookable elsewhere": "Encore réservables ailleurs",
    "At the last measuring": "À la dernière mesure",
    "For how long taken nights have been waiting to be read by another platform.": (
        "Depuis combien de temps des nuits prises attendent d’être lues par une autre plateforme."
    ),
    "Messages that nobody took": "Messages non remis",
    "E-mails and alerts to you that were refused, or never arrived at the other side.": (
        "E-mails et alertes pour vous qui ont été refusés, ou ne sont jamais arrivés."
    ),
    "{count} message": "{count} message",
    "{count} messages": "{count} messages",
    "Nothing to measure yet": "Rien à mesurer pour l’instant",
    "{basis}: too little to judge": "{basis} : trop peu pour juger",
    "under 1 second": "moins d’une seconde",
    "{count} second": "{count} seconde",
    "{count} seconds": "{count} secondes",
    "{count} minute": "{count} minute",
    "{count} minutes": "{count} minutes",
    "None": "Aucune",
    "on {count} listing": "sur {count} annonce",
    "on {count} listings": "sur {count} annonces",
    "Your account is deleted": "Votre compte est effacé",
    "This is not the name of your account: {name}.": "Ce n’est pas le nom de votre compte : {name}.",
    "Two guests hold one night, or probably do.": "Deux voyageurs ont la même nuit, ou probablement.",
    "Nights that can still be booked elsewhere": "Nuits encore réservables ailleurs",
    "A platform takes longer than usual to read our calendar.": "Une plateforme tarde à lire notre calendrier.",
    "A platform that does not answer": "Plateforme qui ne répond plus",
    "When it begins, and when everything works again.": "Quand cela commence, et quand tout remarche.",
    "New reservations": "Nouvelles réservations",
    "As soon as a platform shows one, with what was closed elsewhere.": (
        "Dès qu’une plateforme en montre une, avec ce qui a été fermé ailleurs."
    ),
    "Changes and cancellations": "Changements et annulations",
    "Other dates for a stay, or dates that are free again.": (
        "D’autres dates pour un séjour, ou des dates remises en location."
    ),
    "Questions for you": "Questions pour vous",
    "What only you can say: whether a stay is gone, or whose a closing is.": (
        "Ce que vous seul savez : si un séjour a disparu, ou à qui est une fermeture."
    ),
    "Proofs": "Preuves",
    "Each time a platform has read what was outstanding.": "Chaque fois qu’une plateforme a lu ce qui attendait.",
    "The service itself": "Le service lui-même",
    "A backup that failed, an interruption, a device or an address that does not answer.": (
        "Une sauvegarde ratée, une interruption, un appareil ou une adresse qui ne répond plus."
    ),
    "Telephone": "Téléphone",
    "E-mail": "E-mail",
    "Telephone and e-mail": "Téléphone et e-mail",
    "Every way": "Tous les moyens",
    "Only here and in the summary": "Seulement ici et dans le résumé",
    "Mainland France": "France métropolitaine",
    "Kept: from now on you are told that way.": "C’est noté : vous serez prévenu ainsi.",
    "The service is kept: send a trial to see whether it works.": (
        "Le service est gardé : envoyez un essai pour voir s’il marche."
    ),
    "The service is removed.": "Le service est retiré.",
}
