"""Simulated platforms over real loopback HTTP."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import httpx
import pytest

from channelsync.testing import Fault, Refusal, Reservation
from channelsync.testing.serve import Served, serve
from channelsync_airbnb.sandbox import partner as airbnb_partner
from channelsync_booking.sandbox import partner as booking_partner
from tests.unit.sandbox.support import NOW, make, stay

FEED = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270315\r\nDTEND;VALUE=DATE:20270318\r\nEND:VEVENT\r\n"
WHOLE = FEED + b"END:VCALENDAR\r\n"


class Clock:
    """A clock in the test's hand."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """What time it is."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock that stands."""
    return Clock()


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    """A client without proxies."""
    with httpx.Client(trust_env=False, timeout=10) as made:
        yield made


def order(client: httpx.Client, url: str, /, **wish: object) -> httpx.Response:
    """One order to a control API."""
    return client.post(url, json=wish)


def test_exports_and_orders_over_http(clock: Clock, client: httpx.Client) -> None:
    """What is booked by the control API is in the export at once, byte for byte the platform's."""
    airbnb, booking = make("airbnb"), make("booking")
    with serve([airbnb, booking], clock) as served:
        assert served.base_url.startswith("http://127.0.0.1:")
        assert client.get(f"{served.base_url}/_sandbox/").json() == ["airbnb-lac", "booking-lac"]
        order(client, f"{served.control_url(airbnb)}/book", stay="2027-03-15/2027-03-18")
        response = client.get(served.export_url(airbnb))
        assert response.content == airbnb.export(NOW)
        assert b"20270315" in response.content
        assert b"VEVENT" not in client.get(served.export_url(booking)).content
        assert client.head(served.export_url(booking)).content == b""
        clock.now += timedelta(days=30)
        assert b"VEVENT" not in client.get(served.export_url(airbnb)).content


def test_a_platform_imports_from_another_over_http(clock: Clock, client: httpx.Client) -> None:
    """An old direct link, read over HTTP in the platform's rhythm, closes the nights sold on the other."""
    airbnb, booking = make("airbnb"), make("booking")
    with serve([airbnb, booking], clock) as served:
        order(client, f"{served.control_url(airbnb)}/book", stay="2027-03-15/2027-03-18")
        order(client, f"{served.control_url(booking)}/link", url=served.export_url(airbnb), name="airbnb")
        assert served.import_due() == 1
        assert served.import_due() == 0
        told = client.get(f"{served.control_url(booking)}/state").json()
        assert told["closed"] == [{"stay": "2027-03-15/2027-03-18", "why": "imported from airbnb"}]
        assert order(client, f"{served.control_url(booking)}/book", stay="2027-03-16/2027-03-17").status_code == 409
        clock.now += booking.habits.import_every
        airbnb.fail(Fault.HTTP_500, clock.now)
        assert served.import_due() == 1
        assert booking.links.get("airbnb").failures == 1
        assert booking.closed(clock.now) == stay("03-15/03-18").nights


def test_extras_answer_what_no_platform_knows(clock: Clock, client: httpx.Client) -> None:
    """Another callable can answer on the same port; what nobody knows is not found."""

    def feed(request: httpx.Request, now: datetime) -> httpx.Response | None:
        assert now == NOW
        return httpx.Response(200, content=WHOLE) if request.url.path == "/feed.ics" else None

    booking = make("booking")
    with serve([booking], clock, extra=[feed]) as served:
        booking.link(f"{served.base_url}/feed.ics", NOW)
        assert served.import_due() == 1
        assert booking.closed(NOW) == stay("03-15/03-18").nights
        assert client.get(f"{served.base_url}/nowhere").status_code == 404


@pytest.mark.parametrize("url", ["http://192.0.2.1/feed.ics", "https://127.0.0.1/feed.ics", "http://127.0.0.1:9/x.ics"])
def test_only_this_machine_is_read(clock: Clock, url: str) -> None:
    """A link that leads elsewhere, or nowhere, is a failed reading."""
    booking = make("booking")
    with serve([booking], clock) as served:
        booking.link(url, NOW)
        assert served.import_due() == 1
        assert booking.links.get("channelsync").failures == 1


def test_only_this_machine_is_answered(clock: Clock, client: httpx.Client) -> None:
    """A request that came by another name (a foreign page's, pointed here) is refused; so is a long one."""
    booking = make("booking")
    with serve([booking], clock) as served:
        foreign = client.get(served.export_url(booking), headers={"Host": "rebound.example"})
        assert foreign.status_code == 421
        port = httpx.URL(served.base_url).port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.putrequest("POST", "/_sandbox/booking-lac/book")
        connection.putheader("Content-Length", "70000")
        connection.endheaders()
        assert connection.getresponse().status == 413
        connection.close()


