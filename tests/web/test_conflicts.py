"""Double bookings: what the owner is told about them, and what they can do."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from channelsync.claims import Claim, Kind
from channelsync.ids import ClaimId, ListingId, OwnerId, UnitId
from channelsync.inventory import Unit
from channelsync.nights import Nights, Stay
from channelsync_web.areas.conflicts.messages import drafts
from channelsync_web.areas.conflicts.platforms import rules
from channelsync_web.areas.conflicts.reading import Lodging, Side
from channelsync_web.areas.conflicts.views import first, free
from channelsync_web.speech import Say
from tests.web.site import Site

NOW = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
SAY = Say("fr", NOW, {"airbnb": "Airbnb", "booking": "Booking.com"})
STAY = Stay(date(2027, 3, 20), date(2027, 3, 22))
BARN = Unit(UnitId("barn"), OwnerId("camille"), "La Grange")


def side(key: str, seen: int, absent: int | None = None, *, inventory: bool = False) -> Side:
    """Return a stay first seen so many minutes ago, and not there yet so many minutes ago."""
    listing = ListingId(key) if key else None
    at = NOW - timedelta(minutes=seen)
    made = Claim(ClaimId(key), Kind.RESERVATION, STAY, at, at, listing, inventory=inventory)
    return Side(made, key, None if absent is None else NOW - timedelta(minutes=absent))


ORDERS = {
    "proven": (side("airbnb", 60, 75), side("booking", 15, 30), "Airbnb était le premier"),
    "an inventory, and a later one": (
        side("airbnb", 600, inventory=True),
        side("booking", 15, 30),
        "Airbnb était le premier",
    ),
    "between two readings": (side("airbnb", 20, 35), side("booking", 15, 30), "arrivés entre deux lectures"),
    "both there at first": (
        side("airbnb", 60, inventory=True),
        side("booking", 60, inventory=True),
        "déjà là à notre première lecture",
    ),
    "typed in before": (side("", 60), side("booking", 15, 30), "Ce que vous avez saisi"),
    "typed in after": (side("airbnb", 60, 75), side("", 15), "vous seul savez"),
}


@pytest.mark.parametrize("name", ORDERS)
def test_who_was_first_is_only_said_where_it_is_proven(name: str) -> None:
    """One stay was first if it was seen before a reading that did not show the other; else nobody here knows."""
    one, other, words = ORDERS[name]
    assert words in first((one, other), SAY, "Europe/Paris")


def test_a_rule_has_its_source() -> None:
    """A platform's deadline is told with where and when it was read; where none is recorded, none is told."""
    assert all("22 novembre 2026" in one.source for one in rules("booking", SAY))
    (unknown,) = rules("airbnb", SAY)
    assert "ni délai ni pénalité" in unknown.text


def test_a_lodging_is_offered_only_where_it_is_free() -> None:
    """A lodging with one taken night is not offered, and one that was never read is offered with a warning."""
    night = Nights.of(date(2027, 3, 21))
    assert free((Lodging(BARN, night, NOW),), STAY, SAY) == ()
    (place,) = free((Lodging(BARN, Nights(), None),), STAY, SAY)
    assert not place.sure


def test_messages_are_ready_in_both_languages() -> None:
    """A message is there in French and in English, with the stay, and with what can be offered."""
    french, english = drafts("Gîte du Lac", STAY, ("La Grange", "Le Moulin"))
    assert "du 20 au 22 mars 2027" in french.text
    assert "La Grange or Le Moulin" in english.text
    assert "20 to 22 March 2027" in english.text


def sold_twice(site: Site) -> str:
    """Sell the same nights on two platforms, and return the conflict's id."""
    site.lodging()
    site.manager.sync()
    for name in ("a", "b"):
        site.platforms[name].book(STAY, site.time)
    site.pass_time(minutes=20)
    site.manager.sync()
    (found,) = site.manager.conflicts()
    return found.id


def test_one_seen_twice_is_shown_quietly(site: Site) -> None:
    """Where the owner's answer alone tells whether it is one stay or two, the page leads there and moves no guest."""
    conflict = sold_twice(site)
    page = site.browser().get(f"/conflits/{conflict}").text
    assert "Peut-être deux fois le même séjour – Gîte du Lac" in page
    assert "Nos lectures ne peuvent pas départager les deux" in page
    assert f'href="/logements/{site.manager.units()[0].id}/questions"' in page
    for never in ("je ne peux pas vous y accueillir", "Décidez lequel", "Ce que demandent les plateformes", "textarea"):
        assert never not in page
    assert f'href="/conflits/{conflict}"' in site.browser().get("/").text


