"""One answer about one listing, folded into its unit: the look itself, the health of its route, and what that tells.

Whoever reads (the manager, the worker, the deterministic world) does the same with what came of it. Pure: the caller
stores the result.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import final

from attrs import frozen

from channelsync.adapter.messages import FeedLook
from channelsync.cadence import HealthEvent, begun, event_for
from channelsync.cadence import after as health_after
from channelsync.claims import Kind
from channelsync.engine.identity import recognised
from channelsync.errors import ChannelSyncError, RateLimitedError
from channelsync.evolving import evolve
from channelsync.ids import ListingId
from channelsync.notices import Notice, from_health
from channelsync.observation import Event, Observation
from channelsync.policy import Policy
from channelsync.reconcile import observe
from channelsync.state import Finding, UnitState
from channelsync.traits import Traits

__all__ = ["Answer", "Folded", "answered", "by_code", "folded", "refused"]


@final
@frozen
class Answer:
    """What came of reading a listing: the observation, what it means to its health, how long to wait where told."""

    listing: ListingId
    observation: Observation
    event: HealthEvent
    retry_after: timedelta | None = None
    look: FeedLook | None = None
    """What to remember for the next reading, once what it showed is stored."""
    habits: Traits | None = None
    """The habits of the route by which it came, None where that is the listing's own."""


def answered(listing: ListingId, look: FeedLook) -> Answer:
    """Return the answer that a look brought."""
    good = HealthEvent.LOOK_OK if look.observation.usable else HealthEvent.LOOK_FAILED
    return Answer(listing, look.observation, good, look=look)


def by_code(seen: Observation) -> Observation:
    """Return a look in which a reservation goes by its code: so it is the same one by whichever route it is seen."""
    events = tuple([evolve(one, uid=one.code) if _has_code(one) else one for one in seen.events])
    return evolve(seen, events=events)


def _has_code(event: Event) -> bool:
    return event.kind is Kind.RESERVATION and bool(event.code)


def refused(listing: ListingId, error: ChannelSyncError, at: datetime) -> Answer:
    """Return the answer that no look came of: an unusable one, and what the error says of when to come back."""
    wait = error.retry_after if isinstance(error, RateLimitedError) else None
    return Answer(listing, Observation(at, failure=str(error)), event_for(error), wait)


@final
@frozen
class Folded:
    """The unit after an answer, what was found, and what is to be told about the route's health."""

    state: UnitState
    findings: tuple[Finding, ...]
    notices: tuple[Notice, ...]


def folded(state: UnitState, answer: Answer, now: datetime, jitter: float, policy: Policy) -> Folded:
    """Fold one answer into its unit.

    Args:
        state: the unit; the listing must be linked.
        answer: what came of reading it.
        now: when the answer had come.
        jitter: a number drawn at random from ``0 <= jitter < 1``: it spreads the next looks.
        policy: the thresholds.
    """
    known = state.of(answer.listing).listing
    if answer.habits is not None:
        state = _with_habits(state, answer.listing, answer.habits)
    mine = state.of(answer.listing)
    named = recognised(mine, answer.observation.events)
    if named is not mine:
        state = state.with_listing(named)
    step = observe(state, answer.listing, answer.observation, policy)
    listing = step.state.of(answer.listing)
    before = listing.health or begun(now)
    pace = policy.paced(known.traits.poll_every)
    instead = answer.observation.stands_in
    health = health_after(before, answer.event, now, jitter, pace, retry_after=answer.retry_after, instead=instead)
    after = step.state.with_listing(evolve(listing, listing=known, health=health))
    return Folded(after, step.findings, from_health(after, answer.listing, before, health, now))


def _with_habits(state: UnitState, listing: ListingId, habits: Traits) -> UnitState:
    """Return the unit with a listing that has other habits: those of the route by which it was looked at."""
    before = state.of(listing)
    return state.with_listing(evolve(before, listing=evolve(before.listing, traits=habits)))
