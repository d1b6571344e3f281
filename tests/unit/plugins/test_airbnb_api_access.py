"""Access to an Airbnb account: the consent page, the code, the token and its renewal; no secret is ever shown."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import attrs
import httpx
import pytest

from channelsync.adapter import ACCOUNT, Access, Secret
from channelsync.errors import (
    ChannelError,
    ChannelUnavailableError,
    CredentialRejectedError,
    RateLimitedError,
    UsageError,
    WireFormatError,
)
from channelsync_airbnb.api import API
from tests.unit.plugins.airbnb_api import ACCESS, run, said
from tests.unit.plugins.forms import plugin

DATE = "Fri, 01 Jan 2027 12:00:00 GMT"
SENT = 1798804800
"""The same in seconds."""
GIVEN = {"access_token": "token-2", "expires_at": SENT + 86_400, "refresh_token": "again/2", "user_id": 988}
FRESH = Access(ACCESS.account, Secret(""), {name: ACCESS.fields[name] for name in ("client_id", "client_secret")})


def test_the_consent_page() -> None:
    """The owner is sent to Airbnb's page with the application's id, the scopes we need, and nothing secret."""
    page = urlsplit(API.consent_page(FRESH.fields, "https://gite.example/back?a=1&b=2", "state-1").reveal())
    assert f"{page.scheme}://{page.netloc}{page.path}" == "https://www.airbnb.com/oauth2/auth"
    assert parse_qs(page.query) == {
        "client_id": ["client"],
        "redirect_uri": ["https://gite.example/back?a=1&b=2"],
        "scope": ["property_management,reservations_web_hooks"],
        "state": ["state-1"],
    }


def test_another_consent_page() -> None:
    """A rehearsal's page takes the place of Airbnb's; without the application's id there is no page at all."""
    fields = {**FRESH.fields, "consent_address": Secret("http://127.0.0.1:8001/oauth2/auth")}
    assert API.consent_page(fields, "http://127.0.0.1/", "s").reveal().startswith("http://127.0.0.1:8001/oauth2/auth?")
    with pytest.raises(UsageError):
        API.consent_page({}, "http://127.0.0.1/", "s")


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_code_becomes_a_token(wrapped: bool) -> None:
    """The code is exchanged under the application's own name, and everything that renews the token is kept."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return said({"oauth2_authorization": GIVEN} if wrapped else GIVEN, Date=DATE)

    access = run(API.exchange(FRESH, "code-1", "https://gite.example/back"), answer)
    (request,) = asked
    assert str(request.url) == "https://api.airbnb.com/v2/oauth2/authorizations?_unwrapped=true"
    assert httpx.BasicAuth("client", "hush")._auth_header == request.headers["Authorization"]
    assert json.loads(request.content) == {"code": "code-1", "redirect_uri": "https://gite.example/back"}
    assert request.extensions[ACCOUNT] == ACCESS.account
    assert access.token.reveal() == "token-2"
    assert {name: one.reveal() for name, one in access.fields.items()} == {
        "client_id": "client",
        "client_secret": "hush",
        "refresh_token": "again/2",
        "user_id": "988",
    }
    assert access.lifetime == timedelta(days=1)


def test_renewal() -> None:
    """The token is renewed without asking for another refresh token; one that does not come back stays as it was."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return said({"access_token": "token-3", "expires_at": SENT + 60}, Date=DATE)

    access = run(API.refresh(ACCESS), answer)
    assert json.loads(asked[0].content) == {"refresh_token": "again/1", "reset_refresh_token": 0}
    assert access.token.reveal() == "token-3"
    assert access.fields["refresh_token"].reveal() == "again/1"
    assert access.lifetime == timedelta(minutes=1)


@pytest.mark.parametrize(
    "expires, date, lifetime",
    [
        (SENT + 86_400, "", timedelta(hours=24)),
        (None, DATE, timedelta(hours=24)),
        (SENT - 5, DATE, timedelta(0)),
        (9_999_999_999, DATE, timedelta(days=400)),
        ("soon", DATE, timedelta(hours=24)),
    ],
)
def test_how_long_a_token_lives(expires: object, date: str, lifetime: timedelta) -> None:
    """It is counted by the platform's own clock; where that does not show, a day is assumed."""
    headers = {"Date": date} if date else {}
    access = run(API.refresh(ACCESS), lambda _: said({**GIVEN, "expires_at": expires}, **headers))
    assert access.lifetime == lifetime


@pytest.mark.parametrize(
    "status, error",
    [
        (400, CredentialRejectedError),
        (401, CredentialRejectedError),
        (403, CredentialRejectedError),
        (404, CredentialRejectedError),
        (429, RateLimitedError),
        (500, ChannelUnavailableError),
    ],
)
def test_refused(status: int, error: type[ChannelError]) -> None:
    """A refused code or renewal needs the owner; a platform that is down does not. No text holds a secret."""
    for flow in (API.refresh(ACCESS), API.exchange(ACCESS, "code-1", "https://gite.example/back")):
        with pytest.raises(error) as raised:
            run(flow, lambda _: said({"error_code": status, "error_message": "again/1 hush code-1"}, status))
        assert not [one for one in ("again/1", "hush", "code-1") if one in f"{raised.value} {raised.value.advice}"]


@pytest.mark.parametrize("body", [{}, {"access_token": None}, {"access_token": ""}, {"access_token": 5}])
def test_no_token(body: dict[str, object]) -> None:
    """An answer without a token gives no access."""
    with pytest.raises(WireFormatError):
        run(API.refresh(ACCESS), lambda _: said(body))


def test_nothing_to_renew_with() -> None:
    """Without a refresh token only the owner can help, and nothing is sent."""
    with pytest.raises(CredentialRejectedError):
        run(API.refresh(FRESH), lambda _: said({}))


@pytest.mark.parametrize("status", [200, 404])
def test_giving_back(status: int) -> None:
    """Access is given back by the refresh token, quoted into the address; what is gone already is given back."""
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return said(b"", status)

    run(API.revoke(ACCESS), answer)
    assert asked[0].method == "DELETE"
    assert asked[0].url.raw_path == b"/v2/oauth2/authorizations/again%2F1?_unwrapped=true"
    run(API.revoke(FRESH), answer)
    assert len(asked) == 1


def test_giving_back_refused() -> None:
    """Access that could not be given back is an error."""
    with pytest.raises(CredentialRejectedError):
        run(API.revoke(ACCESS), lambda _: said({}, 401))


def test_an_address_that_is_none() -> None:
    """A field that cannot be part of a request is the owner's to correct, and is not repeated."""
    for name, value in (("address", "http://[1:hush"), ("client_id", "clé\n")):
        access = attrs.evolve(ACCESS, fields={**ACCESS.fields, name: Secret(value)})
        with pytest.raises(UsageError) as raised:
            run(API.listings(access), lambda _: said({}))
        assert "hush" not in str(raised.value)


def test_the_form() -> None:
    """The form asks for what a connection needs, in both languages, and seals what is secret."""
    settings = {one.name: one for one in plugin("airbnb").account}
    assert list(settings) == ["client_id", "client_secret", "call_secret", "calendar", "address", "consent_address"]
    assert [name for name, one in settings.items() if one.required] == ["client_id", "client_secret"]
    assert [name for name, one in settings.items() if one.secret] == ["client_secret", "call_secret"]
    assert settings["calendar"].default in settings["calendar"].choices
    for one in settings.values():
        assert one.label_fr != one.label_en
        assert one.help_fr != one.help_en
        assert "'" not in one.label_fr + one.help_fr, "French texts have typographic apostrophes"
