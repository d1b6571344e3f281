"""Published calendars: what a platform is answered, and what its visit proves.

A fetch is stored before its answer leaves, in one transaction with what it proves; where it cannot be stored, nothing
is given out. Whatever keeps us from giving the calendar in force, whole, is answered 503: platforms keep what they read
last, while an empty or a partial calendar would open nights.

==================================== ==================================================================================
address                              answer
==================================== ==================================================================================
a linked listing's                   the calendar in force, or 304 where the caller holds just that
an unlinked listing's                an empty calendar, until the owner says that it is removed there: then 410
one that is replaced                 as the listing's own, until the platform has read by the new one
one whose owner has left             the last calendar, until its nights are over: then 410
anything else                        404
any, while a restored unit recovers  503: its platforms know more than we do; an unlinked listing's as well
any, while nothing can be stored     503
any, while its key is not at hand    503: which addresses there are is not known
==================================== ==================================================================================

A platform that has hung up before its answer is stored is given nothing, so it proves nothing.

Most fetches find what the last one found. The bytes of a calendar are kept in memory with the version of their unit;
while that is the stored one, and the platform has read that calendar already, only the fetch is written.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cached_property
from threading import Lock
from typing import Final, final

from attrs import define, evolve, field, frozen

from channelsync.errors import ChannelSyncError, LedgerError, SafetyStopError, UsageError, VaultError
from channelsync.ical.render import Entry, etag, render
from channelsync.ids import ListingId, derived
from channelsync.inventory import Unit
from channelsync.ledger import Farewell, Fetch, Gate, KnownReader, Transaction
from channelsync.manager.addresses import Addresses, check_keys, drop_replaced
from channelsync.manager.desk import Changing, by_key
from channelsync.manager.visitors import Asked, Visitor, client_name, learned_from, visitor
from channelsync.orders import recovering
from channelsync.reconcile import fetched
from channelsync.state import ListingState, UnitState

__all__ = ["Publishing", "Served", "entries"]

_MOST_KEPT: Final = 2000
"""Of so many listings the bytes are kept: a calendar of fifty runs takes about 10 kB."""
_SOON: Final = "60"
_LATER: Final = "300"
"""Seconds after which it is worth asking again: a database that is busy, and a unit that recovers."""


_log = logging.getLogger("channelsync.feeds")


@final
class _HungUpError(Exception):
    """Who asked has gone, and nothing has left yet: whatever was about to be stored is not."""


@final
@frozen
class Served:
    """An answer to a request for a calendar: status, headers, the bytes, and whether the address led somewhere."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)
    known: bool = True


