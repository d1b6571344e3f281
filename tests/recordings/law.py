"""What must hold at every look, whatever is decided: the law, held against the recorded answers alone."""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final

from attrs import evolve, frozen

from channelsync.claims import Claim, Kind, Missing
from channelsync.nights import Nights
from channelsync.observation import Event
from channelsync.release import Case
from channelsync.state import Did, Finding, ListingState

ROLLS: Final = {"airbnb": (Kind.BLOCK, 12), "booking": (Kind.CLOSURE, 18)}
"""What the rolling end of a platform's calendar looks like, and how many months ahead it ends."""
PATIENCE: Final = {
    "MOVED": (2, timedelta(0)),
    "ONE": (3, timedelta(minutes=30)),
    "TWO": (3, timedelta(hours=4)),
    "ONLY": (3, timedelta(hours=4)),
    "MASS": (3, timedelta(hours=24)),
}
"""How many agreeing looks each case asks for, over how long: written out, so that a laxer policy is found."""
EDGE: Final = range(-4, 4)
"""Days around that end on which nobody can have booked."""

Answer = tuple[Event, ...] | None


@frozen
class Seen:
    """One look: when, what was shown, the listing before and after it, the date there, and what was found."""

    at: datetime
    answer: Answer
    before: ListingState
    after: ListingState
    today: date
    findings: tuple[Finding, ...]

    @property
    def releases(self) -> list[tuple[Finding, Missing]]:
        """What this look released, with how each was missing before it."""
        return [(one, missing_before(self.before, one)) for one in self.findings if one.did is Did.RELEASE]


class Judge:
    """Holds every look of a replay against the law; ``broken`` says where it was not kept."""

    def __init__(self, channel: str) -> None:
        self.channel = channel
        self.broken: list[str] = []
        self.times: list[datetime] = []
        self.shown: list[Nights] = []
        self.last: Answer = None
        self.nights = Nights()

    def look(self, seen: Seen) -> None:
        """Judge one look."""
        if seen.answer is None:
            self._say(_changed_something(seen))
            return
        self.times.append(seen.at)
        self.shown.append(self._nights(seen.answer))
        if seen.findings:
            self._say(self._opened_something_shown(seen))
            self._say(_too_early(seen))
            self._say(self._rolling_end_claimed(seen, seen.answer))

    def _say(self, found: Iterable[str]) -> None:
        self.broken += found

    def _nights(self, answer: tuple[Event, ...]) -> Nights:
        if answer is not self.last:
            self.last, self.nights = answer, Nights.of(*(event.stay for event in answer))
        return self.nights

    def _opened_something_shown(self, seen: Seen) -> Iterator[str]:
        """What is told as released is shown neither now nor at any usable look since it vanished.

        Nights that two guests held one after the other are judged since the later of them vanished.
        """
        later = Nights()
        for one, missing in sorted(seen.releases, key=lambda release: release[1].since, reverse=True):
            since = bisect_left(self.times, missing.since)
            if (one.nights - later).overlaps(Nights.union(self.shown[since:])):
                yield f"{seen.at}: opened {one.nights}, which are shown"
            later |= one.nights

    def _rolling_end_claimed(self, seen: Seen, answer: tuple[Event, ...]) -> Iterator[str]:
        """No claim lies on nights that are set aside, or at the very end of the platform's calendar."""
        end = Nights()
        if self.channel in ROLLS:
            kind, months = ROLLS[self.channel]
            last = Nights.of(*(_months_after(seen.today, months) + timedelta(days=day) for day in EDGE))
            end = last & Nights.union(event.stay.nights for event in answer if event.kind is kind)
        for one in seen.findings:
            if one.did is Did.CLAIM and one.nights.overlaps(end | seen.after.aside.nights):
                yield f"{seen.at}: claimed the rolling end, {one.nights}"


def _changed_something(seen: Seen) -> Iterator[str]:
    """An unusable look frees nothing and takes nothing: it only says that it was one."""
    if evolve(seen.after, verdict=None, failure=None) != evolve(seen.before, verdict=None, failure=None):
        yield f"{seen.at}: an unusable look changed what is remembered"
    if [one.did for one in seen.findings] != [Did.UNUSABLE]:
        yield f"{seen.at}: an unusable look found something"


def _too_early(seen: Seen) -> Iterator[str]:
    """A release has waited as long, and seen as many looks agree, as its case asks for."""
    for one, missing in seen.releases:
        looks, over = PATIENCE[reason(one)]
        if missing.looks + 1 < looks or seen.at - missing.since < over:
            yield f"{seen.at}: opened too early, {one.why}"


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def reason(release: Finding) -> str:
    """Return the name of the case that a release says it was."""
    return next((case.name for case in Case if release.why.startswith(case.value)), "MOVED")


def missing_before(before: ListingState, release: Finding) -> Missing:
    """Return how the claim was missing that a release frees; of one that came back in part, the rest is a new claim."""
    whole = [claim for claim in before.claims if claim.id in release.claims]
    parts = [claim for claim in before.claims if claim.missing and not release.nights - claim.nights]
    claim: Claim = next(iter(whole or parts))
    assert claim.missing is not None, "released at the very look that did not show it"
    return claim.missing
