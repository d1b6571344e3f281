"""The built-in channel: nothing is supposed of another platform, and its owner can say what they know."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channelsync.adapter import FeedRoute, SecretUrl
from channelsync.builtin.options import OPTIONS, configure
from channelsync.builtin.presets import PRESETS
from channelsync.builtin.settings import SETTINGS
from channelsync.claims import Kind
from channelsync.errors import UsageError
from channelsync.traits import EchoHabit, Horizon, Traits
from tests.unit.plugins.forms import ABRITEL, STAMP, calendar, days, plugin, seen, told

TITLES = (
    "Réservée - Prénom",
    "Réservée",
    "Indisponible",
    "Provisoire - Prénom",
    "Reserved - Name",
    "Blocked",
    "Tentative",
)


def titled(*titles: str) -> bytes:
    """A calendar in Abritel's form with an event per title, each of four nights."""
    events = []
    for number, title in enumerate(titles):
        stay = days(f"202704{1 + 4 * number:02d}", f"202704{5 + 4 * number:02d}")
        events.append((f"UID:{number}", STAMP, *stay, f"SUMMARY:{title}"))
    return calendar(ABRITEL, *events)


@pytest.mark.parametrize("preset", sorted(PRESETS))
def test_no_title_is_certain(preset: str) -> None:
    """In every preset all events may be guests, whatever their titles say."""
    observation = seen("ical", titled(*TITLES), options={"preset": preset})
    assert {kind for _, kind in told(observation)} == {"closure"}
    assert len(observation.events) == len(TITLES)


@pytest.mark.parametrize("preset", ["abritel", "vrbo"])
def test_unpaid_requests(preset: str) -> None:
    """Unpaid requests close nights and are noted once, with what to do and without a name."""
    notes = seen("ical", titled(*TITLES), options={"preset": preset}).notes
    assert len(notes) == 1
    assert notes[0].startswith("2 x ")
    assert "?nonTentative" in notes[0]
    assert "Prénom" not in notes[0]


def test_nothing_is_supposed() -> None:
    """Without options the route has the careful defaults, and no host is known."""
    route = configure({})
    assert route.traits == Traits()
    assert plugin("ical").accepts_url(SecretUrl("https://example.com/1.ics")) is None
    assert plugin("ical").several_per_unit


def test_options() -> None:
    """Each option changes the habit it names, over the preset's."""
    options = {
        "preset": "vrbo",
        "echo": "never",
        "empty_is_normal": "oui",
        "merges": "yes",
        "clips": "true",
        "horizon_months": "24",
        "imports_every": "30",
        "dates": "utc",
    }
    route = plugin("ical").route(options)
    assert isinstance(route, FeedRoute)
    assert route.traits.echo is EchoHabit.NEVER
    assert route.traits.empty_is_normal
    assert route.traits.merges
    assert route.traits.clips
    assert route.traits.horizon == Horizon(24, frozenset({Kind.BLOCK, Kind.CLOSURE}))
    assert route.traits.imports_every == route.imports_every == timedelta(minutes=30)
    assert route.traits.hosts == PRESETS["vrbo"].traits.hosts
    assert route.dialect.dates.value == "utc"
    assert configure({"horizon_months": "0", "empty_is_normal": "no"}).traits == Traits()


def test_titles_of_the_owners_choice() -> None:
    """An owner who is certain can say which titles are guests and which are not; all others stay open."""
    options = {"guest_titles": "réservée | reserved", "block_titles": "Indisponible"}
    kinds = [kind for _, kind in told(seen("ical", titled(*TITLES), options=options))]
    assert kinds == ["reservation", "reservation", "block", "closure", "reservation", "closure", "closure"]


@pytest.mark.parametrize(
    "options",
    [
        {"ecko": "never"},
        {"echo": "perhaps"},
        {"preset": "airbnb"},
        {"merges": "maybe"},
        {"horizon_months": "-1"},
        {"horizon_months": "37"},
        {"horizon_months": "1.5"},
        {"horizon_months": "²"},
        {"imports_every": "0"},
        {"imports_every": "99999999999999999999"},
        {"dates": "paris"},
        {"guest_titles": "taken", "block_titles": "Taken"},
        {"block_titles": "x" * 100},
        {"block_titles": "|".join(map(str, range(50)))},
    ],
)
def test_wrong_options(options: dict[str, str]) -> None:
    """What is unknown or impossible is refused, with what would have been possible: nothing is silently ignored."""
    with pytest.raises(UsageError) as caught:
        configure(options)
    assert caught.value.advice
    assert next(iter(options))[:5] in str(caught.value) or "title" in str(caught.value)


def test_every_option_has_a_field() -> None:
    """The form asks for the link and for each option, and its choices and defaults are accepted."""
    assert [setting.name for setting in SETTINGS] == ["feed", *OPTIONS]
    for setting in SETTINGS[1:]:
        for value in {*setting.choices, setting.default} - {""}:
            configure({setting.name: value})
    assert configure({setting.name: setting.default for setting in SETTINGS[1:]}).traits == Traits()
