"""When to look next, and how well a platform is heard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from channelsync import cadence
from channelsync.cadence import Health, HealthEvent, HealthState, Told, after, begun, event_for, told
from channelsync.errors import (
    ChannelUnavailableError,
    CredentialRejectedError,
    ListingGoneError,
    RateLimitedError,
    UsageError,
    WireFormatError,
)
from channelsync.policy import Policy

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def heard(**changes) -> HealthState:
    """A listing looked at with success just now."""
    return evolve(after(begun(NOON), HealthEvent.LOOK_OK, NOON, 0), **changes)


def failing(event: HealthEvent, lasting: timedelta, state: HealthState | None = None) -> HealthState:
    """A listing whose every look ends like that, for so long."""
    state = state or heard()
    while state.next_at <= NOON + lasting:
        state = after(state, event, state.next_at, 0.5)
    return state


def test_begins_at_once() -> None:
    """A listing linked just now is looked at now."""
    assert begun(NOON).next_at == NOON
    assert begun(NOON).state is Health.BATCH


def test_polls_every_period() -> None:
    """A good look is followed by the next one within a poll period, brought forward by at most a tenth."""
    assert heard().next_at == NOON + 15 * MINUTE
    assert after(begun(NOON), HealthEvent.LOOK_OK, NOON, 0.5).next_at == NOON + 14.25 * MINUTE


def test_never_polls_faster_than_a_minute() -> None:
    """A policy of less than a minute is not followed."""
    fast = Policy(poll_every=timedelta(seconds=1))
    assert after(begun(NOON), HealthEvent.LOOK_OK, NOON, 0.9, fast).next_at == NOON + MINUTE


@pytest.mark.parametrize("jitter", [-0.1, 1, 7])
def test_jitter_is_a_fraction(jitter) -> None:
    """Jitter outside [0, 1) is the caller's mistake."""
    with pytest.raises(UsageError):
        after(begun(NOON), HealthEvent.LOOK_OK, NOON, jitter)


def test_one_failure_is_no_news() -> None:
    """After one failed look we try again within half a minute, and nobody is told: most wrong answers come singly."""
    state = after(heard(), HealthEvent.LOOK_FAILED, NOON + 15 * MINUTE, 0.99)
    assert state.next_at < NOON + 16 * MINUTE
    assert told(heard(), state) is None
    assert state.state is Health.BATCH


def test_degrades_when_it_lasts() -> None:
    """A listing that cannot be read for half an hour is degraded, and one good look brings it back."""
    state = failing(HealthEvent.LOOK_FAILED, 45 * MINUTE)
    assert state.state is Health.DEGRADED
    assert told(heard(), state) is Told.ENTERED_DEGRADED
    back = after(state, HealthEvent.LOOK_OK, state.next_at, 0)
    assert back.state is Health.BATCH
    assert back.failures == 0
    assert told(state, back) is Told.LEFT_DEGRADED


def test_a_night_switched_off_is_no_outage() -> None:
    """When the machine was off for hours, one failed look does not degrade: the failures must be several."""
    late = NOON + timedelta(hours=9)
    state = after(heard(), HealthEvent.LOOK_FAILED, late, 0)
    assert state.state is Health.BATCH
    for _ in range(2):
        state = after(state, HealthEvent.LOOK_FAILED, state.next_at, 0)
    assert state.state is Health.DEGRADED


def test_never_read_degrades_too() -> None:
    """A listing that was never read is measured from when it was linked."""
    assert failing(HealthEvent.LOOK_FAILED, 45 * MINUTE, begun(NOON)).state is Health.DEGRADED


def test_retry_after_is_obeyed() -> None:
    """The platform's own wait is kept, even where it is longer than our longest, and it is told when it blinds us."""
    state = after(heard(), HealthEvent.RATE_LIMITED, NOON, 0.5, retry_after=timedelta(hours=2))
    assert state.next_at >= NOON + timedelta(hours=2)
    assert state.state is Health.DEGRADED
    hinted = after(state, HealthEvent.HINT, NOON + MINUTE, 0)
    assert hinted.next_at == NOON + timedelta(hours=2)


def test_retry_after_survives_another_failure() -> None:
    """A look made too early, that fails, does not shorten the wait asked for."""
    state = after(heard(), HealthEvent.RATE_LIMITED, NOON, 0, retry_after=20 * MINUTE)
    again = after(state, HealthEvent.LOOK_FAILED, NOON + MINUTE, 0)
    assert again.next_at == NOON + 20 * MINUTE
    shorter = after(state, HealthEvent.RATE_LIMITED, NOON + MINUTE, 0, retry_after=MINUTE)
    assert shorter.next_at == NOON + 20 * MINUTE
    late = after(again, HealthEvent.LOOK_FAILED, NOON + 21 * MINUTE, 0)
    assert late.not_before is None


@pytest.mark.parametrize("wait", [None, timedelta(), timedelta(days=-3)])
def test_retry_after_of_nothing_is_a_failure(wait) -> None:
    """Asked to slow down without a usable wait, we back off as after any failure."""
    state = after(heard(), HealthEvent.RATE_LIMITED, NOON, 0, retry_after=wait)
    assert state.next_at == NOON + cadence.backoff(1, 0)


def test_retry_after_has_a_limit() -> None:
    """A wait of years is cut to a day: looks must not end because of a header."""
    state = after(heard(), HealthEvent.RATE_LIMITED, NOON, 0, retry_after=timedelta(days=4000))
    assert state.next_at == NOON + cadence.LONGEST_WAIT


