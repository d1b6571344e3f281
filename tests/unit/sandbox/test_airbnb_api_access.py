"""Who may speak with the simulated Airbnb API: consent, tokens, headers, versions, limits, listings."""

from __future__ import annotations

from random import Random

import httpx
import pytest

from channelsync_airbnb.sandbox import Obstacle, partner
from tests.unit.sandbox.airbnb_api import CLASSIC, Software, closing, software
from tests.unit.sandbox.support import NOW, booked, events, stay

REDIRECT = "https://channelsync.invalid/back"


def page(asking: Software, method: str = "GET", decision: str = "", **changes: str) -> httpx.Response:
    """The consent page's answer."""
    query = {"client_id": asking.account.fields["client_id"], "redirect_uri": REDIRECT, "state": "s1"}
    query |= {"scope": "property_management,reservations_web_hooks"} | changes
    data = {"decision": decision} if decision else None
    url = asking.account.fields["consent_address"]
    return asking.account.handle(httpx.Request(method, url, params=query, data=data), asking.now)


def back(answer: httpx.Response) -> dict[str, str]:
    """What the owner comes back with."""
    assert answer.status_code == 302
    url = httpx.URL(answer.headers["Location"])
    assert str(url).startswith(REDIRECT)
    return dict(url.params)


def test_consent() -> None:
    """The page asks with two buttons; approval brings code, scope and state, refusal and unknown scopes an error."""
    asking = software(connected=False)
    assert 'value="approve"' in page(asking).text
    assert back(page(asking, "POST", "deny"))["error"] == "access_denied"
    assert back(page(asking, scope="everything"))["error"] == "invalid_scope"
    approved = back(page(asking, "POST", "approve"))
    assert (approved["state"], approved["scope"]) == ("s1", "property_management,reservations_web_hooks")
    assert page(asking, client_id="another").status_code == 400
    assert asking.tokens(code=approved["code"]).status_code == 200


def test_exchange() -> None:
    """A code is good once and for some minutes; it gives a token for 24 hours, and what `fields` then has."""
    asking = software(connected=False)
    assert "refresh_token" not in asking.account.fields
    code = back(page(asking, "POST", "approve"))["code"]
    given = asking.tokens(code=code).json()
    assert sorted(given) == ["access_token", "expires_at", "refresh_token", "user_id"]
    assert given["expires_at"] == int(NOW.timestamp()) + 86_400
    fields = asking.account.fields
    assert (fields["refresh_token"], fields["user_id"]) == (given["refresh_token"], str(given["user_id"]))
    assert asking.tokens(code=code).status_code == 400
    late = back(page(asking, "POST", "approve"))["code"]
    asking.minutes = 10
    assert asking.tokens(code=late).status_code == 400


def test_another_software() -> None:
    """An account that another software keeps cannot be granted: the owner is told and not sent back."""
    asking = software(connected=False, obstacle=Obstacle.ANOTHER_SOFTWARE)
    assert (page(asking).status_code, page(asking, "POST", "approve").status_code) == (403, 403)
    assert "another software" in page(asking).text


def test_cohost() -> None:
    """A co-host cannot grant."""
    asking = software(connected=False, obstacle=Obstacle.COHOST)
    assert page(asking, "POST", "approve").status_code == 403
    assert "co-host" in page(asking).text


def test_basic_auth() -> None:
    """The token's address wants the client's id and secret."""
    asking = software()
    wish = {"refresh_token": asking.refresh}
    assert asking.basic("POST", body=wish, secret="wrong").status_code == 401
    assert asking.basic("POST", body=wish).status_code == 200
    assert asking.basic("POST", body={"refresh_token": "unknown"}).status_code == 400


def test_unwrapped() -> None:
    """Without ``_unwrapped`` the pair comes in an envelope."""
    asking = software()
    body = asking.basic("POST", body={"refresh_token": asking.refresh}, query="").json()
    assert "access_token" in body["oauth2_authorization"]


def test_refresh_stays() -> None:
    """Renewing keeps the refresh token; only ``reset_refresh_token`` 1 gives another, and the old one is void."""
    asking = software()
    assert asking.tokens(refresh_token=asking.refresh, reset_refresh_token=0).json()["refresh_token"] == asking.refresh
    new = asking.tokens(refresh_token=asking.refresh, reset_refresh_token=1).json()["refresh_token"]
    assert new != asking.refresh == software().refresh
    assert asking.account.fields["refresh_token"] == new
    assert asking.tokens(refresh_token=asking.refresh).status_code == 400


@pytest.mark.parametrize("nested", [True, False])
def test_check_both_shapes(nested: bool) -> None:
    """The check of a token has both shapes that were seen."""
    asking = software(nested_check=nested)
    for token, valid in ((asking.token, True), ("nobody", False)):
        body = asking.basic("GET", f"/{token}").json()
        assert (body["oauth2_authorization"] if nested else body) == {"valid": valid}


def test_a_day() -> None:
    """An access token is good for 24 hours to the second."""
    asking = software()
    asking.minutes = 24 * 60 - 1
    assert asking.ask("GET", "listings").status_code == 200
    asking.minutes = 24 * 60
    assert asking.ask("GET", "listings").status_code == 401


def test_revoked() -> None:
    """A revoked token is answered 401, whichever side revoked it, and renews nothing."""
    asking = software()
    assert asking.basic("DELETE", f"/{asking.refresh}").json()["valid"] is False
    assert asking.ask("GET", "listings").status_code == 401
    assert asking.tokens(refresh_token=asking.refresh).status_code == 400
    other = software()
    other.account.disconnect(NOW)
    assert other.ask("GET", "listings").status_code == 401


