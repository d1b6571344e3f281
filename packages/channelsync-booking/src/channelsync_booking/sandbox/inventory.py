"""Availability as Booking.com keeps it: for each room and night the rooms to sell, and two levels of being closed.

What connected software writes here closes and opens the rooms' `Platform`; what is sold there takes from the rooms to
sell, by the property's `Quirks`. The rules are documented unless it says otherwise; `rules` lists them with sources.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Final, final

import attrs
from attrs import define, field, frozen

from channelsync.nights import NO_NIGHTS, Nights, Stay
from channelsync.testing.sandbox import Platform
from channelsync_booking.sandbox.quirks import Quirks
from channelsync_booking.sandbox.register import Difference

__all__ = ["Availability", "Inventory", "Stock"]

_MOST: Final = 254
_YEARS: Final = 3


@final
@frozen
class Availability:
    """One room's night: how many can be sold, whether the room type is closed, whether its only own rate is."""

    to_sell: int = 1
    closed: bool = False
    rate_closed: bool = False

    @property
    def sellable(self) -> bool:
        """Whether a guest may book."""
        return self.to_sell > 0 and not self.closed and not self.rate_closed


@final
@frozen
class Stock:
    """All that says how a room's nights in a window are read back; equal stocks are read back alike."""

    listing: str
    window: Stay
    kept: tuple[tuple[date, Availability], ...]
    untouched: Availability
    elsewhere: Nights
    """The nights closed in the extranet, by whatever hand."""

    def __iter__(self) -> Iterator[tuple[date, Availability]]:
        """Yield the nights as they are read back: what the owner closed in the extranet is closed here too."""
        known = dict(self.kept)
        for night in self.window:
            kept = known.get(night, self.untouched)
            yield night, attrs.evolve(kept, closed=True) if kept.sellable and night in self.elsewhere else kept


@final
@define
class Inventory:
    """The availability of every room of a property."""

    platforms: Mapping[str, Platform]
    quirks: Quirks
    _nights: dict[str, dict[date, Availability]] = field(init=False, factory=dict[str, dict[date, Availability]])
    _shut: dict[str, Nights] = field(init=False, factory=dict[str, Nights])
    """By room, the nights that are closed in its `Platform` because of what is kept here."""
    _untouched: Availability = field(init=False, default=Availability())

    def at(self, listing: str, night: date) -> Availability:
        """Return what is kept of a night."""
        return self._nights.get(listing, {}).get(night, self._untouched)

    def write(self, listing: str, changes: Mapping[date, Mapping[str, int]], now: datetime) -> None:
        """Let connected software change nights: of each, only what is named."""
        for night, values in changes.items():
            self._nights.setdefault(listing, {})[night] = _changed(self.at(listing, night), values)
        self._enforce(listing, Nights.of(*changes), now)

    def follow(self, differences: Iterable[Difference], now: datetime) -> None:
        """Let bookings take rooms to sell, and cancellations give them back or not, by the property's switches."""
        for each in differences:
            for night in each.sold if self.quirks.decrements else NO_NIGHTS:
                self._sell(each.listing, night, self.at(each.listing, night).to_sell - 1)
            for night in each.freed:
                back = self.at(each.listing, night).to_sell + int(self.quirks.decrements)
                self._sell(each.listing, night, back if self.quirks.reopens else 0)
            self._enforce(each.listing, each.freed, now, only_ours=True)

    def reset(self, now: datetime) -> None:
        """Forget all that was loaded: no room to sell anywhere until it is loaded anew (seen in vendors' help)."""
        self._nights.clear()
        self._untouched = Availability(to_sell=0)
        for platform in self.platforms.values():
            today = platform.today(now)
            far = Stay(today - timedelta(days=1), today + timedelta(days=366 * _YEARS)).nights
            self._shut[platform.room] = far
            platform.write(far, NO_NIGHTS, now)

    def stock(self, listing: str, window: Stay, now: datetime) -> Stock:
        """Return a room's nights in a window, to be read back."""
        kept = tuple([(night, one) for night, one in self._nights.get(listing, {}).items() if night in window])
        elsewhere = self.platforms[listing].closed(now).within(window)
        return Stock(listing, window, kept, self._untouched, elsewhere)

    def _enforce(self, listing: str, nights: Nights, now: datetime, *, only_ours: bool = False) -> None:
        """Close and open a room's nights as they are kept; ``only_ours`` leaves alone what another hand closed."""
        opening = Nights.of(*(night for night in nights if self.at(listing, night).sellable))
        closing, shut = nights - opening, self._shut.get(listing, NO_NIGHTS)
        self._shut[listing] = (shut | closing) - opening
        self.platforms[listing].write(closing, opening & shut if only_ours else opening, now)

    def _sell(self, listing: str, night: date, to_sell: int) -> None:
        """Set the rooms to sell of a night."""
        limited = min(max(to_sell, 0), _MOST)
        kept = attrs.evolve(self.at(listing, night), to_sell=limited)
        self._nights.setdefault(listing, {})[night] = kept


def _changed(before: Availability, values: Mapping[str, int]) -> Availability:
    """Return a night after a change; 255 is without limit, more is kept as 254."""
    after = before
    if (to_sell := values.get("roomstosell")) is not None:
        after = attrs.evolve(after, to_sell=to_sell if to_sell <= _MOST + 1 else _MOST)
    if (closed := values.get("closed")) is not None:
        after = attrs.evolve(after, closed=bool(closed))
    if (closed := values.get("rate closed")) is not None:
        after = attrs.evolve(after, rate_closed=bool(closed))
    return after
