"""The addresses of the calendars we publish: what each leads to, who is known to read it, and how often.

An address is a secret of kind `CALENDAR` (its id is the listing's); one that was replaced lives on as `REPLACED` (its
id begins with the listing's) until the platform has read the new one. Only the fingerprint of a token is searched for.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Integer, Row, bindparam, delete, func, select, update

from channelsync.ids import ChannelName, ListingId, UnitId
from channelsync.ledger.ready import Ready
from channelsync.ledger.records import Gate, KnownReader, Visits
from channelsync.ledger.rows import Rows
from channelsync.ledger.service_tables import readers
from channelsync.ledger.tables import fetches, listings, revisions, secrets, units

__all__ = ["CALENDAR", "REPLACED", "FeedRows"]

CALENDAR: Final = "calendar"
REPLACED: Final = "calendar.old"

_ADDRESS: Final = select(secrets.c.kind, secrets.c.id).where(
    secrets.c.fingerprint.in_(bindparam("marks", expanding=True)), secrets.c.kind.in_((CALENDAR, REPLACED))
)
_GATES: Final = (
    select(listings.c.unit_id, listings.c.channel, listings.c.retired_at, listings.c.link_removed_at, units.c.version)
    .join_from(units, listings, listings.c.unit_id == units.c.id)
    .where(listings.c.id == bindparam("listing"))
)
_GATE: Final = Ready(_GATES)
_HELD: Final = Ready(_GATES.with_for_update(of=units))
_EARLIER: Final = Ready(
    select(secrets.c.id)
    .where(secrets.c.kind == REPLACED, secrets.c.id > bindparam("after"), secrets.c.id < bindparam("before"))
    .order_by(secrets.c.at, secrets.c.id)
)
_READERS: Final = Ready(
    select(readers).where(readers.c.listing_id == bindparam("listing")).order_by(readers.c.at, readers.c.client)
)
_VISITS: Final = Ready(
    select(
        fetches.c.client,
        fetches.c.visitor,
        fetches.c.proof,
        func.count().label("times"),
        func.min(fetches.c.at).label("first"),
    )
    .where(
        fetches.c.listing_id == bindparam("listing"),
        fetches.c.at >= bindparam("since"),
        fetches.c.at <= bindparam("until"),
    )
    .group_by(fetches.c.client, fetches.c.visitor, fetches.c.proof)
    .limit(bindparam("most", type_=Integer()))
)
_READ_AGAIN: Final = Ready(
    update(revisions)
    .where(revisions.c.listing_id == bindparam("listing"), revisions.c.number == bindparam("revision"))
    .where(revisions.c.last_fetch < bindparam("now"))  # a clock set back must not put this reading before older ones
    .values(last_fetch=bindparam("now"))
)
_PROVEN: Final = Ready(
    select(fetches.c.at)
    .where(fetches.c.listing_id == bindparam("listing"), fetches.c.proof, fetches.c.at >= bindparam("since"))
    .order_by(fetches.c.at.desc(), fetches.c.seq.desc())
    .limit(bindparam("most", type_=Integer()))
)


class FeedRows(Rows):
    """Addresses, readers, rhythms."""

    def gate(self, *fingerprints: str) -> Gate | None:
        """Return what an address leads to, None where it is none; in a transaction that writes, the unit is ours.

        ``fingerprints`` are those under which the vault may have put its token.
        """
        found = self._all(_ADDRESS, {"marks": fingerprints})
        if not found:
            return None
        listing = ListingId(found[0].id.partition(":")[0])
        rows = self._all(_HELD if self._locking else _GATE, {"listing": listing})
        if not rows:
            return None
        one, old = rows[0], found[0].kind == REPLACED
        unit, channel = UnitId(one.unit_id), ChannelName(one.channel)
        retired, removed = one.retired_at is not None, one.link_removed_at is not None
        return Gate(listing, unit, channel, one.version, old, retired, removed)

    def replaced(self, listing: ListingId) -> tuple[str, ...]:
        """Return the ids of the earlier addresses of a listing that still answer, oldest first."""
        return tuple(row.id for row in self._all(_EARLIER, {"after": f"{listing}:", "before": f"{listing};"}))

    def set_link_removed(self, listing: ListingId, *, at: datetime) -> None:
        """Note that the owner has removed our calendar from an unlinked listing's platform; the first time counts."""
        open_ones = listings.c.id == listing, listings.c.retired_at.is_not(None), listings.c.link_removed_at.is_(None)
        self._run(update(listings).where(*open_ones).values(link_removed_at=at))

    def link_removed(self, listing: ListingId) -> bool:
        """Whether the owner has said that our calendar is removed from an unlinked listing's platform."""
        chosen = select(listings.c.link_removed_at).where(listings.c.id == listing)
        return self._connection.execute(chosen).scalar() is not None

    def read_again(self, listing: ListingId, revision: int, at: datetime) -> None:
        """Note that the platform has read once more the revision it read last: no version changes by that."""
        self._run(_READ_AGAIN, [{"listing": listing, "revision": revision, "now": at}])

    def readers(self, listing: ListingId) -> tuple[KnownReader, ...]:
        """Return the clients that are known to be a listing's platform, or known not to be."""
        return tuple(_reader(row) for row in self._all(_READERS, {"listing": listing}))

    def put_reader(self, listing: ListingId, reader: KnownReader) -> None:
        """Keep what is known of a client, in place of what was; what the owner said only the owner changes."""
        mine = readers.c.listing_id == listing, readers.c.client == reader.client
        row = self._first(select(readers).where(*mine))
        if row is not None and row.said and not reader.said:
            return
        self._run(delete(readers).where(*mine))
        values = {"platform": reader.platform, "said": reader.said, "at": reader.at}
        self._run(readers.insert().values(listing_id=listing, client=reader.client, **values))

    def visits(self, listing: ListingId, *, since: datetime, until: datetime, limit: int) -> tuple[Visits, ...]:
        """Return who fetched a listing's calendar between two times, both included; ``limit`` bounds the clients."""
        rows = self._all(_VISITS, {"listing": listing, "since": since, "until": until, "most": limit})
        return tuple(Visits(row.client, row.visitor, row.proof, row.times, row.first) for row in rows)

    def proven_at(self, listing: ListingId, *, since: datetime, limit: int) -> tuple[datetime, ...]:
        """Return when the platform has read a listing's calendar, oldest first, so many of the latest times."""
        rows = self._all(_PROVEN, {"listing": listing, "since": since, "most": limit})
        return tuple(row.at for row in reversed(rows))


def _reader(row: Row[Any]) -> KnownReader:
    return KnownReader(row.client, row.platform, row.said, row.at)
