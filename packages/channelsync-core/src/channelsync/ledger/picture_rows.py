"""What a page about several units asks beside their states: each question is one statement, however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import BindParameter, Integer, Row, Select, and_, bindparam, func, select

from channelsync.claims import Claim
from channelsync.ids import ClaimId, ListingId, OwnerId, UnitId
from channelsync.ledger.claim_rows import claims_of
from channelsync.ledger.inventory import LINK, link_of
from channelsync.ledger.ready import Among, Ready
from channelsync.ledger.records import Link
from channelsync.ledger.rows import Rows
from channelsync.ledger.tables import Moment, claims, conflicts, fetches, listings, units

__all__ = ["PictureRows"]

_MOST_CLIENTS: Final = 200
"""So many clients of a calendar are told apart, on the average."""

_OVER: Final = Among(
    lambda those: (
        select(claims)
        .where(
            claims.c.unit_id.in_(those),
            claims.c.status == "past",
            claims.c.departure >= bindparam("since"),
            claims.c.arrival < bindparam("before"),
        )
        .order_by(claims.c.departure.desc())
        .limit(bindparam("most", type_=Integer()))
    )
)
_DISMISSED: Final = Among(
    lambda those: select(conflicts.c.id).where(
        conflicts.c.unit_id.in_(those), conflicts.c.closed_at.is_(None), conflicts.c.dismissed_at.is_not(None)
    )
)
_LINKS: Final = Among(
    lambda those: LINK.where(listings.c.unit_id.in_(those)).order_by(listings.c.unit_id, listings.c.position)
)
_CALLERS: Final = Among(
    lambda those: (
        select(fetches.c.listing_id, fetches.c.client)
        .distinct()
        .where(
            fetches.c.listing_id.in_(those),
            fetches.c.at >= bindparam("since"),
            fetches.c.at <= bindparam("until"),
            fetches.c.visitor == bindparam("visitor"),
        )
        .order_by(fetches.c.listing_id, fetches.c.client)
        .limit(bindparam("most", type_=Integer()))
    )
)


def _proven(those: Sequence[BindParameter[str]]) -> Select[*tuple[Any, ...]]:
    """Return the statement for the latest times of each of those listings, and for others of the same earliest time.

    For each the database goes back along its index no further than so many of them.
    """
    other, since = fetches.alias(), bindparam("since", type_=Moment())
    back = select(other.c.at).where(other.c.listing_id == listings.c.id, other.c.proof, other.c.at >= since)
    oldest = back.order_by(other.c.at.desc()).limit(1).offset(bindparam("skipped", type_=Integer()))
    begins = func.coalesce(oldest.correlate(listings).scalar_subquery(), since)
    mine = and_(fetches.c.listing_id == listings.c.id, fetches.c.proof, fetches.c.at >= begins)
    chosen = select(fetches.c.listing_id, fetches.c.at).join_from(listings, fetches, mine)
    return chosen.where(listings.c.id.in_(those)).order_by(fetches.c.listing_id, fetches.c.at, fetches.c.seq)


_PROVEN: Final = Among(_proven)
_OF_OWNER: Final = conflicts.c.unit_id.in_(select(units.c.id).where(units.c.owner_id == bindparam("owner")))
_CONFLICTS: Final = Ready(select(conflicts.c.id).where(_OF_OWNER))
_UNIT_OF_CONFLICT: Final = Ready(select(conflicts.c.unit_id).where(_OF_OWNER, conflicts.c.id == bindparam("conflict")))
_UNIT_OF: Final = Ready(
    select(units.c.id).where(
        select(claims.c.id)
        .where(claims.c.unit_id == units.c.id, claims.c.id == bindparam("claim"), claims.c.status == "active")
        .exists()
    )
)
"""The key of a claim begins with its unit: so each unit is looked up, and not every claim read."""


class PictureRows(Rows):
    """What several units' pages show."""

    def all_over(
        self, those: Collection[UnitId], *, since: date, before: date = date.max, limit: int = 5000
    ) -> Mapping[UnitId, tuple[Claim, ...]]:
        """Return the claims of some units that ended by their departure and lie over ``since <= night < before``.

        One that departs on the first day is among them. Of too many the latest, in no order.
        """
        rows = _OVER.all(self._connection, those, {"since": since, "before": before, "most": limit})
        found = _grouped(rows, "unit_id")
        return {one: claims_of(found[one]) for one in those}

    def all_dismissed(self, those: Collection[UnitId]) -> frozenset[str]:
        """Return the ids of the open conflicts of some units that their owners know of."""
        return frozenset(row.id for row in _DISMISSED.all(self._connection, those))

    def all_links(self, those: Collection[UnitId]) -> Mapping[UnitId, tuple[Link, ...]]:
        """Return every link of some units, the unlinked ones as well, each unit's oldest first."""
        found = _grouped(_LINKS.all(self._connection, those), "unit_id")
        return {one: tuple(link_of(row) for row in found[one]) for one in those}

    def links_left(self, those: Collection[UnitId]) -> Mapping[UnitId, tuple[str, ...]]:
        """Return the keys of unlinked listings whose platform may still read the address that it was given."""
        found = _grouped(_LINKS.all(self._connection, those), "unit_id")
        return {one: _left(found[one]) for one in those}

    def all_callers(
        self, those: Collection[ListingId], *, visitor: str, since: datetime, until: datetime
    ) -> Mapping[ListingId, tuple[str, ...]]:
        """Return which clients, taken for such a visitor, have fetched each listing's calendar between two times."""
        times = {"since": since, "until": until, "visitor": visitor, "most": _MOST_CLIENTS * max(1, len(those))}
        found = _grouped(_CALLERS.all(self._connection, those, times), "listing_id")
        return {one: tuple(row.client for row in found[one]) for one in those}

    def all_proven_at(
        self, those: Collection[ListingId], *, since: datetime, limit: int
    ) -> Mapping[ListingId, tuple[datetime, ...]]:
        """Return when platforms have read our calendars, oldest first, so many of the latest times of each listing."""
        found = _grouped(_PROVEN.all(self._connection, those, {"since": since, "skipped": limit - 1}), "listing_id")
        return {one: tuple(row.at for row in found[one][-limit:]) for one in those}

    def conflict_ids(self, owner: OwnerId) -> frozenset[str]:
        """Return the ids of all conflicts that an owner's units have or had."""
        return frozenset(row.id for row in self._all(_CONFLICTS, {"owner": owner}))

    def unit_of_conflict(self, owner: OwnerId, conflict: str) -> UnitId | None:
        """Return the unit of an owner's that has or had a conflict of that id, None where none of theirs has."""
        row = self._first(_UNIT_OF_CONFLICT, {"owner": owner, "conflict": conflict})
        return None if row is None else UnitId(row.unit_id)

    def unit_of_claim(self, claim: ClaimId) -> UnitId | None:
        """Return the unit that remembers a claim which stands, None where none does."""
        row = self._first(_UNIT_OF, {"claim": claim})
        return None if row is None else UnitId(row.id)


def _grouped(rows: Sequence[Row[Any]], column: str) -> defaultdict[str, list[Row[Any]]]:
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return found


def _left(rows: Sequence[Row[Any]]) -> tuple[str, ...]:
    """Return the keys of what is unlinked, linked by no other row, and not known to be removed on its platform."""
    linked = {link_of(row).key for row in rows if row.retired_at is None}
    gone = (row for row in rows if row.retired_at is not None and row.link_removed_at is None)
    return tuple(dict.fromkeys(key for row in gone if (key := link_of(row).key) not in linked))
