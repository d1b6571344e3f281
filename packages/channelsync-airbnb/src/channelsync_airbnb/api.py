"""Airbnb's API route: one look at a listing, the nights that are written there, and which listings there are.

A look asks three things, in this order. *Reservations* of any state: those that are accepted, and requests to book,
which hold their nights until the host answers or a day has passed; what is open elsewhere meanwhile could be sold
twice, and a request that comes to nothing is named as cancelled and opens at once. *Changes of dates* that wait for an
answer: the reservation keeps its own nights, those that the guest asks for on top of them are held. The *calendar*:
what is closed there and no reservation's is a block, ours come back or the owner's. A night sold between two answers is
a block until the next look.

Airbnb lists the reservations that *start* in a range (quoted), so the range begins a year before the window. A list
that does not end, repeats itself or is not as long as it says is not believed: it may have lost a stay.

An answer that makes no sense gives an unusable look, which says where reading stopped; an answer that is a refusal
raises (see `sending`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, final

from attrs import Factory, frozen

from channelsync.adapter import (
    Access,
    ApiLook,
    ApiSource,
    Closing,
    Flow,
    Hint,
    Question,
    RemoteListing,
    Reply,
    Secret,
    SecretUrl,
    Written,
)
from channelsync.claims import Kind
from channelsync.errors import ChangeRefusedError, ListingGoneError, UsageError, WireFormatError
from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.observation import Event, Observation
from channelsync.traits import EchoHabit, Traits
from channelsync_airbnb import credential, webhook, wire_answers, wire_json, wire_push
from channelsync_airbnb.sending import Query, answered, asked, field
from channelsync_airbnb.wire_answers import Reserved, Shut
from channelsync_airbnb.wire_json import Document

__all__ = ["API", "API_TRAITS", "Api"]

API_TRAITS: Final = Traits(
    identified=frozenset({Kind.RESERVATION}),  # measured on the feed: a reservation keeps its code for life
    echo=EchoHabit.ECHOES,  # what we close is closed in the calendar that we read
    echo_kinds=frozenset({Kind.BLOCK}),
    pushed=True,
    reopens=True,  # the nights of a cancelled reservation follow the listing's rules again (inferred)
)
"""The habits of Airbnb's API."""

_LIMIT: Final = 50
"""Entries of a page, the most there may be (quoted)."""
_MOST_PAGES: Final = 60
_CODES: Final = 25
"""Codes in one question about changes of dates: an address stays well under 2,000 characters."""
_CHUNK: Final = timedelta(days=365)
"""The most nights of one calendar asked for; no limit of reading is known."""
_MARGIN: Final = timedelta(days=366)
"""How long before the window a stay may have begun, and how long after it one may end."""
_MOST_WRITES: Final = 24
"""Calls of one push, those by halves included: Airbnb takes 160 a minute of an application (seen in code)."""
_LISTING: Final = re.compile(r"[0-9]{1,20}")
_NIGHT: Final = timedelta(days=1)


