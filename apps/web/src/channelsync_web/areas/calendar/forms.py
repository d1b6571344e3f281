"""What the calendar's pages are sent: dates, lodgings, words; each with its limit, and a sentence where it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final, final

from attrs import Factory, frozen

from channelsync.claims import Category
from channelsync.errors import UsageError
from channelsync.nights import Stay
from channelsync_web.screen import local_path

__all__ = ["DAYS", "LONGEST_NOTE", "LONGEST_STAY", "Ordered", "Window", "address_around", "day_in", "ordered", "window"]

DAYS: Final = (30, 60, 90)
"""How many nights the calendar shows."""
LONGEST_STAY: Final = 731
"""Nights that one order may take."""
LONGEST_NOTE: Final = 500

_BEFORE: Final = timedelta(days=2)
_STEP: Final = timedelta(days=28)
_FARTHEST: Final = timedelta(days=5 * 366)
_UNIT: Final = "logement-"
_MOST_UNITS: Final = 200


@final
@frozen
class Window:
    """The nights to show, and the first ones of the windows before and after; ``plain`` where it is today's."""

    stay: Stay
    days: int
    before: date
    after: date
    plain: bool


@final
@frozen
class Ordered:
    """A form as it was filled in; ``stay`` is None where the dates are wrong.

    ``wrong`` are English sentences, by field.
    """

    arrival: str = ""
    departure: str = ""
    stay: Stay | None = None
    units: tuple[str, ...] = ()
    category: str = Category.PERSONAL.value
    channel: str = ""
    guest: str = ""
    note: str = ""
    insist: bool = False
    back: str = "/calendrier"
    wrong: Mapping[str, str] = Factory(dict[str, str])


def window(first: str, days: str, today: date) -> Window:
    """Return the window that an address asks for; what makes no sense shows today's."""
    count = int(days) if days.isdecimal() and int(days[:4]) in DAYS else DAYS[1]
    asked = day_in(first, today)
    start = asked or today - _BEFORE
    stay = Stay(start, start + timedelta(days=count))
    return Window(stay, count, start - _STEP, start + _STEP, plain=asked is None)


def address_around(stay: Stay, today: date) -> str:
    """Return the address of a calendar that shows a stay: today's window, where the stay begins in that."""
    shown = window("", "", today).stay
    if shown.arrival <= stay.arrival < shown.departure:
        return "/calendrier"
    return f"/calendrier?du={max(stay.arrival, today) - _BEFORE}"


def day_in(text: str, today: date) -> date | None:
    """Return the date that a text is, None where it is none or lies years away."""
    try:
        day = date.fromisoformat(text) if len(text) == len("2027-03-01") else None
    except ValueError:
        return None
    return day if day is not None and abs(day - today) <= _FARTHEST else None


def ordered(data: Mapping[str, str], today: date) -> Ordered:
    """Read a form and check it.

    The lodgings come as ``logement-<id>``; whose they are is for the caller to say.
    """
    wrong: dict[str, str] = {}
    stay = _stay(data, today, wrong)
    units = tuple(name.removeprefix(_UNIT)[:80] for name in data if name.startswith(_UNIT))[:_MOST_UNITS]
    if not units:
        wrong["units"] = "Choose at least one lodging."
    category = data.get("motif", Category.PERSONAL.value)[:40]
    if category not in {one.value for one in Category}:
        wrong["category"] = "Choose one of these reasons."
    for name in ("note", "voyageur"):
        if len(data.get(name, "")) > LONGEST_NOTE:
            wrong[name] = "This text is too long: write at most 500 characters."
    return Ordered(
        data.get("arrivee", "")[:10],
        data.get("depart", "")[:10],
        stay,
        units,
        category,
        data.get("plateforme", "")[:80],
        data.get("voyageur", "").strip()[:LONGEST_NOTE],
        data.get("note", "").strip()[:LONGEST_NOTE],
        "insister" in data,
        local_path(data.get("retour", "/calendrier")),
        wrong,
    )


def _day(data: Mapping[str, str], name: str, missing: str, today: date, wrong: dict[str, str]) -> date | None:
    """Return a date that was chosen, or say why it will not do: none was, it is none, or it lies years away."""
    text = data.get(name, "").strip()[:10]
    day = day_in(text, today)
    if day is None:
        wrong[name] = missing
        if text:
            past = text < today.isoformat()
            away = "These nights are over." if past else "This is more than five years ahead: choose an earlier date."
            wrong[name] = away if _is_date(text) else "This is no date: choose one."
    return day


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text)) and len(text) == len("2027-03-01")
    except ValueError:
        return False


def _stay(data: Mapping[str, str], today: date, wrong: dict[str, str]) -> Stay | None:
    """Return the nights, or say what is wrong with them."""
    arrival = _day(data, "arrivee", "Choose the first night.", today, wrong)
    departure = _day(data, "depart", "Choose the day of departure.", today, wrong)
    if arrival is None or departure is None:
        return None
    try:
        stay = Stay(arrival, departure)
    except UsageError:
        wrong["depart"] = "The departure must come after the first night."
        return None
    if departure <= today:
        wrong["depart"] = "These nights are over."
    elif stay.length > LONGEST_STAY:
        wrong["depart"] = "This is longer than two years: choose fewer nights."
    return stay
