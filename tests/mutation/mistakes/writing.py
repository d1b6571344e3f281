"""Mistakes in writing to platforms that take our writes, and in what is believed of what they say."""

from __future__ import annotations

from typing import Final

from tests.mutation.mutant import Mutant

__all__ = ["MISTAKES"]

MISTAKES: Final = (
    Mutant(
        "opening-without-a-look",
        "Nights are opened from what a listing showed some time ago: a guest may have them by now.",
        "pushing",
        "fresh = looked is not None and listing.complete_at == looked and listing.verdict is Verdict.COMPLETE",
        "fresh = listing.verdict is Verdict.COMPLETE",
    ),
    Mutant(
        "opening-after-a-suspect-look",
        "A look that lost too much opens nights all the same.",
        "pushing",
        " and listing.verdict is Verdict.COMPLETE",
        "",
    ),
    Mutant(
        "opening-what-the-owner-closed",
        "Whatever is closed there and wanted by nobody is opened: the owner's own closing as well.",
        "pushing",
        "(listing.echo & listing.closed_there).since(today)",
        "listing.closed_there.since(today)",
    ),
    Mutant(
        "accepted-for-ever",
        "What was accepted once is never written again, although the listing shows that it is open.",
        "pushing",
        "one.last_fetch is not None and one.last_fetch > looked",
        "one.last_fetch is not None",
    ),
    Mutant(
        "sent-is-forgotten",
        "A write whose answer was lost never happened: what it closed is taken for the owner's, and stays for ever.",
        "proof",
        "return not any(one.number > sent.number and one.first_fetch and one.first_fetch <= since for one in read)",
        "return False",
    ),
    Mutant(
        "any-cancellation-is-everybodys",
        "Once a platform calls one reservation cancelled, every missing one is free.",
        "look",
        "return known and claim.code in self.seen.cancelled",
        "return known",
    ),
    Mutant(
        "left-closed-is-the-owners",
        "Nights that a platform leaves closed after a cancellation are taken for the owner's: nobody opens them again.",
        "look",
        "revisions=taken_over(before.revisions, ours_now, self.at),",
        "revisions=before.revisions,",
    ),
    Mutant(
        "closed-again-is-ours",
        "What its owner closes with others, right after our opening, still counts as ours: it is opened again.",
        "echo",
        "        kept -= given_back & _with_others(seen, turned - (reached - before.cleared))\n",
        "        kept -= NO_NIGHTS\n",
    ),
    Mutant(
        "hold-ends-by-the-clock",
        "A guest to whom we said yes loses the nights after ten minutes, though nobody has looked whether they booked.",
        "reconcile",
        "    return all(at is not None and at >= hold.expires for at in looks)\n",
        "    return True\n",
    ),
    Mutant(
        "other-dates-drop-the-booked-ones",
        "A question about other dates drops the hold of a booking that does not show yet: its nights open elsewhere.",
        "orders",
        "old.code == made.code and old.nights <= made.nights",
        "old.code == made.code",
    ),
    Mutant(
        "opened-still-counts-as-closed",
        "What we have opened counts as shown closed until the next look: sold elsewhere meanwhile, it is not closed.",
        "reconcile",
        "shown=before.shown - opening))",
        "shown=before.shown))",
    ),
    Mutant(
        "opened-and-shown-the-same",
        "An opening that was not done is forgotten where the platform's calendar shows what it showed before.",
        "look",
        "(self._opened_meanwhile() or self._doubts_a_block())",
        "self._doubts_a_block()",
    ),
    Mutant(
        "acceptance-is-proof-for-ever",
        "A platform accepts a closing and goes on selling the night: nobody is told.",
        "proof",
        "    return last.told.within(asked) - shown\n",
        "    return NO_NIGHTS\n",
    ),
    Mutant(
        "accepted-in-the-future",
        "What was accepted under a clock that was ahead outweighs every look until that time has come.",
        "reconcile",
        "    listing = _not_ahead(listing, now)\n",
        "",
    ),
    Mutant(
        "answered-block-is-left-over",
        "Nights that the owner called theirs are opened when the platform says that the guest before is gone.",
        "look",
        "    return claim.kind is Kind.BLOCK and not claim.answered\n",
        "    return claim.kind is Kind.BLOCK\n",
    ),
    Mutant(
        "uncovered-by-the-window-is-a-claim",
        "Our closing that the unopened calendar hid is a claim when it comes out: two keep each other closed.",
        "echo",
        "before.shown - before.aside.nights - last.hard",
        "before.shown - last.hard",
    ),
    Mutant(
        "written-to-unseen",
        "A listing that nobody has looked at is written to: what its owner had closed there counts as ours, and opens.",
        "pushing",
        " or listing.looked_at is None",
        "",
    ),
    Mutant(
        "silence-is-a-cancellation",
        "A reservation that is not listed any more is gone, although its nights are shown closed: we open them.",
        "look",
        "if moved or claim.code in self.seen.cancelled:",
        "if True:",
    ),
    Mutant(
        "the-stand-in-ends-stays",
        "A calendar read in the API's place is as good as the API: a copy older than a sale opens it.",
        "look",
        "if self.seen.not_modified or self.seen.stands_in:",
        "if self.seen.not_modified:",
    ),
)
