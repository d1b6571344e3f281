"""Closing fast and opening slowly, as laws: more missing is never less strict, and patience is kept."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from channelsync.policy import DEFAULT_POLICY
from channelsync.release import Case, case_of, rule
from channelsync.state import Freed
from tests.unit.kernel.builders import BOOKING, HABITS, HISTORIES, START, Unit3, claim, day, listing, missing, seen_by

_STRICTNESS = {Case.NONE: 0, Case.ONE: 1, Case.TWO: 2, Case.ONLY: 2, Case.MASS: 3}
_LENGTHS = st.lists(st.tuples(st.integers(1, 40), st.booleans()), min_size=1, max_size=9)
_FREED = st.lists(st.integers(1, 3), max_size=2)
_NAMES = st.sampled_from(tuple(HABITS))


def _claims(lengths):
    """Claims of these lengths one after the other, some of them missing."""
    made, arrival = [], 2
    for length, gone in lengths:
        made.append(claim(arrival, arrival + length, missing=missing() if gone else None))
        arrival += length + 1
    return made


def _freed(weights):
    """Releases of the last day, far from the claims, that count for so many guests."""
    return [Freed(START, claim(500 + n, 501 + n).nights, weight) for n, weight in enumerate(weights)]


@given(_LENGTHS, _FREED, _NAMES, st.booleans(), st.data())
def test_one_more_missing_is_never_less_strict(lengths, weights, name, seen_empty, data):
    """The strictest matching case wins, so that losing more can only ask for more patience."""
    claims = _claims(lengths)
    place = data.draw(st.integers(0, len(claims) - 1))
    more = [evolve(one, missing=missing()) if n == place else one for n, one in enumerate(claims)]
    before = listing(name, seen_empty=seen_empty)
    less, worse = (case_of(before, which, _freed(weights), day(1), DEFAULT_POLICY) for which in (claims, more))
    assert _STRICTNESS[worse] >= _STRICTNESS[less]


@given(_LENGTHS, _FREED, _NAMES)
def test_what_was_freed_lately_never_makes_it_easier(lengths, weights, name):
    """Each release within the day counts as missing."""
    claims, before = _claims(lengths), listing(name, seen_empty=True)
    fresh = case_of(before, claims, [], day(1), DEFAULT_POLICY)
    braked = case_of(before, claims, _freed(weights), day(1), DEFAULT_POLICY)
    assert _STRICTNESS[braked] >= _STRICTNESS[fresh]


@given(_LENGTHS, st.integers(0, 5), st.integers(0, 2000))
def test_nothing_is_free_before_three_looks_and_half_an_hour(lengths, looks, minutes):
    """Whatever the case, these are the least; and every claim is either kept or released."""
    claims = tuple(evolve(one, missing=missing(START, looks) if one.missing else None) for one in _claims(lengths))
    ruling = rule(listing(BOOKING), claims, START + timedelta(minutes=minutes), day(1), DEFAULT_POLICY)
    assert {one.id for one in (*ruling.claims, *ruling.released)} == {one.id for one in claims}
    assert len(ruling.claims) + len(ruling.released) == len(claims)
    if ruling.released:
        assert looks + 1 >= 3
        assert minutes >= 30
        assert all(one.missing for one in ruling.released)
    if ruling.case is Case.MASS and minutes < 24 * 60:
        assert ruling.released == ()


@given(HISTORIES, st.booleans())
@settings(max_examples=40)
def test_over_any_history_a_release_was_waited_for(history, active):
    """What goes before its departure had been missing for two looks and half an hour, or left by a date change before.

    Never at an unusable look, a 304, or the first look after an outage.
    """
    unit = Unit3.new(active=active)
    for minutes, act in history:
        unit.wait(minutes=minutes).settle()
        seen = seen_by(unit, act)
        if seen is None:
            unit.read(act[1])
            continue
        before, today = unit.of(act[1]), unit.state.unit.today(unit.now)
        unit.fold(act[1], seen)
        claimed = unit.of(act[1]).claimed
        for gone in before.claims:
            lost = gone.nights.since(today) - claimed
            if not lost:
                continue
            assert seen.usable
            assert not seen.not_modified
            assert seen.at - before.looked_at <= unit.policy.outage
            assert gone.missing is not None
            if gone.missing.moved:
                assert gone.missing.looks >= 1
            else:
                assert gone.missing.looks >= 2
                assert seen.at - gone.missing.since >= timedelta(minutes=30)
