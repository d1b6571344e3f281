"""A unit's state, loaded whole and saved by its differences.

The claims and the published revisions are rows, because people ask about them one by one; what a listing remembers
beside them is a document, because only the kernel reads it, and its looks another, because most steps change nothing
else. ``load`` after ``save`` gives exactly the state that was saved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from attrs import fields
from sqlalchemy import Row, delete, select, update

from channelsync.claims import Claim
from channelsync.codec import converter, dumped, read, refreshed
from channelsync.errors import LedgerError, UsageError
from channelsync.ids import ChannelName, ClaimId, ListingId, OwnerId, UnitId
from channelsync.inventory import Listing, Unit
from channelsync.ledger.claim_rows import Happening, claims_of, ending, happenings, write_claims
from channelsync.ledger.look_rows import calendar_of, looks_of
from channelsync.ledger.records import Looks
from channelsync.ledger.revision_rows import revision_of, write_revisions
from channelsync.ledger.rows import Rows
from channelsync.ledger.tables import claims, due, history, listings, owner_nights, revisions, units
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.proof import Revision
from channelsync.quiet import same_but_for_looks
from channelsync.state import Finding, ListingState, Takeover, UnitState
from channelsync.traits import Traits

__all__ = ["StateRows"]

_ELSEWHERE: Final = frozenset({"listing", "claims", "revisions", "retired", *(one.name for one in fields(Looks))})
_MEMORY: Final = tuple(one.name for one in fields(ListingState) if one.name not in _ELSEWHERE)
_ACTIVE: Final = "active"

TraitsOf = Callable[[ChannelName, Mapping[str, object]], Traits]
"""Says which habits a channel has with a link's settings."""


