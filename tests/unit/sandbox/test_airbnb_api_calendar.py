"""Calendars of the simulated Airbnb API: how nights are read and written, and what the platform makes of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channelsync.testing import Refusal
from channelsync_airbnb.sandbox import OverStay
from tests.unit.sandbox.airbnb_api import CLASSIC, answered, closing, opening, software
from tests.unit.sandbox.support import NOW, events, stay

OVERLAP = "?_allow_dates_overlap=true"


def test_end_inclusive() -> None:
    """A calendar is read up to its last date, that one included; an order that is none is refused."""
    asking = software()
    assert list(asking.days("04-01", "04-01")) == ["04-01"]
    assert list(asking.days("04-01", "04-03")) == ["04-01", "04-02", "04-03"]
    for wrong in ("2027-04-02/2027-04-01", "2027-04-02/2027-04-31", "20270401/20270402", "2027-01-01/2037-01-01"):
        assert asking.ask("GET", f"calendars/{asking.listing}/{wrong}").status_code in {400, 404}


def test_host_gone_from_calendar() -> None:
    """host_id and listing_currency are shown to callers older than 2022.12.31 only."""
    asking = software()
    path = f"calendars/{asking.listing}/2027-04-01/2027-04-01"
    assert "host_id" not in asking.get(path)["calendar"]
    asking.version = ""
    assert {"host_id", "listing_currency"} <= set(asking.get(path)["calendar"])


def test_ranges_inclusive() -> None:
    """A range to write includes its last night, and stands in the feed as the owner's own closing."""
    asking = software()
    asking.write(closing("04-01:04-03", "04-10"))
    assert asking.lodging.closed(NOW) == stay("04-01/04-04").nights | stay("04-10/04-11").nights
    assert [(each["DTSTART"], each["DTEND"]) for each in events(asking.lodging.export(NOW))] == [
        ("20270401", "20270404"),
        ("20270410", "20270411"),
    ]
    asking.write(opening("04-02:04-10"))
    assert asking.lodging.closed(NOW) == stay("04-01/04-02").nights


def test_at_once() -> None:
    """calendar_operations is in force at once, and answers what was done to callers that may have it."""
    asking = software()
    assert sorted(asking.write(closing("04-01")).json()["calendar_operation"]) == ["id"]
    assert asking.days("04-01", "04-02") == {"04-01": "unavailable", "04-02": "default"}
    asking.version = "2022.12.31"
    assert "operations" in asking.write(closing("04-01")).json()["calendar_operation"]


def test_posts_answer_ids() -> None:
    """From 2023.06.30 a POST answers an id only."""
    asking = software()
    asking.version = "2023.06.30"
    assert sorted(asking.write(closing("04-01")).json()["calendar_operation"]) == ["id"]


def test_applied_later() -> None:
    """calendar_operations_requests answers success at once and is in force a moment later, which `next_call` names."""
    asking = software()
    answer = asking.write(closing("04-01"), path="calendar_operations_requests/")
    assert answer.json() == {"success": True}
    assert asking.days("04-01", "04-01") == {"04-01": "default"}
    assert asking.account.next_call(NOW) == NOW + timedelta(seconds=3)
    assert asking.account.calls(NOW + timedelta(seconds=3)) == ()
    assert asking.lodging.closed(NOW) == stay("04-01/04-02").nights
    assert asking.account.next_call(NOW) is None


def test_dates_limit() -> None:
    """731 dates in one call are taken, 732 are not, in either form; nothing is done then."""
    asking = software(applied_after=timedelta(0))
    two_years = {"dates": ["2027-04-01:2029-03-31"], "availability": "default"}
    more = closing("03-31")
    for path in ("calendar_operations", "calendar_operations_requests/"):
        assert asking.write(two_years, path=path).status_code == 200
        assert asking.write(more, two_years, path=path).status_code == 400
    assert not asking.lodging.closed(NOW)


def test_overlapping_operations() -> None:
    """A date named twice is refused; where overlap is allowed the later operation counts."""
    asking = software()
    asking.version = CLASSIC
    both = (closing("04-01:04-05"), opening("04-03"))
    assert asking.write(*both).status_code == 400
    assert asking.write(closing("04-01:04-02", "04-02")).status_code == 400
    assert not asking.lodging.closed(NOW)
    assert asking.write(*both, query=OVERLAP).status_code == 200
    assert asking.lodging.closed(NOW) == stay("04-01/04-06").nights - stay("04-03/04-04").nights
    assert asking.write(*reversed(both), query=OVERLAP).status_code == 200
    assert asking.lodging.closed(NOW) == stay("04-01/04-06").nights


def test_no_overlap_parameter() -> None:
    """From 2024.06.30 the parameter itself is refused."""
    asking = software()
    assert asking.write(closing("04-01"), query=OVERLAP).status_code == 400
    assert not asking.lodging.closed(NOW)


