"""Who reads a published calendar: what never is proof, whatever else a request says; and rhythms."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from channelsync.adapter import FeedReader, discover
from channelsync.errors import UsageError
from channelsync.ledger import Visits
from channelsync.manager.visitors import Asked, Visitor, client_name, learned, rhythm, visitor

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
READERS = [reader for plugin in discover().plugins for reader in plugin.readers]
READERS_OF = {plugin.name: plugin.readers for plugin in discover().plugins}
TOOLS = (
    "curl/8.5.0",
    "Wget/1.21",
    "python-requests/2.31",
    "python-httpx/0.28",
    "Python-urllib/3.11",
    "PostmanRuntime/7.36",
    "WhatsApp/2.23.20.0 A",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "TelegramBot (like TwitterBot)",
    "Twitterbot/1.0",
    "Discordbot/2.0",
    "LinkedInBot/1.0",
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Google-Calendar-Importer",
    "Microsoft Office/16.0 (Microsoft Outlook 16.0)",
    "iOS/17.0 (21A329) dataaccessd/1.0",
    "channelsync/0.1.0 (+calendar sync)",
)
BROWSERS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Airbnb/25.01",
)
clients = st.one_of(st.text(max_size=400), st.sampled_from([*TOOLS, *BROWSERS, "AirbnbCalendarReader/1.0", "Java/17"]))
requests = st.builds(Asked, head=st.booleans(), client=clients, accept=st.text(max_size=40), fetch_site=st.text())


@given(requests)
def test_a_person_or_a_head_is_never_the_platform(asked: Asked) -> None:
    """Whatever it calls itself: what a browser sends with a visit, and HEAD, are no platform's."""
    for marked in (
        evolve(asked, fetch_site="none"),
        evolve(asked, accept="text/HTML,*/*"),
        evolve(asked, head=True),
    ):
        plain_java = asked.client.startswith("Java/") and not marked.fetch_site and not marked.head
        assert plain_java or visitor(marked, READERS) in {Visitor.PERSON, Visitor.TOOL}


@given(requests, st.sampled_from(BROWSERS))
def test_a_browser_is_never_the_platform(asked: Asked, browser: str) -> None:
    """Not even where the platform's name stands in it: a host reads in the platform's own app."""
    assert visitor(evolve(asked, client=browser), READERS) not in {Visitor.PLATFORM, Visitor.UNKNOWN}


@pytest.mark.parametrize("client", TOOLS)
def test_tools_are_told(client: str) -> None:
    """Tools, robots, previews, calendar programs and our own client are known as such, and never learned."""
    assert visitor(Asked(client=client), READERS) is Visitor.TOOL


@given(requests)
def test_only_who_names_a_platform_is_one_at_sight(asked: Asked) -> None:
    """Without a platform's name a request alone never makes a platform of anybody."""
    if visitor(asked, READERS) is Visitor.PLATFORM:
        assert visitor(asked, ()) in {Visitor.UNKNOWN, Visitor.TOOL}
    assert visitor(asked, ()) is not Visitor.PLATFORM


@given(requests)
def test_another_platforms_reader_is_never_this_ones(asked: Asked) -> None:
    """Whoever names another platform is not this one, also who names both."""
    both = evolve(asked, client=f"Airbnb-Importer/1.0 {asked.client[:100]}")
    airbnb, others = READERS_OF["airbnb"], [one for name in READERS_OF if name != "airbnb" for one in READERS_OF[name]]
    assert visitor(both, others, airbnb) not in {Visitor.PLATFORM, Visitor.UNKNOWN}
    assert visitor(Asked(client="Airbnb-Importer/1.0"), others, airbnb) is Visitor.OTHER
    assert visitor(Asked(client="Airbnb-Importer/1.0"), airbnb, others) is Visitor.PLATFORM


@given(st.text(max_size=2000))
def test_what_a_client_says_is_kept_short(text: str) -> None:
    """One printable line of at most 200 characters, also read again."""
    client = Asked(client=text).client
    assert len(client) <= 200
    assert client.isprintable()
    assert Asked(client=client).client == client or "…" in client


def test_versions_do_not_matter() -> None:
    """A new version of a client is the same client; another one is not."""
    assert client_name("Java/17.0.2") == client_name("Java/21.0.10") != client_name("okhttp/4.12.0")


def test_a_reader_without_a_name_is_refused() -> None:
    """No pattern may take everybody, or nobody, for the platform."""
    for pattern in ("", ".*", "x?"):
        with pytest.raises(UsageError):
            FeedReader(pattern, "nowhere")


