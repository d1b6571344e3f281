"""The first page: its answer is the worst that is known, said honestly; what is on it leads to what helps."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from channelsync.ids import OwnerId, UnitId
from channelsync.inventory import Unit
from channelsync.manager import ClaimReport, ConflictReport, ExposureReport
from channelsync.nights import Nights, Stay
from channelsync_web.areas.home.agenda import agenda
from channelsync_web.areas.home.verdict import verdict
from channelsync_web.areas.home.views import tiles
from channelsync_web.areas.home.watched import Watched
from channelsync_web.speech import Say
from tests.web.site import Site, as_typed

NOW = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
LAKE = Unit(UnitId("lake"), OwnerId("camille"), "Gîte du Lac")
BARN = Unit(UnitId("barn"), OwnerId("camille"), "La Grange")
SAY = Say("fr", NOW, {"airbnb": "Airbnb", "booking": "Booking.com"})
STAY = Stay(date(2027, 3, 15), date(2027, 3, 18))
HOUR = timedelta(hours=1)


def listing(key: str = "airbnb", unit: Unit = LAKE, **other: object) -> Watched:
    """Return a listing that fares well: read two minutes ago, and it read us an hour ago."""
    well: dict[str, object] = {
        "health": "batch",
        "observation": "complete",
        "last_look": NOW - timedelta(minutes=2),
        "next_look": NOW + timedelta(minutes=12),
        "last_read": NOW - HOUR,
        "waiting_since": NOW - HOUR,
        "closed": STAY.nights,
    }
    return Watched(unit, key, **(well | other))  # type: ignore[arg-type]


def exposure(**other: object) -> ExposureReport:
    """Return two nights that Airbnb can still sell until it reads us, at 16:32 in Paris: an end is rounded up."""
    what: dict[str, object] = {"until": NOW + timedelta(hours=5, minutes=32)}
    nights = Stay(date(2027, 3, 15), date(2027, 3, 17)).nights
    return ExposureReport(LAKE, "airbnb", nights, NOW, "recorded", **(what | other))  # type: ignore[arg-type]


def conflict(certainty: str, *, dismissed: bool = False) -> ConflictReport:
    """Return two stays on one night."""
    sides = tuple(ClaimReport(key, LAKE, key, "reservation", STAY, "", "firm", NOW) for key in ("airbnb", "booking"))
    return ConflictReport("c1", LAKE, certainty, STAY.nights, sides, dismissed)


BOTH = (listing(), listing("booking"))
SHOWN = tuple(listing(key, shown=STAY.nights) for key in ("airbnb", "booking"))
TABLE = {
    "all shown closed": (SHOWN, (), (), "good", "Tout est fermé partout, preuve à l’appui"),
    "all read": (BOTH, (), (), "good", "Toutes vos dates prises ont été lues par vos autres plateformes"),
    "nothing taken": (
        tuple(listing(key, closed=Nights()) for key in ("airbnb", "booking")),
        (),
        (),
        "good",
        "Aucune nuit à fermer ailleurs : vos calendriers sont surveillés",
    ),
    "exposed": (BOTH, (), (exposure(),), "warn", "2 nuits encore réservables sur Airbnb jusqu’à environ 16 h 35"),
    "exposed, never visited": (
        BOTH,
        (),
        (exposure(until=None),),
        "warn",
        "2 nuits encore réservables sur Airbnb jusqu’à sa première visite",
    ),
    "exposed, the visit is late": (
        BOTH,
        (),
        (exposure(until=NOW - HOUR),),
        "warn",
        "2 nuits encore réservables sur Airbnb jusqu’à sa prochaine visite, attendue depuis 10 h 00",
    ),
    "exposed too long": (
        BOTH,
        (),
        (exposure(overdue=True),),
        "bad",
        "2 nuits encore réservables sur Airbnb jusqu’à environ 16 h 35",
    ),
    "exposed, and no calendar is given out": (
        tuple(listing(key, awaited=("booking",)) for key in ("airbnb", "booking")),
        (),
        (exposure(),),
        "warn",
        "2 nuits encore réservables sur Airbnb jusqu’à ce que nos calendriers soient de nouveau donnés",
    ),
    "sold twice": (
        BOTH,
        (conflict("certain"),),
        (exposure(),),
        "bad",
        "Double réservation : Gîte du Lac, du 15 au 18 mars 2027",
    ),
    "perhaps sold twice": (
        BOTH,
        (conflict("probable"),),
        (),
        "bad",
        "Double réservation probable : Gîte du Lac, du 15 au 18 mars 2027",
    ),
    "a copy, shown quietly": (
        SHOWN,
        (conflict("possible"),),
        (),
        "good",
        "Tout est fermé partout, preuve à l’appui",
    ),
    "known to the owner": (
        SHOWN,
        (conflict("certain", dismissed=True),),
        (),
        "good",
        "Tout est fermé partout, preuve à l’appui",
    ),
    "nobody looks": (
        tuple(
            listing(key, last_look=NOW - 3 * HOUR, next_look=NOW - 2 * HOUR, shown=STAY.nights)
            for key in ("airbnb", "booking")
        ),
        (),
        (),
        "bad",
        "Plus personne ne lit vos calendriers : dernière lecture il y a 3 heures",
    ),
    "never looked": (
        tuple(
            listing(key, health="new", last_look=None, next_look=None, last_read=None, waiting_since=None)
            for key in ("airbnb", "booking")
        ),
        (),
        (),
        "warn",
        "Vos calendriers vont être lus pour la première fois",
    ),
    "no answer": (
        (listing(health="degraded"), listing("booking")),
        (),
        (),
        "warn",
        "Airbnb (Gîte du Lac) ne répond plus ; vos dates restent fermées",
    ),
    "refused": (
        (listing(), listing("booking", health="disconnected")),
        (),
        (),
        "bad",
        "Booking.com (Gîte du Lac) refuse notre accès ; vos dates restent fermées",
    ),
    "too much vanished": (
        (listing(observation="suspect"), listing("booking")),
        (),
        (),
        "warn",
        "Disparition à confirmer sur Airbnb (Gîte du Lac) : nous gardons fermé",
    ),
    "restored": (
        (listing(recovering=True, awaited=("airbnb",)), listing("booking", awaited=("airbnb",))),
        (),
        (),
        "warn",
        "Gîte du Lac : nos calendriers sont retenus depuis la restauration, le temps de relire Airbnb",
    ),
    "restored, an unlinked listing is waited for": (
        tuple(listing(key, awaited=("greengo",)) for key in ("airbnb", "booking")),
        (),
        (),
        "warn",
        "Gîte du Lac : nos calendriers sont retenus depuis la restauration, le temps de relire Greengo",
    ),
    "tried, and never read": (
        (listing(last_look=None, observation="unusable"), SHOWN[1]),
        (),
        (),
        "warn",
        "Airbnb (Gîte du Lac) n’a pas encore pu être lu : rien n’en est connu",
    ),
    "never visited": (
        (listing(last_read=None), listing("booking")),
        (),
        (),
        "warn",
        "Airbnb (Gîte du Lac) n’a pas encore lu notre calendrier",
    ),
    "read by its calendar while its API is down": (
        (listing(health="degraded", instead=True), listing("booking")),
        (),
        (),
        "warn",
        "L’API d’Airbnb (Gîte du Lac) ne répond plus ; son calendrier est lu à sa place",
    ),
    "not visited for long": (
        (listing(last_read=NOW - 9 * HOUR, waiting_since=NOW - 9 * HOUR), listing("booking")),
        (),
        (),
        "warn",
        "Airbnb (Gîte du Lac) ne lit plus notre calendrier : dernière visite il y a 9 heures",
    ),
    "told by writes, so never visiting": (
        (listing(last_read=None, pushed=True, shown=STAY.nights), SHOWN[1]),
        (),
        (),
        "good",
        "Tout est fermé partout, preuve à l’appui",
    ),
    "one platform alone": (
        (SHOWN[0],),
        (),
        (),
        "warn",
        "Gîte du Lac n’est relié qu’à Airbnb : nous ne voyons rien ailleurs",
    ),
    "linked nowhere": ((), (), (), "warn", "Gîte du Lac n’est relié à aucune plateforme : rien n’y est surveillé"),
}


@pytest.mark.parametrize("name", TABLE)
def test_the_answer(name: str) -> None:
    """The first sentence is the worst that is known; nothing unknown counts as protected."""
    listings, conflicts, exposed, tone, text = TABLE[name]
    found = verdict([LAKE], listings, conflicts, exposed, SAY)
    assert (found.tone, as_typed(found.text)) == (tone, text)


def test_the_answer_has_an_age() -> None:
    """An answer is as old as the oldest of the readings that it stands on."""
    old = NOW - timedelta(minutes=14)
    assert verdict([LAKE], [listing(last_look=old), *BOTH], [], [], SAY).checked == old


def test_lesser_points_are_not_forgotten() -> None:
    """What is less urgent than the first sentence is still told."""
    found = verdict([LAKE, BARN], [listing(health="degraded"), listing("booking")], [conflict("certain")], [], SAY)
    assert [as_typed(one.text) for one in found.also] == [
        "Airbnb (Gîte du Lac) ne répond plus ; vos dates restent fermées",
        "La Grange n’est relié à aucune plateforme : rien n’y est surveillé",
    ]


def claim(arrival: int, departure: int, *, kind: str = "reservation", standing: str = "firm") -> ClaimReport:
    """Return a stay in March."""
    stay = Stay(date(2027, 3, arrival), date(2027, 3, departure))
    return ClaimReport(f"{kind}{arrival}", LAKE, "airbnb", kind, stay, "", standing, NOW)


def test_the_week() -> None:
    """A day tells who comes and who goes, both at once as a turnover; copies of a stay are not told twice."""
    claims = [claim(1, 3), claim(3, 6), claim(3, 6, standing="mirrored"), claim(4, 5, kind="block")]
    days = agenda([LAKE], claims, date(2027, 3, 1)).days
    told = {one.day.day: [line.what for line in one.lines] for one in days}
    assert told == {1: ["arrival"], 3: ["turnover"], 4: ["block"], 6: ["departure"]}


def test_a_closure_is_no_sure_arrival() -> None:
    """Dates that a platform shows as taken without saying why are never told as a guest's arrival for certain."""
    (today,) = agenda([LAKE], [claim(1, 9, kind="closure")], date(2027, 3, 1)).days
    assert not today.lines[0].sure


