"""Owners, units, accounts and links: the rows of what there is.

Ids follow from the facts they are made from (whose, what name, since when), so the same history gives the same ids.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, Table, bindparam, func, select, update

from channelsync.codec import dumped
from channelsync.errors import UsageError
from channelsync.ids import AccountId, ChannelName, ListingId, OwnerId, UnitId, derived
from channelsync.inventory import Owner, Unit, slug, zone
from channelsync.ledger.ready import Ready
from channelsync.ledger.records import Account, Link
from channelsync.ledger.rows import Rows
from channelsync.ledger.tables import accounts, due, listings, owners, units
from channelsync.state import Takeover

__all__ = ["LINK", "InventoryRows", "link_of"]

_LONGEST_NAME: Final = 100
_LONGEST_OPTIONS: Final = 20_000
_MOST_TURNOVER: Final = 14
_MOST_TOLD: Final = 20
"""So many units are listed to who has named none of them."""
_UNIT: Final = Ready(select(units).where(units.c.id == bindparam("id")))
LINK: Final = select(*(one for one in listings.c if one.name not in {"position", "memory", "looks", "calendar"}))
"""What a link is made of; the rest is the state's, and long."""
_LINKS: Final = LINK.order_by(listings.c.unit_id, listings.c.position)
_OF_UNIT: Final = Ready(_LINKS.where(listings.c.unit_id == bindparam("unit")))


