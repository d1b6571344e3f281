"""One look at a room by the API: what is asked, in which order, and what the answers come to.

Three things are asked for, the later one newer than the earlier:

1. the *summary*: every reservation whose departure is to come (documented);
2. the two queues of what was not acknowledged yet, which reading does not empty. What they say of a reservation
   replaces what the summary says: it is newer. Where it was read a while ago (see `queues`) it is not: it then only
   adds, and where it would take something back, or cancels, the queues are asked anew. Where reservations come in
   B.XML there is nothing to peek at, because reading takes them away: the summary is then all;
3. the nights that are closed to travellers. Those that no reservation takes are blocks: ours, or somebody else's.

A message that takes nothing of the room, and does not say that the reservation is cancelled, is believed where the
summary does not list the room either. Where it does, one of the two is out of date or cut short, and nobody knows
which: the reservation stands, with a note, and the next look asks again. A message whose status is not known takes
nothing back either.

A reservation that cannot be understood makes the whole look unusable; none is ever left out, because what looks leave
out is opened sooner or later. One that is missing without a word is *not* said to be cancelled: that takes as many
looks as the policy asks for. The name of a reservation on a listing is made of its own id and the room's, because the
two formats number the rooms of a reservation differently (seen).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from channelsync.adapter import Access, ApiLook, ApiSource, Flow
from channelsync.claims import Kind
from channelsync.errors import WireFormatError
from channelsync.nights import Nights, Stay
from channelsync.observation import Event, Observation
from channelsync_booking import bxml
from channelsync_booking.account import Account
from channelsync_booking.answers import answer
from channelsync_booking.availability import shut
from channelsync_booking.markup import Element
from channelsync_booking.message import Message
from channelsync_booking.queues import peeked

__all__ = ["closed", "look"]


def look(source: ApiSource, at: datetime) -> Flow[ApiLook]:
    """Look at one room.

    The nights are read first and the queues last: who has taken a night by the time it is read closed is then known.
    The other way round, nights sold again between two answers would seem to be left closed by the guest before.

    Raises:
        ChannelError: by status, as `channelsync_booking.answers` says.
        UsageError: a field of the account, or the listing's id, cannot be used.
    """
    account = Account.of(source.access, source.listing)
    try:
        shown = yield from shut(account, source.listing, source.window, at)
        listed = yield from _summary(account, at)
        queued = yield from peeked(account, at)
        if any(one.aged and _takes_back(one, listed) for one in queued):
            queued = yield from peeked(account, at, anew=True)
    except WireFormatError as error:  # also one from underway: too large, or packed in an unknown way
        return ApiLook(Observation(at=at, failure=str(error)))
    return ApiLook(_observed(source.listing, listed, queued, shown, at))


def _takes_back(said: Message, listed: Iterable[Message]) -> bool:
    """Whether a message cancels, or does not give a reservation all that the list shows of it."""
    return not said.stays or any(one.code == said.code and not set(one.stays) <= set(said.stays) for one in listed)


def closed(access: Access, listing: str, window: Stay) -> Flow[Nights]:
    """Ask for the closed nights of the window, those of reservations included.

    Whether a reservation takes its nights from what can be sold is not known, so the summary is asked for as well.
    """
    account = Account.of(access, listing)
    listed = yield from _summary(account, None)
    shown = yield from shut(account, listing, window, None)
    taken = Nights.of(*(stay for one in listed for stay in one.on(listing)))
    return shown | taken.within(window)


def _summary(account: Account, at: datetime | None) -> Flow[tuple[Message, ...]]:
    def read(root: Element) -> tuple[Message, ...]:
        listed = bxml.messages(root)
        if any(one.hotel not in {"", account.hotel} for one in listed):
            msg = "it holds a reservation of another property"
            raise WireFormatError(msg)
        return listed

    request = account.post(bxml.SUMMARY, bxml.asking(account.hotel), secure=True)
    return (yield from answer(request, "the list of reservations", read, at))


def _observed(
    listing: str, listed: Iterable[Message], queued: Iterable[Message], shown: Nights, at: datetime
) -> Observation:
    """Put together what was said of one room."""
    listed, queued = tuple(listed), tuple(queued)
    standing, notes = _standing(listing, (*listed, *queued))
    reservations = [
        Event(stay, Kind.RESERVATION, f"{code}:{listing}", code) for code, stays in standing.items() for stay in stays
    ]
    taken = Nights.union(event.stay.nights for event in reservations)
    blocks = [Event(run, Kind.BLOCK) for run in (shown - taken).runs()]
    events = sorted((*reservations, *blocks), key=lambda event: (event.stay, event.code))
    # What the queues say is whole: a room that is no longer in it is cancelled. The summary's silence is only silence,
    # and so is that of a message read a while ago.
    said = {one.code for one in queued if not (one.odd or one.aged)} | {one.code for one in listed if one.cancelled}
    cancelled = frozenset(said - {one.code for one in reservations})
    return Observation(at=at, events=tuple(events), notes=notes, cancelled=cancelled)


def _standing(listing: str, said: Iterable[Message]) -> tuple[dict[str, tuple[Stay, ...]], tuple[str, ...]]:
    """Return what each reservation takes of a room, and what is odd about it.

    Of what was said, the later last, each message replaces the one before; one that only leaves the room out, or whose
    status is not known, takes nothing back.
    """
    standing: dict[str, tuple[Stay, ...]] = {}
    notes: list[str] = []
    for one in said:
        stays = one.on(listing)
        if stays or one.cancelled:
            kept = standing.get(one.code, ()) if one.odd else ()
            standing[one.code] = tuple(dict.fromkeys((*kept, *stays)))
        elif standing.get(one.code):
            notes.append(f"a message about reservation {one.code} leaves out this room, which the list still shows")
        if one.odd:
            notes.append(f"the status of reservation {one.code} is not known: {one.odd}")
    return standing, tuple(dict.fromkeys(notes))
