"""A unit's state, loaded whole and saved by its differences.

The claims and the published revisions are rows, because people ask about them one by one; what a listing remembers
beside them is a document, because only the kernel reads it, and its looks another, because most steps change nothing
else. ``load`` after ``save`` gives exactly the state that was saved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from operator import attrgetter
from typing import Any, Final

from attrs import fields
from sqlalchemy import BindParameter, Row, String, bindparam, cast, delete, select, update

from channelsync.claims import Claim
from channelsync.codec import converter, dumped, read, refreshed
from channelsync.errors import LedgerError, UsageError
from channelsync.evolving import evolve
from channelsync.ids import ChannelName, ClaimId, ListingId, OwnerId, UnitId
from channelsync.inventory import Listing, Unit
from channelsync.ledger.claim_rows import Happening, claims_of, ending, happenings, write_claims
from channelsync.ledger.look_rows import calendar_of, looks_of
from channelsync.ledger.ready import Ready
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

_OF_LOOKS: Final = tuple(one.name for one in fields(Looks))
_ELSEWHERE: Final = frozenset({"listing", "claims", "revisions", "retired", *_OF_LOOKS})
_memory: Final = attrgetter(*(one.name for one in fields(ListingState) if one.name not in _ELSEWHERE))
_ONE: Final = select(units).where(units.c.id == bindparam("unit"))
_UNIT: Final = Ready(_ONE)
_HELD_UNIT: Final = Ready(_ONE.with_for_update())
_OF_UNIT: Final = listings.c.unit_id == bindparam("unit")
_LINKED: Final = select(listings).where(_OF_UNIT).order_by(listings.c.position)
_LISTINGS: Final = Ready(_LINKED)
_LOOKS: Final = Ready(_LINKED.with_only_columns(listings.c.id, listings.c.looks))
_CLAIMS: Final = Ready(
    select(claims).where(claims.c.unit_id == bindparam("unit"), claims.c.status == "active").order_by(claims.c.position)
)
_MATTERING: Final = revisions.c.matters, revisions.c.listing_id.in_(select(listings.c.id).where(_OF_UNIT))
_REVISIONS: Final = Ready(select(revisions).where(*_MATTERING).order_by(revisions.c.listing_id, revisions.c.position))
_READINGS: Final = Ready(
    select(
        revisions.c.listing_id, revisions.c.number, revisions.c.first_fetch, revisions.c.last_fetch, revisions.c.sent
    ).where(*_MATTERING, revisions.c.last_fetch.is_not(None))
)
"""When each was read; the first reading brings a new version, so what was never read is as it is known."""
_OWNED: Final = Ready(
    select(units).where(units.c.owner_id == bindparam("owner")).order_by(units.c.position, units.c.id)
)
_BY_OWNER: Final = listings.c.unit_id.in_(select(units.c.id).where(units.c.owner_id == bindparam("owner")))
_OWNED_LOOKS: Final = Ready(
    select(listings.c.unit_id, listings.c.id, listings.c.looks)
    .where(_BY_OWNER)
    .order_by(listings.c.unit_id, listings.c.position)
)
_OWNED_READINGS: Final = Ready(
    select(
        listings.c.unit_id,
        revisions.c.listing_id,
        revisions.c.number,
        revisions.c.first_fetch,
        revisions.c.last_fetch,
        revisions.c.sent,
    )
    .join_from(revisions, listings, revisions.c.listing_id == listings.c.id)
    .where(_BY_OWNER, revisions.c.matters, revisions.c.last_fetch.is_not(None))
)
_SIGNS: Final = Ready(
    select(units.c.id, units.c.version, listings.c.id.label("listing"), cast(listings.c.looks, String).label("looks"))
    .select_from(units.outerjoin(listings, listings.c.unit_id == units.c.id))
    .where(units.c.owner_id == bindparam("owner"))
    .order_by(units.c.position, units.c.id, listings.c.position)
)
_READING_SIGNS: Final = Ready(
    select(
        revisions.c.listing_id,
        revisions.c.number,
        *(cast(revisions.c[name], String).label(name) for name in ("first_fetch", "last_fetch", "sent")),
    )
    .where(
        revisions.c.listing_id.in_(select(listings.c.id).where(_BY_OWNER)),
        revisions.c.matters,
        revisions.c.last_fetch.is_not(None),
    )
    .order_by(revisions.c.listing_id, revisions.c.number)
)
"""With the versions, all that says whether anything of an owner's has changed, as it is stored and not read any
further."""
_AMONG: Final[BindParameter[Sequence[str]]] = bindparam("units", expanding=True)
_THEIR_LISTINGS: Final = (
    select(listings).where(listings.c.unit_id.in_(_AMONG)).order_by(listings.c.unit_id, listings.c.position)
)
_THEIR_CLAIMS: Final = (
    select(claims)
    .where(claims.c.unit_id.in_(_AMONG), claims.c.status == "active")
    .order_by(claims.c.unit_id, claims.c.position)
)
_THEIR_REVISIONS: Final = (
    select(listings.c.unit_id, revisions)
    .join_from(revisions, listings, revisions.c.listing_id == listings.c.id)
    .where(listings.c.unit_id.in_(_AMONG), revisions.c.matters)
    .order_by(revisions.c.listing_id, revisions.c.position)
)

_HISTORY: Final = Ready(history.insert())
_LAST_SAID: Final = Ready(
    select(history.c.nights, history.c.why)
    .where(
        history.c.unit_id == bindparam("unit"),
        history.c.listing_id.is_not_distinct_from(bindparam("listing", type_=String())),
        history.c.what == bindparam("what"),
        history.c.claim_id.is_(None),
    )
    .order_by(history.c.seq.desc())
    .limit(1)
)

TraitsOf = Callable[[ChannelName, Mapping[str, object]], Traits]
"""Says which habits a channel has with a link's settings; ``route`` is among them where that is not the calendar."""


