"""How far it is proven, platform by platform, that nights are closed there: what a bar's dots and a claim's page say.

Filled means that the platform has read the closing, accepted it or shows it; hollow, that nothing proves it yet; red,
that the platform has sold the same nights; dashed, that it shows them too, as a copy by all appearances: such a copy is
no stay of its own, and has no bar. "Read" is never "closed" for certain, and the words keep the two apart.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import final

from attrs import frozen

from channelsync.claims import Claim, Standing
from channelsync.conflicts import Conflict
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.proof import fetched_nights
from channelsync.state import ListingState, UnitState
from channelsync_web.speech import Say

__all__ = ["Platforms", "Proof"]


@final
@frozen
class Proof:
    """What is known on one platform about one stay.

    ``tone`` is ``yes``, ``not``, ``bad`` or ``same``; ``letter`` stands on its dot.
    """

    key: str
    where: str
    letter: str
    tone: str
    text: str


@final
@frozen
class _Platform:
    """One linked listing, with the sets of nights that every stay is compared with."""

    state: ListingState
    where: str
    letter: str
    read: Nights
    shown: Nights
    published: Nights
    exposed: Nights


@final
@frozen
class Platforms:
    """The linked listings of a lodging, ready to be asked about its stays."""

    unit: UnitState
    today: date
    say: Say
    those: tuple[_Platform, ...]

    @classmethod
    def of(cls, unit: UnitState, today: date, say: Say) -> Platforms:
        """Prepare those of a lodging."""
        names = [say.platform(one.listing.key) for one in unit.active]
        letters = _letters(names)
        made = [_platform(one, *named) for one, *named in zip(unit.active, names, letters, strict=True)]
        return cls(unit, today, say, tuple(made))

    @property
    def exposed(self) -> Nights:
        """The nights from today on that may still be booked somewhere although they are taken."""
        return Nights.union(one.exposed for one in self.those).since(self.today)

    @property
    def closed(self) -> Nights:
        """The nights that one of our calendars closes."""
        return Nights.union(one.published for one in self.those)

    def proofs(self, claim: Claim, against: Collection[Conflict]) -> tuple[Proof, ...]:
        """Return what proves a stay on each platform but its own; nothing for what is over."""
        nights = claim.nights.since(self.today)
        if not nights:
            return ()
        rivals = {side.listing for one in against for side in one.claims if side.id != claim.id}
        others = [one for one in self.those if not _own(one.state, claim)]
        return tuple(self._proof(one, claim, nights, double=one.state.id in rivals) for one in others)

    def _proof(self, one: _Platform, claim: Claim, nights: Nights, *, double: bool) -> Proof:
        tone, text = "bad", self.say("Double booking with {where}", where=one.where)
        if not double and nights.overlaps(_copied(one.state, claim)):
            tone = "same"
            text = self.say("{where} shows the same dates, probably a copy: to clarify", where=one.where)
        elif not double:
            tone, text = self._evidence(one, claim, nights)
        return Proof(one.state.listing.key, one.where, one.letter, tone, str(text))

    def _evidence(self, one: _Platform, claim: Claim, nights: Nights) -> tuple[str, str]:
        say, where = self.say, one.where
        closed = one.read & one.published
        if nights <= closed:
            at = _first_read(one.state, nights)
            when = say.moment(at, self.unit.unit.timezone)
            pushed = one.state.listing.traits.pushed
            text = "Accepted by {where} {when}" if pushed else "Read by {where} {when}"
            return "yes", str(say(text, where=where, when=when))
        if nights <= one.shown | closed:
            return "yes", str(say("Shown closed by {where}", where=where))
        if claim.credited == one.state.id and nights <= one.state.claimed:
            return "yes", str(say("Taken on {where} as well", where=where))
        pushed = one.state.listing.traits.pushed
        if nights.overlaps(one.exposed):
            still = (
                "Still bookable on {where}: not accepted yet" if pushed else "Still bookable on {where}: not read yet"
            )
            return "not", str(say(still, where=where))
        if nights.overlaps(one.published):
            return "not", str(say("Not accepted by {where} yet" if pushed else "Not read by {where} yet", where=where))
        return "not", str(say("Not closed by us on {where}", where=where))


def _platform(one: ListingState, where: str, letter: str) -> _Platform:
    exposed = Nights.union(exposure.nights for exposure in one.exposed) if one.exposed else NO_NIGHTS
    return _Platform(one, where, letter, fetched_nights(one.revisions), one.closed_there, one.published, exposed)


def _copied(one: ListingState, claim: Claim) -> Nights:
    """Return the nights of a stay that another platform shows as a copy of it, while the owner has not said so."""
    return Nights.union(
        copy.nights
        for copy in one.claims
        if copy.standing is Standing.MIRRORED and copy.credited == claim.listing and not copy.answered
    )


def _own(one: ListingState, claim: Claim) -> bool:
    """Whether the stay is that platform's own, or typed in for it."""
    return claim.listing == one.id if claim.listing else claim.channel == one.listing.key


def _first_read(one: ListingState, nights: Nights) -> datetime | None:
    """Return when the platform first read a calendar that closes these nights, and has closed them ever since."""
    first = None
    for revision in reversed(one.revisions):
        if not nights <= revision.nights:
            break
        first = revision.first_fetch or first
    return first


def _letters(names: Collection[str]) -> list[str]:
    """Return the letter of each platform, two where one letter would stand for several."""
    firsts = [name[:1].upper() for name in names]
    return [name[:2].title() if firsts.count(first) > 1 else first for name, first in zip(names, firsts, strict=True)]