_PRIVATE: Final = (
    ("Cache-Control", "no-cache"),
    ("X-Robots-Tag", "noindex"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Content-Type-Options", "nosniff"),
)
_NOT_FOUND: Final = Served(404, _PRIVATE, known=False)
_GONE: Final = Served(410, _PRIVATE)
_BUSY: Final = Served(503, (*_PRIVATE, ("Retry-After", _SOON)))
_SEALED: Final = evolve(_BUSY, known=False)
_HUNG_UP: Final = Served(499, _PRIVATE)
"""For nobody: the caller has gone. The number is the one that web servers write into their logs for it."""
_RECOVERING: Final = Served(503, (*_PRIVATE, ("Retry-After", _LATER)))


@final
@frozen
class _Page:
    """A calendar in force, as long as its unit has that version.

    ``at`` is when it was published, None where that says nothing. ``read`` says that the platform read it last, so that
    another reading changes nothing but when that was.
    """

    version: str
    revision: int
    body: bytes = field(repr=False)
    etag: str
    at: datetime | None = None
    read: bool = False

    def answered(self, asked: Asked, now: datetime) -> Served:
        """Return the answer to a request: "not modified" only for who holds just these bytes."""
        modified = self._modified(now)
        headers = (*_PRIVATE, ("ETag", self.etag), *((("Last-Modified", modified),) if modified else ()))
        if self._held(asked, modified):
            return Served(304, headers)
        kind, length = ("Content-Type", "text/calendar; charset=utf-8"), ("Content-Length", str(len(self.body)))
        return Served(200, (*headers, kind, length), b"" if asked.head else self.body)

    def _held(self, asked: Asked, modified: str) -> bool:
        """Whether the caller holds these bytes; ``*`` and a time that is not just ours do not say so."""
        if asked.if_none_match:
            return self.etag in (one.strip().removeprefix("W/") for one in asked.if_none_match.split(","))
        return bool(modified) and asked.if_modified_since.strip() == modified

    def _modified(self, now: datetime) -> str:
        """Return when it was published; nothing within that second, in which another one may still follow."""
        if self.at is None or now - self.at.replace(microsecond=0) < timedelta(seconds=1):
            return ""
        return format_datetime(self.at.astimezone(UTC).replace(microsecond=0), usegmt=True)


@final
@define
class _Pages:
    """The calendars served last; any may be forgotten at any time."""

    _kept: dict[ListingId, _Page] = field(factory=dict[ListingId, _Page], init=False, repr=False)
    _lock: Lock = field(factory=Lock, init=False)

    def get(self, gate: Gate) -> _Page | None:
        """Return a listing's calendar, where its unit is what it was."""
        page = self._kept.get(gate.listing)
        return page if page is not None and page.version == gate.version else None

    def put(self, listing: ListingId, page: _Page) -> None:
        """Keep a calendar, and let go of the one kept longest where there are too many."""
        with self._lock:
            self._kept.pop(listing, None)
            self._kept[listing] = page
            if len(self._kept) > _MOST_KEPT:
                del self._kept[next(iter(self._kept))]


class Publishing(Addresses):
    """Being read by the platforms."""

    _told: str = ""
    """What kept us from answering last, told in the log."""

    @cached_property
    def _pages(self) -> _Pages:
        return _Pages()

    def feed(self, unit: Unit | str, channel: str) -> str:
        """Return the calendar to publish for a listing; an unlinked one gets an empty calendar.

        Raises:
            SafetyStopError: the unit was restored from a backup, and a listing still owes a look.
        """
        state = self.state(unit)
        _refuse_recovering(state)
        return _calendar(state, by_key(state, channel, retired=True)).decode()

    def record_fetch(self, unit: Unit | str, channel: str) -> None:
        """Record that the platform has just read the calendar in force: evidence, so only what is known to be true.

        Raises:
            SafetyStopError: none is in force: the unit was restored from a backup, and a listing still owes a look.
        """
        with self._changing(unit, quiet=True) as change:
            _refuse_recovering(change.state)
            listing = by_key(change.state, channel)
            number = listing.revisions[-1].number if listing.revisions else 0
            change.tx.record_fetch(Fetch(listing.id, change.now, number, "recorded by hand"))
            due = _prove(change, listing)
        self._woken(listing.id if due else None)

    def serve(self, token: str, asked: Asked | None = None, hung_up: Callable[[], bool] = lambda: False) -> Served:
        """Answer a request for a calendar by the token in its address; raises nothing: what goes wrong is a 503.

        The fetch is stored before this returns. ``hung_up`` is asked last: who has gone by then has proven nothing.
        """
        try:
            answer = self._looked_up(token, asked or Asked(), hung_up)
        except VaultError as error:
            return self._failed(error, _SEALED)
        except (LedgerError, UsageError) as error:
            return self._failed(error, _BUSY)
        self._told = ""
        return answer

    def _failed(self, error: ChannelSyncError, answer: Served) -> Served:
        """Log what went wrong, once while it lasts: platforms ask again and again."""
        if self._told != str(error):
            self._told = str(error)
            _log.error("no calendar is given out: %s. %s", error, error.advice)
        return answer

    def _looked_up(self, token: str, asked: Asked, hung_up: Callable[[], bool]) -> Served:
        marks = self.vault.fingerprints(token)
        with self.ledger.reading() as tx:
            gate = tx.gate(*marks)
            if gate is None:  # a guess takes no writer's turn
                left = tx.farewell(*marks)
                if left is not None:
                    return _left(left, asked, self._now())
                check_keys(tx, self.vault)
                return _NOT_FOUND
        try:
            return self._served(marks, asked, hung_up)
        except _HungUpError:
            with self.ledger.transaction() as tx:
                tx.record_fetch(
                    Fetch(gate.listing, self._now(), 0, asked.client, _HUNG_UP.status, proof=False, host=asked.host)
                )
            return _HUNG_UP

    def _served(self, marks: tuple[str, ...], asked: Asked, hung_up: Callable[[], bool]) -> Served:
        now, due = self._now(), False
        with self.ledger.transaction() as tx:
            gate = tx.gate(*marks)
            if gate is None:  # cut meanwhile
                return _NOT_FOUND
            if gate.retired:
                return self._farewell(tx, gate, asked, now)
            page = self._pages.get(gate) or self._page(tx, gate)
            if page is None:
                return _not_ready(tx, gate, asked, now)
            answer = page.answered(asked, now)
            who, proof = self._judged(tx, gate, asked, now)
            status, number = answer.status, page.revision
            tx.record_fetch(Fetch(gate.listing, now, number, asked.client, status, proof, who.value, asked.host))
            if proof:
                page, due = self._proven(tx, gate, page, now)
            if hung_up():  # asked last, so that waiting for the database is over
                raise _HungUpError
        self._pages.put(gate.listing, page)
        self._woken(gate.listing if due else None)
        return answer

    def _woken(self, due: ListingId | None) -> None:
        """Wake the queue, where one runs here, for a listing that a proof made due."""
        if due is not None and self.wake is not None:
            self.wake(due)

    def _farewell(self, tx: Transaction, gate: Gate, asked: Asked, now: datetime) -> Served:
        """Answer for an unlinked listing: nothing of ours is closed there any more, as far as anybody remembers."""
        if recovering(tx.load(gate.unit, self._traits)):
            return _not_ready(tx, gate, asked, now)
        if gate.link_removed:
            answer = _GONE
        else:
            body = render([], name=tx.unit_by(gate.unit).name)
            answer = _Page(gate.version, 0, body, etag(body)).answered(asked, now)
        tx.record_fetch(Fetch(gate.listing, now, 0, asked.client, answer.status, proof=False, host=asked.host))
        return answer

    def _page(self, tx: Transaction, gate: Gate) -> _Page | None:
        """Return the calendar in force, from the ledger; None while none may be given out."""
        state = tx.load(gate.unit, self._traits)
        if recovering(state) or not state.of(gate.listing).revisions:
            return None
        return _page_of(state, state.of(gate.listing), gate.version)

    def _proven(self, tx: Transaction, gate: Gate, page: _Page, now: datetime) -> tuple[_Page, bool]:
        """Store what the platform's reading proves; return the calendar as known from now on, and whether to look."""
        if not gate.replaced and (ended := drop_replaced(tx, gate.listing)):
            details = {"listing": gate.listing, "earlier": ended}
            tx.audit("channelsync", "feed address read: the earlier ones ended", details, at=now)
        if page.read:
            tx.read_again(gate.listing, page.revision, now)
            return page, False
        before = tx.load(gate.unit, self._traits)
        change = Changing(tx, before, now, before)
        due = _prove(change, before.of(gate.listing))
        self._store(change, quiet=True)
        read = _was_read(change.state, change.state.of(gate.listing))
        return evolve(page, version=tx.version(gate.unit), read=read), due

    def _judged(self, tx: Transaction, gate: Gate, asked: Asked, now: datetime) -> tuple[Visitor, bool]:
        """Return who came, and whether it is the platform: as the request says, the owner said, or was learned."""
        who = visitor(asked, *self._readers(gate.channel))
        if who in {Visitor.PERSON, Visitor.TOOL, Visitor.OTHER}:
            return who, False
        name = client_name(asked.client)
        said = {one.client: one.platform for one in tx.readers(gate.listing)}
        if name in said:
            return (Visitor.PLATFORM, True) if said[name] else (Visitor.TOOL, False)
        if who is Visitor.UNKNOWN and learned_from(tx, gate.listing, name, now):
            tx.put_reader(gate.listing, KnownReader(name, platform=True, said=False, at=now))
            who = Visitor.PLATFORM
        return who, who is Visitor.PLATFORM


def _left(calendar: Farewell, asked: Asked, now: datetime) -> Served:
    """Answer with the last calendar of an owner who has left; nobody is there any more to learn who reads it."""
    if now >= calendar.until:
        return _GONE
    return _Page("", 0, calendar.body, etag(calendar.body)).answered(asked, now)


def _not_ready(tx: Transaction, gate: Gate, asked: Asked, now: datetime) -> Served:
    """Give out nothing, and note that somebody asked."""
    tx.record_fetch(Fetch(gate.listing, now, 0, asked.client, _RECOVERING.status, proof=False, host=asked.host))
    return _RECOVERING


def _refuse_recovering(state: UnitState) -> None:
    """Refuse to give out what lacks the nights sold since a backup was made."""
    owing = [one.listing.key for one in state.listings if one.owed_since is not None]
    if owing:
        msg = f"{state.unit.name} was restored from a backup: no calendar before {', '.join(owing)} was read whole"
        advice = "`channelsync sync` reads it; `channelsync doctor` says what to do where that does not help."
        raise SafetyStopError(msg, advice=advice)


def _calendar(state: UnitState, listing: ListingState) -> bytes:
    """Return the calendar in force for a listing, an empty one for an unlinked listing.

    An event's UID follows the arrival, so that a longer run is the same event, changed.
    """
    return render(entries(listing), name=state.unit.name)


def entries(listing: ListingState) -> list[Entry]:
    """Return the events of the calendar in force for a listing, none for an unlinked one."""
    runs = listing.revisions[-1].runs if listing.revisions and not listing.retired else ()
    return [Entry(run.stay, f"{derived(listing.id, run.stay.arrival)}@channelsync", run.stamp) for run in runs]


def _page_of(state: UnitState, listing: ListingState, version: str) -> _Page:
    body, last = _calendar(state, listing), listing.revisions[-1]
    return _Page(version, last.number, body, etag(body), last.at, _was_read(state, listing))


def _was_read(state: UnitState, listing: ListingState) -> bool:
    """Whether the platform read the calendar in force last: reading it again says nothing new (`quiet.read_again`).

    While a takeover is watched the first reading since the links were removed is news.
    """
    *older, last = listing.revisions
    first, since = last.first_fetch, state.takeover.links_removed_at if state.takeover.active else None
    if first is None or (since is not None and (last.last_fetch or first) < since):
        return False
    return all(one.last_fetch is None or one.last_fetch <= first for one in older)


def _prove(change: Changing, listing: ListingState) -> bool:
    """Let the platform have read the calendar in force; what it shows from now on is evidence, so it is looked at.

    Returns:
        Whether it is to be looked at now.
    """
    change.state = fetched(change.state, listing.id, change.now)
    if change.state.of(listing.id).exposed == listing.exposed:
        return False
    change.tx.mark_due(listing.id, change.now, now=change.now)
    return True