class StateRows(Rows):
    """Units' states."""

    def load(self, unit_id: UnitId, traits: TraitsOf) -> UnitState:
        """Return everything remembered of a unit; in a transaction that writes, nobody else loads it meanwhile.

        Raises:
            UsageError: there is no such unit.
            LedgerError: what is stored was written by a newer program, or is damaged.
        """
        row = self._first(_HELD_UNIT if self._locking else _UNIT, {"unit": unit_id})
        if row is None:
            msg = f"there is no unit {unit_id}"
            raise UsageError(msg, advice="`channelsync unit list` lists them.")
        known = self._known.get(unit_id, row.version)
        with _sound(row):
            state = (known and self._alone_caught_up(known, row)) or self._alone_built(row, traits)
        self._known.keep(unit_id, row.version, state)
        if self._locking:  # what is only read cannot be saved
            self._loaded[unit_id], self._versions[unit_id] = state, row.version
        return state

    def load_all(self, owner: OwnerId, traits: TraitsOf) -> tuple[UnitState, ...]:
        """Return everything remembered of each of an owner's units, in the order they were added, to be looked at only.

        Many units take as many statements as one.

        Raises:
            LedgerError: what is stored was written by a newer program, or is damaged.
        """
        whose = {"owner": owner}
        versions = self._all(_SIGNS, whose)
        signs = (*versions, *self._all(_READING_SIGNS, whose))
        known = self._known.whole(owner, signs)
        if known is None:
            known = self._each_of(owner, traits)
            if all(one.version for one in versions):
                self._known.keep_whole(owner, signs, known)
        return known

    def _each_of(self, owner: OwnerId, traits: TraitsOf) -> tuple[UnitState, ...]:
        rows, whose = self._all(_OWNED, {"owner": owner}), {"owner": owner}
        looks, readings = _by_unit(self._all(_OWNED_LOOKS, whose)), _by_unit(self._all(_OWNED_READINGS, whose))
        found: dict[str, UnitState] = {}
        for row in rows:
            known = self._known.get(UnitId(row.id), row.version)
            with _sound(row):
                state = known and self._caught_up(known, row, looks[row.id], readings[row.id])
            if state:
                found[row.id] = state
        fresh = [row for row in rows if row.id not in found]
        found |= self._all_built(fresh, traits) if fresh else {}
        for row in rows:
            self._known.keep(UnitId(row.id), row.version, found[row.id])
        return tuple(found[row.id] for row in rows)

    def _alone_caught_up(self, known: UnitState, row: Row[Any]) -> UnitState | None:
        which = {"unit": known.unit.id}
        return self._caught_up(known, row, self._all(_LOOKS, which), self._all(_READINGS, which))

    def _caught_up(
        self, known: UnitState, row: Row[Any], looks: Sequence[Row[Any]], readings: Iterable[Row[Any]]
    ) -> UnitState | None:
        """Return a state that is known, with what is written without a new version: looks, and readings of ours.

        None where some looks are not in their own place, as before the first one, and in what an older version wrote.
        What is as it was is the very same value.
        """
        if any(one.looks.keys() <= {"v"} for one in looks):
            return None
        read_at: dict[str, dict[int, Row[Any]]] = defaultdict(dict)
        for one in readings:
            read_at[one.listing_id][one.number] = one
        pairs = zip(known.listings, looks, strict=True)
        listings = tuple(_seen_again(old, self._known.looks(old.id, one.looks), read_at[one.id]) for old, one in pairs)
        unit = _unit(row)
        if unit == known.unit and all(new is old for new, old in zip(listings, known.listings, strict=True)):
            return known
        return evolve(known, unit=unit, listings=listings)

    def _alone_built(self, row: Row[Any], traits: TraitsOf) -> UnitState:
        which = {"unit": row.id}
        links, there, published = (self._all(one, which) for one in (_LISTINGS, _CLAIMS, _REVISIONS))
        return _built(row, links, there, published, traits)

    def _all_built(self, rows: Sequence[Row[Any]], traits: TraitsOf) -> dict[str, UnitState]:
        which = {"units": [row.id for row in rows]}
        links, there, published = (
            _by_unit(self._all(one, which)) for one in (_THEIR_LISTINGS, _THEIR_CLAIMS, _THEIR_REVISIONS)
        )
        found: dict[str, UnitState] = {}
        for row in rows:
            with _sound(row):
                found[row.id] = _built(row, links[row.id], there[row.id], published[row.id], traits)
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
        self._known.keep(after.unit.id, self._versions[after.unit.id], after)

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
            if old is new:
                continue
            if _memory(old) != _memory(new):
                values["memory"] = dumped(new, leaving_out=_ELSEWHERE)
            looks = looks_of(new)
            if looks_of(old) != looks:
                values["looks"] = noted = dumped(looks)
                self._known.keep_looks(new.id, noted, looks)
            if old.events != new.events:
                values["calendar"] = calendar_of(new.events)
            if old.retired != new.retired:
                values["retired_at"] = now if new.retired else None
            if values:
                self._run(_changing(*values), [{"listing": new.id} | values])
            if new.retired and not old.retired:
                self._run(delete(due).where(due.c.listing_id == new.id))
        write_revisions(self._connection, before.listings, after.listings)

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
        self._run(_HISTORY, rows)

    def _said(self, unit: UnitId, row: Mapping[str, object]) -> bool:
        """Whether the last line of that sort on that listing says the same: a step that runs again repeats itself."""
        last = self._first(_LAST_SAID, {"unit": unit, "listing": row["listing_id"], "what": row["what"]})
        return last is not None and (last.nights, last.why) == (row["nights"], row["why"])


