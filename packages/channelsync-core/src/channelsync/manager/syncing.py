"""One synchronisation: look, decide, publish, and tell."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import final

from attrs import evolve, frozen

from channelsync.adapter import SecretUrl
from channelsync.adapter.plugin import API
from channelsync.cadence import HealthEvent
from channelsync.engine.step import Answer, folded
from channelsync.errors import ChannelSyncError, UsageError, VaultError
from channelsync.ids import ListingId, UnitId, derived
from channelsync.inventory import Unit
from channelsync.ledger import Due, Link, Look, Looks, Transaction, looks_of
from channelsync.manager import telling
from channelsync.manager.desk import FEED, Changing, notice_record
from channelsync.manager.noting import looked_again, steady, waits
from channelsync.manager.reading import Errand, Task
from channelsync.manager.reports import LookReport, SyncReport
from channelsync.manager.serving import NOTED_EVERY, note_serving
from channelsync.manager.visitors import rhythms
from channelsync.manager.writing import Writing
from channelsync.nights import Nights
from channelsync.notices import Notice, NoticeKind, overdue
from channelsync.observation import Observation
from channelsync.state import ListingState
from channelsync.wording import text

__all__ = ["Stored", "Syncing", "Taken"]

_LOT = 256
"""So many listings are read before their units are stepped: more would only be held in memory together."""

Work = Mapping[UnitId, Sequence[Due]]
"""The listings to look at, unit by unit."""


@final
@frozen
class Stored:
    """What is stored of a unit some of whose listings are to be read, as one transaction sees it.

    ``sealed`` are the private links of those listings as the vault left them: nothing is opened in a transaction.
    """

    unit: Unit
    links: tuple[Link, ...]
    sealed: Mapping[ListingId, bytes]


@final
@frozen
class Taken:
    """A listing on which a lease was taken, and what is stored of it: None where that cannot be read."""

    due: Due
    stored: Stored | None


@final
@frozen
class _Come:
    """What came of one listing's work; ``jitter`` spreads the next look, ``leased`` says that a lease was taken."""

    due: Due
    answer: Answer
    jitter: float
    leased: bool = False

    def stands(self, tx: Transaction) -> bool:
        """Whether the work is still ours: another worker that has the lease now looks itself, and later than we did."""
        return not self.leased or tx.holds(self.due.listing, self.due.lease_owner)