class InventoryRows(Rows):
    """Owners, units, accounts, links."""

    def add_owner(self, name: str, *, language: str = "fr", at: datetime) -> Owner:
        """Add an owner; names need not differ.

        Raises:
            UsageError: the name is empty or too long, or the language is not offered.
        """
        if language not in {"fr", "en"}:
            msg = f"the language {language[:20]!r} is not offered"
            raise UsageError(msg, advice="Use fr or en.")
        place = self._count(owners)
        owner = Owner(OwnerId(derived("owner", _name(name), at.isoformat(), place)), _name(name), language)
        values = {"id": owner.id, "position": place, "name": owner.name, "language": language, "created_at": at}
        self._run(owners.insert().values(values))
        return owner

    def owners(self) -> tuple[Owner, ...]:
        """Return every owner, in the order they were added."""
        rows = self._all(select(owners).order_by(owners.c.position, owners.c.id))
        return tuple(Owner(OwnerId(row.id), row.name, row.language) for row in rows)

    def owner_by(self, ref: str) -> Owner:
        """Return the owner of that id or name.

        Raises:
            UsageError: there is none, or several have that name; the advice lists them.
        """
        every = self.owners()
        plain = " ".join(ref.split()).casefold()
        found = [one for one in every if one.id == ref] or [one for one in every if one.name.casefold() == plain]
        if len(found) == 1:
            return found[0]
        names = ", ".join(f"{one.name} ({one.id})" for one in (found or every)[:_MOST_TOLD])
        msg = f"{'several owners are' if found else 'no owner is'} called {ref[:_LONGEST_NAME]!r}"
        raise UsageError(msg, advice=f"Give one of these: {names}." if names else "Add one: channelsync owner add NAME")

    def add_unit(
        self, owner: OwnerId, name: str, *, timezone: str = "Europe/Paris", turnover: int = 0, at: datetime
    ) -> Unit:
        """Add a unit.

        Raises:
            UsageError: the owner has a unit of that name, or a value makes no sense.
        """
        name = _name(name)
        unit = Unit(UnitId(derived("unit", owner, name, at.isoformat())), owner, name, timezone, turnover)
        self._refuse_unit(unit)
        self._run(
            units.insert().values(
                id=unit.id,
                position=self._connection.execute(select(func.max(units.c.position) + 1)).scalar() or 0,
                owner_id=owner,
                name=name,
                name_key=_name_key(name),
                timezone=timezone,
                turnover=turnover,
                takeover=dumped(Takeover()),
                created_at=at,
            )
        )
        return unit

    def change_unit(
        self, unit: UnitId, *, name: str | None = None, timezone: str | None = None, turnover: int | None = None
    ) -> Unit:
        """Change what is said of a unit; None leaves a value as it is.

        Raises:
            UsageError: the owner has another unit of that name, or a value makes no sense.
        """
        known = self.unit_by(unit)
        changed = Unit(
            known.id,
            known.owner,
            known.name if name is None else _name(name),
            known.timezone if timezone is None else timezone,
            known.turnover if turnover is None else turnover,
        )
        self._refuse_unit(changed, apart=unit)
        values = {"name": changed.name, "name_key": _name_key(changed.name), "timezone": changed.timezone}
        self._run(update(units).where(units.c.id == unit).values(**values, turnover=changed.turnover))
        self._changed(unit)
        return changed

    def _refuse_unit(self, unit: Unit, *, apart: str = "") -> None:
        """Refuse what makes no sense, and a name that another unit of the owner has."""
        zone(unit.timezone)
        if not 0 <= unit.turnover <= _MOST_TURNOVER:
            msg = f"a turnover of {unit.turnover} nights"
            raise UsageError(msg, advice=f"Give 0 to {_MOST_TURNOVER}.")
        named = units.c.owner_id == unit.owner, units.c.name_key == _name_key(unit.name), units.c.id != apart
        if self._first(select(units.c.id).where(*named)):
            msg = f"there is a unit called {unit.name} already"
            raise UsageError(msg, advice="Choose another name.")

    def units(self, owner: OwnerId | None = None) -> tuple[Unit, ...]:
        """Return the units of an owner (None: of all), in the order they were added."""
        chosen = select(units).order_by(units.c.position, units.c.id)
        return tuple(
            _unit(row) for row in self._all(chosen if owner is None else chosen.where(units.c.owner_id == owner))
        )

    def unit_by(self, ref: str, *, owner: OwnerId | None = None) -> Unit:
        """Return the unit of that id, slug or name; ``owner`` limits the search to theirs.

        Raises:
            UsageError: there is none, or several owners have one; the advice lists the known ones.
        """
        by_id = [row for row in self._all(_UNIT, {"id": ref}) if owner in {None, row.owner_id}]
        if by_id:
            return _unit(by_id[0])
        theirs = select(units) if owner is None else select(units).where(units.c.owner_id == owner)
        theirs = theirs.order_by(units.c.position, units.c.id).limit(_MOST_TOLD)
        found = [_unit(row) for row in self._all(theirs.where(units.c.name_key == _name_key(ref)))]
        if len(found) == 1:
            return found[0]
        if found:
            msg = f"several owners have a unit called {ref[:_LONGEST_NAME]}"
            raise UsageError(msg, advice=f"Give its id: {', '.join(one.id for one in found)}.")
        msg = f"no unit is called {ref[:_LONGEST_NAME]!r}"
        names = ", ".join(one.slug or one.name for one in map(_unit, self._all(theirs)))
        raise UsageError(
            msg, advice=f"The units are: {names}." if names else "There is no unit yet: channelsync unit add NAME"
        )

    def add_account(self, owner: OwnerId, channel: ChannelName, name: str, *, at: datetime) -> Account:
        """Add an account on a channel; its access is put beside it (`put_secret`, `put_credential`).

        Raises:
            UsageError: the owner has an account of that name there.
        """
        name = _name(name)
        if any(one.channel == channel and one.name == name for one in self.accounts(owner)):
            msg = f"there is an account called {name} on {channel} already"
            raise UsageError(msg, advice="Choose another name, or reconnect that one.")
        account = Account(AccountId(derived("account", owner, channel, name)), owner, channel, name, at)
        values = {"id": account.id, "position": self._count(accounts), "owner_id": owner, "channel": channel}
        self._run(accounts.insert().values(name=name, created_at=at, **values))
        return account

    def accounts(self, owner: OwnerId | None = None) -> tuple[Account, ...]:
        """Return the accounts of an owner (None: of all)."""
        chosen = select(accounts).order_by(accounts.c.position, accounts.c.id)
        rows = self._all(chosen if owner is None else chosen.where(accounts.c.owner_id == owner))
        return tuple(
            Account(AccountId(row.id), OwnerId(row.owner_id), ChannelName(row.channel), row.name, row.created_at)
            for row in rows
        )

    def _count(self, table: Table) -> int:
        return self._connection.execute(select(func.count()).select_from(table)).scalar_one()

    def add_listing(
        self,
        unit: UnitId,
        channel: ChannelName,
        *,
        label: str = "",
        route: str = "ical",
        options: Mapping[str, object] | None = None,
        account: AccountId | None = None,
        external_id: str = "",
        at: datetime,
    ) -> Link:
        """Link a listing to a unit; it is due at once.

        Raises:
            UsageError: a listing of that channel and label is linked already, or the options are too long.
        """
        there = self.listings(unit, retired=True)
        if any(one.channel == channel and one.label == label and one.retired_at is None for one in there):
            msg = f"{channel}{':' if label else ''}{label} is linked to this unit already"
            raise UsageError(msg, advice=f"Unlink it first: channelsync unlink UNIT {channel}")
        link = Link(
            ListingId(derived("listing", unit, channel, label, at.isoformat(), len(there))),
            unit,
            channel,
            label,
            route,
            at,
            _options(options),
            account,
            external_id,
        )
        self._run(
            listings.insert().values(
                id=link.id,
                unit_id=unit,
                position=len(there),
                channel=channel,
                label=label,
                route=route,
                options=dict(link.options),
                account_id=account,
                external_id=external_id,
                linked_at=at,
                etag="",
                last_modified="",
                memory={"v": 1},
                looks={"v": 1},
                calendar="",
            )
        )
        fresh = {"generation": 1, "done_generation": 0, "attempts": 0, "lease_owner": ""}
        self._run(due.insert().values(listing_id=link.id, due_at=at, set_at=at, **fresh))
        self._changed(unit)
        return link

    def listings(self, unit: UnitId | None = None, *, retired: bool = False) -> tuple[Link, ...]:
        """Return the links of a unit (None: of all), oldest first; with ``retired``, the unlinked ones as well."""
        rows = self._all(_LINKS) if unit is None else self._all(_OF_UNIT, {"unit": unit})
        return tuple(link_of(row) for row in rows if retired or row.retired_at is None)

    def listing(self, listing: ListingId) -> Link:
        """Return one link, retired or not.

        Raises:
            UsageError: there is no such listing.
        """
        row = self._first(LINK.where(listings.c.id == listing))
        if row is None:
            msg = f"there is no listing {listing[:_LONGEST_NAME]!r}"
            raise UsageError(msg, advice="`channelsync unit show UNIT` lists them.")
        return link_of(row)

    def retire_listing(self, listing: ListingId, *, at: datetime) -> None:
        """Mark a listing as unlinked: it is no longer due; its rows stay. What becomes of its claims `save` is told."""
        unit = self.listing(listing).unit
        self._run(
            update(listings).where(listings.c.id == listing, listings.c.retired_at.is_(None)).values(retired_at=at)
        )
        self._run(due.delete().where(due.c.listing_id == listing))
        self._changed(unit)

    def set_options(self, listing: ListingId, options: Mapping[str, object]) -> None:
        """Replace a link's settings.

        Raises:
            UsageError: they are too long, or there is no such listing.
        """
        self._run(update(listings).where(listings.c.id == listing).values(options=_options(options)))
        self._changed(self.listing(listing).unit)

    def reroute(
        self,
        listing: ListingId,
        route: str,
        *,
        account: AccountId | None,
        external_id: str,
        options: Mapping[str, object],
        at: datetime,
    ) -> Link:
        """Let a listing be read and written by another route from now on; it is due at once.

        Raises:
            UsageError: there is no such listing, or the options are too long.
        """
        values = {"route": route, "account_id": account, "external_id": external_id, "options": _options(options)}
        self._run(update(listings).where(listings.c.id == listing).values(**values, linked_at=at))
        link = self.listing(listing)
        self._changed(link.unit)
        return link

    def _changed(self, unit: UnitId) -> None:
        """Note that a unit is linked otherwise: a state loaded before is none of it any more."""
        self._loaded.pop(unit, None)
        self._renew(unit)

    def set_validators(self, listing: ListingId, *, etag: str, last_modified: str) -> None:
        """Keep what the platform wants to see in the next conditional request."""
        values = {"etag": etag[:500], "last_modified": last_modified[:500]}
        self._run(update(listings).where(listings.c.id == listing).values(values))


