"""A second reader of calendars, written for the fuzzers: naive on purpose, and sharing nothing with the product's.

It looks at the text with patterns. It counts the events that begin, and understands the dates of the plainest ones:
one DTSTART and one DTEND of the same sort, in order, nothing excluded, cancelled or nested. Of everything else it says
nothing. What it does understand, the product must not lose.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Final, final
from zoneinfo import ZoneInfo

from attrs import frozen

from channelsync.nights import Stay

__all__ = ["Seen", "events", "unfolded"]

_BLANK_LINE: Final = re.compile(r"\n[ \t\0\x0c\x1a]*(?=\n)")
_BEGIN: Final = re.compile(r"^BEGIN[ \t]*(?:;[^:\n]*)?:[ \t]*VEVENT[ \t\0\x0c\x1a]*$", re.IGNORECASE | re.MULTILINE)
_FLAT: Final = re.compile(r"\n(?!BEGIN:|END:)[^\n]*", re.IGNORECASE)
_CLOSED: Final = re.compile(r"\nEND:[ \t]*VEVENT[ \t\0\x0c\x1a]*(?:\n|$)", re.IGNORECASE)
_NAME: Final = re.compile(r"\n([A-Z-]+)[ \t]*[;:]", re.IGNORECASE)
_END_OF: Final = r"[ \t]*:[ \t]*(\d{8})(T\d{6}Z?)?[ \t\0\x0c\x1a]*$"
_ENDS: Final = {
    name: re.compile(rf"^{name}(?:;VALUE=DATE|;VALUE=DATE-TIME|;TZID=[A-Z/_]+)?{_END_OF}", re.IGNORECASE | re.MULTILINE)
    for name in ("DTSTART", "DTEND")
}
_REPEATS: Final = frozenset({"RRULE", "RDATE"})
_UNCLEAR: Final = frozenset({"DURATION", "EXDATE", "RECURRENCE-ID", "STATUS"})


@final
@frozen
class Seen:
    """One event that begins: its stay where that is plain, its names of properties where it holds nothing else.

    Where it repeats, the stay is its first.
    """

    stay: Stay | None
    names: tuple[str, ...]

    @property
    def repeats(self) -> bool:
        """Whether there may be more stays than this one."""
        return bool(_REPEATS & set(self.names))


def unfolded(body: bytes) -> str:
    """Return the text with plain line ends, no blank lines, no folds and no byte order marks."""
    if body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        body = body.decode("utf-16", "replace").encode()
    text = body.replace(b"\xef\xbb\xbf", b"").decode("latin-1")
    text = re.sub(r"\r\n|\r", "\n", text)
    text = _BLANK_LINE.sub("", "\n" + text).lstrip("\n \t\0\x0c\x1a")
    return re.sub(r"\n[ \t]", "", text)


def events(body: bytes, *, utc: bool, timezone: str) -> tuple[Seen, ...]:
    """Return every event that begins, in order; ``utc``: whether an instant counts by its date in UTC."""
    text = unfolded(body)
    return tuple(_seen(text, found.end(), None if utc else ZoneInfo(timezone)) for found in _BEGIN.finditer(text))


def _seen(text: str, at: int, zone: ZoneInfo | None) -> Seen:
    """Return what the lines from here to the event's end say."""
    start = at
    while found := _FLAT.match(text, at):
        at = found.end()
    if not _CLOSED.match(text, at):
        return Seen(None, ())
    lines = text[start:at]
    names = tuple(name.upper() for name in _NAME.findall(lines))
    if _UNCLEAR & set(names) or names.count("DTSTART") != 1 or names.count("DTEND") != 1:
        return Seen(None, names)
    ends = [pattern.findall(lines) for pattern in _ENDS.values()]
    if any(len(one) != 1 for one in ends) or bool(ends[0][0][1]) != bool(ends[1][0][1]):
        return Seen(None, names)
    days = [_day(*one[0], zone=zone) for one in ends]
    if None in days or days[0] >= days[1]:  # type: ignore[operator]
        return Seen(None, names)
    return Seen(Stay(*days), names)  # type: ignore[arg-type]


def _day(day: str, time: str, *, zone: ZoneInfo | None) -> date | None:
    """Return the day that an end falls on, None where it is none."""
    try:
        moment = datetime.strptime(day + (time.upper().rstrip("Z") or "T000000"), "%Y%m%dT%H%M%S")
        if zone is not None and time.upper().endswith("Z"):
            moment = moment.replace(tzinfo=UTC).astimezone(zone)
    except (ValueError, OverflowError):
        return None
    return moment.date()