def test_headers() -> None:
    """Without the client's id or the token nothing is answered."""
    asking = software()
    assert asking.ask("GET", "listings", X_Airbnb_API_Key="another").status_code == 401
    assert asking.ask("GET", "listings", X_Airbnb_OAuth_Token="another").status_code == 401


def test_versions() -> None:
    """The released versions are spoken, and the oldest where none is named; another one is refused."""
    asking = software()
    for version in ("", "2022.12.31", "2023.06.30", "2024.06.30", "2024.12.31", "2025.06.30"):
        assert asking.ask("GET", "listings", X_Airbnb_Req_Api_Version=version).status_code == 200
    assert asking.ask("GET", "listings", X_Airbnb_Req_Api_Version="2026.01.01").status_code == 400


def test_error_details() -> None:
    """A validation error has details from 2024.06.30 on, and the two old members before."""
    asking = software()
    (detail,) = asking.write(closing("04-01", subtype="")).json()["error_details"]
    assert sorted(detail) == ["error_message", "error_reason"]
    asking.version = CLASSIC
    body = asking.write({"dates": ["soon"], "availability": "default"}).json()
    assert "error_details" not in body
    assert {"error_code", "error_message"} <= set(body)


def test_str_twins() -> None:
    """Ids of listings have 19 digits and a twin in text, the same that stands in the feed's address."""
    asking = software()
    for shown in asking.get("listings")["listings"]:
        assert shown["id_str"] == str(shown["id"])
        assert int(float(shown["id_str"])) != shown["id"] > 2**53
        assert len(shown["id_str"]) == 19
        assert f"/{shown['id_str']}.ics" in asking.account.lodgings[shown["id_str"]].urls[0]


def test_at_most_50() -> None:
    """A page has 20 unless asked, and at most 50."""
    asking = Software(partner(rng=Random(7), rooms=[f"room{each}" for each in range(60)]))
    assert len(asking.get("listings")["listings"]) == 20
    assert len(asking.get("listings?_limit=50")["listings"]) == 50
    assert asking.ask("GET", "listings?_limit=51").status_code == 400


def test_cursor() -> None:
    """Cursors lead to every listing once; offsets are gone, but for the oldest callers."""
    asking = Software(partner(rng=Random(7), rooms=[f"room{each}" for each in range(60)]))
    first = asking.get("listings?_limit=50")
    second = asking.get(f"listings?_limit=50&_cursor={first['paging']['next_cursor']}")
    assert second["paging"]["next_cursor"] is None
    assert [each["id_str"] for each in first["listings"] + second["listings"]] == list(asking.account.lodgings)
    assert asking.ask("GET", "listings?_offset=20").status_code == 400
    assert asking.ask("GET", "listings?_cursor=%21%21").status_code == 400
    asking.version = ""
    assert len(asking.get("listings?_offset=55")["listings"]) == 5


def test_link() -> None:
    """A listing is linked and unlinked by its category."""
    asking = software(connected=False)
    asking.account.host.tokens.grant()
    asking = Software(asking.account)
    path = f"listings/{asking.listing}"
    assert asking.get(path)["listing"]["synchronization_category"] is None
    for category in ("sync_all", None):
        assert asking.ask("PUT", path, {"synchronization_category": category}).status_code == 200
        assert asking.get(path)["listing"]["synchronization_category"] == category


def test_puts_cut() -> None:
    """A PUT shows what it has changed to the oldest callers only."""
    asking = software()
    path, wish = f"listings/{asking.listing}", {"synchronization_category": None}
    assert asking.ask("PUT", path, wish).json() == {}
    asking.version = ""
    assert asking.ask("PUT", path, wish).json()["listing"]["id_str"] == asking.listing


def test_one_category() -> None:
    """The two other categories are gone from 2024.06.30."""
    asking = software()
    wish = {"synchronization_category": "sync_undecided"}
    assert asking.ask("PUT", f"listings/{asking.listing}", wish).status_code == 400
    asking.version = CLASSIC
    assert asking.ask("PUT", f"listings/{asking.listing}", wish).status_code == 200


def test_not_yours() -> None:
    """Another's listing and another's account are refused with 403."""
    asking = software()
    for path in ("listings/1", "calendars/1/2027-04-01/2027-04-01", "reservations?listing_id=1", "listings?user_id=1"):
        assert asking.ask("GET", path).status_code == 403
    assert asking.ask("GET", "nothing").status_code == 404


@pytest.mark.parametrize("status", [405, 429, 503])
def test_calendar_limit(status: int) -> None:
    """Calendars are written 160 times in any minute, then again when the first is a minute past."""
    asking = software(throttled_as=status)
    for _ in range(160):
        assert asking.write(closing("04-01")).status_code == 200
    assert asking.write(closing("04-01")).status_code == status
    assert asking.ask("GET", "listings").status_code == 200
    asking.minutes = 1
    assert asking.write(closing("04-01")).status_code == 200


def test_one_lodging_by_both_routes() -> None:
    """A lodging is met by API and by feed: what either sells, the other shows."""
    asking = software()
    guest = booked(asking.lodging, "03-15/03-18")
    assert asking.codes() == [guest.code]
    asking.booked("05-01/05-04")
    assert [event["DTSTART"] for event in events(asking.lodging.export(NOW))] == ["20270315", "20270501"]
    assert stay("03-15/03-18").nights <= asking.lodging.sold(NOW)
