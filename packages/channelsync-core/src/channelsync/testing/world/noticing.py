"""Whether the owner is told: a notice for each alarming conflict, and for each look that lost too much at once.

A notice is known by what it says (its kind, its nights, its listings), never by its key, which is our side's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, final

from attrs import define, field

from channelsync.conflicts import Certainty, Conflict
from channelsync.ids import ListingId
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.notices import Notice, NoticeKind
from channelsync.observation import Verdict
from channelsync.state import ListingState, UnitState
from channelsync.testing.world.laws import Breach, Law

__all__ = ["Noticing"]

_KINDS: Final = {
    Certainty.CERTAIN: NoticeKind.CONFLICT_CURRENT,
    Certainty.PROBABLE: NoticeKind.CONFLICT_LIKELY,
}


@final
@define
class Noticing:
    """All notices of one unit, beside what they are owed for."""

    broke: Callable[[Breach], None]
    _told: dict[str, Notice] = field(factory=dict[str, Notice])
    _asked: set[tuple[str, Certainty]] = field(factory=set[tuple[str, Certainty]])
    _suspect: set[ListingId] = field(factory=set[ListingId])

    def heard(self, notices: Iterable[Notice]) -> None:
        """Hear of notices that are to be sent."""
        for one in notices:
            if one.key not in self._told and one.kind is NoticeKind.KEPT_CLOSED and self._repeats(one):
                self.broke(Breach(Law.NOTICES, one.at, one.listing, one.data.nights, "told twice for one fact:"))
            self._told.setdefault(one.key, one)

    def judge(self, state: UnitState, conflicts: Iterable[Conflict], now: datetime) -> None:
        """Expect a notice for what has just come to be, once; that it is less certain than it was is told nobody."""
        keys: dict[ListingId | None, str] = {one.id: one.listing.key for one in state.listings}
        for conflict in conflicts:
            fact = conflict.id, conflict.certainty
            if conflict.alarming and fact not in self._asked and (conflict.id, Certainty.CERTAIN) not in self._asked:
                self._asked.add(fact)
                sides = {keys.get(claim.listing, claim.channel or "") for claim in conflict.claims}
                if not self._is_told(_KINDS[conflict.certainty], conflict.nights, sides):
                    self.broke(Breach(Law.NOTICES, now, None, conflict.nights, "a double booking without a notice:"))
        for one in state.listings:
            self._judge_look(one, now)

    def _repeats(self, new: Notice) -> bool:
        """Whether another notice has told the same: the same nights of a listing, gone since the same time."""
        return any(one.kind is new.kind and one.data == new.data for one in self._told.values())

    def _judge_look(self, listing: ListingState, now: datetime) -> None:
        known = listing.id in self._suspect
        if listing.verdict is not Verdict.SUSPECT:
            self._suspect.discard(listing.id)
        elif not known:
            self._suspect.add(listing.id)
            gone = Nights.union(claim.nights for claim in listing.claims if claim.missing)
            if not self._is_told(NoticeKind.KEPT_CLOSED, gone, {listing.listing.key}):
                self.broke(Breach(Law.NOTICES, now, listing.id, gone, "a look that lost too much without a notice:"))

    def _is_told(self, kind: NoticeKind, nights: Nights, sides: set[str]) -> bool:
        """Whether a notice says this: about these listings, and some of these nights, or none where there are none."""
        return any(
            one.kind is kind
            and sides == set(one.data.others or (one.data.where,))
            and (one.data.nights.overlaps(nights) or NO_NIGHTS in {one.data.nights, nights})
            for one in self._told.values()
        )
