"""What every part of the manager stands on: the ledger, the vault, the plugins, and one way to change a unit.

An order is one transaction: load the unit, let pure functions decide, settle, store state, findings, conflicts, notices
and the audit line together. Nobody reads a calendar that is not stored.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Final, final

from attrs import Factory, define
from cattrs import BaseValidationError, ForbiddenExtraKeysError

from channelsync.adapter import ChannelPlugin, Registry
from channelsync.codec import converter
from channelsync.conflicts import Conflict
from channelsync.errors import LedgerError, PluginError, UsageError
from channelsync.ids import ChannelName, ClaimId, ListingId, OwnerId, UnitId
from channelsync.inventory import Owner, Unit
from channelsync.ledger import ConflictRecord, Ledger, Link, NoticeRecord, Transaction
from channelsync.manager.reading import Reader
from channelsync.manager.telling import closing_page
from channelsync.nights import Nights
from channelsync.notices import Details, Notice, NoticeKind, from_findings
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.ports import Vault
from channelsync.reconcile import Plan, settle
from channelsync.state import Finding, ListingState, UnitState
from channelsync.traits import Traits

__all__ = ["FEED", "Changing", "Desk", "by_key", "new_claim_id", "notice_of", "notice_record"]

FEED: Final = "feed"
"""The kind under which private export links are kept in the vault; their id is the listing's."""


@final
@define
class Changing:
    """A unit being changed in a transaction: set ``state``, add ``findings``; the desk settles and stores."""

    tx: Transaction
    before: UnitState
    now: datetime
    state: UnitState
    findings: tuple[Finding, ...] = ()
    plan: Plan = Factory(Plan)
    notices: tuple[Notice, ...] = ()

    @property
    def owed(self) -> tuple[ListingId, ...]:
        """The listings that take our writes and are to be written to."""
        changed = (self.state.of(one.listing) for one in self.plan.changes)
        return tuple(one.id for one in changed if one.listing.traits.pushed)

    def audit(self, what: str, **details: object) -> None:
        """Write a line of the audit trail; details are ids and dates, never names or links."""
        self.tx.audit("owner", what, {"unit": self.before.unit.id} | details, at=self.now)


class Desk:
    """The shared part; see the head of the module."""

    base_url: str = "http://127.0.0.1:8000"
    """Where the published calendars are served, without a slash at the end."""
    laid_out: bool = False
    """Whether they lie on static hosting, where nobody tells who reads them."""
    wake: Callable[[ListingId], None] | None = None
    """Told of each listing that a hint or a proof made due, after it is stored: where a queue runs, its ``submit``."""

    def __init__(
        self,
        ledger: Ledger,
        vault: Vault,
        registry: Registry,
        reader: Reader,
        now: Callable[[], datetime],
        policy: Policy = DEFAULT_POLICY,
    ) -> None:
        self.ledger = ledger
        self.vault = vault
        self.registry = registry
        self.policy = policy
        self._reader = reader
        self._now = now

    def unit(self, ref: Unit | str) -> Unit:
        """Return the lodging of that id, slug or name.

        Raises:
            UsageError: there is none; the advice lists those there are.
        """
        if isinstance(ref, Unit):
            return ref
        with self.ledger.reading() as tx:
            return tx.unit_by(ref)

    def units(self) -> tuple[Unit, ...]:
        """Return every lodging."""
        with self.ledger.reading() as tx:
            return tx.units()

    def time(self) -> datetime:
        """Return the time, by the clock that everything here goes by."""
        return self._now()

    def state(self, unit: Unit | str) -> UnitState:
        """Return everything remembered of a lodging."""
        unit = self.unit(unit)
        with self.ledger.reading() as tx:
            return tx.load(unit.id, self._traits)

    def _owner(self, tx: Transaction, now: datetime) -> Owner:
        """Return whose everything is where nobody else is named: the first owner, made where there is none yet."""
        return next(iter(tx.owners()), None) or tx.add_owner("Propriétaire", at=now)

    @property
    def titles(self) -> Mapping[str, str]:
        """The platforms' names as people write them, by channel."""
        return {plugin.name: plugin.title for plugin in self.registry.plugins}

    def _plugin(self, channel: str) -> ChannelPlugin:
        return self.registry.get(channel)

    def _traits(self, channel: ChannelName, options: Mapping[str, object]) -> Traits:
        """Return a channel's habits; where its plugin is missing, the careful ones that believe nothing."""
        try:
            return self._plugin(channel).habits({key: str(value) for key, value in options.items()})
        except (PluginError, UsageError):
            return Traits()

    def _page_finder(self, unit: UnitId, known: Sequence[Link] = ()) -> Callable[[ListingId, Nights], str]:
        """Return what finds the page on which an owner closes nights; links not known are read for the first one."""

        @cache
        def links() -> tuple[Link, ...]:
            with self.ledger.reading() as tx:
                return tx.listings(unit)

        @cache
        def link(listing: ListingId) -> Link | None:
            return next((one for one in known or links() if one.id == listing), None)

        def page(listing: ListingId, nights: Nights) -> str:
            found = link(listing)
            return "" if found is None else closing_page(self.registry, found, nights)

        return page

    @contextmanager
    def _changing(self, unit: Unit | str, *, insist: bool = False, quiet: bool = False) -> Generator[Changing]:
        """Let the block change a unit's state; settle it and store everything in one transaction.

        ``quiet`` leaves the state as the block made it: what is recorded changes no claim.
        """
        with self._changing_together([self.unit(unit)], insist=insist, quiet=quiet) as (change,):
            yield change

    @contextmanager
    def _changing_together(
        self, units: Iterable[Unit], *, insist: bool = False, quiet: bool = False
    ) -> Generator[tuple[Changing, ...]]:
        """Let the block change several units' states in one transaction: all of it is stored, or nothing."""
        now = self._now()
        with self.ledger.transaction() as tx:
            states = {one: tx.load(one, self._traits) for one in sorted({unit.id for unit in units})}  # locks in order
            changes = tuple(Changing(tx, before, now, before) for before in states.values())
            yield changes
            for change in changes:
                self._store(change, insist=insist, quiet=quiet)
        if self.wake is not None:
            for one in [listing for change in changes for listing in change.owed]:
                self.wake(one)

    def _store(self, change: Changing, *, insist: bool = False, quiet: bool = False) -> None:
        """Settle what a block changed, and store it."""
        if not quiet:
            self._settle(change)
        self._save(change, insist=insist, quiet=quiet)

    def _settle(self, change: Changing) -> None:
        """Decide what follows from what was changed."""
        settled = settle(change.state, change.now, self.policy)
        change.state, change.plan = settled.state, settled.plan
        change.findings += settled.findings

    def _save(self, change: Changing, *, insist: bool = False, quiet: bool = False) -> None:
        """Store what was changed and decided."""
        tx, now = change.tx, change.now
        tx.save(change.before, change.state, change.findings, now, insist=insist)
        for one in change.owed:
            tx.mark_due(one, now, now=now)
        if not quiet:
            tx.save_conflicts(change.before.unit.id, map(_conflict_record, change.plan.conflicts), now)
        told = (*change.notices, *from_findings(change.before, change.state, change.findings, now))
        change.notices = tuple(one for one in told if tx.add_notice(notice_record(one)))


