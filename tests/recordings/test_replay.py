"""Recordings replayed: what is decided on them stays what it is, and every step keeps the law.

The expected figures are in the repository, the recordings are not: without them, in CI as elsewhere, only the page is
checked against the figures.
"""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from channelsync.cli.replay import Replay
from channelsync.ids import ChannelName
from channelsync.nights import NO_NIGHTS
from channelsync.observation import Observation
from channelsync.state import Did
from tests.recordings import answers, page, playing
from tests.recordings.playing import TRACES, WHY_ABSENT, Played

WRONG = {
    "empty": Observation(answers.LONG_AGO),
    "unusable": Observation(answers.LONG_AGO, failure="not a calendar"),
}


def recorded(known: dict[str, Any]) -> pytest.MarkDecorator:
    """Each recording by its name; none where they are not there."""
    return pytest.mark.parametrize("name", known or [None])


def there(name: str | None) -> str:
    """The name of a recording, if there is any."""
    if name is None:
        pytest.skip(WHY_ABSENT)
    return name


# --- the figures ------------------------------------------------------------------------------------------------------
def test_page_shows_the_expected_figures() -> None:
    """The page of the documentation is written from the expected figures, and current."""
    assert page.PAGE.read_text(encoding="utf-8") == page.rendered(page.expected()), "run: python -m tests.recordings"


def test_figures_are_counts() -> None:
    """Nothing but counts is kept of a recording: no date, no link, no name of a guest."""
    figures = page.expected()
    assert set(figures) == {"recordings", "answers"}
    assert all(type(value) is int for names in figures.values() for found in names.values() for value in found.values())


def test_everything_recorded_is_expected() -> None:
    """A recording that is added or taken away changes the expected figures."""
    there(next(iter(TRACES), None))
    figures = page.expected()
    assert set(figures["recordings"]) == set(TRACES)
    assert set(figures["answers"]) == set(answers.FEEDS)


@recorded(TRACES)
def test_recording_is_decided_as_expected(name: str | None) -> None:
    """Claims, releases by case, conflicts and all other figures are the expected ones."""
    name = there(name)
    assert playing.figures(name) == page.expected()["recordings"][name]


@recorded(answers.FEEDS)
def test_answer_is_read_as_expected(name: str | None) -> None:
    """A single answer gives the expected events, claims and nights, or is refused."""
    name = there(name)
    assert answers.figures(name) == page.expected()["answers"][name]


@recorded(TRACES)
def test_command_plays_the_same(name: str | None) -> None:
    """Playing again, by the command's own way, tells the same findings in the same order."""
    name = there(name)
    found = playing.recording(name)
    replay = Replay([found], {ChannelName(found.channel): playing.traits(name)})
    told = [finding for _, finding in replay if finding.did is not Did.CONFLICT]
    assert told == playing.whole(name).findings
    assert replay.looks == playing.whole(name).figures["looks"]


# --- the law ----------------------------------------------------------------------------------------------------------
@recorded(TRACES)
def test_every_look_keeps_the_law(name: str | None) -> None:
    """Nothing shown is opened, nothing too early, no rolling end is claimed, an unusable look changes nothing."""
    assert playing.whole(there(name)).broken == []


@recorded(TRACES)
def test_fewer_looks_open_nothing_earlier(name: str | None) -> None:
    """With most looks left out and others spoilt, nothing is opened that any of them still shows.

    When it is opened may differ by hours: which case it is, and so how long to wait, depends on what the looks met.
    """
    name, seed = there(name), random.randrange(2**32)
    print(f"seed {seed}")
    thin = playing.play(name, playing.thinned(seed))
    assert thin.broken == [], f"seed {seed}"
    assert thin.figures["unusable"] > playing.whole(name).figures["unusable"]
    assert not earlier(thin, playing.whole(name)), f"seed {seed}"


def earlier(thin: Played, whole: Played) -> list[str]:
    """What was opened with fewer looks while it was still claimed and shown with all of them."""
    return [
        f"{one.at} {one.nights}: {one.why}"
        for one in thin.findings
        if one.did is Did.RELEASE and one.nights.overlaps(whole.standing_at(one.at))
    ]


@recorded(TRACES)
def test_few_looks_keep_the_law(name: str | None) -> None:
    """With one look in seven, whole answers go unseen; still every look keeps the law."""
    name, seed = there(name), random.randrange(2**32)
    print(f"seed {seed}")
    few = playing.play(name, playing.sparse(seed))
    assert few.figures["claim"]
    assert few.broken == [], f"seed {seed}"


@pytest.mark.parametrize("wrong", WRONG)
@recorded(answers.FEEDS)
def test_wrong_answer_after_a_true_one_frees_nothing(name: str | None, wrong: str) -> None:
    """Two hours of empty answers, or of answers that are none, free no night that a true one had shown."""
    before = answers.begun(there(name))
    after = answers.later(before, WRONG[wrong], hours=2)
    today = after.unit.today(answers.observed(there(name)).at + timedelta(hours=2))
    claimed = before.listings[0].claimed.since(today)
    assert claimed - after.listings[0].claimed == NO_NIGHTS