class Syncing(Writing):
    """Reading the platforms, and writing to those that take it."""

    short_cuts: bool = True
    """Whether looks that can change nothing are only noted; without, each takes the full step, to the same end."""
    noted: int = 0
    """How many looks have only been noted."""
    _working: tuple[datetime, datetime] | None = None
    """Since when we have been at work, and when that was last noted from here."""

    def sync(self, unit: Unit | str | None = None, *, everything: bool = False) -> SyncReport:
        """Look at every listing that is due (``everything``: at all of them), decide, publish, and tell.

        The network is read first, outside any transaction; then each unit is one transaction. A unit that is neither
        named nor due is left alone, and the report says nothing of it.

        Raises:
            LedgerError: the database cannot be used.
            VaultError: the private links cannot be opened: the key is missing or another one.
        """
        work = self._work(None if unit is None else self.unit(unit).id, everything=everything)
        return _joined([report for lot in _lots(work) for report in self._synced(self._known(lot), _due(lot))])

    def next_due(self) -> datetime | None:
        """Return when the next listing is due, the present time where one is already, None where none is linked."""
        with self.ledger.reading() as tx:
            return tx.next_due(self._now())

    def take(self, listing: ListingId, holder: str, *, now: datetime, until: datetime) -> Taken | None:
        """Take a lease on a due listing, for `step`; None where it is not due, or another was faster.

        Raises:
            UsageError: the lease would be over at once.
            LedgerError: the database cannot be used; what was leased is free again by itself.
        """
        with self.ledger.transaction(fleeting=True) as tx:
            due = tx.lease(listing, holder, now=now, until=until)
            return None if due is None else Taken(due, _readable(tx, due))

    def step(self, work: Taken) -> SyncReport:
        """Look at one listing that was taken, decide, publish, and tell; see `channelsync.service.work`.

        The lease ends with the transaction that stores what came of it. Where it was lost meanwhile nothing is stored,
        and the report is empty.

        Raises:
            LedgerError: the database cannot be used.
            VaultError: the private link cannot be opened.
        """
        stored = [work.stored] if work.stored else self._known({work.due.unit: [work.due]})
        return _joined(self._synced(stored, [work.due], leased=True))

    def _work(self, unit: UnitId | None, *, everything: bool) -> Work:
        """Return what there is to do, longest due first; a unit that is asked for is stepped in any case."""
        found: dict[UnitId, list[Due]] = {} if unit is None else {unit: []}
        with self.ledger.reading() as tx:
            for one in tx.due_listings(self._now(), unit=unit, everything=everything, limit=None):
                found.setdefault(one.unit, []).append(one)
            if unit is None and everything:
                found |= {one.id: [] for one in tx.units() if one.id not in found}
        return found

    def _known(self, lot: Work) -> list[Stored]:
        with self.ledger.reading() as tx:
            return [_stored(tx, name, due) for name, due in lot.items()]

    def _synced(self, stored: Sequence[Stored], due: Sequence[Due], *, leased: bool = False) -> list[SyncReport]:
        """Read the feeds of some units, and step each of them."""
        now, dues = self._now(), {one.listing: one for one in due}
        errands, broken = self._errands(stored, dues)
        failed = [
            Answer(one, Observation(now, failure=str(error)), HealthEvent.LOOK_FAILED) for one, error in broken.items()
        ]
        answers = {one.listing: one for one in (*self._reader.read(errands, now), *failed)}
        theirs: dict[UnitId, list[_Come]] = {one.unit.id: [] for one in stored}
        for listing, answer in answers.items():
            jitter = random.random()  # noqa: S311 - spreads requests, guards nothing
            theirs[dues[listing].unit].append(_Come(dues[listing], answer, jitter, leased))
        return [self._reported(one, theirs[one.unit.id], now) for one in stored]

    def _errands(
        self, stored: Iterable[Stored], wanted: Collection[ListingId]
    ) -> tuple[list[Task], dict[ListingId, ChannelSyncError]]:
        """Return what to read of the listings that are wanted, and why some of it cannot be read at all."""
        errands: list[Task] = []
        broken: dict[ListingId, ChannelSyncError] = {}
        for link, unit, sealed in ((link, one.unit, one.sealed.get(link.id)) for one in stored for link in one.links):
            try:
                errands += [self._task(link, unit, sealed)] if link.id in wanted else []
            except VaultError:
                raise
            except ChannelSyncError as error:
                broken[link.id] = error
        return errands, broken

    def _task(self, link: Link, unit: Unit, sealed: bytes | None) -> Task:
        """Return how a listing is looked at: by its API, or by its calendar."""
        if link.route != API:
            return self._errand(link, unit.timezone, sealed)
        return self._api_errand(link, unit, None if sealed is None else self._errand(link, unit.timezone, sealed))

    def _errand(self, link: Link, timezone: str, sealed: bytes | None) -> Errand:
        options = {key: str(value) for key, value in link.options.items()} if link.route != API else {}
        route = self._plugin(link.channel).route(options)
        if sealed is None:
            msg = f"the private link of {link.key} is not in the database"
            raise VaultError(msg, advice="Unlink the listing and link it anew.")
        return Errand(link.id, route, SecretUrl(self.vault.unseal(FEED, link.id, sealed)), timezone)

    def _reported(self, stored: Stored, come: Sequence[_Come], now: datetime) -> SyncReport:
        """Step one unit; one that cannot be stepped is told as such, and stops no other."""
        unit = stored.unit
        try:
            return self._noted(come, now) or self._stepped(stored, come, now)
        except UsageError as error:
            keys = {one.id: one.listing.key for one in self.state(unit).listings}
            why = (f"{error}; nothing of this look was stored",)
            none = Nights()
            looks = (LookReport(unit, keys[one.due.listing], "unusable", none, none, none, why) for one in come)
            return SyncReport(tuple(looks))

    def _noted(self, come: Sequence[_Come], now: datetime) -> SyncReport | None:
        """Note looks that can change nothing else, without loading the unit; None where one of them may."""
        if not self.short_cuts:
            return None
        known = [(one, last) for one in come if (last := self._reader.steady(one.answer)) is not None]
        if not known or len(known) < len(come):
            return None
        with self.ledger.transaction() as tx:
            noted: list[Looks] = []
            for one, last in known:
                was = tx.looks(one.due.listing)
                if was is None or was.version != last.version or not one.stands(tx):
                    return None
                looks = looked_again(last, was.looks, one.answer, one.jitter, self.policy)
                if looks is None:
                    return None
                noted.append(looks)
            for (one, _), looks in zip(known, noted, strict=True):
                tx.note(one.due.listing, looks)
                tx.repeat_observation(one.due.listing, now)
                _done(tx, one.due, looks, now, failed=False)
            self._at_work(tx, now)
        for one, last in known:
            self._reader.remember(one.answer, steady=last)
        self.noted += len(known)
        return evolve(known[0][1].report, looks=tuple(look for _, last in known for look in last.report.looks))

    def _at_work(self, tx: Transaction, now: datetime) -> datetime:
        """Note now and then that we are at work, and return since when we have been."""
        if self._working is None or not timedelta() <= now - self._working[1] < NOTED_EVERY:
            self._working = note_serving(tx, now), now
        return self._working[0]

    def _knows(self, notice: Notice) -> bool:
        """Whether it may be told: on static hosting nobody knows whether a platform has read us."""
        return notice.kind is not NoticeKind.NOT_READ or not self.laid_out

    def _stepped(self, stored: Stored, come: Sequence[_Come], now: datetime) -> SyncReport:
        """Fold the answers into one unit, in one transaction, and tell what came of it."""
        unit = stored.unit
        with self.ledger.transaction() as tx:
            before = tx.load(unit.id, self._traits)
            if not all(one.stands(tx) for one in come):
                return SyncReport()
            version = tx.version(unit.id)
            change = Changing(tx, before, now, before)
            for one in come:
                self._folded(change, one)
            self._settle(change)
            orders = self._ordered(change, _looked(come))
            self._save(change)
            often, served = rhythms(tx, change.state, now), self._at_work(tx, now)
            late = [one for one in overdue(change.state, now, self.policy, often, served) if self._knows(one)]
            told = (*change.notices, *(one for one in late if tx.add_notice(notice_record(one))))
            language = _language(tx, unit) if told else ""
            dismissed = frozenset(one.id for one in tx.conflicts(unit.id) if one.dismissed_at)
            same = tx.version(unit.id) == version and not (change.findings or change.plan.changes or told)
        state = self._written(change.state, orders)
        notes = {one.due.listing: one.answer.observation.notes for one in come}
        report = SyncReport(
            tuple(telling.look_report(state, one, change.findings, notes[one]) for one in notes),
            tuple(telling.change_report(state, one) for one in change.plan.changes),
            telling.conflict_reports(state, now, dismissed),
            telling.exposure_reports(state, now, often, self._page_finder(unit.id, stored.links)),
            tuple(text(one, language, self.titles) for one in told if one.kind.loud),
        )
        for one in come:
            last = None
            if same:
                last = steady(
                    *(state, one.answer, now, self.policy),
                    version=version,
                    report=report,
                    rhythms=often,
                    served=served,
                )
            self._reader.remember(one.answer, anew=waits(state.of(one.due.listing)), steady=last)
        return report

    def _folded(self, change: Changing, come: _Come) -> None:
        """Fold one answer: the look itself, the health of its route, its record, and when to look next."""
        if change.state.of(come.due.listing).retired:  # unlinked while we were reading
            return
        step = folded(change.state, come.answer, change.now, come.jitter, self.policy)
        change.state, listing = step.state, step.state.of(come.due.listing)
        change.findings += step.findings
        change.notices += step.notices
        change.tx.record_observation(_look(listing, come.answer.observation))
        failed = come.answer.event is not HealthEvent.LOOK_OK
        _done(change.tx, come.due, looks_of(listing), change.now, failed=failed)
        if listing.owed_since and come.answer.observation.not_modified:  # said of what is forgotten: ask anew, at once
            change.tx.mark_due(listing.id, change.now, now=change.now)


