"""Published calendars as rows; one that no longer matters for a decision stays, as evidence of what was published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, final

from attrs import frozen
from sqlalchemy import Connection, Row, bindparam, select, update

from channelsync.codec import dumped, read
from channelsync.ids import ListingId
from channelsync.ledger.ready import Ready
from channelsync.ledger.tables import revisions
from channelsync.nights import Nights
from channelsync.proof import Revision, Run
from channelsync.state import ListingState

__all__ = ["revision_of", "write_revisions"]

_Key = tuple[ListingId, int]
_Values = dict[str, object]

_FRESH: Final = Ready(revisions.insert())
_KEY: Final = revisions.c.listing_id == bindparam("of"), revisions.c.number == bindparam("no")
_THERE: Final = Ready(select(revisions.c.number).where(*_KEY))
_MINE: Final = update(revisions).where(*_KEY)
_TIMES: Final = ("position", "first_fetch", "last_fetch", "sent")
_READ_AGAIN: Final = Ready(_MINE.values({name: bindparam(name) for name in _TIMES}))
_CHANGED: Final = Ready(_MINE.values({name: bindparam(name) for name in ("matters", "at", "runs", *_TIMES)}))
_GONE: Final = Ready(_MINE.values(matters=False))


@final
@frozen
class _Published:
    """What a calendar held."""

    runs: tuple[Run, ...]
    nights: Nights
    written: Nights | None = None


def revision_of(row: Row[Any]) -> Revision:
    """Build a revision from its row."""
    held = read(row.runs, _Published)
    return Revision(row.number, row.at, held.runs, held.nights, row.first_fetch, row.last_fetch, row.sent, held.written)


def write_revisions(db: Connection, before: Sequence[ListingState], after: Sequence[ListingState]) -> None:
    """Write what differs between the revisions that matter, of all listings at once."""
    changed: dict[_Key, _Values] = {}
    read_again: list[_Values] = []
    gone: list[_Values] = []
    for old, new in zip(before, after, strict=True):
        if old.revisions is new.revisions:
            continue
        was = {one.number: (place, one) for place, one in enumerate(old.revisions)}
        for place, one in enumerate(new.revisions):
            known = was.pop(one.number, None)
            if known is None or _content(known[1]) != _content(one):
                changed[new.id, one.number] = _values(one, place)
            elif known != (place, one):
                read_again.append(_times(one, place) | {"of": new.id, "no": one.number})
        gone.extend({"of": new.id, "no": number} for number in was)
    # a number may be given twice, after older memory was put back
    there = {(of, no) for of, no in changed if _THERE.all(db, {"of": of, "no": no})}
    _CHANGED.run(db, [row | {"of": of, "no": no} for (of, no), row in changed.items() if (of, no) in there])
    fresh = [(key, row) for key, row in changed.items() if key not in there]
    _FRESH.run(db, [row | {"listing_id": of, "number": no} for (of, no), row in fresh])
    _READ_AGAIN.run(db, read_again)
    _GONE.run(db, gone)


def _content(one: Revision) -> tuple[object, ...]:
    return (one.at, one.runs, one.nights, one.written)


def _values(one: Revision, place: int) -> _Values:
    held = dumped(_Published(one.runs, one.nights, one.written))
    return {"matters": True, "at": one.at, "runs": held} | _times(one, place)


def _times(one: Revision, place: int) -> _Values:
    read: _Values = {"first_fetch": one.first_fetch, "last_fetch": one.last_fetch}
    return read | {"position": place, "sent": one.sent}
