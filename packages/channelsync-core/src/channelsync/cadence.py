"""When to look at a listing next, and how well we hear its platform.

Theory of operation. Looking costs a request and finds the truth; not looking costs time during which a sold night stays
open elsewhere. So a listing is looked at as soon as something hints at it, and otherwise every `Policy.poll_every`.
When looks fail we try again soon, then less and less often, never less often than `LONGEST_BACKOFF`; when the platform
says how long to wait, we wait that long. Nothing here reads a clock or draws a number: ``now`` and ``jitter`` are
arguments.

Each listing and route has one `HealthState`. Its `Health` is one of four::

    live           hints arrive as things happen, and looks succeed
    batch          looks succeed; nobody tells us when to look (the normal state of a private calendar link)
    degraded       looks have failed for too long; the last good one stays in force
    disconnected   the platform keeps refusing our key or link; only the owner can mend that

Rule 1: `TRANSITIONS` says for every event and every health where it leads, while patience lasts and once it is out; it
is complete, and a test holds it to that. Rule 2: one good look heals, whatever came before; where a stream of hints is
up, batch then becomes live by itself. Rule 3: only entering and leaving degraded or disconnected is news (`TOLD`). A
stream that breaks while looks succeed is none: it costs at most one poll period, and screens show it. Rule 4: no event,
in any number, makes two looks follow each other faster than `SHORTEST_GAP`. Rule 5: a calendar that is read in its
API's place heals nothing, but that it serves, and that it serves no longer, is the news then, and degraded is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, final

from attrs import frozen

from channelsync.errors import (
    ChannelSyncError,
    CredentialRejectedError,
    ListingGoneError,
    RateLimitedError,
    UsageError,
)
from channelsync.evolving import evolve
from channelsync.policy import DEFAULT_POLICY, Policy

__all__ = [
    "DEGRADED_AFTER",
    "DISCONNECTED_AFTER",
    "FAILURES_TO_DEGRADE",
    "FAILURES_TO_FALL_BACK",
    "FIRST_BACKOFF",
    "LONGEST_BACKOFF",
    "LONGEST_WAIT",
    "MAIL_SERIES",
    "POLL_SPREAD",
    "SHORTEST_GAP",
    "SHORTEST_POLL",
    "TOLD",
    "TRANSITIONS",
    "Health",
    "HealthEvent",
    "HealthState",
    "Told",
    "after",
    "backoff",
    "begun",
    "event_for",
    "poll_wait",
    "told",
]

FIRST_BACKOFF: Final = timedelta(seconds=30)
"""The wait after one failure, doubled by each further one: the wrong answers on record were single ones."""
LONGEST_BACKOFF: Final = timedelta(minutes=15)
"""The longest wait after failures, so that a platform that is back is heard within a poll period."""
LONGEST_WAIT: Final = timedelta(hours=24)
"""A Retry-After longer than this is cut: a mistyped header must not stop the looks for a year."""
DEGRADED_AFTER: Final = timedelta(minutes=30)
"""Without a good look for so long, or for two poll periods if longer, a failing listing is degraded."""
FAILURES_TO_DEGRADE: Final = 3
"""So many failures in a row at least: after a night with the machine switched off, one failed look is no news."""
FAILURES_TO_FALL_BACK: Final = 2
"""So many failures in a row at least until a calendar that is read in its API's place is news: one may be a hiccup."""
DISCONNECTED_AFTER: Final = timedelta(minutes=10)
"""Refused for so long, without a good look between: a deployment's short 403 or 404 is not a lost key."""
SHORTEST_POLL: Final = timedelta(minutes=1)
"""No installation looks more often than this without a hint."""
SHORTEST_GAP: Final = timedelta(seconds=5)
"""No two looks at one listing follow each other faster, whatever hints arrive."""
POLL_SPREAD: Final = 0.1
"""The share of a poll period by which looks are brought forward at random, so that they do not come in bursts."""
MAIL_SERIES: Final = (timedelta(), timedelta(minutes=1), timedelta(minutes=3), timedelta(minutes=10))
"""When to look after a platform's mail: its calendar may follow its mail late, by an unknown time (inferred)."""


class Health(Enum):
    """How well we hear a platform about one listing."""

    LIVE = "live"
    BATCH = "batch"
    DEGRADED = "degraded"
    DISCONNECTED = "disconnected"

    __hash__ = object.__hash__  # each is itself and no other, as for `channelsync.claims.Kind`


