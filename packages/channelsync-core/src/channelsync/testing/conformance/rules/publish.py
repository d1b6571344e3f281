"""Publishing: the platform reads the calendar that we publish, and its readings can be told from others'."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Final

from channelsync.adapter import Capability
from channelsync.ical import Entry, render
from channelsync.nights import Stay
from channelsync.testing.conformance.candidate import START, Candidate, night
from channelsync.testing.conformance.rule import Tier, demand, not_applicable, rule

__all__ = ["our_calendar_closes_there", "readers_are_told_apart", "rhythm_is_sane"]

_LONGEST: Final = timedelta(days=7)
_STRANGERS: Final = (
    "",
    "curl/8.9.1",
    "python-httpx/0.28.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "channelsync/0.1.0 (+calendar sync)",
)


@rule("publish.rhythm", Capability.PUBLISHES_FEED, tier=Tier.SILVER)
def rhythm_is_sane(candidate: Candidate) -> None:
    """The platform is expected to read our calendar at least once a week, and not more than once a minute.

    The owner is told how late a closing may be, and warned when the platform has stopped reading.

    Troubleshooting: ``Traits.imports_every``; where nothing is known leave it out, and the careful default stands.
    """
    if not candidate.has_feed:
        not_applicable("it has no feed")
    every = candidate.route().imports_every
    demand(timedelta(minutes=1) <= every <= _LONGEST, f"it is expected to read every {every}")


@rule("publish.closes", Capability.PUBLISHES_FEED, tier=Tier.SILVER)
def our_calendar_closes_there(candidate: Candidate) -> None:
    """The simulated platform reads our calendar and closes just its nights; a bad answer of ours opens none.

    Troubleshooting: the simulator must keep to its ``Habits``: this is ``Platform.imported_as`` and nothing of the
    plugin's own.
    """
    scene = candidate.feed()
    platform, ours = scene.platform, Stay(night(40), night(43))
    platform.link("https://calendars.example.org/ours.ics", scene.now)
    platform.imported_as("channelsync", 200, render([Entry(ours, "1@channelsync", START)], name="x"), scene.now)
    scene.pass_time(platform.habits.import_lag)
    closed = platform.closed(scene.now)
    demand(ours.nights <= closed, "our closing is not in force after the platform has read it")
    demand(night(39) not in closed and night(43) not in closed, "more is closed than we published")
    platform.imported_as("channelsync", 503, b"", scene.now)
    scene.pass_time(platform.habits.import_lag)
    demand(ours.nights <= platform.closed(scene.now), "a failed reading of our calendar opened its nights")


@rule("publish.readers", Capability.PUBLISHES_FEED, tier=Tier.SILVER)
def readers_are_told_apart(candidate: Candidate) -> None:
    """The clients told as the platform's readers are no browser, no tool and none of ours, and say how they are known.

    A reading by the platform is the proof that a night is closed there. A pattern that anybody matches proves nothing.

    Troubleshooting: ``FeedReader.client`` is searched in the User-Agent: write what only this platform's reader says.
    Leave ``readers`` empty where nothing is known; each listing's is then learned.
    """
    readers = candidate.plugin.readers
    if not readers:
        not_applicable("it names no reader: each listing's is learned")
    for reader in readers:
        pattern = re.compile(reader.client, re.IGNORECASE)
        strangers = [client for client in _STRANGERS if pattern.search(client)]
        demand(not strangers, f"the reader {reader.client!r} matches {strangers[:1]}")
        demand(reader.source.strip(), f"nobody says how the reader {reader.client!r} is known")
