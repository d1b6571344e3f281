"""Looks at a listing asleep are the looks that would have been made one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from attrs import evolve

from channelsync.cadence import begun, poll_wait
from channelsync.observation import Verdict
from channelsync.policy import DEFAULT_POLICY
from channelsync.state import ListingState
from channelsync.testing.plain import platform
from channelsync.testing.sandbox import Platform
from channelsync.testing.world.watch import Watch
from tests.unit.kernel.builders import listing

START = datetime(2027, 3, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
SKEW = timedelta(minutes=3)


def watched() -> tuple[Watch, ListingState, Platform]:
    """A listing whose last look changed nothing, and its platform."""
    there = platform(rng=Random(1))
    looked = START + SKEW
    state = listing(looked_at=looked, looked_before=looked - HOUR, complete_at=looked, health=begun(looked))
    state = evolve(state, verdict=Verdict.COMPLETE, stamp=looked, live_stamps=True)
    watch = Watch(steady=state, until=START + 9 * HOUR, lasting=START + 8 * HOUR, edits=there.edits, stamp=state.stamp)
    return watch, state, there


@pytest.mark.parametrize("minutes", [0, 1, 20, 240, 600])
def test_sleeping_is_noting_one_by_one(minutes: int) -> None:
    """At the same times, by the same draws, with the same state in the end."""
    due, before = START + timedelta(minutes=1), START + timedelta(minutes=minutes)
    (one, state, there), (many, *_) = watched(), watched()
    rng, looks, now = Random(5), 0, due
    while now < before:
        wait = poll_wait(rng.random(), DEFAULT_POLICY)
        one.note(there, now + SKEW, now, now + SKEW + wait, DEFAULT_POLICY)
        now, looks = now + wait, looks + 1
    assert many.doze(there, due, before, SKEW, Random(5), DEFAULT_POLICY) == (looks, now)
    assert many.noted(state, DEFAULT_POLICY) == one.noted(state, DEFAULT_POLICY)


def test_sleep_ends_where_the_calendar_may_be_another_one() -> None:
    """No look is left out that anything known to be coming could have changed."""
    watch, _, there = watched()
    watch.fall_asleep(there, START + 9 * HOUR, START, START + HOUR)
    assert watch.asleep == START + 8 * HOUR
    for ours, due in ((START + HOUR, START + HOUR), (START + 9 * HOUR, START + 8 * HOUR)):
        watch.asleep = None
        watch.fall_asleep(there, ours, START, due)
        assert watch.asleep is None
    watch.cached, watch.renewed = True, START + 3 * HOUR
    watch.version = ("another one",)  # the copy that is given shows what was so before
    watch.fall_asleep(there, START + 9 * HOUR, START, START + HOUR)
    assert watch.asleep is None
    watch.version, watch.fresh = (there.edition(START),), False
    watch.fall_asleep(there, START + 9 * HOUR, START, START + HOUR)
    assert watch.asleep == START + 3 * HOUR


def test_what_disturbs_a_sleep() -> None:
    """Another state, a change or a fault there, and what is read there and comes into force sooner."""
    watch, state, there = watched()
    watch.fall_asleep(there, START + 9 * HOUR, START, START + HOUR)
    assert not watch.is_disturbed(there, state)
    assert watch.is_disturbed(there, evolve(state))
    watch.lasting = START + 2 * HOUR
    assert watch.is_disturbed(there, state)
    watch.lasting = None
    assert watch.is_disturbed(there, state)
    watch.lasting = START + 8 * HOUR
    there.edits += 1
    assert watch.is_disturbed(there, state)
