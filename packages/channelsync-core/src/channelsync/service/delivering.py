"""Sends what `channelsync.service.telling` has derived: leases a delivery, sends it, and writes down what came of it.

Nothing is sent inside a transaction. A worker that dies between sending and marking leaves a lease that ends, and the
message goes out again: the same key makes the same Message-ID and the same push topic, so that it stands there once.
Two workers never send at one time, because a delivery is leased for longer than any sending may take. A worker takes up
only what it has a transport for: the rest is another's, and waits for it.

What passes (a server that is away, a mail put off) is tried again, after waits that grow to a day, for three days. What
does not pass ends, and the next way takes over. A device whose subscription is over is forgotten, and an owner whom no
device reaches any more is told by another way.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, final

from attrs import field, frozen

from channelsync.errors import ChannelSyncError, DeliveryError, LedgerError, Retry, UsageError
from channelsync.ledger import Delivery, Ledger, Link, Transaction
from channelsync.manager.desk import notice_of, notice_record
from channelsync.nights import Nights
from channelsync.notices import Notice, NoticeKind, of_service
from channelsync.ports import Message, Transport, Vault
from channelsync.service.addresses import Reach, note_device, reach
from channelsync.service.digests import Period, digest, digest_message
from channelsync.service.messages import told
from channelsync.service.preferences import APPRISE, MAIL, PUSH, WAYS, Rhythm
from channelsync.service.telling import notice_delivery, owner_notices

__all__ = ["Delivering", "Letter", "tried", "wait"]

_LOG: Final = logging.getLogger("channelsync.notices")
_LEASE: Final = timedelta(minutes=10)
_FIRST_WAIT: Final = timedelta(minutes=1)
_LONGEST_WAIT: Final = timedelta(days=1)
_GIVEN_UP: Final = timedelta(days=3)
_LOT: Final = 100
_DOUBLINGS: Final = 20


def _no_page(link: Link, nights: Nights) -> str:
    """Know no page of any platform."""
    del link, nights
    return ""


def wait(attempts: int) -> timedelta:
    """Return how long to wait after so many attempts: a minute, two, four, and so on up to a day."""
    doubled: int = 2 ** min(max(attempts - 1, 0), _DOUBLINGS)
    return min(_FIRST_WAIT * doubled, _LONGEST_WAIT)


@final
@frozen
class Letter:
    """A delivery that was taken up, with its message and with how its owner is reached."""

    delivery: Delivery
    message: Message
    to: Reach
    notice: Notice | None = None


@final
@frozen
class Delivering:
    """Sends what is due.

    ``names`` are the platforms' names by channel, ``link`` is where the owner sees more. ``page`` gives the platform's
    own page on which nights can be closed, empty where none is known: a warning that they can still be booked there
    leads to it, because only the owner can close them at once.
    """

    ledger: Ledger
    vault: Vault
    transports: Mapping[str, Transport]
    now: Callable[[], datetime] = field(repr=False)
    names: Mapping[str, str] = field(factory=dict[str, str], repr=False)
    link: str = ""
    page: Callable[[Link, Nights], str] = field(default=_no_page, repr=False)

    def deliver_due(self) -> int:
        """Send what is due now, and return how many messages were taken by somebody.

        Raises:
            LedgerError: the database cannot be used.
            VaultError: an address cannot be opened.
        """
        now, others = self.now(), [way for way in WAYS if way not in self.transports]
        with self.ledger.reading() as tx:
            due = tx.due_deliveries(now, transports=tuple(self.transports), limit=_LOT)
            stranded = tx.due_deliveries(now - _GIVEN_UP, transports=others, limit=_LOT)
        for one in stranded:
            self._given_up(one, now)
        return sum(self._delivered(one) for one in due)

    def _given_up(self, one: Delivery, now: datetime) -> None:
        """End what no worker could send in all that time, and say so: it is on the screens, and in the digest."""
        with self.ledger.transaction() as tx:
            tx.end_delivery(one.key, at=now, outcome=f"no worker has the way {one.transport}")
        _LOG.error("%s was never sent: no worker has the way %s", one.key, one.transport)

    def _delivered(self, due: Delivery) -> bool:
        letter = self._taken_up(due)
        if letter is None:
            return False
        outcomes = self._sent(letter)
        with self.ledger.transaction() as tx:
            return self._marked(tx, letter, outcomes)

    # Before sending ---------------------------------------------------------------------------------------------------
    def _taken_up(self, due: Delivery) -> Letter | None:
        """Lease a delivery and write its message; None where it is another's, can wait, or has lost its sense."""
        now = self.now()
        with self.ledger.transaction() as tx:
            owner = next((one for one in tx.owners() if one.id == due.owner), None)
            notice = self._notice(tx, due)
            if owner is None or (notice is None and "notice" in due.what) or now - due.at > _GIVEN_UP:
                tx.end_delivery(due.key, at=now, outcome="out of date")
                return None
            try:
                to = reach(tx, self.vault, owner, WAYS)
            except LedgerError as error:
                tx.put_off_delivery(due.key, until=now + _LONGEST_WAIT, outcome=str(error))
                return None
            morning = now if notice is None else to.preferences.not_before(notice.kind, now)
            if morning > now:
                tx.put_off_delivery(due.key, until=morning, outcome="quiet hours")
                return None
            taken = tx.lease_delivery(due.key, now=now, until=now + _LEASE)
            if taken is None:
                return None
            return Letter(taken, self._message(tx, taken, to, notice, now), to, notice)

    def _notice(self, tx: Transaction, due: Delivery) -> Notice | None:
        record = tx.notice(str(due.what.get("notice", "")))
        try:
            return None if record is None else notice_of(record)
        except LedgerError:
            return None

    def _message(self, tx: Transaction, one: Delivery, to: Reach, notice: Notice | None, now: datetime) -> Message:
        wishes = to.preferences
        if notice is not None:
            link = self._page(tx, notice) or self.link
            return told(notice, wishes.language, now, key=one.key, names=self.names, link=link)
        period = Period(*(datetime.fromisoformat(str(one.what[end])) for end in ("start", "end")))
        found = owner_notices(tx, to.owner.id, period, first=tx.owners()[0].id)
        rhythm = Rhythm(str(one.what["digest"]))
        return digest_message(digest(found, period), wishes, rhythm, now, key=one.key, names=self.names, link=self.link)

    def _page(self, tx: Transaction, notice: Notice) -> str:
        """Return where the nights that can still be booked are to be closed, empty for every other notice."""
        if notice.kind is not NoticeKind.EXPOSED or notice.listing is None:
            return ""
        try:
            return self.page(tx.listing(notice.listing), notice.data.nights)
        except UsageError:  # the listing is gone
            return ""

    # Sending ----------------------------------------------------------------------------------------------------------
    def _sent(self, letter: Letter) -> dict[str, DeliveryError | None]:
        """Send to each address of the way; return what came of each, by the device's id or the way's name."""
        way, to = letter.delivery.transport, letter.to
        transport = self.transports[way]
        single = {MAIL: to.preferences.mail, APPRISE: to.url}.get(way)
        addresses = to.devices if way == PUSH else {way: single} if single else {}
        return {name: tried(transport, letter.message, address) for name, address in addresses.items()}

    # After sending ----------------------------------------------------------------------------------------------------
    def _marked(self, tx: Transaction, letter: Letter, outcomes: Mapping[str, DeliveryError | None]) -> bool:
        """Write down what came of a sending; return whether somebody took it."""
        now, key = self.now(), letter.delivery.key
        if letter.delivery.transport == PUSH:
            self._devices(tx, letter, outcomes, now)
        if None in outcomes.values():
            tx.end_delivery(key, at=now, outcome="taken")
            return True
        errors = [error for error in outcomes.values() if error is not None]
        passing = [error for error in errors if error.retry is Retry.LATER]
        if passing:
            asked = max((error.retry_after or timedelta() for error in passing), default=timedelta())
            until = now + min(max(wait(letter.delivery.attempts), asked), _LONGEST_WAIT)
            tx.put_off_delivery(key, until=until, outcome=str(passing[0]))
        else:
            tx.end_delivery(key, at=now, outcome=str(errors[0]) if errors else "no address")
            self._handed_on(tx, letter, now)
        if letter.delivery.transport == MAIL and any(error.gone for error in errors):
            fact = of_service(NoticeKind.MAIL_REFUSED, now, now.date(), owner=letter.to.owner.id)
            tx.add_notice(notice_record(fact))
        _LOG.warning("%s not taken: %s", key, errors[0] if errors else "no address")
        return False

    def _devices(
        self, tx: Transaction, letter: Letter, outcomes: Mapping[str, DeliveryError | None], now: datetime
    ) -> None:
        """Note which devices were reached, forget those that are gone, and tell when none works any more."""
        for device, error in outcomes.items():
            note_device(tx, device, error, at=now)
        after = reach(tx, self.vault, letter.to.owner, WAYS)
        if outcomes and PUSH in letter.to.working and PUSH not in after.working:
            fact = of_service(NoticeKind.NO_DEVICE, now, *sorted(letter.to.devices), owner=letter.to.owner.id)
            tx.add_notice(notice_record(fact))

    def _handed_on(self, tx: Transaction, letter: Letter, now: datetime) -> None:
        """Let the next way tell what this one cannot, at once."""
        notice, owner = letter.notice, letter.to.owner.id
        if notice is None:
            return
        used = {one.transport for one in tx.deliveries(owner, prefix=f"{notice.key}:{owner}:")}
        following = next((way for way in letter.to.available if way not in used), None)
        if following is not None:
            tx.add_delivery(notice_delivery(notice, owner, following, at=now, due=now))


def tried(transport: Transport, message: Message, address: str) -> DeliveryError | None:
    """Send, and return what went wrong; whatever else a transport raises is put off, and stops no other message."""
    try:
        transport.send(message, address)
    except DeliveryError as error:
        return error
    except ChannelSyncError as error:
        return DeliveryError(str(error), advice=error.advice)
    except Exception as error:  # noqa: BLE001 - a fault in a package of others; its words may hold the address
        return DeliveryError(f"{transport.name} failed ({type(error).__name__})")
    return None