def _language(tx: Transaction, unit: Unit) -> str:
    """Return in which language its owner is told."""
    owner = tx.owner_of_person(unit.owner)
    return owner.language if owner is not None else ""


def _stored(tx: Transaction, name: UnitId, due: Sequence[Due]) -> Stored:
    """Read what is stored of a unit of which these listings are to be read; of one that is only stepped, no links."""
    sealed = {one.listing: tx.secret(FEED, one.listing) for one in due}
    known = {listing: envelope for listing, envelope in sealed.items() if envelope is not None}
    return Stored(tx.unit_by(name), tx.listings(name) if due else (), known)


def _readable(tx: Transaction, due: Due) -> Stored | None:
    """Read what is stored; where it is damaged the lease is taken all the same, and the step itself says so."""
    try:
        return _stored(tx, due.unit, [due])
    except (UsageError, LookupError, TypeError, ValueError):
        return None


def _looked(come: Sequence[_Come]) -> dict[ListingId, datetime]:
    """Return which listings were looked at by their own route, and when."""
    return {one.due.listing: one.answer.observation.at for one in come if one.answer.event is HealthEvent.LOOK_OK}


def _due(lot: Work) -> list[Due]:
    return [due for mine in lot.values() for due in mine]


def _lots(work: Work) -> Iterator[Work]:
    """Yield the work in lots: the feeds of one are read together."""
    lot: dict[UnitId, Sequence[Due]] = {}
    listings = 0
    for unit, due in work.items():
        lot[unit] = due
        listings += max(len(due), 1)
        if listings >= _LOT:
            yield lot
            lot, listings = {}, 0
    if lot:
        yield lot


def _done(tx: Transaction, due: Due, looks: Looks, now: datetime, *, failed: bool) -> None:
    """Note when to look next; a hint that came since the work was taken up is not answered by it."""
    if looks.health is not None:
        tx.done(due.listing, due.generation, looks.health.next_at, now=now, failed=failed)


def _look(listing: ListingState, seen: Observation) -> Look:
    """Return a look as the ledger keeps it."""
    verdict = listing.verdict.value if listing.verdict else ""
    digest = derived(*sorted(map(repr, seen.events)))
    return Look(listing.id, seen.at, verdict, seen.failure, digest, len(seen.events), seen.nights)


def _joined(reports: Iterable[SyncReport]) -> SyncReport:
    """Return several units' reports as one."""
    every = list(reports)
    return SyncReport(
        tuple(one for report in every for one in report.looks),
        tuple(one for report in every for one in report.changes),
        tuple(one for report in every for one in report.conflicts),
        tuple(one for report in every for one in report.exposed),
        tuple(one for report in every for one in report.notices),
    )
