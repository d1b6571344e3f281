"""The first steps in a real browser: from nothing to a linked listing that its platform has read, on a telephone."""

from __future__ import annotations

import random
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from channelsync.testing import plain
from channelsync.testing.serve import serve
from tests.browser.browsers import PHONE, visit
from tests.browser.house import House, open_house

READER = {"user-agent": "AbritelCalendarReader/1.0"}


@pytest.fixture
def empty(tmp_path: Path, browser: Browser) -> Generator[House]:
    """A house of somebody who has nothing yet."""
    del browser  # begun before the house, ended after it
    with open_house(tmp_path, empty=True) as opened:
        yield opened


@pytest.mark.e2e
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_from_nothing_to_a_visit(empty: House, browser: Browser, scripts: bool) -> None:
    """An owner gets to the link to paste without help; the line turns green at the platform's visit.

    By itself where scripts run, else when the page is opened again.
    """
    abritel = plain.platform(room="gite", rng=random.Random(1))
    with serve([abritel], empty.clock.now) as town, visit(browser, empty, PHONE, scripts=scripts) as window:
        page = window.page
        window.page.goto(empty.address + "/logements")
        page.get_by_role("link", name="Commencer").click()
        page.get_by_label("Nom du logement").fill("Gîte du Lac")
        for name in ("Airbnb", "Booking.com", "GreenGo"):
            page.get_by_label(name).uncheck()
        page.get_by_label("Abritel").check()
        page.get_by_role("button", name="Continuer").click()
        page.get_by_label("Lien d’export").fill("bonjour")
        page.get_by_role("button", name="Relier et lire").click()
        expect(page.locator(".error")).to_contain_text("pas l’adresse d’un calendrier")
        page.get_by_label("Lien d’export").fill(town.export_url(abritel))
        page.get_by_role("button", name="Relier et lire").click()
        expect(page.locator("h1")).to_have_text("Lien à coller sur Abritel")
        expect(page.locator("#visit")).to_contain_text("Pas encore lu par Abritel")
        assert httpx.get(page.locator("#ours").input_value(), headers=READER, trust_env=False).status_code == 200
        if not scripts:
            page.reload()
        expect(page.locator("#visit .good")).to_contain_text("Lu par Abritel", timeout=10_000)
        page.get_by_role("link", name="Terminé").click()
        expect(page.locator("h1")).to_have_text("Gîte du Lac")
