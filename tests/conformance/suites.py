"""The suites of the plugins that come with the product, written as another author would write one."""

from __future__ import annotations

from pathlib import Path

import channelsync_airbnb
import channelsync_booking
import channelsync_greengo
from channelsync import builtin
from channelsync.testing.conformance import ConformanceSuite
from tests.support import ROOT

__all__ = ["PAGES", "Abritel", "Airbnb", "Booking", "Greengo", "Ical", "Titled"]


class Airbnb(ConformanceSuite):
    """Airbnb keeps the rules."""

    plugin = channelsync_airbnb.plugin


class Booking(ConformanceSuite):
    """Booking.com keeps the rules."""

    plugin = channelsync_booking.plugin


class Greengo(ConformanceSuite):
    """GreenGo keeps the rules."""

    plugin = channelsync_greengo.plugin


class Ical(ConformanceSuite):
    """The built-in channel keeps the rules."""

    plugin = builtin.plugin


class Abritel(ConformanceSuite):
    """The preset of the built-in channel that its simulator is an example of keeps the rules."""

    plugin = builtin.plugin
    options = {"preset": "abritel"}  # noqa: RUF012 - as an author writes it


class Titled(ConformanceSuite):
    """An owner who names the titles of guests and of blocks breaks no rule by that."""

    plugin = builtin.plugin
    options = {"preset": "abritel", "guest_titles": "Réservée", "block_titles": "Indisponible"}  # noqa: RUF012


PAGES: dict[type[ConformanceSuite], Path] = {
    Airbnb: ROOT / "packages/channelsync-airbnb/CONFORMANCE.md",
    Booking: ROOT / "packages/channelsync-booking/CONFORMANCE.md",
    Greengo: ROOT / "packages/channelsync-greengo/CONFORMANCE.md",
    Ical: ROOT / "packages/channelsync-core/CONFORMANCE.md",
}
"""Where the page of each plugin is."""
