"""Reading a feed: the cheapest sound way from an answer's bytes to its events.

Platforms answer with the same calendar a hundred times for each time it changes, stamped with the time of the request.
So the work goes from cheap to dear and stops as soon as it can:

1. the bytes are those of the last answer: so is the reading;
2. they differ only in the values of DTSTAMP: the same events, a new stamp;
3. otherwise the lines are walked (`outline`), and only events whose text is new are decoded by the library;
4. where events stand in odd places, the library is given the whole calendar, and must find them all.

Every way ends in the same proof: as many events, or notes of events without nights, as the body has ``BEGIN:VEVENT``
lines, inside calendars that are closed. DTSTAMP decides no night and is left out of what is compared, except for
repetitions, which are followed from it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, final

from attrs import frozen

from channelsync.evolving import evolve
from channelsync.ical.fields import Fields, decode, decode_whole, text_of
from channelsync.ical.lines import unfold
from channelsync.ical.outline import Block, Outline, outline
from channelsync.ical.reading import Caps, Memo, Parsed, RawEvent, Reading
from channelsync.ical.refusals import refusal, what_came_instead
from channelsync.ical.taking import Budget, take
from channelsync.ical.times import DateRule, Dating

__all__ = ["read"]

_DEFAULT_CAPS: Final = Caps()
_STAMP_LINE: Final = re.compile(rb"\nDTSTAMP[:;][ -~]*(?=\r?\n[A-Za-z])")
"""A DTSTAMP in its usual form, upper case, plain and surely not folded; bodies with others take the longer way."""
_STAMP: Final = re.compile(rb"DTSTAMP[^:]*:[ \t]*(\d{8}T\d{6})Z[ \t]*", re.IGNORECASE)
_EVENT: Final = b"BEGIN:VEVENT"
_END: Final = b"END:VCALENDAR"

Options = tuple[str, DateRule, Caps]
"""What a reading depends on beside the body."""


def read(
    body: bytes,
    *,
    timezone: str,
    dates: DateRule = DateRule.LOCAL,
    previous: Reading | None = None,
    caps: Caps = _DEFAULT_CAPS,
) -> Reading:
    """Read one answer of a feed.

    Args:
        body: the bytes as they came.
        timezone: the property's time zone, such as ``Europe/Paris``.
        dates: how UTC instants become dates on this route.
        previous: the last reading of the same feed; makes this one cheap and never changes its result.
        caps: the limits; a body beyond one is refused.

    Raises:
        WireFormatError: the body is no calendar, is cut, contradicts itself or goes beyond a cap. None of it is used.
        UsageError: there is no such time zone.
    """
    if len(body) > caps.body:
        msg = f"the answer is larger than {caps.body} bytes"
        raise refusal(msg, cap="body")
    options = (timezone, dates, caps)
    whole = hashlib.sha256(body).digest()
    memo = previous.memo if previous else None
    if previous is None or memo is None or memo.options != options:
        return _walk(body, options, _Marks.of(body, whole), {})
    if whole == memo.whole:
        return previous
    marks = _Marks.of(body, whole)
    return _restamped(previous, memo, marks) or _walk(body, options, marks, memo.parsed)


@final
@frozen
class _Marks:
    """What can be told of a body without walking it.

    ``bare`` is its digest with the values of its DTSTAMPs left out, ``stamps`` are those values' lines, ``begins``
    counts what may be the beginning of an event.
    """

    whole: bytes
    bare: bytes
    stamps: tuple[bytes, ...]
    begins: int
    closed: bool

    @classmethod
    def of(cls, body: bytes, whole: bytes) -> _Marks:
        """Look a body over; ``whole`` is its digest."""
        upper = body.upper()
        return cls(
            whole,
            hashlib.sha256(_STAMP_LINE.sub(b"\nDTSTAMP", body)).digest(),
            tuple(_STAMP_LINE.findall(body)),
            upper.count(_EVENT),
            _END in upper,
        )


def _restamped(previous: Reading, memo: Memo, marks: _Marks) -> Reading | None:
    """Return the previous reading under a new stamp, if nothing but the stamps has changed."""
    if marks.bare != memo.bare or marks.begins != memo.begins or not marks.closed:
        return None
    return evolve(previous, stamp=_shared(marks.stamps), memo=evolve(memo, whole=marks.whole))


def _walk(body: bytes, options: Options, marks: _Marks, known: Mapping[bytes, Parsed]) -> Reading:
    """Read the body line by line, decoding the events that are not known yet."""
    timezone, dates, caps = options
    dating = Dating.at(timezone, dates)
    lines = unfold(body, caps)
    if not lines or lines[0][1].upper().replace(b" ", b"") != b"BEGIN:VCALENDAR":
        raise what_came_instead(body)
    found = outline(lines, caps)
    if sum(len(block.properties) for block in found.blocks) > caps.properties:
        msg = f"the events have more than {caps.properties} properties"
        raise refusal(msg, cap="properties")
    budget = Budget(caps)
    if found.nested or marks.begins != len(found.blocks):
        fields = decode_whole(lines, found.blocks)
        parsed = [_taken(each, block, dating, budget) for each, block in zip(fields, found.blocks, strict=True)]
        return _reading(found, parsed, Memo(options, marks.whole, None, marks.begins, {}))
    digests = [_digest(block) for block in found.blocks]
    parsed = [
        _known(known.get(digest), block) or _taken(decode(block), block, dating, budget)
        for digest, block in zip(digests, found.blocks, strict=True)
    ]
    # Repeating events are decoded each time: they depend on their DTSTAMP, and on what others have spent.
    kept = {digest: each for digest, each in zip(digests, parsed, strict=True) if not each.repeats}
    plain = len(marks.stamps) == len(parsed) and _stamped_once(found) and not any(each.repeats for each in parsed)
    return _reading(found, parsed, Memo(options, marks.whole, marks.bare if plain else None, marks.begins, kept))


def _known(parsed: Parsed | None, block: Block) -> Parsed | None:
    """Return what is known of an event's text, moved to the line where the event stands now."""
    if parsed is None or parsed.line == block.line:
        return parsed
    events = tuple(evolve(event, line=block.line) for event in parsed.events)
    return evolve(parsed, line=block.line, events=events)


