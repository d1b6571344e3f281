"""How far a look is to be trusted, and when a vanished claim may free its nights: close fast, open slowly.

A claim that is not shown any more is *missing*: its nights stay closed. How long depends on how much vanished at once,
because the wrong answers on record (an empty calendar, a calendar without half of its events) lost everything or nearly
everything for one look, while cancellations come alone (measured: 265 of 275 alone, 10 in pairs, in 12,420 looks). The
strictest matching case wins, and what is not listed here is `Case.MASS`:

======== ================================================================== ==========================
case     what is missing                                                     patience (policy)
======== ================================================================== ==========================
NONE     nothing
MOVED    nights that one reservation left by changing its dates; of several, the next agreeing look
         or most of the calendar, they count as missing
ONE      one claim, at most half of the known future nights                  3 looks over 30 minutes
TWO      two claims, at most a third of the known future claims              3 looks over 4 hours
ONLY     the only claim of a listing known to be empty at times              3 looks over 4 hours
MASS     anything else; the look is *suspect*                                3 looks over 24 hours, or the
                                                                             owner's word
======== ================================================================== ==========================

Where the whole rolling end of the calendar vanished in the last 24 hours as well, whatever is missing is MASS: an
answer on record lost stays and the unopened calendar together, for an hour.

Looks agree when they are usable, new, and show the nights open; one that shows them closed ends the wait. Suspect looks
agree with suspect ones only: where a wait meets a look of the other sort it begins anew, so that an empty answer is
never one of the three that free a single claim. What was released on disappearance alone in the last 24 hours still
counts as missing, so that a calendar cannot empty itself drop by drop.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import Enum
from typing import final

from attrs import frozen

from channelsync.claims import Claim, Missing
from channelsync.evolving import evolve
from channelsync.ids import ClaimId
from channelsync.nights import Nights
from channelsync.policy import Patience, Policy
from channelsync.state import Freed, ListingState
from channelsync.traits import Traits

__all__ = ["Case", "Ruling", "case_of", "moves_too_much", "rule", "tail_is_gone", "weight"]


class Case(Enum):
    """How much vanished at once; see the table at the head of this module."""

    NONE = "nothing is missing"
    ONE = "one claim vanished, the rest is intact"
    TWO = "two claims vanished"
    ONLY = "the only claim vanished, and this calendar has been empty before"
    MASS = "too much vanished at once"

    def patience(self, policy: Policy) -> Patience:
        """Return how many agreeing looks this case asks for, over how long."""
        return {
            Case.NONE: Patience(0, policy.one_missing.over),
            Case.ONE: policy.one_missing,
            Case.TWO: policy.two_missing,
            Case.ONLY: policy.only_missing,
            Case.MASS: policy.mass_missing,
        }[self]


_MOVED_LOOKS = 2
"""A date change shows in one look; the next one that agrees frees the nights left behind."""


@final
@frozen
class Ruling:
    """What to do with a listing's claims after a look: those that stay, and those whose nights are free."""

    case: Case
    claims: tuple[Claim, ...]
    released: tuple[Claim, ...]

    @property
    def freed(self) -> Nights:
        """The nights that are free."""
        return Nights.union(claim.nights for claim in self.released)


def weight(claim: Claim, traits: Traits, policy: Policy) -> int:
    """Return for how many guests a missing claim may stand: a long run may be several on a platform that merges."""
    if not traits.merges:
        return 1
    long_run = policy.merged_run_nights
    return 1 + (claim.stay.length > long_run) + (claim.stay.length > 2 * long_run)


def case_of(
    before: ListingState,
    claims: Iterable[Claim],
    freed: Iterable[Freed],
    today: date,
    policy: Policy,
    *,
    tail_gone: bool = False,
) -> Case:
    """Return how much is missing of these claims, counting what was freed lately.

    Args:
        before: the listing's habits and whether it was seen empty.
        claims: all its claims, missing ones included.
        freed: what was released on disappearance alone within the counting window.
        today: the date at the unit; nights that are over do not count.
        policy: the thresholds.
        tail_gone: whether the whole rolling end of the calendar vanished within the counting window.
    """
    traits = before.listing.traits
    claims = tuple(claims)
    braked = moves_too_much(claims, today, policy)
    known = [claim for claim in claims if braked or not (claim.missing and claim.missing.moved)]
    gone = [claim for claim in known if claim.missing]
    if not gone:
        return Case.NONE
    freed = list(freed)
    count = sum(weight(claim, traits, policy) for claim in gone) + sum(one.weight for one in freed)
    freed_nights = Nights.union(one.nights for one in freed).since(today)
    gone_nights = Nights.union(claim.nights for claim in gone).since(today) | freed_nights
    known_nights = Nights.union(claim.nights for claim in known).since(today) | freed_nights
    if count == 1 and len(known) == 1 and not tail_gone:
        return Case.ONLY if before.seen_empty or traits.empty_is_normal else Case.MASS
    if tail_gone or len(gone_nights) > policy.one_share * len(known_nights):
        return Case.MASS
    if count == 1:
        return Case.ONE
    if count == 2 and count <= policy.two_share * (len(known) + sum(one.weight for one in freed)):  # noqa: PLR2004
        return Case.TWO
    return Case.MASS


