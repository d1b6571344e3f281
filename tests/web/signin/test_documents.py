"""What a service says of itself, kept for a while: against a small service on loopback that counts what it is asked."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey

from channelsync.engine.address import AddressPolicy
from channelsync.engine.drive import Driver
from channelsync.errors import ChannelUnavailableError, WireFormatError
from channelsync_web.areas.signin.documents import Documents
from channelsync_web.areas.signin.provider import Asked, Provider

ASKED = Asked("state", "nonce", "verifier")
SETTINGS, KEYS = "/.well-known/openid-configuration", "/keys"


class Service:
    """A service with one key, whose answers carry ``headers``; ``down`` makes it refuse its settings."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "first"}, private=True)
        self.headers = {"Cache-Control": "public, max-age=600"}
        self.asked = Counter[str]()
        self.down = False
        self.answering = threading.Event()
        self.answering.set()
        self.issuer = ""

    def rotate(self) -> None:
        """Sign by another key from now on."""
        self.key = ECKey.generate_key("P-256", {"kid": "second"}, private=True)

    def answer(self, path: str) -> dict[str, object]:
        """Return what it answers."""
        where = {f"{one}_endpoint": f"{self.issuer}/{one}" for one in ("authorization", "token")}
        return {
            SETTINGS: {"issuer": self.issuer, "jwks_uri": self.issuer + KEYS, **where},
            KEYS: {"keys": [self.key.as_dict(private=False)]},
            "/token": {"id_token": self.token()},
        }[path]

    def token(self) -> str:
        """Return a token about somebody."""
        now = time.time()
        claims = {"iss": self.issuer, "aud": "us", "sub": "somebody", "nonce": "nonce", "iat": now, "exp": now + 60}
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key, algorithms=["ES256"])


@pytest.fixture
def service() -> Generator[Service]:
    """A service that answers."""
    made = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked[self.path] += 1
            assert made.answering.wait(10)
            refused = made.down and self.path == SETTINGS
            body = b"later" if refused else json.dumps(made.answer(self.path)).encode()
            self.send_response_only(503 if refused else 200)
            for name, value in {**made.headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.do_GET()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.issuer = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join(10)


class Here:
    """Our side: a memory with a clock that we turn."""

    def __init__(self, service: Service) -> None:
        self.now = 0.0
        self.documents = Documents(lambda: self.now)
        self.driver = Driver(AddressPolicy(allow_private=True))
        self.provider = Provider(service.issuer, "us", "hush", "Maison", "http://127.0.0.1:8000/back")

    def subject(self) -> str:
        """Let somebody come back from there."""
        flow = self.provider.subject(ASKED, "code", datetime.now(UTC))
        return self.documents.run(self.driver, flow)

    def address(self) -> str:
        """Send somebody there."""
        return self.documents.run(self.driver, self.provider.address(ASKED))


@pytest.fixture
def here(service: Service) -> Generator[Here]:
    """Our side of it."""
    made = Here(service)
    with made.driver:
        yield made


def test_kept_as_long_as_the_service_says(service: Service, here: Here) -> None:
    """Settings and keys are asked for once in the time that the service gives them, the exchange of a code always."""
    for _ in range(3):
        here.address()
        assert here.subject() == "somebody"
    assert service.asked == {SETTINGS: 1, KEYS: 1, "/token": 3}
    here.now = 601
    here.subject()
    assert (service.asked[SETTINGS], service.asked[KEYS]) == (2, 2)


@pytest.mark.parametrize(
    "headers, kept_until",
    [
        ({"Cache-Control": "max-age=86400"}, 3600),
        ({"Cache-Control": "max-age=600", "Age": "500"}, 100),
        ({"Expires": "Wed, 12 May 2027 10:02:00 GMT", "Date": "Wed, 12 May 2027 10:00:00 GMT"}, 120),
        ({}, 300),
        ({"Cache-Control": "no-store"}, 0),
        ({"Cache-Control": "no-cache, max-age=600"}, 0),
        ({"Cache-Control": "max-age=0"}, 0),
        ({"Expires": "yesterday"}, 0),
    ],
)
def test_within_limits(service: Service, here: Here, headers: dict[str, str], kept_until: int) -> None:
    """Nothing is kept for more than an hour, nor what must not be; what says nothing is kept for five minutes."""
    service.headers = headers
    here.address()
    here.now = kept_until - 1
    here.address()
    assert service.asked[SETTINGS] == (1 if kept_until else 2)
    here.now = kept_until
    here.address()
    assert service.asked[SETTINGS] == (2 if kept_until else 3)


def test_a_new_key_is_asked_for(service: Service, here: Here) -> None:
    """A token of a key that is not remembered is no failure: the keys are asked for anew, once, in the same sign-in."""
    here.subject()
    service.rotate()
    assert here.subject() == "somebody"
    assert service.asked[KEYS] == 2
    here.subject()
    assert service.asked[KEYS] == 2


def test_a_strange_key_is_asked_for_once(service: Service, here: Here) -> None:
    """A token of a key that the service does not have is refused, after one look at what it has now."""
    here.subject()
    stranger = ECKey.generate_key("P-256", {"kid": "third"}, private=True)
    good, service.key = service.key, stranger
    token = service.token()
    service.key = good
    service.token = lambda: token
    with pytest.raises(WireFormatError):
        here.subject()
    assert service.asked[KEYS] == 2


def test_a_refusal_is_not_remembered(service: Service, here: Here) -> None:
    """A service that was away is asked again at the next try, and a failed sign-in leaves nothing that was kept."""
    service.down = True
    with pytest.raises(ChannelUnavailableError):
        here.address()
    service.down = False
    before = service.asked[SETTINGS]
    assert here.address()
    assert service.asked[SETTINGS] == before + 1
    service.token = lambda: "nonsense"
    with pytest.raises(WireFormatError):
        here.subject()
    here.address()
    assert service.asked[SETTINGS] == before + 2


def test_many_wait_for_one(service: Service, here: Here) -> None:
    """Who comes while the service is being asked gets the same answer, and asks nothing."""
    begun = threading.Barrier(9)
    service.answering.clear()

    def go() -> bool:
        begun.wait(10)
        return bool(here.address())

    with ThreadPoolExecutor(8) as pool:
        waiting = [pool.submit(go) for _ in range(8)]
        begun.wait(10)
        service.answering.set()
        assert all(one.result(10) for one in waiting)
    assert service.asked[SETTINGS] == 1
