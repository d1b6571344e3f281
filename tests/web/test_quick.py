"""The week on a telephone, and a block in three taps."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from channelsync.nights import Stay
from channelsync_web.areas.quick.views import offered
from tests.web.site import START, Site

TODAY = START.date()
BLOCK = {"categorie": "maintenance", "quand": "ce-soir"}


def _ahead(days: int) -> date:
    return TODAY + timedelta(days=days)


def _booked(site: Site, arrival: int, departure: int, platform: str = "a") -> None:
    """Let a guest book, and let us see it."""
    site.platforms[platform].book(Stay(_ahead(arrival), _ahead(departure)), site.time)
    site.pass_time(hours=1)
    site.manager.sync()


def _blocks(site: Site) -> list[str]:
    return [str(one.stay) for unit in site.manager.units() for one in site.manager.claims(unit) if one.kind == "block"]


# --- The week ---------------------------------------------------------------------------------------------------------
def test_a_week_without_lodgings(site: Site) -> None:
    """Who has no lodging yet is led to add one."""
    assert "/logements/nouveau" in site.browser().get("/semaine").text


def test_who_comes_and_who_leaves(site: Site) -> None:
    """The week names each arrival and departure in words, and a day with both is a turnover."""
    site.lodging()
    _booked(site, 1, 3)
    _booked(site, 3, 5)
    text = site.browser().get("/semaine").text
    assert (
        "2 nuits, jusqu’au mercredi 3 mars" not in text
    )  # the 3rd of March 2027 is a Wednesday, two nights from the 1st
    assert "2 nuits, jusqu’au jeudi 4 mars" in text
    assert text.count("Rotation") == 1
    assert "Libre" in text


def test_todays_departures(site: Site) -> None:
    """Who leaves today is shown today, also after the platform's calendar has let the stay go."""
    site.lodging()
    _booked(site, 0, 2)
    site.pass_time(days=2)
    site.manager.sync()
    text = site.browser().get("/semaine").text
    today = text[text.index("Aujourd’hui") : text.index("Demain")]
    assert "Fin de dates prises" in today or "Départ" in today


def test_nothing_of_others_in_the_week(site: Site) -> None:
    """An owner sees their own lodgings and no others."""
    site.lodging("Gîte du Lac")
    site.lodging("Chalet", owner="Dominique", sides=("ical:c",))
    text = site.browser().get("/semaine").text
    assert "Gîte du Lac" in text
    assert "Chalet" not in text


# --- Blocking ---------------------------------------------------------------------------------------------------------
def test_a_block_in_one_form(site: Site) -> None:
    """One post blocks the nights with their reason; the page after it says what was done and takes it back."""
    unit, browser = site.lodging(), site.browser()
    answer = browser.post("/bloquer", data={"logement": unit.id, **BLOCK})
    assert answer.status_code == 303
    page = browser.get(answer.headers["location"]).text
    assert "C’est bloqué" in page
    assert "Entretien ou travaux" in page
    assert "du 1er au 2 mars 2027" in page
    assert page.count("Encore réservable") == 2
    assert _blocks(site) == ["2027-03-01/2027-03-02"]
    claim = answer.headers["location"].rpartition("/")[2]
    undone = browser.post(f"/bloquer/annuler/{claim}")
    assert undone.headers["location"].startswith("/bloquer")
    assert "Blocage annulé" in browser.get(undone.headers["location"]).text
    assert _blocks(site) == []


def test_the_lodging_is_remembered(site: Site) -> None:
    """The lodging that was blocked last on this device is offered first the next time; another owner's never is."""
    site.lodging("Gîte du Lac")
    second, browser = site.lodging("Chalet", sides=()), site.browser()
    browser.post("/bloquer", data={"logement": second.id, **BLOCK})
    assert f'value="{second.id}"' in browser.get("/bloquer").text
    other = site.browser("Dominique")
    other.cookies.set("logement", second.id)
    assert second.id not in other.get("/bloquer").text


def test_other_dates(site: Site) -> None:
    """Any nights can be blocked, from the first night to the morning of the departure."""
    unit = site.lodging(sides=())
    dates = {"logement": unit.id, "quand": "dates", "du": "2027-04-01", "au": "2027-04-05"}
    assert site.browser().post("/bloquer", data=dates).status_code == 303
    assert _blocks(site) == ["2027-04-01/2027-04-05"]


@pytest.mark.parametrize(
    "dates, said",
    [
        ({}, "Choisissez deux dates"),
        ({"du": "hier", "au": "2027-04-05"}, "Choisissez deux dates"),
        ({"du": "2027-04-05", "au": "2027-04-05"}, "n’est pas après la première nuit"),
        ({"du": "2027-01-05", "au": "2027-01-06"}, "passé"),
        ({"du": "2027-04-05", "au": "2028-04-10"}, "plus d’un an"),
    ],
)
def test_dates_that_make_no_sense(site: Site, dates: dict[str, str], said: str) -> None:
    """Dates that cannot be blocked are refused in a sentence, beside what was typed, and nothing is changed."""
    unit = site.lodging(sides=())
    answer = site.browser().post("/bloquer", data={"logement": unit.id, "quand": "dates", **dates})
    assert answer.status_code == 422
    assert said in answer.text
    assert dates.get("au", "") in answer.text
    assert _blocks(site) == []


def test_nights_of_a_guest(site: Site) -> None:
    """Nights of a reservation are not offered, and asking for them all the same is refused with the reason."""
    unit, browser = site.lodging(sides=()), site.browser()
    site.manager.reserve(unit, Stay(TODAY, _ahead(1)))
    page = browser.get("/bloquer").text
    tonight = page[page.index("ce-soir") : page.index("demain")]
    assert "disabled" in tonight
    assert "Réservation saisie ici" in tonight
    answer = browser.post("/bloquer", data={"logement": unit.id, **BLOCK})
    assert answer.status_code == 422
    assert _blocks(site) == []


def test_blocks_of_others(site: Site) -> None:
    """Another owner's lodging and block are as if they were not there."""
    unit = site.lodging(owner="Dominique", sides=())
    made = site.manager.block(unit, Stay(TODAY, _ahead(1)))
    browser = site.browser()
    assert browser.post("/bloquer", data={"logement": unit.id, **BLOCK}).status_code == 404
    assert browser.get(f"/bloquer/fait/{made.id}").status_code == 404
    assert browser.post(f"/bloquer/annuler/{made.id}").status_code == 404
    assert len(_blocks(site)) == 1


def test_only_blocks_made_here_are_taken_back(site: Site) -> None:
    """A reservation is not undone by the way of a block."""
    unit = site.lodging(sides=())
    made = site.manager.reserve(unit, Stay(TODAY, _ahead(1)))
    assert site.browser().post(f"/bloquer/annuler/{made.id}").status_code == 404
    assert len(site.manager.claims(unit)) == 1


@pytest.mark.parametrize(
    "day, name, friday",
    [
        ("2027-03-01", "This weekend", "2027-03-05"),
        ("2027-03-05", "This weekend", "2027-03-05"),
        ("2027-03-06", "Next weekend", "2027-03-12"),
        ("2027-03-07", "Next weekend", "2027-03-12"),
    ],
)
def test_the_weekend(day: str, name: str, friday: str) -> None:
    """A weekend is the nights of Friday and Saturday that are still whole."""
    said, stay = offered(date.fromisoformat(day))["week-end"]
    assert (said, str(stay.arrival), stay.length) == (name, friday, 2)
