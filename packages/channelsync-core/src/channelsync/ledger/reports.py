"""What people are shown: conflicts, notices, the log, and a few words about the database itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import Row, bindparam, select, update

from channelsync.claims import Claim
from channelsync.codec import converter
from channelsync.errors import UsageError
from channelsync.ids import ClaimId, ListingId, UnitId
from channelsync.ledger.claim_rows import claims_of
from channelsync.ledger.ready import Ready
from channelsync.ledger.records import ConflictRecord, HistoryLine, NoticeRecord
from channelsync.ledger.rows import Rows
from channelsync.ledger.tables import claims, conflicts, history, meta, notices
from channelsync.nights import Nights

__all__ = ["ReportRows", "line_in", "notice_in"]

_LONGEST_REF: Final = 60
_TOLD: Final = Ready(select(notices.c.seq).where(notices.c.key == bindparam("key")))
_NOTICE: Final = Ready(notices.insert())
_CANCELLED: Final = Ready(
    select(claims).where(
        claims.c.unit_id == bindparam("unit"),
        claims.c.id == bindparam("claim"),
        claims.c.status == "cancelled",
        claims.c.own,
    )
)


class ReportRows(Rows):
    """Conflicts, notices, history, what has ended, meta."""

    def cancelled(self, unit: UnitId, claim: ClaimId) -> Claim | None:
        """Return a claim that its owner ended here, None where there is none of that id."""
        row = self._first(_CANCELLED, {"unit": unit, "claim": claim})
        return None if row is None else claims_of([row])[0]

    def save_conflicts(self, unit: UnitId, found: Iterable[ConflictRecord], now: datetime) -> None:
        """Make these the open conflicts of a unit: new ones begin now, those no longer found are closed.

        A dismissed conflict that changes, or comes back after it was closed, is shown again.
        """
        stored = {one.id: one for one in self.conflicts(unit, closed=True)}
        where = conflicts.c.unit_id == unit
        for one in found:
            old = stored.pop(one.id, None)
            nights, claims = converter.unstructure(one.nights), list(one.claims)
            values = {"certainty": one.certainty, "nights": nights, "claims": claims, "closed_at": None}
            if old is None:
                self._run(conflicts.insert().values(unit_id=unit, id=one.id, first_seen=now, **values))
            elif old.closed_at or (old.certainty, old.nights, old.claims) != (one.certainty, one.nights, one.claims):
                self._run(update(conflicts).where(where, conflicts.c.id == one.id).values(dismissed_at=None, **values))
        gone = [one.id for one in stored.values() if one.closed_at is None]
        if gone:
            self._run(update(conflicts).where(where, conflicts.c.id.in_(gone)).values(closed_at=now))

    def conflicts(
        self, unit: UnitId | None = None, *, closed: bool = False, dismissed: bool = True
    ) -> tuple[ConflictRecord, ...]:
        """Return the conflicts of a unit (None: of all), oldest first; by default the open ones, dismissed or not."""
        chosen = _conflicts(of_one=unit is not None, closed=closed, dismissed=dismissed)
        return tuple(_conflict(row) for row in self._all(chosen, None if unit is None else {"unit": unit}))

    def dismiss(self, conflict: str, *, at: datetime) -> ConflictRecord:
        """Mark an open conflict as known to the owner, and return it.

        Raises:
            UsageError: no open conflict has that id.
        """
        return self._dismissed(conflict, at)

    def undismiss(self, conflict: str) -> ConflictRecord:
        """Mark an open conflict as one to be told of again, and return it as it was.

        Raises:
            UsageError: no open conflict has that id.
        """
        return self._dismissed(conflict, None)

    def _dismissed(self, conflict: str, at: datetime | None) -> ConflictRecord:
        found = [one for one in self.conflicts() if one.id == conflict]
        if len(found) != 1:
            msg = f"no open conflict is called {conflict[:_LONGEST_REF]!r}"
            raise UsageError(msg, advice="`channelsync conflicts` lists them.")
        where = conflicts.c.unit_id == found[0].unit, conflicts.c.id == conflict
        self._run(update(conflicts).where(*where).values(dismissed_at=at))
        self._renew(found[0].unit)
        return found[0]

    def add_notice(self, notice: NoticeRecord) -> bool:
        """Keep a notice, once for each key; return whether it is new."""
        if self._first(_TOLD, {"key": notice.key}) is not None:
            return False
        values = {"key": notice.key, "at": notice.at, "kind": notice.kind, "unit_id": notice.unit}
        self._run(_NOTICE, [values | {"data": dict(notice.data), "seen_at": notice.seen_at}])
        return True

    def notices(
        self,
        unit: UnitId | None = None,
        *,
        unseen: bool = False,
        since: datetime | None = None,
        before: datetime | None = None,
        limit: int = 200,
    ) -> tuple[NoticeRecord, ...]:
        """Return notices, latest first: ``since <= at < before``."""
        chosen = select(notices).order_by(notices.c.at.desc(), notices.c.seq.desc()).limit(limit)
        if unit is not None:
            chosen = chosen.where(notices.c.unit_id == unit)
        if unseen:
            chosen = chosen.where(notices.c.seen_at.is_(None))
        if since is not None:
            chosen = chosen.where(notices.c.at >= since)
        if before is not None:
            chosen = chosen.where(notices.c.at < before)
        return tuple(notice_in(row) for row in self._all(chosen))

    def mark_seen(self, keys: Iterable[str], *, at: datetime) -> None:
        """Mark notices as told; the first time counts."""
        these = notices.c.key.in_(list(keys)), notices.c.seen_at.is_(None)
        self._run(update(notices).where(*these).values(seen_at=at))

    def history(
        self,
        unit: UnitId | None = None,
        *,
        since: datetime | None = None,
        before: datetime | None = None,
        claim: ClaimId | None = None,
        limit: int = 500,
    ) -> tuple[HistoryLine, ...]:
        """Return the latest lines of the log, oldest of them first: ``since <= at < before``, of a claim or of all."""
        chosen = select(history).order_by(history.c.seq.desc()).limit(limit)
        if unit is not None:
            chosen = chosen.where(history.c.unit_id == unit)
        if since is not None:
            chosen = chosen.where(history.c.at >= since)
        if before is not None:
            chosen = chosen.where(history.c.at < before)
        if claim is not None:
            chosen = chosen.where(history.c.claim_id == claim)
        return tuple(line_in(row) for row in reversed(self._all(chosen)))

    def meta(self, key: str) -> str | None:
        """Return what is noted about the database itself, None where nothing is."""
        row = self._first(select(meta.c.value).where(meta.c.key == key))
        return None if row is None else str(row.value)

    def set_meta(self, key: str, value: str) -> None:
        """Note something about the database itself, in one statement: who notes it at the same moment is no fault."""
        row = self._insert(meta, key=key, value=value)
        self._run(row.on_conflict_do_update(index_elements=[meta.c.key], set_={"value": value}))

    def swap_meta(self, key: str, old: str | None, new: str) -> bool:
        """Note something in place of what was there, None for nothing; False where another was faster."""
        if old is not None:
            return bool(self._run(update(meta).where(meta.c.key == key, meta.c.value == old).values(value=new)))
        return bool(self._run(self._insert(meta, key=key, value=new).on_conflict_do_nothing()))


@cache
def _conflicts(*, of_one: bool, closed: bool, dismissed: bool) -> Ready:
    chosen = select(conflicts).order_by(conflicts.c.first_seen, conflicts.c.unit_id, conflicts.c.id)
    if of_one:
        chosen = chosen.where(conflicts.c.unit_id == bindparam("unit"))
    if not closed:
        chosen = chosen.where(conflicts.c.closed_at.is_(None))
    if not dismissed:
        chosen = chosen.where(conflicts.c.dismissed_at.is_(None))
    return Ready(chosen)


def _conflict(row: Row[Any]) -> ConflictRecord:
    return ConflictRecord(
        row.id,
        row.certainty,
        converter.structure(row.nights, Nights),
        tuple(ClaimId(one) for one in row.claims),
        UnitId(row.unit_id),
        row.first_seen,
        row.closed_at,
        row.dismissed_at,
    )


def notice_in(row: Row[Any]) -> NoticeRecord:
    """Return the notice that a row of the table holds."""
    return NoticeRecord(row.key, row.at, row.kind, row.unit_id and UnitId(row.unit_id), row.data, row.seen_at)


def line_in(row: Row[Any]) -> HistoryLine:
    """Return the line of the log that a row of the table holds."""
    return HistoryLine(
        row.at,
        UnitId(row.unit_id),
        row.what,
        row.why,
        converter.structure(row.nights, Nights),
        row.listing_id and ListingId(row.listing_id),
        row.claim_id and ClaimId(row.claim_id),
    )