@final
@frozen
class Api:
    """Airbnb's API; keeps nothing between two runs."""

    traits: Traits = Factory(lambda: API_TRAITS)

    # -- reading -------------------------------------------------------------------------------------------------------
    def look(self, source: ApiSource, at: datetime) -> Flow[ApiLook]:
        """Look at one listing.

        Args:
            source: which listing, for which nights.
            at: now.

        Raises:
            ChannelError: a refusal, as `sending` says.
            UsageError: the listing's id is none of Airbnb's.
        """
        _checked(source.listing)
        try:
            reservations = yield from _reservations(source, at)
            held, notes = yield from _held(source, reservations, at)
            shut = yield from _calendar(source.access, source.listing, source.window, at)
        except WireFormatError as error:
            return ApiLook(Observation(at=at, failure=str(error)))
        return ApiLook(_observation(source, at, reservations, held, shut, notes))

    def listings(self, access: Access) -> Flow[tuple[RemoteListing, ...]]:
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

    def closed(self, access: Access, listing: str, window: Stay) -> Flow[Nights]:
        """Ask for the closed nights of the window, those of its own reservations included.

        Raises:
            ChannelError: a refusal, or a calendar that cannot be believed.
        """
        return (yield from _calendar(access, _checked(listing), window, None)).nights

    # -- writing -------------------------------------------------------------------------------------------------------
    def push(self, access: Access, listing: str, closing: tuple[Closing, ...], opening: Nights) -> Flow[Written]:
        """Close and open nights, closings first; a call that is refused is sent again by halves.

        Raises:
            ChangeRefusedError: all of it was refused.
        """
        wanted = wire_push.parts(closing, opening)
        waiting = list(reversed(wire_push.batches(wanted)))
        closed = opened = NO_NIGHTS
        refused: list[str] = []
        reference = ""
        tries = 0
        while waiting:
            call = waiting.pop()
            nights = Nights.union(part.nights for part in call)
            tries += 1
            try:
                taken, known = yield from _write(access, _checked(listing), call, nights)
            except ChangeRefusedError as error:
                smaller = wire_push.halves(call) if tries + len(waiting) < _MOST_WRITES else ()
                waiting += reversed(smaller)
                if not smaller:
                    refused.append(f"{nights}: {error}")
                continue
            reference = known or reference
            if nights - taken:
                refused.append(f"{nights - taken}: Airbnb has not accepted them")
            if call[0].closing:
                closed |= taken
            else:
                opened |= taken
        if refused and not closed and not opened:
            msg = f"Airbnb has refused the change: {refused[0]}"
            raise ChangeRefusedError(msg)
        return Written(closed, opened, reference, tuple(refused))

    def take_over(self, access: Access, listing: str) -> Flow[None]:
        """Tell Airbnb that we keep the listing: the only kind of link that newer versions know (documented)."""
        yield from _linked(access, listing, "sync_all")

    def let_go(self, access: Access, listing: str) -> Flow[None]:
        """Tell Airbnb that we no longer keep the listing; its nights are left as they are."""
        yield from _linked(access, listing, None)

    # -- access --------------------------------------------------------------------------------------------------------
    def consent_page(self, fields: Mapping[str, Secret], redirect: str, state: str) -> SecretUrl:
        """Return the page on which the owner agrees."""
        return credential.consent_page(fields, redirect, state)

    def exchange(self, access: Access, code: str, redirect: str) -> Flow[Access]:
        """Exchange the code that came back for a token."""
        return (yield from credential.exchange(access, code, redirect))

    def refresh(self, access: Access) -> Flow[Access]:
        """Ask for a new token."""
        return (yield from credential.refresh(access))

    def revoke(self, access: Access) -> Flow[None]:
        """Give the access back."""
        yield from credential.revoke(access)

    # -- calls to us ---------------------------------------------------------------------------------------------------
    def hints(self, headers: Mapping[str, str], body: bytes) -> tuple[Hint, ...]:
        """Return what a notification is about; its word is never taken."""
        return webhook.hints(headers, body)

    def question(self, method: str, path: str, query: Mapping[str, str], body: bytes) -> Question | None:
        """Return what Airbnb asks before a guest may book or change a stay, None where it is no question."""
        return webhook.question(method, path, query, body)

    def reply(self, question: Question, *, free: bool) -> Reply:
        """Return the answer as Airbnb wants it written."""
        return webhook.reply(question, free=free)


API: Final = Api()
"""The API route."""


# -- what a look asks --------------------------------------------------------------------------------------------------
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


# -- what a look shows -------------------------------------------------------------------------------------------------
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
    events = [Event(one.stay, Kind.RESERVATION, uid=one.code, code=one.code) for one in standing]
    own = Nights.union(event.stay.nights for event in events)
    for code, stay in held:
        more = (stay.nights - own).since(source.window.arrival)
        events += [Event(run, Kind.HOLD, code=code) for run in more.runs()]
        own |= more
    events += [Event(run, Kind.CLOSURE) for run in (shut.guests - own).runs()]
    events += [Event(run, Kind.BLOCK) for run in (shut.nights - shut.guests - own).runs()]
    cancelled = frozenset(one.code for one in reservations if not one.stands)
    return Observation(at=at, events=tuple(events), notes=(*notes, *_doubts(standing)), cancelled=cancelled)


def _doubts(standing: Iterable[Reserved]) -> Iterator[str]:
    for one in standing:
        if one.state:
            yield f"{one.code} is in a state that is not known ({one.state}): it is taken to stand"
        if one.doubtful:
            yield f"the dates of {one.code} do not fit its number of nights: the longer stay is taken"


# -- writes ------------------------------------------------------------------------------------------------------------
def _write(access: Access, listing: str, call: tuple[wire_push.Part, ...], nights: Nights) -> Flow[tuple[Nights, str]]:
    """Send one call and return the nights that were accepted, with Airbnb's reference."""
    classic = field(access, "calendar", "async") == "classic"
    path = "calendar_operations" if classic else "calendar_operations_requests/"
    response = yield asked(access, "POST", path, body=wire_push.body(listing, call))
    taken, reference = wire_push.accepted(answered(response, listing=True, write=True), nights)
    if not taken:
        msg = "Airbnb has not accepted them"
        raise ChangeRefusedError(msg)
    return taken, reference


def _linked(access: Access, listing: str, category: str | None) -> Flow[None]:
    """Set how a listing is linked; what a successful answer holds is cut in newer versions, so it is not read."""
    body = {"synchronization_category": category}
    response = yield asked(access, "PUT", f"listings/{_checked(listing)}", body=body)
    if not response.is_success or response.content.strip():
        answered(response, listing=True, write=True)


def _checked(listing: str) -> str:
    """Return the id of a listing as it is.

    Raises:
        UsageError: it is none of Airbnb's.
    """
    if not _LISTING.fullmatch(listing):
        msg = f"not the id of a listing on Airbnb: {listing[:40]!r}"
        raise UsageError(msg, advice="It is a number, as in the address of the listing's page.")
    return listing
