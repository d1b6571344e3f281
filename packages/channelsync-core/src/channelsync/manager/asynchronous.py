"""The same manager for async code: each method runs in a thread, so that the event loop never waits for a database.

A transaction never spans an await: it begins and ends inside one method, in one thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date, datetime
from types import TracebackType
from typing import Self, final

from channelsync.claims import Claim
from channelsync.inventory import Unit
from channelsync.ledger import HistoryLine, Link
from channelsync.manager.facade import Manager, open_manager
from channelsync.manager.reports import (
    ClaimReport,
    ConflictReport,
    Explained,
    ExposureReport,
    LinkReport,
    LinkStatus,
    QuestionReport,
    SyncReport,
)
from channelsync.nights import Nights, Stay
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.state import UnitState

__all__ = ["AsyncManager", "aopen_manager"]


@final
class AsyncManager:
    """`Manager` for async code; every method is documented there. Use it with ``async with channelsync.aopen(...)``."""

    def __init__(self, make: Callable[[], Manager]) -> None:
        self._make = make
        self._manager: Manager | None = None

    @property
    def manager(self) -> Manager:
        """The manager behind this one; only inside ``async with``."""
        if self._manager is None:
            msg = "open it first: async with channelsync.aopen(...) as manager"
            raise RuntimeError(msg)
        return self._manager

    async def __aenter__(self) -> Self:
        """Open the database."""
        self._manager = await asyncio.to_thread(self._make)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the database and the connections."""
        await asyncio.to_thread(self.manager.close)

    async def add_unit(self, name: str, *, timezone: str = "Europe/Paris", turnover: int = 0) -> Unit:
        """See `Manager.add_unit`."""
        return await asyncio.to_thread(self.manager.add_unit, name, timezone=timezone, turnover=turnover)

    async def units(self) -> tuple[Unit, ...]:
        """See `Manager.units`."""
        return await asyncio.to_thread(self.manager.units)

    async def unit(self, ref: Unit | str) -> Unit:
        """See `Manager.unit`."""
        return await asyncio.to_thread(self.manager.unit, ref)

    async def state(self, unit: Unit | str) -> UnitState:
        """See `Manager.state`."""
        return await asyncio.to_thread(self.manager.state, unit)

    async def links(self, unit: Unit | str) -> tuple[Link, ...]:
        """See `Manager.links`."""
        return await asyncio.to_thread(self.manager.links, unit)

    async def link(
        self, unit: Unit | str, channel: str, *, feed: str, options: Mapping[str, str] | None = None
    ) -> LinkReport:
        """See `Manager.link`."""
        return await asyncio.to_thread(self.manager.link, unit, channel, feed=feed, options=options)

    async def unlink(self, unit: Unit | str, channel: str, *, release: bool = False) -> Nights:
        """See `Manager.unlink`."""
        return await asyncio.to_thread(self.manager.unlink, unit, channel, release=release)

    async def block(
        self, unit: Unit | str, stay: Stay, *, category: str = "personal", note: str = "", insist: bool = False
    ) -> Claim:
        """See `Manager.block`."""
        return await asyncio.to_thread(self.manager.block, unit, stay, category=category, note=note, insist=insist)

    async def unblock(self, claim: str) -> Claim:
        """See `Manager.unblock`."""
        return await asyncio.to_thread(self.manager.unblock, claim)

    async def reserve(
        self,
        unit: Unit | str,
        stay: Stay,
        *,
        channel: str | None = None,
        guest: str = "",
        note: str = "",
        insist: bool = False,
    ) -> Claim:
        """See `Manager.reserve`."""
        return await asyncio.to_thread(
            self.manager.reserve, unit, stay, channel=channel, guest=guest, note=note, insist=insist
        )

    async def cancel(self, claim: str) -> Claim:
        """See `Manager.cancel`."""
        return await asyncio.to_thread(self.manager.cancel, claim)

    async def confirm(self, unit: Unit | str, channel: str) -> Nights:
        """See `Manager.confirm`."""
        return await asyncio.to_thread(self.manager.confirm, unit, channel)

    async def dismiss(self, conflict: str) -> None:
        """See `Manager.dismiss`."""
        await asyncio.to_thread(self.manager.dismiss, conflict)

    async def answer(self, unit: Unit | str, question: str, said: str) -> None:
        """See `Manager.answer`."""
        await asyncio.to_thread(self.manager.answer, unit, question, said)

    async def links_removed(self, unit: Unit | str) -> None:
        """See `Manager.links_removed`."""
        await asyncio.to_thread(self.manager.links_removed, unit)

    async def sync(self, unit: Unit | str | None = None, *, everything: bool = False) -> SyncReport:
        """See `Manager.sync`."""
        return await asyncio.to_thread(self.manager.sync, unit, everything=everything)

    async def feed(self, unit: Unit | str, channel: str) -> str:
        """See `Manager.feed`."""
        return await asyncio.to_thread(self.manager.feed, unit, channel)

    async def record_fetch(self, unit: Unit | str, channel: str) -> None:
        """See `Manager.record_fetch`."""
        await asyncio.to_thread(self.manager.record_fetch, unit, channel)

    async def claims(self, unit: Unit | str) -> tuple[ClaimReport, ...]:
        """See `Manager.claims`."""
        return await asyncio.to_thread(self.manager.claims, unit)

    async def conflicts(self, unit: Unit | str | None = None) -> tuple[ConflictReport, ...]:
        """See `Manager.conflicts`."""
        return await asyncio.to_thread(self.manager.conflicts, unit)

    async def exposed(self, unit: Unit | str | None = None) -> tuple[ExposureReport, ...]:
        """See `Manager.exposed`."""
        return await asyncio.to_thread(self.manager.exposed, unit)

    async def questions(self, unit: Unit | str) -> tuple[QuestionReport, ...]:
        """See `Manager.questions`."""
        return await asyncio.to_thread(self.manager.questions, unit)

    async def explain(
        self, unit: Unit | str, night: date | str, channel: str | None = None, *, language: str = "fr"
    ) -> Explained:
        """See `Manager.explain`."""
        return await asyncio.to_thread(self.manager.explain, unit, night, channel, language=language)

    async def log(self, unit: Unit | str | None = None, *, since: datetime | None = None) -> tuple[HistoryLine, ...]:
        """See `Manager.log`."""
        return await asyncio.to_thread(self.manager.log, unit, since=since)

    async def status(self) -> tuple[LinkStatus, ...]:
        """See `Manager.status`."""
        return await asyncio.to_thread(self.manager.status)


def aopen_manager(
    where: str | None = None,
    *,
    now: Callable[[], datetime] | None = None,
    allow_private_addresses: bool | None = None,
    environ: Mapping[str, str] | None = None,
    policy: Policy = DEFAULT_POLICY,
) -> AsyncManager:
    """Return the manager for async code; see `open_manager`. The database is opened by ``async with``."""

    def make() -> Manager:
        return open_manager(
            where, now=now, allow_private_addresses=allow_private_addresses, environ=environ, policy=policy
        )

    return AsyncManager(make)