def test_refused_key_disconnects() -> None:
    """A key refused for ten minutes is lost: told once, and found again by one good look."""
    short = failing(HealthEvent.REJECTED, 3 * MINUTE, begun(NOON))
    assert short.state is Health.BATCH
    state = failing(HealthEvent.REJECTED, 30 * MINUTE, begun(NOON))
    assert state.state is Health.DISCONNECTED
    assert told(short, state) is Told.ENTERED_DISCONNECTED
    later = after(state, HealthEvent.LOOK_FAILED, state.next_at, 0)
    assert later.state is Health.DISCONNECTED
    back = after(later, HealthEvent.LOOK_OK, later.next_at, 0)
    assert told(later, back) is Told.LEFT_DISCONNECTED
    assert back.refused_since is None


def test_a_stream_makes_live() -> None:
    """Where hints arrive a listing is live, and looked at when they begin; when they stop it is batch, and no news."""
    live = after(heard(), HealthEvent.STREAM_UP, NOON + MINUTE, 0)
    assert live.state is Health.LIVE
    assert live.next_at == NOON + MINUTE
    batch = after(live, HealthEvent.STREAM_DOWN, NOON + 2 * MINUTE, 0)
    assert batch.state is Health.BATCH
    assert told(live, batch) is None


def test_heals_to_live() -> None:
    """A degraded listing whose stream is up is live again after one good look, not by the stream alone."""
    state = failing(HealthEvent.LOOK_FAILED, 45 * MINUTE)
    up = after(state, HealthEvent.STREAM_UP, state.next_at, 0)
    assert up.state is Health.DEGRADED
    back = after(up, HealthEvent.LOOK_OK, up.next_at, 0)
    assert back.state is Health.LIVE
    assert told(up, back) is Told.LEFT_DEGRADED


def test_a_hint_is_followed_at_once() -> None:
    """A hint makes a listing due now; right after a look it waits a few seconds, after a failure half a minute."""
    assert after(heard(), HealthEvent.HINT, NOON + MINUTE, 0).next_at == NOON + MINUTE
    assert after(heard(), HealthEvent.HINT, NOON, 0).next_at == NOON + cadence.SHORTEST_GAP
    failed = after(heard(), HealthEvent.LOOK_FAILED, NOON + MINUTE, 0.9)
    failed = evolve(failed, next_at=NOON + 10 * MINUTE)
    assert after(failed, HealthEvent.HINT, NOON + MINUTE, 0).next_at == NOON + MINUTE + cadence.FIRST_BACKOFF


def test_a_hint_before_the_first_look() -> None:
    """A listing that was never looked at is due already: a hint changes nothing."""
    assert after(begun(NOON), HealthEvent.HINT, NOON, 0) == begun(NOON)


def test_a_hint_survives_a_clock_set_back() -> None:
    """A clock that went back does not keep a hint waiting for the time it lost."""
    early = NOON - timedelta(hours=1)
    assert after(heard(), HealthEvent.HINT, early, 0).next_at == early + cadence.SHORTEST_GAP


def test_a_mail_is_followed_by_a_series() -> None:
    """A platform's mail may be ahead of its calendar: looks follow at once, and 1, 3 and 10 minutes later."""
    state = after(heard(), HealthEvent.MAIL_HINT, NOON + MINUTE, 0)
    looks = []
    while state.next_at <= NOON + 15 * MINUTE:
        looks.append(state.next_at - NOON - MINUTE)
        state = after(state, HealthEvent.LOOK_OK, state.next_at, 0)
    assert looks == [timedelta(), MINUTE, 3 * MINUTE, 10 * MINUTE]
    assert state.appointed == ()


@pytest.mark.parametrize(
    "error, event",
    [
        (CredentialRejectedError("no"), HealthEvent.REJECTED),
        (ListingGoneError("gone"), HealthEvent.REJECTED),
        (RateLimitedError("slow"), HealthEvent.RATE_LIMITED),
        (ChannelUnavailableError("503"), HealthEvent.LOOK_FAILED),
        (WireFormatError("html"), HealthEvent.LOOK_FAILED),
    ],
)
def test_errors_are_events(error, event) -> None:
    """Every error of a look has its meaning for the health of the listing."""
    assert event_for(error) is event


def test_the_table_is_complete() -> None:
    """Every event is answered in every health; every change that enters or leaves trouble is told, and no other."""
    calm = {Health.LIVE, Health.BATCH}
    assert set(cadence.TRANSITIONS) == set(HealthEvent)
    for row in cadence.TRANSITIONS.values():
        assert set(row) == set(Health)
        for start, ends in row.items():
            for end in ends:
                news = start is not end and not {start, end} <= calm
                assert ((start, end) in cadence.TOLD) is news


def test_a_hint_never_defers_a_look() -> None:
    """A listing that is due sooner than the hint would have it stays due then."""
    failed = evolve(after(heard(), HealthEvent.LOOK_FAILED, NOON + MINUTE, 0), next_at=NOON + MINUTE)
    assert after(failed, HealthEvent.HINT, NOON + MINUTE, 0).next_at == NOON + MINUTE


def test_the_wait_after_failures_has_a_limit() -> None:
    """However often a look has failed, a platform that is back is heard within a poll period."""
    assert cadence.backoff(40, 0.999) <= cadence.LONGEST_BACKOFF
