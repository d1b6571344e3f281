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
from functools import cache
from typing import Any, Final, final

from attrs import evolve, frozen
from sqlalchemy import Connection, Row, bindparam, func, select, update

from channelsync.claims import Claim, Kind
from channelsync.codec import VERSION, dumped, refreshed
from channelsync.ids import ClaimId, ListingId, UnitId
from channelsync.ledger.ready import Ready
from channelsync.ledger.tables import claims
from channelsync.nights import Stay
from channelsync.state import Did, Finding, UnitState

__all__ = ["Ending", "Happening", "claims_of", "ending", "happenings", "write_claims"]

_Values = dict[str, object]
_KINDS: Final = {one.value: one for one in Kind}
_COLUMNS: Final = frozenset({"id", "kind", "stay", "first_seen", "last_seen", "listing", "uid", "code"})
"""The fields of a claim that people search by; the others, where they say anything, are one document."""
_NO_MORE: Final = {"v": VERSION}

_FRESH: Final = Ready(claims.insert())
_OF_UNIT: Final = claims.c.unit_id == bindparam("unit")
_THERE: Final = Ready(select(claims.c.id).where(_OF_UNIT, claims.c.id == bindparam("claim")))
_TOP: Final = Ready(select(func.max(claims.c.position).label("top")).where(_OF_UNIT, claims.c.status == "active"))


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


def claims_of(rows: Iterable[Row[Any]]) -> tuple[Claim, ...]:
    """Build claims from their rows.

    Raises:
        LedgerError: one was written by a newer program, or is damaged.
    """
    return tuple(_claim(row) for row in rows)


def _claim(row: Row[Any]) -> Claim:
    plain = Claim(
        id=ClaimId(row.id),
        kind=_KINDS[row.kind],
        stay=Stay(row.arrival, row.departure),
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        listing=row.listing_id and ListingId(row.listing_id),
        uid=row.uid,
        code=row.code,
    )
    return plain if row.more == _NO_MORE else refreshed(plain, row.more)


def _values(claim: Claim) -> _Values:
    return {
        "kind": claim.kind.value,
        "arrival": claim.stay.arrival,
        "departure": claim.stay.departure,
        "first_seen": claim.first_seen,
        "last_seen": claim.last_seen,
        "listing_id": claim.listing,
        "uid": claim.uid,
        "code": claim.code,
        "more": dumped(claim, leaving_out=_COLUMNS, sparse=True),
    }


def _places(state: UnitState) -> dict[ClaimId, tuple[Claim, bool]]:
    """Return each claim, and whether it stands among the owner's own."""
    own = {claim.id: (claim, True) for claim in state.own}
    return own | {claim.id: (claim, False) for one in state.listings for claim in one.claims}


def write_claims(
    db: Connection, before: UnitState, after: UnitState, endings: Mapping[ClaimId, Ending], now: datetime
) -> None:
    """Write what differs: new claims, changed ones, ended ones, and the order where it changed."""
    old, new = _places(before), _places(after)
    moved = _positions(db, before, after)
    here = {"status": "active", "ended_at": None, "reason": ""}
    seen_before = _ever_seen(db, after.unit.id, new.keys() - old.keys())
    changed: list[_Values] = []
    fresh: list[_Values] = []
    for claim_id, (claim, own) in new.items():
        if claim_id in old and old[claim_id] == (claim, own) and claim_id not in moved:
            continue
        row = _values(claim) | here | {"own": own, "position": moved.get(claim_id)}
        if claim_id in old or claim_id in seen_before:
            changed.append(row | {"the_unit": after.unit.id, "the_id": claim_id})
        else:
            fresh.append(row | {"unit_id": after.unit.id, "id": claim_id})
    _update(db, [row for row in changed if row["position"] is not None])
    _update(db, [{name: row[name] for name in row if name != "position"} for row in changed if row["position"] is None])
    _FRESH.run(db, fresh)
    ended: list[_Values] = [
        {"the_unit": after.unit.id, "the_id": one, "status": end.status, "ended_at": now, "reason": end.why}
        for one, end in endings.items()
    ]
    _update(db, ended)


def _update(db: Connection, rows: Sequence[_Values]) -> None:
    if rows:
        _changing(*(name for name in rows[0] if not name.startswith("the_"))).run(db, rows)


@cache
def _changing(*names: str) -> Ready:
    """Return the statement that changes these columns of a claim."""
    statement = update(claims).where(claims.c.unit_id == bindparam("the_unit"), claims.c.id == bindparam("the_id"))
    return Ready(statement.values({name: bindparam(name) for name in names}))


def _ever_seen(db: Connection, unit: UnitId, ids: Collection[ClaimId]) -> set[str]:
    """Return which of these have a row already: a claim that ended may come back."""
    return {one for one in ids if _THERE.all(db, {"unit": unit, "claim": one})}


def _positions(db: Connection, before: UnitState, after: UnitState) -> dict[ClaimId, int]:
    """Return the positions to write: of what came last in its tuple, and of a whole tuple where its order changed."""
    found: dict[ClaimId, int] = {}
    late: list[ClaimId] = []
    pairs = [(before.own, after.own)]
    pairs += [(old.claims, new.claims) for old, new in zip(before.listings, after.listings, strict=True)]
    for old, new in pairs:
        was, now = [claim.id for claim in old], [claim.id for claim in new]
        both = set(was) & set(now)
        kept = [one for one in was if one in both]
        if now[: len(kept)] == kept:
            late += now[len(kept) :]
        else:
            found |= {one: place for place, one in enumerate(now)}
    if late:
        first = max(_TOP.all(db, {"unit": after.unit.id})[0].top or 0, *found.values(), 0) + 1
        found |= {one: first + place for place, one in enumerate(late)}
    return found


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
