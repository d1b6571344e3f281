"""The app on a telephone: how it is installed, which devices are alerted, and where an alert leads."""

from __future__ import annotations

import json
import re
from collections.abc import Generator
from datetime import timedelta

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from channelsync.ids import ChannelName, UnitId
from channelsync.manager.desk import notice_record
from channelsync.nights import Stay
from channelsync.notices import Details, Notice, NoticeKind
from channelsync_web.asgi import create_app
from tests.web.phone import Phone, listening
from tests.web.site import START, Browser, Site

DEVICES = "/reglages/appareils"
NIGHTS = Stay(START.date() + timedelta(days=30), START.date() + timedelta(days=33)).nights


@pytest.fixture
def phone() -> Generator[Phone]:
    """A telephone whose push service is on this machine."""
    with listening() as found:
        yield found


@pytest.fixture
def rehearsing(site: Site) -> Generator[TestClient[Litestar]]:
    """A signed-in browser of an app that may write to this machine, as in a rehearsal."""
    app = create_app(site.manager, environ={"CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES": "1"})
    with Browser(app) as client:
        client.enter(site.owner())
        yield client


def _add(browser: TestClient[Litestar], phone: Phone, name: str = "Mon téléphone") -> str:
    """Sign a device up, and return its id."""
    answer = browser.post(DEVICES, data={"abonnement": phone.subscription, "nom": name})
    assert (answer.status_code, answer.headers["location"]) == (303, f"{DEVICES}?dit=device-added")
    found = re.search(rf"{DEVICES}/(\w+)/retirer", browser.get(DEVICES).text)
    assert found is not None
    return found[1]


# --- The app ----------------------------------------------------------------------------------------------------------
def test_the_manifest(site: Site) -> None:
    """Anybody's browser learns how to install the app; every address in the manifest leads somewhere."""
    browser = site.browser(None)
    answer = browser.get("/manifest.webmanifest")
    told = answer.json()
    assert answer.headers["content-type"] == "application/manifest+json"
    assert (told["lang"], told["start_url"], told["display"]) == ("fr", "/", "standalone")
    assert [one["name"] for one in told["shortcuts"]] == ["Bloquer des dates", "Cette semaine", "Calendrier"]
    assert {one["purpose"] for one in told["icons"]} == {"any", "maskable"}
    for one in told["icons"]:
        assert browser.get(one["src"]).content.startswith(b"\x89PNG")
    camille = site.browser()
    assert {camille.get(one["url"]).status_code for one in told["shortcuts"]} == {200}


def test_the_worker(site: Site) -> None:
    """The worker is asked for anew each time, keeps files that are there, and holds nothing of anybody."""
    site.lodging()
    browser = site.browser()
    answer = browser.get("/sw.js")
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"].startswith("text/javascript")
    shell = json.loads(answer.text.partition("self.shell = ")[2].partition(";\n")[0])
    assert {browser.get(path).status_code for path in shell["files"]} == {200}
    assert shell["kept"] == ["/", "/semaine", "/calendrier"]
    assert answer.text == site.browser(None).get("/sw.js").text
    assert "Gîte du Lac" not in answer.text


def test_pages_say_whose_they_are(site: Site) -> None:
    """Each page for somebody carries the mark of the session it is for; what is for anybody carries none."""
    one, again = (site.browser().get("/").headers["x-reader"] for _ in range(2))
    assert one != again
    assert re.fullmatch("[0-9a-f]{12}", one)
    assert "x-reader" not in site.browser(None).get("/hors-ligne").headers
    assert "Pas de réseau" in site.browser(None).get("/hors-ligne").text


# --- Devices ----------------------------------------------------------------------------------------------------------
def test_a_device(site: Site) -> None:
    """A device that signs up is in the list under its name, marked where it is this one, until it is removed."""
    browser = site.browser()
    assert "Aucun pour l’instant" in browser.get(DEVICES).text
    device = _add(browser, Phone(), "  Mon\ttéléphone  ")
    page = browser.get(DEVICES).text
    assert "Mon téléphone" in page
    assert '<span class="badge good">cet appareil</span>' in page
    assert "s3cret" not in page
    assert browser.post(f"{DEVICES}/{device}/retirer").headers["location"] == f"{DEVICES}?dit=device-removed"
    assert "Aucun pour l’instant" in browser.get(DEVICES).text


