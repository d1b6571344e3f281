"""Where calendars lie on static hosting: what is said of a reading that nobody can know of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["TEXTS"]

TEXTS: Final[Mapping[str, str]] = {
    "Reading by {where} unknown": "Lecture par {where} inconnue",
    "Perhaps still bookable on {where}: reading unknown": "Peut-être réservable sur {where} : lecture inconnue",
    "Reading by {here} unknown.": "Lecture par {here} inconnue.",
    "Reading unknown": "Lecture inconnue",
    "3. See that your dates have arrived": "3. Voyez si vos dates sont arrivées",
    "Your web host does not say who reads. Their own calendar shows whether your dates are closed there.": (
        "Votre hébergeur ne dit pas qui lit. Le calendrier de la plateforme montre si vos dates y sont fermées."
    ),
    "Laid out {when}, reading unknown": "Posé {when}, lecture inconnue",
    "Not laid out at your web host yet": "Pas encore posé chez votre hébergeur",
}
