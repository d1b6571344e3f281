"""What our process keeps in mind of one listing, and which of its looks may only be noted: short cuts, no knowledge.

Platforms answer with the same calendar a hundred times for each time it changes. A look whose answer, state and time
can decide nothing new is not made but *noted* here, and written into the state (`Watch.noted`) before anybody reads it.

Where a look is quiet, so are all later ones until something happens. The listing then falls *asleep*: its looks are
taken together (`Watch.doze`) when anything happens in the world, each at the time at which it would have been made.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from random import Random
from typing import Protocol, final

from attrs import define

from channelsync import quiet
from channelsync.adapter import FeedLook
from channelsync.cadence import HealthEvent, poll_wait
from channelsync.engine.step import Answer
from channelsync.evolving import evolve
from channelsync.observation import Verdict
from channelsync.policy import Policy
from channelsync.state import ListingState
from channelsync.testing.faults import Fault
from channelsync.testing.values import Habits

__all__ = ["Shows", "Watch"]


class Shows(Protocol):
    """What is looked at: a platform's calendar, or the line to its API; see `channelsync.testing.sandbox.Platform`."""

    @property
    def habits(self) -> Habits:
        """Its habits."""
        ...

    @property
    def edits(self) -> int:
        """How often anything has changed that a look may show."""
        ...

    @property
    def faults(self) -> Collection[object]:
        """The faults that are on."""
        ...

    @property
    def failing(self) -> bool:
        """Whether a look may meet one."""
        ...

    def lasting(self, now: datetime) -> datetime:
        """Return until when a look shows the same while nobody acts, but for copies."""
        ...

    def renewed(self, now: datetime) -> datetime:
        """Return when the copy that readers get now is written anew, far away where none is kept."""
        ...

    def edition(self, now: datetime) -> tuple[int, date]:
        """Return a value that is equal only while a copy written anew says the same."""
        ...

    def version(self, now: datetime) -> tuple[object, ...]:
        """Return a value that is equal only while the answer is."""
        ...

    def page(self, now: datetime) -> str | None:
        """Return what a look is given, if that can be told; None where it cannot."""
        ...

    def stamped(self, now: datetime) -> datetime:
        """Return the DTSTAMP of an answer now."""
        ...