def test_a_device_signs_up_twice(site: Site) -> None:
    """The same browser stands in the list once, however often it signs up, and under a name even if none is given."""
    browser, phone = site.browser(), Phone()
    browser.headers["user-agent"] = (
        "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Chrome/156.0 Mobile Safari/537.36"
    )
    for _ in range(2):
        _add(browser, phone, "")
    assert browser.get(DEVICES).text.count("/retirer") == 1
    assert "<h3>Téléphone Android, Chrome" in browser.get(DEVICES).text


@pytest.mark.parametrize(
    "address, said",
    [
        ("https://push.example/1", "n’est pas connu ici"),
        ("https://127.0.0.1/1", "n’est pas connu ici"),
        ("https://fcm.googleapis.com.example/1", "n’est pas connu ici"),
        ("https://evilpush.services.mozilla.com.example/1", "n’est pas connu ici"),
        ("http://fcm.googleapis.com/1", "doit mener à https"),
        ("", "doit mener à https"),
    ],
)
def test_only_push_services_are_written_to(site: Site, address: str, said: str) -> None:
    """A subscription that leads anywhere but to a known push service is refused in a sentence, and not kept."""
    answer = site.browser().post(DEVICES, data={"abonnement": Phone(address).subscription})
    assert answer.status_code == 422
    assert said in answer.text
    assert "/retirer" not in answer.text


@pytest.mark.parametrize("text", ["", "{}", "x" * 5000, '{"endpoint": 1}'])
def test_what_is_no_subscription(site: Site, text: str) -> None:
    """What no browser gives is refused in a sentence."""
    answer = site.browser().post(DEVICES, data={"abonnement": text})
    assert answer.status_code == 422
    assert "ce n’est pas un abonnement" in answer.text.lower()


@pytest.mark.parametrize(
    "host", ["updates.push.services.mozilla.com", "web.push.apple.com", "wns2-par02p.notify.windows.com"]
)
def test_the_services_of_all_browsers(site: Site, host: str) -> None:
    """The push services of all common browsers are known."""
    _add(site.browser(), Phone(f"https://{host}/x"))


def test_the_key_is_made_once(site: Site) -> None:
    """Every browser subscribes with the same public key, made when it is first asked for."""
    keys = {site.browser(name).post(f"{DEVICES}/cle").json()["key"] for name in ("Camille", "Camille", "Dominique")}
    assert len(keys) == 1
    assert len(keys.pop()) == 87


def test_a_trial(phone: Phone, rehearsing: TestClient[Litestar]) -> None:
    """A trial takes the way of the alerts: only the device can read it, and the list says that it was reached."""
    device = _add(rehearsing, phone)
    answer = rehearsing.post(f"{DEVICES}/{device}/essai")
    assert answer.headers["location"] == f"{DEVICES}?dit=trial-sent"
    (told,) = phone.read()
    assert told["title"] == "channelsync : essai"
    assert "Dernière alerte à 11 h 00" in rehearsing.get(DEVICES).text
    assert rehearsing.get("/avis", params={"cle": told["key"]}).headers["location"] == DEVICES


def test_a_trial_that_is_not_taken(phone: Phone, rehearsing: TestClient[Litestar]) -> None:
    """What a push service does not take is told; a subscription that is over leaves the list."""
    device = _add(rehearsing, phone)
    phone.status = 500
    refused = rehearsing.post(f"{DEVICES}/{device}/essai")
    assert (refused.status_code, "a répondu 500" in refused.text) == (502, True)
    assert "/retirer" in refused.text
    phone.status = 410
    over = rehearsing.post(f"{DEVICES}/{device}/essai")
    assert "terminé" in over.text
    assert "/retirer" not in over.text


