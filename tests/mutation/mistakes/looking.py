"""Mistakes in reading a look: is it a look at all, what rolls, whose is a night, which claim is which (law 3 and 4)."""

from __future__ import annotations

from typing import Final

from tests.mutation.mutant import Mutant

__all__ = ["MISTAKES"]

MISTAKES: Final = (
    # -- is it a look, and how far is it to be trusted? ----------------------------------------------------------------
    Mutant(
        "unusable-look-clears",
        "An answer that cannot be read counts as an empty calendar, and everything it takes is forgotten.",
        "reconcile",
        "after = evolve(before, verdict=Verdict.UNUSABLE, failure=seen.failure)",
        "after = evolve(before, verdict=Verdict.UNUSABLE, failure=seen.failure, claims=(), shown=NO_NIGHTS)",
        shows=True,
    ),
    Mutant(
        "304-counts-as-a-look",
        "An answer that says only that nothing has changed counts as one more look that agrees.",
        "look",
        "if self.seen.not_modified or self.seen.stands_in:",
        "if self.seen.stands_in:",
    ),
    Mutant(
        "repeated-dtstamp-counts",
        "A cached copy of an earlier answer, which its repeated DTSTAMP betrays, counts as a look of its own.",
        "look",
        "return stamp > before.stamp or (stamp == before.stamp and self.shown != before.events)",
        "return True",
    ),
    Mutant(
        "suspect-look-frees",
        "What a suspect look does not show is believed open: echoes and their guests are forgotten.",
        "look",
        "complete = self.new and not mass",
        "complete = self.new",
    ),
    Mutant(
        "suspect-look-attributes",
        "A suspect look decides whose nights are, as if it were complete.",
        "look",
        "whose = attribute(self.before, rest, self.at, self.policy, complete=False)",
        "whose = attribute(self.before, rest, self.at, self.policy, complete=True)",
    ),
    Mutant(
        "outage-is-no-inventory",
        "The first look after days without one goes on counting where the last one stood.",
        "look",
        "return at - before.looked_at > max(policy.outage, 2 * usual)",
        "return False",
    ),
    Mutant(
        "copied-end-is-a-claim",
        "The unopened end that a direct link brings in from a calendar that reaches farther is a claim, and with it all"
        " that it is merged with.",
        "observation",
        "*(far for far in copied if far > own)",
        "*(far for far in copied if far < 0)",
    ),
    Mutant(
        "nearer-end-rolls",
        "What ends where a nearer calendar's would is taken for its unopened end: a guest of a year ahead.",
        "observation",
        "*(far for far in copied if far > own)",
        "*copied",
    ),
    Mutant(
        "short-cut-over-a-wait",
        "A look that shows what the last one did is passed over while a claim is missing, which then waits for ever.",
        "look",
        "            and not any(claim.missing for claim in before.claims)\n",
        "",
    ),
    # -- what rolls? ---------------------------------------------------------------------------------------------------
    Mutant(
        "rolling-run-hides-a-guest",
        "What a calendar's rolling end gains at its near side is set aside with it: a guest merged with it is lost.",
        "observation",
        "nights -= may_hide_guest.before(before.rolling.arrival) - before.unopened",
        "nights -= NO_NIGHTS",
    ),
    Mutant(
        "rolling-run-swallows-claims",
        "A guest who was known before the rolling end reached them is set aside with it.",
        "observation",
        "- rest - known",
        "- rest",
    ),
    Mutant(
        "notice-at-once",
        "A short block at today is an advance notice before it has moved once: the owner's own closing is overlooked.",
        "observation",
        "if notice and notice.moved and event:",
        "if notice and event:",
    ),
    Mutant(
        "open-until-ignored",
        "The owner's word on where the open calendar ends changes nothing.",
        "observation",
        "        nights = nights.since(open_until)\n",
        "        nights = nights.since(today)\n",
    ),
    # -- whose is a night? ---------------------------------------------------------------------------------------------
    Mutant(
        "reservation-taken-for-echo",
        "Nights that a platform shows as a reservation may be our own closing come back.",
        "echo",
        "        kinds = traits.echo_kinds\n",
        "        kinds = frozenset(Kind)\n",
    ),
    Mutant(
        "part-of-a-run-is-echo",
        "Part of one of our closings counts as its echo, and a guest who bought half of the nights is overlooked.",
        "proof",
        "Nights.union([run for run in runs if not run.overlaps(open_there)]) & shown",
        "Nights.union(runs) & shown",
    ),
    Mutant(
        "set-aside-counts-as-open",
        "A closing that reaches into the unopened calendar never comes back whole, and its turnover nights grow.",
        "echo",
        "whole = brought_back(before, seen.closed, at, policy)",
        "whole = brought_back(before, seen.nights, at, policy)",
    ),
    Mutant(
        "nothing-is-cleared",
        "A night that the platform opened after reading us may still be an echo: its next guest is overlooked.",
        "echo",
        "return open_again & (before.cleared | open_again - shown)",
        "return NO_NIGHTS",
    ),
    Mutant(
        "never-after-one-lesson",
        "One closing that did not come back makes a listing that never echoes, and the next echo closes for ever.",
        "echo",
        "EchoHabit.NEVER if counted >= policy.echo_lessons else habit",
        "EchoHabit.NEVER",
    ),
    Mutant(
        "never-is-for-ever",
        "A listing that was learned never to echo is believed even when it begins to.",
        "echo",
        "return len(silent) < policy.echo_lessons",
        "return False",
    ),
    Mutant(
        "echo-outlives-its-cause",
        "What stays closed long after the platform read that it is free is our echo: the guest there is overlooked.",
        "echo",
        "overdue = kept - (fetched_nights(before.revisions) | whole) - before.tainted if complete else NO_NIGHTS",
        "overdue = NO_NIGHTS",
    ),
    Mutant(
        "suspicion-raises-suspicion",
        "A night closed only because of a suspicion raises another one: two stale platforms keep each other closed.",
        "echo",
        "(fetched_nights(before.revisions) | whole) - before.tainted if complete",
        "(fetched_nights(before.revisions) | whole) if complete",
    ),
    Mutant(
        "owners-word-outlives-an-opening",
        "That nobody hides behind an echo is believed although the platform has been told since to open the night.",
        "echo",
        "(fresh | opened - before.tainted | seen.maybe_guest - last.maybe_guest)",
        "(fresh | seen.maybe_guest - last.maybe_guest)",
    ),
    # -- which claim is which? -----------------------------------------------------------------------------------------
    Mutant(
        "clip-at-today-is-cancellation",
        "A running stay that the platform shows from today on only has lost its first nights.",
        "matching",
        "        future = claim.nights.since(look.today)\n",
        "        future = claim.nights\n",
    ),
    Mutant(
        "uid-believed-everywhere",
        "A UID is believed where only the nights are real: the next guest with the same one is taken for the old one.",
        "matching",
        "(named if event.uid and event.kind in listing.traits.identified else soft).append(event)",
        "(named if event.uid else soft).append(event)",
    ),
    Mutant(
        "shown-again-but-still-missing",
        "A claim that vanished and is shown again goes on waiting for its release.",
        "matching",
        "_surer(claim, here, maybe).shown_again()",
        "_surer(claim, here, maybe)",
    ),
    Mutant(
        "date-change-frees-at-once",
        "The nights a guest leaves by a change of dates are free at the look that shows it.",
        "matching",
        "claims += _left_behind(look, claim, shown)",
        "claims += []",
    ),
    Mutant(
        "block-hides-a-guest",
        "What the owner once closed stays a block although the platform now shows something else there.",
        "matching",
        "return evolve(claim, kind=Kind.CLOSURE)",
        "return claim",
    ),
    Mutant(
        "old-link-sold-again",
        "Nights that the owner has explained by an old link stay an echo when a guest buys them within a longer stay.",
        "echo",
        "        kept -= explained_away & _with_others(seen, turned - (reached - before.cleared))\n",
        "        pass\n",
    ),
)