@final
@define(eq=False)
class Watch:
    """What our process keeps in mind of one listing; it is lost when the process is killed.

    ``steady`` is the state that the last look did not change but for its times. While the state is that very one, the
    platform's calendar is the same (``edits``, until ``lasting``) and nothing comes due (``until``), looks and readings
    are only noted here: the last look (``looked``), the last one that counts as new with the one before it (``new``),
    the ``stamp``, when to look next (``next_at``), and the platform's last reading of ours (``read``).
    """

    look: FeedLook | None = None
    answer: Answer | None = None
    """The last answer, if it was a good one or brought nothing."""
    steady: ListingState | None = None
    fresh: bool = True
    """Whether that look counted as a new one; otherwise only copies given before are left out."""
    until: datetime | None = None
    edits: int = -1
    lasting: datetime | None = None
    renewed: datetime | None = None
    """When the copy that the platform gives everybody is written anew; far away where it gives none."""
    version: tuple[object, ...] = ()
    page: str | None = None
    """The calendar that the platform wrote, but for DTSTAMP; None where it gives copies, or its answer was spoilt."""
    cached: bool = False
    """Whether the platform gives everybody a copy for some time."""
    looked: datetime | None = None
    new: tuple[datetime, datetime | None] | None = None
    stamp: datetime | None = None
    given: datetime | None = None
    """The DTSTAMP of the last look that was only noted."""
    next_at: datetime | None = None
    read: datetime | None = None
    asleep: datetime | None = None
    """Until when, by the world's clock, every look is sure to be quiet while nothing happens; None while awake."""

    def clear(self) -> None:
        """Forget what was noted: it is written into the state."""
        self.looked = self.new = self.next_at = self.read = self.given = None

    # -- is anything new? ----------------------------------------------------------------------------------------------

    def is_new(self, platform: Shows, now: datetime) -> bool:
        """Whether a look now would count as a new one: no copy that was given before, as far as DTSTAMPs tell."""
        assert self.steady is not None
        return self.stamp is None or not self.steady.live_stamps or platform.stamped(now) > self.stamp

    def same_answer(self, platform: Shows, now: datetime, *, counted: bool) -> bool:
        """Whether the platform would answer what it answered last, but for the DTSTAMP.

        Not by far-fetched reasons while looks made in full are ``counted``: a kill is due after so many effects.
        """
        if self.lasting is None or (platform.failing and (counted or not self._fails_alike(platform, now))):
            return False
        if not self.cached:
            return platform.edits == self.edits and now < self.lasting
        assert self.renewed is not None
        if now >= self.renewed:  # its kept copy is written anew, and may be the same
            if platform.version(now) != self.version:
                return False
            self.compare_from(platform, now)
        return True

    def compare_from(self, platform: Shows, now: datetime) -> None:
        """Remember what the platform's answer depends on, which is the last one's now."""
        self.edits, self.version = platform.edits, platform.version(now)
        self.lasting, self.renewed = platform.lasting(now), platform.renewed(now)

    def _fails_alike(self, platform: Shows, now: datetime) -> bool:
        """Whether a platform's faults spoil its answer as they spoilt the last one."""
        return not self.cached and Fault.STALE not in platform.faults and platform.version(now) == self.version

    def same_failure(self, platform: Shows, now: datetime) -> bool:
        """Whether the platform fails as it did at the last look, which brought nothing usable."""
        return platform.failing and not self.cached and platform.version(now) == self.version

    def same_page(self, platform: Shows, now: datetime) -> bool:
        """Whether the platform writes what it wrote last, although it had reason to write it anew."""
        return self.page is not None and not platform.failing and platform.page(now) == self.page

    # -- looks that are only noted -------------------------------------------------------------------------------------

    def note(self, platform: Shows, at: datetime, now: datetime, next_at: datetime, policy: Policy) -> None:
        """Note a look that changes nothing."""
        assert self.steady is not None
        if self.cached:
            self._note_copy(platform, at, now, policy)
        else:
            self.new, self.given = (at, self.looked or self.steady.looked_at), now
        self.looked, self.next_at = at, next_at

    def _note_copy(self, platform: Shows, at: datetime, now: datetime, policy: Policy) -> None:
        """Note what a look has been given that may be a copy given before."""
        assert self.steady is not None
        given = platform.stamped(now)
        if self.stamp is None or not self.steady.live_stamps or given > self.stamp:
            self.new = (at, self.looked or self.steady.looked_at)
        if self.stamp is not None and given <= at + policy.live_stamp:
            self.stamp = max(self.stamp, given)
        self.given = given

    def fall_asleep(self, platform: Shows, ours: datetime, now: datetime, due: datetime) -> None:
        """Sleep, if the next look is quiet as well for all that is known: while nothing happens, each one is.

        Args:
            platform: what is looked at.
            ours: until when our side is sure of it, by the world's clock.
            now: when the last look was.
            due: when the next look is.
        """
        assert self.lasting is not None
        asleep = min(self.lasting, ours)
        if self.cached:
            assert self.renewed is not None
            if platform.edition(now) != self.version[0]:
                return  # the next copy will be another one
            asleep = asleep if self.fresh else min(asleep, self.renewed)
        if due < asleep and not platform.failing:
            self.asleep = asleep

    def is_disturbed(self, platform: Shows, listing: ListingState) -> bool:
        """Whether something has happened that may have made the next look another than the last one."""
        return (
            listing is not self.steady
            or platform.edits != self.edits
            or platform.failing
            or self.lasting is None
            or self.asleep is None
            or self.lasting < self.asleep
        )

    def doze(
        self, platform: Shows, due: datetime, before: datetime, skew: timedelta, rng: Random, policy: Policy
    ) -> tuple[int, datetime]:
        """Note all looks from the one due on that come before a time; return how many, and when the next one is."""
        assert self.steady is not None
        if self.cached:
            return self._doze_over_copies(platform, due, before, skew, rng, policy)
        looks = 0
        at, last = self.looked or self.steady.looked_at, due
        while due < before:
            at, last = last + skew if looks else at, due
            due += poll_wait(rng.random(), policy)
            looks += 1
        if looks:
            self.looked, self.given, self.next_at = last + skew, last, due + skew
            self.new = (self.looked, at)
        return looks, due

    def _doze_over_copies(
        self, platform: Shows, due: datetime, before: datetime, skew: timedelta, rng: Random, policy: Policy
    ) -> tuple[int, datetime]:
        """Do the same where the platform gives copies: the first look after the end of one has it written anew."""
        assert self.renewed is not None
        looks = 0
        while due < before:
            if due >= self.renewed:
                self.renewed = platform.renewed(due)
            last, due = due, due + poll_wait(rng.random(), policy)
            self.note(platform, last + skew, last, due + skew, policy)
            looks += 1
        return looks, due

    # -- into the state ------------------------------------------------------------------------------------------------

    def noted(self, listing: ListingState, policy: Policy) -> ListingState:
        """Return a listing's state with everything that was only noted."""
        if self.looked is not None:
            assert listing.health is not None
            assert self.next_at is not None
            health = evolve(listing.health, next_at=self.next_at, last_ok=self.looked, tried=self.looked)
            stamp = self._stamp(listing, policy)
            listing = quiet.looked_again(listing, self.looked, self.new, stamp, health)
        if self.read is not None:
            listing = quiet.read_again(listing, self.read)
        return listing

    def _stamp(self, listing: ListingState, policy: Policy) -> datetime | None:
        """Return the DTSTAMP to remember after the looks that were only noted: the newest that is no dream."""
        if self.stamp is None or self.given is None or self.looked is None:
            return listing.stamp
        given = self.given.replace(microsecond=0)
        known = listing.stamp or given
        return max(given, known) if given <= self.looked + policy.live_stamp else known

    def remember(
        self,
        answer: Answer,
        listing: ListingState,
        platform: Shows,
        now: datetime,
        *,
        same: bool,
        policy: Policy,
    ) -> None:
        """Keep in mind what the next look may be compared with; ``same`` where this one changed nothing."""
        seen = answer.observation
        if answer.look is not None:
            self.look = answer.look
        self.cached = bool(platform.habits.export_cache)
        if not seen.usable or answer.event is not HealthEvent.LOOK_OK:
            self.steady, self.answer = None, None if seen.usable else answer
            self.version = () if self.cached else platform.version(now)  # to ask for it would write a copy anew
            return
        self.answer = answer
        self.fresh = listing.complete_at == listing.looked_at
        teaches = self.cached and seen.stamp is not None and not listing.live_stamps  # the next copy may: it is new
        steady = same and listing.verdict is Verdict.COMPLETE and (self.fresh or self.cached) and not teaches
        self.steady = listing if steady else None
        self.until = quiet.listing_until(listing, seen.at, policy) if steady else None
        stands = self.edits == platform.edits and self.lasting is not None and now < self.lasting
        if not stands or self.cached or platform.failing:
            self.compare_from(platform, now)
        self.page = None if self.cached or platform.failing else platform.page(now)
        self.stamp = listing.stamp if seen.stamp is not None else None
