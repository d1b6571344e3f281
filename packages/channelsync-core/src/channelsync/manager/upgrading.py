"""A database brought to a newer version, and held against what it was before any of it counts.

Migration, comparison and the note about it are one transaction: killed at any moment, or refused by any check, the
database is as the older version left it, and that version goes on with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import final

from attrs import frozen

from channelsync.errors import LedgerError
from channelsync.ical import read, render
from channelsync.ids import ListingId
from channelsync.ledger import OURS, Migrations, Transaction, bring_up, keep_others_out
from channelsync.ledger.census import Census, Shown, census, flaws
from channelsync.manager.desk import Desk
from channelsync.manager.publishing import entries
from channelsync.state import ListingState, UnitState

__all__ = ["Upgraded", "Upgrading"]

_NOTHING_CHANGED = "Nothing was changed: the former channelsync goes on with its data. Please report this."


@final
@frozen
class Upgraded:
    """What was brought up and compared: from which version to which, and how many of what were found again."""

    before: str
    after: str
    units: int
    calendars: int
    claims: int
    audit: int


class Upgrading(Desk):
    """Bringing up."""

    def bring_up(self, to: Migrations = OURS) -> Upgraded:
        """Bring the database to a newer version: whole and checked, or not at all.

        Nobody else may have it open. Checked are the file, the audit trail, how many rows each table has, that every
        unit loads, and that every calendar renders the nights it showed before.

        Raises:
            LedgerError: something is not as it was, or the database cannot be used.
            AuditError: the audit trail does not add up.
        """
        now, name = self._now(), self.ledger.name
        with self.ledger.transaction() as tx:
            keep_others_out(tx, name)
            _refuse_flawed(tx, name)
            before, known = tx.revision(), census(tx)
            bring_up(tx, to)
            _refuse_flawed(tx, name)
            found = census(tx)
            _refuse_lost(known, found)
            units = [tx.load(unit.id, self._traits) for unit in tx.units()]
            calendars = sum(_same_calendars(unit, known.shown) for unit in units)
            lines = tx.verify_audit()
            tx.audit("owner", "upgraded", {"from": before, "to": to.head}, at=now)
        return Upgraded(before, to.head, len(units), calendars, found.rows.get("claims", 0), lines)


def _refuse_flawed(tx: Transaction, name: str) -> None:
    if found := flaws(tx):
        msg = f"the database {name} is damaged: {found[0]}"
        raise LedgerError(msg, advice="Keep a copy of the file, then restore the last backup.")


def _refuse_lost(before: Census, after: Census) -> None:
    if lost := before.lost(after):
        msg = f"other rows than before in: {', '.join(lost)}"
        raise LedgerError(msg, advice=_NOTHING_CHANGED)


def _same_calendars(unit: UnitState, before: Mapping[ListingId, Shown]) -> int:
    """Hold that every calendar of a unit renders what it showed; return how many there are."""
    for listing in unit.active:
        if _rendered(unit, listing) != before.get(listing.id, ()):
            msg = f"{unit.unit.name}: the calendar for {listing.listing.key} would show other nights than before"
            raise LedgerError(msg, advice=_NOTHING_CHANGED)
    return len(unit.active)


def _rendered(unit: UnitState, listing: ListingState) -> Shown:
    """Return what a reader finds in the bytes of a listing's calendar."""
    body = render(entries(listing), name=unit.unit.name)
    stays = sorted(event.stay for event in read(body, timezone=unit.unit.timezone).events)
    return tuple((stay.arrival.isoformat(), stay.departure.isoformat()) for stay in stays)
