"""Every main page, as each owner meets it: at a desk or on a telephone, light or dark, with the keyboard alone."""

from __future__ import annotations

import pytest

from tests.browser.browsers import DESKTOP, LOOKS, PHONE, Look
from tests.browser.conftest import Visits
from tests.browser.house import House

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
STRANGERS = ("/connexion",)


@pytest.mark.e2e
@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("path", OWNERS)
def test_a_page_is_for_everybody(house: House, visits: Visits, path: str, look: Look) -> None:
    """No page breaks a rule of access, the content policy or the window's width, or fails in a script."""
    window = visits(house, look)
    answer = window.go(path)
    assert answer is not None
    assert answer.status == 200
    assert window.page.title().startswith(OWNERS[path])
    assert window.overflow() <= 0
    assert window.axe() == []
    assert window.complaints() == []


@pytest.mark.e2e
@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("path", STRANGERS)
def test_a_page_before_the_sign_in_is_for_everybody(house: House, visits: Visits, path: str, look: Look) -> None:
    """What a stranger sees holds to the same rules."""
    window = visits(house, look, signed_in=False)
    answer = window.go(path)
    assert answer is not None
    assert answer.status == 200
    assert window.overflow() <= 0
    assert window.axe() == []
    assert window.complaints() == []


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