Visit = tuple[datetime, str, str, bool]


def visit(hours: float, client: str = "Java/17", *, proof: bool = False, who: str = "unknown") -> Visit:
    """A fetch so many hours before now."""
    return NOW - hours * HOUR, client, who, proof


def came(visits: Sequence[Visit]) -> Callable[[datetime], list[Visits]]:
    """What the ledger counts of some fetches."""

    def since(begin: datetime) -> list[Visits]:
        found: dict[tuple[str, str, bool], list[datetime]] = defaultdict(list)
        for at, *alike in visits:
            if begin <= at <= NOW:
                found[alike[0], alike[1], alike[2]].append(at)
        return [Visits(*alike, len(times), min(times)) for alike, times in found.items()]

    return since


class TestLearning:
    """When a client that nothing is known of is taken for the platform."""

    def test_four_visits_over_six_hours(self) -> None:
        """Often enough and for long enough, both."""
        name = client_name("Java/17")
        assert learned(name, came([visit(6), visit(4), visit(2)]), NOW)
        assert not learned(name, came([visit(6), visit(2)]), NOW)
        assert not learned(name, came([visit(5.9), visit(4), visit(2)]), NOW)
        assert not learned(name, came([visit(0.1 * some) for some in range(50)]), NOW)

    def test_not_beside_somebody_else(self) -> None:
        """Not while another client proves, nor while another unknown one comes again and again."""
        mine = [visit(6), visit(4), visit(2)]
        name = client_name("Java/17")
        assert not learned(name, came([*mine, visit(40, "Airbnb", proof=True, who="platform")]), NOW)
        assert learned(name, came([*mine, visit(49, "Airbnb", proof=True, who="platform")]), NOW)
        assert not learned(name, came([*mine, visit(40, "okhttp"), visit(1, "okhttp")]), NOW)
        assert learned(name, came([*mine, visit(1, "okhttp"), visit(1, "curl/8", who="tool")]), NOW)

    def test_only_its_own_visits_count(self) -> None:
        """What a person, a HEAD or a clock that was ahead left behind teaches nothing."""
        for who in ("person", "tool", "browser", ""):
            assert not learned(
                client_name("Java/17"), came([visit(6, who=who), visit(4, who=who), visit(2, who=who)]), NOW
            )
        assert not learned(client_name("Java/17"), came([visit(6), visit(-4), visit(-2)]), NOW)

    def test_not_among_a_crowd(self) -> None:
        """Where more clients come than anybody could have given the address to, nobody is learned."""
        crowd = [visit(100, f"reader-{chr(97 + some // 26)}{chr(97 + some % 26)}") for some in range(250)]
        assert not learned(client_name("Java/17"), came([visit(6), visit(4), visit(2), *crowd]), NOW)

    @given(st.lists(st.tuples(st.floats(0, 100), st.sampled_from(["Java/17", "okhttp/4", "x"])), max_size=30))
    def test_never_two_at_once(self, drawn: list[tuple[float, str]]) -> None:
        """Whatever came before, at most one client can be learned by coming now."""
        visits = [visit(hours, client) for hours, client in drawn]
        assert sum(learned(client_name(one), came(visits), NOW) for one in ("Java/17", "okhttp/4", "x")) <= 1


class TestRhythm:
    """How often a platform comes."""

    def test_ten_gaps_are_needed(self) -> None:
        """Fewer say nothing."""
        times = [NOW + some * HOUR for some in range(11)]
        assert rhythm(times) == HOUR
        assert rhythm(times[:-1]) is None
        assert rhythm([]) is None

    def test_a_single_long_gap_among_many_is_left_out(self) -> None:
        """The rhythm holds in 95 of 100 cases: one outage among forty visits does not make a platform slow."""
        times = [NOW + some * HOUR for some in range(40)] + [NOW + 90 * HOUR]
        assert rhythm(times) == HOUR

    @given(st.lists(st.integers(0, 100_000), min_size=30, max_size=60, unique=True))
    def test_within_what_was_seen(self, minutes: list[int]) -> None:
        """It is one of the gaps seen, none of them negative, also where the clock was set back."""
        times = [NOW + some * MINUTE for some in minutes]
        found = rhythm(times)
        assume(found is not None)
        gaps = [late - early for early, late in pairwise(times)]
        assert found in gaps
        assert found > timedelta()
