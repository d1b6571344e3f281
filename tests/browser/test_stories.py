"""What owners come for, played to the end: their clicks in a browser, a real worker, simulated platforms over HTTP."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from datetime import timedelta
from random import Random

import pytest
from playwright.sync_api import Browser, expect

from channelsync.inventory import Unit
from channelsync.nights import Stay
from channelsync.testing import Fault, Platform, Reservation
from channelsync.testing.serve import serve
from channelsync_airbnb import sandbox as airbnb
from channelsync_booking import sandbox as booking
from tests.browser.browsers import DESKTOP, PHONE, Visit
from tests.browser.conftest import Visits
from tests.browser.house import House, open_house

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

SOON = 25_000
"""Milliseconds within which a page must show by itself what has happened."""


@pytest.fixture(scope="module")
def running(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    """A house that goes on by itself; each story has nights of its own in it."""
    del browser  # ended after it
    with open_house(tmp_path_factory.mktemp("running")) as house, house.worked():
        yield house


def test_a_reservation_closes_the_others(running: House, visits: Visits) -> None:
    """Scenario 1: a guest books on Airbnb; the open page shows it, and the others no longer sell the nights."""
    unit, sides = _house(running, 0)
    window = visits(running, DESKTOP)
    window.go("/")
    stay = running.town.free(unit, 4, 60)
    assert isinstance(_books(running, sides["airbnb"], stay), Reservation)
    running.signal()
    expect(window.page.locator("main")).to_contain_text(f"Nouvelle réservation sur Airbnb, {_days(stay)}", timeout=SOON)
    exposed = window.page.get_by_role("heading", name="Encore réservable sur")
    expect(exposed).not_to_have_count(0)
    _platforms_read(running)
    assert not any(_sells(running, sides[name], stay) for name in ("booking", "greengo"))
    expect(exposed).to_have_count(0, timeout=SOON)
    assert window.complaints() == []


def test_the_owner_keeps_some_nights(running: House, visits: Visits) -> None:
    """Scenario 2: from a telephone the owner keeps nights for themselves; every platform closes them, labelled so."""
    unit, sides = _house(running, 1)
    stay = running.town.free(unit, 4, 70)
    window = visits(running, PHONE)
    window.go(f"/bloquer?logement={unit.id}")
    window.page.get_by_label("Usage personnel").check()
    window.page.locator("summary", has_text="D’autres dates").click()
    window.page.locator("#f-du").fill(str(stay.arrival))
    window.page.locator("#f-au").fill(str(stay.departure))
    window.page.get_by_role("button", name="Bloquer ces dates").click()
    expect(window.page.locator("h1")).to_have_text("C’est bloqué")
    expect(window.page.locator("main")).to_contain_text("Usage personnel")
    expect(window.page.locator("#platforms")).to_contain_text("Encore réservable")
    _platforms_read(running)
    expect(window.page.locator("#platforms")).not_to_contain_text("Encore réservable", timeout=SOON)
    expect(window.page.locator("#platforms")).to_contain_text("Lu par GreenGo")
    assert not any(_sells(running, one, stay) for one in sides.values())
    window.page.get_by_role("button", name="Annuler").click()
    _platforms_read(running)
    _until(lambda: all(_sells(running, one, stay) for one in sides.values()), lambda: _platforms_read(running))


def test_a_platform_is_down(running: House, visits: Visits) -> None:
    """Scenario 3: Booking.com fails; the owner is told that its dates stay closed, and it resumes by itself."""
    _, sides = _house(running, 1)
    window = visits(running, DESKTOP)
    window.go("/")
    with running.town.served.held():
        sides["booking"].fail(Fault.HTTP_500, running.clock.now(), times=None)
    told = window.page.get_by_text("Booking.com (Chalet des Cimes) ne répond plus ; vos dates restent fermées")
    _until(lambda: told.count() > 0, lambda: _later(running, minutes=16))
    with running.town.served.held():
        sides["booking"].heal()
    _until(lambda: told.count() == 0, lambda: _later(running, minutes=16))
    assert window.complaints() == []


def test_two_guests_in_one_night(running: House, visits: Visits) -> None:
    """A double booking is the first thing the page says, and one click away stands what to do."""
    unit, sides = _house(running, 0)
    stay = running.town.free(unit, 3, 80)
    for name in ("airbnb", "greengo"):
        assert isinstance(_books(running, sides[name], stay), Reservation)
    window = visits(running, PHONE)
    window.go("/conflits")
    running.signal()
    found = window.page.get_by_role("link").filter(has_text=_days(stay))
    _until(lambda: found.count() > 0, lambda: _again(window))
    found.first.click()
    expect(window.page.get_by_role("heading", name="Que faire")).to_be_visible()
    assert window.axe() == []
    assert window.overflow() <= 0


def test_the_first_steps(browser: Browser, visits: Visits, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A new owner adds a lodging, pastes two links, pastes ours, and sees that each platform has read it."""
    with open_house(tmp_path_factory.mktemp("first"), empty=True) as house:
        sides = {"Airbnb": airbnb.platform(rng=Random(1)), "Booking.com": booking.platform(rng=Random(2))}
        with serve(sides.values(), house.clock.now) as served:
            page = (window := visits(house, PHONE)).page
            window.go("/")
            page.get_by_role("link", name="Ajouter un logement").or_(
                page.get_by_role("link", name="Commencer")
            ).first.click()
            page.get_by_label("Nom du logement").fill("Le Moulin")
            for box in page.locator(".tick input").all():
                box.uncheck()
            for name in sides:
                page.get_by_label(name, exact=True).check()
            page.get_by_role("button", name="Continuer").click()
            for name, platform in sides.items():
                expect(page.locator("h1")).to_contain_text(name)
                page.get_by_label("Lien d’export").fill(served.export_url(platform))
                page.get_by_role("button", name="Relier et lire tout de suite").click()
                expect(page.locator("h1")).to_have_text(f"Lien à coller sur {name}")
                ours = page.get_by_label("Lien à coller").input_value()
                assert ours.startswith(house.address)
                platform.link(ours, house.clock.now())
                assert served.import_due() == 1
                expect(page.locator("#visit")).to_contain_text(f"Lu par {name}", timeout=SOON)
                page.locator("a", has_text="Plateforme suivante").or_(
                    page.locator("a.button", has_text="Terminé")
                ).click()
            unit = house.manager.units()[0]
            assert {one.key for one in house.manager.links(unit)} == {"airbnb", "booking"}
            expect(page.locator("h1")).to_contain_text("Le Moulin")
            assert window.complaints() == []


