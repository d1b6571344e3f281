"""Due work as data: one row a linked listing, written in the same transaction as its cause.

A hint raises ``generation``; a step remembers the generation it began with and reports it when done. So a hint that
comes during a step is never lost: the row stays due. A lease keeps two workers from one listing; it ends by itself when
its holder dies. Times can go wrong when a clock is set: a row that was written "in the future" is due now, and a lease
taken "in the future" is void (a step that runs twice does no harm, one that never runs does).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Integer, Row, and_, bindparam, case, func, or_, select, union, update

from channelsync.errors import UsageError
from channelsync.ids import ListingId, UnitId
from channelsync.ledger.ready import Ready
from channelsync.ledger.records import Due
from channelsync.ledger.rows import Rows
from channelsync.ledger.tables import Moment, due, listings

__all__ = ["DueRows"]

_ROWS: Final = select(due, listings.c.unit_id).join_from(due, listings, listings.c.id == due.c.listing_id)
_NOW: Final = bindparam("now", type_=Moment())
_LISTING: Final = due.c.listing_id == bindparam("listing")
_IS_DUE: Final = due.c.listing_id.in_(
    union(
        select(due.c.listing_id).where(due.c.due_at <= _NOW),
        select(due.c.listing_id).where(due.c.set_at > _NOW),
    )
)
"""What is due; as two searches and no "or", for which SQLite would read every row."""
_IS_FREE: Final = or_(due.c.lease_until.is_(None), due.c.lease_until <= _NOW, due.c.leased_at > _NOW)
_ROW: Final = Ready(_ROWS.where(_LISTING))
_HELD_BY: Final = Ready(
    select(due.c.listing_id).where(_LISTING, due.c.lease_owner == bindparam("holder")).with_for_update()
)
_AT: Final = bindparam("at", type_=Moment())
_MARKED: Final = Ready(
    update(due)
    .where(_LISTING)
    .values(due_at=case((due.c.due_at < _AT, due.c.due_at), else_=_AT), set_at=_NOW, generation=due.c.generation + 1)
)
_TAKEN: Final = Ready(
    update(due)
    .where(
        _LISTING,
        or_(
            and_(or_(due.c.due_at <= _NOW, due.c.set_at > _NOW), _IS_FREE),  # one row is tried: no search is needed
            due.c.lease_owner == bindparam("holder"),
        ),
    )
    .values(lease_owner=bindparam("holder"), leased_at=_NOW, lease_until=bindparam("until"))
)
_CAN_BE: Final = case((or_(due.c.set_at > _NOW, due.c.due_at <= _NOW), _NOW), else_=due.c.due_at)
_FREED: Final = case((_IS_FREE, _NOW), else_=due.c.lease_until)
_WHEN: Final = select(case((_CAN_BE > _FREED, _CAN_BE), else_=_FREED).label("at"))
_FIRST_FREE: Final = select(due.c.due_at).where(_IS_FREE).order_by(due.c.due_at).limit(1).scalar_subquery()
_LAST: Final = select(func.max(due.c.due_at)).scalar_subquery()
_NEARLY: Final = union(
    _WHEN.where(due.c.due_at <= func.coalesce(_FIRST_FREE, _LAST)), _WHEN.where(due.c.set_at > _NOW)
).subquery()
"""Behind the first one that is free, none can be taken earlier: so not every row is read each time that a step ends."""
_NEXT: Final = Ready(select(func.min(_NEARLY.c.at, type_=Moment()).label("at")))
_SEEN: Final = bindparam("seen", type_=Integer())
_GIVING_BACK: Final = (
    update(due)
    .where(due.c.listing_id == bindparam("listing"))
    .values(
        lease_owner="",
        leased_at=None,
        lease_until=None,
        set_at=bindparam("now"),
        attempts=due.c.attempts + 1,
        due_at=case((due.c.generation <= _SEEN, bindparam("next_at", type_=Moment())), else_=due.c.due_at),
    )
)
_FAILED: Final = Ready(_GIVING_BACK)
_DONE: Final = Ready(
    _GIVING_BACK.values(
        attempts=0,
        done_generation=case((due.c.done_generation < _SEEN, _SEEN), else_=due.c.done_generation),
    )
)
"""As after a failure, but that the hints seen are answered."""
_MINE: Final = and_(due.c.listing_id == bindparam("listing"), due.c.lease_owner == bindparam("holder"))
_RENEWED: Final = Ready(update(due).where(_MINE).values(leased_at=bindparam("now"), lease_until=bindparam("until")))
_GIVEN_BACK: Final = Ready(_GIVING_BACK.where(due.c.lease_owner == bindparam("holder")))
_HINTED: Final = due.c.generation > due.c.done_generation
_ORDERED: Final = _ROWS.order_by(_HINTED.desc(), due.c.due_at, due.c.listing_id)
_FIRST: Final = Ready(_ORDERED.where(_IS_DUE, _IS_FREE).limit(bindparam("most", type_=Integer())))
"""What a queue asks each time that a step has ended."""


class DueRows(Rows):
    """Due listings and their leases."""

    def mark_due(self, listing: ListingId, at: datetime, *, now: datetime) -> bool:
        """Note a hint: the listing is due at ``at``, or earlier if it was; return False where it is not linked."""
        return bool(self._run(_MARKED, [{"listing": listing, "at": at, "now": now}]))

    def due_listings(
        self, now: datetime, *, unit: UnitId | None = None, everything: bool = False, limit: int | None = 1000
    ) -> tuple[Due, ...]:
        """Return what is due and not leased, of a unit or of all; or everything, due or not.

        What was hinted at comes first, then what is longest due: a hint does not wait behind ten thousand polls.
        """
        if unit is None and limit is not None and not everything:
            return tuple(_due(row) for row in self._all(_FIRST, {"now": now, "most": limit}))
        chosen = _ORDERED.limit(limit)
        if unit is not None:
            chosen = chosen.where(listings.c.unit_id == unit)
        if not everything:
            chosen = chosen.where(_IS_DUE, _IS_FREE)
        return tuple(_due(row) for row in self._all(chosen, None if everything else {"now": now}))

    def next_due(self, now: datetime) -> datetime | None:
        """Return when the next listing can be taken, ``now`` where one can be already, None where none is linked.

        One that is leased can be taken when its lease ends, one that was written "in the future" at once.
        """
        row = self._first(_NEXT, {"now": now})
        return None if row is None else row.at

    def backlog(self, now: datetime) -> tuple[int, datetime | None]:
        """Return how many listings are due by now, leased or not, and since when the first of them is."""
        row = self._connection.execute(
            select(func.count(), func.min(due.c.due_at, type_=Moment())).where(due.c.due_at <= now)
        ).one()
        return int(row[0]), row[1]

    def due_of(self, listing: ListingId) -> Due | None:
        """Return one listing's row, None where it is not linked."""
        row = self._first(_ROW, {"listing": listing})
        return None if row is None else _due(row)

    def lease(self, listing: ListingId, holder: str, *, now: datetime, until: datetime) -> Due | None:
        """Take a due listing for one worker, or prolong the worker's own lease; None where another was faster.

        Raises:
            UsageError: the lease would be over at once.
        """
        if until <= now:
            msg = "a lease must end after it begins"
            raise UsageError(msg)
        if not self._run(_TAKEN, [{"listing": listing, "holder": holder, "now": now, "until": until}]):
            return None
        return self.due_of(listing)

    def renew(self, held: Mapping[ListingId, str], *, now: datetime, until: datetime) -> None:
        """Prolong leases that are still their holders'; those that were lost stay lost."""
        values = [{"listing": one, "holder": holder, "now": now, "until": until} for one, holder in held.items()]
        self._run(_RENEWED, values)

    def holds(self, listing: ListingId, holder: str) -> bool:
        """Whether the listing's lease is still this holder's, as long as the caller's transaction runs."""
        return self._first(_HELD_BY, {"listing": listing, "holder": holder}) is not None

    def give_back(self, listing: ListingId, holder: str, generation: int, next_at: datetime, *, now: datetime) -> None:
        """Report a step that came to nothing, where the lease is still its holder's; as `done` after a failure."""
        values = {"listing": listing, "holder": holder, "seen": generation, "next_at": next_at, "now": now}
        self._run(_GIVEN_BACK, [values])

    def done(
        self, listing: ListingId, generation: int, next_at: datetime, *, now: datetime, failed: bool = False
    ) -> None:
        """Report a step that began at that generation: due again at ``next_at``, or still due if a hint came since."""
        self._run(
            _FAILED if failed else _DONE,
            [{"listing": listing, "seen": generation, "next_at": next_at, "now": now}],
        )


def _due(row: Row[Any]) -> Due:
    return Due(
        ListingId(row.listing_id),
        UnitId(row.unit_id),
        row.due_at,
        row.generation,
        row.done_generation,
        row.attempts,
        row.lease_owner,
        row.lease_until,
    )
