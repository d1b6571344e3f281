"""The looks of a listing, apart from what they showed, so that one that showed nothing new is noted in a small row.

A unit's *version* names everything remembered of it but its looks: another word after each change. Who has seen a look
change nothing remembers the version; while that is still the stored one, an equal look changes nothing either.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import final

from attrs import fields_dict, frozen
from sqlalchemy import bindparam, select, update

from channelsync.claims import Kind
from channelsync.codec import dumped
from channelsync.ids import ListingId, UnitId
from channelsync.ledger.ready import Ready
from channelsync.ledger.records import Looks
from channelsync.ledger.rows import Rows
from channelsync.ledger.tables import listings, units
from channelsync.observation import Event
from channelsync.state import ListingState

__all__ = ["LookRows", "Noted", "calendar_of", "looks_of"]

_FIELDS = tuple(fields_dict(Looks))
_GUESTS = frozenset({Kind.RESERVATION, Kind.CLOSURE})
_SHOWN = (
    select(units.c.version, listings.c.looks)
    .join_from(units, listings, listings.c.unit_id == units.c.id)
    .where(listings.c.id == bindparam("listing"), listings.c.retired_at.is_(None))
)
_VERSION = Ready(select(units.c.version).where(units.c.id == bindparam("unit")))
_HELD = Ready(_SHOWN.with_for_update(of=units))
_LOOKS = Ready(_SHOWN)
_NOTE = Ready(update(listings).where(listings.c.id == bindparam("listing")).values(looks=bindparam("noted")))


@final
@frozen
class Noted:
    """The looks of one linked listing, and the version of its unit."""

    version: str
    looks: Looks


class LookRows(Rows):
    """Looks that showed nothing new, versions, and listings by the calendar they show."""

    def version(self, unit: UnitId) -> str:
        """Return the word for everything remembered of a unit but its looks, empty for one never changed."""
        known = self._versions.get(unit)
        if known is not None:
            return known
        row = self._first(_VERSION, {"unit": unit})
        return "" if row is None else str(row.version)

    def looks(self, listing: ListingId) -> Noted | None:
        """Return a listing's looks, None where it is not linked; in a transaction that writes, its unit is ours."""
        rows = self._all(_HELD if self._locking else _LOOKS, {"listing": listing})
        return Noted(rows[0].version, self._known.looks(listing, rows[0].looks)) if rows else None

    def note(self, listing: ListingId, looks: Looks) -> None:
        """Note a look that changed nothing else."""
        noted = dumped(looks)
        self._run(_NOTE, [{"listing": listing, "noted": noted}])
        self._known.keep_looks(listing, noted, looks)

    def showing(self, events: Iterable[Event]) -> tuple[UnitId, ...]:
        """Return the units with a linked listing that showed just these stays, by the last look."""
        digest = calendar_of(events)
        chosen = select(listings.c.unit_id).where(listings.c.calendar == digest, listings.c.retired_at.is_(None))
        return tuple(UnitId(row.unit_id) for row in self._all(chosen.distinct())) if digest else ()


def looks_of(listing: ListingState) -> Looks:
    """Return the looks of a listing's state."""
    return Looks(*(getattr(listing, name) for name in _FIELDS))


def calendar_of(events: Iterable[Event]) -> str:
    """Return the digest of the stays that may be guests', the same for equal calendars, empty where there is none."""
    stays = sorted(str(event.stay) for event in events if event.kind in _GUESTS)
    return sha256(json.dumps(stays).encode()).hexdigest() if stays else ""
