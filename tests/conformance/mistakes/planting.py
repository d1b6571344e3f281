"""How a mistake is planted: a good plugin is taken and one thing in it made wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import EntryPoint

from attrs import evolve, frozen

from channelsync.adapter import ChannelPlugin, FeedLook, FeedRoute, FeedSource, Flow, discover
from channelsync.testing.conformance import Candidate

__all__ = ["Mistake", "Twisted", "candidate", "fed", "good", "mistakes_of", "planted"]


@frozen
class Mistake:
    """A plugin with a mistake, the rule that finds it, and which good plugin it was made from."""

    name: str
    rule: str
    base: str
    make: Callable[[], Candidate]


def planted(rule: str, base: str = "ical") -> Callable[[Callable[[], Candidate]], Mistake]:
    """Make a mistake of a function that returns the broken plugin."""
    return lambda make: Mistake(make.__name__, rule, base, make)


def mistakes_of(module: object) -> list[Mistake]:
    """Every mistake of a module."""
    return [value for value in vars(module).values() if isinstance(value, Mistake)]


def good(name: str) -> ChannelPlugin:
    """An installed plugin without a mistake."""
    return discover().get(name)


@cache
def candidate(name: str) -> Candidate:
    """The good plugin as the kit meets it."""
    return Candidate(good(name))


def points(name: str) -> tuple[EntryPoint, ...]:
    """The entry points of the good plugin."""
    return candidate(name).entry_points()


@frozen
class Twisted:
    """A feed's route whose look is made by something of its own; for the rest it is the good one."""

    good: FeedRoute
    twist: Callable[[FeedRoute, FeedSource, object], Flow[FeedLook]]

    @property
    def dialect(self):
        """How the platform writes."""
        return self.good.dialect

    @property
    def traits(self):
        """Its habits."""
        return self.good.traits

    @property
    def imports_every(self):
        """How often it reads our calendar."""
        return self.good.imports_every

    def knows_prodid(self, prodid):
        """Whether a calendar is the platform's."""
        return self.good.knows_prodid(prodid)

    def look(self, source, at):
        """Look in the way that is wrong."""
        return self.twist(self.good, source, at)


def fed(name: str = "ical", *, dialect: dict | None = None, traits: dict | None = None, twist=None) -> Candidate:
    """A plugin whose feed is the good one's with other habits, another dialect, or a look of its own."""
    plugin = good(name)
    route = plugin.route()
    route = evolve(
        route, dialect=evolve(route.dialect, **(dialect or {})), traits=evolve(route.traits, **(traits or {}))
    )
    feed = route if twist is None else Twisted(route, twist)
    broken = evolve(plugin, feed=feed, configure=None, api=None, capabilities=plugin.capabilities & FEEDS)
    return Candidate(broken, points=points(name))


FEEDS = good("ical").capabilities
"""What a plugin with a feed alone can do."""
