"""The law, over random histories: no single look opens a claimed night, and steps can be taken twice."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from channelsync.claims import Standing
from channelsync.nights import NO_NIGHTS, Nights
from channelsync.observation import Observation, Verdict
from channelsync.reconcile import observe, settle
from tests.unit.kernel.builders import HABITS, HISTORIES, Unit3, lived, seen_by

_ACTIVE = st.booleans()
_TURNOVERS = st.integers(0, 1)


def _today(unit):
    return unit.state.unit.today(unit.now)


def _taken(claims, today):
    return Nights.union(one.nights for one in claims).since(today)


def _but_last_seen(listing):
    """The listing without the times that every look moves, and without what a day has made old."""
    claims = (evolve(one, last_seen=one.first_seen) for one in listing.claims)
    return evolve(listing, claims=tuple(sorted(claims, key=lambda one: (one.stay, one.id))), freed=())


def _kept(listing):
    """The claims, without what a date change left: another event may have taken those nights by the second time."""
    return [one for one in _but_last_seen(listing).claims if not (one.missing and one.missing.moved)]


def _steps(unit, history):
    """Let a history happen, giving before each look the listing, the look, and the state it meets."""
    for minutes, act in history:
        unit.wait(minutes=minutes).settle()
        seen = seen_by(unit, act)
        if seen is None:
            unit.read(act[1])
        else:
            before = unit.state
            unit.fold(act[1], seen)
            yield act[1], seen, before


@given(HISTORIES, _ACTIVE, _TURNOVERS)
@settings(max_examples=40)
def test_settling_a_settled_unit_changes_nothing(history, active, turnover):
    """Settling settles: at the same time again, no change, no finding, the very same state."""
    unit = lived(Unit3.new(active=active, turnover=turnover), history)
    unit.settle()
    again = settle(unit.state, unit.now, unit.policy)
    assert again.state == unit.state
    assert (again.findings, again.plan.changes) == ((), ())


@given(HISTORIES, _ACTIVE)
@settings(max_examples=40)
def test_the_same_look_twice_changes_no_claim(history, active):
    """A step can run twice: the second time it counts for nothing and frees nothing."""
    unit = Unit3.new(active=active)
    for name, seen, _ in _steps(unit, history):
        once = unit.state
        twice = observe(once, name, seen, unit.policy).state
        assert _kept(twice.of(name)) == _kept(once.of(name))
        assert twice.of(name).claimed == once.of(name).claimed
        assert twice.of(name).echo == once.of(name).echo
        assert settle(twice, unit.now, unit.policy).plan.changes == ()


@given(HISTORIES, _ACTIVE)
@settings(max_examples=40)
def test_the_short_cut_ends_where_the_long_way_does(history, active):
    """An unchanged look may be passed over: looked at whole, it would have changed nothing either."""
    unit = Unit3.new(active=active)
    for name, seen, _ in _steps(unit, [(max(1, minutes), act) for minutes, act in history]):
        again = Observation(seen.at + timedelta(minutes=1), unit.of(name).events)
        if unit.verdict(name) is not Verdict.COMPLETE or not seen.usable:
            continue
        short = observe(unit.state, name, again, unit.policy).state.of(name)
        forced = unit.state.with_listing(evolve(unit.of(name), verdict=None))
        assert _but_last_seen(short) == _but_last_seen(observe(forced, name, again, unit.policy).state.of(name))


@given(HISTORIES, _ACTIVE)
@settings(max_examples=40)
def test_no_single_look_frees_a_claim(history, active):
    """What was shown until now is claimed after any one look: unusable, suspect, empty, partial or whole."""
    unit = Unit3.new(active=active)
    for name, _, before in _steps(unit, history):
        shown = _taken((one for one in before.of(name).claims if not one.missing), _today(unit))
        assert shown <= unit.of(name).claimed


@given(HISTORIES)
@settings(max_examples=40)
def test_looks_that_prove_nothing_free_nothing(history):
    """An unusable answer and a 304 leave every claim, the missing ones included, and every published night."""
    unit = Unit3.new()
    for name, seen, before in _steps(unit, history):
        if seen.usable and not seen.not_modified:
            continue
        assert _taken(before.of(name).claims, _today(unit)) <= unit.of(name).claimed
        for one in before.listings:
            assert one.published.since(_today(unit)) <= unit.closed(one.id)


@given(HISTORIES, _TURNOVERS)
@settings(max_examples=40)
def test_no_night_is_opened_while_a_claim_covers_it(history, turnover):
    """What any firm claim takes is closed on every other listing; what was closed for one that stands stays closed."""
    unit = Unit3.new(turnover=turnover)
    for _, _, before in _steps(unit, history):
        today = _today(unit)
        for name in HABITS:
            elsewhere = [one for one in unit.state.claims if one.listing != name]
            assert _taken((one for one in elsewhere if one.standing is Standing.FIRM), today) <= unit.closed(name)
            assert before.of(name).published.since(today) & _taken(elsewhere, today) <= unit.closed(name)


@given(HISTORIES, _TURNOVERS)
@settings(max_examples=40)
def test_no_single_look_ends_a_hold(history, turnover):
    """What an echo hid until now stays closed where it was, but on listings that may hide a guest there themselves."""
    unit = Unit3.new(turnover=turnover)
    for name, _, before in _steps(unit, history):
        was = before.of(name)
        hidden = (was.hiding - Nights.union(one.nights for one in was.fading)).since(_today(unit))
        for one in before.listings:
            if one.id != name:
                assert one.published & hidden - unit.of(one.id).hiding <= unit.closed(one.id)


@given(HISTORIES, st.sampled_from(tuple(HABITS)), st.integers(1, 5))
@settings(max_examples=40)
def test_a_calendar_that_turns_empty_opens_nothing_within_half_an_hour(history, name, looks):
    """However often it is read."""
    unit = lived(Unit3.new(), history)
    unit.settle()
    today = _today(unit)
    shown = _taken((one for one in unit.claims(name) if not one.missing), today)
    for _ in range(looks):
        unit.now += timedelta(minutes=29) / looks
        unit.fold(name, Observation(unit.now))
    assert shown.since(_today(unit)) <= unit.of(name).claimed


@given(HISTORIES, _ACTIVE)
@settings(max_examples=40)
def test_a_suspect_look_only_adds(history, active):
    """Where a look is suspect, nothing that did not wait a day already is free, and nothing shown is forgotten."""
    unit = Unit3.new(active=active)
    for name, seen, before in _steps(unit, history):
        if unit.verdict(name) is not Verdict.SUSPECT or not seen.usable:
            continue
        today, day = _today(unit), timedelta(days=1)
        young = (one for one in before.of(name).claims if not one.missing or seen.at - one.missing.since < day)
        assert _taken(young, today) <= unit.of(name).claimed
        assert before.of(name).echo.since(today) <= unit.of(name).echo | unit.of(name).claimed
        freed = before.of(name).claimed - unit.of(name).claimed
        assert before.of(name).shown.since(today) - freed <= unit.of(name).shown


@given(HISTORIES, _ACTIVE)
@settings(max_examples=40)
def test_claims_that_only_their_nights_identify_never_overlap(history, active):
    """One night, one such claim; ids are told apart; every claim has a night left."""
    unit = Unit3.new(active=active)
    for name, _, _ in _steps(unit, history):
        claims = unit.claims(name)
        identified = unit.of(name).listing.traits.identified
        nightly = [one for one in claims if one.kind not in identified]
        total = sum(len(one.nights) for one in nightly)
        assert total == len(Nights.union(one.nights for one in nightly))
        assert len({one.id for one in claims}) == len(claims)
        assert all(one.stay.departure > _today(unit) for one in claims)


@given(HISTORIES)
@settings(max_examples=40)
def test_the_same_history_gives_the_same_state(history):
    """Nothing but what is observed decides: no clock, no chance."""
    assert lived(Unit3.new(active=True), history).state == lived(Unit3.new(active=True), history).state


@given(HISTORIES)
@settings(max_examples=40)
def test_revisions_count_up_and_say_what_they_close(history):
    """Numbers grow one by one, the last one is in force, and the calendar holds what its runs do."""
    unit = lived(Unit3.new(), history)
    unit.settle()
    for one in unit.state.listings:
        numbers = [each.number for each in one.revisions]
        assert numbers == sorted(set(numbers))
        assert all(Nights.of(*(run.stay for run in each.runs)) == each.nights for each in one.revisions)


@given(HISTORIES)
@settings(max_examples=40)
def test_what_is_exposed_is_wanted_and_unproven(history):
    """An exposed night is closed in our calendar, not in the one the platform read, and not shown closed there."""
    unit = lived(Unit3.new(), history)
    unit.settle()
    for one in unit.state.listings:
        exposed = Nights.union(each.nights for each in one.exposed)
        read = [each for each in one.revisions if each.last_fetch is not None]
        known = max(read, key=lambda each: each.last_fetch).nights if read else NO_NIGHTS
        assert exposed == one.published.since(_today(unit)) - known - one.closed_there
