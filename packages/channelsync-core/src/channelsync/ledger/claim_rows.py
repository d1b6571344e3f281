"""Claims as rows: reading them, writing the differences, and saying how one ended.

A claim's row is never deleted. While a state holds it, its status is ``active``; afterwards the row says how it ended:

=============  ==========================================================================
``released``   it vanished from its listing and its nights were freed
``past``       its departure has come
``cancelled``  the owner ended it here
``unlinked``   its listing was unlinked and the owner let its nights go
=============  ==========================================================================
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, final

from attrs import evolve, field, frozen
from sqlalchemy import Connection, Row, bindparam, select, update

from channelsync.claims import Category, Claim, Kind, Missing, Standing
from channelsync.ids import ChannelName, ClaimId, ListingId, UnitId
from channelsync.ledger.tables import claims
from channelsync.nights import Nights, Stay
from channelsync.state import Did, Finding, UnitState

__all__ = ["Ending", "Happening", "claims_of", "ending", "happenings", "write_claims"]

_Values = dict[str, object]
_KINDS: Final = {one.value: one for one in Kind}
_STANDINGS: Final = {one.value: one for one in Standing}


@final
@frozen
class Ending:
    """How a claim ended, and why."""

    status: str
    why: str


@final
@frozen
class Happening:
    """Something that happened to a claim and belongs in the history."""

    claim: Claim
    what: str
    why: str
    nights: Nights = field()

    @nights.default
    def _its_nights(self) -> Nights:
        return self.claim.nights


def claims_of(rows: Iterable[Row[Any]]) -> tuple[Claim, ...]:
    """Build claims from their rows."""
    return tuple(_claim(row) for row in rows)


def _claim(row: Row[Any]) -> Claim:
    missing = row.missing_since and Missing(row.missing_since, row.missing_last, row.missing_looks, row.missing_moved)
    return Claim(
        id=ClaimId(row.id),
        kind=_KINDS[row.kind],
        stay=Stay(row.arrival, row.departure),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        listing=row.listing_id and ListingId(row.listing_id),
        uid=row.uid,
        code=row.code,
        standing=_STANDINGS[row.standing],
        mirrors=row.mirrors and ClaimId(row.mirrors),
        missing=missing,
        inventory=row.inventory,
        answered=row.answered,
        channel=row.channel and ChannelName(row.channel),
        adopted_by=row.adopted_by and ClaimId(row.adopted_by),
        category=Category(row.category) if row.category else None,
        note=row.note,
        guest=row.guest,
        expires=row.expires,
    )


def _values(claim: Claim) -> _Values:
    missing = claim.missing
    return {
        "kind": claim.kind.value,
        "arrival": claim.stay.arrival,
        "departure": claim.stay.departure,
        "first_seen": claim.first_seen,
        "last_seen": claim.last_seen,
        "listing_id": claim.listing,
        "uid": claim.uid,
        "code": claim.code,
        "standing": claim.standing.value,
        "mirrors": claim.mirrors,
        "missing_since": missing and missing.since,
        "missing_last": missing and missing.last,
        "missing_looks": missing and missing.looks,
        "missing_moved": missing and missing.moved,
        "inventory": claim.inventory,
        "answered": claim.answered,
        "channel": claim.channel,
        "adopted_by": claim.adopted_by,
        "category": claim.category and claim.category.value,
        "note": claim.note,
        "guest": claim.guest,
        "expires": claim.expires,
    }


def _places(state: UnitState) -> dict[ClaimId, tuple[Claim, bool]]:
    """Return each claim, and whether it stands among the owner's own."""
    own = {claim.id: (claim, True) for claim in state.own}
    return own | {claim.id: (claim, False) for one in state.listings for claim in one.claims}


