"""Which claim a look means, where the route it came by has other names: values in, values out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from channelsync.claims import Claim, Kind, Missing, Standing
from channelsync.engine.identity import adopted, recognised
from channelsync.ids import ChannelName, ClaimId, ListingId, UnitId
from channelsync.inventory import Listing
from channelsync.nights import Nights, Stay
from channelsync.observation import Event
from channelsync.state import ListingState

LISTING: Final = Listing(ListingId("lac"), UnitId("gite"), ChannelName("airbnb"))
AT: Final = datetime(2027, 3, 1, 9, tzinfo=UTC)
TODAY: Final = AT.date()


def _stay(arrival: int, departure: int) -> Stay:
    return Stay(date(2027, 3, arrival), date(2027, 3, departure))


def _claim(stay: Stay, kind: Kind = Kind.RESERVATION, *, uid: str = "", code: str = "") -> Claim:
    return Claim(ClaimId(f"{stay}{uid}"), kind, stay, AT, AT, LISTING.id, uid=uid, code=code)


def _known(*claims: Claim) -> ListingState:
    return ListingState(LISTING, claims=claims)


def _seen(stay: Stay, uid: str, code: str) -> Event:
    return Event(stay, Kind.RESERVATION, uid, code)


MARCH: Final = _claim(_stay(5, 9), uid="by-calendar", code="HM1")


def test_a_known_code_under_another_uid_is_the_same_stay() -> None:
    """A reservation whose code is known goes by the UID of the look, on whatever nights, and stays itself."""
    after = recognised(_known(MARCH), (_seen(_stay(6, 9), "by-api", "HM1"),))
    assert after.claims == (evolve(MARCH, uid="by-api"),)


@pytest.mark.parametrize(
    "known, shown",
    [
        pytest.param((MARCH,), (), id="a look that shows nothing"),
        pytest.param((MARCH,), (_seen(_stay(5, 9), "by-calendar", "HM1"),), id="the UID is known"),
        pytest.param((MARCH,), (_seen(_stay(5, 9), "by-api", "HM2"),), id="another code"),
        pytest.param((MARCH,), (_seen(_stay(5, 9), "by-api", ""),), id="no code"),
        pytest.param((MARCH,), (_seen(_stay(5, 9), "", "HM1"),), id="no UID"),
        pytest.param((MARCH,), (Event(_stay(5, 9), Kind.BLOCK, "by-api", "HM1"),), id="no reservation"),
        pytest.param(
            (MARCH,), (_seen(_stay(5, 7), "one", "HM1"), _seen(_stay(7, 9), "two", "HM1")), id="one code, two UIDs"
        ),
        pytest.param(
            (MARCH, _claim(_stay(12, 14), uid="by-api", code="HM1")),
            (_seen(_stay(12, 14), "by-api", "HM1"),),
            id="the UID is another claim's",
        ),
        pytest.param((_claim(_stay(5, 9), uid="x"),), (_seen(_stay(5, 9), "y", "HM1"),), id="the claim has no code"),
    ],
)
def test_what_does_not_say_which_stay_it_is_renames_nothing(known: tuple[Claim, ...], shown: tuple[Event, ...]) -> None:
    """A claim keeps its name where a look does not say for certain which it means."""
    before = _known(*known)
    assert recognised(before, shown) is before


def test_a_reservation_on_known_nights_is_that_stay() -> None:
    """Where the first look by a new route names a guest on the very nights of a closure, the closure was that guest."""
    closure = _claim(_stay(5, 9), Kind.CLOSURE, uid="of-the-day")
    after = adopted(_known(closure), (_seen(_stay(5, 9), "77", "77"),), TODAY)
    assert after.claims == (evolve(closure, kind=Kind.RESERVATION, uid="77", code="77"),)


def test_stays_shown_as_one_run_are_told_apart() -> None:
    """A run of nights that was two stays becomes two claims; what nobody names stays closed as it was."""
    run = _claim(_stay(5, 14), Kind.CLOSURE)
    after = adopted(_known(run), (_seen(_stay(5, 8), "1", "1"), _seen(_stay(8, 11), "2", "2")), TODAY)
    shown = sorted((str(one.stay.arrival), one.kind, one.code) for one in after.claims)
    assert shown == [
        ("2027-03-05", Kind.RESERVATION, "1"),
        ("2027-03-08", Kind.RESERVATION, "2"),
        ("2027-03-11", Kind.CLOSURE, ""),
    ]
    assert len({one.id for one in after.claims}) == len(after.claims)
    assert run.id in {one.id for one in after.claims}


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(_claim(_stay(5, 8), Kind.CLOSURE), id="a night more"),
        pytest.param(_claim(_stay(5, 9), Kind.BLOCK), id="the owner's own"),
        pytest.param(evolve(_claim(_stay(5, 9), Kind.CLOSURE), standing=Standing.SUSPECTED), id="suspected"),
        pytest.param(evolve(_claim(_stay(5, 9), Kind.CLOSURE), standing=Standing.MIRRORED), id="a copy"),
        pytest.param(_claim(_stay(5, 9), uid="9", code="9"), id="another reservation"),
    ],
)
def test_what_may_be_somebody_else_is_left_to_the_look(known: Claim) -> None:
    """A reservation is taken for what was known only where its nights are the same and nobody has said whose."""
    before = _known(known)
    assert adopted(before, (_seen(_stay(5, 9), "77", "77"),), TODAY) is before


def test_a_stay_that_has_begun_is_the_one_that_is_clipped() -> None:
    """A calendar that shows a running stay from today on means the stay whose arrival the new route knows."""
    clipped = _claim(Stay(TODAY, date(2027, 3, 4)), Kind.CLOSURE)
    whole = Stay(date(2027, 2, 27), date(2027, 3, 4))
    after = adopted(_known(clipped), (_seen(whole, "77", "77"),), TODAY)
    assert [(one.id, one.stay, one.code) for one in after.claims] == [(clipped.id, whole, "77")]


_stays = st.builds(lambda day, length: _stay(day, day + length), st.integers(1, 20), st.integers(1, 8))
_kinds = st.sampled_from([Kind.CLOSURE, Kind.RESERVATION, Kind.BLOCK])
_claims = st.builds(
    lambda stay, kind, code, missing: evolve(
        _claim(stay, kind, uid=f"u{code}", code=code), missing=Missing(AT, AT, 1) if missing else None
    ),
    _stays,
    _kinds,
    st.sampled_from(["", "1", "2"]),
    st.booleans(),
)
_events = st.builds(
    Event,
    _stays,
    _kinds,
    st.sampled_from(["", "1", "2", "u1", "u2"]),
    st.sampled_from(["", "1", "2"]),
)


@given(st.lists(_claims, max_size=4, unique_by=lambda one: one.id), st.lists(_events, max_size=5))
def test_naming_changes_no_night(claims: list[Claim], events: list[Event]) -> None:
    """Whatever a look calls them, the nights that claims take from today on are the same before and after."""
    before = _known(*claims)
    named = recognised(before, tuple(events))
    assert [one.stay for one in named.claims] == [one.stay for one in claims]
    taken = Nights.union([one.nights for one in claims]).since(TODAY)
    after = adopted(named, events, TODAY).claims
    assert Nights.union([one.nights for one in after]).since(TODAY) == taken
    assert len({one.id for one in after}) == len(after)
