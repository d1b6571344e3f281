"""Publishing to static hosting: each calendar in force is laid on a shelf, under the name that its address ends in.

It is done again and again, and only after what is to be published is stored; so whatever goes wrong is made good by the
next time. What lies there says which revision it is, and is only replaced by one that is not older: neither a second
worker that was held up nor a database put back from last week takes back a closing. A unit that still has to recover
from a restore lays nothing.

**This proves less.** Nobody tells who has read a file, so no platform's reading is ever known: what was laid is *laid,
reading unknown*, its nights stay shown as exposed, and no reader of a wrong address is noticed.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final, final

from attrs import frozen

from channelsync.errors import BackupError, ChannelSyncError, LedgerError, UsageError, VaultError
from channelsync.ical.render import render
from channelsync.inventory import Unit
from channelsync.ledger import Transaction
from channelsync.ledger.feed_rows import CALENDAR, REPLACED
from channelsync.manager import Manager
from channelsync.manager.publishing import entries
from channelsync.orders import recovering
from channelsync.service.shelves import Shelf
from channelsync.service.unlaid import note_unlaid
from channelsync.state import ListingState, UnitState

__all__ = ["Laid", "laid", "lay_out", "lying"]

SHELF: Final = "shelf"
"""The kind of secret under which stands which names have been laid out, so that one that is cut can be taken away."""
_NOTE: Final = "shelf:"
_MARK: Final = re.compile(rb"^X-CHANNELSYNC-REVISION:(\d{8}T\d{12}Z)-(\d{1,12})\r?$", re.MULTILINE)
_BELIEVED: Final = timedelta(minutes=10)
"""So long what was found on the shelf is taken to lie there still."""
_TIME: Final = "%Y%m%dT%H%M%S%fZ"

_log = logging.getLogger("channelsync.feeds")


@final
@frozen
class Laid:
    """One listing's calendar on the shelf: when this one was laid there; or what keeps it from being laid."""

    unit: Unit
    listing: str
    at: datetime | None = None
    failure: str | None = None


@final
@frozen
class _Sheet:
    """A calendar as it is to lie there, and the names under which."""

    state: UnitState
    listing: ListingState
    body: bytes
    names: tuple[tuple[str, str], ...]
    """Each token, and the id under which it is noted."""

    @property
    def digest(self) -> str:
        """What tells it from any other, names and all."""
        return sha256(self.body + repr(self.names).encode()).hexdigest()


def lay_out(manager: Manager, shelf: Shelf, now: datetime) -> tuple[Laid, ...]:
    """Lay every calendar on the shelf that does not lie there yet, and take away what was cut; return how each fares.

    What was noted is believed for a while only: a shelf may be emptied, and a worker that was held up may have laid an
    older calendar just after ours was found there.

    A shelf that does not answer keeps nothing from being tried again; each failure is in the answer, and one that lasts
    is told to the owner.

    Raises:
        LedgerError: the database cannot be used.
        VaultError: an address cannot be opened.
    """
    damaged: list[ChannelSyncError] = []
    for unit in manager.units():
        try:
            _lay_unit(manager, shelf, unit, now)
        except (LedgerError, VaultError, UsageError) as error:  # the other lodgings' closings do not wait for this one
            _log.error("the calendars of %s are not laid out: %s. %s", unit.id, error, error.advice)
            damaged.append(error)
    if damaged:  # which names are alive is not known: nothing is taken away
        note_unlaid(manager, len(damaged), now)
        raise damaged[-1]
    _take_away(manager, shelf, now)
    found = laid(manager)
    note_unlaid(manager, sum(one.at is None for one in found), now)
    return found


def _lay_unit(manager: Manager, shelf: Shelf, unit: Unit, now: datetime) -> None:
    for sheet in _sheets(manager, unit):
        with manager.ledger.reading() as tx:
            note = _note(tx, sheet.listing)
        if note.get("digest") != sheet.digest or not _is_fresh(note, now):
            _lay(manager, shelf, sheet, note, now)


def laid(manager: Manager) -> tuple[Laid, ...]:
    """Return how each calendar fares that has an address."""
    found: list[Laid] = []
    for sheet in (one for unit in manager.units() for one in _sheets(manager, unit)):
        with manager.ledger.reading() as tx:
            note = _note(tx, sheet.listing)
        at = note.get("at") if note.get("digest") == sheet.digest else None
        key, when = sheet.listing.listing.key, datetime.fromisoformat(at) if at else None
        found.append(Laid(sheet.state.unit, key, when, None if when else note.get("failure")))
    return tuple(found)


def lying(manager: Manager, state: UnitState) -> dict[str, datetime]:
    """Return when the present calendar of each listing was laid, by the listing's key; only of those that lie there.

    It opens no address, so it says nothing of a name that was replaced a few seconds ago; `laid` does.
    """
    found: dict[str, datetime] = {}
    with manager.ledger.reading() as tx:
        for listing in state.active:
            at = _note(tx, listing).get("at")
            when = datetime.fromisoformat(at) if at else None
            if when is not None and listing.revisions and when >= listing.revisions[-1].at:
                found[listing.listing.key] = when
    return found


def _sheets(manager: Manager, unit: Unit) -> Iterator[_Sheet]:
    """Give each calendar of a lodging that has an address and is in force."""
    state = manager.state(unit)
    for listing in () if recovering(state) else state.listings:
        with manager.ledger.reading() as tx:
            names = _names(tx, manager, listing)
        if names and listing.revisions:
            yield _Sheet(state, listing, _body(state, listing), names)