def test_without_a_question_it_says_what_tells(site: Site) -> None:
    """One of two stays that is not shown any more is waited for: the page says so, and asks for no decision."""
    typed_in_over(site)
    site.platforms["a"].cancel(site.platforms["a"].reservations()[0].id, site.time)
    site.pass_time(minutes=20)
    site.manager.sync()
    (found,) = site.manager.conflicts()
    assert found.certainty == "possible"
    page = site.browser().get(f"/conflits/{found.id}").text
    assert "ne montre plus son séjour" in page
    assert "Vous le savez déjà" in page
    assert "textarea" not in page


def typed_in_over(site: Site) -> str:
    """Type a reservation in over one that a platform shows, and return the conflict's id."""
    unit = site.lodging()
    site.manager.sync()
    site.platforms["a"].book(STAY, site.time)
    site.pass_time(minutes=20)
    site.manager.sync()
    site.manager.reserve(unit, STAY, insist=True)
    (found,) = site.manager.conflicts()
    return found.id


def test_the_page_of_a_double_booking(site: Site) -> None:
    """Nights sold on a platform and to a guest who was typed in are an alarm on the first page, and can be resolved."""
    conflict, browser = typed_in_over(site), site.browser()
    home = browser.get("/").text
    assert "Double réservation" in home
    assert "Résoudre" in home
    page = browser.get(f"/conflits/{conflict}").text
    assert "vous seul savez" in page
    assert "20 to 22 March 2027" in page
    assert "channelsync n’annule jamais un voyageur" in page
    assert f'href="/conflits/{conflict}"' in browser.get("/journal").text


def test_dismissing_ends_the_alarm_and_can_be_undone(site: Site) -> None:
    """The owner's word ends the alarm and opens nothing; it can be taken back."""
    conflict = sold_twice(site)
    browser = site.browser()
    answer = browser.post(f"/conflits/{conflict}/ecarter")
    assert answer.status_code == 303
    assert "/reprendre" in browser.get(answer.headers["location"]).text
    assert site.manager.conflicts()[0].dismissed
    assert "Vous avez dit que ce n’est pas" in browser.get(f"/conflits/{conflict}").text
    browser.post(f"/conflits/{conflict}/reprendre")
    assert not site.manager.conflicts()[0].dismissed


def test_the_other_lodging_that_is_free_is_offered(site: Site) -> None:
    """An owner's other lodging, free for the stay and read, is offered."""
    conflict = typed_in_over(site)
    site.lodging("La Grange", sides=("ical:c", "ical:d"))
    site.manager.sync()
    page = site.browser().get(f"/conflits/{conflict}").text
    assert "autre de mes logements : La Grange" in page


def test_another_owners_is_not_there(site: Site) -> None:
    """Somebody else's double booking can be neither seen nor dismissed."""
    conflict = sold_twice(site)
    other = site.browser("Dominique")
    assert other.get(f"/conflits/{conflict}").status_code == 404
    assert other.post(f"/conflits/{conflict}/ecarter").status_code == 404
    assert not site.manager.conflicts()[0].dismissed


def test_one_that_is_over_says_so(site: Site) -> None:
    """The page of a double booking that is over says that it is resolved, to its owner alone."""
    conflict = sold_twice(site)
    platform = site.platforms["a"]
    platform.cancel(platform.reservations()[0].id, site.time)
    for _ in range(20):
        site.pass_time(minutes=20)
        site.manager.sync()
        if not site.manager.conflicts():
            break
    site.pass_time(days=30)
    site.manager.sync(everything=True)
    assert "C’est résolu" in site.browser().get(f"/conflits/{conflict}").text
    assert site.browser("Dominique").get(f"/conflits/{conflict}").status_code == 404


def test_the_list(site: Site) -> None:
    """All double bookings are listed, those that the owner knows of as well."""
    conflict = sold_twice(site)
    site.manager.dismiss(conflict)
    assert "Déjà au courant" in site.browser().get("/conflits").text
