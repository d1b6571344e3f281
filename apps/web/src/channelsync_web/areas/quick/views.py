"""What the week shows, and which nights a block of three taps offers: from reports to values that a page prints."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, final

from attrs import frozen

from channelsync.ids import UnitId
from channelsync.inventory import Unit
from channelsync.manager import ClaimReport
from channelsync.nights import Nights, Stay
from channelsync_web.speech import Say

__all__ = ["CATEGORIES", "WEEK", "Choice", "Day", "House", "Line", "Move", "choices", "offered", "tonight", "week"]

CATEGORIES: Final[Mapping[str, str]] = {
    "personal": "Personal use",
    "maintenance": "Maintenance",
    "holiday": "Holidays",
    "other": "Other reason",
}
WEEK: Final = timedelta(days=7)
"""How far the week ahead goes, today among it."""
_ONE: Final = timedelta(days=1)
_FRIDAY: Final = 4
_SATURDAY: Final = 5
_BEGINS: Final = {
    "reservation": "Arrival",
    "closure": "Taken dates begin",
    "hold": "Arrival to be confirmed",
    "block": "Block begins",
}
_ENDS: Final = {
    "reservation": "Departure",
    "closure": "Taken dates end",
    "hold": "Departure to be confirmed",
    "block": "Block ends",
}
_TAKEN: Final = {
    "reservation": "Reservation on {where}",
    "closure": "Dates taken on {where}",
    "hold": "Reservation in progress on {where}",
}


@final
@frozen
class Line:
    """One claim as a line shows it: ``pf`` is its platform's mark, ``path`` the page that tells more."""

    what: str
    where: str
    pf: str
    detail: str
    path: str
    missing: bool = False


@final
@frozen
class Move:
    """What one lodging sees on one day; a ``turnover`` is a guest who leaves and one who comes."""

    lodging: str
    leaving: tuple[Line, ...]
    coming: tuple[Line, ...]
    turnover: bool


@final
@frozen
class Day:
    """A day of the week ahead."""

    name: str
    date: str
    today: bool
    moves: tuple[Move, ...]


@final
@frozen
class House:
    """A lodging tonight: ``line`` is who has it, None where it is free, or, ``unknown``, where nobody can tell."""

    id: str
    name: str
    line: Line | None
    unknown: bool = False


@final
@frozen
class Choice:
    """Nights that can be blocked by one tap; ``why_not`` says why they cannot, ``note`` what else is there."""

    key: str
    name: str
    nights: str
    why_not: str = ""
    note: str = ""


def week(units: Sequence[Unit], claims: Iterable[ClaimReport], say: Say) -> tuple[Day, ...]:
    """Return today and the six days after it, who leaves, who comes; ``claims`` have today's departures too."""
    today, days = say.local(say.now).date(), list[Day]()
    known: dict[UnitId, list[ClaimReport]] = {}
    for one in claims:
        if one.standing != "mirrored":
            known.setdefault(one.unit.id, []).append(one)
    for day in (today + timedelta(days=number) for number in range(WEEK.days)):
        moves = [_move(unit, known.get(unit.id, ()), day, say) for unit in units]
        name = {0: "Today", 1: "Tomorrow"}.get((day - today).days)
        spoken = str(say(name)) if name else say.weekday(day).capitalize()
        days.append(Day(spoken, say.day(day, year=False, weekday=bool(name)), day == today, tuple(filter(None, moves))))
    return tuple(days)


def _move(unit: Unit, claims: Iterable[ClaimReport], day: date, say: Say) -> Move | None:
    leaving = [one for one in claims if one.stay.departure == day]
    coming = [one for one in claims if one.stay.arrival == day]
    if not (leaving or coming):
        return None
    turnover = all(any(one.kind != "block" for one in side) for side in (leaving, coming))
    return Move(
        unit.name,
        tuple(_line(one, _ENDS, say) for one in leaving),
        tuple(_line(one, _BEGINS, say, until=True) for one in coming),
        turnover,
    )


def tonight(
    units: Iterable[Unit], claims: Iterable[ClaimReport], now: datetime, say: Say, unread: Collection[str] = ()
) -> tuple[House, ...]:
    """Return each lodging with who has it tonight: a guest before the owner's own block.

    ``unread`` are the ids of lodgings with a listing that was never read.
    """
    known = sorted(claims, key=lambda one: (one.standing == "mirrored", one.kind == "block"))

    def has(unit: Unit) -> Line | None:
        there = (one for one in known if one.unit.id == unit.id and unit.today(now) in one.stay)
        return next((_line(one, {}, say, until=True) for one in there), None)

    return tuple(House(unit.id, unit.name, has(unit), unit.id in unread) for unit in units)


def _line(one: ClaimReport, words: Mapping[str, str], say: Say, *, until: bool = False) -> Line:
    """Return a claim as a line: what happens, where it comes from, and until when it lasts."""
    where = say.platform(one.channel) if one.channel else ""
    own = str(say(CATEGORIES.get(one.category, "Entered here")))
    detail = ""
    if until:
        count = say.count(one.stay.length, "{count} night", "{count} nights")
        detail = str(
            say("{nights}, until {day}", nights=count, day=say.day(one.stay.departure, weekday=True, year=False))
        )
    what = str(say(words[one.kind])) if words else _taken(one, say)
    mark = one.channel.partition(":")[0] or "own"
    return Line(
        what,
        where or (own if words or one.kind != "block" else ""),
        mark,
        detail,
        f"/calendrier/occupation/{one.id}",
        one.missing,
    )


def _taken(one: ClaimReport, say: Say) -> str:
    """Return what takes nights, in a few words."""
    if one.kind == "block":
        return str(say("Blocked: {why}", why=say(CATEGORIES.get(one.category, "Other reason"))))
    if not one.channel:
        return str(say("Reservation entered here"))
    return str(say(_TAKEN[one.kind], where=say.platform(one.channel)))


def offered(today: date) -> Mapping[str, tuple[str, Stay]]:
    """Return the nights that one tap blocks, by key, with what they are called in English.

    A weekend is the nights of Friday and Saturday; from Saturday on it is the next one.
    """
    friday = today + timedelta(days=(_FRIDAY - today.weekday()) % 7)
    name = "This weekend" if today.weekday() < _SATURDAY else "Next weekend"
    return {
        "ce-soir": ("Tonight", Stay(today, today + _ONE)),
        "demain": ("Tomorrow night", Stay(today + _ONE, today + 2 * _ONE)),
        "week-end": (name, Stay(friday, friday + 2 * _ONE)),
    }


def choices(unit: Unit, claims: Iterable[ClaimReport], say: Say) -> tuple[Choice, ...]:
    """Return what can be blocked by one tap in a lodging, and what stands in the way."""
    mine = [one for one in claims if one.unit.id == unit.id]
    made: list[Choice] = []
    for key, (name, stay) in offered(unit.today(say.now)).items():
        there = [one for one in mine if one.stay.overlaps(stay)]
        guests = [one for one in there if one.kind == "reservation"]
        blocked = Nights.union(one.stay.nights for one in there if one.kind == "block" and not one.channel)
        reasons = guests or ([one for one in there if one.kind == "block"] if stay.nights <= blocked else [])
        said = say.joined(dict.fromkeys(_taken(one, say) for one in reasons or there)) if there else ""
        nights = say.stay(stay)
        made.append(Choice(key, str(say(name)), nights, said if reasons else "", "" if reasons else said))
    return tuple(made)
