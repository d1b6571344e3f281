"""Today and the days after it: who comes, who goes, and where both happen on one day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final, Literal, final

from attrs import frozen

from channelsync.inventory import Unit
from channelsync.manager import ClaimReport

__all__ = ["DAYS", "Agenda", "Day", "Line", "agenda"]

DAYS: Final = 7
"""Today and the six days after it."""

Doing = Literal["turnover", "arrival", "departure", "block", "staying"]


@final
@frozen
class Line:
    """What happens in one lodging on one day."""

    unit: Unit
    what: Doing
    coming: tuple[ClaimReport, ...] = ()
    going: tuple[ClaimReport, ...] = ()

    @property
    def claims(self) -> tuple[ClaimReport, ...]:
        """Everything it is about, who goes first."""
        return self.going + self.coming

    @property
    def sure(self) -> bool:
        """Whether none of these may be a mere closing: platforms do not always say."""
        return all(one.kind != "closure" for one in self.claims)


@final
@frozen
class Day:
    """One day of the agenda; the first one is today."""

    day: date
    lines: tuple[Line, ...]


@final
@frozen
class Agenda:
    """The days on which something happens; today is always among them."""

    days: tuple[Day, ...]


def agenda(units: Iterable[Unit], claims: Iterable[ClaimReport], today: date) -> Agenda:
    """Return what happens from today on; copies and doubtful dates are left to the questions about them."""
    firm = [one for one in claims if one.standing == "firm" and one.kind != "hold"]
    lodgings = list(units)
    days = [today + timedelta(days=offset) for offset in range(DAYS)]
    found = [Day(day, tuple(_lines(lodgings, firm, day, today))) for day in days]
    return Agenda(tuple(one for one in found if one.lines or one.day == today))


def _lines(units: Iterable[Unit], claims: list[ClaimReport], day: date, today: date) -> Iterator[Line]:
    for unit in units:
        mine = [one for one in claims if one.unit.id == unit.id]
        guests = [one for one in mine if one.kind != "block"]
        coming = tuple(one for one in guests if one.stay.arrival == day)
        going = tuple(one for one in guests if one.stay.departure == day)
        if coming or going:
            what: Doing = "turnover" if coming and going else "arrival" if coming else "departure"
            yield Line(unit, what, coming, going)
        blocks = tuple(one for one in mine if one.kind == "block" and one.stay.arrival == day)
        if blocks:
            yield Line(unit, "block", blocks)
        staying = tuple(one for one in mine if one.stay.arrival < day < one.stay.departure)
        if staying and day == today:
            yield Line(unit, "staying", staying)
