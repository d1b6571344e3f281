"""Passkeys and the second step in a real browser, with an authenticator that the browser itself imitates."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from attrs import evolve
from playwright.sync_api import Browser

from channelsync_web.areas.signin.passwords import Passwords
from tests.browser.browsers import DESKTOP, Visit, visit
from tests.browser.house import House, open_house

MAIL, WORDS = "camille@example.org", "quatre mots sans rapport"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def home(browser: Browser, tmp_path: Path) -> Generator[House]:
    """A house reached by a name, because browsers make no passkeys for numbers; its owner has a password."""
    with open_house(tmp_path, empty=True) as opened:
        opened.address = opened.address.replace("127.0.0.1", "localhost")
        cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
        opened.app.state.door = evolve(opened.app.state.door, base_url=opened.address, passwords=cheap)
        code = opened.manager.reset_owner("Camille").code
        opened.app.state.people.welcome(code, MAIL, cheap.hashed(WORDS))
        yield opened


def with_finger(window: Visit) -> None:
    """Give the browser a reader that knows its owner's finger."""
    session = window.page.context.new_cdp_session(window.page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})


@pytest.mark.e2e
def test_a_device_is_added_and_opens_the_door(browser: Browser, home: House) -> None:
    """One button adds the device, another signs in with it and leads where one wanted to go; nothing is typed."""
    with visit(browser, home, DESKTOP) as window:
        with_finger(window)
        window.go("/reglages/securite")
        window.page.click("[data-passkey=add]")
        window.page.wait_for_url("**/reglages/securite?dit=passkey-added")
        assert window.page.get_by_text("Clé d’accès gardée").is_visible()
        window.page.click("form[action='/deconnexion'] button")
        window.page.wait_for_url("**/connexion")
        window.go("/reglages/securite")
        window.page.click("[data-passkey=enter]")
        window.page.wait_for_url("**/reglages/securite")
        assert window.complaints() == []


@pytest.mark.e2e
def test_a_refusal_is_said(browser: Browser, home: House) -> None:
    """A device that is not known here leaves one at the door, with words and the way by password."""
    with visit(browser, home, DESKTOP, signed_in=False) as window:
        with_finger(window)
        window.go("/connexion")
        window.page.click("[data-passkey=enter]")
        window.page.get_by_text("La clé d’accès n’a pas été acceptée").wait_for()
        window.page.fill("#f-email", MAIL)
        window.page.fill("#f-password", WORDS)
        window.page.click("form[action='/connexion'] button")
        window.page.wait_for_url("**/")
