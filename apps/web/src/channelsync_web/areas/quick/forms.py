"""Reads what a quick block is asked with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

from channelsync.errors import UsageError
from channelsync.nights import Stay
from channelsync_web.areas.quick.views import CATEGORIES, offered
from channelsync_web.speech import Say

__all__ = ["category_of", "stay_of"]

_LONGEST: Final = 366
"""Nights: what is longer is no quick block, and more likely a wrong year."""


def category_of(data: Mapping[str, str]) -> str:
    """Return the reason that was chosen, the first one where none of ours was."""
    said = data.get("categorie", "")
    return said if said in CATEGORIES else "personal"


def stay_of(data: Mapping[str, str], today: date, say: Say) -> Stay:
    """Return the nights that were chosen: by one tap, or as arrival and departure.

    Raises:
        UsageError: there are no such nights; the text is in the reader's language.
    """
    quick = offered(today).get(data.get("quand", ""))
    if quick is not None:
        return quick[1]
    try:
        arrival, departure = (date.fromisoformat(data.get(name, "")[:10]) for name in ("du", "au"))
    except ValueError:
        raise UsageError(say("Choose two dates: the first night, and the morning of the departure.")) from None
    if departure <= arrival:
        raise UsageError(say("The departure is not after the first night: choose a later one."))
    if (departure - arrival).days > _LONGEST:
        raise UsageError(say("This is more than a year: look at the year of both dates."))
    return Stay(arrival, departure)
