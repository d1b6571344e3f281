"""Attribution as a partition: every night a look shows is ours, set aside, or claimed, and for a reason."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from channelsync.echo import Seen, attribute, cleared
from channelsync.nights import Nights
from channelsync.proof import reach
from channelsync.traits import EchoHabit
from tests.unit.kernel.builders import HISTORIES, Unit3, seen_by

_ACTIVE = st.booleans()


def _looks(unit, history):
    """Let a history happen, giving after each usable look the listing before and after it, and the look."""
    for minutes, act in history:
        unit.wait(minutes=minutes).settle()
        seen = seen_by(unit, act)
        if seen is None:
            unit.read(act[1])
            continue
        before = unit.of(act[1])
        unit.fold(act[1], seen)
        if seen.usable:
            yield before, unit.of(act[1]), seen


@given(HISTORIES, _ACTIVE)
@settings(max_examples=40)
def test_every_night_shown_is_set_aside_ours_or_claimed(history, active):
    """Nothing a platform shows is ever overlooked."""
    unit = Unit3.new(active=active)
    for _, after, _ in _looks(unit, history):
        today = unit.state.unit.today(unit.now)
        shown = Nights.of(*(event.stay for event in after.events)).since(today)
        assert shown <= after.aside.nights | after.echo | after.claimed


@given(HISTORIES, _ACTIVE)
@settings(max_examples=40)
def test_only_what_our_calendar_can_have_closed_becomes_an_echo(history, active):
    """A night turns into an echo within reach of a calendar the platform has read, and while it is not cleared."""
    unit = Unit3.new(active=active)
    for before, after, seen in _looks(unit, history):
        fresh = after.echo - before.echo
        assert fresh <= reach(before.revisions, seen.at, unit.policy.grace) - before.cleared
        assert not (fresh and before.habit is after.habit is EchoHabit.NEVER)


@given(HISTORIES, _ACTIVE)
@settings(max_examples=40)
def test_a_reservation_is_never_an_echo(history, active):
    """What the platform itself calls a reservation is no part of it; guests hide only behind echoes."""
    unit = Unit3.new(active=active)
    for _, after, _ in _looks(unit, history):
        today = unit.state.unit.today(unit.now)
        assert not after.echo.overlaps(Seen.of(after.events, after.listing.traits, today).hard)
        assert after.hiding <= after.echo | Nights.union(one.nights for one in after.fading)


@given(HISTORIES, _ACTIVE)
@settings(max_examples=40)
def test_an_attribution_is_kept_until_the_night_is_shown_open(history, active):
    """What was a claim at the last look is no echo at this one, unless a reservation vanished in a closing's favour."""
    unit = Unit3.new(active=active)
    for before, after, _ in _looks(unit, history):
        identified = before.listing.traits.identified
        firm = (one for one in before.claims if not one.missing and one.kind not in identified)
        assert not (after.echo - before.echo).overlaps(Nights.union(one.nights for one in firm))


@given(HISTORIES, st.booleans())
@settings(max_examples=40)
def test_the_parts_of_an_attribution_are_disjoint(history, complete):
    """Of the soft nights of a look, some are echo and others suspected, none is both, and no echo is cleared."""
    unit = Unit3.new()
    for before, after, seen in _looks(unit, history):
        today = unit.state.unit.today(unit.now)
        shown = Seen.of(seen.events, before.listing.traits, today)
        whose = attribute(before, shown, seen.at, unit.policy, complete=complete)
        assert not whose.echo.overlaps(whose.suspected)
        assert whose.suspected <= shown.soft
        assert whose.fresh <= whose.echo
        assert not complete or whose.echo <= shown.soft
        assert cleared(after, shown.nights, seen.at, unit.policy) <= reach(after.revisions, seen.at, unit.policy.grace)
