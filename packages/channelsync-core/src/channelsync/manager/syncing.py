"""One synchronisation: look, decide, publish, and tell; and what platforms read of what we publish."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import datetime

from attrs import evolve

from channelsync.adapter import SecretUrl
from channelsync.cadence import HealthEvent
from channelsync.engine.step import Answer, folded
from channelsync.errors import ChannelSyncError, UsageError, VaultError
from channelsync.ical.render import Entry, render
from channelsync.ids import ListingId, derived
from channelsync.inventory import Unit
from channelsync.ledger import Fetch, Link, Look, Transaction
from channelsync.manager import telling
from channelsync.manager.desk import FEED, Changing, Desk, by_key, notice_record
from channelsync.manager.reading import Errand
from channelsync.manager.reports import LookReport, SyncReport
from channelsync.nights import Nights
from channelsync.notices import overdue, text
from channelsync.observation import Observation
from channelsync.proof import Run
from channelsync.reconcile import fetched
from channelsync.state import ListingState

__all__ = ["Syncing"]


class Syncing(Desk):
    """Reading the platforms, and being read by them."""

    def sync(self, unit: Unit | str | None = None, *, everything: bool = False) -> SyncReport:
        """Look at every listing that is due (``everything``: at all of them), decide, publish, and tell.

        The network is read first, outside any transaction; then each unit is one transaction.

        Raises:
            LedgerError: the database cannot be used.
            VaultError: the private links cannot be opened: the key is missing or another one.
        """
        now = self._now()
        chosen = self.units() if unit is None else (self.unit(unit),)
        due, errands, broken = self._errands(chosen, now, everything=everything)
        answers = {one.listing: one for one in (*self._reader.read(errands, now), *broken)}
        reports = [
            self._reported(one, [answers[link.id] for link in due if link.unit == one.id], now) for one in chosen
        ]
        return _joined(reports)

    def _reported(self, unit: Unit, answers: list[Answer], now: datetime) -> SyncReport:
        """Step one unit; one that cannot be stepped is told as such, and stops no other."""
        try:
            report = self._stepped(unit, answers, now)
        except UsageError as error:
            keys = {one.id: one.listing.key for one in self.state(unit).listings}
            why = (f"{error}; nothing of this look was stored",)
            none = Nights()
            looks = (LookReport(unit, keys[one.listing], "unusable", none, none, none, why) for one in answers)
            return SyncReport(tuple(looks))
        self._reader.remember(answers)
        return report

    def _errands(
        self, units: Iterable[Unit], now: datetime, *, everything: bool
    ) -> tuple[list[Link], list[Errand], list[Answer]]:
        """Return the links to look at, what to read for them, and the answers of those that cannot be read at all."""
        errands: list[Errand] = []
        broken: list[Answer] = []
        with self.ledger.reading() as tx:
            waiting = {one.listing for one in tx.due_listings(now)}
            zones = {unit.id: unit.timezone for unit in units}
            links = [one for one in tx.listings() if one.unit in zones and (everything or one.id in waiting)]
            waited_for = {one.id for unit in zones for one in tx.load(unit, self._traits).active if _waits(one)}
            for link in links:
                try:
                    errands.append(evolve(self._errand(tx, link, zones[link.unit]), anew=link.id in waited_for))
                except VaultError:
                    raise
                except ChannelSyncError as error:
                    broken.append(Answer(link.id, Observation(now, failure=str(error)), HealthEvent.LOOK_FAILED))
        return links, errands, broken

    def _errand(self, tx: Transaction, link: Link, timezone: str) -> Errand:
        route = self._plugin(link.channel).route({key: str(value) for key, value in link.options.items()})
        sealed = tx.secret(FEED, link.id)
        if sealed is None:
            msg = f"the private link of {link.key} is not in the database"
            raise VaultError(msg, advice="Unlink the listing and link it anew.")
        return Errand(link.id, route, SecretUrl(self.vault.unseal(FEED, link.id, sealed)), timezone)

    def _stepped(self, unit: Unit, answers: list[Answer], now: datetime) -> SyncReport:
        """Fold the answers into one unit, in one transaction, and tell what came of it."""
        with self.ledger.transaction() as tx:
            before = tx.load(unit.id, self._traits)
            change = Changing(tx, before, now, before)
            for answer in answers:
                self._folded(change, answer)
            self._store(change)
            late = overdue(change.state, now, self.policy)
            told = (*change.notices, *(one for one in late if tx.add_notice(notice_record(one))))
            dismissed = frozenset(one.id for one in tx.conflicts(unit.id) if one.dismissed_at)
        state = change.state
        notes = {answer.listing: answer.observation.notes for answer in answers}
        return SyncReport(
            tuple(telling.look_report(state, one, change.findings, notes[one]) for one in notes),
            tuple(telling.change_report(state, one) for one in change.plan.changes),
            telling.conflict_reports(state, now, dismissed),
            telling.exposure_reports(state, now, self.policy),
            tuple(text(one, "fr", self._titles) for one in told if one.kind.loud),
        )

    def _folded(self, change: Changing, answer: Answer) -> None:
        """Fold one answer: the look itself, the health of its route, its record, and when to look next."""
        tx, now, seen = change.tx, change.now, answer.observation
        if change.state.of(answer.listing).retired:  # unlinked while we were reading
            return
        jitter = random.random()  # noqa: S311 - spreads requests, guards nothing
        step = folded(change.state, answer, now, jitter, self.policy)
        change.state, listing = step.state, step.state.of(answer.listing)
        change.findings += step.findings
        change.notices += step.notices
        tx.record_observation(_look(listing, seen))
        due = tx.due_of(answer.listing)
        if due is not None and listing.health is not None:
            failed = answer.event is not HealthEvent.LOOK_OK
            tx.done(answer.listing, due.generation, listing.health.next_at, now=now, failed=failed)

    def feed(self, unit: Unit | str, channel: str) -> str:
        """Return the calendar to publish for a listing; an unlinked one gets an empty calendar."""
        state = self.state(unit)
        listing = by_key(state, channel, retired=True)
        runs = listing.revisions[-1].runs if listing.revisions and not listing.retired else ()
        return render([_entry(listing.id, run) for run in runs], name=state.unit.name).decode()

    def record_fetch(self, unit: Unit | str, channel: str) -> None:
        """Record that the platform has just read the calendar in force: evidence, so only what is known to be true."""
        with self._changing(unit, quiet=True) as change:
            listing = by_key(change.state, channel)
            change.state = fetched(change.state, listing.id, change.now)
            number = listing.revisions[-1].number if listing.revisions else 0
            change.tx.record_fetch(Fetch(listing.id, change.now, number, "recorded by hand"))
            if change.state.of(listing.id).exposed != listing.exposed:
                change.tx.mark_due(listing.id, change.now, now=change.now)


def _waits(listing: ListingState) -> bool:
    """Whether looks of its own are waited for: "not modified" is none, and would make the wait last for ever."""
    return bool(listing.fading or listing.echo) or any(claim.missing for claim in listing.claims)


def _entry(listing: ListingId, run: Run) -> Entry:
    """Return a run as an event; its UID follows the arrival, so that a longer run is the same event, changed."""
    return Entry(run.stay, f"{derived(listing, run.stay.arrival)}@channelsync", run.stamp)


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