# --- those who play along ---------------------------------------------------------------------------------------------


def _house(house: House, place: int) -> tuple[Unit, dict[str, Platform]]:
    unit = house.town.units[place]
    return unit, house.town.platforms[unit.id]


def _days(stay: Stay) -> str:
    """Return how the pages begin to write a stay."""
    return f"du {'1er' if stay.arrival.day == 1 else stay.arrival.day} "


def _again(window: Visit) -> None:
    window.page.reload()


def _books(house: House, platform: Platform, stay: Stay) -> object:
    with house.town.served.held():
        return platform.book(stay, house.clock.now())


def _sells(house: House, platform: Platform, stay: Stay) -> bool:
    with house.town.served.held():
        return platform.bookable(house.clock.now(), stay)


def _platforms_read(house: House) -> None:
    """Let the hours pass after which each platform reads us, and let them."""
    house.clock.ahead += timedelta(hours=2, minutes=5)
    house.town.served.import_due()


def _later(house: House, *, minutes: int) -> None:
    house.clock.ahead += timedelta(minutes=minutes)
    house.signal()


def _until(happened: Callable[[], bool], meanwhile: Callable[[], None], *, seconds: float = 40.0) -> None:
    """Wait until something has happened, doing something again and again."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        meanwhile()
        time.sleep(1.0)
