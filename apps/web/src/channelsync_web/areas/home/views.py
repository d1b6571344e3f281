"""What the first page shows, from what the manager reports; nothing here asks anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Final, final
from urllib.parse import quote

from attrs import frozen

from channelsync.inventory import Unit
from channelsync.manager import ClaimReport, ConflictReport, ExposureReport, QuestionReport
from channelsync.notices import Notice
from channelsync.wording import text
from channelsync_web.areas.home.agenda import Doing, Line
from channelsync_web.areas.home.verdict import LATE, Point, Tone, Verdict, until
from channelsync_web.areas.home.watched import Watched
from channelsync_web.speech import Say

__all__ = ["EVENTS", "Entry", "Event", "House", "Row", "Tile", "entries", "events", "rows", "tiles"]

EVENTS: Final = 5
"""So many of the latest events are shown here; the journal has all of them."""
_MOST_WHOLE: Final = 2
"""Of so many lodgings each listing has a tile, however well it fares."""


@final
@frozen
class Row:
    """Something to be looked at: what, where, until when, and the button that helps; ``outside`` leaves this site."""

    tone: Tone
    title: str
    text: str
    path: str = ""
    action: str = ""
    outside: bool = False
    platform: str = ""
    """The listing's key, where it is about one."""


def rows(
    found: Verdict,
    conflicts: Iterable[ConflictReport],
    exposed: Iterable[ExposureReport],
    questions: Iterable[QuestionReport],
    kept_back: Collection[tuple[str, str]],
    say: Say,
) -> tuple[Row, ...]:
    """Return everything to be looked at, the most urgent first; what the verdict says already stands there alone.

    ``kept_back`` are the listings that are given no calendar, by unit and key.
    """
    told = [one for one in conflicts if not one.dismissed]
    alarming = [one for one in told if one.alarming]
    conflicting = [_conflict(one, say) for one in told if alarming != [one]]
    lesser = [_point(one) for one in found.also if not one.path.startswith(("/conflits/", "#"))]
    return (
        *(one for one in conflicting if one.tone == "bad"),
        *(_exposure(one, kept_back, say) for one in exposed),
        *lesser,
        *(one for one in conflicting if one.tone != "bad"),
        *_asked(questions, say),
    )


def _conflict(one: ConflictReport, say: Say) -> Row:
    sides = say.joined(say.platform(claim.channel) if claim.channel else say("typed in here") for claim in one.claims)
    what = {"certain": say("Double booking"), "probable": say("Probable double booking")}
    title = f"{what.get(one.certainty, say('Perhaps taken twice'))} – {one.unit.name}"
    details = say("{nights}: taken on {sides}.", nights=_capital(say.nights(one.nights)), sides=sides)
    tone: Tone = "bad" if one.alarming else "warn"
    return Row(tone, title, details, f"/conflits/{one.id}", say("Resolve") if one.alarming else say("See"))


def _exposure(one: ExposureReport, kept_back: Collection[tuple[str, str]], say: Say) -> Row:
    where = say.platform(one.listing)
    title = say("Can still be booked on {where} – {unit}", where=where, unit=one.unit.name)
    details = f"{_capital(say.nights(one.nights))}, {until(one, kept_back, say)}."
    tone: Tone = "bad" if one.overdue else "warn"
    if one.page:
        return Row(tone, title, details, one.page, say("Close them now"), outside=True, platform=one.listing)
    path = f"/logements/{one.unit.id}/{quote(one.listing, safe='')}"
    return Row(tone, title, details, path, say("What to do"), platform=one.listing)


def _point(one: Point) -> Row:
    return Row(one.tone, one.text, one.advice, one.path, one.action)


def _asked(questions: Iterable[QuestionReport], say: Say) -> Iterable[Row]:
    counts: dict[str, tuple[Unit, int]] = {}
    for one in questions:
        counts[one.unit.id] = one.unit, counts.get(one.unit.id, (one.unit, 0))[1] + 1
    for unit, count in counts.values():
        title = say("To clarify – {unit}", unit=unit.name)
        asked = say.count(
            count, "{count} question that only you can answer.", "{count} questions that only you can answer."
        )
        yield Row("warn", title, asked, f"/logements/{unit.id}/questions", say("Answer"))


# The week ------------------------------------------------------------------------------------------------------------
@final
@frozen
class Entry:
    """One line of the agenda in words: a badge, and what is known of each side."""

    unit: Unit
    what: Doing
    badge: str
    tone: str
    details: tuple[str, ...]
    sure: bool = True
    """Whether none of it may be a mere closing."""


def entries(lines: Iterable[Line], say: Say) -> tuple[Entry, ...]:
    """Return a day's lines in words."""
    return tuple(_entry(one, say) for one in lines)