def by_key(state: UnitState, key: str, *, retired: bool = False) -> ListingState:
    """Return the unit's listing of that key; with ``retired``, an unlinked one will do where no other is left.

    Raises:
        UsageError: there is none; the advice lists those there are.
    """
    linked = [one for one in state.active if one.listing.key == key]
    if not linked and ":" not in key:
        linked = [one for one in state.active if one.listing.channel == key]
    if not linked and retired:
        linked = [one for one in state.listings if one.listing.key == key][-1:]
    if len(linked) == 1:
        return linked[0]
    names = ", ".join(one.listing.key for one in state.active) or "none"
    msg = f"{state.unit.name} has {'several listings' if linked else 'no listing'} called {key[:40]!r}"
    raise UsageError(msg, advice=f"Linked there: {names}.")


def new_claim_id() -> ClaimId:
    """Return an id for something the owner makes."""
    return ClaimId(secrets.token_hex(6))


def notice_record(notice: Notice) -> NoticeRecord:
    """Return a notice as the ledger keeps it."""
    data = {"listing": notice.listing, "details": converter.unstructure(notice.data)}
    if notice.owner is not None:
        data["owner"] = notice.owner
    return NoticeRecord(notice.key, notice.at, notice.kind.value, notice.unit, data)


def notice_of(record: NoticeRecord) -> Notice:
    """Return the notice that was kept.

    Raises:
        LedgerError: it was written by a newer program, or is damaged.
    """
    listing, owner = record.data.get("listing"), record.data.get("owner")
    try:
        kind, data = NoticeKind(record.kind), converter.structure(record.data["details"], Details)
    except (BaseValidationError, ForbiddenExtraKeysError, LookupError, TypeError, ValueError) as error:
        msg = "a stored notice cannot be read: a newer channelsync wrote it, or it is damaged"
        raise LedgerError(msg, advice="Update channelsync on this machine.") from error
    return Notice(
        record.key,
        kind,
        record.at,
        record.unit,
        ListingId(str(listing)) if listing else None,
        data,
        OwnerId(str(owner)) if owner else None,
    )


def _conflict_record(conflict: Conflict) -> ConflictRecord:
    claims = tuple(claim.id for claim in conflict.claims)
    return ConflictRecord(conflict.id, conflict.certainty.value, conflict.nights, claims)