class HealthEvent(Enum):
    """What can happen to one listing's route."""

    LOOK_OK = "look_ok"
    """A usable answer came, a 304 included."""
    LOOK_FAILED = "look_failed"
    """No usable answer; trying again can help."""
    RATE_LIMITED = "rate_limited"
    """The platform asked us to slow down."""
    REJECTED = "rejected"
    """The key or link is refused, or the listing is said to be gone."""
    STREAM_UP = "stream_up"
    """Hints arrive from now on; those of before are lost."""
    STREAM_DOWN = "stream_down"
    """Hints do not arrive any more."""
    HINT = "hint"
    """A webhook's delivery or the owner's tap: look now."""
    MAIL_HINT = "mail_hint"
    """A mail of the platform: look now, and a few times more."""

    __hash__ = object.__hash__  # each is itself and no other, as for `channelsync.claims.Kind`


class Told(Enum):
    """What a change of health means to the owner."""

    ENTERED_DEGRADED = "entered_degraded"
    LEFT_DEGRADED = "left_degraded"
    ENTERED_DISCONNECTED = "entered_disconnected"
    LEFT_DISCONNECTED = "left_disconnected"
    ENTERED_FALLBACK = "entered_fallback"
    """The API does not answer, and the listing's calendar is read in its place."""
    LEFT_FALLBACK = "left_fallback"
    """The API answers again."""


_LIVE, _BATCH, _DEGRADED, _GONE = Health.LIVE, Health.BATCH, Health.DEGRADED, Health.DISCONNECTED

TRANSITIONS: Final[Mapping[HealthEvent, Mapping[Health, tuple[Health, Health]]]] = {
    # event                    from: (while patience lasts, once it is out)
    HealthEvent.LOOK_OK: {
        _LIVE: (_LIVE, _LIVE),
        _BATCH: (_BATCH, _BATCH),
        _DEGRADED: (_BATCH, _BATCH),
        _GONE: (_BATCH, _BATCH),
    },
    HealthEvent.LOOK_FAILED: {
        _LIVE: (_LIVE, _DEGRADED),
        _BATCH: (_BATCH, _DEGRADED),
        _DEGRADED: (_DEGRADED, _DEGRADED),
        _GONE: (_GONE, _GONE),  # a time-out does not show that the key is good again
    },
    HealthEvent.RATE_LIMITED: {
        _LIVE: (_LIVE, _DEGRADED),
        _BATCH: (_BATCH, _DEGRADED),
        _DEGRADED: (_DEGRADED, _DEGRADED),
        _GONE: (_GONE, _GONE),
    },
    HealthEvent.REJECTED: {
        _LIVE: (_LIVE, _GONE),
        _BATCH: (_BATCH, _GONE),
        _DEGRADED: (_DEGRADED, _GONE),
        _GONE: (_GONE, _GONE),
    },
    HealthEvent.STREAM_UP: {
        _LIVE: (_LIVE, _LIVE),
        _BATCH: (_LIVE, _LIVE),
        _DEGRADED: (_DEGRADED, _DEGRADED),  # only a good look heals
        _GONE: (_GONE, _GONE),
    },
    HealthEvent.STREAM_DOWN: {
        _LIVE: (_BATCH, _BATCH),
        _BATCH: (_BATCH, _BATCH),
        _DEGRADED: (_DEGRADED, _DEGRADED),
        _GONE: (_GONE, _GONE),
    },
    HealthEvent.HINT: {health: (health, health) for health in Health},
    HealthEvent.MAIL_HINT: {health: (health, health) for health in Health},
}
"""Where each event leads from each health. One more change needs no event: batch, with a stream up, is live."""

TOLD: Final[Mapping[tuple[Health, Health], Told]] = {
    (_LIVE, _DEGRADED): Told.ENTERED_DEGRADED,
    (_BATCH, _DEGRADED): Told.ENTERED_DEGRADED,
    (_DEGRADED, _LIVE): Told.LEFT_DEGRADED,
    (_DEGRADED, _BATCH): Told.LEFT_DEGRADED,
    (_LIVE, _GONE): Told.ENTERED_DISCONNECTED,
    (_BATCH, _GONE): Told.ENTERED_DISCONNECTED,
    (_DEGRADED, _GONE): Told.ENTERED_DISCONNECTED,
    (_GONE, _LIVE): Told.LEFT_DISCONNECTED,
    (_GONE, _BATCH): Told.LEFT_DISCONNECTED,
}
"""The notice that each change of health raises; what is not listed raises none."""

