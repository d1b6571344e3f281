"""Which nights are closed to travellers, and closing and opening them.

Reading: how many nights one answer may hold is not known, so as many are asked for as are left, and what an answer
leaves out is asked for again from there; one that does not get further is refused. Every night of the window is thus
told of, or none counts.

Writing, by the platform's rules (documented): only changes, one property and one calendar month in a request. Closings
go before openings, and each request holds only one of the two, so that what is refused is known: where an answer lists
errors none of its request counts as written. A night more than a day past (in Central European time) is refused; there
is no clock here, so that whoever calls leaves out what is over.
"""

from __future__ import annotations

from datetime import date, datetime
from itertools import groupby
from typing import Final, final

from attrs import Factory, define

from channelsync.adapter import Access, Closing, Flow, Written
from channelsync.errors import ChangeRefusedError, WireFormatError
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync_booking import bxml
from channelsync_booking.account import Account
from channelsync_booking.answers import OK, answer, lost, numbered, refused
from channelsync_booking.markup import parse, ruid

__all__ = ["push", "shut"]

_MOST_NIGHTS: Final = 366
_MOST_REQUESTS: Final = 60
_BAD_REQUEST: Final = 400
_ADVICE: Final = "Check in the extranet that the room is active and that the property still accepts our changes."


def shut(account: Account, listing: str, window: Stay, at: datetime | None) -> Flow[Nights]:
    """Return the nights of a window that cannot be sold, once the platform has told of every night in it.

    Raises:
        WireFormatError: it has not.
    """
    told = found = NO_NIGHTS
    since = window.arrival
    for _ in range(_MOST_REQUESTS):
        nights = min((window.departure - since).days, _MOST_NIGHTS)
        request = account.post(bxml.SHOWN, bxml.asking(account.hotel, since=since, nights=nights))
        rows = yield from answer(request, "the closed nights", lambda root: bxml.rows(root, listing), at)
        told |= rows.told
        found |= rows.closed
        left = told.gaps(window).first
        if left is None:
            return found.within(window)
        if left <= since:
            break
        since = left
    msg = f"the closed nights: the answer says nothing of the night {since}"
    raise WireFormatError(msg)


def push(access: Access, listing: str, closing: tuple[Closing, ...], opening: Nights) -> Flow[Written]:
    """Close and open nights; sending the same twice does no harm.

    Raises:
        ChangeRefusedError: all of it was refused.
    """
    account = Account.of(access, listing)
    closings = Nights.union(one.nights for one in closing)
    book = _Book()
    for close, nights in ((True, closings), (False, opening - closings)):
        for _, month in groupby(nights, lambda night: (night.year, night.month)):
            yield from _write(account, listing, tuple(month), book, close=close)
    if book.refused and not (book.closed or book.opened):
        more = f", and {len(book.refused) - 1} more" if len(book.refused) > 1 else ""
        msg = f"Booking.com refused the change of {book.refused[0]}{more}"
        raise ChangeRefusedError(msg, advice=_ADVICE)
    return Written(book.closed, book.opened, book.reference, tuple(book.refused))


@final
@define
class _Book:
    """What was said to the requests of one push so far."""

    closed: Nights = NO_NIGHTS
    opened: Nights = NO_NIGHTS
    reference: str = ""
    refused: list[str] = Factory(list[str])


def _write(account: Account, listing: str, month: tuple[date, ...], book: _Book, *, close: bool) -> Flow[None]:
    request = account.post(bxml.AVAILABILITY, bxml.writing(listing, month, closed=close))
    response = yield request
    if response.status_code not in {OK, _BAD_REQUEST}:
        raise refused(request, response, "an answer to a change")
    try:
        errors = bxml.refusals(parse(response.content))
    except WireFormatError as error:
        if response.status_code == OK:  # nobody knows whether it was done
            raise WireFormatError(numbered(f"the answer to a change: {error}", response)) from None
        errors = ()
    if response.status_code == _BAD_REQUEST and not errors:
        errors = (bxml.Refused("400", "refused without a reason"),)
    if (end := lost(numbered(f"{request.url.host} refused a change", response), errors)) is not None:
        raise end
    book.reference = ruid(response.content) or book.reference
    if errors:
        book.refused += [numbered(f"{_span(month)}: {one}", response) for one in errors]
    elif close:
        book.closed |= Nights.of(*month)
    else:
        book.opened |= Nights.of(*month)


def _span(nights: tuple[date, ...]) -> str:
    first, last = min(nights), max(nights)
    return f"{first}" if first == last else f"{first} to {last}"