def test_trials_are_few(phone: Phone, rehearsing: TestClient[Litestar]) -> None:
    """Nobody makes us write to a push service over and over."""
    device = _add(rehearsing, phone)
    statuses = [rehearsing.post(f"{DEVICES}/{device}/essai").status_code for _ in range(8)]
    assert statuses[-1] == 429
    assert len(phone.posts) < 8


def test_devices_of_others(site: Site) -> None:
    """Another owner's device is as if it were not there."""
    device = _add(site.browser(), Phone())
    other = site.browser("Dominique")
    assert "Mon téléphone" not in other.get(DEVICES).text
    assert other.post(f"{DEVICES}/{device}/retirer").status_code == 404
    assert other.post(f"{DEVICES}/{device}/essai").status_code == 404
    assert "Mon téléphone" in site.browser().get(DEVICES).text


# --- Where an alert leads ---------------------------------------------------------------------------------------------
def _notice(site: Site, kind: NoticeKind, unit: UnitId, where: str = "ical:a") -> str:
    """Let something be told, and return the key of its message to Camille's devices."""
    details = Details("Gîte du Lac", "Europe/Paris", ChannelName(where), NIGHTS)
    made = Notice(f"{kind.value}:{unit}::1", kind, START, unit, None, details)
    with site.manager.ledger.transaction() as tx:
        tx.add_notice(notice_record(made))
    return f"{made.key}:{site.owner()}:push"


@pytest.mark.parametrize(
    "kind, path",
    [
        (NoticeKind.RESERVATION, "/calendrier?du=2027-03-31"),
        (NoticeKind.EXPOSED, "/calendrier?du=2027-03-31"),
        (NoticeKind.TO_CLARIFY, "/logements/{unit}/questions"),
        (NoticeKind.DISCONNECTED, "/logements/{unit}/ical:a"),
        (NoticeKind.CONFLICT_CURRENT, "/"),
    ],
)
def test_where_an_alert_leads(site: Site, kind: NoticeKind, path: str) -> None:
    """A click on an alert opens the page where its reader can do something about it."""
    unit = site.lodging(sides=())
    answer = site.browser().get("/avis", params={"cle": _notice(site, kind, unit.id)})
    assert (answer.status_code, answer.headers["location"]) == (303, path.format(unit=unit.id))


def test_an_alert_of_a_conflict(site: Site) -> None:
    """An alert of a double booking opens the page of that very conflict."""
    unit = site.lodging(sides=())
    first = NIGHTS.runs()[0]
    for _ in range(2):
        site.manager.reserve(unit, first, insist=True)
    (conflict,) = site.manager.conflicts(unit)
    answer = site.browser().get("/avis", params={"cle": _notice(site, NoticeKind.CONFLICT_CURRENT, unit.id)})
    assert answer.headers["location"] == f"/conflits/{conflict.id}"


def test_an_alert_is_seen(site: Site) -> None:
    """Who has clicked on an alert has seen it; another owner can neither see it nor mark it."""
    unit = site.lodging(sides=())
    key = _notice(site, NoticeKind.CONFLICT_CURRENT, unit.id)

    def unseen() -> int:
        with site.manager.ledger.reading() as tx:
            return len(tx.notices(unit.id, unseen=True))

    other = site.browser("Dominique")
    assert other.get("/avis", params={"cle": key}).headers["location"] == "/"
    assert other.post("/avis/vu", data={"cle": key}).status_code == 204
    assert unseen() == 1
    assert site.browser().post("/avis/vu", data={"cle": key}).status_code == 204
    assert unseen() == 0


@pytest.mark.parametrize("key", ["", "nothing", "x" * 4000, "conflict:\x00"])
def test_an_alert_of_nothing(site: Site, key: str) -> None:
    """An alert that nobody knows of any more leads to the first page."""
    browser = site.browser()
    assert browser.get("/avis", params={"cle": key}).headers["location"] == "/"
    assert browser.post("/avis/vu", data={"cle": key}).status_code == 204
