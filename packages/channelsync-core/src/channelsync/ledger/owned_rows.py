"""All that belongs to one owner, wherever it stands: to be given to them whole, or to be forgotten whole.

Whose a row is follows from the columns of its table: an owner, a unit, a listing, an account. So a new table is found
without a word about it here. Secrets, notes and what waits in the inbox are found by the ids in their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import ColumnElement, Select, Table, and_, delete, or_, select, update

from channelsync.ids import OwnerId
from channelsync.ledger.rows import Rows
from channelsync.ledger.service_tables import METADATA, inbox, subscribers
from channelsync.ledger.tables import accounts, listings, meta, notices, owners, secrets, units

__all__ = ["OwnedRows", "belongs"]

_AT_ONCE: Final = 500
_PARTS: Final = re.compile(r"[:/]")


class OwnedRows(Rows):
    """What is one owner's."""

    def owned(self, table: str, columns: Sequence[str], owner: OwnerId) -> Iterator[Mapping[str, object]]:
        """Yield some columns of an owner's rows in a table, in the order of its key; none where a table is nobody's."""
        found = METADATA.tables[table]
        whose = belongs(found, owner)
        if whose is None:
            return
        chosen = select(*(found.c[name] for name in columns)).where(whose).order_by(*found.primary_key.columns)
        for row in self._connection.execute(chosen.execution_options(yield_per=_AT_ONCE)).mappings():
            yield dict(row)

    def owned_ids(self, owner: OwnerId) -> frozenset[str]:
        """Return the ids of an owner and of what is theirs: units, listings, accounts, devices."""
        of_units = select(listings.c.id).where(_of_units(listings, owner))
        mine = (select(one.c.id).where(one.c.owner_id == owner) for one in (units, accounts, subscribers))
        return frozenset({str(owner), *(row.id for chosen in (*mine, of_units) for row in self._all(chosen))})

    def hold_owner(self, owner: OwnerId) -> None:
        """Let nobody else write anything of an owner's until the end of this transaction."""
        self._first(select(owners.c.id).where(owners.c.id == owner).with_for_update())
        self._all(select(units.c.id).where(units.c.owner_id == owner).order_by(units.c.id).with_for_update())

    def forget_owner(self, owner: OwnerId) -> int:
        """Delete an owner with everything that is theirs, but for the audit trail; return how many rows that were."""
        own = self.owned_ids(owner)
        count = self._drop_named(select(meta.c.key), meta, own)
        count += self._drop_named(select(inbox.c.source).distinct(), inbox, own)
        count += self._drop_named(select(secrets.c.id).distinct(), secrets, own)
        for table in reversed(METADATA.sorted_tables):
            whose = belongs(table, owner)
            if whose is not None:
                count += self._run(delete(table).where(whose))
        self._known.forget()
        self._loaded.clear()
        return count

    def set_language(self, owner: OwnerId, language: str) -> None:
        """Note which language an owner reads."""
        self._run(update(owners).where(owners.c.id == owner).values(language=language))

    def _drop_named(self, names: Select[tuple[str]], table: Table, own: frozenset[str]) -> int:
        """Delete the rows of a table in whose names one of these ids stands."""
        found = [name for (name,) in self._all(names) if own & set(_PARTS.split(name))]
        column = names.selected_columns[0]
        lots = (found[start : start + _AT_ONCE] for start in range(0, len(found), _AT_ONCE))
        return sum(self._run(delete(table).where(column.in_(lot))) for lot in lots)


def belongs(table: Table, owner: OwnerId) -> ColumnElement[bool] | None:
    """Return what says that a row of a table is an owner's, None where its rows are nobody's, or the installation's."""
    found = None
    if table is owners:
        found = owners.c.id == owner
    elif "owner_id" in table.c:
        found = table.c.owner_id == owner
    elif table is notices:
        told = and_(notices.c.unit_id.is_(None), notices.c.data["owner"].as_string() == str(owner))
        found = or_(_of_units(notices, owner), told)
    elif "unit_id" in table.c:
        found = _of_units(table, owner)
    elif "listing_id" in table.c:
        found = table.c.listing_id.in_(select(listings.c.id).where(_of_units(listings, owner)))
    elif "account_id" in table.c:
        found = table.c.account_id.in_(select(accounts.c.id).where(accounts.c.owner_id == owner))
    return found


def _of_units(table: Table, owner: OwnerId) -> ColumnElement[bool]:
    return table.c.unit_id.in_(select(units.c.id).where(units.c.owner_id == owner))
