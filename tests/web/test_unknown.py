"""What is not known is not empty: calendars that were never read, and those withheld since a restore."""

from __future__ import annotations

from datetime import date

from channelsync.inventory import Unit
from channelsync.nights import Stay
from channelsync.orders import restored
from channelsync.testing import Fault
from tests.web.site import Site
from tests.web.test_lodgings import says, visited

STAY = Stay(date(2027, 3, 2), date(2027, 3, 5))


def put_back(site: Site, unit: Unit) -> None:
    """Put a lodging's memory back to an earlier day."""
    with site.manager.ledger.transaction() as tx:
        before = tx.load(unit.id, site.manager._traits)
        tx.save(before, restored(before, site.time), (), site.time)


def test_what_was_never_read_is_not_empty(site: Site) -> None:
    """After a first reading that failed, no page says that nothing is taken there; each says that it is not known."""
    site.platforms["a"].fail(Fault.HTTP_500, site.time, times=None)
    unit = site.lodging()
    site.manager.sync()
    browser, missing = site.browser(), "Gîte du Lac : a n’a pas encore été lu"
    page = says(browser, f"/logements/{unit.id}", "pas encore connu", "Jamais lu : rien n’en est connu", "Pourquoi")
    assert "Première lecture à venir" not in page
    home = says(browser, "/", "n’a pas encore pu être lu : rien n’en est connu", "Jamais lu, rien de connu", missing)
    assert "Personne n’arrive" not in home
    assert "Dernière lecture sans résultat" not in home
    says(browser, "/calendrier", missing)
    assert "Libre" not in says(browser, "/semaine", missing, "Pas encore connu")
    says(browser, f"/logements/{unit.id}/fiche", missing)
    site.platforms["a"].heal()
    site.pass_time(minutes=20)
    site.manager.sync(everything=True)
    for path in ("/", "/calendrier", "/semaine", f"/logements/{unit.id}", f"/logements/{unit.id}/fiche"):
        page = says(browser, path)
        assert "pas encore été lu," not in page
        assert "pas encore connu" not in page


def test_after_a_restore_pages_say_that_calendars_are_withheld(site: Site) -> None:
    """While one listing is not read anew, neither home nor the lodging calls another one watched or in step."""
    unit, browser = site.lodging(), site.browser()
    site.platforms["a"].book(STAY, site.time)
    site.manager.sync(everything=True)
    visited(site, unit, "ical:b")
    put_back(site, unit)
    site.platforms["a"].fail(Fault.HTTP_500, site.time, times=None)
    site.pass_time(minutes=20)
    site.manager.sync(everything=True)
    assert visited(site, unit, "ical:b") == 503
    said = "Gîte du Lac : nos calendriers sont retenus depuis la restauration, le temps de relire a"
    home = says(browser, "/", said, "Calendriers retenus")
    assert "Surveillé" not in home
    told = ("Nos calendriers sont retenus", "Pas relue en entier depuis la restauration", "Lire maintenant")
    page = says(browser, f"/logements/{unit.id}", *told, "Calendriers retenus : a n’a pas été relu")
    assert "À jour" not in page
    says(browser, f"/logements/{unit.id}/ical:b", "Nos calendriers sont retenus")
    site.platforms["a"].heal()
    site.pass_time(minutes=20)
    site.manager.sync(everything=True)
    assert visited(site, unit, "ical:b") == 200
    assert "retenus" not in says(browser, "/") + says(browser, f"/logements/{unit.id}")


def test_an_unlinked_listing_that_is_waited_for_has_a_way_out(site: Site) -> None:
    """Where nobody reads it any more, the owner's word ends the wait; what is known of it stays closed."""
    unit, browser = site.lodging(sides=("ical:a", "ical:b", "ical:c")), site.browser()
    site.platforms["c"].book(STAY, site.time)
    site.manager.sync(everything=True)
    site.manager.unlink(unit, "ical:c")
    put_back(site, unit)
    site.pass_time(minutes=20)
    site.manager.sync(everything=True)
    assert visited(site, unit, "ical:b") == 503
    says(browser, "/", "Gîte du Lac : nos calendriers sont retenus depuis la restauration, le temps de relire c")
    says(browser, f"/logements/{unit.id}", "Plus reliée, donc plus lue", "Rien de plus n’y est vendu")
    order = f"/logements/{unit.id}/ical:c/rien-de-plus"
    assert site.browser("Dominique").post(order).status_code == 404
    assert visited(site, unit, "ical:b") == 503
    assert browser.post(order).headers["location"].endswith("dit=rien-de-plus")
    assert visited(site, unit, "ical:b") == 200
    assert STAY.nights <= site.manager.state(unit).active[1].published
    assert "retenus" not in says(browser, "/")
    browser.post(f"/logements/{unit.id}/ical:b/rien-de-plus")
    assert len(site.manager.links(unit)) == 2
