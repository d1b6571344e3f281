"""What goes out: messages on their way to the owners, how each wants to be told, and the devices that take a push.

A delivery is taken up by a lease, sent outside of any transaction, and marked. A lease ends by itself when its holder
dies; one that would last longer than any is given belongs to a clock that was set back, and is void.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from channelsync.ids import OwnerId, UnitId
from channelsync.ledger.records import Delivery, NoticeRecord, Subscriber
from channelsync.ledger.reports import notice_in
from channelsync.ledger.rows import Rows
from channelsync.ledger.service_tables import deliveries, preferences, subscribers
from channelsync.ledger.tables import notices, units

__all__ = ["LONGEST_LEASE", "DeliveryRows"]

LONGEST_LEASE: Final = timedelta(minutes=10)
"""No delivery is leased for longer."""
_LOT: Final = 1000


class DeliveryRows(Rows):
    """Deliveries, preferences, subscribers, and which notices are still to be told."""

    # Notices ----------------------------------------------------------------------------------------------------------
    def untold_notices(self, *, limit: int = 200) -> tuple[NoticeRecord, ...]:
        """Return notices of which nobody has decided yet who hears of them, oldest first."""
        chosen = select(notices).where(notices.c.told_at.is_(None)).order_by(notices.c.seq).limit(limit)
        return tuple(notice_in(row) for row in self._all(chosen))

    def told_notices(
        self, kinds: Collection[str], *, since: datetime, before: datetime, limit: int = 500
    ) -> tuple[NoticeRecord, ...]:
        """Return unseen notices of these kinds of which it was decided then who hears of them, latest first."""
        chosen = select(notices).where(
            notices.c.told_at >= since,
            notices.c.told_at <= before,
            notices.c.seen_at.is_(None),
            notices.c.kind.in_(kinds),
        )
        return tuple(notice_in(row) for row in self._all(chosen.order_by(notices.c.told_at.desc()).limit(limit)))

    def mark_told(self, keys: Iterable[str], *, at: datetime) -> None:
        """Note that it is decided who hears of these notices."""
        these = notices.c.key.in_(list(keys)), notices.c.told_at.is_(None)
        self._run(update(notices).where(*these).values(told_at=at))

    def notice(self, key: str) -> NoticeRecord | None:
        """Return the notice of that key, None where there is none."""
        row = self._first(select(notices).where(notices.c.key == key))
        return None if row is None else notice_in(row)

    def owner_notices(
        self,
        owner: OwnerId,
        *,
        since: datetime,
        before: datetime,
        kinds: Collection[str] | None = None,
        unseen: bool = False,
        limit: int = 500,
    ) -> tuple[NoticeRecord, ...]:
        """Return the notices about an owner's units and those about no unit, oldest first: ``since <= at < before``."""
        theirs = select(units.c.id).where(units.c.owner_id == owner)
        chosen = select(notices).where(
            notices.c.at >= since,
            notices.c.at < before,
            or_(notices.c.unit_id.is_(None), notices.c.unit_id.in_(theirs)),
        )
        if kinds is not None:
            chosen = chosen.where(notices.c.kind.in_(kinds))
        if unseen:
            chosen = chosen.where(notices.c.seen_at.is_(None))
        return tuple(notice_in(row) for row in self._all(chosen.order_by(notices.c.at, notices.c.seq).limit(limit)))

    def owner_of(self, unit: UnitId) -> OwnerId | None:
        """Return whose unit it is, None where there is no such unit."""
        row = self._first(select(units.c.owner_id).where(units.c.id == unit))
        return None if row is None else OwnerId(row.owner_id)

    # Deliveries -------------------------------------------------------------------------------------------------------
    def add_delivery(self, delivery: Delivery) -> bool:
        """Keep a delivery, once for each key; return whether it is new."""
        values = {
            "key": delivery.key,
            "owner_id": delivery.owner,
            "transport": delivery.transport,
            "what": dict(delivery.what),
            "at": delivery.at,
            "due_at": delivery.due_at,
            "attempts": delivery.attempts,
            "done_at": delivery.done_at,
            "outcome": delivery.outcome,
        }
        if self.delivery(delivery.key) is not None:
            return False
        try:
            with self._connection.begin_nested():
                self._run(deliveries.insert().values(values))
        except IntegrityError:  # another worker was faster; the same fact, so all is said
            return False
        return True

    def due_deliveries(
        self, now: datetime, *, transports: Collection[str] | None = None, limit: int = 100
    ) -> tuple[Delivery, ...]:
        """Return what is due and not leased, longest due first; None for ``transports`` is all of them."""
        chosen = select(deliveries).where(deliveries.c.done_at.is_(None), deliveries.c.due_at <= now, _is_free(now))
        if transports is not None:
            chosen = chosen.where(deliveries.c.transport.in_(transports))
        ordered = chosen.order_by(deliveries.c.due_at, deliveries.c.seq).limit(limit)
        return tuple(_delivery(row) for row in self._all(ordered))

    def next_delivery(self) -> datetime | None:
        """Return when the next delivery is due, None where none waits."""
        return self._connection.execute(
            select(func.min(deliveries.c.due_at)).where(deliveries.c.done_at.is_(None))
        ).scalar()

    def lease_delivery(self, key: str, *, now: datetime, until: datetime) -> Delivery | None:
        """Take a due delivery for one worker, and count the attempt; None where another was faster."""
        until = min(until, now + LONGEST_LEASE)
        free = deliveries.c.key == key, deliveries.c.done_at.is_(None), deliveries.c.due_at <= now, _is_free(now)
        taken = {"lease_until": until, "attempts": deliveries.c.attempts + 1}
        if not self._run(update(deliveries).where(*free).values(taken)):
            return None
        return self.delivery(key)

    def delivery(self, key: str) -> Delivery | None:
        """Return the delivery of that key, None where there is none."""
        row = self._first(select(deliveries).where(deliveries.c.key == key))
        return None if row is None else _delivery(row)

    def known_deliveries(self, keys: Collection[str]) -> frozenset[str]:
        """Return those of the keys that deliveries have."""
        every = list(keys)
        lots = (every[start : start + _LOT] for start in range(0, len(every), _LOT))
        chosen = select(deliveries.c.key)
        return frozenset(row.key for lot in lots for row in self._all(chosen.where(deliveries.c.key.in_(lot))))

    def end_delivery(self, key: str, *, at: datetime, outcome: str) -> None:
        """Note that a delivery has ended, and how."""
        self._run(
            update(deliveries).where(deliveries.c.key == key).values(done_at=at, outcome=outcome, lease_until=None)
        )

    def put_off_delivery(self, key: str, *, until: datetime, outcome: str) -> None:
        """Note that a delivery is to be tried again, and why; its lease ends."""
        self._run(
            update(deliveries).where(deliveries.c.key == key).values(due_at=until, outcome=outcome, lease_until=None)
        )

    def deliveries(self, owner: OwnerId | None = None, *, prefix: str = "", limit: int = 200) -> tuple[Delivery, ...]:
        """Return deliveries, latest first; ``prefix`` is how their keys begin."""
        chosen = select(deliveries).order_by(deliveries.c.seq.desc()).limit(limit)
        if owner is not None:
            chosen = chosen.where(deliveries.c.owner_id == owner)
        if prefix:
            chosen = chosen.where(deliveries.c.key.startswith(prefix, autoescape=True))
        return tuple(_delivery(row) for row in self._all(chosen))

    def forget_deliveries(self, before: datetime) -> int:
        """Forget what ended before then; return how many there were."""
        return self._run(delete(deliveries).where(deliveries.c.done_at < before))

    # Preferences ------------------------------------------------------------------------------------------------------
    def preferences(self, owner: OwnerId) -> tuple[Mapping[str, object], datetime] | None:
        """Return how an owner wants to be told, as a stored document, and since when; None where they never said."""
        row = self._first(select(preferences).where(preferences.c.owner_id == owner))
        return None if row is None else (row.doc, row.at)

    def all_preferences(self) -> tuple[tuple[OwnerId, Mapping[str, object], datetime], ...]:
        """Return the wishes of all who said some, as stored documents, each with its owner and since when."""
        rows = self._all(select(preferences).order_by(preferences.c.owner_id))
        return tuple((OwnerId(row.owner_id), row.doc, row.at) for row in rows)

    def set_preferences(self, owner: OwnerId, document: Mapping[str, object], *, at: datetime) -> None:
        """Keep how an owner wants to be told, in place of what was kept."""
        values = {"doc": dict(document), "at": at}
        if not self._run(update(preferences).where(preferences.c.owner_id == owner).values(values)):
            self._run(preferences.insert().values(owner_id=owner, **values))

    # Subscribers ------------------------------------------------------------------------------------------------------
    def subscribers(self, owner: OwnerId | None = None) -> tuple[Subscriber, ...]:
        """Return the devices of an owner (None: of all) that take push messages, oldest first."""
        chosen = select(subscribers).order_by(subscribers.c.created_at, subscribers.c.id)
        rows = self._all(chosen if owner is None else chosen.where(subscribers.c.owner_id == owner))
        return tuple(_subscriber(row) for row in rows)

    def add_subscriber(self, subscriber: Subscriber) -> None:
        """Keep a device, in place of what was kept of it."""
        self.drop_subscriber(subscriber.id)
        self._run(
            subscribers.insert().values(
                id=subscriber.id,
                owner_id=subscriber.owner,
                label=subscriber.label,
                created_at=subscriber.created_at,
                last_ok=subscriber.last_ok,
                failures=subscriber.failures,
            )
        )

    def drop_subscriber(self, subscriber: str) -> bool:
        """Forget a device; return whether it was known."""
        return bool(self._run(delete(subscribers).where(subscribers.c.id == subscriber)))

    def subscriber_reached(self, subscriber: str, *, at: datetime) -> None:
        """Note that a device took a message."""
        self._run(update(subscribers).where(subscribers.c.id == subscriber).values(last_ok=at, failures=0))

    def subscriber_missed(self, subscriber: str) -> None:
        """Note that a device did not take a message."""
        counted = {"failures": subscribers.c.failures + 1}
        self._run(update(subscribers).where(subscribers.c.id == subscriber).values(counted))


def _is_free(now: datetime) -> ColumnElement[bool]:
    until = deliveries.c.lease_until
    return or_(until.is_(None), until <= now, until > now + LONGEST_LEASE)


def _delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        row.key,
        OwnerId(row.owner_id),
        row.transport,
        row.what,
        row.at,
        row.due_at,
        row.attempts,
        row.lease_until,
        row.done_at,
        row.outcome,
    )


def _subscriber(row: Row[Any]) -> Subscriber:
    return Subscriber(row.id, OwnerId(row.owner_id), row.label, row.created_at, row.last_ok, row.failures)