def moves_too_much(claims: Iterable[Claim], today: date, policy: Policy) -> bool:
    """Whether more dates changed at once than one guest changes: then what was left behind is judged as missing.

    An answer whose ends are wrong shortens every stay; a guest who changes dates changes one, and seldom most of it.
    """
    every = tuple(claims)
    moved = [claim for claim in every if claim.missing and claim.missing.moved]
    if not moved:
        return False
    left = Nights.union(claim.nights for claim in moved).since(today)
    known = Nights.union(claim.nights for claim in every).since(today)
    return len({claim.uid for claim in moved}) > 1 or len(left) > policy.one_share * len(known)


def tail_is_gone(before: ListingState, at: datetime, policy: Policy) -> bool:
    """Whether the whole rolling end of the calendar vanished so lately that a wrong answer may have lost it."""
    return before.tail_gone is not None and at - before.tail_gone <= policy.counting_window


def rule(
    before: ListingState,
    claims: tuple[Claim, ...],
    at: datetime,
    today: date,
    policy: Policy,
    *,
    unseen: frozenset[ClaimId] = frozenset(),
) -> Ruling:
    """Decide which missing claims are free after a new, usable look, and count the look for the others.

    Args:
        before: the listing as remembered; ``freed`` is what was released lately.
        claims: its claims after the look, the missing ones marked with the look at which they were first missing.
        at: when the look was taken.
        today: the date at the unit.
        policy: the thresholds.
        unseen: the claims that the look may not have shown: a wait for one of them neither ends nor goes on, and those
            that do not wait vouch for nothing.
    """
    if not any(claim.missing for claim in claims):
        return Ruling(Case.NONE, claims, ())
    freed = [one for one in before.freed if at - one.at < policy.counting_window]
    judged = [claim for claim in claims if claim.missing or claim.id not in unseen]
    case = case_of(before, judged, freed, today, policy, tail_gone=tail_is_gone(before, at, policy))
    patience = case.patience(policy)
    suspect, braked = case is Case.MASS, moves_too_much(judged, today, policy)
    counted = tuple(
        _uncounted(claim, at, before) if claim.id in unseen else _counted(claim, at, before, suspect=suspect)
        for claim in claims
    )
    released = tuple(
        claim
        for claim in counted
        if claim.missing
        and claim.id not in unseen
        and _patient(claim.missing, patience, suspect=suspect, braked=braked)
    )
    return Ruling(case, tuple(claim for claim in counted if claim not in released), released)


def _counted(claim: Claim, at: datetime, before: ListingState, *, suspect: bool) -> Claim:
    """Count one more agreeing look for a missing claim; suspect and complete looks do not agree with each other."""
    missing = claim.missing
    if missing is None:
        return claim
    last = before.complete_at
    if missing.since > at:  # a clock that was ahead must not make us wait for it
        return evolve(claim, missing=Missing(at, at, 1, missing.moved))
    if missing.looks and last is not None and (missing.last > last) is not suspect:
        return evolve(claim, missing=Missing(at, at, 1, missing.moved))
    return evolve(claim, missing=evolve(missing, last=at, looks=missing.looks + 1))


def _uncounted(claim: Claim, at: datetime, before: ListingState) -> Claim:
    """Leave a claim as it is; a wait that suspect looks have counted begins anew, for this look may be complete."""
    missing, last = claim.missing, before.complete_at
    if missing is None or last is None or missing.last <= last:
        return claim
    return evolve(claim, missing=Missing(at, at, 0, missing.moved))


def _patient(missing: Missing, patience: Patience, *, suspect: bool, braked: bool) -> bool:
    """Whether the looks agree for long enough; what a date change left waits for complete looks."""
    if missing.moved and not braked:
        return missing.looks >= _MOVED_LOOKS and not suspect
    return missing.looks >= patience.looks and missing.last - missing.since >= patience.over
