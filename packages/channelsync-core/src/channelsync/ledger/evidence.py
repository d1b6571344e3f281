"""What was seen and what was read: looks at listings, and the platforms' fetches of our calendars. Both are bounded."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, select

from channelsync.codec import converter
from channelsync.ids import ListingId
from channelsync.ledger.ready import Ready
from channelsync.ledger.records import Fetch, Look
from channelsync.ledger.revision_rows import revision_of
from channelsync.ledger.rows import Rows
from channelsync.ledger.tables import Moment, fetches, observations, revisions
from channelsync.nights import Nights
from channelsync.proof import Revision

__all__ = ["EvidenceRows", "fetch_in"]

_LOOKS_KEPT: Final = timedelta(days=32)
"""A month of looks answers what share of them failed."""
_FETCHES_KEPT: Final = timedelta(days=92)
_SHOWN: Final = [one for one in observations.c if one.name not in {"seq", "at"}]
_LAST: Final = (
    select(*_SHOWN, bindparam("now", type_=Moment()))
    .where(observations.c.listing_id == bindparam("listing"))
    .order_by(observations.c.at.desc(), observations.c.seq.desc())
    .limit(1)
)
_AGAIN: Final = Ready(observations.insert().from_select([*(one.name for one in _SHOWN), "at"], _LAST))
_LOOKED: Final = Ready(observations.insert())
_FORGET: Final = Ready(
    delete(observations).where(
        observations.c.listing_id == bindparam("listing"), observations.c.at < bindparam("oldest")
    )
)
_FETCHED: Final = Ready(fetches.insert())
_FORGET_FETCHES: Final = Ready(
    delete(fetches).where(fetches.c.listing_id == bindparam("listing"), fetches.c.at < bindparam("oldest"))
)
_LONGEST_CLIENT: Final = 200
_LONGEST_HOST: Final = 255
_LONGEST_FAILURE: Final = 1000


class EvidenceRows(Rows):
    """Looks, fetches, and the calendars that were published."""

    def record_observation(self, look: Look) -> None:
        """Record one look; what is older than a month goes."""
        values = {"listing_id": look.listing, "at": look.at, "verdict": look.verdict, "digest": look.digest}
        values |= {"failure": look.failure and look.failure[:_LONGEST_FAILURE], "events": look.events}
        self._run(_LOOKED, [values | {"nights": converter.unstructure(look.nights)}])
        self._forget_looks(look.listing, look.at)

    def repeat_observation(self, listing: ListingId, at: datetime) -> None:
        """Record a look that came to the same as the one before, by copying that one's row."""
        self._run(_AGAIN, [{"listing": listing, "now": at}])
        self._forget_looks(listing, at)

    def _forget_looks(self, listing: ListingId, at: datetime) -> None:
        self._run(_FORGET, [{"listing": listing, "oldest": at - _LOOKS_KEPT}])

    def observations(
        self, listing: ListingId, *, since: datetime | None = None, before: datetime | None = None, limit: int = 100
    ) -> tuple[Look, ...]:
        """Return the looks at a listing, latest first: ``since <= at < before``."""
        chosen = select(observations).where(observations.c.listing_id == listing)
        if since is not None:
            chosen = chosen.where(observations.c.at >= since)
        if before is not None:
            chosen = chosen.where(observations.c.at < before)
        rows = self._all(chosen.order_by(observations.c.at.desc(), observations.c.seq.desc()).limit(limit))
        return tuple(_look(row) for row in rows)

    def record_fetch(self, fetch: Fetch) -> None:
        """Record that somebody fetched the calendar of a listing; what is older than three months goes.

        This is the log. What a fetch proves is in the revision, which a step of the kernel changes.
        """
        values = {"listing_id": fetch.listing, "at": fetch.at, "revision": fetch.revision, "answer": fetch.answer}
        values |= {"client": fetch.client[:_LONGEST_CLIENT], "proof": fetch.proof, "visitor": fetch.visitor}
        values["host"] = fetch.host[:_LONGEST_HOST]
        self._run(_FETCHED, [values])
        self._run(_FORGET_FETCHES, [{"listing": fetch.listing, "oldest": fetch.at - _FETCHES_KEPT}])

    def fetches(
        self, listing: ListingId, *, since: datetime | None = None, before: datetime | None = None, limit: int = 100
    ) -> tuple[Fetch, ...]:
        """Return the fetches of a listing's calendar, latest first: ``since <= at < before``."""
        chosen = select(fetches).where(fetches.c.listing_id == listing)
        if since is not None:
            chosen = chosen.where(fetches.c.at >= since)
        if before is not None:
            chosen = chosen.where(fetches.c.at < before)
        rows = self._all(chosen.order_by(fetches.c.at.desc(), fetches.c.seq.desc()).limit(limit))
        return tuple(fetch_in(row) for row in rows)

    def revisions(
        self, listing: ListingId, *, before: datetime | None = None, limit: int = 100
    ) -> tuple[Revision, ...]:
        """Return every calendar published for a listing, latest first, also those that no longer matter."""
        chosen = select(revisions).where(revisions.c.listing_id == listing).order_by(revisions.c.number.desc())
        if before is not None:
            chosen = chosen.where(revisions.c.at < before)
        return tuple(revision_of(row) for row in self._all(chosen.limit(limit)))


def fetch_in(row: Row[Any]) -> Fetch:
    """Return the fetch that a row of the table holds."""
    listing = ListingId(row.listing_id)
    return Fetch(listing, row.at, row.revision, row.client, row.answer, row.proof, row.visitor, row.host)


def _look(row: Row[Any]) -> Look:
    nights = converter.structure(row.nights, Nights)
    return Look(ListingId(row.listing_id), row.at, row.verdict, row.failure, row.digest, row.events, nights)
