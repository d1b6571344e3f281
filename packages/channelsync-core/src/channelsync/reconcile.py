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
from datetime import date, datetime
from typing import final

from attrs import evolve, frozen

from channelsync.availability import Desired, desired
from channelsync.claims import Claim, Kind
from channelsync.conflicts import Conflict, conflicts
from channelsync.echo import Attribution, Seen, attribute, cleared, fading, learn, soft_claimed
from channelsync.ids import ListingId
from channelsync.matching import Matched, match
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.observation import Aside, Observation, Verdict, set_aside
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.proof import Revision, Run, exposures, pruned, reach
from channelsync.release import Case, Ruling, rule, weight
from channelsync.state import Did, Finding, Freed, ListingState, UnitState
from channelsync.takeover import credit, watch

__all__ = ["Change", "Plan", "Step", "fetched", "observe", "reconcile", "settle"]


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
    after, findings = _Look(before, seen, today, policy, same_day=same_day).folded()
    return Step(state.with_listing(after), findings)


@final
class _Look:
    """One usable look being folded in; each method is one question about it."""

    def __init__(self, before: ListingState, seen: Observation, today: date, policy: Policy, *, same_day: bool) -> None:
        self.seen = seen
        self.same_day = same_day
        self.at = seen.at
        self.today = today
        self.policy = policy
        self.before = _today_on(before, today)
        self.traits = before.listing.traits
        self.shown = before.events if seen.not_modified else seen.events
        self.events = tuple(event for event in self.shown if event.stay.departure > today)
        self.first = before.looked_at is None
        self.outage = before.looked_at is not None and seen.at - before.looked_at > policy.outage
        self.new = self._is_new()

    def _is_new(self) -> bool:
        """Whether this is a look of its own: no 304, no cached copy of an earlier answer, not the same one again."""
        before, stamp = self.before, self.seen.stamp
        if self.seen.not_modified or (before.looked_at is not None and self.at <= before.looked_at):
            return False
        if not before.live_stamps or stamp is None or before.stamp is None:
            return True
        return stamp > before.stamp or (stamp == before.stamp and self.shown != before.events)

    def folded(self) -> tuple[ListingState, tuple[Finding, ...]]:
        """Return the listing's state after the look, and what was found."""
        if self._shows_nothing_new():
            return self._remembered(self.before), ()
        aside = self._aside()
        rest = Seen.of(self.events, self.traits, self.today).without(aside.nights)
        whose = attribute(self.before, rest, self.at, self.policy, complete=self.new)
        matched = self._matched(aside, whose)
        ruling = self._ruled(matched)
        mass = ruling.case is Case.MASS and self.new
        if mass:
            whose = attribute(self.before, rest, self.at, self.policy, complete=False)
        after = self._after(aside, rest, whose, ruling, mass=mass)
        return after, tuple(self._findings(after, aside, whose, matched, ruling))

    def _shows_nothing_new(self) -> bool:
        """Whether nothing this look shows, and no time that has passed, can change a decision."""
        before = self.before
        waiting = any(claim.missing for claim in before.claims) or before.echo or before.fading or not self.new
        read = any(one.last_fetch is not None for one in before.revisions)
        told = before.open_until is not None and bool(before.aside.unopened.before(before.open_until))
        return (
            not (self.first or self.outage or waiting or read or told)
            and before.verdict is Verdict.COMPLETE
            and before.complete_at == before.looked_at
            and self.same_day
            and before.events == self.shown
        )

    def _aside(self) -> Aside:
        before = self.before
        return set_aside(
            self.events,
            self.traits,
            self.today,
            self.policy,
            before=before.aside,
            known=before.claimed | before.echo,
            open_until=before.open_until,
        )

    def _matched(self, aside: Aside, whose: Attribution) -> Matched:
        return match(
            self.before.listing,
            self.before.claims,
            self.events,
            free=aside.nights | whose.echo,
            suspected=whose.suspected,
            at=self.at,
            today=self.today,
            inventory=self.first or self.outage,
            may_miss=self.new,
        )

    def _ruled(self, matched: Matched) -> Ruling:
        """Decide what is free; a look that is not new counts for nothing, an inventory begins every wait anew."""
        if not self.new:
            case = Case.MASS if self.before.verdict is Verdict.SUSPECT else Case.NONE
            return Ruling(case, matched.claims, ())
        claims = matched.claims
        if self.outage:
            claims = tuple(
                evolve(one, missing=evolve(one.missing, since=self.at, looks=0)) if one.missing else one
                for one in claims
            )
        ruling = rule(self.before, claims, self.at, self.today, self.policy)
        return Ruling(ruling.case, (*ruling.claims, *ruling.released), ()) if self.outage else ruling

    def _after(self, aside: Aside, rest: Seen, whose: Attribution, ruling: Ruling, *, mass: bool) -> ListingState:
        before = self.before
        shown = rest.nights | aside.nights
        claimed = soft_claimed(before, ruling.claims)
        complete = self.new and not mass
        fades = before.fading
        if complete:
            fades = fading(before, rest, self.at, self.policy, inventory=self.outage)
        after = self._remembered(before)
        habit, lessons = (
            learn(before, whose, shown, self.at, self.policy) if complete else (whose.habit, before.lessons)
        )
        return evolve(
            after,
            complete_at=self.at if complete else before.complete_at,
            verdict=self._verdict(ruling),
            events=self.shown,
            shown=shown if complete else before.shown | shown,
            aside=aside,
            echo=whose.echo - claimed,
            hiding=(whose.hiding | Nights.union(one.nights for one in fades)) - claimed,
            fading=fades,
            claims=ruling.claims,
            freed=self._freed(ruling),
            seen_empty=before.seen_empty or (complete and not ruling.claims),
            cleared=cleared(before, shown, self.at, self.policy) if complete else before.cleared,
            habit=habit,
            lessons=lessons,
            tainted=before.tainted
            & (whose.echo | before.published | reach(before.revisions, self.at, self.policy.grace)),
        )

    def _verdict(self, ruling: Ruling) -> Verdict:
        return (
            Verdict.SUSPECT
            if ruling.case is Case.MASS and any(one.missing for one in ruling.claims)
            else Verdict.COMPLETE
        )

    def _freed(self, ruling: Ruling) -> tuple[Freed, ...]:
        """Remember for a day what was freed because it disappeared; a date change is no disappearance."""
        recent = tuple(one for one in self.before.freed if self.at - one.at < self.policy.counting_window)
        vanished = [one for one in ruling.released if one.missing and not one.missing.moved]
        return recent + tuple(Freed(self.at, one.nights, weight(one, self.traits, self.policy)) for one in vanished)

    def _remembered(self, before: ListingState) -> ListingState:
        """Note when the answer came, and whether its DTSTAMP tells the time of the request.

        An outage lasts until a new look: a 304 after it does not end it.
        """
        stamp = self.seen.stamp
        live = stamp is not None and abs(self.at - stamp) <= self.policy.live_stamp
        newest = max((one for one in (stamp, before.stamp) if one is not None), default=None)
        return evolve(
            before,
            looked_at=before.looked_at if self.outage and not self.new else self.at,
            complete_at=self.at if self.new else before.complete_at,
            failure=None,
            stamp=newest,
            live_stamps=before.live_stamps or live,
        )

    def _findings(
        self, after: ListingState, aside: Aside, whose: Attribution, matched: Matched, ruling: Ruling
    ) -> Iterable[Finding]:
        """Say what this look changed, each with its reason."""
        before = self.before
        apart = aside.unopened - before.aside.unopened
        if apart and before.aside.rolling is None:
            yield self._found(
                Did.SET_ASIDE, apart, "the calendar is not open yet: the run ends at the platform's horizon"
            )
        if aside.noticed - before.aside.noticed:
            yield self._found(Did.SET_ASIDE, aside.noticed, "the advance notice moves along with the date")
        for claim in matched.appeared:
            yield self._found(Did.CLAIM, claim.nights.since(self.today), self._why_claim(claim), claim)
        if whose.fresh:
            yield self._found(Did.ECHO, whose.fresh, "our own closing, come back after the platform had read it")
        for claim in ruling.released:
            yield self._found(Did.RELEASE, claim.nights.since(self.today), _why_released(claim, ruling.case), claim)
        yield from self._kept(ruling)
        if after.verdict is Verdict.SUSPECT and before.verdict is not Verdict.SUSPECT:
            yield self._found(Did.SUSPECT, NO_NIGHTS, ruling.case.value)
        if after.habit is not before.habit:
            yield self._found(Did.HABIT, NO_NIGHTS, f"echo: {before.habit.value} -> {after.habit.value}")

    def _kept(self, ruling: Ruling) -> Iterable[Finding]:
        """Say once for each claim that it is missing and kept."""
        waited = {claim.id for claim in self.before.claims if claim.missing}
        for claim in ruling.claims:
            if claim.missing and claim.id not in waited:
                yield self._found(
                    Did.KEEP, claim.nights.since(self.today), _why_kept(claim, ruling.case, self.policy), claim
                )

    def _why_claim(self, claim: Claim) -> str:
        if claim.id in {one.id for one in self.before.claims}:
            return f"the {claim.kind.value} changed its dates"
        return f"new {claim.kind.value}" + (", already there at the first look" if self.first else "")

    def _found(self, did: Did, nights: Nights, why: str, claim: Claim | None = None) -> Finding:
        return Finding(self.at, did, nights, why, self.before.id, (claim.id,) if claim else ())


