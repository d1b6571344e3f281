"""The target of writing: what is rendered reads back the same, and what the simulated platforms write is read as meant.

The input is a sequence of choices. Either our own calendar is rendered, or a platform lives for a while and exports;
then the bytes are changed in ways that change nothing (line ends, folds, cases, blank lines, encodings) and read again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from icalendar import Calendar

from channelsync.adapter import Registry, discover
from channelsync.claims import Kind
from channelsync.errors import UsageError
from channelsync.ical import DateRule, Entry, Reading, etag, read, render
from channelsync.ical.dialect import observe
from channelsync.nights import EPOCH, LIMIT, Nights, Stay
from tests.fuzz import naive
from tests.fuzz.choices import Choices
from tests.fuzz.corpus import NOW, PLATFORMS, lived
from tests.fuzz.watch import watched

__all__ = ["harmless", "writing"]

_CHANNELS: Final[Registry] = discover()
_NAME: Final = re.compile(rb"(?<=[\r\n])(?:(?:BEGIN|END):V[A-Z]+|[A-Z-]+(?=[;:]))")


def writing(data: bytes) -> frozenset[str]:
    """Write a calendar, and hold what is read against what was written."""
    drawn = Choices(data)
    with watched():
        return _ours(drawn) if drawn.yes() else _theirs(drawn)


def _ours(drawn: Choices) -> frozenset[str]:
    """Render entries of any kind."""
    named = drawn.text(300)
    entries: dict[str, Entry] = {}
    refused = 0
    while drawn and len(entries) < 40:
        arrival = EPOCH + timedelta(days=drawn.number(0, (LIMIT - EPOCH).days - 1200))
        zone = timezone(timedelta(minutes=drawn.number(-720, 720)))
        stamp = datetime(2026, 1, 1, tzinfo=zone) + timedelta(seconds=drawn.number(0, 10**8))
        uid = drawn.text(90)
        stay = Stay(arrival, arrival + timedelta(days=drawn.number(1, 1000)))
        try:
            entries[uid.strip()] = Entry(stay, uid.strip(), stamp)
        except UsageError:
            refused += 1
    body = render(entries.values(), name=named)
    _well_formed(body)
    assert render(reversed(entries.values()), name=named) == body, "the order of the entries changes the bytes"
    assert etag(bytes(bytearray(body))) == etag(body)
    expected = sorted((entry.stay, uid) for uid, entry in entries.items())
    _read_as(body, expected, drawn, DateRule.LOCAL, "Asia/Tokyo")
    peer: Any = Calendar.from_ical(body)
    found = [(Stay(one["DTSTART"].dt, one["DTEND"].dt), str(one["UID"])) for one in peer.walk("VEVENT")]
    assert found == expected, f"icalendar reads {found}"
    assert all(one["DTSTAMP"].dt == entries[str(one["UID"])].stamp for one in peer.walk("VEVENT"))
    return frozenset({f"{len(entries).bit_length()} entries", f"refused: {refused > 0}", f"named: {bool(named)}"})


def _theirs(drawn: Choices) -> frozenset[str]:
    """Let a platform live, and read its export by its own plugin's rules."""
    name = drawn.one(tuple(PLATFORMS))
    platform = lived(name, drawn)
    body = platform.export(NOW)
    _well_formed(body + b"\r\n" * (not body.endswith(b"\n")))
    events = platform.events(NOW)
    dialect = _CHANNELS.get(name).route().dialect
    expected = [(event.stay, event.uid) for event in events]
    reading = _read_as(body, expected, drawn, dialect.dates, "America/Los_Angeles")
    observed = observe(reading, dialect, NOW).events
    assert [one.stay for one in observed] == [event.stay for event in events]
    for one, event in zip(observed, events, strict=True):
        certain = platform.habits.typed and event.guest is None
        assert certain or one.kind is not Kind.BLOCK, f"{one} may be a guest"
        assert certain <= (one.kind is not Kind.RESERVATION), f"{one} is nobody's"
    return frozenset({f"{name}: {len(events).bit_length()}", f"{name}: {sorted({one.kind.value for one in observed})}"})


