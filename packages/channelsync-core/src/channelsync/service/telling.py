"""Who hears of what, by which way and when: notices become deliveries, which `channelsync.service.delivering` sends.

A notice is stored in the transaction that finds the fact; whom it is told to is decided here, afterwards, from the
notices of which that is not decided yet. Nothing can be lost between the two: a notice stays undecided until its
deliveries are stored, in one transaction with the mark; a sweep that dies leaves no mark, one that runs twice finds the
keys taken. So the manager knows nothing of owners' wishes, and no look ever waits for a mail server.

Workers may be configured differently, one of them wrongly: what is owed depends on the owner's addresses alone, not on
what the worker that happens to decide can send. What it cannot send waits for one that can.

What is critical and not seen after half an hour goes out by the next way as well, as long as the fact holds; so does
what no worker has sent half an hour after it was due.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final, final

from attrs import evolve, field, frozen

from channelsync.codec import read
from channelsync.errors import LedgerError
from channelsync.ids import OwnerId
from channelsync.inventory import Owner
from channelsync.ledger import Delivery, Ledger, NoticeRecord, Transaction
from channelsync.manager.desk import notice_of
from channelsync.notices import Notice, NoticeKind
from channelsync.ports import Vault
from channelsync.service.addresses import Reach, reach
from channelsync.service.digests import Period, digest_key, owed
from channelsync.service.preferences import MAIL, WAYS, Preferences, Rhythm

__all__ = ["Owners", "Telling", "notice_delivery", "notices_of", "owner_notices"]

_LOG: Final = logging.getLogger("channelsync.notices")
_PATIENCE: Final = timedelta(minutes=30)
"""After so long without being seen, what is critical takes the next way; what nobody has sent, too."""
_STALE: Final = timedelta(days=1)
_STALE_CRITICAL: Final = timedelta(days=7)
"""What is older when somebody first looks at it is not sent any more: it is on the screens, and in the digest."""
_KEPT: Final = timedelta(days=90)
_LOT: Final = 200
_CRITICAL: Final = tuple(kind.value for kind in NoticeKind if kind.critical)
_ENDED_BY: Final = {
    NoticeKind.DISCONNECTED: NoticeKind.RECONNECTED,
    NoticeKind.EXPOSED: NoticeKind.PROVEN,
    NoticeKind.NOT_LAID: NoticeKind.LAID_AGAIN,
}
_CONFLICTS: Final = frozenset({NoticeKind.CONFLICT_CURRENT, NoticeKind.CONFLICT_LIKELY})


@final
@frozen
class Telling:
    """Decides who hears of what. ``transports`` are the names of those that this worker has.

    Each part reads first and writes only what is new, so that a sweep of nothing locks nothing.
    """

    ledger: Ledger
    vault: Vault
    transports: Collection[str]
    now: Callable[[], datetime] = field(repr=False)

    def sweep(self) -> int:
        """Derive everything that is owed now; return how many deliveries are new.

        Safe at any time, twice, and on several workers at once.

        Raises:
            LedgerError: the database cannot be used.
            VaultError: the addresses cannot be opened.
        """
        return self.tell() + self.escalate() + self.digest()

    def tell(self) -> int:
        """Derive the deliveries of the notices that nobody has looked at yet."""
        new, more = 0, True
        while more:
            now = self.now()
            with self.ledger.reading() as tx:
                records = tx.untold_notices(limit=_LOT)
                owners = Owners(tx, self.vault)
                fresh = [one for one in notices_of(records) if now - one.at <= _limit(one)]
                found = [one for notice in fresh for one in self._told(notice, owners.reach(notice), now)]
            new += self._stored(found, told=[one.key for one in records])
            for notice in fresh:
                if notice.kind.critical:  # what watches over the log can raise an alarm by this line
                    _LOG.warning("critical notice: %s", notice.kind.value)
            more = len(records) == _LOT
        return new

    def escalate(self) -> int:
        """Send what is critical and unseen by the next way, and what waits in vain for a worker that can send it."""
        now = self.now()
        with self.ledger.reading() as tx:
            waiting = {
                one.key: one for one in tx.told_notices(_CRITICAL, since=now - _STALE_CRITICAL, before=now - _PATIENCE)
            }
            owners = Owners(tx, self.vault)
            found = [
                _escalated(tx, one, owners.reach(one), now)
                for one in notices_of((*waiting.values(), *self._stranded(tx, now, waiting)))
            ]
        return self._stored([one for one in found if one is not None])

    def _stranded(self, tx: Transaction, now: datetime, known: Collection[str]) -> list[NoticeRecord]:
        """Return the notices whose deliveries nobody has sent for long; our own are about to be sent."""
        others = [way for way in WAYS if way not in self.transports]
        late = tx.due_deliveries(now - _PATIENCE, transports=others, limit=_LOT) if others else ()
        keys = dict.fromkeys(str(one.what.get("notice", "")) for one in late)
        found = [tx.notice(key) for key in keys if key not in known]
        return [one for one in found if one is not None and one.seen_at is None]

    def digest(self) -> int:
        """Derive the digests that are owed, and forget deliveries that ended long ago."""
        if MAIL not in self.transports:
            return 0
        now = self.now()
        with self.ledger.reading() as tx:
            owed_now = {
                digest_key(owner, rhythm, due[0]): (owner, rhythm, wishes, since)
                for owner, wishes, since in _wishes(tx)
                for rhythm in Rhythm
                if (due := owed(wishes, rhythm, now, since, None)) is not None
            }
            missing = owed_now.keys() - tx.known_deliveries(owed_now)
            first = tx.owners()[0].id if missing else OwnerId("")
            found = [_digest(tx, *owed_now[key], now, first=first) for key in sorted(missing)[:_LOT]]
        return self._stored([one for one in found if one is not None], forget=now - _KEPT)

    def _stored(
        self, found: Collection[Delivery], *, told: Collection[str] = (), forget: datetime | None = None
    ) -> int:
        """Keep what is new, and mark what is decided with it, in one transaction."""
        if not (found or told):
            return 0
        with self.ledger.transaction() as tx:
            new = [one for one in found if tx.add_delivery(one)]
            tx.mark_told(told, at=self.now())
            if forget is not None:
                tx.forget_deliveries(forget)
        for one in new:
            if one.transport not in self.transports:
                _LOG.warning("%s waits for a worker that has the way %s: this one has not", one.key, one.transport)
        return len(new)

    def _told(self, notice: Notice, to: Reach | None, now: datetime) -> list[Delivery]:
        """Return the deliveries with which a notice begins; a way that this worker has not counts as not working."""
        if to is None:
            return []
        working = [way for way in to.working if way in self.transports]
        ways = to.preferences.ways(notice.kind, to.available, working)
        due = to.preferences.not_before(notice.kind, now)
        return [notice_delivery(notice, to.owner.id, way, at=now, due=due) for way in ways]


def notices_of(records: Iterable[NoticeRecord]) -> list[Notice]:
    """Return the notices that can be read: one that a newer program wrote stops no other."""
    found: list[Notice] = []
    for record in records:
        try:
            found.append(notice_of(record))
        except LedgerError as error:
            _LOG.error("cannot tell %s: %s", record.key, error)
    return found


def notice_delivery(notice: Notice, owner: OwnerId, way: str, *, at: datetime, due: datetime) -> Delivery:
    """Return the delivery of a notice to an owner by one way; its key is the same whoever derives it."""
    return Delivery(f"{notice.key}:{owner}:{way}", owner, way, {"notice": notice.key}, at, due)


@final
class Owners:
    """Who is to hear of a notice, and how they are reached now; each owner is looked up once in a transaction."""

    def __init__(self, tx: Transaction, vault: Vault) -> None:
        self._tx, self._vault = tx, vault
        self._found: dict[OwnerId, Reach | None] = {}
        self._owners: dict[OwnerId, Owner] | None = None

    def reach(self, notice: Notice) -> Reach | None:
        """Return how the owner of a notice can be reached; of one about the installation, the first owner."""
        if self._owners is None:
            self._owners = {one.id: one for one in self._tx.owners()}
        owner = notice.owner or (self._tx.owner_of(notice.unit) if notice.unit else next(iter(self._owners), None))
        if owner is None or owner not in self._owners:
            return None
        if owner not in self._found:
            self._found[owner] = self._reach(self._owners[owner])
        return self._found[owner]

    def _reach(self, owner: Owner) -> Reach | None:
        try:
            return reach(self._tx, self._vault, owner, WAYS)
        except LedgerError as error:  # one owner's damage keeps no message from another
            _LOG.error("cannot reach owner %s: %s", owner.id, error)
            return None


def _limit(notice: Notice) -> timedelta:
    return _STALE_CRITICAL if notice.kind.critical else _STALE


def _escalated(tx: Transaction, notice: Notice, to: Reach | None, now: datetime) -> Delivery | None:
    """Return the next way, once the last one has had its time; the first, where there was none to begin with."""
    if to is None:
        return None
    sent = tx.deliveries(to.owner.id, prefix=f"{notice.key}:{to.owner.id}:")
    used = {one.transport for one in sent}
    following = next((way for way in to.available if way not in used), None)
    if following is None or any(now - one.at < _PATIENCE for one in sent) or not _holds(tx, notice):
        return None
    return notice_delivery(notice, to.owner.id, following, at=now, due=now)


def _holds(tx: Transaction, notice: Notice) -> bool:
    """Whether a critical fact still stands, as far as later notices and the open conflicts tell."""
    if notice.kind in _CONFLICTS:
        return bool(tx.conflicts(notice.unit, dismissed=False))
    end = _ENDED_BY.get(notice.kind)
    if end is None:
        return True
    later = tx.notices(notice.unit, since=notice.at)
    return not any(one.kind == end.value and one.data.get("listing") == notice.listing for one in later)


def _wishes(tx: Transaction) -> Iterator[tuple[OwnerId, Preferences, datetime]]:
    """Yield the wishes of all who said some, as far as they can be read."""
    for owner, document, since in tx.all_preferences():
        try:
            yield owner, read(document, Preferences), since
        except LedgerError as error:
            _LOG.error("no digest for owner %s: %s", owner, error)


def _digest(
    tx: Transaction,
    owner: OwnerId,
    rhythm: Rhythm,
    wishes: Preferences,
    since: datetime,
    now: datetime,
    *,
    first: OwnerId,
) -> Delivery | None:
    """Return the digest that is owed; the daily one of a time in which nothing happened is done with at once."""
    before = tx.deliveries(owner, prefix=digest_key(owner, rhythm), limit=1)
    last = datetime.fromisoformat(str(before[0].what["end"])) if before else None
    due = owed(wishes, rhythm, now, since, last)
    if due is None:
        return None
    day, period = due
    what = {"digest": rhythm.value, "start": period.start.isoformat(), "end": period.end.isoformat()}
    made = Delivery(digest_key(owner, rhythm, day), owner, MAIL, what, now, now)
    if rhythm is Rhythm.WEEKLY or owner_notices(tx, owner, period, first=first):
        return made
    return evolve(made, done_at=now, outcome="nothing happened")


def owner_notices(tx: Transaction, owner: OwnerId, period: Period, *, first: OwnerId) -> list[Notice]:
    """Return what happened to an owner in a period; to the first one, also what concerns the installation."""
    found = notices_of(tx.owner_notices(owner, since=period.start, before=period.end))
    return [one for one in found if one.unit or one.owner == owner or (one.owner is None and owner == first)]
