"""What happened in several units, latest first: each source is one statement, however many units and how long ago.

A source is asked for its latest lines before a moment. For each unit (or listing) the database goes back along an index
no further than so many lines, and keeps the latest of all of them: so a page costs the same after years.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final, final

from attrs import frozen
from sqlalchemy import (
    Column,
    Integer,
    Label,
    Row,
    Table,
    and_,
    bindparam,
    func,
    or_,
    select,
)

from channelsync.codec import VERSION, converter
from channelsync.errors import LedgerError
from channelsync.ids import ListingId, OwnerId, UnitId
from channelsync.ledger.evidence import fetch_in
from channelsync.ledger.ready import Among, Pairs, Ready
from channelsync.ledger.records import Fetch, HistoryLine, LookBrief, NoticeRecord, RevisionBrief, RevisionPlace
from channelsync.ledger.reports import line_in, notice_in
from channelsync.ledger.rows import Rows
from channelsync.ledger.tables import (
    Moment,
    fetches,
    history,
    listings,
    notices,
    observations,
    owners,
    revisions,
    units,
)
from channelsync.nights import Nights

__all__ = ["JournalRows", "Newest"]

_EVER: Final = datetime(1, 1, 1, tzinfo=UTC)
_BEFORE: Final = bindparam("before", type_=Moment())
_SINCE: Final = bindparam("since", type_=Moment())
_MOST: Final = bindparam("most", type_=Integer())


_LOOKED: Final = tuple(one for one in observations.c if one.name != "nights")


def _latest(of: Table, whose: Column[Any], among: Column[Any], shown: Iterable[Column[Any]]) -> Among:
    """Return the statement for the latest rows of a table, of all that are ``among`` some; it shows some columns."""
    other = of.alias()
    earlier = select(other.c.at).where(other.c[whose.name] == among, other.c.at < _BEFORE, other.c.at >= _SINCE)
    oldest = earlier.order_by(other.c.at.desc()).limit(1).offset(bindparam("skipped", type_=Integer()))
    begins = func.coalesce(oldest.correlate(among.table).scalar_subquery(), _SINCE)  # the one lower bound: an index's
    mine = and_(whose == among, of.c.at < _BEFORE, of.c.at >= begins)
    every = select(*shown).join_from(among.table, of, mine).order_by(of.c.at.desc(), of.c.seq.desc()).limit(_MOST)
    return Among(lambda those: every.where(among.in_(those)))


_HISTORY: Final = _latest(history, history.c.unit_id, units.c.id, history.c)
_LOOKS: Final = _latest(observations, observations.c.listing_id, listings.c.id, _LOOKED)
_FETCHES: Final = _latest(fetches, fetches.c.listing_id, listings.c.id, fetches.c)
_LOOKS_THEN: Final = Pairs(select(*_LOOKED), observations.c.listing_id, observations.c.at)
_NOTICES: Final = Among(
    lambda those: (
        select(notices)
        .where(notices.c.unit_id.in_(those), notices.c.at >= _SINCE, notices.c.at < _BEFORE)
        .order_by(notices.c.at.desc(), notices.c.seq.desc())
        .limit(_MOST)
    )
)
_FIRST_OWNER: Final = select(owners.c.id).order_by(owners.c.position, owners.c.id).limit(1).scalar_subquery()
_TOLD: Final = notices.c.data["owner"].as_string()
_OWNERS_NOTICES: Final = Ready(
    select(notices)
    .where(
        or_(
            notices.c.unit_id.in_(select(units.c.id).where(units.c.owner_id == bindparam("owner"))),
            and_(notices.c.unit_id.is_(None), func.coalesce(_TOLD, _FIRST_OWNER) == bindparam("owner")),
        ),
        notices.c.at >= _SINCE,
        notices.c.at < _BEFORE,
    )
    .order_by(notices.c.at.desc(), notices.c.seq.desc())
    .limit(_MOST)
)

_other = revisions.alias()
_LOWEST: Final = (
    select(_other.c.number)
    .where(_other.c.listing_id == listings.c.id, _other.c.at < _BEFORE)
    .order_by(_other.c.number.desc())
    .limit(1)
    .offset(_MOST)
    .correlate(listings)
    .scalar_subquery()
)
_NUMBERS: Final = Among(
    lambda those: (
        select(revisions.c.listing_id, revisions.c.number, revisions.c.at)
        .join_from(
            listings,
            revisions,
            and_(revisions.c.listing_id == listings.c.id, revisions.c.number >= func.coalesce(_LOWEST, 0)),
        )
        .where(listings.c.id.in_(those), revisions.c.at < _BEFORE)
        .order_by(revisions.c.listing_id, revisions.c.number.desc())
    )
)
_BRIEFS: Final = Pairs(
    select(
        revisions.c.listing_id,
        revisions.c.number,
        revisions.c.first_fetch,
        revisions.c.runs["v"].as_integer().label("v"),
        revisions.c.runs["nights"].label("nights"),
        revisions.c.runs["written"].as_string().is_not(None).label("written"),
    ),
    revisions.c.listing_id,
    revisions.c.number,
)


def _latest_of(table: Table) -> Label[Any]:
    return select(func.max(table.c.seq)).scalar_subquery().label(table.name)


@final
@frozen
class Newest:
    """The number of the newest line of each source, None where there is none."""

    line: int | None
    notice: int | None
    look: int | None
    visit: int | None


_NEWEST: Final = Ready(select(*(_latest_of(one) for one in (history, notices, observations, fetches))))


class JournalRows(Rows):
    """The latest lines of each source: ``since <= at < before``."""

    def newest(self) -> Newest:
        """Return the number of the newest line of each source, whoever it is about: others, once there is a new one."""
        row = self._all(_NEWEST)[0]
        return Newest(row.history, row.notices, row.observations, row.fetches)

    def latest_history(
        self, those: Collection[UnitId], *, since: datetime | None, before: datetime, limit: int
    ) -> tuple[HistoryLine, ...]:
        """Return the latest lines of the log about some units, oldest of them first."""
        rows = _HISTORY.all(self._connection, those, _span(since, before, limit) | {"skipped": limit - 1})
        return tuple(line_in(row) for row in reversed(rows))

    def latest_looks(
        self, those: Collection[ListingId], *, since: datetime | None, before: datetime, limit: int
    ) -> tuple[LookBrief, ...]:
        """Return the latest looks at some listings, latest first."""
        rows = _LOOKS.all(self._connection, those, _span(since, before, limit) | {"skipped": limit - 1})
        return tuple(_look(row) for row in rows)

    def looks_at(self, those: Iterable[tuple[ListingId, datetime]]) -> tuple[LookBrief, ...]:
        """Return the looks taken at listings at certain moments, latest first; a page's worth is asked for."""
        rows = sorted(_LOOKS_THEN.all(self._connection, sorted(those)), key=lambda row: row.seq, reverse=True)
        return tuple(_look(row) for row in rows)

    def latest_fetches(
        self, those: Collection[ListingId], *, since: datetime | None, before: datetime, limit: int
    ) -> tuple[Fetch, ...]:
        """Return the latest fetches of some listings' calendars, latest first."""
        rows = _FETCHES.all(self._connection, those, _span(since, before, limit) | {"skipped": limit - 1})
        return tuple(fetch_in(row) for row in rows)

    def latest_notices(
        self, those: Collection[UnitId], *, since: datetime | None, before: datetime, limit: int
    ) -> tuple[NoticeRecord, ...]:
        """Return the latest notices about some units, latest first."""
        return tuple(notice_in(row) for row in _NOTICES.all(self._connection, those, _span(since, before, limit)))

    def notices_for(
        self, owner: OwnerId, *, since: datetime | None, before: datetime, limit: int
    ) -> tuple[NoticeRecord, ...]:
        """Return the latest notices for an owner, latest first: about their units, and about none.

        What is about nobody's unit and names no owner concerns the installation: it is for the first owner.
        """
        rows = self._all(_OWNERS_NOTICES, _span(since, before, limit) | {"owner": owner})
        return tuple(notice_in(row) for row in rows)

    def revision_places(
        self, those: Collection[ListingId], *, before: datetime, limit: int
    ) -> tuple[RevisionPlace, ...]:
        """Return where the latest calendars published for some listings stand, so many of each, latest first."""
        rows = _NUMBERS.all(self._connection, those, {"before": before, "most": limit})
        lots = (_places(ListingId(listing), list(lot)) for listing, lot in groupby(rows, lambda row: row.listing_id))
        found = sorted((one for lot in lots for one in lot), key=lambda one: one.at, reverse=True)
        return tuple(found[:limit])

    def revision_briefs(self, those: Iterable[tuple[ListingId, int]]) -> Mapping[tuple[ListingId, int], RevisionBrief]:
        """Return what some calendars closed, by their listing and number.

        Raises:
            LedgerError: one was written by a newer program, or is damaged.
        """
        rows = _BRIEFS.all(self._connection, sorted(set(those)))
        return {(ListingId(row.listing_id), row.number): _brief(row) for row in rows}


def _span(since: datetime | None, before: datetime, limit: int) -> dict[str, object]:
    return {"since": since or _EVER, "before": before, "most": limit}


def _look(row: Row[Any]) -> LookBrief:
    return LookBrief(ListingId(row.listing_id), row.at, row.verdict, row.failure, row.events)


def _places(listing: ListingId, rows: Sequence[Row[Any]]) -> list[RevisionPlace]:
    """Return the places of one listing's revisions, each beside its neighbours; the rows are latest first."""
    numbers = [None, *(row.number for row in rows), None]
    around = zip(rows, numbers[2:], numbers, strict=False)
    return [RevisionPlace(listing, row.number, row.at, older, newer) for row, older, newer in around]


def _brief(row: Row[Any]) -> RevisionBrief:
    if row.v is None or row.v > VERSION:
        msg = "a stored calendar was written by a newer channelsync"
        raise LedgerError(msg, advice="Update channelsync on this machine.")
    try:
        nights = converter.structure(row.nights, Nights)
    except (TypeError, ValueError) as error:
        msg = "a stored calendar is damaged"
        raise LedgerError(msg, advice="Restore the last backup.") from error
    return RevisionBrief(nights, row.first_fetch, bool(row.written))
