"""Example Cottages as a channel of channelsync: an imaginary platform that has a calendar link, and nothing else.

Fetching, reading and publishing are the core's. What is left to say is how this platform writes, and what its habits
are: data, but for two small functions. Where nothing is known the careful default stands, and is left out here.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from channelsync.adapter import Capability, ChannelPlugin, Dialect, FeedReader, FeedRoute, MailHint, Setting
from channelsync.claims import Kind
from channelsync.ical import DateRule, RawEvent
from channelsync.ids import ChannelName
from channelsync.traits import EchoHabit, Horizon, Traits

__all__ = ["plugin"]

_GUEST: Final = re.compile(r"(EC[0-9]{6})@cottages\.example")


def _kind(event: RawEvent) -> Kind:
    """Return a guest or a block for what only the platform writes so; anything else is taken, perhaps by a guest."""
    if _GUEST.fullmatch(event.uid):
        return Kind.RESERVATION
    return Kind.BLOCK if event.uid.startswith("closed-") and event.summary == "Closed" else Kind.CLOSURE


def _code(event: RawEvent) -> str:
    """Return the code that the guest was told."""
    found = _GUEST.fullmatch(event.uid)
    return found[1] if found else ""


plugin = ChannelPlugin(
    name=ChannelName("example-ical"),
    title="Example Cottages",
    protocol=(1, 0),
    feed=FeedRoute(
        Dialect("Example Cottages", dates=DateRule.UTC, kind=_kind, code=_code),
        Traits(
            identified=frozenset({Kind.RESERVATION}),  # the code stays with a reservation for life
            clips=True,  # a running stay is cut to begin today
            horizon=Horizon(12, frozenset({Kind.BLOCK})),  # beyond a year everything is shown as closed
            echo=EchoHabit.ECHOES,  # it sends back what it has imported
            echo_kinds=frozenset({Kind.BLOCK}),
            imports_every=timedelta(hours=2),
            hosts=("cottages.example",),
            prodids=("-//Example Cottages//",),
        ),
    ),
    capabilities=frozenset({Capability.PULLS_CLAIMS, Capability.PUBLISHES_FEED}),
    settings=(
        Setting(
            "feed",
            label_fr="Lien d’export du calendrier",
            label_en="Export link of the calendar",
            help_fr="Ce lien est secret : qui le connaît lit votre calendrier.",
            help_en="This link is secret: whoever has it reads your calendar.",
            secret=True,
            required=True,
        ),
    ),
    help_export_fr="Dans le calendrier du logement, ouvrez la page de synchronisation et copiez le lien d’export.",
    help_export_en="In the lodging's calendar, open the page about synchronising and copy the export link.",
    help_import_fr="À la même page, ajoutez un calendrier et collez-y le lien que channelsync vous donne.",
    help_import_en="On the same page, add a calendar and paste the link that channelsync gives you there.",
    reservation_page="https://cottages.example/host/reservations/{code}",
    mail_hints=(
        MailHint(("bookings@cottages.example",), "cottages.example", r"^New booking EC[0-9]{6}", "new"),
        MailHint(("bookings@cottages.example",), "cottages.example", r"^Cancelled booking EC[0-9]{6}", "cancelled"),
    ),
    readers=(FeedReader(r"ExampleCottagesCalendar/", "documented: the platform's page about calendars"),),
    sandbox="channelsync_example_ical.sandbox:platform",
)
"""What the entry point leads to."""