def test_the_reading_thread_reads_and_ends(client: httpx.Client) -> None:
    """With ``importing`` the platforms read by themselves in real time; all threads end with the context."""
    read = threading.Event()

    def feed(request: httpx.Request, now: datetime) -> httpx.Response | None:
        read.set()
        return httpx.Response(200, content=WHOLE)

    booking = make("booking")
    with serve([booking], lambda: datetime.now(UTC), extra=[feed], importing=True) as served:
        order(client, f"{served.control_url(booking)}/link", url=f"{served.base_url}/feed.ics")
        assert read.wait(20)
        assert {"sandbox", "imports"} <= {thread.name for thread in threading.enumerate()}
    assert not {"sandbox", "imports"} & {thread.name for thread in threading.enumerate()}
    assert isinstance(served, Served)


def test_secrets_stay_out_of_logs_and_reprs(
    clock: Clock, client: httpx.Client, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """Neither serving nor reading writes an address anywhere."""
    airbnb, booking = make("airbnb"), make("booking")
    with serve([airbnb, booking], clock) as served, caplog.at_level("DEBUG"):
        booking.link(served.export_url(airbnb), NOW)
        served.import_due()
        assert booking.links.get("channelsync").failures == 0
        told = repr(served)
    written = capfd.readouterr()
    token = airbnb.urls[0].rpartition("=")[2]
    assert token not in caplog.text + written.out + written.err + told


def test_an_api_over_http(clock: Clock, client: httpx.Client) -> None:
    """An account's addresses lead here; what its platform asks and tells us goes to our address over HTTP."""
    came: list[tuple[str, str]] = []

    def ours(request: httpx.Request, _now: datetime) -> httpx.Response | None:
        came.append((request.method, request.url.path))
        free = {"available": True} if request.method == "GET" else {"succeed": True}
        return httpx.Response(200, json=free) if request.url.path.startswith("/hooks/") else None

    partner = airbnb_partner(rng=Random(1), rooms=("lac",))
    (listing,) = partner.lodgings
    with serve(partner.lodgings.values(), clock, partners=[partner], extra=[ours]) as served:
        partner.call_at(f"{served.base_url}/hooks/airbnb/x/")
        fields = served.fields(partner)
        assert (fields["address"], fields["consent_address"]) == (
            f"{served.base_url}/v2/",
            f"{served.base_url}/oauth2/auth",
        )
        assert fields["client_id"] == partner.fields["client_id"]
        assert client.get(f"{fields['address']}listings").status_code == 401
        assert isinstance(served.book(partner, listing, stay("03-15/03-18")), Reservation)
        assert came == [("GET", "/hooks/airbnb/x"), ("POST", "/hooks/airbnb/x")]
        assert served.call_due() == 1
        assert came[2:] == [("POST", "/hooks/airbnb/x/notification")]
        assert served.call_due() == 0
        partner.call_at("http://192.0.2.1/hooks")
        assert isinstance(served.book(partner, listing, stay("04-15/04-18")), Refusal)


def test_an_api_that_calls_nobody(clock: Clock) -> None:
    """Booking.com asks nobody; its three addresses lead here, without a slash at the end."""
    partner = booking_partner(rng=Random(1), rooms=("801",))
    with serve(partner.lodgings.values(), clock, partners=[partner]) as served:
        partner.call_at(f"{served.base_url}/hooks/booking/x")
        addresses = {value for name, value in served.fields(partner).items() if name.endswith("address")}
        assert addresses == {served.base_url}
        assert isinstance(served.book(partner, "801", stay("03-15/03-18")), Reservation)
        assert served.call_due() == 0


def test_orders_go_by_the_account(clock: Clock, client: httpx.Client) -> None:
    """What a guest does at a lodging of an account is asked for and told; its faults and our address are set there."""
    asked: list[str] = []

    def ours(request: httpx.Request, _now: datetime) -> httpx.Response | None:
        asked.append(request.method)
        return httpx.Response(200, json={"available": True, "succeed": True})

    partner = airbnb_partner(rng=Random(1), rooms=("lac",))
    (platform,) = partner.lodgings.values()
    with serve([platform], clock, partners=[partner], extra=[ours]) as served:
        control = served.control_url(platform)
        assert order(client, f"{control}/hook", url=f"{served.base_url}/ours").json() == {"done": "hook"}
        made = order(client, f"{control}/book", stay="2027-03-15/2027-03-18")
        assert made.status_code == 201
        moved = order(client, f"{control}/change", id=made.json()["id"], stay="2027-03-16/2027-03-19")
        assert moved.status_code == 201
        assert asked == ["GET", "POST", "PUT"]
        assert order(client, f"{control}/cancel", id=made.json()["id"]).json() == {"done": "cancel"}
        assert served.call_due() == 3
        assert client.get(f"{control}/state").json()["sold"] == []
        order(client, f"{control}/api-fault", fault="error", times=None)
        listings = f"{served.fields(partner)['address']}listings"
        assert client.get(listings).status_code == 500
        order(client, f"{control}/api-fault", fault=None)
        assert client.get(listings).status_code == 401
        assert order(client, f"{control}/api-fault", fault="none").status_code == 400
        assert order(client, f"{control}/cancel", id="nobody").status_code == 400
        assert client.post(f"{control}/book", data={"stay": "2027-03-15/2027-03-18"}).status_code == 415
