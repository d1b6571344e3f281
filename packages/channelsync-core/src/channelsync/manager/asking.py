"""Questions to the manager: nothing here changes anything."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

from channelsync.errors import UsageError
from channelsync.explain import explain
from channelsync.inventory import Unit
from channelsync.ledger import HistoryLine
from channelsync.manager import telling
from channelsync.manager.desk import Desk, by_key
from channelsync.manager.reports import (
    ClaimReport,
    ConflictReport,
    Explained,
    ExposureReport,
    LinkStatus,
    QuestionReport,
)
from channelsync.manager.visitors import Visitor, names, rhythms
from channelsync.state import ListingState

__all__ = ["Asking"]

_LATELY: Final = timedelta(days=2)
_MOST_CLIENTS: Final = 200
_ONE_DAY: Final = timedelta(days=1)


class Asking(Desk):
    """What is known, and why."""

    def claims(self, unit: Unit | str, *, since: date | None = None) -> tuple[ClaimReport, ...]:
        """Return what takes nights of a lodging from today on, in order.

        With ``since``, also what is over and whose departure was on that day or later.
        """
        state = self.state(unit)
        today = state.unit.today(self._now())
        first = today + _ONE_DAY if since is None else since
        current = [one for one in state.claims if one.stay.departure >= first]
        if since is not None:
            with self.ledger.reading() as tx:
                current += tx.claims_over(state.unit.id, since=since)
        return tuple(telling.claim_report(state, one) for one in sorted(current, key=lambda one: (one.stay, one.id)))

    def conflicts(self, unit: Unit | str | None = None) -> tuple[ConflictReport, ...]:
        """Return the conflicts that stand, of one lodging or of all."""
        now = self._now()
        with self.ledger.reading() as tx:
            dismissed = frozenset(one.id for one in tx.conflicts() if one.dismissed_at)
        return tuple(
            found for one in self._chosen(unit) for found in telling.conflict_reports(self.state(one), now, dismissed)
        )

    def exposed(self, unit: Unit | str | None = None) -> tuple[ExposureReport, ...]:
        """Return the nights that are taken elsewhere and not proven closed, listing by listing."""
        now = self._now()
        found: list[ExposureReport] = []
        for one in self._chosen(unit):
            with self.ledger.reading() as tx:
                state = tx.load(one.id, self._traits)
                often = rhythms(tx, state, now)
            found += telling.exposure_reports(state, now, self.policy, often, self._page_finder(one.id))
        return tuple(found)

    def questions(self, unit: Unit | str) -> tuple[QuestionReport, ...]:
        """Return what only the owner can explain about a lodging."""
        return telling.question_reports(self.state(unit), self.registry)

    def explain(
        self, unit: Unit | str, night: date | str, channel: str | None = None, *, language: str = "fr"
    ) -> Explained:
        """Explain why a night is closed or open, on every listing or on one: who, since when, with what proof.

        Raises:
            UsageError: the night is no date, or the unit has no such listing.
        """
        state = self.state(unit)
        listing = by_key(state, channel).id if channel else None
        return Explained(explain(state, _date(night), self._now(), listing), language, self.titles)

    def log(self, unit: Unit | str | None = None, *, since: datetime | None = None) -> tuple[HistoryLine, ...]:
        """Return what happened, oldest first."""
        chosen = None if unit is None else self.unit(unit).id
        with self.ledger.reading() as tx:
            return tx.history(chosen, since=since)

    def status(self, unit: Unit | str | None = None) -> tuple[LinkStatus, ...]:
        """Return how the listings of a lodging or of all fare; an unlinked one only while a restore waits for it."""
        states = [self.state(one) for one in self._chosen(unit)]
        told = [(state, one) for state in states for one in state.listings if not one.retired or one.owed_since]
        return tuple(telling.status(state, one, self._misplaced(one)) for state, one in told)

    def _misplaced(self, listing: ListingState) -> tuple[str, ...]:
        """Say which other platforms have read a listing's calendar lately: its address was pasted there."""
        now, own = self._now(), listing.listing.channel
        with self.ledger.reading() as tx:
            came = tx.visits(listing.id, since=now - _LATELY, until=now, limit=_MOST_CLIENTS)
        clients = [one.client for one in came if one.visitor == Visitor.OTHER.value]
        theirs = sorted({one.title for one in self.registry.plugins if one.name != own and names(clients, one.readers)})
        return tuple(f"{one} reads the calendar that is meant for {self.titles.get(own, own)}" for one in theirs)

    def _chosen(self, unit: Unit | str | None) -> tuple[Unit, ...]:
        return self.units() if unit is None else (self.unit(unit),)


def _date(night: date | str) -> date:
    if isinstance(night, date):
        return night
    try:
        return date.fromisoformat(night)
    except ValueError:
        msg = f"not a date: {night[:40]!r}"
        raise UsageError(msg, advice="Write it as YYYY-MM-DD.") from None