def _today_on(before: ListingState, today: date) -> ListingState:
    """Return the listing without what is over: past nights and the claims whose departure has come."""
    return evolve(
        before,
        claims=tuple(claim for claim in before.claims if claim.stay.departure > today),
        shown=before.shown.since(today),
        echo=before.echo.since(today),
        hiding=before.hiding.since(today),
        cleared=before.cleared.since(today),
        tainted=before.tainted.since(today),
    )


def _why_released(claim: Claim, case: Case) -> str:
    missing = claim.missing
    if missing is None or missing.moved:
        return "the reservation has left these nights; two looks agree"
    return f"{case.value}; {missing.looks} looks agree since {missing.since:%Y-%m-%d %H:%M %Z}"


def _why_kept(claim: Claim, case: Case, policy: Policy) -> str:
    if claim.missing and claim.missing.moved:
        return "left by a date change; free at the next look that agrees"
    patience = case.patience(policy)
    hours = patience.over.total_seconds() / 3600
    return f"{case.value}; kept closed until {patience.looks} looks agree over {hours:g} h"


# --- the whole unit ---------------------------------------------------------------------------------------------------


def settle(state: UnitState, now: datetime, policy: Policy = DEFAULT_POLICY) -> Step:
    """Decide what must be closed on every listing, publish what changed, and find the conflicts.

    Settling a settled unit changes nothing.
    """
    today = state.unit.today(now)
    state = _adopted(_expired(state, now, today), today)
    state = watch(credit(state, today, policy), now, policy)
    wanted = desired(state, today)
    changes: list[Change] = []
    findings: list[Finding] = []
    for listing in state.active:
        after, change = _published(listing, wanted[listing.id], now, today, policy)
        state = state.with_listing(after)
        if change is not None:
            changes.append(change)
            findings += _told(change, now)
    return Step(state, tuple(findings), Plan(tuple(changes), conflicts(state, today)))


