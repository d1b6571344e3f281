"""Reads what a quick block is asked with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from channelsync.errors import UsageError
from channelsync.nights import Stay
from channelsync_web.areas.quick.views import CATEGORIES, offered

__all__ = ["category_of", "stay_of"]

_LONGEST: Final = 366
"""Nights: what is longer is no quick block, and more likely a wrong year."""


def category_of(data: Mapping[str, str]) -> str:
    """Return the reason that was chosen, the first one where none of ours was."""
    said = data.get("categorie", "")
    return said if said in CATEGORIES else "personal"


def stay_of(data: Mapping[str, str], today: date) -> Stay:
    """Return the nights that were chosen: by one tap, or as arrival and departure.

    Raises:
        UsageError: there are no such nights; the advice says what to do.
    """
    quick = offered(today).get(data.get("quand", ""))
    if quick is not None:
        return quick[1]
    try:
        stay = Stay(date.fromisoformat(data.get("du", "")[:10]), date.fromisoformat(data.get("au", "")[:10]))
    except ValueError:
        msg = "choose two dates"
        raise UsageError(msg, advice="The first night, and the morning of the departure.") from None
    if stay.length > _LONGEST:
        msg = f"these are more than {_LONGEST} nights"
        raise UsageError(msg, advice="Look at the year of both dates.")
    return stay
