"""Passkeys: a device signs what it is given, and what it signed is held against everything that could be wrong."""

from __future__ import annotations

import base64
import json
import secrets
from hashlib import sha256

import cbor2
import pytest
from attrs import define, field
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from httpx import Response

from tests.web.signin.house import SAFETY, Browser, door_of, is_in, moved_in, with_app
from tests.web.site import Site

ORIGIN = "http://localhost:8000"
JSON = {"accept": "application/json"}


def coded(raw: bytes) -> str:
    """Return bytes as browsers write them."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


@define
class Device:
    """What holds a passkey: it signs like a telephone or a laptop would."""

    origin: str = ORIGIN
    host: str = "localhost"
    verified: bool = True
    uses: int = 0
    id: bytes = field(factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _data(self, flags: int) -> bytes:
        flags |= 0x01 | (0x04 if self.verified else 0)
        return sha256(self.host.encode()).digest() + bytes([flags]) + self.uses.to_bytes(4, "big")

    def made(self, options: dict[str, object]) -> dict[str, object]:
        """Return a new passkey for what the server asked."""
        numbers = self.key.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, **point})
        data = self._data(0x40) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + key
        client = self._client("webauthn.create", str(options["challenge"]))
        sealed = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        response = {"clientDataJSON": coded(client), "attestationObject": coded(sealed)}
        return {"id": coded(self.id), "rawId": coded(self.id), "type": "public-key", "response": response}

    def signed(self, options: dict[str, object]) -> dict[str, object]:
        """Return what the device signs for what the server asked."""
        data, client = self._data(0), self._client("webauthn.get", str(options["challenge"]))
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "authenticatorData": coded(data),
            "clientDataJSON": coded(client),
            "signature": coded(signature),
        }
        return {"id": coded(self.id), "rawId": coded(self.id), "type": "public-key", "response": response}


@pytest.fixture(autouse=True)
def named(site: Site) -> None:
    """Reach the site by a name: browsers make no passkeys for numbers."""
    door_of(site, base_url=ORIGIN)


def added(browser: Browser, device: Device) -> Response:
    """Add a device's passkey."""
    options = browser.post(f"{SAFETY}/cles/defi", json={}, headers=JSON).json()
    return browser.post(f"{SAFETY}/cles", json={"credential": device.made(options)}, headers=JSON)


def entered(browser: Browser, device: Device, **more: str) -> Response:
    """Sign in by a device's passkey."""
    options = browser.post("/connexion/cle/defi", json={}, headers=JSON).json()
    return browser.post("/connexion/cle", json={"credential": device.signed(options), **more}, headers=JSON)


def test_in_without_typing_anything(site: Site) -> None:
    """A device that was added signs its owner in, to where they wanted; a passkey needs no second step."""
    browser, device = moved_in(site), Device()
    assert added(browser, device).json() == {"to": f"{SAFETY}?dit=passkey-added"}
    with_app(browser, site)
    other = site.browser(None)
    assert entered(other, device, vers="/calendrier").json() == {"to": "/calendrier"}
    assert is_in(other)
    assert entered(site.browser(None), device, vers="//evil.example").json() == {"to": "/"}


@pytest.mark.parametrize(
    "changed",
    [
        Device(origin="http://evil.example"),
        Device(host="evil.example"),
        Device(verified=False),
        Device(),
    ],
    ids=["another page", "another site", "nobody verified", "another key"],
)
def test_what_does_not_fit_opens_nothing(site: Site, changed: Device) -> None:
    """A signature made for another page or site, without its owner, or with another key, is refused alike."""
    device = Device()
    added(moved_in(site), device)
    changed.id = device.id
    if changed.origin != ORIGIN or changed.host != "localhost" or not changed.verified:
        changed.key = device.key
    browser = site.browser(None)
    answer = entered(browser, changed)
    assert answer.status_code == 403
    assert not is_in(browser)


def test_a_challenge_serves_once(site: Site) -> None:
    """What was signed once, and seen on the way, signs nobody in a second time."""
    device = Device()
    added(moved_in(site), device)
    browser = site.browser(None)
    options = browser.post("/connexion/cle/defi", json={}, headers=JSON).json()
    cookies, signed = list(browser.cookies.jar), {"credential": device.signed(options)}
    assert browser.post("/connexion/cle", json=signed, headers=JSON).status_code == 200
    thief = site.browser(None)
    for cookie in cookies:
        thief.cookies.jar.set_cookie(cookie)
    assert thief.post("/connexion/cle", json=signed, headers=JSON).status_code == 403
    assert site.browser(None).post("/connexion/cle", json=signed, headers=JSON).status_code == 403


def test_a_challenge_is_soon_over(site: Site) -> None:
    """Minutes later it is too late."""
    device = Device()
    added(moved_in(site), device)
    browser = site.browser(None)
    options = browser.post("/connexion/cle/defi", json={}, headers=JSON).json()
    site.pass_time(minutes=11)
    late = browser.post("/connexion/cle", json={"credential": device.signed(options)}, headers=JSON)
    assert late.status_code == 403


def test_a_copied_device_is_refused(site: Site) -> None:
    """A count that does not rise is that of a copy, and the audit trail has it."""
    device = Device(uses=1)
    added(moved_in(site), device)
    device.uses = 5
    assert entered(site.browser(None), device).status_code == 200
    assert entered(site.browser(None), device).status_code == 403
    assert "passkey refused: its count went back" in {one.what for one in site.manager.audit_lines()}


def test_a_removed_passkey_opens_nothing(site: Site) -> None:
    """An owner removes their own passkeys, and nobody else's."""
    browser, device = moved_in(site), Device()
    theirs = moved_in(site, "Dominique", "d@example.org")
    added(browser, device)
    assert theirs.post(f"{SAFETY}/cles/retirer", data={"passkey": coded(device.id)}).status_code == 404
    assert browser.post(f"{SAFETY}/cles/retirer", data={"passkey": coded(device.id)}).status_code == 303
    assert entered(site.browser(None), device).status_code == 403


@pytest.mark.parametrize("sent", [{}, {"credential": []}, {"credential": {"id": "x"}}, {"credential": {"id": 7}}, []])
def test_nonsense_is_refused(site: Site, sent: object) -> None:
    """Whatever a script sends, nothing is opened and nothing breaks."""
    device = Device()
    browser = moved_in(site)
    added(browser, device)
    for path in ("/connexion/cle", f"{SAFETY}/cles"):
        assert browser.post(path, json=sent, headers=JSON).status_code in {400, 403}


def test_adding_asks_who_one_is(site: Site) -> None:
    """A session that was left open adds no device: the script is sent to the question for the password."""
    browser = moved_in(site)
    site.pass_time(minutes=16)
    answer = browser.post(f"{SAFETY}/cles/defi", json={}, headers=JSON)
    assert answer.status_code == 403
    assert answer.json() == {"to": f"{SAFETY}/confirmer?vers={SAFETY}"}


def test_a_passkey_is_one_owners(site: Site) -> None:
    """A device that is known cannot be added by somebody else."""
    device = Device()
    added(moved_in(site), device)
    again = added(moved_in(site, "Dominique", "d@example.org"), device)
    assert again.status_code == 422
