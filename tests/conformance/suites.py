"""The suites of the plugins that come with the product, written as another author would write one."""

from __future__ import annotations

from pathlib import Path

import channelsync_airbnb
import channelsync_booking
import channelsync_greengo
from channelsync import builtin
from channelsync.testing.conformance import ConformanceSuite, xfail
from tests.support import ROOT

__all__ = ["PAGES", "Abritel", "Airbnb", "AirbnbClassic", "Booking", "BookingXml", "Greengo", "Ical", "Titled"]


class Airbnb(ConformanceSuite):
    """Airbnb keeps the rules."""

    plugin = channelsync_airbnb.plugin


class AirbnbClassic(ConformanceSuite):
    """Airbnb keeps the rules where the calendar is written in its older form."""

    plugin = channelsync_airbnb.plugin
    fields = {"calendar": "classic"}  # noqa: RUF012 - as an author writes it


class Booking(ConformanceSuite):
    """Booking.com keeps the rules."""

    plugin = channelsync_booking.plugin


class BookingXml(ConformanceSuite):
    """Booking.com keeps the rules where reservations come in B.XML, but for those of a queue that keeps them."""

    plugin = channelsync_booking.plugin
    fields = {"messages": "bxml"}  # noqa: RUF012 - as an author writes it
    xfails = (
        xfail("queue.waits", reason="reading takes a message away; what is lost then is found in the summary"),
        xfail("queue.acknowledged", reason="there is no acknowledgement: reading has taken all that waited"),
        xfail("queue.fails", reason="there is no acknowledgement that could fail"),
    )


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
