"""Mistakes in opening: too early, too much at once, by one answer, or behind the owner's back (laws 2 and 5)."""

from __future__ import annotations

from typing import Final

from tests.mutation.mutant import Mutant

__all__ = ["MISTAKES"]

MISTAKES: Final = (
    Mutant(
        "mass-released-like-one",
        "A calendar that lost everything opens it as soon as one that lost a single guest.",
        "release",
        "Case.MASS: policy.mass_missing,",
        "Case.MASS: policy.one_missing,",
        shows=True,
    ),
    Mutant(
        "share-ignored",
        "One claim missing that holds most of the known nights is believed like any other.",
        "release",
        "if tail_gone or len(gone_nights) > policy.one_share * len(known_nights):",
        "if tail_gone:",
    ),
    Mutant(
        "tail-gone-ignored",
        "An answer that lost the unopened calendar as well as a guest is believed about the guest.",
        "release",
        "if tail_gone or len(gone_nights) > policy.one_share * len(known_nights):",
        "if len(gone_nights) > policy.one_share * len(known_nights):",
    ),
    Mutant(
        "only-claim-like-one-of-many",
        "The only claim of a listing that was never empty is believed gone as quickly as one of many.",
        "release",
        "return Case.ONLY if before.seen_empty or traits.empty_is_normal else Case.MASS",
        "return Case.ONE",
    ),
    Mutant(
        "long-run-weighs-one",
        "A long run of a platform that merges stays counts as one guest when it vanishes.",
        "release",
        "return 1 + (claim.stay.length > long_run) + (claim.stay.length > 2 * long_run)",
        "return 1",
    ),
    Mutant(
        "counting-window-nothing",
        "What was released a moment ago counts no more: a calendar may empty itself drop by drop.",
        "release",
        "freed = [one for one in before.freed if at - one.at < policy.counting_window]",
        "freed = list[Freed]()",
    ),
    Mutant(
        "suspect-looks-agree-with-complete",
        "An empty answer is one of the three looks that free a single claim.",
        "release",
        "if missing.looks and last is not None and (missing.last > last) is not suspect:",
        "if missing.looks and last is not None and not missing.looks:",
    ),
    Mutant(
        "moved-nights-freed-at-once",
        "The nights left by a change of dates are free at the very look that shows it, without a second that agrees.",
        "release",
        "_MOVED_LOOKS = 2\n",
        "_MOVED_LOOKS = 1\n",
    ),
    Mutant(
        "every-date-change-believed",
        "An answer with wrong departures shortens every stay, and is believed like one guest's change of dates.",
        "release",
        "return len({claim.uid for claim in moved}) > 1 or len(left) > policy.one_share * len(known)",
        "return False",
    ),
    Mutant(
        "echo-gone-at-one-look",
        "A guest who may stand behind an echo is believed gone at the first look that does not show it.",
        "echo",
        "if one.missing.looks < patience.looks or one.missing.last - one.missing.since < patience.over",
        "if one.missing.looks < 1",
    ),
    Mutant(
        "unlinking-releases",
        "Unlinking a listing opens the nights of its guests everywhere else, unasked.",
        "orders",
        "claims = () if release else before.claims + suspected",
        "claims = ()",
    ),
    Mutant(
        "unlinking-forgets-the-hidden",
        "Nights held for a guest behind an echo are opened when that listing is unlinked.",
        "orders",
        "claims = () if release else before.claims + suspected",
        "claims = () if release else before.claims",
    ),
    Mutant(
        "heir-inherits-nothing",
        "Linking a listing anew leaves what the unlinked one left behind closed for ever, seen or not.",
        "orders",
        "if left.retired and left.listing.key == heir.listing.key and (left.claims or left.owed_since):",
        "if left.retired and left.listing.key != heir.listing.key and (left.claims or left.owed_since):",
    ),
    Mutant(
        "restore-is-no-inventory",
        "After a restore from a backup the waits go on as if no day were lost.",
        "orders",
        "            claims=tuple(evolve(claim, missing=None) for claim in one.claims),\n",
        "",
    ),
    Mutant(
        "yesterday-is-published",
        "After a restore yesterday's calendars are given out before anybody has looked what was sold since.",
        "orders",
        "return any(one.owed_since is not None for one in state.listings)",
        "return False",
    ),
    Mutant(
        "suspect-look-ends-recovery",
        "After a restore a calendar that lost too much at once counts as all that was sold since the backup.",
        "look",
        "owed_since=before.owed_since if not complete or _waits(fades, ruling.claims) else None,",
        "owed_since=before.owed_since if not self.new else None,",
    ),
    Mutant(
        "partial-look-ends-recovery",
        "After a restore a calendar without a stay that is known counts as all that was sold since the backup.",
        "look",
        "owed_since=before.owed_since if not complete or _waits(fades, ruling.claims) else None,",
        "owed_since=None if complete else before.owed_since,",
    ),
    Mutant(
        "old-copy-ends-recovery",
        "After a restore a copy that the platform made before it counts as all that was sold since the backup.",
        "look",
        "        if self._is_of_before_the_restore():\n            return False\n",
        "",
    ),
    Mutant(
        "unlinking-ends-recovery",
        "After a restore what was sold on a listing is forgotten once it is unlinked, and nights open without a word.",
        "orders",
        "owed = None if release or before.retired else before.owed_since",
        "owed = None",
    ),
    Mutant(
        "heir-owes-nothing",
        "After a restore what was sold on a listing is forgotten once it is unlinked and linked anew.",
        "orders",
        "owed_since=left.owed_since or heir.owed_since)",
        "owed_since=heir.owed_since)",
    ),
    Mutant(
        "unlinked-owes-nothing",
        "After a restore a listing that was unlinked at the backup and linked anew since is not waited for.",
        "orders",
        "if not one.retired or last[one.listing.key] == one.id}",
        "if not one.retired}",
    ),
    Mutant(
        "confirming-frees-what-is-shown",
        "The owner's word that what vanished is gone frees what is still shown as well.",
        "orders",
        "gone = [one for one in before.claims if one.missing]",
        "gone = list(before.claims)",
    ),
    Mutant(
        "clock-ahead-opens",
        "A clock that was ahead ended a stay early, and once set back the night is opened while the guest is there.",
        "reconcile",
        "over = _ended_ahead(state, now)",
        "over = today",
    ),
    Mutant(
        "ignored-opening-forgotten",
        "A listing that went on showing nights it had read as open is trusted like any other: the guest there is sold"
        " a second time on the one tried before it.",
        "availability",
        "doubted = [(one.id, hiding[one.id] & one.ignored) for one in eager]",
        "doubted = [(one.id, NO_NIGHTS) for one in eager]",
    ),
    Mutant(
        "confirmed-and-left",
        "The owner confirms that a guest is gone; two platforms keep what is left closed for each other for ever.",
        "orders",
        "        claims=outliving(before, kept, gone, ours, state.unit.today(at)),\n",
        "        claims=kept,\n",
    ),
)