def _names(tx: Transaction, manager: Manager, listing: ListingState) -> tuple[tuple[str, str], ...]:
    """Return the tokens by which a listing's calendar may be read, with the id of each."""
    if listing.retired and tx.link_removed(listing.id):
        return ()
    found: list[tuple[str, str]] = []
    for kind, name in [(CALENDAR, str(listing.id)), *((REPLACED, one) for one in tx.replaced(listing.id))]:
        sealed = tx.secret(kind, name)
        if sealed is not None:
            token = manager.vault.unseal(kind, name, sealed)
            # the same by every key, and nothing of the listing's: who leaves takes what is named by it along
            found.append((token, sha256(token.encode()).hexdigest()[:24]))
    return tuple(found)


def _body(state: UnitState, listing: ListingState) -> bytes:
    """Return a calendar that says which revision it is; an unlinked listing's, empty, comes after its last one."""
    last = listing.revisions[-1]
    number = last.number + (1 if listing.retired else 0)
    mark = f"X-CHANNELSYNC-REVISION:{last.at.astimezone(UTC).strftime(_TIME)}-{number}\r\n".encode()
    plain = render(entries(listing), name=state.unit.name)
    head, begin, rest = plain.partition(b"BEGIN:VEVENT")
    if not begin:
        head, begin, rest = plain.partition(b"END:VCALENDAR")
    return head + mark + begin + rest


def _is_fresh(note: dict[str, str], now: datetime) -> bool:
    """Whether a calendar was found on the shelf a short while ago."""
    seen = note.get("seen")
    return seen is not None and timedelta() <= now - datetime.fromisoformat(seen) < _BELIEVED


def _lay(manager: Manager, shelf: Shelf, sheet: _Sheet, last: dict[str, str], now: datetime) -> None:
    """Lay one calendar under each of its names, where it does not lie there, and note what came of it."""
    known = last.get("digest") == sheet.digest
    try:
        laid_now = False
        for token, name in sheet.names:
            with manager.ledger.transaction() as tx:  # first: what is there and not noted could never be taken away
                if tx.secret(SHELF, name) is None:
                    tx.put_secret(SHELF, name, manager.vault.seal(SHELF, name, token), at=now)
            laid_now |= _replace(shelf, f"{token}.ics", sheet.body)
        at = last["at"] if known and not laid_now and "at" in last else now.isoformat()
        note = {"digest": sheet.digest, "at": at, "seen": now.isoformat()}
    except BackupError as error:
        level = logging.DEBUG if last.get("failure") == str(error) else logging.ERROR  # once, though it is tried again
        _log.log(level, "the calendar of %s is not laid out: %s. %s", sheet.listing.id, error, error.advice)
        note = {"failure": str(error)}
    with manager.ledger.transaction() as tx:
        tx.set_meta(f"{_NOTE}{sheet.listing.id}", json.dumps(note))


def _replace(shelf: Shelf, name: str, body: bytes) -> bool:
    """Lay a calendar where nothing newer lies, and make sure that it does; say whether it did not lie there before.

    Raises:
        BackupError: a newer one lies there, or it cannot be laid.
    """
    there = shelf.read(name)
    if there == body:
        return False
    if there is not None and _is_older(_mark(body), _mark(there)):
        msg = f"a newer calendar lies at {shelf.label}: it is left as it is"
        raise BackupError(msg, advice="Another installation writes there, or this one was put back from a backup.")
    shelf.lay(name, body)
    if shelf.read(name) != body:
        msg = f"the calendar arrived otherwise at {shelf.label}"
        raise BackupError(msg)
    return True


def _is_older(one: tuple[bytes, int], other: tuple[bytes, int]) -> bool:
    """Whether a revision comes before another, of this database or of one that it was put back from.

    Of one database the number tells, whatever its clock did; where a database was put back it begins again at a lower
    number, and the time tells. So it is older only where neither says that it is newer.
    """
    return one != other and one[0] <= other[0] and one[1] <= other[1]


def _mark(body: bytes) -> tuple[bytes, int]:
    """Return which revision a calendar is, for a comparison; what has no mark is older than anything."""
    found = _MARK.search(body)
    return (found[1], int(found[2])) if found else (b"", 0)


def _take_away(manager: Manager, shelf: Shelf, now: datetime) -> None:
    """Take away what lies under names that were cut; what an owner who has left still needs stays."""
    with manager.ledger.reading() as tx:
        noted = [one for one in tx.secrets() if one.kind == SHELF]
    if not noted:
        return
    listings = [listing for unit in manager.units() for listing in manager.state(unit).listings]
    with manager.ledger.reading() as tx:
        alive = {token for listing in listings for token, _ in _names(tx, manager, listing)}
    for one in noted:
        token = manager.vault.unseal(SHELF, one.id, one.envelope)
        with manager.ledger.reading() as tx:
            left = tx.farewell(*manager.vault.fingerprints(token))
        if token in alive:
            continue
        try:
            if left is not None and now < left.until:
                if shelf.read(f"{token}.ics") != left.body:  # it bears no name, and has the latest closings
                    shelf.lay(f"{token}.ics", left.body)
                continue
            shelf.drop(f"{token}.ics")
        except BackupError as error:
            _log.error("an address that was cut still lies at %s: %s", shelf.label, error)
            continue
        with manager.ledger.transaction() as tx:
            tx.drop_secret(SHELF, one.id)


def _note(tx: Transaction, listing: ListingState) -> dict[str, str]:
    text = tx.meta(f"{_NOTE}{listing.id}")
    return {} if text is None else {str(key): str(value) for key, value in json.loads(text).items()}
