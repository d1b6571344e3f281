"""What the indicators are computed from, and where they are kept: one row for each day, name and owner."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final, final

from attrs import frozen
from sqlalchemy import Integer, Row, case, delete, func, select

from channelsync.claims import Claim
from channelsync.ids import OwnerId, UnitId
from channelsync.ledger.claim_rows import claims_of
from channelsync.ledger.records import Measure
from channelsync.ledger.rows import Rows
from channelsync.ledger.service_tables import deliveries, measures
from channelsync.ledger.tables import claims, listings, observations, units

__all__ = ["Begun", "MeasureRows"]

_MEASURES: Final = select(measures, measures.c.count.label("number"))  # a row has a method called count


@final
@frozen
class Begun:
    """A claim that was first seen in some period, and whose it is."""

    owner: OwnerId
    unit: UnitId
    claim: Claim


class MeasureRows(Rows):
    """Counts over a period ``since <= at < until``, and measures of days."""

    def claims_begun(self, since: datetime, until: datetime) -> tuple[Begun, ...]:
        """Return the claims first seen in a period, those that have ended since as well."""
        chosen = select(claims, units.c.owner_id).join_from(claims, units, claims.c.unit_id == units.c.id)
        rows = self._all(chosen.where(claims.c.first_seen >= since, claims.c.first_seen < until))
        found = zip(rows, claims_of(rows), strict=True)
        return tuple(Begun(OwnerId(row.owner_id), UnitId(row.unit_id), claim) for row, claim in found)

    def count_looks(self, since: datetime, until: datetime) -> dict[OwnerId, tuple[int, int]]:
        """Return how many looks each owner's listings had, and how many of them were of no use."""
        failed = func.sum(case((observations.c.failure.is_not(None), 1), else_=0), type_=Integer())
        joined = (
            select(units.c.owner_id, func.count().label("looks"), failed.label("failed"))
            .join_from(observations, listings, observations.c.listing_id == listings.c.id)
            .join(units, listings.c.unit_id == units.c.id)
            .where(observations.c.at >= since, observations.c.at < until)
            .group_by(units.c.owner_id)
        )
        return {OwnerId(row.owner_id): (int(row.looks), int(row.failed)) for row in self._all(joined)}

    def count_deliveries(self, since: datetime, until: datetime, taken: str) -> dict[OwnerId, tuple[int, int]]:
        """Return how many tried messages to each owner ended, and how many not with the outcome ``taken``."""
        failed = func.sum(case((deliveries.c.outcome != taken, 1), else_=0), type_=Integer())
        chosen = (
            select(deliveries.c.owner_id, func.count().label("ended"), failed.label("failed"))
            .where(deliveries.c.done_at >= since, deliveries.c.done_at < until, deliveries.c.attempts > 0)
            .group_by(deliveries.c.owner_id)
        )
        return {OwnerId(row.owner_id): (int(row.ended), int(row.failed)) for row in self._all(chosen)}

    def put_measures(self, day: date, found: Iterable[Measure]) -> None:
        """Keep these as the measures of a day, in place of earlier ones of the same names."""
        rows = list(found)
        names = {one.name for one in rows}
        self._run(delete(measures).where(measures.c.day == day, measures.c.name.in_(names)))
        self._run(
            measures.insert(),
            [
                {
                    "day": day,
                    "name": one.name,
                    "owner_id": one.owner,
                    "count": one.count,
                    "total": one.total,
                    "worst": one.worst,
                    "spread": list(one.spread),
                }
                for one in rows
            ],
        )

    def measures(self, *, since: date, until: date, owner: str = "") -> tuple[Measure, ...]:
        """Return the measures of the days ``since <= day <= until``, oldest first; no owner is the installation."""
        chosen = _MEASURES.where(measures.c.day >= since, measures.c.day <= until, measures.c.owner_id == owner)
        return tuple(_measure(row) for row in self._all(chosen.order_by(measures.c.day, measures.c.name)))

    def measure(self, day: date, name: str) -> Measure | None:
        """Return one measure of the installation, None where there is none; a writer holds it until it commits."""
        chosen = _MEASURES.where(measures.c.day == day, measures.c.name == name, measures.c.owner_id == "")
        row = self._first(chosen.with_for_update() if self._locking else chosen)
        return None if row is None else _measure(row)

    def first_measured(self, name: str) -> date | None:
        """Return the first day of which there is such a measure, None where there is none."""
        return self._connection.execute(select(func.min(measures.c.day)).where(measures.c.name == name)).scalar()


def _measure(row: Row[Any]) -> Measure:
    return Measure(row.day, row.name, row.number, row.total, row.worst, tuple(row.spread), row.owner_id)
