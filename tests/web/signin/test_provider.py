"""What a service that vouches for people must say before it is believed."""

from __future__ import annotations

import time
from collections.abc import Generator
from datetime import UTC, datetime

import httpx
import pytest
from attrs import evolve
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from channelsync.config import Config
from channelsync.errors import ChannelSyncError, ChannelUnavailableError, UsageError, WireFormatError
from channelsync_web.areas.signin.provider import Asked, Provider

ISSUER = "https://id.example.org"
OURS = Provider(ISSUER, "us", "hush:é and much more", "Maison", "https://gites.example.org/connexion/oidc/retour")
ASKED = Asked("state", "nonce", "verifier")
NOW = datetime.fromtimestamp(int(time.time()), UTC)
KEY = ECKey.generate_key("P-256", {"kid": "k1"}, private=True)
SETTINGS = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize?x=1",
    "token_endpoint": f"{ISSUER}/token",
    "jwks_uri": f"{ISSUER}/keys",
}
CLAIMS = {
    "iss": ISSUER,
    "aud": "us",
    "sub": "somebody",
    "nonce": "nonce",
    "iat": NOW.timestamp(),
    "exp": NOW.timestamp() + 300,
}


def token(key=KEY, algorithm: str = "ES256", **claims: object) -> str:
    """Return a signed token; a claim that is None is left out."""
    every = {name: value for name, value in {**CLAIMS, **claims}.items() if value is not None}
    return jwt.encode({"alg": algorithm, "kid": "k1"}, every, key, algorithms=[algorithm])


def run(flow: Generator[httpx.Request, httpx.Response, str], answers: dict[str, object]) -> tuple[str, list]:
    """Run a flow on made-up answers, by path; return what it returns, and what it asked."""
    asked = []
    try:
        request = next(flow)
        while True:
            asked.append(request)
            answer = answers[request.url.path]
            made = httpx.Response(answer) if isinstance(answer, int) else httpx.Response(200, json=answer)
            request = flow.send(made)
    except StopIteration as done:
        return done.value, asked


def subject(id_token: object, **changed: object) -> str:
    """Return whom a token is taken to mean."""
    keys = {"keys": [KEY.as_dict(private=False)]}
    answers = {
        "/.well-known/openid-configuration": {**SETTINGS, **changed},
        "/token": {"id_token": id_token},
        "/keys": keys,
    }
    return run(OURS.subject(ASKED, "code", NOW), answers)[0]


def test_a_good_token() -> None:
    """A token of that service, for us, of this sign-in and in time names its person; clocks may differ a little."""
    assert subject(token()) == "somebody"
    assert subject(token(aud=["us"])) == "somebody"
    assert subject(token(aud=["us", "them"], azp="us")) == "somebody"
    assert subject(token(exp=NOW.timestamp() - 30)) == "somebody"


@pytest.mark.parametrize(
    "wrong",
    [
        token(iss="https://evil.example.org"),
        token(iss=ISSUER + "/"),
        token(aud="them"),
        token(aud=["them"]),
        token(aud=["us", "them"]),
        token(azp="them"),
        token(nonce="another"),
        token(nonce=None),
        token(exp=NOW.timestamp() - 61),
        token(exp=None),
        token(exp="tomorrow"),
        token(iat=NOW.timestamp() + 61),
        token(sub=""),
        token(sub=None),
        token(sub="x" * 256),
        token(ECKey.generate_key("P-256", {"kid": "k1"}, private=True)),
        token(OctKey.import_key("hush:é and much more"), "HS256"),
        token()[:-4] + "AAAA",
        ".".join(["eyJhbGciOiJub25lIn0", token().split(".")[1], ""]),
        "nonsense",
        None,
        7,
    ],
)
def test_a_token_that_does_not_count(wrong: object) -> None:
    """Another service's, for somebody else, of another sign-in, over, unsigned, or signed by another key: refused."""
    with pytest.raises(WireFormatError):
        subject(wrong)


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://evil.example.org"},
        {"jwks_uri": "http://id.example.org/keys"},
        {"token_endpoint": None},
        {"token_endpoint": "https://x/" + "y" * 3000},
    ],
)
def test_settings_that_do_not_count(changed: dict[str, object]) -> None:
    """Settings of another service, or that would send a code in the open, are not followed."""
    with pytest.raises(WireFormatError):
        subject(token(), **changed)


@pytest.mark.parametrize("answer", [500, 404, [], "text"])
def test_a_service_that_is_not_there(answer: object) -> None:
    """Whatever it answers in place of a document is an error of ours, and says no more than that."""
    with pytest.raises(ChannelSyncError) as refused:
        run(OURS.subject(ASKED, "code", NOW), {"/.well-known/openid-configuration": answer})
    assert isinstance(refused.value, ChannelUnavailableError) == (answer == 500)


def test_what_is_asked() -> None:
    """The service is asked for a code bound to this sign-in, and for a token with proof that it is ours."""
    where, _ = run(OURS.address(ASKED), {"/.well-known/openid-configuration": SETTINGS})
    query = httpx.URL(where).params
    assert where.startswith(f"{ISSUER}/authorize?x=1&")
    assert (query["state"], query["nonce"], query["code_challenge_method"]) == ("state", "nonce", "S256")
    assert query["code_challenge"] != "verifier"
    assert "verifier" not in where
    answers = {
        "/.well-known/openid-configuration": SETTINGS,
        "/token": {"id_token": token()},
        "/keys": {"keys": [KEY.as_dict(private=False)]},
    }
    exchange = run(OURS.subject(ASKED, "code", NOW), answers)[1][1]
    assert httpx.QueryParams(exchange.content.decode())["code_verifier"] == "verifier"
    assert exchange.headers["authorization"].startswith("Basic ")
    plain = evolve(OURS, client_secret="")
    public = run(plain.subject(ASKED, "code", NOW), answers)[1][1]
    assert "authorization" not in public.headers
    assert httpx.QueryParams(public.content.decode())["client_id"] == "us"
    assert "hush" not in repr(OURS)


def test_the_settings() -> None:
    """Without an issuer there is no service; with one, who we are there is needed, and the open is for this machine."""
    assert Provider.of(Config.from_environment({})) is None
    given = {
        "CHANNELSYNC_BASE_URL": "https://gites.example.org/",
        "CHANNELSYNC_OIDC_ISSUER": ISSUER,
        "CHANNELSYNC_OIDC_CLIENT_ID": "us",
        "CHANNELSYNC_OIDC_CLIENT_SECRET": "hush",
    }
    config = Config.from_environment(given)
    made = Provider.of(config)
    assert made is not None
    assert (made.name, made.back) == ("id.example.org", OURS.back)
    assert "hush" not in repr(config)
    for wrong in ({"CHANNELSYNC_OIDC_CLIENT_ID": ""}, {"CHANNELSYNC_OIDC_ISSUER": "http://id.example.org"}):
        with pytest.raises(UsageError, match="CHANNELSYNC_OIDC_"):
            Config.from_environment({**given, **wrong})
    assert Config.from_environment({**given, "CHANNELSYNC_OIDC_ISSUER": "http://localhost:9"}).oidc_issuer
