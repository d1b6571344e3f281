"""Whether anything of an owner's has changed lately: one small question, asked every second while somebody watches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from hashlib import blake2s
from typing import Final

from sqlalchemy import String, cast, func, select

from channelsync.ids import OwnerId
from channelsync.ledger.ready import Among
from channelsync.ledger.rows import Rows
from channelsync.ledger.tables import fetches, listings, units

__all__ = ["PulseRows"]

_LAST_VISIT: Final = (
    select(func.max(fetches.c.at)).where(fetches.c.listing_id == listings.c.id).correlate(listings).scalar_subquery()
)
_MOST_OWNERS: Final = 500
_LINES: Final = Among(
    lambda those: (
        select(
            units.c.owner_id,
            units.c.id,
            units.c.version,
            listings.c.id.label("listing"),
            cast(listings.c.looks, String).label("looks"),
            _LAST_VISIT.label("visit"),
        )
        .select_from(units.outerjoin(listings, (listings.c.unit_id == units.c.id) & listings.c.retired_at.is_(None)))
        .where(units.c.owner_id.in_(those))
        .order_by(units.c.position, units.c.id, listings.c.position)
    )
)


class PulseRows(Rows):
    """What changes with everything that a page can show."""

    def pulses(self, owners: Collection[OwnerId]) -> Mapping[OwnerId, str]:
        """Return a word for each owner that is another one as soon as something of theirs has changed.

        It holds the version of each unit, the last look at each listing, and the platform's last visit there.
        """
        found = {one: blake2s(digest_size=8) for one in sorted(owners)[:_MOST_OWNERS]}
        lines: dict[OwnerId, list[str]] = defaultdict(list)
        for row in _LINES.all(self._connection, found):
            lines[OwnerId(row[0])].append(repr(tuple(row)[1:]))
        for owner, those in lines.items():
            found[owner].update("\n".join(those).encode())
        return {owner: word.hexdigest() for owner, word in found.items()}
