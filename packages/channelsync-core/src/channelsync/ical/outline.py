"""The skeleton of a body: which component opens and closes where, and which lines belong to which event.

This is what makes "nothing was lost" provable. Every ``BEGIN`` must meet its own ``END`` before anything inside is
believed, so a body cut anywhere is refused: also one cut exactly behind an ``END:VEVENT``, which would look like a
calendar with fewer guests. Only one slip is forgiven, an alarm that was never closed, and only where the event had
said its nights before the alarm began.

Zone definitions, alarms and tasks are walked over but not kept: none of them can change a night (`times` says why for
zones). Free/busy components can hold taken nights in a form that is not read, so they are refused rather than ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, final

from attrs import Factory, define, frozen

from channelsync.ical.lines import Line
from channelsync.ical.reading import Caps
from channelsync.ical.refusals import refusal

__all__ = ["Block", "Outline", "outline"]

_PROPERTY: Final = re.compile(rb"([A-Za-z0-9-]+)[ \t]*[;:]")
_START: Final = frozenset({b"DTSTART"})
_LENGTH: Final = frozenset({b"DTEND", b"DURATION"})
_NEVER_IN_ALARMS: Final = frozenset({b"DTSTART", b"DTEND", b"RRULE", b"RDATE", b"EXDATE", b"RECURRENCE-ID", b"STATUS"})
_LISTS: Final = frozenset({b"RRULE", b"RDATE", b"EXDATE"})
_MEANT: Final = _START | _LENGTH | _NEVER_IN_ALARMS | frozenset({b"UID", b"SUMMARY", b"DESCRIPTION"})


@final
@define
class Block:
    """One event's own properties that can matter here, under their upper-case names; its DTSTAMPs set apart."""

    line: int
    properties: list[tuple[bytes, bytes]] = Factory(list[tuple[bytes, bytes]])
    stamps: list[bytes] = Factory(list[bytes])

    def says(self, names: frozenset[bytes]) -> bool:
        """Whether one of the names is among the properties."""
        return any(name in names for name, _ in self.properties)


@final
@frozen
class Outline:
    """A body's structure, found sound: the line of the PRODID, the events in order, and what was left out.

    ``nested`` says that an event stands inside something else than a calendar, so that the split into blocks is not
    to be relied on.
    """

    prodid: bytes
    blocks: tuple[Block, ...]
    notes: tuple[str, ...]
    nested: bool


def outline(lines: Iterable[Line], caps: Caps) -> Outline:
    """Walk the lines of a body once.

    Raises:
        WireFormatError: components do not match, the body stops early, something stands outside the calendars, or
            there are too many events.
    """
    walk = _Walk(caps)
    number = 1
    for number, text in lines:
        if walk.event is not None and text[0] not in b"BbEeRr":
            # Nearly every line of a feed goes this way, in the form it is meant to have: no method, no pattern.
            name = text.partition(b":")[0].partition(b";")[0]
            if name in _MEANT:
                walk.event.properties.append((name, text))
            elif name == b"DTSTAMP":
                walk.event.stamps.append(text)
            else:
                walk.property(number, text)
        elif text[:6].upper() == b"BEGIN:":
            walk.begin(number, _component(text[6:]))
        elif text[:4].upper() == b"END:":
            walk.end(number, _component(text[4:]))
        else:
            walk.property(number, text)
    if walk.stack:
        inside = " inside an event" if b"VEVENT" in walk.stack else ""
        msg = f"the calendar stops{inside}: no END:VCALENDAR"
        raise refusal(msg, line=number)
    if walk.calendars > 1:
        walk.notes.append(f"{walk.calendars} calendars in one answer, taken together")
    return Outline(walk.prodid, tuple(walk.blocks), tuple(walk.notes), walk.nested)


def _component(text: bytes) -> bytes:
    return text.strip(b" \t").upper()


