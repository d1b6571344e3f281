"""The app on a telephone, in a real browser: installed, without a network, alerted, and keeping nothing of others."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from channelsync.config import Config
from channelsync.nights import Stay
from channelsync.service.addresses import subscribe, vapid_public_key
from channelsync.service.post import open_post
from tests.browser.browsers import PHONE, Visit, visit
from tests.browser.house import House, open_house
from tests.web.phone import Phone, listening
from tests.web.site import as_typed

pytestmark = pytest.mark.e2e

KEPT = "caches.keys().then((names) => names.filter((name) => name.startsWith('pages-')))"
READY = "navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
ALL_KEPT = """(async () => {
  const [name] = (await caches.keys()).filter((name) => name.startsWith('pages-'));
  return name && (await (await caches.open(name)).keys()).length === 3;
})()"""
NOTICES = """navigator.serviceWorker.ready.then((ready) => ready.getNotifications()).then((all) => all.map(
  (one) => ({title: one.title, body: one.body, urgent: one.requireInteraction})))"""
SUBMIT = """([action, fields]) => {
  const form = Object.assign(document.createElement("form"), {method: "post", action});
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement("input"), {name, value}));
  }
  document.body.append(form);
  form.submit();
}"""


CLICK = """async (key) => {
  const notification = (await registration.getNotifications()).find((one) => one.data.key === key);
  dispatchEvent(new NotificationEvent("notificationclick", {notification}));
}"""


PUSH_SERVICE = """(given) => {
  const plain = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/=+$/, "");
  const words = (bytes) => plain(bytes).replaceAll("+", "-").replaceAll("/", "_");
  const made = {toJSON: () => given, unsubscribe: async () => sessionStorage.clear()};
  PushManager.prototype.getSubscription = async () => (sessionStorage.getItem("key") ? made : null);
  PushManager.prototype.subscribe = async ({applicationServerKey}) => {
    sessionStorage.setItem("key", words(applicationServerKey));
    return made;
  };
}"""
"""In place of the browser's own push service, which no test reaches."""


@pytest.fixture
def taken() -> Generator[Phone]:
    """A push service on this machine, and the keys of a device that it serves."""
    with listening() as found:
        yield found