def _entry(line: Line, say: Say) -> Entry:
    badge, tone = _badge(line, say)
    going = [say("Departure: {what}", what=_whose(one, say)) for one in line.going]
    coming = [_coming(line.what, one, say) for one in line.coming]
    return Entry(line.unit, line.what, badge, tone, (*going, *coming), line.sure)


def _badge(line: Line, say: Say) -> tuple[str, str]:
    if line.what == "turnover":
        return (say("Turnover") if line.sure else say("Turnover, perhaps")), "warn"
    if line.what == "arrival":
        return (say("Arrival") if line.sure else say("Arrival, perhaps")), "good"
    if line.what == "departure":
        return (say("Departure") if line.sure else say("Departure, perhaps")), ""
    return (say("Closed by you"), "") if line.what == "block" else (say("Occupied"), "")


def _coming(what: Doing, one: ClaimReport, say: Say) -> str:
    end = say.day(one.stay.departure, weekday=True)
    if what in {"staying", "block"}:
        return say("{what}, until {day}", what=_whose(one, say), day=end)
    nights = say.count(one.stay.length, "{count} night", "{count} nights")
    return say("Arrival: {what}, {nights}, until {day}", what=_whose(one, say), nights=nights, day=end)


def _whose(one: ClaimReport, say: Say) -> str:
    """Return where a stay comes from, and that it may be a closing where the platform does not say."""
    where = say.platform(one.channel) if one.channel else say("typed in here")
    if one.kind == "block":
        return _category(one.category, say)
    if one.kind == "closure":
        return say("{where}, dates taken", where=where)
    return where


def _category(category: str, say: Say) -> str:
    named = {"personal": say("personal use"), "maintenance": say("maintenance"), "holiday": say("holidays")}
    return named.get(category, say("your closing"))


# Platforms and events ------------------------------------------------------------------------------------------------
@final
@frozen
class Tile:
    """One listing: its health as a badge, when we read it, when it read us, and what is wrong."""

    key: str
    path: str
    badge: str
    tone: str
    last_look: datetime | None
    read: str
    problems: tuple[str, ...]


@final
@frozen
class House:
    """A lodging with its listings; ``brief`` says that a line is enough."""

    unit: Unit
    tiles: tuple[Tile, ...]
    brief: bool


def tiles(listings: Iterable[Watched], say: Say) -> tuple[House, ...]:
    """Return the listings of each lodging; where there are many lodgings, those that fare well are told in a line."""
    found: dict[str, tuple[Unit, list[Tile]]] = {}
    for one in listings:
        found.setdefault(one.unit.id, (one.unit, []))[1].append(_tile(one, say))
    many = len(found) > _MOST_WHOLE
    return tuple(House(unit, tuple(mine), many and _all_well(mine)) for unit, mine in found.values())


def _all_well(mine: Iterable[Tile]) -> bool:
    return all(one.tone == "good" and not one.problems for one in mine)


def _tile(one: Watched, say: Say) -> Tile:
    badge, tone = _health(one, say)
    if one.pushed:
        read = say("Takes our closings at once")
    elif one.last_read is None:
        read = say("Has not read our calendar yet")
    else:
        read = say("Our calendar: read {moment}", moment=say.moment(one.last_read, one.unit.timezone))
    return Tile(
        one.key, one.path, badge, tone, one.last_look, read, tuple(say.ours(problem) for problem in one.problems)
    )


def _health(one: Watched, say: Say) -> tuple[str, str]:
    late = one.next_look is not None and say.now - one.next_look > LATE
    odd = (
        (one.health == "disconnected", "Access refused", "bad"),
        (late, "Not read any more", "bad"),
        (one.never_read, "Never read: nothing known", "warn"),
        (one.instead, "Read by its calendar", "warn"),
        (one.health == "degraded", "Does not answer", "warn"),
        (one.recovering, "Being read anew", "warn"),
        (bool(one.awaited), "Calendars withheld", "warn"),
        (one.observation == "suspect", "To confirm", "warn"),
        (one.observation == "unusable", "Last reading failed", "warn"),
        (one.last_look is None, "Not read yet", ""),
        (one.health == "live", "Live", "good"),
    )
    text, tone = next(((text, tone) for holds, text, tone in odd if holds), ("Watched", "good"))
    return str(say(text)), tone


@final
@frozen
class Event:
    """Something that happened, in the library's words."""

    at: datetime
    text: str
    tone: str


def events(notices: Sequence[Notice], say: Say) -> tuple[Event, ...]:
    """Return what there was to tell, in the order given."""
    return tuple(
        Event(one.at, say.spaced(text(one, say.language, say.names)), "bad" if one.kind.critical else "")
        for one in notices
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
