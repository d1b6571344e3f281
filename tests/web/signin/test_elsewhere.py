"""In by a service that vouches for people: a real provider on loopback, and everything that must not open a door."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Generator
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx
import pytest

from channelsync.engine.address import AddressPolicy
from channelsync.engine.drive import Driver
from channelsync_web.areas.signin.provider import Provider
from tests.web.signin.house import SAFETY, Browser, door_of, is_in, moved_in, with_app
from tests.web.site import Site

BACK = "http://127.0.0.1:8000/connexion/oidc/retour"


@pytest.fixture(scope="module")
def issuer() -> Generator[str]:
    """The address of a provider, in a process of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "-p", str(port), "-n", "true"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                httpx.get(f"{address}/.well-known/openid-configuration").raise_for_status()
                break
            except httpx.HTTPError:
                time.sleep(0.05)
        yield address
    finally:
        running.terminate()
        running.wait(10)


@pytest.fixture(autouse=True)
def vouching(site: Site, issuer: str) -> Generator[None]:
    """Set the site up with that provider; it has the real time."""
    site.time = datetime.now(UTC)
    with Driver(AddressPolicy(allow_private=True)) as driver:
        door_of(site, provider=Provider(issuer, "us", "hush", "Maison", BACK), driver=driver)
        yield


def vouched(start: httpx.Response, subject: str = "camille") -> str:
    """Sign in over there, and return the path with which the browser comes back."""
    assert start.status_code == 303
    answer = httpx.post(start.headers["location"], data={"sub": subject})
    assert answer.status_code == 302, answer.text
    parts = urlsplit(answer.headers["location"])
    return f"{parts.path}?{parts.query}"


def linked(site: Site, subject: str = "camille") -> Browser:
    """Return the browser of an owner who has linked their account over there."""
    browser = moved_in(site)
    answer = browser.get(vouched(browser.get(f"{SAFETY}/compte/lier"), subject))
    assert answer.headers["location"] == f"{SAFETY}?dit=identity-linked"
    return browser


def test_linked_from_within_then_in(site: Site) -> None:
    """An owner links their account while signed in; then it signs them in, to where they wanted."""
    here = linked(site)
    assert "Maison" in here.get(SAFETY).text
    browser = site.browser(None)
    assert "Avec Maison" in browser.get("/connexion").text
    answer = browser.get(vouched(browser.get("/connexion/oidc?vers=/journal")))
    assert answer.headers["location"] == "/journal"
    assert is_in(browser)


def test_a_stranger_with_an_account_there_is_nobody_here(site: Site) -> None:
    """An account that nobody has linked opens nothing, whatever it is called."""
    linked(site)
    browser = site.browser(None)
    for name in ("dominique", "camille@example.org"):
        answer = browser.get(vouched(browser.get("/connexion/oidc"), name))
        assert answer.status_code == 422
        assert "n’ouvre encore aucun logement ici" in answer.text
        assert not is_in(browser)


def test_only_what_this_browser_asked(site: Site) -> None:
    """An answer that another browser asked for, with another state, or a second time, opens nothing."""
    linked(site)
    mine, thief = site.browser(None), site.browser(None)
    path = vouched(mine.get("/connexion/oidc"))
    assert thief.get(path).status_code == 422
    thief.get("/connexion/oidc")
    assert thief.get(path).status_code == 422
    assert mine.get(f"{path}x").status_code in {303, 422}
    assert not is_in(thief)


def test_a_code_serves_once(site: Site) -> None:
    """Coming back a second time with the same code opens nothing."""
    linked(site)
    browser = site.browser(None)
    path = vouched(browser.get("/connexion/oidc"))
    assert browser.get(path).status_code == 303
    browser.post("/deconnexion")
    assert browser.get(path).status_code == 422
    assert not is_in(browser)


def test_refusing_there(site: Site) -> None:
    """Whoever says no over there comes back to a page that says what to do."""
    browser = site.browser(None)
    start = browser.get("/connexion/oidc")
    answer = httpx.post(start.headers["location"], data={"action": "deny"})
    parts = urlsplit(answer.headers["location"])
    assert browser.get(f"{parts.path}?{parts.query}").status_code == 422


def test_the_second_step_stays(site: Site) -> None:
    """Where an owner wants a code after the first step, another service's word is a first step as well."""
    with_app(linked(site), site)
    browser = site.browser(None)
    answer = browser.get(vouched(browser.get("/connexion/oidc")))
    assert answer.headers["location"] == "/connexion/code"


def test_linking_belongs_to_the_session_that_began_it(site: Site) -> None:
    """Somebody who signs in in between gets no account of another linked to theirs."""
    browser = moved_in(site)
    path = vouched(browser.get(f"{SAFETY}/compte/lier"))
    browser.post("/deconnexion")
    code = site.manager.add_owner("Dominique").code
    browser.post("/bienvenue", data={"code": code, "email": "d@example.org", "password": "quatre mots de plus"})
    assert browser.get(path).status_code == 422
    assert site.app.state.people.identities(site.owner("Dominique")) == ()


def test_no_other_page_begins_a_link(site: Site) -> None:
    """A link on somebody else's page does not begin one."""
    browser = moved_in(site)
    answer = browser.get(f"{SAFETY}/compte/lier", headers={"sec-fetch-site": "cross-site"})
    assert answer.headers["location"] == SAFETY


def test_unlinked_it_opens_nothing(site: Site, issuer: str) -> None:
    """What was removed signs nobody in."""
    here = linked(site)
    here.post(f"{SAFETY}/compte/retirer", data={"issuer": issuer})
    browser = site.browser(None)
    assert browser.get(vouched(browser.get("/connexion/oidc"))).status_code == 422


def test_a_service_that_is_away(site: Site) -> None:
    """A service that does not answer is named, and nothing breaks."""
    gone = Provider("http://127.0.0.1:9", "us", "hush", "Maison", BACK)
    door_of(site, provider=gone)
    answer = site.browser(None).get("/connexion/oidc")
    assert answer.status_code == 422
    assert "Maison ne répond pas comme il faudrait" in answer.text
