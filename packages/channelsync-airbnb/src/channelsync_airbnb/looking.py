"""A look at a listing by Airbnb's API: what is asked, and what the answers come to.

A look asks three things, in this order. *Reservations* of any state: those that are accepted, and requests to book,
which hold their nights until the host answers or a day has passed; what is open elsewhere meanwhile could be sold
twice, and a request that comes to nothing is named as cancelled and opens at once. Several guests may ask for the same
nights: the host accepts one of them. *Changes of dates* that wait for an answer: the reservation keeps its own nights,
those that the guest asks for on top of them are held, and where this cannot be asked no hold is over for that. The
*calendar*: what is closed there and no reservation's is a block, ours come back or the owner's. A night sold between
two answers is a block until the next look.

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
from channelsync_airbnb.wire_answers import Change, Reserved, Shut
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
        changes, unseen = yield from _changes(source, reservations, at)
        shut = yield from _calendar(source.access, source.listing, source.window, at)
    except WireFormatError as error:
        return ApiLook(Observation(at=at, failure=str(error)))
    return ApiLook(_observation(source, at, reservations, changes, shut, unseen))


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


def _changes(
    source: ApiSource, reservations: Iterable[Reserved], at: datetime
) -> Flow[tuple[tuple[Change, ...], frozenset[Kind]]]:
    """Ask which changes of dates wait for an answer; where that is refused, holds are what the look does not see."""
    codes = [one.code for one in reservations if one.stands and one.stay.departure > source.window.arrival]
    found: list[Change] = []
    for begin in range(0, len(codes), _CODES):
        query = [("confirmation_codes[]", code) for code in codes[begin : begin + _CODES]]
        try:
            entries = yield from _pages(source.access, "reservation_alterations", query, listing=True, at=at)
        except ListingGoneError:
            return tuple(found), frozenset({Kind.HOLD})
        found += [waiting for entry in entries if (waiting := wire_answers.alteration(entry)) is not None]
    return tuple(found), frozenset()


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
    changes: Sequence[Change],
    shut: Shut,
    unseen: frozenset[Kind],
) -> Observation:
    """Put the answers together: what stands or is asked for, what is held beside it, and what else is closed.

    A request to book goes by its code, as the reservation does that it may become. Two who ask for one night are no
    double booking: the host cannot accept both.
    """
    standing = [one for one in reservations if one.stands and one.stay.overlaps(source.window)]
    events = [Event(one.stay, _kind(one), uid=one.code, code=one.code) for one in standing]
    own = Nights.union(event.stay.nights for event in events)
    for change in changes:
        more = (change.stay.nights - own).since(source.window.arrival)
        events += [Event(run, Kind.HOLD, code=change.code) for run in more.runs()]
        own |= more
    events += [Event(run, Kind.CLOSURE) for run in (shut.guests - own).runs()]
    events += [Event(run, Kind.BLOCK) for run in (shut.nights - shut.guests - own).runs()]
    cancelled = frozenset(one.code for one in reservations if not one.stands)
    notes = tuple(_doubts(standing, changes, unseen))
    return Observation(at=at, events=tuple(events), notes=notes, cancelled=cancelled, unseen=unseen)


def _kind(one: Reserved) -> Kind:
    return Kind.HOLD if one.waits else Kind.RESERVATION


def _doubts(standing: Iterable[Reserved], changes: Iterable[Change], unseen: frozenset[Kind]) -> Iterator[str]:
    if unseen:
        yield "changes of dates that wait for an answer are not shown"
    for change in changes:
        if change.state:
            yield f"{change.code} has a change of dates in a state that is not known ({change.state}): it is held"
    for one in standing:
        if one.waits:
            yield f"{one.code} is a request to book: its nights are kept until it is answered"
        if one.state:
            yield f"{one.code} is in a state that is not known ({one.state}): it is taken to stand"
        if one.doubtful:
            yield f"the dates of {one.code} do not fit its number of nights: the longer stay is taken"
