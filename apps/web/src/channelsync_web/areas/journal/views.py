"""The steps of the journal in words: a headline each, and below it what was read, decided, published and proven."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Final, final

from attrs import frozen

from channelsync.ids import ListingId, UnitId
from channelsync.ledger import Fetch, HistoryLine, LookBrief
from channelsync.manager import ConflictReport
from channelsync.nights import Nights
from channelsync.notices import Notice, NoticeKind
from channelsync.wording import headline, text
from channelsync_web.areas.journal.reading import Published, Step
from channelsync_web.speech import Say

__all__ = ["Day", "Entry", "Part", "days"]

_MOST: Final = 30
"""So many lines of one part are shown; the rest is counted."""
_CONFLICTS: Final = frozenset({NoticeKind.CONFLICT_CURRENT, NoticeKind.CONFLICT_LIKELY, NoticeKind.CONFLICT_POSSIBLE})
_URGENCY: Final = {kind: rank for rank, kind in enumerate(NoticeKind)}


@final
@frozen
class Part:
    """What was read, decided, published, proven or told, a line each."""

    title: str
    lines: tuple[str, ...]


@final
@frozen
class Entry:
    """One step. ``keys`` are the listings it is about; ``tone`` colours it where it is a trouble."""

    at: datetime
    clock: str
    unit: str
    title: str
    keys: tuple[str, ...]
    tone: str
    parts: tuple[Part, ...]
    path: str = ""
    """The page of the double booking that it tells of, while that stands."""


@final
@frozen
class Day:
    """The steps of one local day, latest first."""

    day: date
    entries: tuple[Entry, ...]


def days(steps: Iterable[Step], conflicts: Iterable[ConflictReport], say: Say) -> tuple[Day, ...]:
    """Return the steps by the day of their lodging; what tells of a conflict that stands leads to it."""
    paths = {(one.unit.id, one.nights): f"/conflits/{one.id}" for one in conflicts}
    found: dict[date, list[Entry]] = {}
    for one in steps:
        day = say.local(one.at, one.place.unit.timezone).date()
        found.setdefault(day, []).append(_entry(one, paths, say))
    return tuple(Day(day, tuple(entries)) for day, entries in found.items())


def _entry(step: Step, paths: Mapping[tuple[UnitId, Nights], str], say: Say) -> Entry:
    local = say.local(step.at, step.place.unit.timezone)
    clock = say("{hour}:{minute}", hour=local.hour, minute=f"{local.minute:02d}")
    told = sorted(step.notices, key=lambda one: _URGENCY[one.kind])
    tone = "bad" if any(one.kind.critical for one in told) else ""
    if not tone and any(one.what in {"unusable", "suspect"} for one in step.lines):
        tone = "warn"
    unit, parts = step.place.unit, tuple(_parts(step, told, say))
    doubled = [paths.get((unit.id, one.data.nights), "") for one in told if one.kind in _CONFLICTS]
    path = next((one for one in doubled if one), "")
    return Entry(step.at, clock, unit.name, _title(step, told, say), step.keys, tone, parts, path)


def _title(step: Step, told: list[Notice], say: Say) -> str:
    if told:
        return say.spaced(headline(told[0], say.language, say.names).removesuffix(f" – {step.place.unit.name}"))
    if step.lines:
        first = min(step.lines, key=lambda one: _ORDER.get(one.what, len(_ORDER)))
        return _named(_did(first.what, say), _where(step, first, say), say)
    if step.published:
        where = say.joined(say.platform(one.key) for one in step.published)
        return say("New calendar for {where}", where=where)
    if step.fetches:
        return _visit(step, say)
    where = say.joined(dict.fromkeys(say.platform(step.place.keys.get(one.listing, "")) for one in step.looks))
    return say("Reading of {where}", where=where)


def _parts(step: Step, told: list[Notice], say: Say) -> Iterator[Part]:
    unit = step.place.unit
    news = [say.spaced(text(one, say.language, say.names).removeprefix(f"{unit.name} – ")) for one in told]
    parts = (
        (say("Told"), news),
        (say("Read"), [_look(step, one, say) for one in step.looks]),
        (say("Decided"), [_line(step, one, say) for one in step.lines]),
        (say("Published"), [_change(one, say) for one in step.published]),
        (say("Proven"), [_proof(one, unit.timezone, say) for one in step.published]),
        (say("Visit"), [_client(step, one, say) for one in step.fetches]),
    )
    for title, lines in parts:
        if lines:
            more = [say.count(len(lines) - _MOST, "and {count} more", "and {count} more")] if len(lines) > _MOST else []
            yield Part(title, (*lines[:_MOST], *more))


def _look(step: Step, one: LookBrief, say: Say) -> str:
    where = _of(step, one.listing, say)
    if one.failure:
        return say("{where}: nothing usable ({why}); what was known stays", where=where, why=say.ours(one.failure))
    shown = say.count(one.events, "{count} entry", "{count} entries")
    if one.verdict == "suspect":
        return say("{where}: {shown}, too little to be believed; nothing is opened by it", where=where, shown=shown)
    return say("{where}: {shown}, complete", where=where, shown=shown)


def _line(step: Step, one: HistoryLine, say: Say) -> str:
    words = _named(_did(one.what, say), _where(step, one, say), say)
    if one.nights:
        words = say("{words}: {nights}", words=words, nights=say.nights(one.nights))
    return f"{words} – {say.ours(one.why)}" if one.why else words


def _named(what: str, where: str, say: Say) -> str:
    return say("{what} on {where}", what=what, where=where) if where else what


def _where(step: Step, one: HistoryLine, say: Say) -> str:
    key = step.place.keys.get(one.listing, "") if one.listing else ""
    return say.platform(key) if key else ""


def _change(one: Published, say: Say) -> str:
    where, number = say.platform(one.key), one.number
    parts = [say("{where}, version {number}", where=where, number=number)]
    parts += [say("closes {nights}", nights=say.nights(one.closed))] if one.closed else []
    parts += [say("opens {nights}", nights=say.nights(one.opened))] if one.opened else []
    return ", ".join(parts) if one.closed or one.opened else say("{first}: the same nights", first=parts[0])


def _proof(one: Published, timezone: str, say: Say) -> str:
    where = say.platform(one.key)
    if one.first_fetch is None and one.newer is not None:
        gone = "{where}: replaced by version {number} before it was read"
        if one.written:
            gone = "{where}: replaced by version {number} before it was accepted"
        return say(gone, where=where, number=one.newer)
    if one.first_fetch is None:
        return say(
            "{where} has not accepted this version" if one.written else "{where} has not read this version", where=where
        )
    moment = say.moment(one.first_fetch, timezone)
    if one.written:
        return say("Accepted by {where} {moment}", where=where, moment=moment)
    return say("Read by {where} {moment}", where=where, moment=moment)


def _visit(step: Step, say: Say) -> str:
    """Return who has read our calendars; a stranger is only told of where no platform came."""
    proofs = [one for one in step.fetches if one.proof]
    where = say.joined(dict.fromkeys(_of(step, one.listing, say) for one in proofs or step.fetches))
    if proofs:
        return say("Our calendar was read by {where}", where=where)
    return say("Somebody has read the calendar meant for {where}", where=where)


def _of(step: Step, listing: ListingId, say: Say) -> str:
    return say.platform(step.place.keys.get(listing, ""))


def _client(step: Step, one: Fetch, say: Say) -> str:
    who = say(_WHO.get(one.visitor, "an unknown program"))
    new = say("version {number}", number=one.revision)
    answer = say("unchanged since its last visit") if one.answer == _NOT_MODIFIED else new
    proves = say("it is evidence") if one.proof else say("it proves nothing")
    words = f"{who}, {answer}, {proves}"
    return say("{words}: {nights}", words=_of(step, one.listing, say), nights=words)


_NOT_MODIFIED: Final = 304
_WHO: Final[Mapping[str, str]] = {
    "platform": "the platform itself",
    "person": "a person, with a browser",
    "browser": "a program that calls itself a browser",
    "tool": "a tool or a robot",
    "other": "another platform: the link was pasted in the wrong place",
}
_DID: Final[Mapping[str, str]] = {
    "claim": "Dates taken",
    "release": "Open again",
    "released": "Open again",
    "keep": "Kept closed",
    "set_aside": "Calendar not open yet",
    "echo": "Our dates, sent back",
    "conflict": "Double booking",
    "suspect": "Disappearance to confirm",
    "unusable": "Reading without a result",
    "habit": "Learned",
    "publish": "Calendar published",
    "back": "Shown again",
    "missing": "Not shown any more: kept closed",
    "changed": "Changed",
    "cancelled": "Ended by you",
    "unlinked": "Let go with its listing",
    "past": "Stay over",
}
_ORDER: Final = {
    what: rank
    for rank, what in enumerate(
        (
            "conflict",
            "suspect",
            "unusable",
            "claim",
            "changed",
            "released",
            "release",
            "missing",
            "back",
            "cancelled",
            "unlinked",
            "keep",
            "habit",
            "echo",
            "set_aside",
            "publish",
            "past",
        )
    )
}


def _did(what: str, say: Say) -> str:
    """Return what a line of the log says happened, as people say it; what is not known here stays as it is."""
    return str(say(_DID[what])) if what in _DID else what
