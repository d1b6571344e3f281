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
