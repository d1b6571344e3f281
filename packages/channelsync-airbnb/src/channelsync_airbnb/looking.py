"""A look at a listing by Airbnb's API: what is asked, and what the answers come to.

A look asks three things, in this order. *Reservations* of any state: those that are accepted, and requests to book,
which hold their nights until the host answers or a day has passed; what is open elsewhere meanwhile could be sold
twice, and a request that comes to nothing is named as cancelled and opens at once. Several guests may ask for the same
nights: the host accepts one of them, so those who asked later only hold what they ask for besides. *Changes of dates*
that wait for an answer: the reservation keeps its own nights, those that the guest asks for on top of them are held.
The *calendar*: what is closed there and no reservation's is a block, ours come back or the owner's. A night sold
between two answers is a block until the next look.

Airbnb lists the reservations that *start* in a range (quoted), so the range begins a year before the window. A list
that does not end, repeats itself or is not as long as it says is not believed: it may have lost a stay.

An answer that makes no sense gives an unusable look, which says where reading stopped; a refusal raises (`sending`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from channelsync.adapter import Access, ApiLook, ApiSource, Flow, RemoteListing
from channelsync.claims import Kind
from channelsync.errors import ListingGoneError, WireFormatError
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import Event, Observation
from channelsync_airbnb import wire_answers, wire_json
from channelsync_airbnb.sending import Query, answered, asked, checked, field
from channelsync_airbnb.wire_answers import Reserved, Shut
from channelsync_airbnb.wire_json import Document

__all__ = ["closed", "listings", "look"]

_LIMIT: Final = 50
"""Entries of a page, the most there may be (quoted)."""
_MOST_PAGES: Final = 60
_CODES: Final = 25
"""Codes in one question about changes of dates: an address stays well under 2,000 characters."""
_CHUNK: Final = timedelta(days=365)
"""The most nights of one calendar asked for; no limit of reading is known."""
_MARGIN: Final = timedelta(days=366)
"""How long before the window a stay may have begun, and how long after it one may end."""
_NIGHT: Final = timedelta(days=1)


def look(source: ApiSource, at: datetime) -> Flow[ApiLook]:
    """Look at one listing.

    Args:
        source: which listing, for which nights.
        at: now.

    Raises:
        ChannelError: a refusal, as `sending` says.
        UsageError: the listing's id is none of Airbnb's.
    """
    checked(source.listing)
    try:
        reservations = yield from _reservations(source, at)
        held, notes = yield from _held(source, reservations, at)
        shut = yield from _calendar(source.access, source.listing, source.window, at)
    except WireFormatError as error:
        return ApiLook(Observation(at=at, failure=str(error)))
    return ApiLook(_observation(source, at, reservations, held, shut, notes))


def listings(access: Access) -> Flow[tuple[RemoteListing, ...]]:
    """Ask for all listings of the account, unlisted ones too.

    Raises:
        ChannelError: a refusal, or a list that cannot be believed.
    """
    user = field(access, "user_id")
    query = [("user_id", user)] if user else []
    query += [("has_availability", "false"), ("exclude_active", "false"), ("exclude_cohosted_listings", "false")]
    entries = yield from _pages(access, "listings", query)
    found = [RemoteListing(*wire_answers.listing(entry)) for entry in entries]
    _refuse_repeats("listings", [one.id for one in found])
    return tuple(found)


def closed(access: Access, listing: str, window: Stay) -> Flow[Nights]:
    """Ask for the closed nights of the window, those of its own reservations included.

    Raises:
        ChannelError: a refusal, or a calendar that cannot be believed.
    """
    return (yield from _calendar(access, checked(listing), window, None)).nights


# -- what is asked -----------------------------------------------------------------------------------------------------
def _reservations(source: ApiSource, at: datetime) -> Flow[tuple[Reserved, ...]]:
    """Ask for the reservations of any state around the window; those of other listings are left out."""
    query = [
        ("listing_id", source.listing),
        ("start_date", f"{source.window.arrival - _MARGIN}"),
        ("end_date", f"{source.window.departure + _MARGIN}"),
        ("all_status", "true"),
    ]
    entries = yield from _pages(source.access, "reservations", query, listing=True, at=at)
    found = [wire_answers.reserved(entry) for entry in entries]
    _refuse_repeats("reservations", [one.code for one in found])
    return tuple(one for one in found if one.listing in {"", source.listing})


def _held(
    source: ApiSource, reservations: Iterable[Reserved], at: datetime
) -> Flow[tuple[tuple[tuple[str, Stay], ...], tuple[str, ...]]]:
    """Ask which changes of dates wait for an answer; that this cannot be asked is noted, and no more."""
    codes = [one.code for one in reservations if one.stands and one.stay.departure > source.window.arrival]
    found: list[tuple[str, Stay]] = []
    for begin in range(0, len(codes), _CODES):
        query = [("confirmation_codes[]", code) for code in codes[begin : begin + _CODES]]
        try:
            entries = yield from _pages(source.access, "reservation_alterations", query, listing=True, at=at)
        except ListingGoneError:
            return (), ("changes of dates that wait for an answer are not shown",)
        found += [waiting for entry in entries if (waiting := wire_answers.alteration(entry)) is not None]
    return tuple(found), ()


def _calendar(access: Access, listing: str, window: Stay, at: datetime | None) -> Flow[Shut]:
    """Ask for the calendar, a year at a time; the last night is part of what is asked for."""
    found = Shut(NO_NIGHTS)
    begin = window.arrival
    while begin < window.departure:
        part = Stay(begin, min(begin + _CHUNK, window.departure))
        last = part.departure - _NIGHT
        response = yield asked(access, "GET", f"calendars/{listing}/{part.arrival}/{last}")
        more = wire_answers.shut(answered(response, listing=True, at=at), part)
        found = Shut(found.nights | more.nights, found.guests | more.guests)
        begin = part.departure
    return found


def _pages(
    access: Access, name: str, query: Query, *, listing: bool = False, at: datetime | None = None
) -> Flow[tuple[Document, ...]]:
    """Ask for a list to its end.

    Raises:
        WireFormatError: it does not end, repeats itself, or is not as long as it says.
    """
    entries: list[Document] = []
    cursors: list[str] = []
    cursor = ""
    for _ in range(_MOST_PAGES):
        more = [("_cursor", cursor)] if cursor else []
        response = yield asked(access, "GET", name, [*query, ("_limit", f"{_LIMIT}"), *more])
        page = wire_json.page(answered(response, listing=listing, at=at), name, _LIMIT)
        entries += page.entries
        cursor = page.cursor
        if not cursor:
            _check_count(name, page, len(entries))
            return tuple(entries)
        cursors.append(cursor)
        _refuse_repeats(name, cursors)
    msg = f"the list of {name} does not end"
    raise WireFormatError(msg)


def _check_count(name: str, last: wire_json.Page, length: int) -> None:
    """Refuse a list that is not as long as it says; the count may be the last page's own (inferred)."""
    if last.total is not None and last.total not in {length, len(last.entries)}:
        msg = f"the list of {name} says that it holds {last.total} and shows {length}"
        raise WireFormatError(msg)


