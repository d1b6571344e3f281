"""Alterations: changes of dates that wait for the other side's word.

``GET /v2/reservation_alterations?confirmation_codes[]=``, ``GET`` and ``PUT /v2/reservation_alterations/{id}`` with
``ACCEPTED``, ``DECLINED`` or ``CANCELED``, while it is ``PENDING`` (quoted). The reservation keeps its nights until
then (inferred).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, final

from attrs import define, evolve, field, frozen

from channelsync.nights import Stay
from channelsync_airbnb.sandbox.answers import Json, moment
from channelsync_airbnb.sandbox.trips import ACCEPTED, Trip, Trips

__all__ = ["DECISIONS", "Alteration", "Alterations"]

DECISIONS: Final = frozenset({"ACCEPTED", "DECLINED", "CANCELED"})


@final
@frozen
class Alteration:
    """One asked-for change of dates."""

    number: int
    code: str
    listing: str
    stay: Stay
    by: str
    """``guest``, ``host`` or ``admin``."""
    created_at: datetime
    updated_at: datetime
    status: str = "PENDING"

    def told(self) -> Json:
        """Return it as the API writes it."""
        return {
            "id": self.number,
            "id_str": str(self.number),
            "confirmation_code": self.code,
            "listing_id": int(self.listing),
            "listing_id_str": self.listing,
            "status": self.status,
            "initiated_by": self.by,
            "start_date": self.stay.arrival.isoformat(),
            "end_date": self.stay.departure.isoformat(),
            "nights": self.stay.length,
            "created_at": moment(self.created_at),
            "updated_at": moment(self.updated_at),
        }


@final
@define
class Alterations:
    """All alterations of the account, by number."""

    by_number: dict[int, Alteration] = field(factory=dict[int, Alteration])

    def ask(self, trip: Trip, stay: Stay, by: str, now: datetime) -> Alteration:
        """Keep a new one."""
        made = Alteration(7_000_000 + len(self.by_number), trip.code, trip.listing, stay, by, now, now)
        self.by_number[made.number] = made
        return made

    def decide(self, alteration: Alteration, status: str, now: datetime) -> Alteration:
        """Give one its status."""
        decided = evolve(alteration, status=status, updated_at=now)
        self.by_number[decided.number] = decided
        return decided

    def renumber(self, listing: str, new: str) -> None:
        """Give a listing's alterations its new id."""
        for each in [each for each in self.by_number.values() if each.listing == listing]:
            self.by_number[each.number] = evolve(each, listing=new)

    def settle(self, trips: Trips, now: datetime) -> None:
        """Void what waits for a reservation that is gone."""
        for each in list(self.by_number.values()):
            if each.status == "PENDING" and trips.by_code[each.code].status != ACCEPTED:
                self.decide(each, "VOID", now)
