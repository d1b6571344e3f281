"""Hypothesis strategies for the domain's values: whatever a field's type allows, sizes kept small.

They are built from the classes themselves, so a field that is added is drawn as well.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import attrs
from attrs import evolve
from hypothesis import strategies as st

from channelsync.claims import Claim
from channelsync.ids import ListingId
from channelsync.nights import Nights, Stay
from channelsync.proof import Revision
from channelsync.state import Did, Finding, ListingState, Takeover, UnitState

_T = TypeVar("_T")

FIRST = date(2026, 1, 1)
IDS = st.text("0123456789abcdef", min_size=12, max_size=12)
DAYS = st.dates(FIRST, FIRST + timedelta(days=1500))
TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
STAYS = st.builds(lambda day, length: Stay(day, day + timedelta(days=length)), DAYS, st.integers(1, 40))
NIGHTS = st.lists(STAYS, max_size=5).map(lambda stays: Nights.of(*stays))

st.register_type_strategy(Stay, STAYS)
st.register_type_strategy(Nights, NIGHTS)
st.register_type_strategy(datetime, TIMES)
st.register_type_strategy(date, DAYS)


def values(cls: type[_T], **given: st.SearchStrategy[Any]) -> st.SearchStrategy[_T]:
    """Any value of an attrs class, every field drawn by its type unless a strategy is given."""
    attrs.resolve_types(cls)
    drawn = {one.name: given[one.name] if one.name in given else _of(one) for one in attrs.fields(cls)}
    return st.builds(cls, **drawn)


def _of(one: attrs.Attribute[Any]) -> st.SearchStrategy[Any]:
    if one.name == "id" or str(one.type).endswith("Id"):
        return IDS
    return st.from_type(one.type)


def claims(listing: ListingId | None) -> st.SearchStrategy[tuple[Claim, ...]]:
    """Claims of one listing (None: the owner's own), each with an id of its own."""
    one = values(Claim, listing=st.just(listing))
    return st.lists(one, max_size=4, unique_by=lambda claim: claim.id).map(tuple)


REVISIONS = st.lists(
    values(Revision, number=st.integers(1, 30)), max_size=3, unique_by=lambda revision: revision.number
).map(tuple)


@st.composite
def states(draw: st.DrawFn, blank: UnitState) -> UnitState:
    """Any state of the unit and the listings of ``blank``: memories, claims and revisions as they may ever be."""
    taken: set[str] = set()

    def fresh(found: tuple[Claim, ...]) -> tuple[Claim, ...]:
        kept = tuple(claim for claim in found if claim.id not in taken)
        taken.update(claim.id for claim in kept)
        return kept

    listings = tuple(
        draw(
            values(
                ListingState,
                listing=st.just(one.listing),
                claims=claims(one.id).map(fresh),
                revisions=REVISIONS,
            )
        )
        for one in blank.listings
    )
    left_behind = [one.id for one in blank.listings]
    own = fresh(draw(claims(None)))
    if own and left_behind and draw(st.booleans()):
        own = (evolve(own[0], listing=draw(st.sampled_from(left_behind))), *own[1:])
    return evolve(blank, listings=listings, own=own, takeover=draw(values(Takeover)))


FINDINGS = st.lists(values(Finding, did=st.sampled_from(Did), listing=st.none()), max_size=3)
