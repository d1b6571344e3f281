"""What a plugin hands over, and what can be asked of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx
import pytest
from attrs import evolve

from channelsync.adapter import (
    PROTOCOLS,
    Capability,
    ChannelPlugin,
    Dialect,
    FeedRoute,
    Flow,
    SecretUrl,
    implemented,
)
from channelsync.errors import PluginError, UsageError
from channelsync.ids import ChannelName
from channelsync.nights import Stay
from channelsync.traits import Traits
from channelsync_airbnb.sandbox import partner

FEED = FeedRoute(
    Dialect("Example"), Traits(hosts=("feeds.example.com", "*.example.fr"), imports_every=timedelta(hours=1))
)
PLUGIN = ChannelPlugin(ChannelName("example"), "Example", feed=FEED)


@pytest.mark.parametrize(
    "url, accepted",
    [
        ("https://feeds.example.com/1.ics", True),
        ("http://FEEDS.EXAMPLE.COM:8080/1.ics", True),
        ("https://www.example.fr/1.ics", True),
        ("https://www.example.fr.evil.net/1.ics", False),
        ("https://evilexample.fr/1.ics", False),
        ("https://example.com/feeds.example.com", False),
        ("https://feeds.example.com@evil.net/", False),
        ("http://127.0.0.1:8000/1.ics", None),
        ("http://[::1]/1.ics", None),
        ("http://localhost/1.ics", None),
    ],
)
def test_accepts_url(url: str, accepted: bool | None) -> None:
    """A link is the platform's by its host alone; of a rehearsal's address nothing is said."""
    assert PLUGIN.accepts_url(SecretUrl(url)) is accepted


def test_without_hosts_nothing_is_known() -> None:
    """A channel that names no hosts knows nothing of any link."""
    assert ChannelPlugin(ChannelName("any"), "Any").accepts_url(SecretUrl("https://example.com/")) is None


def test_knows_prodid() -> None:
    """A PRODID is judged by what it contains, and not at all where nothing is known."""
    route = FeedRoute(Dialect("Example"), Traits(prodids=("admin.example.com",)))
    assert route.knows_prodid(r"-//admin.example.com\\\, b.v.//NONSGML v1.0//EN") is True
    assert route.knows_prodid("-//Other//EN") is False
    assert FEED.knows_prodid("-//Other//EN") is None


def test_capabilities_of_a_feed() -> None:
    """A feed shows claims and takes ours; a plugin without a route can do nothing."""
    assert PLUGIN.implemented == {Capability.PULLS_CLAIMS, Capability.PUBLISHES_FEED}
    assert not ChannelPlugin(ChannelName("none"), "None").implemented


def test_every_capability_has_a_protocol() -> None:
    """Each capability means something in methods, and a route with those methods has it."""

    class Acknowledger:
        def waiting(self, access: object) -> Flow[None]:
            yield httpx.Request("GET", "https://example.com/")

        def acknowledge(self, access: object, codes: tuple[str, ...]) -> Flow[None]:
            yield httpx.Request("GET", "https://example.com/")

    class Looker:
        def look(self, source: object, at: datetime) -> Flow[None]:
            yield httpx.Request("GET", "https://example.com/")

    assert set(PROTOCOLS) == set(Capability)
    both = implemented([Acknowledger(), Looker()])
    assert both == {Capability.ACKNOWLEDGES_RESERVATIONS, Capability.PULLS_CLAIMS}


def test_route() -> None:
    """A plugin's route is its feed; options are for the channels that have some, and a feed for those that have one."""
    assert PLUGIN.route() is FEED
    assert PLUGIN.traits.imports_every == timedelta(hours=1)
    with pytest.raises(UsageError, match="no option 'echo'"):
        PLUGIN.route({"echo": "never"})
    with pytest.raises(UsageError, match="no calendar feed"):
        ChannelPlugin(ChannelName("none"), "None").route()


@pytest.mark.parametrize("name", ["", "Airbnb", "a b", "../x", "a" * 40, "9gag"])
def test_names(name: str) -> None:
    """A channel's name is a short plain word: it ends up in commands, files and URLs."""
    with pytest.raises(UsageError):
        ChannelPlugin(ChannelName(name), "Bad")


def test_deep_links() -> None:
    """A page of the platform is linked where it is known, with ids escaped."""
    plugin = ChannelPlugin(
        ChannelName("example"),
        "Example",
        calendar_page="https://example.com/c/{listing}?from={arrival}&to={departure}",
        reservation_page="https://example.com/r/{code}",
    )
    stay = Stay.parse("2027-04-01/2027-04-05")
    assert plugin.deep_link(listing="a/b", stay=stay) == "https://example.com/c/a%2Fb?from=2027-04-01&to=2027-04-05"
    assert plugin.deep_link(code="HM1") == "https://example.com/r/HM1"
    assert plugin.deep_link(listing="1") is None
    assert PLUGIN.deep_link(listing="1", stay=stay, code="HM1") is None


def test_title_in_english() -> None:
    """A brand is the same in both languages."""
    assert PLUGIN.title_en == "Example"


def test_sandbox() -> None:
    """The simulator is imported when asked for; a plugin without one, or with a broken one, says so."""
    at = ChannelPlugin(ChannelName("example"), "Example", sandbox="channelsync.nights:Stay")
    assert at.load_sandbox() is Stay
    for broken in ("", "no_such_package.sandbox:platform", "channelsync.nights:nothing", "::"):
        with pytest.raises(PluginError):
            ChannelPlugin(ChannelName("example"), "Example", sandbox=broken).load_sandbox()


def test_partner() -> None:
    """The simulator of an API stands beside the other; a plugin without an API, or without one of it, says so."""
    at = ChannelPlugin(ChannelName("example"), "Example", api=object(), sandbox="channelsync_airbnb.sandbox:platform")
    assert at.load_partner() is partner
    for without in (evolve(at, api=None), evolve(at, sandbox=""), evolve(at, sandbox="channelsync.nights:Stay")):
        with pytest.raises(PluginError):
            without.load_partner()
