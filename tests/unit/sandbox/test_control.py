"""The control API: it does what guests and the owner do, tells the truth, and refuses what it does not understand."""

from __future__ import annotations

import httpx
import pytest

from channelsync.testing import Platform
from tests.unit.sandbox.support import NOW, make, stay


def post(platform: Platform, action: str, **wish: object) -> httpx.Response:
    """One order."""
    return platform.handle(httpx.Request("POST", f"http://x/_sandbox/{platform.label}/{action}", json=wish), NOW)


def test_guests_and_owner_by_json() -> None:
    """Booking, moving, cancelling, closing and opening work as their methods do."""
    platform = make("airbnb")
    made = post(platform, "book", stay="2027-03-15/2027-03-18")
    assert made.status_code == 201
    name = made.json()["id"]
    refused = post(platform, "book", stay="2027-03-17/2027-03-19")
    assert (refused.status_code, refused.json()["refused"]) == (409, ["sold: 2027-03-17/2027-03-18"])
    assert post(platform, "book", stay="2027-03-17/2027-03-19", force=True).status_code == 201
    assert post(platform, "change", id=name, stay="2027-03-14/2027-03-16").json()["stay"] == "2027-03-14/2027-03-16"
    assert post(platform, "cancel", id=name).status_code == 200
    assert platform.sold(NOW) == stay("03-17/03-19").nights
    assert post(platform, "close", stay="2027-04-01/2027-04-05").status_code == 200
    assert post(platform, "open", stay="2027-04-02/2027-04-05").status_code == 200
    assert platform.closed(NOW) == stay("04-01/04-02").nights


def test_links_and_faults_by_json() -> None:
    """Links are made and removed, faults switched on and healed."""
    platform = make("booking")
    assert post(platform, "link", url="http://127.0.0.1:9/feed.ics", every_minutes=5).status_code == 200
    assert post(platform, "fault", fault="empty", times=None).status_code == 200
    told = platform.handle(httpx.Request("GET", f"http://x/_sandbox/{platform.label}/state"), NOW).json()
    assert (told["links"][0]["name"], told["links"][0]["every_seconds"]) == ("channelsync", 300)
    assert "feed.ics" not in str(told["links"])
    assert told["faults"] == ["empty"]
    assert post(platform, "fault", fault=None).status_code == 200
    assert post(platform, "unlink").status_code == 200
    assert not platform.faults
    assert not platform.due_import(NOW)


def test_state_tells_what_is_sold_and_what_is_closed_and_why() -> None:
    """The state holds the truth beside the export's address, and no guest's name."""
    platform = make("plain")
    post(platform, "book", stay="2027-03-15/2027-03-18")
    post(platform, "close", stay="2027-04-01/2027-04-05")
    told = platform.handle(httpx.Request("GET", f"http://x/_sandbox/{platform.label}/state"), NOW).json()
    assert told["sold"] == ["2027-03-15/2027-03-18"]
    assert told["closed"] == [{"stay": "2027-04-01/2027-04-05", "why": "closed by the owner"}]
    assert told["export"] == platform.urls[0]
    assert told["reservations"][0]["stay"] == "2027-03-15/2027-03-18"
    assert platform.reservations()[0].guest not in str(told)


@pytest.mark.parametrize(
    "action,wish",
    [
        ("book", {}),
        ("book", {"stay": "2027-03-18/2027-03-15"}),
        ("book", {"stay": 3}),
        ("cancel", {"id": "nobody"}),
        ("fault", {"fault": "flood"}),
        ("fault", {"fault": "empty", "times": 0}),
        ("fault", {"fault": "empty", "times": True}),
        ("link", {"url": "nonsense"}),
        ("unlink", {}),
    ],
)
def test_wrong_orders_are_refused(action: str, wish: dict[str, object]) -> None:
    """What cannot be understood is 400 with one line why, and changes nothing."""
    platform = make("booking")
    answer = post(platform, action, **wish)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert not platform.history


def test_only_json_and_only_known_actions() -> None:
    """A form of a web page cannot order anything; unknown actions are not found."""
    platform = make("booking")
    url = f"http://x/_sandbox/{platform.label}/book"
    assert platform.handle(httpx.Request("POST", url, data={"stay": "x"}), NOW).status_code == 415
    assert platform.handle(httpx.Request("POST", url, json=[1]), NOW).status_code == 400
    assert post(platform, "sell").status_code == 404