class StateRows(Rows):
    """Units' states."""

    def load(self, unit_id: UnitId, traits: TraitsOf) -> UnitState:
        """Return everything remembered of a unit; in a transaction that writes, nobody else loads it meanwhile.

        Raises:
            UsageError: there is no such unit.
            LedgerError: what is stored was written by a newer program, or is damaged.
        """
        chosen = select(units).where(units.c.id == unit_id)
        row = self._first(chosen.with_for_update() if self._locking else chosen)
        if row is None:
            msg = f"there is no unit {unit_id}"
            raise UsageError(msg, advice="`channelsync unit list` lists them.")
        try:
            state = self._built(row, traits)
        except (KeyError, ValueError, TypeError) as error:
            msg = f"what is stored of {row.name} is damaged"
            raise LedgerError(msg, advice="Restore the last backup.") from error
        if self._locking:  # what is only read cannot be saved
            self._loaded[unit_id] = state
        return state

    def _built(self, row: Row[Any], traits: TraitsOf) -> UnitState:
        unit = Unit(UnitId(row.id), OwnerId(row.owner_id), row.name, row.timezone, row.turnover)
        links = self._all(select(listings).where(listings.c.unit_id == unit.id).order_by(listings.c.position))
        active = (
            select(claims).where(claims.c.unit_id == unit.id, claims.c.status == _ACTIVE).order_by(claims.c.position)
        )
        own: list[Row[Any]] = []
        theirs: dict[str, list[Row[Any]]] = defaultdict(list)
        for one in self._all(active):
            (own if one.own else theirs[one.listing_id]).append(one)
        published = self._published([link.id for link in links])
        return UnitState(
            unit,
            tuple(_listing_state(one, unit.id, theirs[one.id], published[one.id], traits) for one in links),
            claims_of(own),
            read(row.takeover, Takeover),
        )

    def _published(self, ids: Sequence[str]) -> Mapping[str, tuple[Revision, ...]]:
        chosen = select(revisions).where(revisions.c.listing_id.in_(ids), revisions.c.matters)
        found: dict[str, tuple[Revision, ...]] = dict.fromkeys(ids, ())
        for row in self._all(chosen.order_by(revisions.c.listing_id, revisions.c.position)) if ids else ():
            found[row.listing_id] += (revision_of(row),)
        return found

    def save(
        self, before: UnitState, after: UnitState, findings: Iterable[Finding], now: datetime, *, insist: bool = False
    ) -> None:
        """Write what differs, with the history of each claim; reasons come from the findings.

        ``before`` is what this transaction loaded (or saved) last: a state decided upon outside it may have been
        overtaken. With ``insist``, the owner's own new claims may lie on nights of their earlier ones.

        Raises:
            UsageError: ``before`` was not loaded here; the unit or its set of listings changed; or a new claim of the
                owner's lies on nights of another one.
        """
        found = tuple(findings)
        self._check(before, after)
        if before.takeover != after.takeover:
            self._run(update(units).where(units.c.id == after.unit.id).values(takeover=dumped(after.takeover)))
        if any(one is not two for one, two in zip(before.listings, after.listings, strict=True)):
            self._save_listings(before, after, now)
        lines: list[Happening] = []
        if _held(before) != _held(after):
            if before.own != after.own:
                self._save_owner_nights(before, after, insist=insist)
            kept, today = {claim.id for claim in after.claims}, after.unit.today(now)
            gone = [claim for claim in before.claims if claim.id not in kept]
            endings = {claim.id: ending(claim, after, today, found) for claim in gone}
            write_claims(self._connection, before, after, endings, now)
            lines = happenings(before, after, endings, found)
        self._write_history(after.unit.id, lines, found, now)
        if not _same_but_for_looks(before, after):
            self._renew(after.unit.id)
        self._loaded[after.unit.id] = after

    def _check(self, before: UnitState, after: UnitState) -> None:
        if self._loaded.get(before.unit.id) is not before:
            msg = f"the state of {before.unit.name} was not loaded in this transaction"
            raise UsageError(msg, advice="Load, decide and save in one transaction.")
        if before.unit != after.unit or [one.listing for one in before.listings] != [
            one.listing for one in after.listings
        ]:
            msg = f"a step cannot change what {before.unit.name} is or how it is linked"
            raise UsageError(msg)
        strays = [claim for one in after.listings for claim in one.claims if claim.listing != one.id]
        if strays or len({claim.id for claim in after.claims}) != len(after.claims):
            msg = f"a claim of {before.unit.name} stands in two places, or in the wrong one"
            raise UsageError(msg)

    def _save_listings(self, before: UnitState, after: UnitState, now: datetime) -> None:
        for old, new in zip(before.listings, after.listings, strict=True):
            values: dict[str, object] = {}
            if any(getattr(old, name) != getattr(new, name) for name in _MEMORY):
                values["memory"] = dumped(new, leaving_out=_ELSEWHERE)
            if looks_of(old) != looks_of(new):
                values["looks"] = dumped(looks_of(new))
            if old.events != new.events:
                values["calendar"] = calendar_of(new.events)
            if old.retired != new.retired:
                values["retired_at"] = now if new.retired else None
            if values:
                self._run(update(listings).where(listings.c.id == new.id).values(values))
            if new.retired and not old.retired:
                self._run(delete(due).where(due.c.listing_id == new.id))
            if old.revisions != new.revisions:
                write_revisions(self._connection, new.id, old.revisions, new.revisions)

    def _save_owner_nights(self, before: UnitState, after: UnitState, *, insist: bool) -> None:
        """Bring the nights of the owner's own claims up to date; their key is the last guard against two winners."""
        unit, was = after.unit.id, {claim.id: claim.nights for claim in before.own}
        mine = [claim for claim in after.own if claim.is_ours]
        for claim in () if insist else mine:
            fresh = claim.nights - was.get(claim.id, NO_NIGHTS)
            other = next((one for one in mine if one.id != claim.id and one.nights.overlaps(fresh)), None)
            if other is not None:
                raise _taken(after.unit, fresh & other.nights, other)
        rows = self._all(select(owner_nights.c.night, owner_nights.c.claim_id).where(owner_nights.c.unit_id == unit))
        stored: set[tuple[date, str]] = {(row.night, row.claim_id) for row in rows}
        wanted = _first_come(mine)
        drop = delete(owner_nights).where(owner_nights.c.unit_id == unit)
        for start, end in _runs(night for night, _ in stored - wanted):
            self._run(drop.where(owner_nights.c.night >= start, owner_nights.c.night < end))
        missing = sorted(wanted - stored)
        self._run(owner_nights.insert(), [{"unit_id": unit, "night": night, "claim_id": one} for night, one in missing])

    def _write_history(
        self, unit: UnitId, lines: Sequence[Happening], findings: Sequence[Finding], now: datetime
    ) -> None:
        """Write a line for each happening, and for each finding that none of them tells and that says something new."""
        told = {one.claim.id for one in lines}
        rows = [
            _history_row(unit, one.claim.listing, now, one.what, one.claim.nights, one.why, one.claim.id)
            for one in lines
        ]
        for one in findings:
            row = _history_row(unit, one.listing, one.at, one.did.value, one.nights, one.why)
            if not (one.claims and told.issuperset(one.claims)) and not self._said(unit, row):
                rows.append(row)
        self._run(history.insert(), rows)

    def _said(self, unit: UnitId, row: Mapping[str, object]) -> bool:
        """Whether the last line of that sort on that listing says the same: a step that runs again repeats itself."""
        chosen = select(history.c.nights, history.c.why).where(
            history.c.unit_id == unit,
            history.c.listing_id.is_not_distinct_from(row["listing_id"]),
            history.c.what == row["what"],
            history.c.claim_id.is_(None),
        )
        last = self._first(chosen.order_by(history.c.seq.desc()).limit(1))
        return last is not None and (last.nights, last.why) == (row["nights"], row["why"])


