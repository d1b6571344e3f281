"""The border with the icalendar library: an event's properties in, plain typed values out.

The library decodes everything that decides a night, but for two plain dates, or two instants in UTC, which nearly every
event has and nothing else: those are read here, in a small part of its time. Its objects go no further than this
module. Texts decide none: they are cut out here, whatever their parameters say. Before a date property is handed over
it is brought to its plain form (upper case, no blanks around the value, only VALUE and RANGE left of its parameters).
TZID is left out with the rest: a time in a zone keeps the date that is written (see `times`), so a zone that is unknown
or wrongly defined cannot move a night; where a repetition's end must be compared with it, the zone is kept by name.

The library does not raise for a value it cannot decode but puts it among the component's errors. Any such error refuses
the whole body here: a broken end date would otherwise pass for a missing one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeGuard, cast, final

from attrs import frozen
from icalendar import Calendar, Event
from icalendar.cal import Component
from icalendar.parser import unescape_backslash

from channelsync.evolving import evolve
from channelsync.ical.lines import Line
from channelsync.ical.outline import Block
from channelsync.ical.refusals import refusal
from channelsync.ical.times import Moment

__all__ = ["Fields", "Raw", "decode", "decode_whole", "text_of"]

Raw = dict[str, list[str]]
"""A repetition rule as the library reads it: parts to values, as text."""
Span = tuple[Moment, Moment | timedelta | None]
"""An added occurrence: its start, and its own end or length where it has one."""

_DATED: Final = frozenset({b"DTSTART", b"DTEND", b"DURATION", b"RRULE", b"RDATE", b"EXDATE", b"RECURRENCE-ID"})
_ONCE: Final = frozenset({b"DTSTART", b"DTEND", b"DURATION", b"RECURRENCE-ID"})
_KEPT: Final = re.compile(rb";(?:VALUE|RANGE)=[A-Z-]+")
_ZONE: Final = re.compile(rb";TZID=\"?([^\";:]+)", re.IGNORECASE)
_DATE: Final = re.compile(rb"(?:DTSTART|DTEND);VALUE=DATE:([0-9]{4})([0-9]{2})([0-9]{2})")
_INSTANT: Final = re.compile(rb"(?:DTSTART|DTEND):([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})Z")
_STAY: Final = frozenset({b"DTSTART", b"DTEND"})
_TEXTS: Final = frozenset({b"UID", b"SUMMARY", b"DESCRIPTION"})
_TEXT: Final = re.compile(rb"[^:;\"]*(?:;(?:[^:\"]|\"[^\"]*\")*)?:(.*)", re.DOTALL)
_CONTROLS: Final = {code: None for code in (*range(32), 127) if chr(code) not in "\n\t"}


@final
@frozen
class Fields:
    """What one event says, decoded. ``zone`` is the name DTSTART gives, not looked up."""

    start: Moment
    end: Moment | None
    uid: str
    summary: str
    description: str
    cancelled: bool
    duration: timedelta | None = None
    zone: str = ""
    rules: tuple[Raw, ...] = ()
    added: tuple[Span, ...] = ()
    excluded: tuple[Moment, ...] = ()
    replaces: Moment | None = None
    onwards: bool = False


def text_of(line: bytes) -> str:
    """Return the value of a text property, unescaped and without control characters, which terminals choke on."""
    found = _TEXT.match(line)
    if not found:
        return ""
    try:
        text = found[1].decode()
    except UnicodeDecodeError:
        text = found[1].decode("latin-1")  # which any bytes are
    return unescape_backslash(text).translate(_CONTROLS) if "\\" in text else text.translate(_CONTROLS)


def decode(block: Block) -> Fields:
    """Decode one event from its properties.

    Raises:
        WireFormatError: a property cannot be decoded, or one that decides the nights is missing or there twice.
    """
    _once(block)
    stay = _two_moments(block)
    if stay is not None:
        return _told(block, *stay)
    dated = [_plain(name, text) for name, text in block.properties if name in _DATED]
    source = [b"BEGIN:VEVENT", *dated, b"END:VEVENT", b""]
    try:
        component: Any = Event.from_ical(b"\r\n".join(source))
    except Exception:  # noqa: BLE001 - whatever a library does on a stranger's bytes, the body is refused
        # "from None": the library's texts quote the body.
        msg = "an event cannot be read"
        raise refusal(msg, line=block.line) from None
    return _fields(component, block)


def decode_whole(lines: Iterable[Line], blocks: Sequence[Block]) -> list[Fields]:
    """Decode every event by handing the library the calendar as it stands, nested parts and all.

    For bodies whose split into events is in doubt. The library must find exactly the events that the lines announce.

    Raises:
        WireFormatError: the library refuses the body, or finds another number of events.
    """
    for block in blocks:
        _once(block)
    try:
        calendars: Any = Calendar.from_ical(b"\r\n".join(_relevant(lines)), multiple=True)
        components: list[Any] = [event for calendar in calendars for event in calendar.walk("VEVENT")]
    except Exception:  # noqa: BLE001 - as above
        msg = "the calendar cannot be read"
        raise refusal(msg, line=1) from None
    if len(components) != len(blocks):
        msg = f"{len(blocks)} events begin, {len(components)} can be read"
        raise refusal(msg, line=1)
    return [_fields(component, block) for component, block in zip(components, blocks, strict=True)]


def _once(block: Block) -> None:
    """Refuse an event that contradicts itself before thousands of contradictions are decoded."""
    names = [name for name, _ in block.properties if name in _ONCE]
    if len(names) != len(set(names)):
        twice = next(name for name in names if names.count(name) > 1)
        msg = f"an event has {twice.decode()} more than once"
        raise refusal(msg, line=block.line)


def _relevant(lines: Iterable[Line]) -> Iterable[bytes]:
    """Yield the lines the library is to see: no zones, alarms or tasks, and of the events what matters."""
    stack: list[bytes] = []
    skipped = (b"VTIMEZONE", b"VALARM")
    for _, text in lines:
        if text[:6].upper() == b"BEGIN:":
            stack.append(text[6:].strip(b" \t").upper())
            if not any(name in skipped for name in stack):
                yield b"BEGIN:" + stack[-1]
        elif text[:4].upper() == b"END:":
            closed = text[4:].strip(b" \t").upper()
            while stack and closed != b"VALARM" and stack[-1] == b"VALARM":
                stack.pop()
            if not any(name in skipped for name in stack):
                yield b"END:" + closed
            del stack[-1:]
        elif stack[-1:] == [b"VEVENT"]:
            name = re.split(rb"[ \t]*[;:]", text, maxsplit=1)[0].upper()
            if name in _DATED:
                yield _plain(name, text)


def _two_moments(block: Block) -> tuple[Moment, Moment] | None:
    """Return the start and the end of an event that says two plain dates or instants, and no more about its nights.

    Nearly every event of a platform's calendar does. None where the library is to be asked, for whatever reason.
    """
    dated = dict([each for each in block.properties if each[0] in _DATED])
    if dated.keys() != _STAY:
        return None
    for form, moment in ((_DATE, date), (_INSTANT, _instant)):
        first, last = form.fullmatch(dated[b"DTSTART"]), form.fullmatch(dated[b"DTEND"])
        if first is not None and last is not None:
            with suppress(ValueError):
                return moment(*map(int, first.groups())), moment(*map(int, last.groups()))
    return None


def _instant(*numbers: int) -> datetime:
    """Return a time in UTC."""
    year, month, day, hour, minute, second = numbers
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def _plain(name: bytes, text: bytes) -> bytes:
    """Return a date property in the form the library is sure to understand."""
    # The value of a date never holds a colon, but an unquoted zone name may: "(UTC+01:00) Paris".
    before, _, value = text.upper().rpartition(b":")
    return name + b"".join(_KEPT.findall(before)) + b":" + value.strip(b" \t")


def _fields(component: Component, block: Block) -> Fields:
    """Take the values out of a component, each checked for its type."""
    if component.errors:
        named = {str(name) for name, _ in component.errors if name}
        msg = f"an event has an undecodable {min(named, default='property')}"
        raise refusal(msg, line=block.line)
    pick = _Picker(component, block.line)
    start = pick.moment("DTSTART")
    if start is None:
        msg = "an event has no DTSTART"
        raise refusal(msg, line=block.line)
    recurrence = pick.one("RECURRENCE-ID")
    zone = next((_ZONE.search(text) for name, text in block.properties if name == b"DTSTART"), None)
    return evolve(
        _told(block, start, pick.moment("DTEND")),
        duration=pick.duration(),
        zone=zone[1].decode("latin-1").strip() if zone else "",
        rules=tuple(pick.rule(raw) for raw in pick.every("RRULE")),
        added=tuple(pick.span(value) for value in pick.values("RDATE")),
        excluded=tuple(pick.checked("EXDATE", value) for value in pick.values("EXDATE")),
        replaces=None if recurrence is None else pick.checked("RECURRENCE-ID", getattr(recurrence, "dt", None)),
        onwards=recurrence is not None and "RANGE" in recurrence.params,
    )


def _told(block: Block, start: Moment, end: Moment | None) -> Fields:
    """Return what an event says beside its dates, which are given: its texts, and whether it is cancelled."""
    # Where a text stands twice the first is taken: it decides no night. A contradiction about STATUS is not CANCELLED.
    texts = {name: text for name, text in reversed(block.properties) if name in _TEXTS}
    states = {text_of(text).strip().upper() for name, text in block.properties if name == b"STATUS"}
    return Fields(
        start=start,
        end=end,
        uid=text_of(texts.get(b"UID", b"")).strip(),
        summary=text_of(texts.get(b"SUMMARY", b"")).strip(),
        description=text_of(texts.get(b"DESCRIPTION", b"")),
        cancelled=states == {"CANCELLED"},
    )


@final
@frozen
class _Picker:
    """Takes values out of one component of the library; everything untyped ends here."""

    component: Any
    line: int

    def every(self, name: str) -> list[Any]:
        """Return all properties of that name."""
        found: Any = self.component.get(name, [])
        return found if _is_list(found) else [found]

    def one(self, name: str) -> Any:  # noqa: ANN401 - the library's
        """Return the property of that name or None; two are a contradiction."""
        found = self.every(name)
        if len(found) > 1:
            msg = f"an event has {name} more than once"
            raise refusal(msg, line=self.line)
        return found[0] if found else None

    def moment(self, name: str) -> Moment | None:
        """Return a date or time, or None where there is none."""
        found = self.one(name)
        return None if found is None else self.checked(name, getattr(found, "dt", None))

    def checked(self, name: str, value: object) -> Moment:
        """Return the value as a date or time, which it must be."""
        if isinstance(value, date):
            return value
        msg = f"an event has an undecodable {name}"
        raise refusal(msg, line=self.line)

    def duration(self) -> timedelta | None:
        """Return the DURATION, or None where there is none."""
        found = self.one("DURATION")
        value = getattr(found, "dt", None)
        if found is None or isinstance(value, timedelta):
            return value
        msg = "an event has an undecodable DURATION"
        raise refusal(msg, line=self.line)

    def values(self, name: str) -> list[Any]:
        """Return the values of a property that holds lists of dates."""
        return [item.dt for found in self.every(name) for item in getattr(found, "dts", [])]

    def span(self, value: Any) -> Span:  # noqa: ANN401 - the library's
        """Return an added occurrence: a date, a time, or a period."""
        if isinstance(value, tuple):
            first, last = cast("tuple[Any, Any]", value)
            return self.checked("RDATE", first), last if isinstance(last, timedelta) else self.checked("RDATE", last)
        return self.checked("RDATE", value), None

    def rule(self, raw: Any) -> Raw:  # noqa: ANN401 - the library's
        """Return a repetition rule as text by part."""
        try:
            return {str(part).upper(): [_rule_value(value) for value in values] for part, values in raw.items()}
        except (AttributeError, TypeError):
            msg = "an event has an undecodable RRULE"
            raise refusal(msg, line=self.line) from None


def _is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether the library keeps several properties of one name."""
    return isinstance(value, list)


def _rule_value(value: object) -> str:
    """Return one value of a rule as text; moments in the form `datetime.fromisoformat` reads."""
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
