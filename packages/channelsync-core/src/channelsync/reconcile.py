"""One step of a unit: what was observed becomes what must be true, and a plan with a reason for every change.

Theory of operation. Two pure functions drive everything:

* `observe` folds one look at one listing into the unit's state: set aside the rolling runs, attribute echoes, match
  claims, judge the look, release what has been missing for long enough.
* `settle` looks at the whole unit: copies found when taking over, the desired nights of every listing, new revisions of
  the calendars we publish, exposed nights, conflicts.

Both can run at any time, twice, or late: a look that shows nothing new changes nothing, and a settled unit settles into
itself. `fetched` records that a platform has read a calendar. The shell stores the returned state with its findings
in one transaction, and only then lets anybody read the new calendars.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import final

from attrs import frozen

from channelsync.availability import Desired, desired
from channelsync.claims import Claim, Kind, Standing
from channelsync.conflicts import Conflict, conflicts
from channelsync.evolving import evolve
from channelsync.ids import ListingId
from channelsync.look import fold
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.observation import Observation, Verdict
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.proof import Revision, Run, exposures, pruned, reach, with_fetch
from channelsync.state import Did, Finding, ListingState, UnitState
from channelsync.takeover import credit, parted, watch

__all__ = ["Change", "Plan", "Step", "fetched", "observe", "reconcile", "sending", "settle", "spared"]


@final
@frozen
class Change:
    """What changes in the calendar of one listing; nights from today on."""

    listing: ListingId
    close: Nights
    open: Nights
    why: str


@final
@frozen
class Plan:
    """All changes of a step, and the conflicts that stand after it."""

    changes: tuple[Change, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@final
@frozen
class Step:
    """The state after a step, and what led to it."""

    state: UnitState
    findings: tuple[Finding, ...] = ()
    plan: Plan = Plan()


def reconcile(
    state: UnitState, looks: Iterable[tuple[ListingId, Observation]], now: datetime, policy: Policy = DEFAULT_POLICY
) -> Step:
    """Fold the looks into the unit's state and settle it.

    Args:
        state: the unit as remembered.
        looks: what was observed, listing by listing.
        now: the time of the step.
        policy: the thresholds.

    Returns:
        The new state, the findings of all looks, and the plan.
    """
    findings: list[Finding] = []
    for listing, seen in looks:
        step = observe(state, listing, seen, policy)
        state = step.state
        findings += step.findings
    settled = settle(state, now, policy)
    return evolve(settled, findings=(*findings, *settled.findings))


# --- one look ---------------------------------------------------------------------------------------------------------


def observe(state: UnitState, listing: ListingId, seen: Observation, policy: Policy = DEFAULT_POLICY) -> Step:
    """Fold one look at one listing into the unit's state.

    A look that is not usable changes no claim. One that is not new (a 304, or a cached copy betrayed by its DTSTAMP)
    may add claims and ends none.
    """
    before = state.of(listing)
    if seen.failure is not None:
        after = evolve(before, verdict=Verdict.UNUSABLE, failure=seen.failure)
        why = Finding(seen.at, Did.UNUSABLE, NO_NIGHTS, seen.failure, listing)
        return Step(state.with_listing(after), (why,))
    today = state.unit.today(seen.at)
    same_day = before.looked_at is not None and state.unit.today(before.looked_at) == today
    after, findings = fold(before, seen, today, policy, same_day=same_day, copied=_may_be_copied(state))
    return Step(state.with_listing(after), findings)


def _may_be_copied(state: UnitState) -> frozenset[int]:
    """Return how far, in months, the calendars of a unit reach that are perhaps read by its other platforms."""
    if not state.takeover.active:
        return frozenset()
    return frozenset(one.listing.traits.horizon.months for one in state.active if one.listing.traits.horizon)


# --- the whole unit ---------------------------------------------------------------------------------------------------


def settle(state: UnitState, now: datetime, policy: Policy = DEFAULT_POLICY) -> Step:
    """Decide what must be closed on every listing, publish what changed, and find the conflicts.

    Settling a settled unit changes nothing.
    """
    today = state.unit.today(now)
    state = _adopted(_expired(state, now, today), today)
    state = parted(watch(credit(state, today, policy), now, policy), today)
    wanted = desired(state, today)
    over = _ended_ahead(state, now)
    published = {one.id: _published(one, wanted[one.id], now, (today, over), policy) for one in state.active}
    after = {listing: state for listing, (state, _) in published.items()}
    state = evolve(state, listings=tuple(after.get(one.id, one) for one in state.listings))
    changes = [change for _, change in published.values() if change is not None]
    findings = [Finding(now, Did.PUBLISH, one.close | one.open, one.why, one.listing) for one in changes]
    return Step(state, tuple(findings), Plan(tuple(changes), conflicts(state, today)))


def _expired(state: UnitState, now: datetime, today: date) -> UnitState:
    """Drop what is over: stays whose departure has come, and holds that have run out."""
    own = tuple(one for one in state.own if not _has_run_out(state, one, now))
    if len(own) == len(state.own) and all(claim.stay.departure > today for claim in state.claims):
        return state
    return evolve(
        state,
        own=_lasting(own, today),
        listings=tuple(evolve(one, claims=_lasting(one.claims, today)) for one in state.listings),
    )


def _has_run_out(state: UnitState, hold: Claim, now: datetime) -> bool:
    """Whether a hold is over: its time has come, and its platform has been looked at since, so a booking would show."""
    if hold.expires is None or hold.expires > now:
        return False
    looks = [one.complete_at for one in state.active if one.listing.key == hold.channel]
    return all(at is not None and at >= hold.expires for at in looks)


def _lasting(claims: tuple[Claim, ...], today: date) -> tuple[Claim, ...]:
    return tuple(claim for claim in claims if claim.stay.departure > today)


def _adopted(state: UnitState, today: date) -> UnitState:
    """Let what was typed in, or held, for a platform be the one now seen there, once that one covers all its nights."""
    for entry in state.own:
        if entry.channel is None or entry.kind not in {Kind.RESERVATION, Kind.HOLD}:
            continue
        for listing in state.active:
            seen = Nights.union(one.nights for one in listing.claims if _may_adopt(one))
            if listing.listing.key == entry.channel and entry.nights.since(today) <= seen:
                claims = tuple(
                    _told_of(one, entry) if one.nights.overlaps(entry.nights) else one for one in listing.claims
                )
                state = state.with_listing(evolve(listing, claims=claims))
                state = evolve(state, own=tuple(one for one in state.own if one.id != entry.id))
                break
    return state


def _told_of(claim: Claim, entry: Claim) -> Claim:
    """Return a claim with what the owner knows of it: who it is, and, of just these nights, that it is a guest."""
    known = evolve(claim, guest=claim.guest or entry.guest, note=claim.note or entry.note)
    if entry.kind is Kind.RESERVATION and claim.kind is Kind.CLOSURE and claim.stay == entry.stay:
        return evolve(known, kind=Kind.RESERVATION, answered=True)
    return known


def _may_adopt(claim: Claim) -> bool:
    """Whether a claim can be a reservation that was typed in: shown, one of its own, and perhaps a guest.

    What only waits there for an answer is none yet: what was held for it goes on being held.
    """
    may_be = claim.kind is not Kind.HOLD and claim.may_be_guest
    return claim.missing is None and claim.standing is Standing.FIRM and may_be


def _ended_ahead(state: UnitState, now: datetime) -> date:
    """Return the date it is at the unit, or the later one that a clock which was ahead has ended stays for.

    Each look at the present brings back what its listing still shows.
    """
    return state.unit.today(max([now, *[one.looked_at for one in state.active if one.looked_at is not None]]))


def _published(
    listing: ListingState, wanted: Desired, now: datetime, days: tuple[date, date], policy: Policy
) -> tuple[ListingState, Change | None]:
    """Return the listing with a new revision of its calendar where the nights from today on have changed.

    ``days`` are today, and the day before which nothing opens because its stays may have been ended too early. The
    calendar keeps for some days what is over, for the same reason: our clock may be ahead now.
    """
    today, over = days
    listing = _not_ahead(listing, now)
    old = listing.published.since(today)
    nights = wanted.nights | listing.published.since(today - timedelta(days=policy.past_kept)).before(over)
    new = nights.since(today)
    tainted, change = listing.tainted, None
    if old != new or not listing.revisions:
        revision = _revision(listing, nights, now)
        listing = evolve(listing, revisions=pruned((*listing.revisions, revision), now, policy.grace))
        change = Change(listing.id, new - old, old - new, _why_changed(new - old, old - new)) if old != new else None
    shown, doubted = listing.closed_there, listing.contradicted
    exposed = exposures(new, listing.revisions, shown, listing.exposed, now, doubted)
    if tainted:
        tainted &= listing.echo | reach(listing.revisions, now, policy.grace)
    tainted |= wanted.tainted
    if (exposed, tainted) != (listing.exposed, listing.tainted):
        listing = evolve(listing, exposed=exposed, tainted=tainted)
    return listing, change


def _not_ahead(listing: ListingState, now: datetime) -> ListingState:
    """Return one that takes our writes with nothing accepted in the future: a clock that was ahead has noted that.

    It would count as newer than the looks of the right time, and prove what those show undone.
    """
    if not listing.listing.traits.pushed or all(
        one.last_fetch is None or one.last_fetch <= now for one in listing.revisions
    ):
        return listing
    return evolve(listing, revisions=tuple(one.fetched_before(now) for one in listing.revisions))


def _revision(listing: ListingState, nights: Nights, now: datetime) -> Revision:
    """Return the next revision; runs that keep their shape keep their stamp, so that nothing moves for nothing."""
    last = listing.revisions[-1] if listing.revisions else None
    known = {run.stay: run for run in last.runs} if last else {}
    runs = tuple(known.get(stay) or Run(stay, now) for stay in nights.runs())
    written = None
    if listing.listing.traits.pushed:
        written = last.carried & nights if last else NO_NIGHTS
    return Revision(last.number + 1 if last else 1, now, runs, nights, written=written)


def _why_changed(close: Nights, opened: Nights) -> str:
    reasons: list[str] = []
    if close:
        reasons.append("taken elsewhere")
    if opened:
        reasons.append("claimed nowhere any more")
    return "; ".join(reasons)


def fetched(
    state: UnitState, listing: ListingId, at: datetime, revision: int | None = None, *, written: bool = False
) -> UnitState:
    """Record that the platform has read a listing's calendar: the revision in force, or the one of that number.

    With ``written``, that it has accepted what was written of it; a calendar is read whole, by whoever else takes it.

    Only a fetch known to be the platform's belongs here; a person's or a stranger's is no evidence.
    """
    before = state.of(listing)
    number = revision if revision is not None else (before.revisions[-1].number if before.revisions else 0)
    revisions = with_fetch(before.revisions, number, at)
    if not written and before.listing.traits.pushed:
        revisions = tuple(evolve(one, written=one.nights) if one.number == number else one for one in revisions)
    last = [one for one in revisions if one.number == number]
    clear = before.cleared - last[0].nights if last else before.cleared
    after = evolve(before, revisions=revisions, cleared=clear)
    waiting = Nights.union(one.nights for one in before.exposed)
    open_ones = exposures(waiting, revisions, after.closed_there, before.exposed, at, after.contradicted)
    return state.with_listing(evolve(after, exposed=open_ones))


def sending(
    state: UnitState, listing: ListingId, at: datetime, closing: Nights, opening: Nights = NO_NIGHTS
) -> UnitState:
    """Record that nights are about to be closed, and others opened, on a listing that takes our writes.

    It is stored before the first request leaves: from then on the platform may show the ones closed because of us, and
    may sell the others, whatever it showed before.
    """
    before = state.of(listing)
    *older, current = before.revisions
    sent = evolve(current, sent=at, written=current.carried | closing)
    return state.with_listing(evolve(before, revisions=(*older, sent), shown=before.shown - opening))


def spared(state: UnitState, listing: ListingId, nights: Nights, revision: int) -> UnitState:
    """Record that nights of a revision were not written after all: they stood closed there already, and not by us."""
    before = state.of(listing)
    revisions = tuple(
        evolve(one, written=one.told - nights) if one.number == revision else one for one in before.revisions
    )
    return state.with_listing(evolve(before, revisions=revisions))