def _same_but_for_looks(before: UnitState, after: UnitState) -> bool:
    """Whether nothing differs but the times of looking."""
    pairs = zip(before.listings, after.listings, strict=True)
    same = (before.own, before.takeover) == (after.own, after.takeover)
    return same and all(old is new or same_but_for_looks(old, new) for old, new in pairs)


def _held(state: UnitState) -> tuple[tuple[Claim, ...], ...]:
    """Return the claims by where they stand: one that moves to the owner's own is the same claim elsewhere."""
    return (state.own, *(one.claims for one in state.listings))


def _history_row(
    unit: UnitId,
    listing: ListingId | None,
    at: datetime,
    what: str,
    nights: Nights,
    why: str,
    claim: ClaimId | None = None,
) -> dict[str, object]:
    where = {"unit_id": unit, "listing_id": listing, "claim_id": claim}
    return {**where, "at": at, "what": what, "nights": converter.unstructure(nights), "why": why}


def _listing_state(
    row: Row[Any], unit: UnitId, rows: list[Row[Any]], published: tuple[Revision, ...], traits: TraitsOf
) -> ListingState:
    channel = ChannelName(row.channel)
    listing = Listing(ListingId(row.id), unit, channel, row.label, traits(channel, row.options))
    blank = ListingState(listing, claims=claims_of(rows), revisions=published, retired=row.retired_at is not None)
    return refreshed(refreshed(blank, row.memory), row.looks)  # a memory older than the looks' own place holds them too


def _first_come(mine: Iterable[Claim]) -> set[tuple[date, str]]:
    """Return whose each night is; where the owner insisted on an overlap, the earlier claim keeps it."""
    taken, found = NO_NIGHTS, set[tuple[date, str]]()
    for claim in mine:
        found.update((night, str(claim.id)) for night in claim.nights - taken)
        taken |= claim.nights
    return found


def _runs(nights: Iterable[date]) -> list[tuple[date, date]]:
    """Return consecutive nights as ranges, so that a long block goes in one statement."""
    return [(run.arrival, run.departure) for run in Nights.of(*nights).runs()]


def _taken(unit: Unit, nights: Nights, other: Claim) -> UsageError:
    first = nights.first
    until = nights.last + timedelta(days=1) if nights.last else None
    msg = f"{unit.name}: the nights from {first} to {until} are taken by {other.kind.value} {other.id}"
    return UsageError(msg, advice=f"End that one first, or choose other nights: `channelsync calendar {unit.slug}`.")
