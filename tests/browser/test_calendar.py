"""The calendar under an owner's hands: mouse, fingers, keys, without scripts, and while a guest books elsewhere."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, CDPSession, FloatRect, Locator, Page, expect

from channelsync.manager import ClaimReport
from channelsync.nights import Stay
from channelsync.testing import Reservation
from channelsync_web.speech import Say
from tests.browser.browsers import DESKTOP, PHONE
from tests.browser.conftest import Visits
from tests.browser.house import NOON, House, open_house

pytestmark = pytest.mark.e2e

ONE_DAY = timedelta(days=1)
LATER = 130
"""Days from today at which nobody has booked yet: the tests that take nights do it there, each some of its own."""
HEARD = """new Promise((heard) => {
  const words = new EventSource(`/vivant?connu=${encodeURIComponent(document.body.dataset.heard)}`);
  words.addEventListener("changed", () => { words.close(); heard(true); });
})"""


@pytest.fixture(scope="module")
def home(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    """A house of these tests alone; each has nights of its own in it."""
    del browser  # ended after it
    with open_house(tmp_path_factory.mktemp("calendar"), past=timedelta(days=3)) as opened:
        yield opened


def test_dragging_with_the_mouse(home: House, visits: Visits) -> None:
    """A drag over three nights of two lodgings fills the form in; one click blocks them all, another undoes it."""
    window, stay = visits(home, DESKTOP), home.town.stay(LATER + 2, 3)
    page = window.page
    window.go(_later(home))
    first, last = _cell(page, 0, stay.arrival), _cell(page, 1, stay.departure - ONE_DAY)
    page.mouse.move(*_middle(first))
    page.mouse.down()
    page.mouse.move(*_middle(last), steps=5)
    expect(page.locator("td.sel")).to_have_count(6)
    page.mouse.up()
    dialog = _asked(page, stay, 2)
    expect(dialog.locator("[data-spelled]")).to_contain_text("3 nuits, ")
    expect(dialog.locator("[data-why]")).to_be_hidden()
    dialog.get_by_label("Travaux").check()
    dialog.get_by_role("button", name="Bloquer partout").click()
    bars = page.locator("a.bar", has_text="Bloqué : travaux")
    expect(bars).to_have_count(2)
    assert _blocked(home, stay) == 2
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("status").filter(has_text="C’est annulé.")).to_be_visible()
    assert _blocked(home, stay) == 0
    assert page.locator("[data-cal]").get_attribute("data-first") == str(home.town.day(LATER))
    assert window.complaints() == []


def test_a_drag_from_under_a_bar(home: House, visits: Visits) -> None:
    """The night after a departure is free though the bar covers half of it: a drag that begins on the bar takes it."""
    window, page = (found := visits(home, DESKTOP)), found.page
    window.go("/calendrier")
    night = next(
        one.stay.departure
        for one in _taken(home, 0)
        if not any(one.stay.departure in other.stay for other in _taken(home, 0))
    )
    box = _box(_cell(page, 0, night))
    x, y = box["x"] + box["width"] / 5, box["y"] + 20
    assert page.evaluate("([x, y]) => document.elementFromPoint(x, y).closest('a.bar') !== null", [x, y])
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 12, y, steps=4)
    page.mouse.up()
    _asked(page, Stay(night, night + ONE_DAY), 1)
    assert page.url.endswith("/calendrier")  # the click that ends a drag opens no bar


def test_fingers_press_long_or_scroll(home: House, visits: Visits) -> None:
    """On a telephone a swipe scrolls and chooses nothing; a long press chooses, goes on as a drag, and asks."""
    window, stay = visits(home, PHONE), home.town.stay(LATER + 2, 2)
    page = window.page
    page.clock.install()  # a long press is long by this clock, however slow the machine is
    window.go(_later(home))
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))
    touch, view = page.context.new_cdp_session(page), page.locator("#cal-scroll")
    x, y = _middle(_cell(page, 1, stay.arrival))
    _touch(touch, "touchStart", x, y)
    page.clock.run_for(400)
    expect(page.locator("td.sel")).to_have_count(1)
    _touch(touch, "touchMove", *_middle(_cell(page, 1, stay.departure - ONE_DAY)))
    expect(page.locator("td.sel")).to_have_count(2)
    assert view.evaluate("one => one.scrollLeft") == 0
    _touch(touch, "touchEnd")
    page.clock.run_for(50)
    dialog = _asked(page, stay, 1)
    assert window.overflow() <= 0
    dialog.get_by_role("button", name="Fermer").click()
    expect(page.locator("td.sel")).to_have_count(0)
    _touch(touch, "touchStart", x, y)
    for step in range(1, 9):
        _touch(touch, "touchMove", x - 12 * step, y)
    page.clock.run_for(400)
    _touch(touch, "touchEnd")
    page.wait_for_function("document.getElementById('cal-scroll').scrollLeft > 0")
    expect(page.locator("td.sel")).to_have_count(0)
    expect(dialog).to_be_hidden()


def test_keys_alone(home: House, visits: Visits) -> None:
    """Arrows go from night to night and each says what it is; with Shift they choose, Enter asks, Escape lets go."""
    window, stay = visits(home, DESKTOP), home.town.stay(LATER + 2, 2)
    page = window.page
    window.go(_later(home))
    press, focused = page.keyboard.press, page.locator("td:focus")
    page.locator("td[tabindex='0']").focus()
    for key in ("End", "Home", "ArrowRight", "ArrowRight"):
        press(key)
    expect(focused).to_have_id(_id(page, 0, stay.arrival))
    expect(focused).to_have_attribute("aria-label", f"{_spelled(stay.arrival)}, Gîte du Lac, libre")
    press("Shift+ArrowRight")
    press("Shift+ArrowDown")
    expect(page.locator("td[aria-selected=true]")).to_have_count(4)
    press("Enter")
    dialog = _asked(page, stay, 2)
    press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator("td.sel")).to_have_count(0)
    expect(focused).to_have_id(_id(page, 1, stay.departure - ONE_DAY))
    press("Space")
    last = Stay(stay.departure - ONE_DAY, stay.departure)
    _asked(page, last, 1).get_by_label("Note").focus()
    press("Enter")
    expect(page.locator("a.bar", has_text="Bloqué")).to_have_count(1)
    assert _blocked(home, last) == 1
    page.locator("td[tabindex='0']").focus()
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowDown", "Enter"):
        press(key)
    expect(page.locator("h1")).to_contain_text("Bloqué")


def test_why_is_one_click_away(home: House, visits: Visits) -> None:
    """A click on a night asks, and leads to why it is as it is; a click on a bar leads to its stay."""
    window, night = visits(home, DESKTOP), home.town.day(LATER + 8)
    page = window.page
    window.go(_later(home))
    _cell(page, 0, night).click()
    dialog = _asked(page, Stay(night, night + ONE_DAY), 1)
    dialog.get_by_role("link", name="Pourquoi cette nuit est-elle ainsi").click()
    expect(page.locator("h1")).to_contain_text("Pourquoi cette nuit est-elle ouverte")
    expect(page.locator("main")).to_contain_text(_spelled(night))
    window.go("/calendrier")
    taken = next(one for one in _taken(home, 0) if one.stay.arrival > home.town.day(1))
    page.locator(f"a.bar[href$='{taken.id}']").click()
    expect(page.locator("h1")).to_have_text({"reservation": "Réservation", "closure": "Dates prises"}[str(taken.kind)])
    page.get_by_role("link", name="nuit par nuit").click()
    expect(page.locator("h1")).to_contain_text("Pourquoi cette nuit est-elle fermée")


def test_a_guest_books_while_it_is_open(home: House, visits: Visits) -> None:
    """What a guest books shows by itself where the owner was; an owner who is choosing is not disturbed before."""
    window, unit, stay = visits(home, DESKTOP), home.town.units[0], home.town.stay(LATER + 15, 2)
    page = window.page
    window.go(_later(home))
    bar, here = page.locator("a.bar", has_text="Réservation"), _cell(page, 1, stay.arrival)
    here.click()
    _asked(page, Stay(stay.arrival, stay.arrival + ONE_DAY), 1)
    with home.town.served.held():
        booked = home.town.platforms[unit.id]["airbnb"].book(stay, home.clock.now())
    assert isinstance(booked, Reservation)
    home.manager.sync(unit)
    page.evaluate(HEARD)
    expect(bar).to_have_count(0)
    page.keyboard.press("Escape")
    expect(bar).to_have_count(1)
    expect(bar).to_contain_text("Airbnb")
    expect(here).to_be_focused()
    assert window.complaints() == []


def test_without_scripts(home: House, visits: Visits) -> None:
    """All of it works by links and forms alone, and undoing as well: the same nights are shown all the time."""
    window, stay = visits(home, DESKTOP, scripts=False), home.town.stay(LATER + 20, 2)
    page = window.page
    window.go(_later(home))
    shown = page.locator("[data-cal]").get_attribute("data-first")
    page.get_by_role("link", name="Bloquer des dates").first.click()
    page.locator("[name=arrivee]").fill(str(stay.arrival))
    page.locator("[name=depart]").fill(str(stay.departure))
    page.get_by_label("Chalet des Cimes").check()
    page.get_by_role("button", name="Bloquer partout").click()
    expect(page.locator("h1")).to_have_text("Calendrier")
    assert _blocked(home, stay) == 1
    assert page.locator("[data-cal]").get_attribute("data-first") == shown
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_role("status").filter(has_text="C’est annulé.")).to_be_visible()
    assert _blocked(home, stay) == 0
    assert page.locator("[data-cal]").get_attribute("data-first") == shown


# --- what the page shows, and what there is ---------------------------------------------------------------------------


def _later(home: House) -> str:
    return f"/calendrier?du={home.town.day(LATER)}&jours=30"


def _id(page: Page, row: int, night: date) -> str:
    """Return the id of the cell of a night, in the row of a lodging."""
    first = date.fromisoformat(page.locator("[data-cal]").get_attribute("data-first") or "")
    return f"n{row}-{(night - first).days}"


def _cell(page: Page, row: int, night: date) -> Locator:
    return page.locator(f"#{_id(page, row, night)}")


def _box(cell: Locator) -> FloatRect:
    """Return where a cell is, once it is in sight."""
    cell.scroll_into_view_if_needed()
    box = cell.bounding_box()
    assert box is not None
    return box


def _middle(cell: Locator) -> tuple[float, float]:
    box = _box(cell)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def _touch(session: CDPSession, kind: str, *at: float) -> None:
    points = [{"x": at[0], "y": at[1]}] if at else []
    session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def _asked(page: Page, stay: Stay, lodgings: int) -> Locator:
    """Return the dialog, which must ask about these nights of so many lodgings."""
    dialog = page.get_by_role("dialog", name="Bloquer des dates")
    expect(dialog).to_be_visible()
    expect(dialog.locator("[name=arrivee]")).to_have_value(str(stay.arrival))
    expect(dialog.locator("[name=depart]")).to_have_value(str(stay.departure))
    expect(dialog.locator("[type=checkbox]:checked")).to_have_count(lodgings)
    return dialog


def _spelled(night: date) -> str:
    return str(Say("fr", NOON, {}).day(night, weekday=True, year=True))


def _taken(home: House, place: int) -> Sequence[ClaimReport]:
    """Return what takes nights of a lodging."""
    return home.manager.claims(home.town.units[place])


def _blocked(home: House, stay: Stay) -> int:
    """Return how many lodgings are blocked for exactly this stay."""
    return sum(one.kind == "block" and one.stay == stay for place in range(2) for one in _taken(home, place))
