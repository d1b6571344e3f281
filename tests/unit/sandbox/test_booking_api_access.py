"""Who may ask the simulated Booking.com API what: each test is named like its rule in ``sandbox.rules``."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import httpx

from tests.unit.sandbox.booking_api import HOTEL, NEW, NOW, PLAIN, SECURE, A, booked, client, parsed, soon


def test_one_hour() -> None:
    """A token is good for one hour, and not a second longer."""
    software = client()
    software.now = NOW + timedelta(minutes=59, seconds=59)
    assert software.get(NEW).tag == f"{NEW}RQ"
    software.now += timedelta(seconds=1)
    assert software.ask("GET", f"{SECURE}/hotels/ota/{NEW}").status_code == 401


def test_thirty_an_hour() -> None:
    """The thirty-first token within an hour is refused; an hour after the first there is one again."""
    software = client()
    assert [software.exchange().status_code for _ in range(29)] == [200] * 29
    assert software.exchange().status_code == 429
    software.now = soon(60)
    assert software.exchange().status_code == 200


def test_credentials() -> None:
    """A token is given for the right id and secret alone, as jwt and ruid."""
    software = client()
    given = json.loads(software.exchange().content)
    assert list(given) == ["jwt", "ruid"]
    assert len(given["jwt"].split(".")) == 3
    assert software.exchange(client_secret="wrong").status_code == 401
    url = "https://connectivity-authentication.booking.com/token-based-authentication/exchange"
    for body in (b"", b"[]", b"{}", b"\xff"):
        assert software.account.handle(httpx.Request("POST", url, content=body), NOW).status_code == 400


def test_bearer_required() -> None:
    """Whoever has no token, or one that was never given, is told 401."""
    software = client()
    for header in ("", "Bearer", "Bearer x.y.z"):
        assert software.ask("GET", f"{SECURE}/hotels/ota/{NEW}", Authorization=header).status_code == 401
        status = software.ask("GET", f"{PLAIN}/connections-api/properties/{HOTEL}/status", Authorization=header)
        assert status.status_code == 401


def test_basic_sunset() -> None:
    """The old way of signing in answers 400, as all that is no longer served does."""
    assert client().ask("GET", f"{SECURE}/hotels/ota/{NEW}", Authorization="Basic YTpi").status_code == 400


def test_ruid() -> None:
    """Every XML answer, refusals too, ends in a comment with an identifier; the JSON ones have it in meta."""
    software = client()
    good = software.ask("GET", f"{SECURE}/hotels/ota/{NEW}")
    bad = software.ask("GET", f"{SECURE}/hotels/ota/{NEW}", Authorization="")
    ends = [re.search(r"<!-- RUID: \[[A-Za-z0-9+/=]+\] -->\n\Z", each.text) for each in (good, bad)]
    assert all(ends)
    assert len({each[0] for each in ends if each}) == 2
    told = json.loads(software.ask("GET", f"{PLAIN}/connections-api/properties/{HOTEL}/status").content)
    assert told["meta"]["ruid"]


def test_hosts() -> None:
    """Under the real names, reservations are had from the secure host alone; under any other name the path decides."""
    software = client()
    assert software.ask("GET", f"{PLAIN}/hotels/ota/{NEW}").status_code == 404
    assert software.ask("GET", f"http://127.0.0.1:8000/hotels/ota/{NEW}").status_code == 200
    assert software.account.knows(httpx.URL(f"http://127.0.0.1:8000/hotels/ota/{NEW}"))
    assert not software.account.knows(httpx.URL("http://127.0.0.1:8000/hotels/other"))


def test_other_hotel() -> None:
    """Another property is denied everywhere it can be named."""
    software = client()
    assert software.ask("GET", f"{SECURE}/hotels/ota/{NEW}?hotel_ids={HOTEL},1").status_code == 403
    for path in ("reservations", "reservationssummary", "roomrates", "roomrateavailability", "availability"):
        response = software.post(path, "<hotel_id>1</hotel_id>")
        assert response.status_code == 403, path
        assert "Access denied for hotel" in response.text
    assert software.ask("GET", f"{PLAIN}/connections-api/properties/1/status").status_code == 403


def test_disconnected() -> None:
    """After the end of the connection everything is denied; only its state can still be asked."""
    software = client()
    software.account.disconnect(NOW)
    assert software.ask("GET", f"{SECURE}/hotels/ota/{NEW}").status_code == 403
    assert software.load(("03-15", "<closed>1</closed>")).status_code == 403
    told = json.loads(software.ask("GET", f"{PLAIN}/connections-api/properties/{HOTEL}/status").content)
    assert told["data"]["status"] == "disconnected"


def test_connection_status() -> None:
    """The state of a connection comes in the JSON envelope; an id that is no number is an invalid value."""
    software = client()
    told = json.loads(software.ask("GET", f"{PLAIN}/connections-api/properties/{HOTEL}/status").content)
    assert told["data"] == {"property_id": int(HOTEL), "status": "connected", "connected_at": "2027-01-15T10:00:00Z"}
    assert told["errors"] == told["warnings"] == []
    wrong = software.ask("GET", f"{PLAIN}/connections-api/properties/x/status")
    assert (wrong.status_code, json.loads(wrong.content)["errors"][0]["code"]) == (400, "320")


def test_content_type() -> None:
    """What is posted says that it is XML."""
    refused = client().post("roomrates", f"<hotel_id>{HOTEL}</hotel_id>", Content_Type="text/plain")
    assert refused.status_code == 400


def test_version() -> None:
    """Availability is served in version 1.1, the default; 1.0 is no longer."""
    software = client()
    for path in ("availability", "roomrateavailability"):
        assert software.post(path, "", Accept_Version="1.0").status_code == 400
    date = f'<room id="{A}"><date value="2027-03-15"><closed>1</closed></date></room>'
    assert software.post("availability", date, Accept_Version="1.1").status_code == 200
    assert software.post("availability", date).status_code == 200


def test_calls_nobody() -> None:
    """Booking.com pushes no reservation: there is never a call."""
    software = client()
    booked(software)
    assert software.account.calls(NOW) == ()
    assert software.account.next_call(NOW) is None


def test_rooms_listed() -> None:
    """The list of rooms has their rates: one to write, one that follows it, one that is read-only."""
    software = client(unlisted=("801185599",))
    rooms = parsed(software.post("roomrates", f"<hotel_id>{HOTEL}</hotel_id>")).findall("room")
    assert [room.get("id") for room in rooms] == list(software.account.lodgings)
    rates = rooms[0].findall("rates/rate")
    assert [(rate.get("is_child_rate"), rate.get("readonly")) for rate in rates] == [
        (None, None),
        ("1", None),
        ("1", "1"),
    ]


def test_no_doctype() -> None:
    """No document type is taken, nor anything that is not well-formed, too deep or another document."""
    software = client()
    url = f"{PLAIN}/hotels/xml/roomrates"
    for body in (
        '<!DOCTYPE request [<!ENTITY e "x">]><request><hotel_id>&e;</hotel_id></request>',
        "<request>",
        "",
        "<other/>",
        "<request>" + "<a>" * 100 + "</a>" * 100 + "</request>",
    ):
        assert software.ask("POST", url, body).status_code == 400, body


def test_repr_tells_nothing() -> None:
    """Neither the account nor its parts show credentials or guests."""
    software = client()
    guest = booked(software)
    shown = f"{software.account!r} {software.account.tokens!r}"
    for secret in (software.account.fields["client_secret"], software.token, guest.guest, guest.code):
        assert secret not in shown


def test_same_seed_same_bytes() -> None:
    """The same seed and the same requests give the same bytes."""
    answers = []
    for _ in range(2):
        software = client()
        booked(software)
        answers.append([software.token, software.ask("GET", f"{SECURE}/hotels/ota/{NEW}").content])
    assert answers[0] == answers[1]
