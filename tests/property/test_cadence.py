"""Laws of the cadence that hold for any history of events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from channelsync.cadence import (
    FIRST_BACKOFF,
    LONGEST_BACKOFF,
    LONGEST_WAIT,
    SHORTEST_GAP,
    Health,
    HealthEvent,
    after,
    backoff,
    begun,
    told,
)
from channelsync.policy import Policy

START = datetime(2027, 1, 1, tzinfo=UTC)
LOOKS = (HealthEvent.LOOK_OK, HealthEvent.LOOK_FAILED, HealthEvent.RATE_LIMITED, HealthEvent.REJECTED)
HINTS = tuple(event for event in HealthEvent if event not in LOOKS)
jitters = st.floats(0, 1, exclude_max=True)
policies = st.builds(Policy, poll_every=st.timedeltas(timedelta(), timedelta(hours=2)))
waits = st.none() | st.timedeltas(timedelta(days=-1), timedelta(days=400))
steps = st.tuples(st.sampled_from(LOOKS), st.lists(st.sampled_from(HINTS), max_size=5), jitters, waits)


@given(st.integers(1, 10_000), jitters)
def test_backoff_grows_within_bounds(failures, jitter) -> None:
    """One more failure never shortens the wait; it is never under 15 s nor over the longest."""
    wait = backoff(failures, jitter)
    assert FIRST_BACKOFF / 2 <= wait <= LONGEST_BACKOFF
    assert wait <= backoff(failures + 1, jitter)


@given(st.lists(steps, max_size=40), policies)
def test_no_busy_loop_and_no_sleep_for_ever(history, policy) -> None:
    """Whatever happens, two looks are at least seconds apart, and the next one is never over a day away."""
    state, now = begun(START), START
    longest = max(policy.poll_every, LONGEST_BACKOFF, timedelta(minutes=1))
    for look, hints, jitter, wait in history:
        state = after(state, look, now, jitter, policy, retry_after=wait)
        limit = LONGEST_WAIT + FIRST_BACKOFF if state.not_before else longest
        assert now + SHORTEST_GAP <= state.next_at <= now + limit
        for hint in hints:
            due = state.next_at
            state = after(state, hint, now, jitter, policy)
            assert now + SHORTEST_GAP <= state.next_at <= due, (
                "a hint brings the look forward, never back, never to now"
            )
            assert len(state.appointed) <= 3
        if state.not_before is not None:
            assert state.next_at >= state.not_before
        now = state.next_at


@given(st.lists(steps, max_size=40), policies)
def test_one_success_heals(history, policy) -> None:
    """After any history one good look leaves nothing of the trouble, and says so exactly when trouble was told."""
    state, now = begun(START), START
    entered = False
    for look, hints, jitter, wait in history:
        for event in (look, *hints):
            before = state
            state = after(state, event, now, jitter, policy, retry_after=wait)
            news = told(before, state)
            entered = news.value.startswith("entered") if news else entered
        now = state.next_at
    well = after(state, HealthEvent.LOOK_OK, now, 0.0, policy)
    assert well.state is (Health.LIVE if state.stream else Health.BATCH)
    assert (well.failures, well.last_ok, well.refused_since, well.not_before) == (0, now, None, None)
    assert (told(state, well) is not None) is entered
