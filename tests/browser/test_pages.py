"""Every page, as each owner meets it: at a desk or on a telephone, light or dark, with the keyboard alone."""

from __future__ import annotations

from string import Formatter

import pytest

from tests.browser.browsers import DESKTOP, PHONE, Look
from tests.browser.conftest import Visits
from tests.browser.house import House
from tests.web.walking import places

MENU = {
    "/": "Accueil",
    "/calendrier": "Calendrier",
    "/logements": "Logements",
    "/journal": "Journal",
    "/reglages": "Réglages",
}
"""The pages behind the menu, and their titles."""
OWNERS = MENU | {
    "/semaine": "Cette semaine",
    "/bloquer": "Bloquer des dates",
    "/reglages/appareils": "Alertes sur vos appareils",
}
"""The same, and pages that others lead to."""
FURTHER = (
    "/bloquer/fait/{claim}",
    "/calendrier/bloquer",
    "/calendrier/nuit/{unit}/{night}",
    "/calendrier/occupation/{claim}",
    "/calendrier/reserver",
    "/conflits",
    "/conflits/{conflict_id}",
    "/journal/audit",
    "/logements/comptes",
    "/logements/comptes/nouveau?plateforme=airbnb",
    "/logements/nouveau",
    "/logements/{unit_id}",
    "/logements/{unit_id}/fiche",
    "/logements/{unit_id}/questions",
    "/logements/{unit_id}/reglages",
    "/logements/{unit_id}/relier",
    "/logements/{unit_id}/relier?plateforme=ical.autre",
    "/logements/{unit_id}/{key}",
    "/logements/{unit_id}/{key}/lien",
    "/logements/{unit_id}/{key}/retirer",
    "/reglages/donnees",
    "/reglages/donnees/effacer",
    "/reglages/indicateurs",
    "/reglages/langue",
    "/reglages/notifications",
    "/reglages/securite",
    "/reglages/securite/confirmer",
    "/reglages/securite/telephone",
    "/reglages/synchronisation",
)
"""All other pages of an owner, by their routes."""
STRANGERS = ("/connexion", "/bienvenue", "/mot-de-passe-oublie", "/mot-de-passe/{ticket}", "/au-revoir", "/hors-ligne")
ELSEWHERE = {
    "/avis": "leads on to what an alert is about",
    "/calendrier/nuit": "leads on to the night that was chosen",
    "/connexion/code": "leads back where no password came before; tests/browser/test_passkeys.py",
    "/connexion/oidc": "leads on to the provider",
    "/connexion/oidc/retour": "leads on from the provider",
    "/logements/comptes/retour": "leads on from a platform",
    "/logements/comptes/{account_id}": "needs a platform's account: tests/web/test_lodgings_accounts.py",
    "/logements/comptes/{account_id}/reconnecter": "needs a platform's account: tests/web/test_lodgings_accounts.py",
    "/manifest.webmanifest": "no page",
    "/reglages/securite/compte/lier": "leads on to the provider",
    "/sw.js": "no page",
    "/vivant": "no page",
}
"""What is not looked at here, and why."""


def test_no_page_is_forgotten(house: House) -> None:
    """Every page that the app has is looked at here, or is no page of its own."""
    seen = {path.partition("?")[0] for path in (*OWNERS, *FURTHER, *STRANGERS, *ELSEWHERE)}
    assert seen == {one.path for one in places(house.app) if one.method == "GET"}


@pytest.mark.e2e
@pytest.mark.parametrize("look", [DESKTOP, PHONE], ids=str)
@pytest.mark.parametrize("path", OWNERS)
def test_a_page_is_for_everybody(house: House, visits: Visits, path: str, look: Look) -> None:
    """No page breaks a rule of access by day or night, the policy or the window's width, or fails in a script."""
    window = visits(house, look)
    answer = window.go(path)
    assert answer is not None
    assert answer.status == 200
    assert window.page.title().startswith(OWNERS[path])
    assert window.overflow() <= 0
    assert window.axe() == []
    window.turn("dark")
    assert window.axe() == []
    assert window.complaints() == []


@pytest.mark.e2e
@pytest.mark.parametrize("path", [*FURTHER, *STRANGERS])
def test_a_further_page_is_for_everybody(house: House, visits: Visits, path: str) -> None:
    """Every other page holds to the same rules, as do those before the sign-in."""
    window = visits(house, PHONE, signed_in=path not in STRANGERS)
    answer = window.go(_filled(house, path))
    assert answer is not None
    assert answer.status == (410 if "{ticket}" in path else 200)  # as a link of yesterday
    assert window.overflow() <= 0
    assert window.axe() == []
    window.turn("dark")
    assert window.axe("color-contrast") == []
    window.page.set_viewport_size({"width": DESKTOP.width, "height": DESKTOP.height})
    assert window.overflow() <= 0
    assert [one for one in window.complaints() if "410" not in one] == []


def _filled(house: House, path: str) -> str:
    """Return the address of a page, with something of the house in each blank."""
    manager, (first, *_, second) = house.manager, house.town.units
    block = next(one for one in manager.claims(first) if one.kind == "block")
    unit = second if path.endswith("/questions") else first
    known = {"unit": first.id, "unit_id": unit.id, "key": "booking", "claim": block.id, "ticket": "yesterday"}
    known |= {"night": str(block.stay.arrival), "conflict_id": manager.conflicts(first)[0].id}
    return Formatter().vformat(path, (), known)


@pytest.mark.e2e
@pytest.mark.parametrize("path", OWNERS)
def test_what_is_touched_is_as_wide_as_a_thumb(house: House, visits: Visits, path: str) -> None:
    """On a telephone every button, field and link of the menu is 44 pixels high: fingers are not arrows."""
    window = visits(house, PHONE)
    window.go(path)
    small = window.page.evaluate(
        """[...document.querySelectorAll('button, .button, select, input:not([type=hidden]), .menu a')]
             .filter((one) => one.checkVisibility() && !one.matches('[type=checkbox], [type=radio], .vh'))
             .map((one) => [one.getBoundingClientRect().height, one.outerHTML.slice(0, 120)])
             .filter(([height]) => height > 0 && height < 43.5)"""
    )
    assert small == []


@pytest.mark.e2e
@pytest.mark.parametrize("path", OWNERS)
def test_a_page_is_read_without_scripts(house: House, visits: Visits, path: str) -> None:
    """Everything works without JavaScript: the page has its heading and its menu."""
    window = visits(house, DESKTOP, scripts=False)
    window.go(path)
    assert window.page.locator("h1").count() == 1
    assert window.page.locator("nav.menu a").count() == len(MENU)


@pytest.mark.e2e
def test_the_keyboard_goes_straight_to_the_content(house: House, visits: Visits) -> None:
    """The first key leads over the menu to the content, and every stop on the way can be seen."""
    window = visits(house, DESKTOP)
    window.go("/")
    window.page.keyboard.press("Tab")
    assert window.page.evaluate("document.activeElement.className") == "skip"
    window.page.keyboard.press("Enter")
    assert window.page.evaluate("document.activeElement.id") == "content"