def _reading(found: Outline, parsed: Sequence[Parsed], memo: Memo) -> Reading:
    """Put the events together, occurrences that another event stands for taken out."""
    replaced = {(each.uid, each.replaces) for each in parsed if each.uid and each.replaces}
    events: list[RawEvent] = []
    for each in parsed:
        if replaced and each.repeats:
            events += (event for event in each.events if (event.uid, event.stay.arrival) not in replaced)
        else:
            events += each.events
    notes = (*found.notes, *(f"line {each.line}: {note}" for each in parsed for note in each.notes))
    stamps = [text for block in found.blocks for text in block.stamps]
    stamp = _shared(stamps) if _stamped_once(found) else None
    return Reading(text_of(found.prodid), tuple(events), stamp, notes, memo)


def _stamped_once(found: Outline) -> bool:
    """Whether each event has a DTSTAMP, and one only."""
    return all(len(block.stamps) == 1 for block in found.blocks)


def _digest(block: Block) -> bytes:
    return hashlib.blake2b(b"\n".join([text for _, text in block.properties]), digest_size=16).digest()


def _taken(fields: Fields, block: Block, dating: Dating, budget: Budget) -> Parsed:
    """Work out one event's nights; its DTSTAMP counts only where it repeats."""
    return take(fields, block.line, _shared(block.stamps) if fields.rules else None, dating, budget)


def _shared(stamps: Sequence[bytes]) -> datetime | None:
    """Return the moment that all DTSTAMP lines name, or None when they differ or cannot be read."""
    values = {text.strip() for text in stamps}
    found = _STAMP.fullmatch(values.pop()) if len(values) == 1 else None
    if not found:
        return None
    try:
        return datetime.strptime(found[1].decode(), "%Y%m%dT%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