@final
@define
class _Walk:
    """Where the walk stands: the open components, innermost last, and what has been found so far."""

    caps: Caps
    stack: list[bytes] = Factory(list[bytes])
    blocks: list[Block] = Factory(list[Block])
    opened: list[Block] = Factory(list[Block])
    event: Block | None = None  # the one that a property belongs to, where the innermost component is an event
    alarmed: set[bytes] = Factory(set[bytes])
    notes: list[str] = Factory(list[str])
    prodid: bytes = b""
    calendars: int = 0
    listed: int = 0
    nested: bool = False

    def begin(self, number: int, name: bytes) -> None:
        """Open a component."""
        if not self.stack and name != b"VCALENDAR":
            msg = "a component outside the calendar"
            raise refusal(msg, line=number)
        if name in (b"VFREEBUSY", b"VAVAILABILITY"):
            msg = "free/busy times came instead of events"
            raise refusal(msg, line=number)
        if len(self.stack) >= self.caps.depth:
            msg = f"components are nested deeper than {self.caps.depth}"
            raise refusal(msg, line=number, cap="depth")
        if name == b"VEVENT":
            self._begin_event(number)
        elif name == b"VCALENDAR":
            self.calendars += 1
        elif name == b"VALARM" and b"VALARM" not in self.stack:
            self.alarmed.clear()
        elif name in (b"VTODO", b"VJOURNAL"):
            self.notes.append(f"line {number}: left out, not an event")
        self.stack.append(name)
        self.event = self.opened[-1] if name == b"VEVENT" else None

    def _begin_event(self, number: int) -> None:
        if self.stack != [b"VCALENDAR"]:
            self.nested = True
            self.notes.append(f"line {number}: an event inside another component")
        if len(self.blocks) >= self.caps.events:
            msg = f"the calendar has more than {self.caps.events} events"
            raise refusal(msg, line=number, cap="events")
        self.blocks.append(Block(number))
        self.opened.append(self.blocks[-1])

    def end(self, number: int, name: bytes) -> None:
        """Close the innermost component, which must be the one named."""
        if name == b"VEVENT" and self.stack[-1:] == [b"VALARM"]:
            self._forgive_alarm(number)
        if not self.stack or self.stack[-1] != name:
            msg = "an END that belongs to no BEGIN" if name not in self.stack else "an END in the wrong place"
            raise refusal(msg, line=number)
        self.stack.pop()
        if name == b"VEVENT":
            self.opened.pop()
        self.event = self.opened[-1] if self.stack[-1:] == [b"VEVENT"] else None

    def _forgive_alarm(self, number: int) -> None:
        """Close alarms left open, where they cannot have swallowed anything that decides the event's nights."""
        depth = len(self.stack)
        while depth and self.stack[depth - 1] == b"VALARM":
            depth -= 1
        if not depth or self.stack[depth - 1] != b"VEVENT" or self.alarmed & _NEVER_IN_ALARMS:
            return
        if self.opened[-1].says(_START) and self.opened[-1].says(_LENGTH):
            del self.stack[depth:]
            self.notes.append(f"line {number}: an alarm without an end")

    def property(self, number: int, text: bytes) -> None:
        """Take a property in, wherever it stands."""
        if not self.stack:
            msg = "other text outside the calendar"
            raise refusal(msg, line=number)
        inside = self.stack[-1]
        found = _PROPERTY.match(text)
        name = found[1].upper() if found else b""
        if name in (b"BEGIN", b"END"):
            # With a parameter, or a blank before the colon: read as a mere property it could hide an event.
            msg = "a BEGIN or END that is not plain"
            raise refusal(msg, line=number)
        if inside == b"VEVENT" and name in _MEANT:
            if name in _LISTS:
                self._count(number, text)
            self.opened[-1].properties.append((name, text))
        elif inside == b"VEVENT":
            self._other_event_property(number, name, text)
        elif inside == b"VCALENDAR":
            if not name:
                msg = "a line that is not a property"
                raise refusal(msg, line=number)
            if name == b"PRODID" and not self.prodid:
                self.prodid = text
        elif inside == b"VALARM":
            self.alarmed.add(name)

    def _count(self, number: int, text: bytes) -> None:
        """Count the values of a list."""
        self.listed += 1 + text.count(b",")
        if self.listed > self.caps.listed:
            msg = f"events list more than {self.caps.listed} dates or parts of rules"
            raise refusal(msg, line=number, cap="listed")

    def _other_event_property(self, number: int, name: bytes, text: bytes) -> None:
        if not name:
            msg = "a line inside an event is not a property"
            raise refusal(msg, line=number)
        if name == b"DTSTAMP":
            self.opened[-1].stamps.append(text)
