"""A house with a door: owners who have chosen address and password, and browsers in front of it."""

from __future__ import annotations

import re
from typing import Final

from attrs import evolve
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient
from pyotp.totp import TOTP

from channelsync_web.areas.signin import Door
from channelsync_web.signing import cookie_name
from tests.web.site import Site

Browser = TestClient[Litestar]

MAIL: Final = "camille@example.org"
WORDS: Final = "quatre mots sans rapport"
SAFETY: Final = "/reglages/securite"


def door_of(site: Site, **changes: object) -> Door:
    """Return the site's door, and change it."""
    site.app.state.door = evolve(site.app.state.door, **changes)
    door: Door = site.app.state.door
    return door


def moved_in(site: Site, name: str = "Camille", email: str = MAIL, password: str = WORDS) -> Browser:
    """Return the browser in which an owner has just chosen address and password."""
    code = site.manager.add_owner(name).code
    browser = site.browser(None)
    answer = browser.post("/bienvenue", data={"code": code, "email": email, "password": password})
    assert (answer.status_code, answer.headers["location"]) == (303, "/"), answer.text
    return browser


def enter(browser: Browser, email: str = MAIL, password: str = WORDS, **more: str) -> Response:
    """Send the form of the sign-in page."""
    return browser.post("/connexion", data={"email": email, "password": password, **more})


def plant(browser: Browser, token: str) -> None:
    """Put a token into a browser, in place of its own."""
    browser.cookies.clear()
    browser.cookies.set(cookie_name(https=False), token, domain=browser.base_url.host)


def token_of(browser: Browser) -> str:
    """Return the token that a browser holds."""
    return browser.cookies[cookie_name(https=False)]


def is_in(browser: Browser) -> bool:
    """Whether this browser sees an owner's page."""
    return browser.get("/").status_code == 200


def with_app(browser: Browser, site: Site) -> tuple[TOTP, list[str]]:
    """Set an authenticator app up; return it, and the recovery codes."""
    page = browser.get(f"{SAFETY}/telephone").text
    shown = re.search(r'id="secret">([A-Z2-7 ]+)<', page)
    assert shown is not None
    app = TOTP(shown[1].replace(" ", ""))
    answer = browser.post(f"{SAFETY}/telephone", data={"code": app.at(site.time)})
    assert answer.status_code == 200
    return app, re.findall(r'<li class="code">([^<]+)<', answer.text)
