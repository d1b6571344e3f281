"""The same manager for async code: each method runs in a thread, so that the event loop never waits for a database.

A transaction never spans an await: it begins and ends inside one method, in one thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from types import TracebackType
from typing import Self, final

from channelsync.adapter import SecretUrl
from channelsync.cadence import HealthEvent
from channelsync.claims import Claim
from channelsync.coherence import LinkProblem
from channelsync.ids import ListingId
from channelsync.inventory import Owner, Unit
from channelsync.ledger import AuditLine, HistoryLine, Link, Transaction
from channelsync.manager.accounts import AccountReport, HeldAccess
from channelsync.manager.facade import Manager, open_manager
from channelsync.manager.keeping import SignIn
from channelsync.manager.keys import KeyReport
from channelsync.manager.leaving import Left
from channelsync.manager.publishing import Served
from channelsync.manager.reports import (
    ClaimReport,
    ConflictReport,
    Explained,
    ExposureReport,
    FeedReaders,
    LinkReport,
    LinkStatus,
    QuestionReport,
    SyncReport,
)
from channelsync.manager.syncing import Taken
from channelsync.manager.visitors import Asked
from channelsync.nights import Nights, Stay
from channelsync.policy import Policy
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

    async def add_unit(
        self, name: str, *, timezone: str = "Europe/Paris", turnover: int = 0, owner: str | None = None
    ) -> Unit:
        """See `Manager.add_unit`."""
        return await asyncio.to_thread(self.manager.add_unit, name, timezone=timezone, turnover=turnover, owner=owner)

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

    async def block_together(
        self, units: Iterable[Unit], stay: Stay, *, category: str = "personal", note: str = "", insist: bool = False
    ) -> tuple[Claim, ...]:
        """See `Manager.block_together`."""
        return await asyncio.to_thread(
            self.manager.block_together, units, stay, category=category, note=note, insist=insist
        )

    async def change(
        self,
        claim: str,
        stay: Stay,
        *,
        category: str | None = None,
        note: str | None = None,
        guest: str | None = None,
        insist: bool = False,
    ) -> Claim:
        """See `Manager.change`."""
        return await asyncio.to_thread(
            self.manager.change, claim, stay, category=category, note=note, guest=guest, insist=insist
        )

    async def again(self, unit: Unit | str, claim: str) -> Claim:
        """See `Manager.again`."""
        return await asyncio.to_thread(self.manager.again, unit, claim)

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

    async def undismiss(self, conflict: str) -> None:
        """See `Manager.undismiss`."""
        await asyncio.to_thread(self.manager.undismiss, conflict)

    async def answer(self, unit: Unit | str, question: str, said: str) -> None:
        """See `Manager.answer`."""
        await asyncio.to_thread(self.manager.answer, unit, question, said)

    async def links_removed(self, unit: Unit | str) -> None:
        """See `Manager.links_removed`."""
        await asyncio.to_thread(self.manager.links_removed, unit)

    async def sync(self, unit: Unit | str | None = None, *, everything: bool = False) -> SyncReport:
        """See `Manager.sync`."""
        return await asyncio.to_thread(self.manager.sync, unit, everything=everything)

    async def hint(self, listing: ListingId, event: HealthEvent = HealthEvent.HINT) -> bool:
        """See `Manager.hint`."""
        return await asyncio.to_thread(self.manager.hint, listing, event)

    async def take(self, listing: ListingId, holder: str, *, now: datetime, until: datetime) -> Taken | None:
        """See `Manager.take`."""
        return await asyncio.to_thread(self.manager.take, listing, holder, now=now, until=until)

    async def step(self, work: Taken) -> SyncReport:
        """See `Manager.step`."""
        return await asyncio.to_thread(self.manager.step, work)

    async def next_due(self) -> datetime | None:
        """See `Manager.next_due`."""
        return await asyncio.to_thread(self.manager.next_due)

    async def feed(self, unit: Unit | str, channel: str) -> str:
        """See `Manager.feed`."""
        return await asyncio.to_thread(self.manager.feed, unit, channel)

    async def record_fetch(self, unit: Unit | str, channel: str) -> None:
        """See `Manager.record_fetch`."""
        await asyncio.to_thread(self.manager.record_fetch, unit, channel)

    async def serve(self, token: str, asked: Asked | None = None) -> Served:
        """See `Manager.serve`."""
        return await asyncio.to_thread(self.manager.serve, token, asked)

    async def feed_url(self, unit: Unit | str, channel: str) -> SecretUrl:
        """See `Manager.feed_url`."""
        return await asyncio.to_thread(self.manager.feed_url, unit, channel)

    async def relink(self, unit: Unit | str, channel: str, *, feed: str) -> LinkReport:
        """See `Manager.relink`."""
        return await asyncio.to_thread(self.manager.relink, unit, channel, feed=feed)

    async def doubts(self, unit: Unit | str, channel: str) -> tuple[LinkProblem, ...]:
        """See `Manager.doubts`."""
        return await asyncio.to_thread(self.manager.doubts, unit, channel)

    async def change_unit(
        self, unit: Unit | str, *, name: str | None = None, timezone: str | None = None, turnover: int | None = None
    ) -> Unit:
        """See `Manager.change_unit`."""
        return await asyncio.to_thread(self.manager.change_unit, unit, name=name, timezone=timezone, turnover=turnover)

    async def set_options(self, unit: Unit | str, channel: str, options: Mapping[str, str]) -> Link:
        """See `Manager.set_options`."""
        return await asyncio.to_thread(self.manager.set_options, unit, channel, options)

    async def retire(self, unit: Unit | str) -> Nights:
        """See `Manager.retire`."""
        return await asyncio.to_thread(self.manager.retire, unit)

    async def rotate_feed_url(self, unit: Unit | str, channel: str) -> SecretUrl:
        """See `Manager.rotate_feed_url`."""
        return await asyncio.to_thread(self.manager.rotate_feed_url, unit, channel)

    async def cut_feed_url(self, unit: Unit | str, channel: str) -> SecretUrl:
        """See `Manager.cut_feed_url`."""
        return await asyncio.to_thread(self.manager.cut_feed_url, unit, channel)

    async def link_removed(self, unit: Unit | str, channel: str) -> None:
        """See `Manager.link_removed`."""
        await asyncio.to_thread(self.manager.link_removed, unit, channel)

    async def feed_readers(self, unit: Unit | str, channel: str) -> FeedReaders:
        """See `Manager.feed_readers`."""
        return await asyncio.to_thread(self.manager.feed_readers, unit, channel)

    async def teach_reader(self, unit: Unit | str, channel: str, client: str, *, platform: bool = True) -> None:
        """See `Manager.teach_reader`."""
        await asyncio.to_thread(self.manager.teach_reader, unit, channel, client, platform=platform)

    async def claims(self, unit: Unit | str, *, since: date | None = None) -> tuple[ClaimReport, ...]:
        """See `Manager.claims`."""
        return await asyncio.to_thread(self.manager.claims, unit, since=since)

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

    async def status(self, unit: Unit | str | None = None) -> tuple[LinkStatus, ...]:
        """See `Manager.status`."""
        return await asyncio.to_thread(self.manager.status, unit)

    async def accounts(self) -> tuple[AccountReport, ...]:
        """See `Manager.accounts`."""
        return await asyncio.to_thread(self.manager.accounts)

    async def account(self, account: str) -> AccountReport:
        """See `Manager.account`."""
        return await asyncio.to_thread(self.manager.account, account)

    async def add_account(
        self, channel: str, fields: Mapping[str, str], *, name: str = "", owner: str | None = None
    ) -> AccountReport:
        """See `Manager.add_account`."""
        return await asyncio.to_thread(self.manager.add_account, channel, fields, name=name, owner=owner)

    async def reconnect(self, account: str, fields: Mapping[str, str]) -> AccountReport:
        """See `Manager.reconnect`."""
        return await asyncio.to_thread(self.manager.reconnect, account, fields)

    async def held_access(self, account: str) -> HeldAccess:
        """See `Manager.held_access`."""
        return await asyncio.to_thread(self.manager.held_access, account)

    async def access_refused(self, held: HeldAccess, why: str) -> bool:
        """See `Manager.access_refused`."""
        return await asyncio.to_thread(self.manager.access_refused, held, why)

    async def keys(self) -> KeyReport:
        """See `Manager.keys`."""
        return await asyncio.to_thread(self.manager.keys)

    async def rotate_keys(self) -> KeyReport:
        """See `Manager.rotate_keys`."""
        return await asyncio.to_thread(self.manager.rotate_keys)

    async def owners(self) -> tuple[Owner, ...]:
        """See `Manager.owners`."""
        return await asyncio.to_thread(self.manager.owners)

    async def owner(self, ref: str) -> Owner:
        """See `Manager.owner`."""
        return await asyncio.to_thread(self.manager.owner, ref)

    async def add_owner(self, name: str, *, language: str = "fr") -> SignIn:
        """See `Manager.add_owner`."""
        return await asyncio.to_thread(self.manager.add_owner, name, language=language)

    async def reset_owner(self, ref: str) -> SignIn:
        """See `Manager.reset_owner`."""
        return await asyncio.to_thread(self.manager.reset_owner, ref)

    async def delete_owner(self, ref: str, *, calendars_removed: bool = False, actor: str = "owner") -> Left:
        """See `Manager.delete_owner`."""
        delete = self.manager.delete_owner
        return await asyncio.to_thread(delete, ref, calendars_removed=calendars_removed, actor=actor)

    async def redeem(self, code: str) -> Owner:
        """See `Manager.redeem`."""
        return await asyncio.to_thread(self.manager.redeem, code)

    async def audit_lines(self, *, since: datetime | None = None, limit: int = 500) -> tuple[AuditLine, ...]:
        """See `Manager.audit_lines`."""
        return await asyncio.to_thread(self.manager.audit_lines, since=since, limit=limit)

    async def verify_audit(self) -> int:
        """See `Manager.verify_audit`."""
        return await asyncio.to_thread(self.manager.verify_audit)

    async def put_back(
        self, fill: Callable[[Transaction], object], *, made_at: datetime, aside: str | None = None
    ) -> tuple[str, ...]:
        """See `Manager.put_back`."""
        return await asyncio.to_thread(self.manager.put_back, fill, made_at=made_at, aside=aside)


def aopen_manager(
    where: str | None = None,
    *,
    now: Callable[[], datetime] | None = None,
    allow_private_addresses: bool | None = None,
    environ: Mapping[str, str] | None = None,
    policy: Policy | None = None,
) -> AsyncManager:
    """Return the manager for async code; see `open_manager`. The database is opened by ``async with``."""

    def make() -> Manager:
        return open_manager(
            where, now=now, allow_private_addresses=allow_private_addresses, environ=environ, policy=policy
        )

    return AsyncManager(make)
