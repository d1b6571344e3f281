"""Laws of the links."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from channelsync.claims import Kind
from channelsync.coherence import KnownLink, ProblemKind, ProposedLink, check_link
from channelsync.ids import ChannelName, UnitId
from channelsync.nights import Stay
from channelsync.observation import Event

FIRST = date(2027, 1, 1)
events = st.lists(
    st.builds(
        lambda start, nights, kind: Event(Stay(FIRST + timedelta(start), FIRST + timedelta(start + nights)), kind),
        st.integers(0, 300),
        st.integers(1, 20),
        st.sampled_from(Kind),
    ),
    max_size=12,
).map(tuple)
units = st.sampled_from(["lac", "bois"]).map(UnitId)
channels = st.sampled_from(["airbnb", "booking"]).map(ChannelName)


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_text_is_judged(feed, base) -> None:
    """Whatever is pasted, the check answers and never raises, and no answer repeats it."""
    marked = f"{feed}s3cr3t"
    problems = check_link(ProposedLink(UnitId("lac"), ChannelName("airbnb"), marked), (), (), (base, marked))
    assert all(
        "s3cr3t" not in text for one in problems for text in (one.reason, one.advice, one.reason_fr, one.advice_fr)
    )


@given(units, units, channels, channels)
def test_the_same_address_is_always_refused(unit, other, channel, elsewhere) -> None:
    """One address is never linked twice, on whatever units and channels."""
    link = ProposedLink(unit, channel, "https://a.example/1.ics", "same")
    problems = check_link(link, (KnownLink(other, "Autre", elsewhere, "same"),), ())
    assert problems[0].refuse


@given(events, events)
def test_calendars_alone_never_refuse(new, old) -> None:
    """What two calendars hold is flagged at most: the owner may know better."""
    link = ProposedLink(UnitId("lac"), ChannelName("airbnb"), events=new)
    others = (
        KnownLink(UnitId("lac"), "Lac", ChannelName("booking"), events=old),
        KnownLink(UnitId("bois"), "Bois", ChannelName("booking"), events=old),
    )
    assert not any(one.refuse for one in check_link(link, others, ()))


@given(events)
def test_a_calendar_never_contradicts_itself(shown) -> None:
    """The same stays on two platforms of one unit are one lodging, seen twice, when no two of them overlap."""
    free: list[Event] = []
    for event in shown:
        if not any(event.stay.overlaps(one.stay) for one in free):
            free.append(event)
    link = ProposedLink(UnitId("lac"), ChannelName("airbnb"), events=tuple(free))
    other = KnownLink(UnitId("lac"), "Lac", ChannelName("booking"), events=tuple(free))
    assert ProblemKind.CONTRADICTS not in {one.kind for one in check_link(link, (other,), ())}