def test_many_lodgings_are_told_in_a_line_each_but_no_trouble_is() -> None:
    """Where there are many lodgings, only those where something is wrong are told at length."""
    units = [Unit(UnitId(f"u{number}"), OwnerId("camille"), f"Gîte {number}") for number in range(3)]
    listings = [listing(unit=unit) for unit in units]
    assert [one.brief for one in tiles(listings, SAY)] == [True, True, True]
    listings[1] = listing(unit=units[1], health="degraded")
    assert [one.brief for one in tiles(listings, SAY)] == [True, False, True]
    assert [one.brief for one in tiles(listings[:1], SAY)] == [False]


def test_a_new_owner_is_led_to_the_first_lodging(site: Site) -> None:
    """Who has nothing yet is shown the way, and no empty tables."""
    page = site.browser().get("/").text
    assert "Bienvenue, Camille" in page
    assert 'href="/logements/nouveau"' in page


def test_what_is_exposed_leads_to_what_helps(site: Site) -> None:
    """Nights sold on one platform and unread by the other stand on the first page, with a way to close them."""
    site.lodging()
    site.manager.sync()
    site.platforms["a"].book(Stay(date(2027, 3, 20), date(2027, 3, 22)), site.time)
    site.pass_time(minutes=20)
    site.manager.sync()
    page = site.browser().get("/").text
    assert "2 nuits encore réservables sur b jusqu’à sa première visite" in page
    assert "du 20 au 22 mars 2027" in page.replace("Du 20", "du 20")


