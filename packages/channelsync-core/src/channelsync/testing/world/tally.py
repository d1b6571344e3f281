"""What a life has shown, in numbers that can be added up over many lives.

Durations are counted in whole minutes, so that the median of ten thousand lives is exact and small to keep.
"""

from __future__ import annotations

from collections import Counter
from typing import Self, cast, final

from attrs import define, field, fields

__all__ = ["Durations", "Tally"]


@final
@define
class Durations:
    """How long something took, over and over: minutes and how often."""

    minutes: Counter[int] = field(factory=Counter[int])

    def add(self, minutes: float, times: int = 1) -> None:
        """Count one, or several alike."""
        self.minutes[max(0, round(minutes))] += times

    @property
    def count(self) -> int:
        """How many there are."""
        return self.minutes.total()

    def percentile(self, share: float) -> int | None:
        """Return the smallest duration that so large a share does not exceed, in minutes; None where there is none."""
        wanted = share * self.count
        passed = 0
        for minutes in sorted(self.minutes):
            passed += self.minutes[minutes]
            if passed >= wanted:
                return minutes
        return None

    @property
    def longest(self) -> int | None:
        """The longest of them in minutes, None where there is none."""
        return max(self.minutes, default=None)

    def __add__(self, other: Self) -> Durations:
        """Return both together."""
        return Durations(self.minutes + other.minutes)


def _many() -> dict[str, Durations]:
    return {}


@final
@define
class Tally:
    """Counts of one life or of many.

    ``found`` counts the real double bookings by the certainty they were told with, ``undecidable`` those nobody could
    tell, by the reason. ``exposed`` is the time from a sale to its nights being closed on a platform, by that platform;
    ``closing`` and ``opening`` the time until our calendars said so; ``kept`` the time that a night stayed closed with
    no true claim left, by what kept it.
    """

    lives: int = 0
    days: float = 0.0
    events: int = 0
    looks: int = 0
    left_out: int = 0
    proved: int = 0
    reservations: int = 0
    cancellations: int = 0
    moves: int = 0
    refused: int = 0
    acts: Counter[str] = field(factory=Counter[str])
    faults: Counter[str] = field(factory=Counter[str])
    revisions: int = 0
    writes: int = 0
    acknowledged: int = 0
    answers: int = 0
    """Questions of platforms that were answered with yes."""
    calls: int = 0
    notices: int = 0
    repeated_notices: int = 0
    real_conflicts: int = 0
    found: Counter[str] = field(factory=Counter[str])
    undecidable: Counter[str] = field(factory=Counter[str])
    false_conflicts: Counter[str] = field(factory=Counter[str])
    hidden_openings: int = 0
    """Openings of a sold night where more than one listing could have hidden the guest: counted, and rare."""
    left_in_doubt: int = 0
    """How often a sold night was not closed on a listing because the guest could not be told from a copy or an echo."""
    exposed: dict[str, Durations] = field(factory=_many)
    closing: Durations = field(factory=Durations)
    opening: Durations = field(factory=Durations)
    noticing: Durations = field(factory=Durations)
    """From the moment both sides of a double booking could be seen to its being told."""
    kept: dict[str, Durations] = field(factory=_many)
    broken: Counter[str] = field(factory=Counter[str])

    @property
    def property_years(self) -> float:
        """How many years of one lodging were played."""
        return self.days / 365

    def add(self, other: Tally) -> None:
        """Count another tally in."""
        for one in fields(Tally):
            mine, theirs = getattr(self, one.name), getattr(other, one.name)
            if one.name in _BY_NAME:
                _add(cast("dict[str, Durations]", mine), cast("dict[str, Durations]", theirs))
            else:
                setattr(self, one.name, mine + theirs)


_BY_NAME = frozenset({"exposed", "kept"})


def _add(mine: dict[str, Durations], theirs: dict[str, Durations]) -> None:
    for name, value in theirs.items():
        mine[name] = mine.get(name, Durations()) + value