def test_busy_subtype() -> None:
    """From 2024.06.30 a closing says why, in the words there are; opening needs none, nor do older callers."""
    asking = software()
    good = [
        {"subtype": "BLOCKED_BY_HOST"},
        {"subtype": "OUTSIDE_RESERVATION"},
        {"subtype": "OUTSIDE_RESERVATION", "platform": "BOOKING_COM"},
        {"subtype": "OUTSIDE_RESERVATION", "platform": "OTHER", "other_platform_name": "GreenGo"},
    ]
    bad = [
        {"subtype": ""},
        {"subtype": "SOLD"},
        {"subtype": "OUTSIDE_RESERVATION", "platform": "GREENGO"},
        {"subtype": "BLOCKED_BY_HOST", "platform": "VRBO"},
    ]
    assert [asking.write(closing("04-01", **each)).status_code for each in bad] == [400] * 4
    assert not asking.lodging.closed(NOW)
    assert [asking.write(closing("04-01", **each)).status_code for each in good] == [200] * 4
    (mark,) = asking.account.host.lodgings[asking.listing].marks.values()
    assert (mark.busy_subtype, mark.platform, mark.other_platform_name) == ("OUTSIDE_RESERVATION", "OTHER", "GreenGo")
    assert asking.write(opening("04-01")).status_code == 200
    asking.version = CLASSIC
    assert asking.write(closing("04-01", subtype="")).status_code == 200


def test_default_and_available() -> None:
    """A night set to default keeps the rules, one set to available can be booked against them."""
    asking = software(habits={"preparation": 1})
    asking.booked("04-10/04-12")
    beside = stay("04-12/04-13")
    asking.write(opening("04-12"))
    outcome, _ = answered(asking.account.book(asking.listing, beside, NOW))
    assert isinstance(outcome, Refusal)
    asking.write(opening("04-12", to="available"))
    assert asking.days("04-12", "04-13") == {"04-12": "available", "04-13": "default"}
    asking.account.ways = type(asking.account.ways)(silence_is_yes=True)
    outcome, asked = answered(asking.account.book(asking.listing, beside, NOW))
    assert not isinstance(outcome, Refusal)
    assert len(asked) == 2
    again, _ = answered(asking.account.book(asking.listing, beside, NOW))
    assert isinstance(again, Refusal)


@pytest.mark.parametrize("shown", [False, True])
def test_rules_hidden(shown: bool) -> None:
    """What only an availability rule closes reads as default, or by the switch as unavailable."""
    asking = software(shows_rules=shown, habits={"preparation": 1})
    asking.booked("04-10/04-12")
    beside = "unavailable" if shown else "default"
    assert asking.days("04-09", "04-12") == {
        "04-09": beside,
        "04-10": "unavailable",
        "04-11": "unavailable",
        "04-12": beside,
    }


def test_one_range() -> None:
    """One range can be written by PUT, its last date included; the answer shows it to those it is shown to."""
    asking = software()
    asking.version = ""
    path = f"calendars/{asking.listing}/2027-04-01/2027-04-02"
    answer = asking.ask("PUT", path, {"availability": "unavailable"})
    assert [day["availability"] for day in answer.json()["calendar"]["days"]] == ["unavailable"] * 2
    assert asking.lodging.closed(NOW) == stay("04-01/04-03").nights


@pytest.mark.parametrize("over", list(OverStay))
def test_over_stay(over: OverStay) -> None:
    """A closing of nights with a reservation lies beneath it, is skipped, or refused with all the rest."""
    asking = software(over_stay=over)
    guest = asking.booked("04-10/04-12")
    answer = asking.write(closing("04-11:04-13"))
    assert answer.status_code == (400 if over is OverStay.REFUSED else 200)
    asking.account.cancel(asking.listing, guest.id, NOW)
    left = {OverStay.BENEATH: "04-11/04-14", OverStay.SKIPPED: "04-12/04-14"}.get(over)
    assert list(asking.lodging.closed(NOW)) == (list(stay(left)) if left else [])


def test_host_edits() -> None:
    """What the host closes and opens on airbnb.com is read, a software's closing with it; nothing is notified."""
    asking = software()
    asking.lodging.close(stay("04-01/04-03"), NOW)
    asking.write(closing("04-05"))
    asking.lodging.open(stay("04-02/04-03"), NOW)
    assert [day for day, word in asking.days("04-01", "04-05").items() if word == "unavailable"] == ["04-01", "04-05"]
    asking.write(opening("04-01"))
    assert asking.lodging.closed(NOW) == stay("04-05/04-06").nights
    assert asking.told() == []


def test_notes() -> None:
    """Notes are read with the closed nights they were written for, and go when these are opened."""
    asking = software()
    asking.write(closing("04-01", notes="channelsync"))
    path = f"calendars/{asking.listing}/2027-04-01/2027-04-01"
    assert asking.get(path)["calendar"]["days"][0]["notes"] == "channelsync"
    asking.write(opening("04-01"))
    assert asking.get(path)["calendar"]["days"][0]["notes"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        None,
        [],
        {},
        {"operations": []},
        {"operations": ["x"]},
        {"operations": [{"availability": "default"}]},
        {"operations": [{"dates": [1], "availability": "default"}]},
        {"operations": [{"dates": ["2027-04-01:"], "availability": "default"}]},
        {"operations": [{"dates": ["2027-04-01"], "availability": "free"}]},
        {"operations": [{"dates": ["2027-04-01"], "availability": ["default"]}]},
    ],
)
def test_what_is_no_operation(wrong: object) -> None:
    """What cannot be read is refused whole, and nothing of it is done."""
    asking = software()
    body = {"listing_id": asking.listing} | wrong if isinstance(wrong, dict) else wrong
    answer = asking.ask("POST", "calendar_operations", body)
    assert answer.status_code == 400
    assert not asking.lodging.history[1:]
