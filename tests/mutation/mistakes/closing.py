"""Mistakes in closing, in taking over and in telling a double booking (laws 1, 3 and 5; sections 4 and 6)."""

from __future__ import annotations

from typing import Final

from tests.mutation.mutant import Mutant

__all__ = ["MISTAKES"]

MISTAKES: Final = (
    # -- what must be closed where? ------------------------------------------------------------------------------------
    Mutant(
        "own-claims-published-back",
        "A listing's own guests are sent back to it, and hide their own cancellation for ever.",
        "availability",
        "taken[one.id] for one in state.listings if one.id != listing.id",
        "taken[one.id] for one in state.listings",
        shows=True,
    ),
    Mutant(
        "suspected-closes-everywhere",
        "A suspected claim closes where the night is shown closed already: two stale platforms keep each other closed.",
        "availability",
        "suspected |= nights & (",
        "suspected |= nights | nights & (",
    ),
    Mutant(
        "mirrored-published-to-its-original",
        "A copy is sent to the listing it copies, so that the two keep each other alive.",
        "availability",
        "            nights &= _protected(state, listing, claim, nights)\n",
        "            nights &= nights\n",
        shows=True,
    ),
    Mutant(
        "turnover-not-widened",
        "The nights around a guest that the unit needs for cleaning stay open elsewhere.",
        "availability",
        "for claim in sure]).widened(turnover)\n",
        "for claim in sure])\n",
    ),
    Mutant(
        "own-turnover-forgotten",
        "The turnover nights are closed everywhere but where the guest has booked.",
        "availability",
        "    firm |= _own_turnover(state, listing)\n",
        "",
    ),
    Mutant(
        "hold-tried-everywhere",
        "A night held for a hidden guest is opened on all the listings that may hide one, not on one at a time.",
        "availability",
        "        waiting -= pick\n",
        "",
    ),
    Mutant(
        "unlinked-but-published",
        "A listing that was unlinked is still looked after as if it were there.",
        "state",
        "return tuple(one for one in self.listings if not one.retired)",
        "return self.listings",
    ),
    Mutant(
        "adopted-on-partial-cover",
        "A stay typed in ends as soon as the platform shows one of its nights: the others open.",
        "reconcile",
        "entry.nights.since(today) <= seen:",
        "entry.nights.since(today).overlaps(seen):",
    ),
    Mutant(
        "calendar-published-at-every-step",
        "Every step publishes a new calendar, changed or not.",
        "reconcile",
        "    if old != new or not listing.revisions:\n",
        "    if listing.listing:\n",
        shows=True,
    ),
    Mutant(
        "stamps-move-for-nothing",
        "A closing that has not changed gets a new DTSTAMP with every revision.",
        "reconcile",
        "known.get(stay) or Run(stay, now)",
        "Run(stay, now)",
    ),
    Mutant(
        "copy-leaves-its-original-open",
        "A guest taken for a copy closes nothing where the night is shown open, while direct links may stand.",
        "availability",
        "state.takeover.may_be_linked and listing.habit is EchoHabit.ECHOES",
        "state.takeover.may_be_linked",
    ),
    Mutant(
        "copy-opens-turnover-nights",
        "Where one closure may be a copy, the turnover nights around all the others are opened.",
        "availability",
        "    firm |= Nights.union([taken.beside for taken in elsewhere]) & listing.published\n",
        "",
    ),
    # -- taking over ---------------------------------------------------------------------------------------------------
    Mutant(
        "takeover-ends-without-reads",
        "The watch over old direct links ends although a platform has not read our calendar since they were removed.",
        "takeover",
        "return all(read is not None and read >= since for read in reads)",
        "return True",
    ),
    Mutant(
        "takeover-ends-at-once",
        "The watch over old direct links ends before what they brought has had the time to vanish.",
        "takeover",
        "if since is None or now - since < policy.takeover_watch:",
        "if since is None:",
    ),
    Mutant(
        "part-is-a-copy",
        "A closure on part of another listing's stay is taken for a copy of it, though a copy brings all the nights.",
        "takeover",
        "and other.nights.since(today) <= listing.shown",
        "and other.nights.since(today).overlaps(listing.shown)",
    ),
    Mutant(
        "copy-shown-first-is-the-original",
        "Of two closures on one stay the one first shown later is taken for the original.",
        "takeover",
        "return apart.total_seconds() > 0 and not copy.inventory",
        "return apart.total_seconds() < 0 and not copy.inventory",
    ),
    Mutant(
        "copy-outlives-its-original",
        "A copy whose original is gone keeps its nights closed for ever, and the owner is never asked.",
        "takeover",
        "return evolve(claim, standing=Standing.SUSPECTED, credited=None, answered=False)",
        "return claim",
    ),
    Mutant(
        "brought-back-is-a-guest",
        "Turnover nights that we closed elsewhere and an old link brings here are a guest's, and are widened again.",
        "takeover",
        "if source.id != copy.listing and source.may_echo",
        "if source.id == copy.listing and source.may_echo",
    ),
    Mutant(
        "mine-leaves-its-echo-alone",
        "Beside the owner's own closing what may be its copy is never asked about: they keep each other closed.",
        "takeover",
        "(said is Answer.RESERVATION or (said is Answer.MINE and not original.answered))",
        "said is Answer.RESERVATION",
    ),
    # -- who sold what twice? ------------------------------------------------------------------------------------------
    Mutant(
        "copies-are-alarms",
        "What may be a copy, a suspicion or already gone is told as a double booking.",
        "conflicts",
        "if gone or Standing.FIRM is not first.standing or Standing.FIRM is not second.standing:",
        "if Standing.FIRM is not first.standing and Standing.FIRM is not second.standing and gone:",
    ),
    Mutant(
        "one-listing-cannot-double",
        "Two guests whom one platform sold the same night are not told.",
        "conflicts",
        "return Certainty.CERTAIN if both and not gone else None",
        "return None",
    ),
    Mutant(
        "shortened-stay-conflicts-at-home",
        "A stay that was shortened conflicts with the next guest of its own calendar until the release.",
        "conflicts",
        "nights &= Nights.union(event.stay.nights for event in shown if event.uid == claim.uid)",
        "nights &= Nights.union(event.stay.nights for event in shown)",
    ),
    Mutant(
        "one-stay-conflicts-with-itself",
        "A stay seen by two routes, under one code, is told as two guests.",
        "conflicts",
        "if first.code and first.code == second.code:",
        "if first.code and first.code != second.code:",
    ),
    Mutant(
        "every-double-is-certain",
        "A double booking of which nobody knows whether both are guests is told as certain.",
        "conflicts",
        "return Certainty.CERTAIN if both else Certainty.PROBABLE",
        "return Certainty.CERTAIN",
    ),
    Mutant(
        "entry-conflicts-with-its-listing",
        "A stay typed in for a platform conflicts with the very one that the platform then shows.",
        "conflicts",
        "return entry.channel is not None and seen.listing is not None and listings[seen.listing].key == entry.channel",
        "return False",
    ),
    Mutant(
        "double-for-ever",
        "What is left of a guest's nights after a part has gone is certainly a guest's: the owner once said so.",
        "matching",
        "            parts = [_unsaid(part) for part in parts]\n",
        "            parts = list(parts)\n",
    ),
    # -- what must not be linked? --------------------------------------------------------------------------------------
    Mutant(
        "own-calendar-linked",
        "Our own calendar may be pasted as a platform's, and closes for ever what it once closed.",
        "coherence",
        "any(_is_under(where, base) for base in own_feeds)",
        "any(_is_under(where, base) for base in ())",
    ),
    Mutant(
        "listing-on-two-units",
        "One listing may be linked to two lodgings, by another address of the same calendar.",
        "coherence",
        "return bool(link.platform_id) and (link.channel, link.platform_id) == (other.channel, other.platform_id)",
        "return False",
    ),
    Mutant(
        "other-platform-linked",
        "Another platform's calendar may be linked under this one's name, and is read with the wrong habits.",
        "coherence",
        "if not claimed or any(one.name == link.channel for one in claimed):",
        "if claimed or not claimed:",
    ),
    Mutant(
        "exchanged-lodgings-unnoticed",
        "Two lodgings whose links were exchanged are not noticed, though their calendars contradict the others.",
        "coherence",
        "return len(overlapped) >= max(FEWEST_STAYS, CONTRADICTION_SHARE * len(old))",
        "return False",
    ),
)
