"""One stay on its own page: what it is, how far it is proven where, and what its owner may do about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import final

from attrs import frozen

from channelsync.claims import Claim, Kind
from channelsync.conflicts import conflicts
from channelsync.inventory import Unit
from channelsync.nights import Stay
from channelsync.state import UnitState
from channelsync_web.areas.calendar import labels
from channelsync_web.areas.calendar.forms import Ordered
from channelsync_web.areas.calendar.proofs import Platforms, Proof
from channelsync_web.speech import Say

__all__ = ["Page", "filled", "obstacles", "page"]


@final
@frozen
class Page:
    """What the page of a stay shows.

    ``doubt`` is what is not sure about it, ``advice`` what the owner can do where only the platform can end it, and
    ``rivals`` what has the same nights. ``ours`` says that it was made here, and can be changed here.
    """

    claim: Claim
    unit: Unit
    name: str
    kind: str
    colour: str
    nights: int
    proofs: tuple[Proof, ...]
    doubt: str
    advice: str
    rivals: tuple[str, ...]
    ours: bool
    first_night: date

    @property
    def is_block(self) -> bool:
        """Whether it is the owner's own closing, not a guest's."""
        return self.claim.kind is Kind.BLOCK


def page(state: UnitState, claim: Claim, say: Say, dismissed: Collection[str] = frozenset()) -> Page:
    """Return the page of a stay."""
    today = state.unit.today(say.now)
    against = [
        one
        for one in conflicts(state, today)
        if one.alarming and one.id not in dismissed and any(side.id == claim.id for side in one.claims)
    ]
    others = [side for one in against for side in one.claims if side.id != claim.id]
    doubt = labels.doubt(claim)
    return Page(
        claim,
        state.unit,
        labels.where(state, claim, say),
        labels.kind_of(state, claim, say),
        labels.colour(state, claim),
        claim.stay.length,
        Platforms.of(state, today, say).proofs(claim, against),
        str(say(doubt)) if doubt else "",
        _advice(state, claim, say),
        tuple(_told(state, one, say) for one in others),
        claim.is_ours and claim.kind in {Kind.BLOCK, Kind.RESERVATION},
        max(claim.stay.arrival, today),
    )


def _advice(state: UnitState, claim: Claim, say: Say) -> str:
    """Return where a stay that is not ours can be ended."""
    if claim.is_ours:
        return ""
    where = labels.where(state, claim, say)
    if claim.kind is Kind.BLOCK:
        return str(say("Closed by you on {where}: open these dates there.", where=where))
    if claim.kind is Kind.CLOSURE:
        text = "{where} shows these dates as taken, without saying why: a reservation, or a closing of your own there."
        return str(say(text, where=where))
    return str(say("Changes and cancellations are made on {where}; they show here by themselves.", where=where))


def filled(claim: Claim) -> Ordered:
    """Return the form that changes a stay, as it stands now."""
    category = claim.category.value if claim.category else "personal"
    return Ordered(
        claim.stay.arrival.isoformat(),
        claim.stay.departure.isoformat(),
        claim.stay,
        category=category,
        guest=claim.guest,
        note=claim.note,
    )


def obstacles(
    states: Sequence[UnitState], stay: Stay, kind: Kind, say: Say, *, channel: str = "", besides: str = ""
) -> tuple[str, ...]:
    """Return what stands in the way of the owner's own stay, lodging by lodging, in words.

    A block may not lie on a reservation, nor on the owner's other stays; a reservation on nothing but what the platform
    shows that it is for. ``besides`` is the stay that is being changed.
    """
    found: list[str] = []
    for state in states:
        same = {one.id for one in state.listings if channel and one.listing.key == channel}
        for claim in sorted(state.claims, key=lambda one: one.stay):
            if claim.id == besides or not claim.stay.overlaps(stay) or claim.listing in same:
                continue
            if kind is Kind.RESERVATION or claim.kind is Kind.RESERVATION or claim.is_ours:
                found.append(f"{state.unit.name}{say(': ')}{_told(state, claim, say)}")
    return tuple(found)


def _told(state: UnitState, claim: Claim, say: Say) -> str:
    return f"{labels.kind_of(state, claim, say)} ({labels.where(state, claim, say)}), {say.stay(claim.stay)}"
