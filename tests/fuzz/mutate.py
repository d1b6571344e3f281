"""Changes to calendars that are likely to matter: what proxies, editors, scripts and strangers do to them.

A calendar is text in lines, so most changes are about lines: one dropped, doubled, moved, swapped for one that is known
to be odd. Some are about whole events, some about the bytes. Each draws from one seeded generator.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random
from typing import Final, final

from tests.fuzz.corpus import SEPARATOR

__all__ = ["LONGEST", "Mutator"]

LONGEST: Final = 60_000
"""Bytes of an input; what is longer is cut back to its parent."""

_DAYS: Final = (b"20270401", b"20270402", b"20270430", b"00010101", b"99991231", b"20270229", b"20280229", b"20150101")
_VALUES: Final = (
    *_DAYS,
    *(
        b"20270401T000000Z",
        b"20270401T235959Z",
        b"20270401T160000",
        b"99991231T235959Z",
        b"00010101T000000",
        b"T000000",
    ),
    *(b"20270401T240000", b"20270401T235960Z", b"2027-04-01", b"0", b"", b" ", b"P1D", b"-P1D", b"P1W", b"PT1H", b"P"),
    *(b"P999999999D", b"PT99999999999999999999S", b"-P1W", b"P0D", b"CANCELLED", b"cancelled", b"CONFIRMED", b"VEVENT"),
    *(
        b"20270401/20270403",
        b"20270401T000000Z/P2D",
        b"20270401,20270408,20270415",
        b"20270401T100000Z/20270402T100000Z",
    ),
    *(b"\\n", b"\\", b"\\,\\;\\\\", b'"', b"\xff\xfe", b"\xe9", b"\xc3\xa9" * 60, b"\x00", b"a" * 200, b"9" * 5000),
)
_RULES: Final = (
    *(b"FREQ=DAILY;COUNT=3", b"FREQ=DAILY", b"FREQ=YEARLY", b"FREQ=SECONDLY", b"FREQ=HOURLY;COUNT=1", b"FREQ=", b"X"),
    *(
        b"FREQ=WEEKLY;BYDAY=MO,TU;WKST=SU",
        b"FREQ=MONTHLY;BYDAY=-1FR,2MO;BYSETPOS=-1",
        b"FREQ=YEARLY;BYMONTHDAY=30;BYMONTH=2",
    ),
    *(
        b"FREQ=YEARLY;BYYEARDAY=366,-366",
        b"FREQ=DAILY;UNTIL=20270405",
        b"FREQ=DAILY;UNTIL=20270405T220000Z",
        b"FREQ=DAILY;UNTIL=99991231",
    ),
    *(
        b"FREQ=DAILY;INTERVAL=1000000",
        b"FREQ=DAILY;INTERVAL=0",
        b"FREQ=DAILY;COUNT=999999999999",
        b"FREQ=DAILY;COUNT=1;COUNT=2",
    ),
    *(
        b"FREQ=WEEKLY;BYDAY=53MO",
        b"FREQ=YEARLY;BYWEEKNO=1",
        b"FREQ=DAILY;BYHOUR=1,2",
        b"FREQ=MONTHLY;BYDAY=0MO",
        b"FREQ=DAILY;UNTIL=x",
    ),
    *(
        b"FREQ=YEARLY;INTERVAL=4;BYMONTH=2;BYMONTHDAY=29",
        b"FREQ=DAILY;UNTIL=20260101",
        b"FREQ=DAILY;BYDAY=MO;BYSETPOS=1,-1",
    ),
)
_NAMES: Final = (
    b"DTSTART",
    b"DTEND",
    b"DURATION",
    b"RDATE",
    b"EXDATE",
    b"RECURRENCE-ID",
    b"STATUS",
    b"UID",
    b"DTSTAMP",
    b"SUMMARY",
    b"X-ANY",
    b"BEGIN",
    b"END",
    b"RRULE",
    b"PRODID",
    b"FREEBUSY",
)
_PARAMETERS: Final = (
    b";VALUE=DATE",
    b";VALUE=DATE-TIME",
    b";VALUE=PERIOD",
    b";TZID=Europe/Paris",
    b";TZID=Gone/Town",
    b';TZID="(UTC+01:00) Paris"',
    b";TZID=",
    b";RANGE=THISANDFUTURE",
    b";X-A=1:2",
    b';X="',
    b" ",
    b";",
    b";LANGUAGE=en-us",
    b";TZID=(UTC+01:00) Paris",
)
_COMPONENTS: Final = (
    b"VEVENT",
    b"VALARM",
    b"VTODO",
    b"VCALENDAR",
    b"VTIMEZONE",
    b"VJOURNAL",
    b"VFREEBUSY",
    b"X-OURS",
    b"DAYLIGHT",
    b" VEVENT ",
    b"vevent",
    b"",
)
_ENDINGS: Final = (b"\n", b"\r", b"\r\n", b"\r\r\n", b"\n\n", b" \r\n", b"\x0b", b"\xe2\x80\xa8", b"\x85", b"\n\r")
_MARKS: Final = (b"\xef\xbb\xbf", b"\xff\xfe", b"\x00", b"\x1a", b"\t", b" ", b"\xff", b"\r\n", b"\r\n \r\n", b"%%")
_BLOCK: Final = re.compile(rb"BEGIN:(VEVENT|VALARM|VTIMEZONE).*?END:\1[ \t]*[\r\n]*", re.IGNORECASE | re.DOTALL)
_DIGITS: Final = re.compile(rb"\d{4,}")


@final
class Mutator:
    """Makes inputs out of inputs."""

    def __init__(self, rng: Random, *, words: Sequence[bytes] = ()) -> None:
        """Remember the generator; ``words`` are worth putting in besides what is known of calendars."""
        self._rng = rng
        self._words = words
        self._ways: Sequence[Callable[[bytes], bytes]] = (
            *(self._line_dropped, self._line_doubled, self._lines_swapped, self._line_put_in, self._line_put_in),
            *(self._value_replaced, self._value_replaced, self._parameter_put_in, self._digits_changed, self._folded),
            *(self._endings, self._ending, self._case, self._block_moved, self._block_moved, self._block_wrapped),
            *(self._byte_changed, self._bytes_dropped, self._mark_put_in, self._cut, self._again, self._encoded),
        )

    def __call__(self, data: bytes, other: bytes) -> bytes:
        """Return the input changed a few times; now and then with a part of another one."""
        made = self._spliced(data, other) if self._rng.random() < 0.1 else data
        for _ in range(min(1 + int(self._rng.expovariate(0.6)), 12)):
            made = self._rng.choice(self._ways)(made)
        return made if len(made) <= LONGEST else data

    # -- lines ---------------------------------------------------------------------------------------------------------

    def _lines(self, data: bytes) -> tuple[list[bytes], int]:
        """Return the lines with their ends, and the place of one of them."""
        lines = data.splitlines(keepends=True) or [b""]
        return lines, self._rng.randrange(len(lines))

    def _line_dropped(self, data: bytes) -> bytes:
        lines, at = self._lines(data)
        del lines[at]
        return b"".join(lines)

    def _line_doubled(self, data: bytes) -> bytes:
        lines, at = self._lines(data)
        times = self._rng.choice((1, 1, 1, 2, 60))
        return b"".join([*lines[:at], *[lines[at]] * times, *lines[at:]])

    def _lines_swapped(self, data: bytes) -> bytes:
        lines, at = self._lines(data)
        to = self._rng.choice((self._rng.randrange(len(lines)), min(at + 1, len(lines) - 1)))
        lines[at], lines[to] = lines[to], lines[at]
        return b"".join(lines)

    def _line_put_in(self, data: bytes) -> bytes:
        lines, at = self._lines(data)
        return b"".join([*lines[:at], self._line(), *lines[at:]])

    def _line(self) -> bytes:
        """Return a line that means something."""
        rng = self._rng
        way = rng.random()
        if self._words and way < 0.5:
            return rng.choice(self._words) + b"\n"
        if way < 0.3:
            name = rng.choice((b"BEGIN", b"END", b"begin", b"END ", b"BEGIN;X=1"))
            return name + b":" + rng.choice(_COMPONENTS) + b"\r\n"
        if way < 0.5:
            return b"RRULE:" + rng.choice(_RULES) + b"\r\n"
        parameter = rng.choice(_PARAMETERS) if rng.random() < 0.4 else b""
        return rng.choice(_NAMES) + parameter + b":" + rng.choice(_VALUES) + rng.choice((b"\r\n", b"\r\n", b"\n"))

    def _value_replaced(self, data: bytes) -> bytes:
        lines, at = self._lines(data)
        name, colon, value = lines[at].partition(b":")
        end = value[len(value.rstrip(b"\r\n")) :]
        lines[at] = name + colon + self._rng.choice((*_VALUES, *_RULES, *self._words)) + end
        return b"".join(lines)

    def _parameter_put_in(self, data: bytes) -> bytes:
        lines, at = self._lines(data)
        name, mark, rest = re.match(rb"([^:;]*)([:;]?)(.*)", lines[at], re.DOTALL).groups()  # type: ignore[union-attr]
        lines[at] = name + self._rng.choice(_PARAMETERS) + mark + rest
        return b"".join(lines)

    def _digits_changed(self, data: bytes) -> bytes:
        found = list(_DIGITS.finditer(data))
        if not found:
            return data
        one = self._rng.choice(found)
        near = b"%0*d" % (len(one[0]), max(0, int(one[0][:18]) + self._rng.choice((-100, -1, 1, 1, 2, 100, 10_000))))
        return data[: one.start()] + self._rng.choice((near, near, self._rng.choice(_DAYS))) + data[one.end() :]

    def _folded(self, data: bytes) -> bytes:
        at = self._rng.randrange(len(data) + 1)
        return data[:at] + self._rng.choice((b"\r\n ", b"\n\t", b"\r ", b"\r\n\r\n ")) + data[at:]

    def _endings(self, data: bytes) -> bytes:
        return self._rng.choice(_ENDINGS).join(re.split(rb"\r\n|\r|\n", data))

    def _ending(self, data: bytes) -> bytes:
        lines, at = self._lines(data)
        lines[at] = lines[at].rstrip(b"\r\n") + self._rng.choice((b"", *_ENDINGS))
        return b"".join(lines)

    def _case(self, data: bytes) -> bytes:
        lines, at = self._lines(data)
        change = self._rng.choice((bytes.lower, bytes.upper, bytes.swapcase, bytes.title))
        if self._rng.random() < 0.3:
            return change(data)
        lines[at] = change(lines[at])
        return b"".join(lines)

    # -- events --------------------------------------------------------------------------------------------------------

    def _block_moved(self, data: bytes) -> bytes:
        """Take an event (an alarm, a zone) out, double it, or put it somewhere else, perhaps into another."""
        found = list(_BLOCK.finditer(data))
        if not found:
            return data
        one = self._rng.choice(found)
        without = data if self._rng.random() < 0.4 else data[: one.start()] + data[one.end() :]
        if self._rng.random() < 0.3:
            return without
        lines, at = self._lines(without)
        return b"".join([*lines[:at], one[0] * self._rng.choice((1, 1, 1, 1, 2, 40)), *lines[at:]])

    def _block_wrapped(self, data: bytes) -> bytes:
        found = list(_BLOCK.finditer(data))
        if not found:
            return data
        one, name = self._rng.choice(found), self._rng.choice(_COMPONENTS)
        return data[: one.start()] + b"BEGIN:%b\r\n%bEND:%b\r\n" % (name, one[0], name) + data[one.end() :]

    # -- bytes ---------------------------------------------------------------------------------------------------------

    def _byte_changed(self, data: bytes) -> bytes:
        if not data:
            return data
        at = self._rng.randrange(len(data))
        byte = self._rng.choice((data[at] ^ 1 << self._rng.randrange(8), self._rng.randrange(256)))
        return data[:at] + bytes([byte]) + data[at + 1 :]

    def _bytes_dropped(self, data: bytes) -> bytes:
        at = self._rng.randrange(len(data) + 1)
        return data[:at] + data[at + self._rng.choice((1, 1, 2, 8, 75, 400)) :]

    def _mark_put_in(self, data: bytes) -> bytes:
        at = self._rng.choice((0, len(data), self._rng.randrange(len(data) + 1)))
        return data[:at] + self._rng.choice((*_MARKS, *self._words)) + data[at:]

    def _cut(self, data: bytes) -> bytes:
        return data[: self._rng.randrange(len(data) + 1)] if self._rng.random() < 0.3 else data

    def _encoded(self, data: bytes) -> bytes:
        if self._rng.random() < 0.7:
            return data
        to = self._rng.choice(("utf-16", "utf-16-be", "latin-1", "utf-7"))
        return data.decode("utf-8", "replace").encode(to, "replace")

    def _again(self, data: bytes) -> bytes:
        """Put the input behind itself: as one body, or as the next answer, a little changed."""
        if self._rng.random() < 0.3:
            return data + data
        return data + SEPARATOR + self._value_replaced(data.split(SEPARATOR)[-1])

    def _spliced(self, data: bytes, other: bytes) -> bytes:
        lines, at = self._lines(data)
        others, where = self._lines(other)
        return b"".join([*lines[:at], *self._rng.choice((others[where:], others[where : where + 9])), *lines[at + 9 :]])