_FAILURES: Final = frozenset({HealthEvent.LOOK_FAILED, HealthEvent.RATE_LIMITED, HealthEvent.REJECTED})


@final
@frozen
class HealthState:
    """How one listing's route fares, and when to look next.

    ``since`` is when this health began, ``next_at`` when to look; ``failures`` counts failed looks since the last good
    one, ``last_ok`` (None before the first). ``tried`` is the last look, good or not; ``not_before`` the end of a wait
    that the platform asked for; ``refused_since`` the first refusal since the last good look. ``appointed`` are the
    looks still to come of a mail's series; ``stream`` says whether hints arrive. ``instead_since`` is since when the
    listing's calendar is known to serve in its API's place, None while it does not; ``instead_ok`` when it last gave a
    look since the API's last one. Times are aware datetimes.
    """

    state: Health
    since: datetime
    next_at: datetime
    failures: int = 0
    last_ok: datetime | None = None
    tried: datetime | None = None
    not_before: datetime | None = None
    refused_since: datetime | None = None
    appointed: tuple[datetime, ...] = ()
    stream: bool = False
    instead_since: datetime | None = None
    instead_ok: datetime | None = None

    @property
    def heard(self) -> datetime | None:
        """When a good look last came, by either route; None before the first."""
        return max((at for at in (self.last_ok, self.instead_ok) if at is not None), default=None)


def begun(now: datetime) -> HealthState:
    """Return the state of a listing linked just now: to be looked at, at once."""
    return HealthState(Health.BATCH, since=now, next_at=now)


def event_for(error: ChannelSyncError) -> HealthEvent:
    """Return what a look that ended in this error means to the listing's health."""
    if isinstance(error, CredentialRejectedError | ListingGoneError):
        return HealthEvent.REJECTED
    return HealthEvent.RATE_LIMITED if isinstance(error, RateLimitedError) else HealthEvent.LOOK_FAILED


def told(before: HealthState, now_is: HealthState) -> Told | None:
    """Return what the owner is told about a change from one state to the next, None when that is no news."""
    change = TOLD.get((before.state, now_is.state))
    if _GONE in {before.state, now_is.state}:
        return change
    served, serves = before.instead_since is not None, now_is.instead_since is not None
    if serves:
        return None if served else Told.ENTERED_FALLBACK
    if served:
        return Told.ENTERED_DEGRADED if now_is.failures else Told.LEFT_FALLBACK
    return change


def backoff(failures: int, jitter: float) -> timedelta:
    """Return how long to wait after so many failures in a row (at least one).

    Half of the wait is fixed and half drawn, so that listings that failed together do not come back together.
    """
    doublings = min(max(failures - 1, 0), 16)  # far beyond the longest, and no huge number
    return min(FIRST_BACKOFF * (1 << doublings), LONGEST_BACKOFF) * (0.5 + jitter / 2)


def poll_wait(jitter: float, policy: Policy = DEFAULT_POLICY) -> timedelta:
    """Return how long to wait after a good look when nothing hurries; jitter is in ``0 <= jitter < 1``."""
    return max(policy.poll_every * (1 - POLL_SPREAD * jitter), SHORTEST_POLL)


def after(
    state: HealthState,
    event: HealthEvent,
    now: datetime,
    jitter: float,
    policy: Policy = DEFAULT_POLICY,
    *,
    retry_after: timedelta | None = None,
    instead: bool = False,
) -> HealthState:
    """Return the state after an event.

    Args:
        state: the state before.
        event: what happened.
        now: when it happened; for a look, when it ended.
        jitter: a number drawn at random from ``0 <= jitter < 1``.
        policy: how often to look when nothing hurries.
        retry_after: how long the platform asks us to wait; for `HealthEvent.RATE_LIMITED` only.
        instead: whether the listing's calendar gave the look that its API did not give.

    Raises:
        UsageError: the jitter is out of its range.
    """
    if not 0 <= jitter < 1:
        msg = f"jitter must be in [0, 1), not {jitter}"
        raise UsageError(msg)
    if event in _FAILURES:
        failed = _failed(state, event, now, jitter, retry_after)
        moved = _moved(failed, event, now, worn_out=_worn_out(failed, event, now, policy))
        return _served(moved, event, now) if instead else _unserved(moved, policy)
    good = event is HealthEvent.LOOK_OK
    return _moved(_healed(state, now, jitter, policy) if good else _hinted(state, event, now), event, now)


