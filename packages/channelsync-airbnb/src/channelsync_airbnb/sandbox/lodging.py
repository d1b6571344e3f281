"""One listing as the API keeps it, over its `Platform`: links, written nights, and what is not in force yet.

``available`` overrides the listing's rules, ``default`` complies with them (quoted): nights written ``available`` can
be booked through the account although an availability rule closes them. The calendar feed does not show that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, final

from attrs import define, field, frozen

from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.testing import Platform, Refusal, Reservation
from channelsync.testing.export import horizon
from channelsync_airbnb.sandbox.ways import OverStay

__all__ = ["RULED", "Lodging", "Mark", "Shown", "Write"]

RULED: Final = frozenset({"preparation", "advance notice", "beyond the booking window", "not opened yet"})
"""The reasons to close nights that are availability rules of the listing."""


@final
@frozen
class Mark:
    """What a software said with a closing: notes, why, and on which platform the night is sold."""

    notes: str = ""
    busy_subtype: str = ""
    platform: str = ""
    other_platform_name: str = ""


@final
@frozen
class Write:
    """What a call writes: nights to close, nights to open, those of them that override rules, and the notes."""

    closing: Nights
    opening: Nights
    overriding: Nights = NO_NIGHTS
    marks: Mapping[date, Mark] = field(factory=dict[date, Mark])

    @property
    def nights(self) -> Nights:
        """All nights it is about."""
        return self.closing | self.opening

    def part(self, kept: Nights) -> Write:
        """Return what it says of some nights."""
        marks = {night: mark for night, mark in self.marks.items() if night in kept}
        return Write(self.closing & kept, self.opening & kept, self.overriding & kept, marks)

    def first(self) -> Write:
        """Return what it says of its first night."""
        night = self.nights.first
        return self.part(Nights.of(night) if night else NO_NIGHTS)


@final
@frozen
class Shown:
    """A listing's calendar as the API shows it: nights closed, nights set to override rules, notes."""

    closed: Nights
    overriding: Nights
    marks: Mapping[date, Mark]


@final
@define(eq=False)
class Lodging:
    """One listing of the account."""

    listing: str
    platform: Platform
    category: str | None
    """``synchronization_category``: ``sync_all`` once a software has linked it."""
    zone: str = "Europe/Paris"
    """Its IANA zone."""
    overriding: Nights = NO_NIGHTS
    marks: dict[date, Mark] = field(factory=dict[date, Mark])
    """What was said with the closings, the last for each night."""
    coming: list[tuple[datetime, Write, OverStay]] = field(factory=list[tuple[datetime, Write, OverStay]])
    """Writes that are accepted and not in force yet."""

    @property
    def linked(self) -> bool:
        """Whether a software keeps it: only then is it asked and told."""
        return self.category == "sync_all"

    def settle(self, now: datetime) -> None:
        """Let accepted writes come into force, each at its own time."""
        due = [each for each in self.coming if each[0] <= now]
        self.coming = [each for each in self.coming if each[0] > now]
        for at, write, over in due:
            self.write(write, over, at)

    def write(self, write: Write, over: OverStay, now: datetime) -> None:
        """Put a write into force."""
        if over is OverStay.SKIPPED:
            write = write.part(write.nights - self.platform.sold(now))
        self.overriding = (self.overriding | write.overriding) - (write.nights - write.overriding)
        self.marks |= write.marks
        for night in write.opening:
            self.marks.pop(night, None)
        self.platform.write(write.closing, write.opening, now)

    def shown(self, now: datetime, *, rules: bool) -> Shown:
        """Return its calendar now; ``rules`` says whether nights that only a rule closes count as closed."""
        reasons = self.platform.reasons(now)
        firm = Nights.union(nights for why, nights in reasons.items() if why not in RULED)
        ruled = Nights.union(nights for why, nights in reasons.items() if why in RULED) if rules else NO_NIGHTS
        closed = self.platform.sold(now) | firm | (ruled - self.overriding)
        return Shown(closed, self.overriding - closed, dict(self.marks))

    def free(self, stay: Stay, now: datetime) -> bool:
        """Whether Airbnb itself would sell a stay now."""
        return self.platform.bookable(now, stay) or self._overridden(stay, now)

    def take(self, stay: Stay, now: datetime, code: str) -> Reservation | Refusal:
        """Sell a stay under a code that was told already, unless it is no longer free."""
        return self.platform.book(stay, now, force=self._overridden(stay, now), code=code)

    def _overridden(self, stay: Stay, now: datetime) -> bool:
        """Whether nothing but overridden rules stands in the way."""
        today = self.platform.today(now)
        end = horizon(self.platform.habits, today)
        closed = self.shown(now, rules=True).closed
        reached = today <= stay.arrival and stay.departure <= end
        return reached and bool(stay.nights & self.overriding) and not stay.nights & closed
