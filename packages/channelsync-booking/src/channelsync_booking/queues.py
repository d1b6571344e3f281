"""The messages that wait: read, peeked at, acknowledged.

In the OTA form both queues are read by a GET, which repeats what is not acknowledged; one message of each reservation
is the current one, and an acknowledgement that comes after a newer one is answered with 400 (documented): the newer
one then goes on waiting, which is no failure. Several may be acknowledged at once (documented); as nobody says what a
400 means for the others beside it, they are then acknowledged one by one.

In B.XML, reading takes the messages away and there is no acknowledgement (documented). What is lost between reading and
the ledger is found again in the summary, which every look reads.

Both are asked as seldom as Booking.com wants (documented). ``waiting``, called every so often, asks when it is time;
the looks in between are given what it was told, which may be older than the rest of what they see. It may then close,
but takes nothing back: `looking` has the queue asked anew where it would.

A machine account may hold several properties, and its queues are one (documented). Messages of other properties are
left alone: they wait for whoever keeps those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from attrs import evolve

from channelsync.adapter import Access, Delivery, Flow
from channelsync.errors import ChannelError, ChannelUnavailableError
from channelsync_booking import bxml, ota
from channelsync_booking.account import Account
from channelsync_booking.answers import OK, answer, refused, understood
from channelsync_booking.markup import Element, is_number
from channelsync_booking.message import Message

__all__ = ["acknowledge", "peeked", "waiting"]

_STALE: Final = frozenset({400, 409})
"""Not acknowledged, because it is no longer the current message (documented; 409 only quoted)."""
_REFUSED: Final = 400
_UNKNOWN: Final = 404
_AT_ONCE: Final = 50
_EVERY: Final = 20.0
"""Seconds between two readings of a queue (documented)."""
_OF_LATE: Final = 25.0
"""Seconds; a look is given an answer so young, so that one who reads every 20 s is the only one who asks."""
_AFTER: Final = 5.0
"""Seconds between an acknowledgement and the next reading (documented)."""


def waiting(access: Access) -> Flow[tuple[Delivery, ...]]:
    """Ask what waits: both queues, or all three kinds of B.XML's list."""
    account = Account.of(access)
    if account.reads_away:
        body = bxml.asking(account.hotel)
        request = account.post(bxml.RESERVATIONS, body, secure=True, repeatable=False)
        read = yield from answer(request, "the waiting reservations", bxml.messages)
        return tuple(_deliveries(account, read, ""))
    new = yield from _queue(account, ota.NEW)
    changed = yield from _queue(account, ota.CHANGED)
    return new + changed


def peeked(account: Account, at: datetime, *, anew: bool = False) -> Flow[tuple[Message, ...]]:
    """Return what waits in the queues and acknowledge nothing; none where reading would take it away.

    What was read a while ago will do, unless ``anew``; it comes as aged.
    """
    found: tuple[Message, ...] = ()
    for queue in () if account.reads_away else (ota.NEW, ota.CHANGED):
        found += (yield from _waiting(account, queue, at, 0.0 if anew else _OF_LATE))[1]
    return tuple(one for one in found if _is_ours(account, one))


def acknowledge(access: Access, deliveries: tuple[Delivery, ...]) -> Flow[None]:
    """Acknowledge deliveries; what has changed since they were read goes on waiting.

    Raises:
        ChannelUnavailableError: one of them is not known there any more; the others are acknowledged.
    """
    account = Account.of(access)
    unknown = False
    for queue in (ota.NEW, ota.CHANGED):
        for stamp, codes in _batches(queue, deliveries):
            status = yield from _acknowledged(account, queue, codes, stamp)
            for code in codes if status != OK and len(codes) > 1 else ():
                status = yield from _acknowledged(account, queue, (code,), stamp)
                unknown |= status == _UNKNOWN
            unknown |= status == _UNKNOWN
    if unknown:
        msg = f"{account.secure_address.host} answered {_UNKNOWN} to the acknowledgement of a message it had handed out"
        raise ChannelUnavailableError(msg)


def _queue(account: Account, queue: ota.Queue) -> Flow[tuple[Delivery, ...]]:
    stamp, found = yield from _waiting(account, queue, None, _EVERY)
    return tuple(_deliveries(account, found, f"{queue.name} {stamp}"))


def _waiting(
    account: Account, queue: ota.Queue, at: datetime | None, spaced: float
) -> Flow[tuple[str, tuple[Message, ...]]]:
    def read(root: Element) -> tuple[str, tuple[Message, ...]]:
        return ota.stamp(root), ota.messages(root, queue)

    what = f"the queue {queue.name}"
    request = account.get(queue.path, secure=True, spaced=spaced)
    response = yield request
    if "Age" not in response.headers:
        return understood(request, response, what, read, at)
    try:
        stamp, found = understood(request, response, what, read, at)
    except ChannelError:  # what was wrong then may be right now: another token, a whole answer
        return (yield from answer(account.get(queue.path, secure=True, spaced=0.0), what, read, at))
    return stamp, tuple(evolve(one, aged=True) for one in found)


def _deliveries(account: Account, messages: Iterable[Message], token: str) -> Iterator[Delivery]:
    for one in messages:
        if _is_ours(account, one):
            yield Delivery(one.code, one.stays, not one.stays, token)


def _is_ours(account: Account, message: Message) -> bool:
    """Whether a message is about our property; one that does not say, about anybody's: only cancellations do not."""
    return message.hotel in {"", account.hotel}


def _batches(queue: ota.Queue, deliveries: Iterable[Delivery]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the reservations to acknowledge in a queue, so many at once, with the stamp that they came with."""
    stamps: dict[str, list[str]] = {}
    for one in deliveries:
        name, _, stamp = one.token.partition(" ")
        if name == queue.name and is_number(one.code):
            stamps.setdefault(stamp, []).append(one.code)
    for stamp, codes in stamps.items():
        unique = tuple(dict.fromkeys(codes))
        for begin in range(0, len(unique), _AT_ONCE):
            yield stamp, unique[begin : begin + _AT_ONCE]


def _acknowledged(account: Account, queue: ota.Queue, codes: tuple[str, ...], stamp: str) -> Flow[int]:
    """Acknowledge, and return the status of the answer: whether it was taken, stale, or not known.

    Raises:
        ChannelError: it is none of the three.
    """
    request = account.post(queue.path, ota.acknowledgement(queue, codes, stamp), secure=True, spaced=_AFTER)
    response = yield request
    if response.status_code not in {OK, _UNKNOWN, *_STALE}:
        raise refused(request, response, "an acknowledgement")
    refuses = response.status_code == OK and b"Errors" in response.content
    return _REFUSED if refuses else response.status_code
