"""The week at a glance, and a block in three taps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, str]] = {
    "Not known yet": "Pas encore connu",
    "This week": "Cette semaine",
    "Tonight": "Ce soir",
    "Tomorrow": "Demain",
    "Free": "Libre",
    "Arrivals and departures": "Arrivées et départs",
    "Nothing planned": "Rien de prévu",
    "Arrival to be confirmed": "Arrivée à confirmer",
    "Departure to be confirmed": "Départ à confirmer",
    "Taken dates begin": "Début de dates prises",
    "Taken dates end": "Fin de dates prises",
    "Block begins": "Début de blocage",
    "Block ends": "Fin de blocage",
    "{nights}, until {day}": "{nights}, jusqu’au {day}",
    "Entered here": "Saisie ici",
    "Reservation entered here": "Réservation saisie ici",
    "Reservation on {where}": "Réservation sur {where}",
    "Dates taken on {where}": "Dates prises sur {where}",
    "Reservation in progress on {where}": "Réservation en cours sur {where}",
    "Blocked: {why}": "Bloqué : {why}",
    "You have no lodging here yet.": "Vous n’avez pas encore de logement ici.",
    "Maintenance": "Entretien ou travaux",
    "Which lodging?": "Quel logement ?",
    "Why?": "Pourquoi ?",
    "When?": "Quand ?",
    "One tap blocks these nights on every platform.": "Un geste bloque ces nuits sur toutes les plateformes.",
    "Tomorrow night": "Demain soir",
    "This weekend": "Ce week-end",
    "Next weekend": "Le week-end prochain",
    "Other dates": "D’autres dates",
    "Morning of the departure": "Matin du départ",
    "{nights}: from {arrival} to {departure}.": "{nights} : du {arrival} au {departure}.",
    "Block these dates": "Bloquer ces dates",
    "You can undo it right after. A block never cancels a reservation.": (
        "Vous pourrez annuler juste après. Bloquer n’annule jamais une réservation."
    ),
    "Choose two dates: the first night, and the morning of the departure.": (
        "Choisissez deux dates : la première nuit, et le matin du départ."
    ),
    "The departure is not after the first night: choose a later one.": (
        "Le départ n’est pas après la première nuit : choisissez-en un plus tard."
    ),
    "This is more than a year: look at the year of both dates.": (
        "Cela fait plus d’un an : regardez l’année des deux dates."
    ),
    "These dates are blocked": "C’est bloqué",
    "On the platforms": "Sur les plateformes",
    "Still bookable": "Encore réservable",
    "A platform closes these dates when it next reads your calendar; this page shows when it has.": (
        "Une plateforme ferme ces dates quand elle lit votre calendrier ; cette page montre quand c’est fait."
    ),
    "No listing is linked to this lodging yet.": "Aucune annonce n’est encore reliée à ce logement.",
    "Block other dates": "Bloquer d’autres dates",
    "The block is undone: the platforms open these dates at their next reading.": (
        "Blocage annulé : les plateformes rouvrent ces dates à leur prochaine lecture."
    ),
}
