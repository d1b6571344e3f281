"""Repetition rules, day by day, in bounded time.

Repeating events are rare in this trade (an owner's own calendar that closes each winter), but a feed is a stranger's
text and a rule is a small program. A general rule engine runs a rule until it yields: "each 30 February" makes it
search to the year 9999. Nights need less. Here a rule is asked period by period (day, week, month or year, as its
FREQ says), within a window known beforehand, which days it takes; a rule that matches nothing costs no more than one
that matches everything.

Rules that repeat within a day, or by week numbers, or with parts unknown here, are refused: what is not certain is not
read. The property tests hold this against python-dateutil's engine.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final, final

from attrs import define, field, frozen

__all__ = ["Effort", "Rule", "RuleError", "days"]

_WEEKDAYS: Final = {name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
_WEEKDAY: Final = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_LONGEST: Final = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}
_NUMBERED: Final = {"BYMONTH": 12, "BYMONTHDAY": 31, "BYYEARDAY": 366, "BYSETPOS": 366}
_PARTS: Final = {*_NUMBERED, "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"}


class RuleError(Exception):
    """A rule that is not followed; ``cap`` names the limit where it is one."""

    def __init__(self, message: str, *, cap: str | None = None) -> None:
        """Keep the limit's name."""
        super().__init__(message)
        self.cap = cap


@final
@define
class Effort:
    """How many days may still be searched, by all the rules of a body together."""

    left: int = 200_000

    def spend(self, period: str) -> None:
        """Count a period of that frequency."""
        self.left -= _LONGEST[period]
        if self.left < 0:
            msg = "events repeat for too long"
            raise RuleError(msg, cap="occurrences")


