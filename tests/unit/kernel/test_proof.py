"""Evidence that a closing reached a platform: what it read, when, and what is still exposed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channelsync.nights import NO_NIGHTS
from channelsync.proof import (
    Evidence,
    Exposure,
    evidence,
    exposures,
    fetched_nights,
    pruned,
    reach,
    settled,
    with_fetch,
)
from tests.unit.kernel.builders import at, nights, revision

GRACE = timedelta(hours=24)
A, B, C = nights(10, 13), nights(15, 17), nights(20, 22)


def test_the_ladder_of_evidence():
    """Recorded < sent < accepted < fetched < read back, each with the word people read."""
    assert [rung.word for rung in sorted(Evidence)] == ["recorded", "sent", "accepted", "fetched", "read back"]


def test_a_fetch_keeps_the_first_and_the_last_time():
    """The first fetch says since when the platform can know; the last one that it still does."""
    read = revision(1, A, at(1), at(2), at(3))
    assert (read.first_fetch, read.last_fetch) == (at(2), at(3))


def test_what_was_never_fetched_is_no_evidence():
    """A published calendar that nobody read proves nothing and closes nothing."""
    unread = (revision(1, A, at(1)),)
    assert fetched_nights(unread) == NO_NIGHTS
    assert reach(unread, at(2), GRACE) == NO_NIGHTS
    assert settled(unread, at(9), GRACE) == NO_NIGHTS


def test_the_platform_knows_the_revision_it_read_last():
    """Nights of the newest read revision are fetched; those of a newer unread one are not."""
    read = (revision(1, A, at(1), at(1, 10)), revision(2, B, at(2), at(2, 10)), revision(3, C, at(3)))
    assert fetched_nights(read) == B


def test_a_superseded_revision_reaches_for_the_grace_period():
    """An import may lag: nights of a revision superseded by a fetch less than the grace period ago may still show."""
    read = (revision(1, A, at(1), at(1, 10)), revision(2, B, at(2), at(2, 10)))
    assert reach(read, at(3, 9, 59), GRACE) == A | B
    assert reach(read, at(3, 10), GRACE) == B


def test_publishing_supersedes_nothing():
    """Only a fetch ends the reach of the revision before it, however long ago the new one was published."""
    read = (revision(1, A, at(1), at(1, 10)), revision(2, B, at(2)))
    assert reach(read, at(9), GRACE) == A


def test_an_old_revision_read_again_reaches_again():
    """A late answer of an older calendar supersedes the newer one then, not when that older one was first read."""
    read = (revision(1, A, at(1), at(1, 10), at(5, 10)), revision(2, B, at(2), at(5, 9)))
    assert reach(read, at(5, 11), GRACE) == A | B
    assert reach(read, at(6, 10), GRACE) == A


def test_what_was_read_last_is_so_by_a_clock_set_back_as_well():
    """Readings noted by a clock that was ahead came before this one; nothing else about them changes."""
    ahead = (revision(1, A, at(1), at(1, 10), at(5, 9)), revision(2, B, at(2), at(5, 9)), revision(3, C, at(3)))
    again = with_fetch(ahead, 2, at(5, 7))
    assert fetched_nights(again) == B
    assert [one.first_fetch for one in again] == [at(1, 10), at(5, 7), None]
    assert fetched_nights(with_fetch(again, 1, at(5, 7))) == A
    assert with_fetch(ahead, 3, at(6))[:2] == ahead[:2]


def test_nights_are_settled_once_read_without_a_break_for_the_grace_period():
    """What the platform has been told to close for so long, it had time to show."""
    first, second = revision(1, A | B, at(1), at(1, 10)), revision(2, B | C, at(3), at(3, 10))
    assert settled((first,), at(2, 9, 59), GRACE) == NO_NIGHTS
    assert settled((first,), at(2, 10), GRACE) == A | B
    assert settled((first, second), at(3, 11), GRACE) == B
    assert settled((first, second), at(4, 10), GRACE) == B | C
    assert settled((second,), at(3, 11), GRACE) == NO_NIGHTS


def test_revisions_no_decision_needs_are_forgotten():
    """Kept are the one in force, those read within two grace periods, and the newest read before that."""
    ancient, old = revision(1, A, at(1), at(1, 10)), revision(2, B, at(2), at(2, 10))
    unread, recent, current = revision(3, C, at(3)), revision(4, A, at(9), at(9, 10)), revision(5, B, at(9, 11))
    assert pruned((ancient, old, unread, recent, current), at(9, 12), GRACE) == (old, recent, current)
    assert pruned((current,), at(9, 12), GRACE) == (current,)


def test_a_night_taken_elsewhere_is_exposed_until_it_is_fetched():
    """Until the platform has read the closing, the night can be sold there, and we say since when."""
    unread = (revision(1, A, at(1)),)
    assert exposures(A, unread, NO_NIGHTS, (), at(1)) == (Exposure(A, at(1)),)
    assert exposures(A, (unread[0].fetched(at(2)),), NO_NIGHTS, (Exposure(A, at(1)),), at(2)) == ()


def test_a_night_the_platform_shows_closed_is_not_exposed():
    """Read back is the strongest evidence there is."""
    assert exposures(A, (), A, (), at(1)) == ()


def test_exposures_keep_their_beginning():
    """Nights exposed before keep the time since when; new ones begin now; what is no longer wanted ends."""
    before = (Exposure(A, at(1)), Exposure(B, at(2)))
    found = exposures(nights(11, 13) | C, (), NO_NIGHTS, before, at(3))
    assert found == (Exposure(nights(11, 13), at(1)), Exposure(C, at(3)))


@pytest.mark.parametrize(
    "shown, expected", [(nights(10, 13), Evidence.READ_BACK), (NO_NIGHTS, Evidence.FETCHED)], ids=["shown", "fetched"]
)
def test_the_highest_rung_counts(shown, expected):
    """A night shown closed is read back, one in the calendar the platform read is fetched."""
    read = (revision(1, A, at(1), at(1, 10)),)
    assert evidence(A.first, read, shown) is expected


def test_a_night_that_nobody_read_is_only_recorded():
    """In our ledger and calendar, no more."""
    assert evidence(A.first, (revision(1, A, at(1)),), NO_NIGHTS) is Evidence.RECORDED


def test_a_revision_nobody_read_may_still_come_out_of_a_cache():
    """For the grace period a copy of it may stand between us and the platform, and be read from there."""
    unread, current = revision(1, A, at(1)), revision(2, B, at(1, 10))
    assert pruned((unread, current), at(2, 8, 59), GRACE) == (unread, current)
    assert pruned((unread, current), at(2, 9), GRACE) == (current,)
