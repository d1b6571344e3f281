"""Published calendars as rows; one that no longer matters for a decision stays, as evidence of what was published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, final

from attrs import frozen
from sqlalchemy import Connection, Row, select, update

from channelsync.codec import dumped, read
from channelsync.ids import ListingId
from channelsync.ledger.tables import revisions
from channelsync.nights import Nights
from channelsync.proof import Revision, Run

__all__ = ["revision_of", "write_revisions"]


@final
@frozen
class _Published:
    """What a calendar held."""

    runs: tuple[Run, ...]
    nights: Nights


def revision_of(row: Row[Any]) -> Revision:
    """Build a revision from its row."""
    held = read(row.runs, _Published)
    return Revision(row.number, row.at, held.runs, held.nights, row.first_fetch, row.last_fetch)


def write_revisions(db: Connection, listing: ListingId, old: Sequence[Revision], new: Sequence[Revision]) -> None:
    """Write what differs between two lists of the revisions that matter."""
    was = {one.number: (place, one) for place, one in enumerate(old)}
    for place, one in enumerate(new):
        if was.pop(one.number, None) == (place, one):
            continue
        _write(db, listing, one, place)
    if was:
        gone = update(revisions).where(revisions.c.listing_id == listing, revisions.c.number.in_(list(was)))
        db.execute(gone.values(matters=False))


def _write(db: Connection, listing: ListingId, one: Revision, place: int) -> None:
    values: dict[str, object] = {
        "matters": True,
        "position": place,
        "at": one.at,
        "runs": dumped(_Published(one.runs, one.nights)),
        "first_fetch": one.first_fetch,
        "last_fetch": one.last_fetch,
    }
    mine = revisions.c.listing_id == listing, revisions.c.number == one.number
    if db.execute(select(revisions.c.number).where(*mine)).first() is None:
        db.execute(revisions.insert().values(listing_id=listing, number=one.number, **values))
    else:
        db.execute(update(revisions).where(*mine).values(values))