def _expired(state: UnitState, now: datetime, today: date) -> UnitState:
    """Drop what is over: stays whose departure has come, and holds that have run out."""
    own = tuple(
        claim
        for claim in state.own
        if claim.stay.departure > today and not (claim.expires is not None and claim.expires <= now)
    )
    listings = tuple(
        evolve(one, claims=tuple(claim for claim in one.claims if claim.stay.departure > today))
        for one in state.listings
    )
    return evolve(state, own=own, listings=listings)


def _adopted(state: UnitState, today: date) -> UnitState:
    """Let a reservation typed in for a platform be the one now seen there, once that one covers all its nights."""
    for entry in state.own:
        if entry.channel is None or entry.kind is not Kind.RESERVATION:
            continue
        for listing in state.active:
            seen = Nights.union(one.nights for one in listing.claims if one.missing is None)
            if listing.listing.channel == entry.channel and entry.nights.since(today) <= seen:
                claims = tuple(
                    evolve(one, guest=one.guest or entry.guest, note=one.note or entry.note)
                    if one.nights.overlaps(entry.nights)
                    else one
                    for one in listing.claims
                )
                state = state.with_listing(evolve(listing, claims=claims))
                state = evolve(state, own=tuple(one for one in state.own if one.id != entry.id))
                break
    return state


def _published(
    listing: ListingState, wanted: Desired, now: datetime, today: date, policy: Policy
) -> tuple[ListingState, Change | None]:
    """Return the listing with a new revision of its calendar where the nights from today on have changed."""
    old, new = listing.published.since(today), wanted.nights.since(today)
    change = None
    if old != new or not listing.revisions:
        revision = _revision(listing, wanted.nights, now)
        listing = evolve(listing, revisions=pruned((*listing.revisions, revision), now, policy.grace))
        change = Change(listing.id, new - old, old - new, _why_changed(new - old, old - new)) if old != new else None
    exposed = exposures(new, listing.revisions, listing.shown, listing.exposed, now)
    tainted = wanted.tainted | listing.tainted & (listing.echo | reach(listing.revisions, now, policy.grace))
    return evolve(listing, exposed=exposed, tainted=tainted), change


def _revision(listing: ListingState, nights: Nights, now: datetime) -> Revision:
    """Return the next revision; runs that keep their shape keep their stamp, so that nothing moves for nothing."""
    last = listing.revisions[-1] if listing.revisions else None
    stamps = {run.stay: run.stamp for run in last.runs} if last else {}
    runs = tuple(Run(stay, stamps.get(stay, now)) for stay in nights.runs())
    return Revision(last.number + 1 if last else 1, now, runs, nights)


def _why_changed(close: Nights, opened: Nights) -> str:
    reasons: list[str] = []
    if close:
        reasons.append("taken elsewhere")
    if opened:
        reasons.append("claimed nowhere any more")
    return "; ".join(reasons)


def _told(change: Change, now: datetime) -> list[Finding]:
    return [Finding(now, Did.PUBLISH, change.close | change.open, change.why, change.listing)]


def fetched(state: UnitState, listing: ListingId, at: datetime, revision: int | None = None) -> UnitState:
    """Record that the platform has read a listing's calendar: the revision in force, or the one of that number.

    Only a fetch known to be the platform's belongs here; a person's or a stranger's is no evidence.
    """
    before = state.of(listing)
    number = revision if revision is not None else (before.revisions[-1].number if before.revisions else 0)
    revisions = tuple(one.fetched(at) if one.number == number else one for one in before.revisions)
    last = [one for one in revisions if one.number == number]
    clear = before.cleared - last[0].nights if last else before.cleared
    open_ones = exposures(
        Nights.union(one.nights for one in before.exposed), revisions, before.shown, before.exposed, at
    )
    return state.with_listing(evolve(before, revisions=revisions, cleared=clear, exposed=open_ones))