@pytest.fixture(scope="module")
def home(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    """A house of these tests alone: they sign in, sign out and block."""
    with open_house(tmp_path_factory.mktemp("pwa")) as opened:
        yield opened


@pytest.fixture
def phone(browser: Browser, home: House) -> Generator[Visit]:
    """A telephone with the app, its worker at work and its pages kept."""
    with visit(browser, home, PHONE) as window:
        window.page.context.grant_permissions(["notifications"], origin=window.address)
        window.go("/")
        _until(window.page, READY)
        window.go("/")
        _until(window.page, ALL_KEPT)
        yield window


def _offline(window: Visit, *, so: bool = True) -> None:
    window.page.context.set_offline(so)


def test_it_can_be_installed(phone: Visit) -> None:
    """The browser finds nothing in the way of installing the app."""
    session = phone.page.context.new_cdp_session(phone.page)
    assert session.send("Page.getAppManifest")["errors"] == []
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {one["errorId"] for one in errors} <= {"in-incognito"}  # as every window of a test is


def test_without_a_network(phone: Visit) -> None:
    """Without a network the kept pages are shown, with their age and nothing to press; other pages lead to them."""
    page = phone.page
    _offline(phone)
    phone.go("/semaine")
    expect(page.locator("h1")).to_have_text("Cette semaine")
    expect(page.locator("#kept")).to_contain_text("Pas de réseau : voici où les choses en étaient")
    expect(page.get_by_text("Gîte du Lac").first).to_be_visible()
    phone.go("/logements")
    expect(page.locator("h1")).to_have_text("Pas de réseau")
    page.get_by_role("link", name="Calendrier").last.click()
    expect(page.locator("#kept")).to_be_visible()
    assert page.url.endswith("/calendrier")
    _offline(phone, so=False)
    expect(page.locator("#kept")).to_be_hidden()  # the page comes anew by itself


def test_nothing_is_sent_without_a_network(phone: Visit, home: House) -> None:
    """A form that is pressed without a network says so, and is not sent later either."""
    phone.go("/bloquer")
    before = len(_blocks(home))
    _offline(phone)
    phone.page.get_by_role("button", name="Demain soir").click()
    expect(phone.page.locator("#unsent")).to_be_visible()
    _offline(phone, so=False)
    assert len(_blocks(home)) == before


def test_signing_out_lets_every_copy_go(phone: Visit) -> None:
    """After a sign-out the device keeps nothing of what it showed."""
    _submit(phone.page, f"{phone.address}/deconnexion")
    phone.page.wait_for_url("**/connexion*")
    _until(phone.page, f"{KEPT}.then((names) => names.length === 0)")
    _offline(phone)
    phone.go("/semaine")
    expect(phone.page.locator("h1")).to_have_text("Pas de réseau")


def test_another_owner_sees_their_own(phone: Visit, home: House) -> None:
    """Another owner on the same device is shown no copy of the first one's pages."""
    other = home.manager.add_owner("Dominique").owner.id
    phone.page.context.add_cookies([home.cookie(other)])  # type: ignore[list-item]
    before = phone.page.evaluate(KEPT)
    phone.go("/semaine")
    _until(phone.page, f"{KEPT}.then((names) => names.length === 1 && names[0] !== '{before[0]}')")
    _offline(phone)
    phone.go("/semaine")
    expect(phone.page.locator("#kept")).to_be_visible()
    expect(phone.page.get_by_text("Gîte du Lac")).to_have_count(0)


def test_a_form_of_another_site(phone: Visit, home: House) -> None:
    """The worker lends its good name to nobody: what another site sends is refused as ever."""
    unit, before = home.manager.units()[0], len(_blocks(home))
    phone.page.goto("about:blank")
    _submit(phone.page, f"{phone.address}/bloquer", logement=unit.id, quand="demain")
    phone.page.wait_for_url(f"{phone.address}/bloquer")
    assert len(_blocks(home)) == before


def test_a_block_by_taps(phone: Visit, home: House) -> None:
    """From the app's shortcut a night is blocked by one tap, and free again by another."""
    before = _blocks(home)
    phone.go("/bloquer")
    phone.page.get_by_role("button", name="Demain soir").tap()
    expect(phone.page.locator("h1")).to_have_text("C’est bloqué")
    assert len(_blocks(home)) == len(before) + 1
    phone.page.get_by_role("button", name="Annuler").tap()
    expect(phone.page.locator("[data-toast]")).to_contain_text("Blocage annulé")
    assert _blocks(home) == before


def test_an_alert_is_shown(phone: Visit, home: House) -> None:
    """What arrives for a device is shown with title and text; what cannot be read is shown as news, without words."""
    deliver = _delivery(phone)
    told = {"key": "conflict:1:o:push", "title": "Double réservation", "body": "Du 15 au 18 mars.", "urgent": True}
    assert deliver(json.dumps(told), "Double réservation") == {
        "title": "Double réservation",
        "body": "Du 15 au 18 mars.",
        "urgent": True,
    }
    calm = deliver(
        json.dumps({**told, "key": "conflict:2:o:push", "title": "À clarifier", "urgent": False}), "À clarifier"
    )
    assert not calm["urgent"]
    unread = deliver("not json", "channelsync")
    assert as_typed(unread["body"]) == "Il y a du nouveau : ouvrez channelsync pour le voir."


def test_from_a_double_booking_to_its_page(phone: Visit, home: House, taken: Phone) -> None:
    """A double booking reaches the device, encrypted for it alone; a click opens its page, and it counts as seen."""
    unit, day = home.manager.units()[0], home.clock.now().date() + timedelta(days=200)
    with home.manager.ledger.transaction() as tx:
        subscribe(tx, home.manager.vault, home.owner, taken.subscription, at=home.clock.now(), hosts=None)
    for _ in range(2):
        home.manager.reserve(unit, Stay(day, day + timedelta(days=2)), insist=True, guest="Anne Martin")
    with open_post(home.manager, Config(allow_private_addresses=True), home.clock.now) as post:
        post.sweep()
    (told,) = [one for one in taken.read() if one["key"].startswith("conflict_current:")]
    assert "Martin" not in json.dumps(told)
    _delivery(phone)(json.dumps(told), told["title"])
    (worker,) = phone.page.context.service_workers
    worker.evaluate(CLICK, told["key"])
    phone.page.wait_for_url("**/conflits/*")
    with home.manager.ledger.reading() as tx:
        assert told["key"].rpartition(f":{home.owner}")[0] not in {one.key for one in tx.notices(unit.id, unseen=True)}


def test_this_device_is_alerted(phone: Visit, home: House) -> None:
    """One press signs this device up, by the key of this installation; another one takes it off the list."""
    page, given = phone.page, Phone().subscription
    page.add_init_script(f"({PUSH_SERVICE})({given})")
    phone.go("/reglages/appareils")
    page.get_by_label("Nom de cet appareil").fill("Mon téléphone")
    page.get_by_role("button", name="M’alerter sur cet appareil").click()
    expect(page.locator("[data-toast]")).to_contain_text("Cet appareil vous alerte désormais")
    row = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Mon téléphone"))
    expect(row.get_by_text("cet appareil")).to_be_visible()
    expect(page.get_by_text("Cet appareil vous alerte.")).to_be_visible()
    key = vapid_public_key(home.manager.ledger, home.manager.vault, home.clock.now())
    assert page.evaluate("sessionStorage.getItem('key')") == key
    row.get_by_role("button", name="Retirer").click()
    expect(row).to_have_count(0)
    expect(page.get_by_role("button", name="M’alerter sur cet appareil")).to_be_visible()


def test_the_page_of_devices_says_how_it_stands(phone: Visit) -> None:
    """A browser that cannot sign up for alerts says so and may try again; one that blocks them is told the way."""
    page = phone.page
    phone.go("/reglages/appareils")
    page.get_by_role("button", name="M’alerter sur cet appareil").click()
    expect(page.get_by_text("Votre navigateur n’a pas pu s’abonner")).to_be_visible()  # as no window of a test can
    page.get_by_role("button", name="Réessayer").click()
    page.context.clear_permissions()
    page.get_by_role("button", name="M’alerter sur cet appareil").click()
    expect(page.get_by_text("Votre navigateur bloque les alertes")).to_be_visible()


def _blocks(home: House) -> list[Stay]:
    return [one.stay for unit in home.manager.units() for one in home.manager.claims(unit) if one.kind == "block"]


def _submit(page: Page, action: str, **fields: str) -> None:
    """Send a form as a page would."""
    page.evaluate(SUBMIT, [action, fields])


def _delivery(phone: Visit) -> Callable[[str, str], dict[str, Any]]:
    """Return what delivers a push message to the worker, as the browser does once it is decrypted, until it is shown.

    Asking what is shown at the very moment of showing makes Chromium forget it, so a message may need to come again;
    it then stands in its own place.
    """
    session: CDPSession = phone.page.context.new_cdp_session(phone.page)
    found: list[str] = []

    def known(event: dict[str, Any]) -> None:
        found.extend(one["registrationId"] for one in event["registrations"])

    session.on("ServiceWorker.workerRegistrationUpdated", known)
    session.send("ServiceWorker.enable")
    while not found:  # the browser tells by itself
        phone.page.evaluate("0")

    def deliver(data: str, title: str) -> dict[str, Any]:
        for _ in range(20):
            told = {"origin": phone.address, "registrationId": found[-1], "data": data}
            session.send("ServiceWorker.deliverPushMessage", told)
            phone.page.evaluate("new Promise((go) => setTimeout(go, 250))")
            shown: list[dict[str, Any]] = phone.page.evaluate(NOTICES)
            for one in shown:
                if one["title"] == title:
                    return one
        raise AssertionError(title)

    return deliver


def _until(page: Page, wish: str) -> None:
    """Wait until an expression of the page holds; at most ten seconds."""
    page.evaluate(
        f"""async () => {{
          const until = Date.now() + 10_000;
          while (!(await {wish})) {{
            if (Date.now() > until) throw new Error("waited in vain");
            await new Promise((go) => setTimeout(go, 20));
          }}
        }}"""
    )