def _moved(state: HealthState, event: HealthEvent, now: datetime, *, worn_out: bool = False) -> HealthState:
    """Follow the table."""
    health = TRANSITIONS[event][state.state][worn_out]
    if health is Health.BATCH and state.stream:
        health = Health.LIVE
    return state if health is state.state else evolve(state, state=health, since=now)


def _healed(state: HealthState, now: datetime, jitter: float, policy: Policy) -> HealthState:
    """Book a good look: everything that went wrong before is forgotten."""
    coming = tuple(at for at in state.appointed if at > now)
    return HealthState(
        state.state,
        state.since,
        _next(now, poll_wait(jitter, policy), coming),
        last_ok=now,
        tried=now,
        appointed=coming,
        stream=state.stream,
    )


def _failed(
    state: HealthState, event: HealthEvent, now: datetime, jitter: float, retry_after: timedelta | None
) -> HealthState:
    """Book a failed look: what it counts for, and when to try again."""
    coming = tuple(at for at in state.appointed if at > now)
    failures = state.failures + 1
    until = state.not_before if state.not_before and state.not_before > now else None
    if event is HealthEvent.RATE_LIMITED and retry_after is not None:
        until = max(now + min(max(retry_after, timedelta()), LONGEST_WAIT), until or now)
    next_at = _next(now, backoff(failures, jitter), coming)
    if until is not None and until > next_at:
        next_at = until + FIRST_BACKOFF * jitter  # all its listings were told the same moment
    return evolve(
        state,
        failures=failures,
        tried=now,
        next_at=next_at,
        not_before=until,
        refused_since=(state.refused_since or now) if event is HealthEvent.REJECTED else state.refused_since,
        appointed=coming,
    )


def _served(state: HealthState, event: HealthEvent, now: datetime) -> HealthState:
    """Book that the calendar gave the look; of an access that is refused, only the refusal is news."""
    fails = event is not HealthEvent.REJECTED and state.failures >= FAILURES_TO_FALL_BACK
    since = state.instead_since
    if since is None and fails and state.state is not _GONE:
        since = now
    return evolve(state, instead_since=since, instead_ok=now)


def _unserved(state: HealthState, policy: Policy) -> HealthState:
    """Book that no route gave a look: once that has lasted, the calendar does not serve any more."""
    if state.instead_since is None or state.instead_ok is None:
        return state
    over = state.next_at - state.instead_ok >= _patience(policy)
    return evolve(state, instead_since=None) if over else state


def _next(now: datetime, wait: timedelta, appointed: tuple[datetime, ...]) -> datetime:
    """Return when to look next: after the wait, or at an appointment before that, but not at once."""
    return max(min((now + wait, *appointed)), now + SHORTEST_GAP)


def _worn_out(state: HealthState, event: HealthEvent, now: datetime, policy: Policy) -> bool:
    """Whether patience is out after a failed look: measured to the next one, so that a long wait asked for counts."""
    if event is HealthEvent.REJECTED:
        return now - (state.refused_since or now) >= DISCONNECTED_AFTER
    limit = _patience(policy)
    dark = state.next_at - (state.last_ok or state.since)
    return state.next_at - now >= limit or (state.failures >= FAILURES_TO_DEGRADE and dark >= limit)


def _patience(policy: Policy) -> timedelta:
    """Return how long there may be no good look."""
    return max(DEGRADED_AFTER, 2 * policy.poll_every)


def _hinted(state: HealthState, event: HealthEvent, now: datetime) -> HealthState:
    """Bring the next look forward, and never defer it."""
    if event is HealthEvent.STREAM_DOWN:
        return evolve(state, stream=False)
    if event is HealthEvent.STREAM_UP:  # what was said while it was down is lost: look
        state = evolve(state, stream=True)
    if event is HealthEvent.MAIL_HINT:  # a later mail's series takes the place of an earlier one's: it ends later
        state = evolve(state, appointed=tuple(now + wait for wait in MAIL_SERIES if wait))
    soonest = now
    if state.tried is not None:  # a clock set back does not defer it either
        soonest = max(now, min(state.tried, now) + (FIRST_BACKOFF if state.failures else SHORTEST_GAP))
    if state.not_before is not None:
        soonest = max(soonest, state.not_before)
    return evolve(state, next_at=min(state.next_at, soonest))
