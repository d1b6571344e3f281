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
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, final

from attrs import frozen

from channelsync.errors import BackupError
from channelsync.ical.render import render
from channelsync.inventory import Unit
from channelsync.ledger import Transaction
from channelsync.ledger.feed_rows import CALENDAR, REPLACED
from channelsync.manager import Manager
from channelsync.manager.publishing import entries
from channelsync.orders import recovering
from channelsync.service.shelves import Shelf
from channelsync.state import ListingState, UnitState

__all__ = ["Laid", "laid", "lay_out"]

SHELF: Final = "shelf"
"""The kind of secret under which stands which names have been laid out, so that one that is cut can be taken away."""
_NOTE: Final = "shelf:"
_MARK: Final = re.compile(rb"^X-CHANNELSYNC-REVISION:(\d{8}T\d{12}Z)-(\d{1,12})\r?$", re.MULTILINE)
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

    A shelf that does not answer keeps nothing from being tried again, and each failure is in the answer.

    Raises:
        LedgerError: the database cannot be used.
        VaultError: an address cannot be opened.
    """
    for sheet in _sheets(manager):
        with manager.ledger.reading() as tx:
            note = _note(tx, sheet.listing)
        if note.get("digest") != sheet.digest:
            _lay(manager, shelf, sheet, now)
    _take_away(manager, shelf, now)
    return laid(manager)


def laid(manager: Manager) -> tuple[Laid, ...]:
    """Return how each calendar fares that has an address."""
    found: list[Laid] = []
    for sheet in _sheets(manager):
        with manager.ledger.reading() as tx:
            note = _note(tx, sheet.listing)
        at = note.get("at") if note.get("digest") == sheet.digest else None
        key, when = sheet.listing.listing.key, datetime.fromisoformat(at) if at else None
        found.append(Laid(sheet.state.unit, key, when, None if when else note.get("failure")))
    return tuple(found)


def _sheets(manager: Manager) -> Iterator[_Sheet]:
    """Give each calendar that has an address and is in force."""
    for unit in manager.units():
        state = manager.state(unit)
        if recovering(state):
            continue
        for listing in state.listings:
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
            found.append((token, f"{listing.id}:{sha256(token.encode()).hexdigest()[:12]}"))  # the same by every key
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


def _lay(manager: Manager, shelf: Shelf, sheet: _Sheet, now: datetime) -> None:
    """Lay one calendar under each of its names, and note what came of it."""
    note = {"digest": sheet.digest, "at": now.isoformat()}
    try:
        for token, name in sheet.names:
            with manager.ledger.transaction() as tx:  # first: what is there and not noted could never be taken away
                if tx.secret(SHELF, name) is None:
                    tx.put_secret(SHELF, name, manager.vault.seal(SHELF, name, token), at=now)
            _replace(shelf, f"{token}.ics", sheet.body)
    except BackupError as error:
        _log.error("the calendar of %s is not laid out: %s. %s", sheet.listing.id, error, error.advice)
        note = {"failure": str(error)}
    with manager.ledger.transaction() as tx:
        tx.set_meta(f"{_NOTE}{sheet.listing.id}", json.dumps(note))


def _replace(shelf: Shelf, name: str, body: bytes) -> None:
    """Lay a calendar where nothing newer lies, and make sure that it does.

    Raises:
        BackupError: a newer one lies there, or it cannot be laid.
    """
    there = shelf.read(name)
    if there == body:
        return
    if there is not None and _mark(there) > _mark(body):
        msg = f"a newer calendar lies at {shelf.label}: it is left as it is"
        raise BackupError(msg, advice="Another installation writes there, or this one was put back from a backup.")
    shelf.lay(name, body)
    if shelf.read(name) != body:
        msg = f"the calendar arrived otherwise at {shelf.label}"
        raise BackupError(msg)


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
        if token in alive or (left is not None and now < left.until):
            continue
        try:
            shelf.drop(f"{token}.ics")
        except BackupError as error:
            _log.error("an address that was cut still lies at %s: %s", shelf.label, error)
            continue
        with manager.ledger.transaction() as tx:
            tx.drop_secret(SHELF, one.id)


def _note(tx: Transaction, listing: ListingState) -> dict[str, str]:
    text = tx.meta(f"{_NOTE}{listing.id}")
    return {} if text is None else {str(key): str(value) for key, value in json.loads(text).items()}