@final
@frozen
class Rule:
    """One repetition rule. The defaults that a rule takes from its first day are filled in by `days`."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: date | datetime | None = None
    months: frozenset[int] = frozenset()
    monthdays: frozenset[int] = frozenset()
    yeardays: frozenset[int] = frozenset()
    weekdays: frozenset[tuple[int, int]] = frozenset()
    positions: frozenset[int] = frozenset()
    week_start: int = field(default=0)

    @classmethod
    def of(cls, parts: Mapping[str, Sequence[str]]) -> Rule:
        """Read the parts of an RRULE.

        Raises:
            RuleError: a part is missing, unknown, out of range, or repeats within a day.
        """
        freq = _single(parts, "FREQ", "")
        if freq in ("SECONDLY", "MINUTELY", "HOURLY"):
            msg = "an event repeats within the day"
            raise RuleError(msg, cap="occurrences")
        unknown = sorted(set(parts) - _PARTS)
        if freq not in _LONGEST or unknown:
            msg = "an event repeats by a rule that is not understood"
            raise RuleError(msg)
        count = _single(parts, "COUNT", "")
        numbers = {name: _numbers(parts.get(name, ()), limit) for name, limit in _NUMBERED.items()}
        return cls(
            freq,
            interval=_number(_single(parts, "INTERVAL", "1"), 1, 10**6),
            count=_number(count, 1, 10**12) if count else None,
            until=_until(_single(parts, "UNTIL", "")),
            months=numbers["BYMONTH"],
            monthdays=numbers["BYMONTHDAY"],
            yeardays=numbers["BYYEARDAY"],
            weekdays=frozenset(_weekday(text, freq) for text in parts.get("BYDAY", ())),
            positions=numbers["BYSETPOS"],
            week_start=_weekday(_single(parts, "WKST", "MO"), "WEEKLY")[1],
        )

    @property
    def endless(self) -> bool:
        """Whether the rule names no end of its own."""
        return self.count is None and self.until is None


def days(rule: Rule, first: date, *, since: date, last: date, effort: Effort) -> Iterator[date]:
    """Yield the days the rule takes from ``first`` on, those within ``since <= day <= last``, in order.

    Raises:
        RuleError: there is more to search than the effort left.
    """
    match = _Match.of(rule, first)
    taken = 0
    for start, end in _periods(rule, first, since):
        if start > last:
            return
        effort.spend(rule.freq)
        for day in match.within(start, end):
            if day < first:
                continue
            taken += 1
            if day > last or (rule.count is not None and taken > rule.count):
                return
            if day >= since:
                yield day


def _periods(rule: Rule, first: date, since: date) -> Iterator[tuple[date, date]]:
    """Yield each period of the rule as its first day and the day after its last."""
    skipped = 0
    if rule.count is None and since > first:
        # Without a count nothing before the window matters. Dividing by the longest period never jumps too far.
        skipped = max(0, (since - first).days // _LONGEST[rule.freq] // rule.interval - 1)
    step = skipped * rule.interval
    try:
        while True:
            yield _period(rule, first, step)
            step += rule.interval
    except (OverflowError, ValueError):
        return  # the end of the calendar


def _period(rule: Rule, first: date, step: int) -> tuple[date, date]:
    """Return the period so many periods after the one that holds the first day."""
    if rule.freq in ("DAILY", "WEEKLY"):
        length = timedelta(days=_LONGEST[rule.freq])
        back = (first.weekday() - rule.week_start) % 7 if rule.freq == "WEEKLY" else 0
        # Counted from the first day, so that a week before the calendar's start does no harm.
        start = first + step * length - timedelta(days=back)
        return start, start + length
    if rule.freq == "MONTHLY":
        return _month(first, step), _month(first, step + 1)
    return date(first.year + step, 1, 1), date(first.year + step + 1, 1, 1)


def _month(first: date, step: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + step, 12)
    return date(year, month + 1, 1)


@final
@frozen
class _Match:
    """A rule with the defaults of its first day: which days of a period it takes."""

    rule: Rule
    months: frozenset[int]
    monthdays: frozenset[int]
    weekdays: frozenset[tuple[int, int]]

    @classmethod
    def of(cls, rule: Rule, first: date) -> _Match:
        """Fill in what a rule leaves to its first day: the weekday, the day of the month, the month."""
        months, monthdays, weekdays = rule.months, rule.monthdays, rule.weekdays
        if not (monthdays or weekdays or rule.yeardays):
            if rule.freq == "WEEKLY":
                weekdays = frozenset({(0, first.weekday())})
            elif rule.freq in ("MONTHLY", "YEARLY"):
                monthdays = frozenset({first.day})
            if rule.freq == "YEARLY":
                months = months or frozenset({first.month})
        return cls(rule, months, monthdays, weekdays)

    def within(self, start: date, end: date) -> list[date]:
        """Return the days taken in a period, in order."""
        found: list[date] = []
        day = start
        while day < end:
            if self.months and day.month not in self.months:
                day = min(_month(day, 1), end)
                continue
            if self._takes(day):
                found.append(day)
            day += timedelta(days=1)
        if self.rule.positions:
            found = [day for place, day in enumerate(found) if self._chosen(place, len(found))]
        return found

    def _chosen(self, place: int, total: int) -> bool:
        return place + 1 in self.rule.positions or place - total in self.rule.positions

    def _takes(self, day: date) -> bool:
        if self.monthdays:
            length = calendar.monthrange(day.year, day.month)[1]
            if day.day not in self.monthdays and day.day - length - 1 not in self.monthdays:
                return False
        if self.rule.yeardays:
            place, length = day.timetuple().tm_yday, 366 if calendar.isleap(day.year) else 365
            if place not in self.rule.yeardays and place - length - 1 not in self.rule.yeardays:
                return False
        return not self.weekdays or self._takes_weekday(day)

    def _takes_weekday(self, day: date) -> bool:
        weekday = day.weekday()
        if (0, weekday) in self.weekdays:
            return True
        if self.rule.freq == "YEARLY" and not self.months:
            place, length = day.timetuple().tm_yday, 366 if calendar.isleap(day.year) else 365
        else:
            place, length = day.day, calendar.monthrange(day.year, day.month)[1]
        forward, backward = (place - 1) // 7 + 1, -((length - place) // 7 + 1)
        return (forward, weekday) in self.weekdays or (backward, weekday) in self.weekdays


def _single(parts: Mapping[str, Sequence[str]], name: str, default: str) -> str:
    values = parts.get(name, (default,))
    if len(values) != 1:
        msg = f"an event repeats by a rule with several {name}"
        raise RuleError(msg)
    return values[0].upper()


def _number(text: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[+-]?\d{1,13}", text) or not low <= int(text) <= high:
        msg = "an event repeats by a rule with a number out of range"
        raise RuleError(msg)
    return int(text)


def _numbers(texts: Sequence[str], limit: int) -> frozenset[int]:
    low = 1 if limit == _NUMBERED["BYMONTH"] else -limit
    numbers = frozenset(_number(text, low, limit) for text in texts)
    if 0 in numbers:
        msg = "an event repeats by a rule with a number out of range"
        raise RuleError(msg)
    return numbers


def _weekday(text: str, freq: str) -> tuple[int, int]:
    found = _WEEKDAY.fullmatch(text)
    ordinal = int(found[1] or 0) if found else 0
    if not found or (ordinal and freq in ("DAILY", "WEEKLY")) or found[1] == "0":
        msg = "an event repeats by a weekday that is not understood"
        raise RuleError(msg)
    return ordinal, _WEEKDAYS[found[2]]


def _until(text: str) -> date | datetime | None:
    if not text:
        return None
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
