"""The mistakes that channel managers are known for: each opens a sold night, or keeps a free one closed for ever."""

from __future__ import annotations

from typing import Final

from tests.mutation.mutant import Mutant

__all__ = ["MISTAKES"]

MISTAKES: Final = (
    Mutant(
        "release-on-one-observation",
        "A claim that one look does not show is released at once: the next wrong answer opens sold nights.",
        "release",
        "return missing.looks >= patience.looks and missing.last - missing.since >= patience.over",
        "return missing.looks >= 1",
        shows=True,
    ),
    Mutant(
        "no-release-hold",
        "A night that nobody claims is opened although an echo there may hide a guest.",
        "availability",
        "kept = held & closed - tried.get(listing.id, NO_NIGHTS)",
        "kept = NO_NIGHTS",
    ),
    Mutant(
        "echo-at-first-look",
        "A guest who stood there before we came is our own closing, because copies of that guest are published.",
        "echo",
        "    fresh = NO_NIGHTS if first else candidates & whole\n",
        "    fresh = candidates & whole\n",
    ),
    Mutant(
        "habit-at-first-look",
        "A listing's guests of before teach us that it sends our closings back, or an empty answer that it never does.",
        "echo",
        "    first = before.complete_at is None  # what it shows may",
        "    first = before.listing is None  # what it shows may",
    ),
    Mutant(
        "own-copy-ends-the-hold",
        "A copy that an old link brought vouches for the guest it copies, and both go together.",
        "availability",
        "unnamed and (claim.inventory or state.takeover.may_be_linked)\n",
        "unnamed and (claim.orphaned is not None and state.takeover.may_be_linked)\n",
    ),
    Mutant(
        "answer-of-one-night-explains-all",
        "An answer about one stay makes a copy of a longer run beside it: the guest behind the rest is open elsewhere.",
        "takeover",
        "    rest = NO_NIGHTS if nights is None else kept.nights - nights\n",
        "    rest = NO_NIGHTS\n",
    ),
    Mutant(
        "echo-by-event",
        "An event that touches a night we closed is an echo as a whole: the guest beside our closing is overlooked.",
        "echo",
        """    fresh = NO_NIGHTS if first else candidates & whole
    if fresh and not before.listing.traits.pushed:
        fresh -= _with_others(seen, turned - (reached - before.cleared))
""",
        "    fresh = turned & Nights.union(one for one in seen.apart if one.overlaps(candidates & whole))\n",
    ),
    Mutant(
        "grace-from-publication",
        "What was superseded falls out of reach by the time we published the next calendar, not by when it was read:"
        " the echo of a platform that reads us twice a day becomes a claim.",
        "proof",
        "if _when_last_read(newer) > since and _when_superseded(revision, newer) > since",
        "if newer.at > since",
        shows=True,
    ),
    Mutant(
        "echo-by-summary",
        "What an event calls itself decides: a closure that names no guest is taken for ours, whatever we published.",
        "echo",
        """    fresh = NO_NIGHTS if first else candidates & whole
    if fresh and not before.listing.traits.pushed:
        fresh -= _with_others(seen, turned - (reached - before.cleared))
""",
        "    fresh = turned if before.revisions else NO_NIGHTS\n",
        shows=True,
    ),
    Mutant(
        "closed-interval",
        "The departure's night counts as taken: a guest who leaves in the morning keeps the next one out.",
        "nights",
        "high = departure.toordinal() - _EPOCH_ORDINAL",
        "high = departure.toordinal() - _EPOCH_ORDINAL + 1",
    ),
    Mutant(
        "turnover-is-overlap",
        "A guest who arrives on the day another leaves is taken for a double booking.",
        "nights",
        "return self.arrival < other.departure and other.arrival < self.departure",
        "return self.arrival <= other.departure and other.arrival <= self.departure",
    ),
    Mutant(
        "or-hides-double-booking",
        "The nights of all claims are united before they are counted, so that no night is ever taken twice.",
        "nights",
        "            bits = source._bits\n            twice |= once & bits\n",
        "            bits = source._bits\n",
        shows=True,
    ),
    Mutant(
        "or-hides-double-in-one-source",
        "Two stays of one calendar on one night are united, and the double booking inside it is lost.",
        "nights",
        "twice |= once & bits | source.doubled.bits",
        "twice |= once & bits",
    ),
    Mutant(
        "rolling-closures-as-claims",
        "The part of a calendar that is not open yet is taken for a guest, and closes a year everywhere else.",
        "observation",
        "    if traits.horizon is None:\n",
        "    if traits.horizon is None or events:\n",
        shows=True,
    ),
    Mutant(
        "opens-what-the-owner-closed",
        "What the owner blocks here is closed nowhere, or opened again.",
        "availability",
        "ours = [claim for claim in state.own if claim.channel is None or claim.channel != listing.listing.key]",
        "ours = [claim for claim in state.own if claim.may_be_guest and claim.channel != listing.listing.key]",
        shows=True,
    ),
    Mutant(
        "opens-what-the-owner-closed-there",
        "A block that the owner made on a platform closes nothing elsewhere: only guests do.",
        "availability",
        "        nights = Nights.union([claim.stay.nights for claim in plain])\n",
        "        nights = Nights.union([claim.stay.nights for claim in plain if claim.may_be_guest])\n",
        shows=True,
    ),
)