def _well_formed(body: bytes) -> None:
    """Lines end in CRLF, are not longer than 75 octets, and cut no letter."""
    assert body.endswith(b"END:VCALENDAR\r\n")
    for line in body.split(b"\r\n"):
        assert b"\r" not in line
        assert b"\n" not in line
        assert len(line) <= 75, line
        line.decode()


def _read_as(body: bytes, expected: Sequence[tuple[Stay, str]], drawn: Choices, dates: DateRule, where: str) -> Reading:
    """Read the body, plain and changed without harm: the same stays and uids each time."""
    reading = read(body, timezone=where, dates=dates)
    assert [(event.stay, event.uid) for event in reading.events] == list(expected)
    seen = [one.stay for one in naive.events(body, utc=dates is DateRule.UTC, timezone=where)]
    assert seen == [stay for stay, _ in expected], "the naive reader understands something else"
    changed, made = body, []
    for _ in range(drawn.number(0, 4)):
        change = drawn.one(harmless)
        changed = change(changed, drawn)
        made.append(change.__name__)
        again = read(changed, timezone=where, dates=dates, previous=reading if drawn.yes() else None)
        found = [(event.stay, event.uid) for event in again.events]
        assert found == list(expected), f"after {made}: {found}"
    nights = Nights.of(*(event.stay for event in reading.events))
    assert nights == Nights.of(*(stay for stay, _ in expected))
    return reading


# -- changes that change nothing ---------------------------------------------------------------------------------------


def _lf(body: bytes, _: Choices) -> bytes:
    return body if _wide(body) else body.replace(b"\r\n", b"\n")


def _cr(body: bytes, _: Choices) -> bytes:
    return body if _wide(body) else body.replace(b"\r\n", b"\n").replace(b"\n", b"\r")


def _unfolded(body: bytes, _: Choices) -> bytes:
    return body if _wide(body) else re.sub(rb"(\r\n|\r|\n)[ \t]", b"", body)


def _folded(body: bytes, drawn: Choices) -> bytes:
    """Fold some lines, anywhere in them: also within a letter, a date, or a name."""
    if _wide(body):
        return body
    for _ in range(drawn.number(1, 6)):
        places = [
            one.start() for one in re.finditer(rb"(?<=[!-~\x80-\xff])(?=[!-~\x80-\xff])", body) if one.start() > 3
        ]
        if places:
            at = drawn.one(places)
            body = body[:at] + drawn.one((b"\r\n ", b"\n\t", b"\r\n\t")) + body[at:]
    return body


def _lower(body: bytes, _: Choices) -> bytes:
    return body if _wide(body) else _NAME.sub(lambda name: name[0].lower(), body)


def _blank_lines(body: bytes, drawn: Choices) -> bytes:
    return (
        body if _wide(body) else re.sub(rb"\r\n(?=[A-Z])", drawn.one((b"\r\n\r\n", b"\r\n \r\n", b"\r\n\0\r\n")), body)
    )


def _mark(body: bytes, _: Choices) -> bytes:
    return body if _wide(body) else b"\xef\xbb\xbf" + body


def _padded(body: bytes, drawn: Choices) -> bytes:
    return body + (b"\0" * 512 if not _wide(body) and drawn.yes() else b"")


def _undated(body: bytes, _: Choices) -> bytes:
    return body if _wide(body) else body.replace(b";VALUE=DATE:", b":")


def _utf16(body: bytes, _: Choices) -> bytes:
    return body if _wide(body) else body.decode("utf-8", "replace").encode("utf-16")


def _wide(body: bytes) -> bool:
    """Whether the body has become UTF-16, where a change of single bytes would be one that harms."""
    return body[:2] in (b"\xff\xfe", b"\xfe\xff")


harmless: Final[tuple[Callable[[bytes, Choices], bytes], ...]] = (
    _lf, _cr, _unfolded, _folded, _lower, _blank_lines, _mark, _padded, _undated, _utf16,
)  # fmt: skip
"""Changes after which a calendar says what it said before."""
