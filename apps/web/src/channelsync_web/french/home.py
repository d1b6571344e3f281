"""The first page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, str]] = {
    # the answer
    "checked {ago}": "vérifié {ago}",
    "{count} double booking to resolve": "{count} double réservation à résoudre",
    "{count} double bookings to resolve": "{count} doubles réservations à résoudre",
    "Double booking: {unit}, {nights}": "Double réservation : {unit}, {nights}",
    "Probable double booking: {unit}, {nights}": "Double réservation probable : {unit}, {nights}",
    "Resolve": "Résoudre",
    "Taken on {sides}.": "Pris sur {sides}.",
    "Nobody is reading your calendars any more: last read {ago}": (
        "Plus personne ne lit vos calendriers : dernière lecture {ago}"
    ),
    "What is closed stays closed, but new reservations go unseen. Start channelsync-worker again.": (
        "Ce qui est fermé le reste, mais une nouvelle réservation passerait inaperçue. Relancez channelsync-worker."
    ),
    "Your calendars are about to be read for the first time": "Vos calendriers vont être lus pour la première fois",
    "{count} night can still be booked on {where} {until}": "{count} nuit encore réservable sur {where} {until}",
    "{count} nights can still be booked on {where} {until}": "{count} nuits encore réservables sur {where} {until}",
    "They are taken elsewhere. To be sure, close them there yourself now.": (
        "Elles sont prises ailleurs. Pour être tranquille, fermez-les là-bas dès maintenant."
    ),
    "See which": "Voir lesquelles",
    "until its first visit": "jusqu’à sa première visite",
    "until our calendars are given out again": "jusqu’à ce que nos calendriers soient de nouveau donnés",
    "until its next visit, expected since {clock}": "jusqu’à sa prochaine visite, attendue depuis {clock}",
    "until about {clock}": "jusqu’à environ {clock}",
    "{hour}:{minute}": "{hour} h {minute}",
    "{day} at {clock}": "{day} à {clock}",
    "{unit}: our calendars are withheld since the restore, until {where} has been read": (
        "{unit} : nos calendriers sont retenus depuis la restauration, le temps de relire {where}"
    ),
    "What was sold since the backup must be known first. Your platforms keep what they read last.": (
        "Il faut d’abord savoir ce qui a été vendu depuis la sauvegarde. Vos plateformes gardent leur dernière lecture."
    ),
    "{where} could not be read yet: nothing is known of it": "{where} n’a pas encore pu être lu : rien n’en est connu",
    "What is taken there is not closed elsewhere. We keep trying.": (
        "Ce qui y est pris n’est pas fermé ailleurs. Nous continuons d’essayer."
    ),
    "{unit}: {where} has not been read yet, so what is taken there is missing here.": (
        "{unit} : {where} n’a pas encore été lu, donc ce qui y est pris manque ici."
    ),
    "Nothing is known yet.": "Rien n’est encore connu.",
    "{where} refuses our access; your dates stay closed": "{where} refuse notre accès ; vos dates restent fermées",
    "New reservations there go unseen until you link it again.": (
        "Les nouvelles réservations y passent inaperçues tant que vous ne l’avez pas reliée de nouveau."
    ),
    "Reconnect": "Relier de nouveau",
    "New reservations there go unseen until it answers. We keep trying.": (
        "Les nouvelles réservations y passent inaperçues tant qu’elle ne répond pas. Nous continuons d’essayer."
    ),
    "See": "Voir",
    "Disappearance to confirm on {where}: we keep closed": "Disparition à confirmer sur {where} : nous gardons fermé",
    "Too much vanished there at once to be believed.": "Trop de dates y ont disparu d’un coup pour être crues.",
    "Confirm or wait": "Confirmer ou attendre",
    "{unit} is linked to no platform: nothing is watched there": (
        "{unit} n’est relié à aucune plateforme : rien n’y est surveillé"
    ),
    "{unit} is linked to {where} alone: we see nothing elsewhere": (
        "{unit} n’est relié qu’à {where} : nous ne voyons rien ailleurs"
    ),
    "{where} has not read our calendar yet": "{where} n’a pas encore lu notre calendrier",
    "Paste our link there, then wait for its first visit: it can take some hours.": (
        "Collez-y notre lien, puis attendez sa première visite : cela peut prendre quelques heures."
    ),
    "See the link to paste": "Voir le lien à coller",
    "{where} does not read our calendar any more: last visit {ago}": (
        "{where} ne lit plus notre calendrier : dernière visite {ago}"
    ),
    "Check that our link still stands there.": "Vérifiez que notre lien y est toujours.",
    "No night has to be closed elsewhere: your calendars are being watched": (
        "Aucune nuit à fermer ailleurs : vos calendriers sont surveillés"
    ),
    "Everything is closed everywhere, with proof": "Tout est fermé partout, preuve à l’appui",
    "Every taken night has been read by all your other platforms": (
        "Toutes vos dates prises ont été lues par vos autres plateformes"
    ),
    # what is to be looked at
    "To look at": "À regarder",
    "Probable double booking": "Double réservation probable",
    "Perhaps taken twice": "Peut-être deux fois le même séjour",
    "{nights}: taken on {sides}.": "{nights} : pris sur {sides}.",
    "typed in here": "saisi ici",
    "Can still be booked on {where} – {unit}": "Encore réservable sur {where} – {unit}",
    "Close them now": "Fermez-les maintenant",
    "(opens the platform's page in a new window)": "(ouvre la page de la plateforme dans une nouvelle fenêtre)",
    "What to do": "Que faire",
    "To clarify – {unit}": "À clarifier – {unit}",
    "{count} question that only you can answer.": "{count} question à laquelle vous seul pouvez répondre.",
    "{count} questions that only you can answer.": "{count} questions auxquelles vous seul pouvez répondre.",
    # the week
    "Today and this week": "Aujourd’hui et cette semaine",
    "Nobody arrives and nobody leaves.": "Personne n’arrive, personne ne part.",
    "Nor on the six days after.": "Les six jours suivants non plus.",
    "Turnover, perhaps": "Rotation probable",
    "Arrival, perhaps": "Arrivée probable",
    "Departure, perhaps": "Départ probable",
    "Occupied": "Occupé",
    "Departure: {what}": "Départ : {what}",
    "Arrival: {what}, {nights}, until {day}": "Arrivée : {what}, {nights}, jusqu’au {day}",
    "{what}, until {day}": "{what}, jusqu’au {day}",
    "{where}, dates taken": "{where}, dates prises",
    "“Perhaps”: the platform shows dates as taken without saying whether it is a reservation or a closing.": (
        "« Probable » : la plateforme montre des dates prises, sans dire si c’est une réservation ou une fermeture."
    ),
    "personal use": "usage personnel",
    "maintenance": "travaux, entretien",
    "holidays": "vacances",
    "your closing": "fermé par vous",
    # events and platforms
    "Lately": "Dernièrement",
    "Nothing has happened for two weeks.": "Rien à signaler depuis deux semaines.",
    "Your platforms": "Vos plateformes",
    "No platform is linked yet.": "Aucune plateforme n’est encore reliée.",
    "We read it {ago}": "Nous l’avons lu {ago}",
    "read {ago}": "lu {ago}",
    "Not read yet": "Pas encore lu",
    "Takes our closings at once": "Reçoit nos fermetures aussitôt",
    "Has not read our calendar yet": "N’a pas encore lu notre calendrier",
    "Our calendar: read {moment}": "Notre calendrier : lu {moment}",
    "Access refused": "Accès refusé",
    "Does not answer": "Ne répond plus",
    "Read by its calendar": "Lu par son calendrier",
    "What it sells is seen all the same, some minutes later.": (
        "Ce qui s’y vend est vu quand même, quelques minutes plus tard."
    ),
    "Being read anew": "En relecture",
    "Never read: nothing known": "Jamais lu, rien de connu",
    "Calendars withheld": "Calendriers retenus",
    "To confirm": "À confirmer",
    "Last reading failed": "Dernière lecture sans résultat",
    "Not read any more": "N’est plus lu",
    "Live": "En direct",
    "Watched": "Surveillé",
    # a new owner
    "Welcome, {name}": "Bienvenue, {name}",
    "As soon as a night is taken somewhere, it is closed everywhere else.": (
        "Dès qu’une nuit est prise quelque part, elle se ferme partout ailleurs."
    ),
    "Begin with your first lodging: with three platforms ten minutes will do.": (
        "Commencez par votre premier logement : avec trois plateformes, dix minutes suffisent."
    ),
    "Name your lodging": "Nommez votre logement",
    "The name that you use yourself; a guest reads it only in a message that you send them.": (
        "Le nom que vous lui donnez vous-même ; un voyageur ne le lit que dans un message que vous lui envoyez."
    ),
    "Link its listings": "Reliez ses annonces",
    "Copy the calendar link of each platform and paste it here. We show you where it is found.": (
        "Copiez le lien de calendrier de chaque plateforme et collez-le ici. Nous vous montrons où il se trouve."
    ),
    "Paste our links": "Collez nos liens",
    "One for each platform. Once it has read ours, this page proves it to you.": (
        "Un par plateforme. Dès qu’elle l’a lu, cette page vous le prouve."
    ),
}