def write_claims(db: Connection, before: UnitState, after: UnitState, endings: Mapping[ClaimId, Ending], now: datetime) -> None:
    """Write what differs: new claims, changed ones, ended ones, and the order where it changed."""
    old, new = _places(before), _places(after)
    moved = _positions(db, after.unit.id, list(old), list(new))
    here = {"status": "active", "ended_at": None, "reason": ""}
    seen_before = _ever_seen(db, after.unit.id, new.keys() - old.keys())
    changed: list[_Values] = []
    fresh: list[_Values] = []
    for claim_id, (claim, own) in new.items():
        if claim_id in old and old[claim_id] == (claim, own) and claim_id not in moved:
            continue
        row = _values(claim) | here | {"own": own, "position": moved[claim_id] if claim_id in moved else None}
        if claim_id in old or claim_id in seen_before:
            changed.append(row | {"the_unit": after.unit.id, "the_id": claim_id})
        else:
            fresh.append(row | {"unit_id": after.unit.id, "id": claim_id})
    _update(db, [row for row in changed if row["position"] is not None])
    _update(db, [{name: row[name] for name in row if name != "position"} for row in changed if row["position"] is None])
    if fresh:
        db.execute(claims.insert(), fresh)
    ended = [
        {"the_unit": after.unit.id, "the_id": one, "status": end.status, "ended_at": now, "reason": end.why}
        for one, end in endings.items()
    ]
    _update(db, ended)


def _update(db: Connection, rows: Sequence[_Values]) -> None:
    if rows:
        statement = update(claims).where(claims.c.unit_id == bindparam("the_unit"), claims.c.id == bindparam("the_id"))
        db.execute(statement.values({name: bindparam(name) for name in rows[0] if not name.startswith("the_")}), list(rows))


def _ever_seen(db: Connection, unit: UnitId, ids: Collection[ClaimId]) -> set[str]:
    """Return which of these have a row already: a claim that ended may come back."""
    if not ids:
        return set()
    return set(db.execute(select(claims.c.id).where(claims.c.unit_id == unit, claims.c.id.in_(ids))).scalars())


def _positions(db: Connection, unit: UnitId, old: list[ClaimId], new: list[ClaimId]) -> dict[ClaimId, int]:
    """Return the positions to write: none where only claims went, the new ones' where they came last, else everybody's."""
    known = set(old)
    kept = [one for one in new if one in known]
    if new == kept and kept == [one for one in old if one in set(new)]:
        return {}
    gone = known - set(new)
    if new[: len(kept)] == [one for one in old if one not in gone]:
        top = select(claims.c.position).where(claims.c.unit_id == unit, claims.c.status == "active")
        first = (db.execute(top.order_by(claims.c.position.desc()).limit(1)).scalar() or 0) + 1
        return {one: first + place for place, one in enumerate(new[len(kept) :])}
    return {one: place for place, one in enumerate(new)}


def ending(claim: Claim, after: UnitState, today: date, findings: Iterable[Finding]) -> Ending:
    """Say how a claim ended that the state no longer holds; the reason is that of the finding which names it."""
    naming = [one for one in findings if claim.id in one.claims]
    why = next((one.why for one in naming if one.did is Did.RELEASE), naming[0].why if naming else "")
    if claim.stay.departure <= today:
        return Ending("past", why or "its departure has passed")
    if claim.is_ours:
        return Ending("cancelled", why or "the owner ended it")
    if any(one.retired for one in after.listings if one.id == claim.listing):
        return Ending("unlinked", why or "its listing was unlinked")
    return Ending("released", why)


def happenings(
    before: UnitState, after: UnitState, endings: Mapping[ClaimId, Ending], findings: Sequence[Finding]
) -> list[Happening]:
    """Return what the history has to say of each claim; that one was merely seen again is not worth a line."""
    old, new = _places(before), _places(after)
    reasons: dict[ClaimId, str] = {one: finding.why for finding in reversed(findings) for one in finding.claims}
    found: list[Happening] = []
    for claim_id, (claim, _) in new.items():
        what = _what(old[claim_id][0], claim) if claim_id in old else "claim"
        if what:
            found.append(Happening(claim, what, reasons.get(claim_id, "")))
    found += (Happening(old[one][0], end.status, end.why) for one, end in endings.items())
    return found


def _what(old: Claim, new: Claim) -> str:
    """Name the change, or return nothing where the claim was only seen again."""
    if old is new:
        return ""
    if (old.missing is None) != (new.missing is None):
        return "back" if new.missing is None else "missing"
    same = evolve(new, last_seen=old.last_seen, missing=old.missing)
    return "" if same == old else "changed"
