"""Questions to the manager: nothing here changes anything."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from channelsync.adapter import AsksQuestions, Registry
from channelsync.engine.api import unheard
from channelsync.errors import PluginError, UsageError
from channelsync.explain import explain
from channelsync.ids import ListingId, OwnerId
from channelsync.inventory import Unit
from channelsync.ledger import HistoryLine
from channelsync.manager.desk import Desk, by_key
from channelsync.manager.picture import Drawings, Picture
from channelsync.manager.reports import (
    ClaimReport,
    ConflictReport,
    Explained,
    ExposureReport,
    LinkStatus,
    QuestionReport,
)
from channelsync.state import UnitState

__all__ = ["Asking", "asks"]


T = TypeVar("T")


class Asking(Desk):
    """What is known, and why."""

    @cached_property
    def _drawings(self) -> Drawings:
        """What follows from the states of the owners who looked last."""
        return Drawings()

    @contextmanager
    def picture(self, owner: OwnerId) -> Generator[Picture]:
        """Give everything about an owner's lodgings as it is at one moment, to whoever asks for much of it at once.

        A reading transaction is open until the block ends: nothing is waited for in it.
        """
        now = self._now()
        with self.ledger.reading() as tx:
            states = tx.load_all(owner, self._traits)
            yield Picture(tx, states, now, self.registry, self._drawings.of(owner, states))

    @contextmanager
    def _of(self, unit: Unit | str) -> Generator[Picture]:
        """Give the same of one lodging."""
        chosen, now = self.unit(unit), self._now()
        with self.ledger.reading() as tx:
            yield Picture(tx, [tx.load(chosen.id, self._traits)], now, self.registry)

    def claims(self, unit: Unit | str, *, since: date | None = None) -> tuple[ClaimReport, ...]:
        """Return what takes nights of a lodging from today on, in order.

        With ``since``, also what is over and whose departure was on that day or later.
        """
        with self._of(unit) as it:
            return it.claims(since=since)

    def conflicts(self, unit: Unit | str | None = None) -> tuple[ConflictReport, ...]:
        """Return the conflicts that stand, of one lodging or of all."""
        return self._each(unit, Picture.conflicts)

    def exposed(self, unit: Unit | str | None = None) -> tuple[ExposureReport, ...]:
        """Return the nights that are taken elsewhere and not proven closed, listing by listing."""
        return self._each(unit, Picture.exposed)

    def questions(self, unit: Unit | str) -> tuple[QuestionReport, ...]:
        """Return what only the owner can explain about a lodging."""
        with self._of(unit) as it:
            return it.questions()

    def explain(
        self, unit: Unit | str, night: date | str, channel: str | None = None, *, language: str = "fr"
    ) -> Explained:
        """Explain why a night is closed or open, on every listing or on one: who, since when, with what proof.

        Raises:
            UsageError: the night is no date, or the unit has no such listing.
        """
        state, now = self.state(unit), self._now()
        listing = by_key(state, channel).id if channel else None
        told_no = {one: unheard(state, one, now, self.policy) for one in self._asking(state)}
        found = explain(state, _date(night), now, listing, unheard=told_no)
        return Explained(found, language, self.titles)

    def _asking(self, state: UnitState) -> list[ListingId]:
        """Return the linked listings of a unit whose platforms ask before they sell."""
        with self.ledger.reading() as tx:
            links = [one for one in tx.listings(state.unit.id) if one.account is not None]
        asked = {one.id for one in links if asks(self.registry, one.channel)}
        return [one.id for one in state.active if one.id in asked]

    def log(self, unit: Unit | str | None = None, *, since: datetime | None = None) -> tuple[HistoryLine, ...]:
        """Return what happened, oldest first."""
        chosen = None if unit is None else self.unit(unit).id
        with self.ledger.reading() as tx:
            return tx.history(chosen, since=since)

    def status(self, unit: Unit | str | None = None) -> tuple[LinkStatus, ...]:
        """Return how the listings of a lodging or of all fare; an unlinked one only while a restore waits for it."""
        return self._each(unit, Picture.status)

    def _each(self, unit: Unit | str | None, asked: Callable[[Picture], Iterable[T]]) -> tuple[T, ...]:
        """Ask the same of one lodging, or of all: one after the other, for an installation may have thousands."""
        found: list[T] = []
        for one in self.units() if unit is None else (self.unit(unit),):
            with self._of(one) as it:
                found += asked(it)
        return tuple(found)


def asks(registry: Registry, channel: str) -> bool:
    """Whether a platform asks by its API before it lets a guest book; False where its plugin is missing."""
    try:
        return isinstance(registry.get(channel).api, AsksQuestions)
    except PluginError:
        return False


def _date(night: date | str) -> date:
    if isinstance(night, date):
        return night
    try:
        return date.fromisoformat(night)
    except ValueError:
        msg = f"not a date: {night[:40]!r}"
        raise UsageError(msg, advice="Write it as YYYY-MM-DD.") from None
