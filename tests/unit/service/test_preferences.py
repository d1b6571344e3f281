"""How an owner wants to be told: ways, quiet hours and the hours of digests, also when the clock is changed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelsync.codec import dumped, read
from channelsync.errors import UsageError
from channelsync.inventory import zone
from channelsync.notices import NoticeKind
from channelsync.service.preferences import WAYS, Preferences, Rhythm

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PARIS = zone("Europe/Paris")
LOUD, CRITICAL, QUIET = NoticeKind.RESERVATION, NoticeKind.EXPOSED, NoticeKind.PROVEN


def paris(text: str) -> datetime:
    """A local time; of an hour that comes twice, the first."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    "now, until",
    [
        ("2027-03-03 21:59", "2027-03-03 21:59"),
        ("2027-03-03 22:00", "2027-03-04 07:00"),
        ("2027-03-04 00:30", "2027-03-04 07:00"),
        ("2027-03-04 06:59", "2027-03-04 07:00"),
        ("2027-03-04 07:00", "2027-03-04 07:00"),
        ("2027-03-27 23:30", "2027-03-28 07:00"),  # the clock is put forward that night
        ("2027-03-28 03:10", "2027-03-28 07:00"),
        ("2027-10-30 23:30", "2027-10-31 07:00"),  # and back
        ("2027-10-31 02:30", "2027-10-31 07:00"),
    ],
)
def test_quiet_hours(now, until) -> None:
    """What is loud waits for the morning, by the owner's clock; what is critical does not wait."""
    wishes = Preferences()
    assert wishes.not_before(LOUD, paris(now)) == paris(until)
    assert wishes.not_before(CRITICAL, paris(now)) == paris(now)


def test_other_quiet_hours() -> None:
    """Quiet hours may lie within a day, and there may be none."""
    siesta = Preferences(quiet_from=13, quiet_until=15)
    assert siesta.not_before(LOUD, paris("2027-03-03 13:00")) == paris("2027-03-03 15:00")
    assert siesta.not_before(LOUD, paris("2027-03-03 15:00")) == paris("2027-03-03 15:00")
    assert siesta.not_before(LOUD, paris("2027-03-03 23:00")) == paris("2027-03-03 23:00")
    none = Preferences(quiet_from=0, quiet_until=0)
    assert none.not_before(LOUD, paris("2027-03-03 03:00")) == paris("2027-03-03 03:00")


HOURS = st.integers(0, 23)
MOMENTS = st.datetimes(datetime(2027, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
ZONES = st.sampled_from(
    ["Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago"]
)


@given(HOURS, HOURS, MOMENTS, ZONES)
def test_the_morning_comes(begin, end, now, timezone) -> None:
    """Whatever the hours, the zone and the night: the wait is within a day and ends outside of the quiet hours."""
    wishes = Preferences(quiet_from=begin, quiet_until=end, timezone=timezone)
    until = wishes.not_before(LOUD, now)
    assert now <= until <= now + DAY + HOUR
    assert wishes.not_before(LOUD, until) == until


@given(HOURS, MOMENTS, ZONES, st.sampled_from(Rhythm))
def test_every_digest_comes_once(hour, now, timezone, rhythm) -> None:
    """Over any month there is one slot for each day (each week), in order, at that hour of the owner's clock."""
    wishes = Preferences(digest_hour=hour, timezone=timezone)
    slots = list(dict.fromkeys(wishes.slot(rhythm, now + step * HOUR / 2) for step in range(48 * 30)))
    assert all(at <= now + 30 * DAY for _, at in slots)
    for (day, at), (following, later) in pairwise(slots):
        assert following - day == timedelta(days=rhythm.days)
        assert at < later
    if rhythm is Rhythm.WEEKLY:
        assert {day.weekday() for day, _ in slots} == {0}


def test_a_digest_when_the_clock_is_put_forward() -> None:
    """An hour that the clock leaves out is met at the moment of the leap; one that comes twice, the first time."""
    wishes = Preferences(digest_hour=2)
    assert wishes.slot(Rhythm.DAILY, paris("2027-03-28 12:00")) == (date(2027, 3, 28), paris("2027-03-28 03:00"))
    assert wishes.slot(Rhythm.DAILY, paris("2027-10-31 12:00")) == (date(2027, 10, 31), paris("2027-10-31 02:00"))


@pytest.mark.parametrize(
    "kind, available, working, ways",
    [
        (LOUD, WAYS, WAYS, ("push",)),
        (LOUD, ("mail", "apprise"), ("mail", "apprise"), ("mail",)),
        (LOUD, WAYS, ("mail", "apprise"), ("push", "mail")),
        (LOUD, ("push",), (), ("push",)),
        (LOUD, (), (), ()),
        (QUIET, WAYS, WAYS, ()),
        (CRITICAL, WAYS, WAYS, ("push", "mail")),
        (CRITICAL, ("push", "apprise"), ("push", "apprise"), ("push",)),
        (CRITICAL, ("apprise",), ("apprise",), ("apprise",)),
    ],
)
def test_ways(kind, available, working, ways) -> None:
    """What is loud takes the first way that works, what is critical the e-mail too, what is quiet none."""
    assert Preferences().ways(kind, available, working) == ways


def test_wished_ways() -> None:
    """A wish holds for its kind, as far as there is such a way; the e-mail of a critical one stays."""
    wishes = Preferences(by={LOUD.value: ("apprise", "mail"), QUIET.value: ("mail",), CRITICAL.value: ()})
    assert wishes.ways(LOUD, WAYS, WAYS) == ("mail", "apprise")
    assert wishes.ways(LOUD, ("push", "apprise"), ("push",)) == ("apprise",)
    assert wishes.ways(QUIET, WAYS, WAYS) == ("mail",)
    assert wishes.ways(CRITICAL, WAYS, WAYS) == ("mail",)


@pytest.mark.parametrize(
    "wrong",
    [
        {"language": "de"},
        {"timezone": "Mars/Olympus"},
        {"mail": "anne"},
        {"quiet_from": 24},
        {"quiet_until": -1},
        {"digest_hour": 99},
        {"by": {"reservation": ("pigeon",)}},
    ],
)
def test_wishes_that_make_no_sense(wrong) -> None:
    """What nobody can mean is refused, in one line that says what may be meant."""
    with pytest.raises(UsageError):
        Preferences(**wrong)


def test_wishes_are_read_back() -> None:
    """What is stored is read back; the address is in no repr."""
    wishes = Preferences(mail=" anne@example.org ", by={"released": ("mail", "push")}, weekly=False)
    assert wishes.mail == "anne@example.org"
    assert read(dumped(wishes), Preferences) == wishes
    assert "anne" not in repr(wishes)
