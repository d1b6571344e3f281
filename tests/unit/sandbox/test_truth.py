"""What a simulated platform knows and shows: the laws that hold on every platform."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelsync.errors import UsageError
from channelsync.nights import Nights, Stay, Stays
from channelsync.testing import Platform, Refusal, Reservation
from tests.unit.sandbox.support import FACTORIES, NOW, booked, events, make, nights, stay

NAMES = sorted(FACTORIES)
STAYS = st.builds(
    lambda start, length: Stay(
        date(2027, 3, 1) + timedelta(days=start), date(2027, 3, 1 + length) + timedelta(days=start)
    ),
    st.integers(0, 60),
    st.integers(1, 9),
)
ACTS = st.lists(st.tuples(st.sampled_from(["book", "cancel", "change", "close", "open"]), STAYS, st.integers(0, 9)))


def play(platform: Platform, acts: list[tuple[str, Stay, int]]) -> list[object]:
    """Let guests and the owner act, an hour apart; returns what each was answered."""
    answers: list[object] = []
    for hour, (act, wanted, pick) in enumerate(acts):
        at = NOW + timedelta(hours=hour)
        standing = platform.reservations()
        if act in {"cancel", "change"}:
            if not standing:
                continue
            chosen = standing[pick % len(standing)].id
            answers.append(platform.cancel(chosen, at) if act == "cancel" else platform.change(chosen, wanted, at))
        else:
            answers.append(getattr(platform, act)(wanted, at))
    return answers


@pytest.mark.parametrize("name", NAMES)
@given(acts=ACTS)
def test_no_two_guests_on_one_night(name: str, acts: list[tuple[str, Stay, int]]) -> None:
    """Whatever guests and the owner do, a platform never sells a night twice unless forced."""
    platform = make(name)
    play(platform, acts)
    assert not Stays.of(each.stay for each in platform.reservations()).doubled


@pytest.mark.parametrize("name", NAMES)
@given(acts=ACTS)
def test_the_export_is_the_truth(name: str, acts: list[tuple[str, Stay, int]]) -> None:
    """With nothing wrong, the calendar's nights from today on are those sold or closed, on every platform."""
    platform = make(name)
    play(platform, acts)
    at = NOW + timedelta(hours=len(acts))
    truth = (platform.sold(at) | platform.closed(at)).since(platform.today(at))
    assert nights(platform.export(at)).since(platform.today(at)) == truth


@pytest.mark.parametrize("name", NAMES)
@given(acts=ACTS, wanted=STAYS)
def test_bookable_is_what_book_says(name: str, acts: list[tuple[str, Stay, int]], wanted: Stay) -> None:
    """A stay is bookable exactly when none of its nights is sold, closed or over, and then a booking succeeds."""
    platform = make(name, preparation=1)
    play(platform, acts)
    at = NOW + timedelta(hours=len(acts))
    free = not wanted.nights & (platform.sold(at) | platform.closed(at)) and wanted.arrival >= platform.today(at)
    assert platform.bookable(at, wanted) is free
    assert isinstance(platform.book(wanted, at), Reservation if free else Refusal)


@pytest.mark.parametrize("name", NAMES)
@given(acts=ACTS, seed=st.integers(0, 5))
def test_same_seed_same_bytes(name: str, acts: list[tuple[str, Stay, int]], seed: int) -> None:
    """The same seed and the same acts give the same bytes, addresses and history."""
    first, second = make(name, seed), make(name, seed)
    assert play(first, acts) == play(second, acts)
    at = NOW + timedelta(hours=len(acts))
    assert first.export(at) == second.export(at)
    assert (first.urls, first.history) == (second.urls, second.history)


@pytest.mark.parametrize("name", NAMES)
@given(acts=ACTS)
def test_equal_versions_show_the_same(name: str, acts: list[tuple[str, Stay, int]]) -> None:
    """While the version is equal the calendars differ in DTSTAMP alone; every answer has the time of its request."""
    platform = make(name)
    seen: dict[object, list[dict[str, str]]] = {}
    for hour in range(len(acts) + 1):
        at = NOW + timedelta(hours=hour)
        play(platform, acts[hour : hour + 1])
        found = events(platform.export(at))
        stamps = {event.pop("DTSTAMP") for event in found}
        assert stamps <= {f"{at:%Y%m%dT%H%M%SZ}"}
        assert seen.setdefault(platform.version(at), found) == found


@pytest.mark.parametrize("name", NAMES)
def test_refusals_say_why(name: str) -> None:
    """A refused guest is told what stands in the way; a forced booking is a double booking."""
    platform = make(name)
    booked(platform, "03-15/03-18")
    platform.close(stay("03-20/03-21"), NOW)
    refused = platform.book(stay("03-17/03-22"), NOW)
    assert isinstance(refused, Refusal)
    assert refused.why == ("sold: 2027-03-17/2027-03-18", "closed by the owner: 2027-03-20/2027-03-21")
    assert isinstance(platform.book(stay("2027-02-26/2027-03-03"), NOW), Refusal)
    assert isinstance(platform.book(stay("2031-02-26/2031-03-03"), NOW), Refusal)
    booked(platform, "03-17/03-22", force=True)
    assert len(platform.reservations()) == 2


def test_a_guest_may_keep_nights_when_moving() -> None:
    """A date change is refused for its new nights alone, and leaves everything as it was."""
    platform = make("airbnb", preparation=1)
    guest = booked(platform, "03-15/03-18")
    booked(platform, "03-20/03-22")
    moved = platform.change(guest.id, stay("03-14/03-20"), NOW)
    assert isinstance(moved, Refusal)
    assert moved.why == ("preparation: 2027-03-19/2027-03-20",)
    assert platform.sold(NOW) == Nights.of(stay("03-15/03-18"), stay("03-20/03-22"))
    assert isinstance(platform.change(guest.id, stay("03-13/03-17"), NOW), Reservation)


def test_history_tells_what_guests_met() -> None:
    """Each change of what is sold or closed is remembered with its moment; what changed nothing is not."""
    platform = make("booking")
    guest = booked(platform, "03-15/03-18")
    platform.close(stay("04-01/04-02"), NOW + timedelta(hours=1))
    platform.close(stay("04-01/04-02"), NOW + timedelta(hours=2))
    platform.cancel(guest.id, NOW + timedelta(hours=3))
    assert [(moment.at - NOW) // timedelta(hours=1) for moment in platform.history] == [0, 1, 3]
    assert [len(moment.sold) for moment in platform.history] == [3, 3, 0]
    assert [len(moment.closed) for moment in platform.history] == [0, 1, 1]


def test_unknown_reservations_are_a_callers_fault() -> None:
    """What does not stand can be neither cancelled nor moved."""
    platform = make("booking")
    guest = booked(platform, "03-15/03-18")
    platform.cancel(guest.id, NOW)
    with pytest.raises(UsageError, match="no reservation"):
        platform.cancel(guest.id, NOW)
    with pytest.raises(UsageError, match="no reservation"):
        platform.change("nobody", stay("03-15/03-18"), NOW)


@pytest.mark.parametrize("name", NAMES)
def test_reprs_hold_no_secret_and_no_name(name: str) -> None:
    """Neither a platform's secret nor a guest's name stands in a repr."""
    platform = make(name)
    guest = booked(platform, "03-15/03-18")
    link = platform.link("https://example.org/secret.ics", NOW)
    told = f"{platform!r} {guest!r} {link!r} {platform.events(NOW)!r}"
    for secret in (guest.guest, "secret.ics", platform.urls[0]):
        assert secret not in told