@cache
def _changing(*names: str) -> Ready:
    """Return the statement that changes these columns of a listing."""
    return Ready(
        update(listings).where(listings.c.id == bindparam("listing")).values({one: bindparam(one) for one in names})
    )


@contextmanager
def _sound(row: Row[Any]) -> Generator[None]:
    """Say whose memory is damaged where the block cannot read it."""
    try:
        yield
    except (KeyError, ValueError, TypeError) as error:
        msg = f"what is stored of {row.name} is damaged"
        raise LedgerError(msg, advice="Restore the last backup.") from error


def _by_unit(rows: Iterable[Row[Any]]) -> defaultdict[str, list[Row[Any]]]:
    """Return rows by the unit they belong to, each unit's in their order."""
    found: defaultdict[str, list[Row[Any]]] = defaultdict(list)
    for row in rows:
        found[row.unit_id].append(row)
    return found


def _built(
    row: Row[Any],
    links: Iterable[Row[Any]],
    there: Iterable[Row[Any]],
    published: Iterable[Row[Any]],
    traits: TraitsOf,
) -> UnitState:
    """Build a unit's state from the rows of its listings, its claims and the calendars published for it."""
    unit = _unit(row)
    own: list[Row[Any]] = []
    theirs, ours = defaultdict[str, list[Row[Any]]](list), defaultdict[str, list[Revision]](list)
    for one in there:
        (own if one.own else theirs[one.listing_id]).append(one)
    for one in published:
        ours[one.listing_id].append(revision_of(one))
    states = tuple(_listing_state(one, unit.id, theirs[one.id], tuple(ours[one.id]), traits) for one in links)
    return UnitState(unit, states, claims_of(own), read(row.takeover, Takeover))


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


def _unit(row: Row[Any]) -> Unit:
    return Unit(UnitId(row.id), OwnerId(row.owner_id), row.name, row.timezone, row.turnover)


def _listing(row: Row[Any], unit: UnitId, traits: TraitsOf) -> Listing:
    channel = ChannelName(row.channel)
    options = row.options if row.route == "ical" else row.options | {"route": row.route}
    return Listing(ListingId(row.id), unit, channel, row.label, traits(channel, options))


def _seen_again(known: ListingState, looks: Looks, readings: Mapping[int, Row[Any]]) -> ListingState:
    """Return what is known of a listing with its looks, and the readings of our calendar, as they are stored.

    What is as it was stays the very same value: whoever compares it has nothing to do.
    """
    if readings:
        published = tuple([_read_at(one, readings.get(one.number)) for one in known.revisions])
        if published != known.revisions:
            known = evolve(known, revisions=published)
    return known if looks_of(known) == looks else evolve(known, **{name: getattr(looks, name) for name in _OF_LOOKS})


def _read_at(one: Revision, row: Row[Any] | None) -> Revision:
    if row is None or (row.first_fetch, row.last_fetch, row.sent) == (one.first_fetch, one.last_fetch, one.sent):
        return one
    return evolve(one, first_fetch=row.first_fetch, last_fetch=row.last_fetch, sent=row.sent)


def _listing_state(
    row: Row[Any], unit: UnitId, rows: list[Row[Any]], published: tuple[Revision, ...], traits: TraitsOf
) -> ListingState:
    listing = _listing(row, unit, traits)
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
