"""From what an event says to the nights it takes: ends, lengths, cancellations, repetitions.

Where a feed leaves something open, the reading closes rather than opens: an all-day event without an end, or with an
end equal to its start, takes one night. Where the meaning cannot be told (an end before the start, two different
ends), the whole body is refused, because an event dropped in silence is a night sold twice. An event that takes no
night, being cancelled or over within a day, is said in a note.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final, final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import Factory, define, frozen

from channelsync.ical.fields import Fields
from channelsync.ical.reading import Caps, Parsed, RawEvent
from channelsync.ical.refusals import refusal
from channelsync.ical.repeat import Effort, Rule, RuleError, days
from channelsync.ical.times import Dating, Moment, written_date
from channelsync.nights import LIMIT, Stay

__all__ = ["Budget", "take"]

_ONE_NIGHT: Final = timedelta(days=1)
_LOOKBACK: Final = timedelta(days=2 * 365)


@final
@define
class Budget:
    """What repetitions may still cost in this body."""

    caps: Caps
    occurrences: int = 0
    repeating: int = 0
    effort: Effort = Factory(Effort)

    def open_rule(self, line: int) -> None:
        """Count an event with a repetition."""
        self.repeating += 1
        if self.repeating > self.caps.repeating:
            msg = f"more than {self.caps.repeating} events repeat"
            raise refusal(msg, line=line, cap="repeating")

    def spend(self, line: int) -> None:
        """Count an occurrence."""
        self.occurrences += 1
        if self.occurrences > self.caps.occurrences:
            msg = f"events repeat more than {self.caps.occurrences} times"
            raise refusal(msg, line=line, cap="occurrences")


def take(fields: Fields, line: int, stamp: datetime | None, dating: Dating, budget: Budget) -> Parsed:
    """Work out the nights of one event.

    Raises:
        WireFormatError: the event contradicts itself, or repeats beyond a cap or by a rule that is not understood.
    """
    try:
        return _Taking(fields, line, stamp, dating, budget).parsed()
    except RuleError as error:
        raise refusal(str(error), line=line, cap=error.cap) from None
    except OverflowError:
        msg = "an event lies outside the calendar"
        raise refusal(msg, line=line) from None


@final
@frozen
class _Taking:
    """One event with all that is needed to date it."""

    fields: Fields
    line: int
    stamp: datetime | None
    dating: Dating
    budget: Budget

    def parsed(self) -> Parsed:
        """Return the event's occurrences and what was tolerated."""
        fields, notes = self.fields, list[str]()
        if not fields.uid:
            notes.append("no UID")
        replaces = None
        if fields.replaces is not None and fields.onwards:
            notes.append("changes a repetition from here on: counted beside it")
        elif fields.replaces is not None:
            replaces = self.dating.date_of(fields.replaces)
        repeats = bool(fields.rules or fields.added)
        stays: tuple[Stay, ...] = ()
        if fields.cancelled:
            notes.append("takes no night: cancelled")
        else:
            stay = self._stay(notes)
            stays = tuple(self._occurrences(stay, notes)) if repeats else (stay,) if stay else ()
        events = tuple(RawEvent(stay, fields.uid, fields.summary, fields.description, self.line) for stay in stays)
        return Parsed(self.line, fields.uid, events, tuple(notes), repeats, replaces)

    def _stay(self, notes: list[str]) -> Stay | None:
        """Return the nights of the first occurrence, or None."""
        start, end = self.fields.start, self._end(notes)
        arrival, departure = self.dating.date_of(start), self.dating.date_of(end)
        if departure < arrival or _reversed(start, end):
            msg = f"an event ends ({departure}) before it starts ({arrival})"
            raise refusal(msg, line=self.line)
        if departure > arrival:
            return Stay(arrival, departure)
        if isinstance(start, datetime) and isinstance(end, datetime) and start != end:
            notes.append("takes no night: begins and ends within a day")
            return None
        notes.append("ends on the day it starts: one night")
        return Stay(arrival, arrival + _ONE_NIGHT)

    def _end(self, notes: list[str]) -> Moment:
        """Return where the event ends, by DTEND, by DURATION, or by the standard's default."""
        start, end, duration = self.fields.start, self.fields.end, self.fields.duration
        if duration is None:
            if end is None:
                notes.append("no DTEND")
                return start if isinstance(start, datetime) else start + _ONE_NIGHT
            return end
        by_duration = _after(start, duration)
        if end is not None and self.dating.date_of(end) != self.dating.date_of(by_duration):
            msg = "an event has a DTEND and a DURATION that disagree"
            raise refusal(msg, line=self.line)
        return by_duration

    def _occurrences(self, stay: Stay | None, notes: list[str]) -> Iterator[Stay]:
        """Yield the nights of every occurrence, the first one included, each day once."""
        self.budget.open_rule(self.line)
        excluded = {self.dating.date_of(moment) for moment in self.fields.excluded}
        seen: set[date] = set()
        for arrival, found in self._candidates(stay, notes):
            if arrival in seen or arrival in excluded:
                continue
            if seen:
                self.budget.spend(self.line)
            seen.add(arrival)
            if found is not None:
                yield found
        if stay and not seen:
            notes.append("takes no night: every occurrence is excluded")

    def _candidates(self, stay: Stay | None, notes: list[str]) -> Iterator[tuple[date, Stay | None]]:
        """Yield occurrences with the day they begin, some perhaps more than once."""
        start = self.fields.start
        yield self.dating.date_of(start), stay
        for raw in self.fields.rules:
            for day in self._repeated(Rule.of(raw), notes):
                shift = day - written_date(start)
                yield self.dating.date_of(start + shift), self._shifted(stay, shift)
        for moment, own in self.fields.added:
            arrival = self.dating.date_of(moment)
            yield arrival, self._added(arrival, moment, own, stay)

    def _repeated(self, rule: Rule, notes: list[str]) -> Iterator[date]:
        """Yield the days of a rule, as they are written, within the window that is followed."""
        first = written_date(self.fields.start)
        anchor = max(first, self.stamp.date()) if self.stamp else first
        last = LIMIT
        if rule.endless:
            last = min(LIMIT, anchor + timedelta(days=365 * self.budget.caps.years))
            notes.append(f"repeats without end: followed until {last}")
        elif rule.until is not None:
            last = min(LIMIT, self._until(rule.until))
        return days(rule, first, since=anchor - _LOOKBACK, last=last, effort=self.budget.effort)

    def _until(self, until: Moment) -> date:
        """Return the last day on which an occurrence may still begin; its own day counts."""
        start = self.fields.start
        if not isinstance(until, datetime) or not isinstance(start, datetime):
            return max(written_date(until), self.dating.date_of(until))
        if start.tzinfo is None and until.tzinfo is not None:
            # A rule's end is written in UTC also where its start is local: compare as the start is written.
            until = until.astimezone(self._zone())
        return until.date() if start.time() <= until.time() else until.date() - _ONE_NIGHT

    def _zone(self) -> ZoneInfo:
        """Return the zone that DTSTART names, or the property's where that is unknown."""
        try:
            return ZoneInfo(self.fields.zone) if self.fields.zone else self.dating.zone
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return self.dating.zone

    def _shifted(self, stay: Stay | None, shift: timedelta) -> Stay | None:
        """Return the stay so many days later; a UTC instant may fall on another local day then."""
        if stay is None:
            return None
        arrival = self.dating.date_of(self.fields.start + shift)
        return Stay(arrival, arrival + timedelta(days=stay.length))

    def _added(self, arrival: date, moment: Moment, own: Moment | timedelta | None, stay: Stay | None) -> Stay | None:
        """Return the nights of an RDATE: its own period, or as many as the event has."""
        if own is None:
            return Stay(arrival, arrival + timedelta(days=stay.length)) if stay else None
        end = _after(moment, own) if isinstance(own, timedelta) else own
        departure = self.dating.date_of(end)
        if departure < arrival:
            msg = "an added occurrence ends before it starts"
            raise refusal(msg, line=self.line)
        return Stay(arrival, departure) if departure > arrival else None


def _after(start: Moment, duration: timedelta) -> Moment:
    """Return the end after a duration; a part of a day behind a plain date counts as a whole one."""
    if isinstance(start, datetime):
        return start + duration
    return start - (-duration // _ONE_NIGHT) * _ONE_NIGHT


def _reversed(start: Moment, end: Moment) -> bool:
    """Whether two times on the same clock are in the wrong order."""
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return False
    return (start.tzinfo is None) == (end.tzinfo is None) and end < start
