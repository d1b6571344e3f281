"""Mistakes in what proves a closing, in when to look, and in what may be left out (law 4; section 7)."""

from __future__ import annotations

from typing import Final

from tests.mutation.mutant import Mutant

__all__ = ["MISTAKES"]

MISTAKES: Final = (
    # -- proof ---------------------------------------------------------------------------------------------------------
    Mutant(
        "exposure-ends-at-publication",
        "A sold night counts as safe once it stands in our calendar, read or not.",
        "proof",
        "        open_nights -= fetched_nights(revisions) - doubted\n",
        "        open_nights -= revisions[-1].nights if revisions else NO_NIGHTS\n",
    ),
    Mutant(
        "exposed-since-just-now",
        "How long a night has been exposed begins anew with every step.",
        "proof",
        "found.append(evolve(old, nights=still))",
        "found.append(Exposure(still, now))",
    ),
    Mutant(
        "published-is-fetched",
        "A night that the platform has not read is said to have been fetched.",
        "proof",
        "    if night in fetched_nights(revisions):\n",
        "    if revisions and night in revisions[-1].nights:\n",
    ),
    Mutant(
        "revision-pruned-too-early",
        "A calendar is forgotten although what the platform read of it may still come back.",
        "proof",
        "now - one.last_fetch < 2 * grace]",
        "now - one.last_fetch < 0 * grace]",
    ),
    Mutant(
        "cached-revision-forgotten",
        "A calendar superseded before anybody read it is forgotten, although a stale copy of it may still be read.",
        "proof",
        "if one.last_fetch is None and (now - one.at < grace or _may_have_arrived(one, read, now - grace))",
        "if _may_have_arrived(one, read, now - grace)",
    ),
    Mutant(
        "lesson-before-its-time",
        "A closing teaches that a platform does not echo before it has had the grace period to show.",
        "proof",
        "if one.first_fetch is not None and one.first_fetch <= since]",
        "if one.first_fetch is not None]",
    ),
    Mutant(
        "fetch-by-number-ignored",
        "Whichever calendar a platform read, the one in force counts as read.",
        "reconcile",
        "number = revision if revision is not None else (before.revisions[-1].number if before.revisions else 0)",
        "number = before.revisions[-1].number if before.revisions else 0",
    ),
    Mutant(
        "fetched-but-still-cleared",
        "A night closed anew and read by the platform stays one that cannot be an echo: the echo becomes a claim.",
        "reconcile",
        "clear = before.cleared - last[0].nights if last else before.cleared",
        "clear = before.cleared",
    ),
    Mutant(
        "suspect-look-proves",
        "A night counts as read back although the last answer, too odd to open anything, shows it open.",
        "reconcile",
        "shown, doubted = listing.closed_there, listing.contradicted",
        "shown, doubted = listing.shown, listing.contradicted",
    ),
    # -- when to look --------------------------------------------------------------------------------------------------
    Mutant(
        "retry-after-ignored",
        "We look again before the time that the platform asked us to wait for is over.",
        "cadence",
        "until = max(now + min(max(retry_after, timedelta()), LONGEST_WAIT), until or now)",
        "until = until or now",
    ),
    Mutant(
        "hints-without-a-gap",
        "Every hint is a look at once: whoever sends many makes us hammer the platform.",
        "cadence",
        "soonest = max(now, min(state.tried, now) + (FIRST_BACKOFF if state.failures else SHORTEST_GAP))",
        "soonest = now",
    ),
    Mutant(
        "hint-defers-a-look",
        "A hint may put off a look that was due sooner.",
        "cadence",
        "return evolve(state, next_at=min(state.next_at, soonest))",
        "return evolve(state, next_at=soonest)",
    ),
    Mutant(
        "backoff-without-end",
        "The wait after failures grows for ever, and a platform that is back is not heard for days.",
        "cadence",
        "min(FIRST_BACKOFF * (1 << doublings), LONGEST_BACKOFF)",
        "FIRST_BACKOFF * (1 << doublings)",
    ),
    Mutant(
        "refusal-never-told",
        "A platform that refuses our link for ever is taken for one that is down, and the owner is not told.",
        "cadence",
        "return now - (state.refused_since or now) >= DISCONNECTED_AFTER",
        "return False",
    ),
    Mutant(
        "clock-orders-readings",
        "After our clock was set back the calendar that a platform read an hour ago counts as the one it read last.",
        "proof",
        "one.fetched(at) if one.number == number else one.fetched_before(at)",
        "one.fetched(at) if one.number == number else one",
    ),
    # -- what may be left out ------------------------------------------------------------------------------------------
    Mutant(
        "quiet-over-the-grace",
        "Looks are left out although the grace of what a platform read ends meanwhile, and with it an echo.",
        "quiet",
        "            yield revision.last_fetch + policy.grace\n",
        "",
    ),
    Mutant(
        "quiet-over-midnight",
        "Looks are left out over midnight, and what is over stays closed.",
        "quiet",
        "return min((midnight, *(moment for moment in _moments(state, policy) if moment > now)))",
        "return min((midnight + timedelta(days=1), *(moment for moment in _moments(state, policy) if moment > now)))",
    ),
    Mutant(
        "quiet-while-something-waits",
        "A look that counts towards a release is taken for one that changed nothing, and the release never comes.",
        "quiet",
        '"looked_at", "looked_before", "complete_at", "stamp", "health"}',
        '"looked_at", "looked_before", "complete_at", "stamp", "health", "claims", "fading"}',
        shows=True,
    ),
    Mutant(
        "copies-noted-as-looks",
        "A copy that the platform had given before is noted as a look of its own.",
        "quiet",
        "return evolve(listing, looked_at=at, stamp=stamp, health=health)",
        "return evolve(listing, looked_at=at, complete_at=at, stamp=stamp, health=health)",
    ),
    Mutant(
        "quiet-over-a-hold-that-ends",
        "Looks are left out although something the owner holds runs out meanwhile, and it stays closed.",
        "quiet",
        "    yield from (claim.expires for claim in state.own if claim.expires is not None)\n",
        "",
    ),
)
