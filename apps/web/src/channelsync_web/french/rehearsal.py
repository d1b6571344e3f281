"""The rehearsal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, str]] = {
    "Rehearsal": "Répétition",
    "Rehearsal: everything here is imitated.": "Répétition : tout est imité ici.",
    "Play the guests": "Jouer les voyageurs",
    "Play the guests of imitated platforms, and watch the dates close everywhere else. Nothing leaves this machine.": (
        "Jouez les voyageurs sur des plateformes imitées, et regardez les dates se fermer partout ailleurs. "
        "Rien ne quitte cet ordinateur."
    ),
    "Cancel": "Annuler",
    "A guest books": "Un voyageur réserve",
    "On the imitation of": "Sur l’imitation de",
    "Book": "Réserver",
    "What guests meet on each platform": "Ce que les voyageurs trouvent sur chaque plateforme",
    "The next four weeks": "Les quatre semaines à venir",
    "bookable": "réservable",
    "sold here": "vendue ici",
    "Read our calendar {when}": "A lu notre calendrier {when}",
    "Answers with errors": "Répond par des erreurs",
    "No guests to come.": "Aucun voyageur attendu.",
    "Let {where} break down": "Mettre {where} en panne",
    "Let {where} answer again": "Rétablir {where}",
    "Let time pass": "Laisser passer le temps",
    "Here every platform reads us within seconds, where a real one takes from minutes to hours.": (
        "Ici, chaque plateforme nous lit en quelques secondes ; une vraie met de quelques minutes à plusieurs heures."
    ),
    "An hour": "Une heure",
    "Six hours": "Six heures",
    "A day": "Un jour",
    "Choose an arrival, and a departure after it.": "Choisissez une arrivée, puis un départ qui la suit.",
    "This platform does not sell these nights: it shows them closed.": (
        "Cette plateforme ne vend pas ces nuits : elle les montre fermées."
    ),
    "Booked there: watch it close elsewhere.": "Réservé là-bas : regardez les dates se fermer ailleurs.",
    "Cancelled there: its nights open again once we are sure.": (
        "Annulé là-bas : ses nuits se rouvrent dès que c’est certain."
    ),
    "It answers with errors from now on: nothing opens.": "Elle répond maintenant par des erreurs : rien ne s’ouvre.",
    "It answers again.": "Elle répond de nouveau.",
    "Time has passed.": "Le temps a passé.",
}