def _name(text: str) -> str:
    text = " ".join(text.split())
    if not text or len(text) > _LONGEST_NAME or not text.isprintable():
        msg = f"not a name: {text[:_LONGEST_NAME]!r}"
        raise UsageError(msg, advice=f"Give 1 to {_LONGEST_NAME} characters.")
    return text


def _name_key(name: str) -> str:
    """Return what two names of one owner may not share; a name without Latin letters is compared as it is."""
    return slug(name) or " ".join(name.split()).casefold()


def _options(options: Mapping[str, object] | None) -> dict[str, object]:
    found = dict(options or {})
    try:
        long = len(json.dumps(found)) > _LONGEST_OPTIONS
    except (TypeError, ValueError):
        long = True
    if long:
        msg = "the options of a listing are too long, or are not plain data"
        raise UsageError(msg)
    return found


def _unit(row: Row[Any]) -> Unit:
    return Unit(UnitId(row.id), OwnerId(row.owner_id), row.name, row.timezone, row.turnover)


def link_of(row: Row[Any]) -> Link:
    """Return the link that a row of `LINK` holds."""
    return Link(
        ListingId(row.id),
        UnitId(row.unit_id),
        ChannelName(row.channel),
        row.label,
        row.route,
        row.linked_at,
        row.options,
        AccountId(row.account_id) if row.account_id else None,
        row.external_id,
        row.retired_at,
        row.etag,
        row.last_modified,
    )