def test_until_when_follows_the_platforms_rhythm(site: Site) -> None:
    """A platform that has read us before is expected again in its rhythm, and the sentence says when that is."""
    unit = site.lodging()
    site.manager.sync()
    site.manager.record_fetch(unit, "ical:b")
    site.platforms["a"].book(Stay(date(2027, 3, 20), date(2027, 3, 22)), site.time)
    read = site.time
    site.pass_time(minutes=20)
    site.manager.sync()
    (found,) = site.manager.exposed()
    every = next(one.listing.traits.imports_every for one in site.manager.state(unit).active if one.id)
    assert found.until == read + every
    assert "2 nuits encore réservables sur b jusqu’à environ" in site.browser().get("/").text


def test_only_what_is_theirs(site: Site) -> None:
    """Another owner's lodgings, events and troubles are on nobody else's first page."""
    site.lodging()
    site.manager.sync()
    page = site.browser("Dominique").get("/").text
    assert "Gîte du Lac" not in page


def test_in_english(site: Site) -> None:
    """An owner who reads English gets the page in English."""
    site.manager.add_owner("Kim", language="en")
    site.lodging("The Barn", owner="Kim")
    site.manager.sync()
    page = site.browser("Kim").get("/").text
    assert "has not read our calendar yet" in page
    assert "Your platforms" in page