def _refuse_repeats(name: str, keys: Sequence[str]) -> None:
    """Refuse a list that names one thing twice: another may be missing in its place."""
    if len(set(keys)) < len(keys):
        msg = f"the list of {name} repeats itself"
        raise WireFormatError(msg)


# -- what it comes to --------------------------------------------------------------------------------------------------
def _observation(
    source: ApiSource,
    at: datetime,
    reservations: Iterable[Reserved],
    held: Iterable[tuple[str, Stay]],
    shut: Shut,
    notes: tuple[str, ...],
) -> Observation:
    """Put the answers together: what stands, what is held beside it, and what else is closed."""
    standing = [one for one in reservations if one.stands and one.stay.overlaps(source.window)]
    named, beside = _ranked(standing)
    events = [Event(one.stay, Kind.RESERVATION, uid=one.code, code=one.code) for one in named]
    own = Nights.union(event.stay.nights for event in events)
    for code, stay in (*((one.code, one.stay) for one in beside), *held):
        more = (stay.nights - own).since(source.window.arrival)
        events += [Event(run, Kind.HOLD, code=code) for run in more.runs()]
        own |= more
    events += [Event(run, Kind.CLOSURE) for run in (shut.guests - own).runs()]
    events += [Event(run, Kind.BLOCK) for run in (shut.nights - shut.guests - own).runs()]
    cancelled = frozenset(one.code for one in reservations if not one.stands)
    return Observation(at=at, events=tuple(events), notes=(*notes, *_doubts(standing)), cancelled=cancelled)


def _ranked(standing: Iterable[Reserved]) -> tuple[list[Reserved], list[Reserved]]:
    """Return what takes its nights, and the requests that wait for nights which others of them have.

    Two who ask for one night are no double booking: the host cannot accept both.
    """
    every = tuple(standing)
    named = [one for one in every if not one.waits]
    beside: list[Reserved] = []
    for one in sorted((one for one in every if one.waits), key=lambda one: (one.made, one.code)):
        late = any(one.stay.overlaps(other.stay) for other in named)
        (beside if late else named).append(one)
    return named, beside


def _doubts(standing: Iterable[Reserved]) -> Iterator[str]:
    for one in standing:
        if one.waits:
            yield f"{one.code} is a request to book: its nights are kept until it is answered"
        if one.state:
            yield f"{one.code} is in a state that is not known ({one.state}): it is taken to stand"
        if one.doubtful:
            yield f"the dates of {one.code} do not fit its number of nights: the longer stay is taken"
