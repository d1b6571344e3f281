"""One usable look at one listing, folded into what is remembered of it: the order of the questions.

1. Is it a look of its own? A 304, a cached copy of an earlier answer, the same look again or one by another route may
   add claims and ends none. After a restore, nor is any answer that the platform made before it.
2. What is only the rolling end of the calendar, or an advance notice? (`observation.set_aside`)
3. Of the rest, which nights are our own closing come back? (`echo`)
4. Which claims does it show, which are new, which are missing? (`matching`)
5. How much is missing, and what may be free? (`release`) Where too much is, the look is suspect: what it does not show
   is believed of nothing, and the attribution of step 3 is made again without it.

Most looks show what the last one showed, on the same day, with nothing missing. Such a look only lets time pass: what
our calendar may have closed falls out of reach, an echo outlives its cause, a closing has had the time to show. Where
none of this changes whose a night is, the look takes the short cut past steps 2, 4 and 5.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TypedDict, final

from channelsync.claims import Claim, Kind
from channelsync.echo import (
    Attribution,
    Seen,
    attribute,
    brought_back,
    cleared,
    fading,
    learn,
    outliving,
    perhaps_ours,
    soft_claimed,
)
from channelsync.evolving import evolve, kept
from channelsync.matching import Matched, match
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.observation import Aside, Event, Observation, Verdict, set_aside
from channelsync.policy import Policy
from channelsync.proof import reach, taken_over
from channelsync.release import Case, Ruling, rule, tail_is_gone, weight
from channelsync.state import Did, Fading, Finding, Freed, ListingState

__all__ = ["fold"]


def fold(
    before: ListingState,
    seen: Observation,
    today: date,
    policy: Policy,
    *,
    same_day: bool,
    copied: frozenset[int] = frozenset[int](),
) -> tuple[ListingState, tuple[Finding, ...]]:
    """Return the listing's state after a usable look, and what was found.

    Args:
        before: what was remembered of the listing.
        seen: the look.
        today: the date at the unit.
        policy: the thresholds.
        same_day: whether the last look was on the same date.
        copied: how far, in months, the calendars reach that this one may copy by direct links.
    """
    return _Look(before, seen, today, policy, same_day=same_day, copied=copied).folded()


class _Answered(TypedDict):
    """What every usable answer changes in a `ListingState`, whatever it shows."""

    looked_at: datetime | None
    looked_before: datetime | None
    complete_at: datetime | None
    failure: None
    stamp: datetime | None
    live_stamps: bool


@final
class _Look:
    """One usable look being folded in; each method is one question about it."""

    def __init__(
        self,
        before: ListingState,
        seen: Observation,
        today: date,
        policy: Policy,
        *,
        same_day: bool,
        copied: frozenset[int],
    ) -> None:
        self.seen = seen
        self.copied = copied
        self.same_day = same_day
        self.at = seen.at
        self.today = today
        self.policy = policy
        self.sure = _first_sure(seen, today, policy)
        self.before = before.since(today)
        self.traits = before.listing.traits
        self.shown = before.events if seen.not_modified else seen.events
        self.events = _not_over(self.shown, today)
        self.first = before.looked_at is None
        self.outage = _is_outage(before, seen.at, policy)
        self.new = self._is_new()

    def _is_new(self) -> bool:
        """Whether this is a look of its own: no 304, no cached copy of an earlier answer, not the same one again."""
        before, stamp = self.before, self.seen.stamp
        if self.seen.not_modified or self.seen.stands_in:
            return False
        if before.looked_at is not None and self.at <= before.looked_at:
            return False
        if self._is_of_before_the_restore():
            return False
        if not before.live_stamps or stamp is None or before.stamp is None:
            return True
        return stamp > before.stamp or (stamp == before.stamp and self.shown != before.events)

    def _is_of_before_the_restore(self) -> bool:
        """Whether its DTSTAMP, the time of the request, is older than the restore; a clock set back says nothing."""
        owed, stamp = self.before.owed_since, self.seen.stamp
        if owed is None or stamp is None:
            return False
        return stamp < owed <= self.at and (self.before.live_stamps or self._is_live(stamp))

    def _is_live(self, stamp: datetime) -> bool:
        """Whether a DTSTAMP is the time of this request."""
        return abs(self.at - stamp) <= self.policy.live_stamp

    def folded(self) -> tuple[ListingState, tuple[Finding, ...]]:
        """Return the listing's state after the look, and what was found."""
        if self._shows_the_same():
            after = self._after_the_same()
            if after is not None:
                return after, ()
        aside = self._aside()
        tail_gone = self._tail_gone(aside)
        if tail_gone != self.before.tail_gone:
            self.before = evolve(self.before, tail_gone=tail_gone)
        rest = Seen.of(self.events, self.traits, self.today).without(aside.nights)
        whose = attribute(self.before, rest, self.at, self.policy, complete=self.new)
        matched = self._matched(aside, whose)
        ruling = self._ruled(matched)
        mass = self.new and (ruling.case is Case.MASS or tail_is_gone(self.before, self.at, self.policy))
        if mass:
            whose = attribute(self.before, rest, self.at, self.policy, complete=False)
        ruling = self._vacated(self._doubted(ruling, rest))
        ruling = evolve(ruling, claims=perhaps_ours(self.before, ruling.claims, self.events, self.today))
        after = self._after(aside, rest, whose, ruling, mass=mass)
        return after, tuple(self._findings(after, aside, whose, matched, ruling))

    def _shows_the_same(self) -> bool:
        """Whether the look shows what the last one did, which was complete and of the same day, and nothing waits.

        And every night shown is still accounted for, whatever was done to the claims since: the long way makes up for
        one that is not.
        """
        before = self.before
        return (
            self.new
            and self.same_day
            and not (self.first or self.outage or before.fading)
            and before.verdict is Verdict.COMPLETE
            and before.complete_at == before.looked_at
            and before.events == self.shown
            and not any(claim.missing for claim in before.claims)
            and not tail_is_gone(before, self.at, self.policy)
            and not (before.open_until is not None and before.aside.unopened.before(before.open_until))
            and before.shown <= before.claimed | before.echo | before.aside.nights
            and before.claimed.since(self.today) <= before.shown
            and not (self.traits.pushed and (self._opened_meanwhile() or self._doubts_a_block()))
        )

    def _opened_meanwhile(self) -> bool:
        """Whether nights are shown closed that a write of ours may have opened since the last look."""
        return not Seen.of(self.events, self.traits, self.today).nights <= self.before.shown

    def _doubts_a_block(self) -> bool:
        """Whether only a write of ours may keep a block in sight."""
        return perhaps_ours(self.before, self.before.claims, self.events, self.today) != self.before.claims

    def _after_the_same(self) -> ListingState | None:
        """Return the state after a look that shows the same, None where the time that passed changes whose a night is.

        Nothing has turned closed since the last look, so nothing becomes an echo; one that is kept may be overdue.
        """
        before = self.before
        if not before.echo and all(one.first_fetch is None for one in before.revisions):
            return evolve(before, **self._answered(complete=True), owed_since=None)
        whose = Attribution(NO_NIGHTS, NO_NIGHTS, NO_NIGHTS, NO_NIGHTS, before.habit)
        if before.echo:
            seen = Seen.of(self.events, self.traits, self.today)
            rest = seen.without(before.aside.nights)
            whose = attribute(before, rest, self.at, self.policy, complete=True, last=seen)
        habit, lessons = learn(before, whose, before.shown, self.at, self.policy)
        now = (whose.echo, whose.hiding, whose.suspected, whose.ignored, habit)
        if now != (before.echo, before.hiding, NO_NIGHTS, before.ignored, before.habit):
            return None
        return evolve(
            before,
            **self._answered(complete=True),
            owed_since=None,
            freed=self._freed(()),
            seen_empty=before.seen_empty or not before.claims,
            cleared=cleared(before, before.shown, self.at, self.policy).since(self.today),
            lessons=lessons,
            tainted=self._tainted(before.echo),
        )

    def _aside(self) -> Aside:
        before = self.before
        return set_aside(
            self.events,
            self.traits,
            self.today,
            self.policy,
            before=before.aside,
            known=before.claimed | before.echo | self._written(),
            open_until=before.open_until,
            utc=self.at.astimezone(UTC).date(),
            copied=self.copied,
        )

    def _written(self) -> Nights:
        """Return the nights that we may have written: they are ours, also where the calendar is not open yet."""
        if not self.traits.pushed:
            return NO_NIGHTS
        return reach(self.before.revisions, self.at, self.policy.grace)

    def _tail_gone(self, aside: Aside) -> datetime | None:
        """Return since when the rolling end of the calendar is not shown any more: all of it, at a look of its own."""
        before = self.before
        if aside.unopened:
            return None
        if not (self.new and before.aside.unopened):
            return before.tail_gone
        shown = Nights.union([event.stay.nights for event in self.events])
        return before.tail_gone if before.aside.unopened.overlaps(shown) else self.at

    def _matched(self, aside: Aside, whose: Attribution) -> Matched:
        return match(
            self.before.listing,
            self.before.claims,
            self.events,
            free=aside.nights | whose.echo | self._left_closed(self.before.claims),
            suspected=whose.suspected | self._vacant(),
            at=self.at,
            today=self.today,
            inventory=self.outage or (self.first and self.before.complete_at is None),
            may_miss=self.new,
            last=self.before.looked_at,
            sure=self.sure,
            patience=self.policy.one_missing.looks,
            unseen=self.seen.unseen_of(self.before.claims),
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
        said = tuple(one for one in claims if self._is_cancelled(one)) if self.seen.cancelled else ()
        claims = tuple(one for one in claims if one not in said) if said else claims
        ruling = rule(self.before, claims, self.at, self.today, self.policy, unseen=self.seen.unseen_of(claims))
        ruling = evolve(ruling, released=(*ruling.released, *said))
        inventory = self.first or self.outage
        return Ruling(ruling.case, (*ruling.claims, *ruling.released), ()) if inventory else ruling

    def _is_cancelled(self, claim: Claim) -> bool:
        """Whether a claim is not shown any more and the platform itself says that it is cancelled."""
        known = claim.missing is not None and claim.kind in self.traits.identified
        return known and claim.code in self.seen.cancelled

    def _left_closed(self, claims: Iterable[Claim]) -> Nights:
        """Return the nights that a platform leaves closed of guests who, as it says itself, have gone or moved.

        A reservation that is only not listed any more says nothing: nights that are still closed contradict it.
        """
        if self.traits.reopens:
            return NO_NIGHTS
        left: list[Nights] = []
        for claim in claims:
            if claim.kind not in self.traits.identified:
                continue
            now_at = Nights.union([one.stay.nights for one in self.events if one.uid == claim.uid])
            moved = now_at or (claim.missing is not None and claim.missing.moved)
            if moved or claim.code in self.seen.cancelled:
                left.append(claim.nights - now_at)
        return Nights.union(left)

    def _doubted(self, ruling: Ruling, rest: Seen) -> Ruling:
        """Suspect what outlives its cause, of what is freed now."""
        if not ruling.released:
            return ruling
        ours = brought_back(self.before, rest.closed, self.at, self.policy)
        return evolve(ruling, claims=outliving(self.before, ruling.claims, ruling.released, ours, self.today))

    def _vacant(self) -> Nights:
        """Return the nights of reservations that an API lists no more: what closes them now, nobody has said."""
        if not self.traits.pushed:
            return NO_NIGHTS
        listed = {event.uid for event in self.events}
        gone = [one for one in self.before.claims if one.kind in self.traits.identified and one.uid not in listed]
        return Nights.union([one.nights for one in gone])

    def _vacated(self, ruling: Ruling) -> Ruling:
        """Drop what stood for nights that a platform left closed, until it said that their guest is gone."""
        gone = [one for one in ruling.released if self._is_cancelled(one)] if not self.traits.reopens else []
        left = [one for one in ruling.claims if _is_a_block(one) and any(_took_over(one, old) for old in gone)]
        return evolve(ruling, claims=tuple([one for one in ruling.claims if one not in left])) if left else ruling

    def _after(self, aside: Aside, rest: Seen, whose: Attribution, ruling: Ruling, *, mass: bool) -> ListingState:
        before = self.before
        shown = rest.nights | aside.nights
        claimed = soft_claimed(before, ruling.claims)
        complete = self.new and not mass
        fades = before.fading
        if complete:
            fades = fading(before, rest, self.at, self.policy, sure=self.sure, inventory=self.outage)
        over = (before.hiding - rest.nights).before(self.sure)  # perhaps gone as over, not as free
        ours_now = self._left_closed(ruling.released) & rest.soft
        habit, lessons = whose.habit, before.lessons
        if complete:
            left = Nights.union(one.nights for one in before.fading) - shown - Nights.union(one.nights for one in fades)
            habit, lessons = learn(before, whose, shown, self.at, self.policy, left=left.since(self.sure))
        return evolve(
            before,
            **self._answered(complete=complete),
            owed_since=before.owed_since if not complete or _waits(fades, ruling.claims) else None,
            verdict=self._verdict(ruling),
            events=self.shown,
            shown=shown if complete else before.shown - before.aside.nights - ruling.freed | shown,
            aside=aside,
            echo=(whose.echo | ours_now) - claimed,
            hiding=(whose.hiding | Nights.union(one.nights for one in fades) | over) - claimed,
            ignored=whose.ignored - claimed,
            fading=fades,
            claims=ruling.claims,
            freed=self._freed(ruling.released),
            seen_empty=before.seen_empty or (complete and not ruling.claims),
            cleared=cleared(before, shown, self.at, self.policy).since(self.today) if complete else before.cleared,
            habit=habit,
            lessons=lessons,
            tainted=self._tainted(whose.echo),
            revisions=taken_over(before.revisions, ours_now, self.at),
        )

    def _tainted(self, echo: Nights) -> Nights:
        """Return what stays tainted: what our calendar may still have closed, or has."""
        before = self.before
        if not before.tainted:
            return NO_NIGHTS
        return before.tainted & (echo | before.published | reach(before.revisions, self.at, self.policy.grace))

    def _verdict(self, ruling: Ruling) -> Verdict:
        suspect = ruling.case is Case.MASS and any(one.missing for one in ruling.claims)
        return Verdict.SUSPECT if suspect else Verdict.COMPLETE

    def _freed(self, released: tuple[Claim, ...]) -> tuple[Freed, ...]:
        """Remember for a day what was freed because it disappeared; a date change is no disappearance."""
        recent = tuple(one for one in self.before.freed if self.at - one.at < self.policy.counting_window)
        vanished = [one for one in released if one.missing and not (one.missing.moved or self._is_cancelled(one))]
        return recent + tuple(Freed(self.at, one.nights, weight(one, self.traits, self.policy)) for one in vanished)

    def _answered(self, *, complete: bool) -> _Answered:
        """Return when the answer came, and whether its DTSTAMP tells the time of the request.

        An outage, and the time before a first look, last until a new look: a 304 does not end them.
        """
        before, stamp = self.before, self.seen.stamp
        live = stamp is not None and self._is_live(stamp)
        ahead = self.at + self.policy.live_stamp  # a stamp from the future would make every later look an old one
        return {
            "looked_at": before.looked_at if (self.outage or self.first) and not self.new else self.at,
            "looked_before": before.looked_at if self.new else before.looked_before,
            "complete_at": self.at if complete else before.complete_at,
            "failure": None,
            "stamp": max((one for one in (stamp, before.stamp) if one is not None and one <= ahead), default=None),
            "live_stamps": before.live_stamps or live,
        }

    def _findings(
        self, after: ListingState, aside: Aside, whose: Attribution, matched: Matched, ruling: Ruling
    ) -> Iterable[Finding]:
        """Say what this look changed, each with its reason."""
        before = self.before
        apart = aside.unopened - before.aside.unopened
        if apart and before.aside.rolling is None:
            why = "the calendar is not open yet: the run ends at the platform's horizon"
            yield self._found(Did.SET_ASIDE, apart, why)
        if aside.noticed - before.aside.noticed:
            yield self._found(Did.SET_ASIDE, aside.noticed, "the advance notice moves along with the date")
        for claim in matched.appeared:
            yield self._found(Did.CLAIM, claim.nights.since(self.today), self._why_claim(claim), claim)
        if whose.fresh:
            yield self._found(Did.ECHO, whose.fresh, "our own closing, come back after the platform had read it")
        for claim in ruling.released:
            why = _why_released(claim, ruling.case)
            if claim.nights.overlaps(after.claimed):
                why += "; what was sold again meanwhile stays closed"
            yield self._found(Did.RELEASE, claim.nights.since(self.today) - after.claimed, why, claim)
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
                why = _why_kept(claim, ruling.case, self.policy)
                yield self._found(Did.KEEP, claim.nights.since(self.today), why, claim)

    def _why_claim(self, claim: Claim) -> str:
        if any(one.id == claim.id and one.kind is claim.kind for one in self.before.claims):
            return f"the {claim.kind.value} changed its dates"
        return f"new {claim.kind.value}" + (", already there at the first look" if self.first else "")

    def _found(self, did: Did, nights: Nights, why: str, claim: Claim | None = None) -> Finding:
        return Finding(self.at, did, nights, why, self.before.id, (claim.id,) if claim else ())


@kept(1)
def _not_over(events: tuple[Event, ...], today: date) -> tuple[Event, ...]:
    """Return the events that are not over."""
    return tuple([event for event in events if event.stay.departure > today])


def _first_sure(seen: Observation, today: date, policy: Policy) -> date:
    """Return the first night that cannot be over yet by the platform's clock, which its DTSTAMP may tell."""
    latest = seen.at if seen.stamp is None else max(seen.at, min(seen.stamp, seen.at + timedelta(days=1)))
    return max(today, (latest.astimezone(UTC) + policy.day_ahead).date())


def _is_outage(before: ListingState, at: datetime, policy: Policy) -> bool:
    """Whether a look comes after an outage: much later than this listing is looked at otherwise.

    One that is only ever looked at every other day has no outage every other day.
    """
    if before.looked_at is None:
        return False
    usual = before.looked_at - before.looked_before if before.looked_before else timedelta(0)
    return at - before.looked_at > max(policy.outage, 2 * usual)


def _waits(fades: tuple[Fading, ...], claims: tuple[Claim, ...]) -> bool:
    """Whether something known is not shown, and looks have not agreed yet that it is gone.

    The look may be without more, which only the lost memory knew.
    """
    return bool(fades) or any(claim.missing for claim in claims)


def _is_a_block(claim: Claim) -> bool:
    """Whether a claim is a block, and not one of which the owner has said that it is theirs."""
    return claim.kind is Kind.BLOCK and not claim.answered


def _took_over(block: Claim, guest: Claim) -> bool:
    """Whether a block stands where a guest was, since they are not shown any more."""
    return block.nights <= guest.nights and guest.missing is not None and block.first_seen >= guest.missing.since


def _why_released(claim: Claim, case: Case) -> str:
    missing = claim.missing
    if missing and not missing.moved and not missing.looks:
        return "the platform says that it is cancelled"
    if missing is None or missing.moved:
        return "the reservation has left these nights; two looks agree"
    return f"{case.value}; {missing.looks} looks agree since {missing.since:%Y-%m-%d %H:%M %Z}"


def _why_kept(claim: Claim, case: Case, policy: Policy) -> str:
    if claim.missing and claim.missing.moved:
        return "left by a date change; free at the next look that agrees"
    patience = case.patience(policy)
    hours = patience.over.total_seconds() / 3600
    return f"{case.value}; kept closed until {patience.looks} looks agree over {hours:g} h"
