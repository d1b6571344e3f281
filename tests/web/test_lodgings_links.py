"""What an owner may change about a connection: its links, who reads, leaving; and about the lodging itself."""

from __future__ import annotations

from datetime import date

from channelsync.inventory import Unit
from channelsync.nights import Stay
from tests.web.site import Site
from tests.web.test_lodgings import JULY, JUNE, refused, says, visited

AUGUST = Stay(date(2027, 8, 6), date(2027, 8, 13))


def filled(site: Site) -> Unit:
    """Return a lodging on two platforms, three stays on the first."""
    for stay in (JUNE, JULY, AUGUST):
        site.platforms["a"].book(stay, site.time)
    unit = site.lodging()
    site.manager.sync(unit)
    return unit


def test_another_link_for_the_same_listing(site: Site) -> None:
    """A listing goes on by a new link as the same one; the link of another listing is refused, and nothing changes."""
    unit, browser = filled(site), site.browser()
    order, before = f"/logements/{unit.id}/ical:a/reconnecter", site.manager.claims(unit)
    wrong = browser.post(order, data={"feed": site.served.export_url(site.platforms["c"])})
    refused(wrong, "trop peu de ce qui est connu")
    refused(browser.post(order, data={"feed": "rien"}), "pas l’adresse d’un calendrier")
    again = site.served.base_url + site.platforms["a"].urls[1].partition("abritel.fr")[2]
    assert browser.post(order, data={"feed": again}).headers["location"].endswith("dit=reconnecte")
    assert site.manager.claims(unit) == before
    assert site.manager.links(unit)[0].linked_at == site.time


def test_a_leaked_link(site: Site) -> None:
    """A link is replaced so that nothing opens in between, or cut at once where it has leaked."""
    unit, browser = filled(site), site.browser()
    order, old = f"/logements/{unit.id}/ical:a/remplacer", site.manager.feed_url(unit, "ical:a").reveal()
    path = old.removeprefix("http://127.0.0.1:8000")
    assert browser.post(order, data={"how": "rotate"}).headers["location"].endswith("/lien?dit=remplace")
    assert site.manager.feed_url(unit, "ical:a").reveal() != old
    assert site.browser(None).get(path).status_code == 200
    says(browser, f"/logements/{unit.id}/ical:a", "1 ancien lien répond encore")
    assert browser.post(order, data={"how": "cut"}).headers["location"].endswith("/lien?dit=coupe")
    assert site.browser(None).get(path).status_code == 404


def test_who_reads_is_the_owners_word(site: Site) -> None:
    """A reader that nobody knows proves nothing, until the owner says that it is the platform's."""
    unit, browser = filled(site), site.browser()
    visited(site, unit, "ical:a", as_platform=False)
    page = f"/logements/{unit.id}/ical:a"
    says(browser, page, "Somebody-Calendars/2", "inconnu jusqu’ici")
    refused(browser.post(f"{page}/lecteur", data={"client": "curl/8", "said": "platform"}), "n’importe qui")
    browser.post(f"{page}/lecteur", data={"client": "Somebody-Calendars/2", "said": "platform"})
    visited(site, unit, "ical:a", as_platform=False)
    says(browser, page, "vous l’avez dit", "Lu par a")


def test_leaving_keeps_closed_unless_told_otherwise(site: Site) -> None:
    """Unlinking asks what becomes of the stays, keeps them closed by default, and opens them only when told to."""
    unit, browser = filled(site), site.browser()
    page = f"/logements/{unit.id}/ical:a/retirer"
    says(browser, page, "3 séjours, du 4 juin au 13 août", "Les garder fermées ailleurs")
    assert browser.post(page, data={}).headers["location"].endswith("dit=retire-garde")
    site.manager.sync(unit)
    assert JUNE.nights <= site.manager.state(unit).active[0].published
    assert browser.get(page).status_code == 404


def test_leaving_for_good(site: Site) -> None:
    """Stays are released by the owner's word; our address answers an empty calendar, then nothing."""
    unit, browser = filled(site), site.browser()
    path = site.manager.feed_url(unit, "ical:a").reveal().removeprefix("http://127.0.0.1:8000")
    assert browser.post(f"/logements/{unit.id}/ical:a/retirer", data={"stays": "release"}).status_code == 303
    assert not site.manager.state(unit).active[0].published
    assert "BEGIN:VEVENT" not in site.browser(None).get(path).text
    says(browser, f"/logements/{unit.id}", "notre calendrier y est peut-être encore", "Il y est retiré")
    browser.post(f"/logements/{unit.id}/ical:a/lien-retire")
    assert site.browser(None).get(path).status_code == 410
    assert "Il y est retiré" not in says(browser, f"/logements/{unit.id}")


def test_a_lodging_is_changed(site: Site) -> None:
    """Name, time zone and turnover nights are changed at once; what makes no sense is refused and changes nothing."""
    unit, browser = filled(site), site.browser()
    page, given = (
        f"/logements/{unit.id}/reglages",
        {"name": "Mas du Lac", "timezone": "Indian/Reunion", "turnover": "1"},
    )
    says(browser, page, "Gîte du Lac", "France métropolitaine")
    refused(browser.post(page, data={**given, "turnover": "30"}), "rotation")
    refused(browser.post(page, data={**given, "timezone": "Ici"}), "Ici")
    assert site.manager.unit(unit.id) == unit
    assert browser.post(page, data=given).status_code == 303
    changed = site.manager.unit(unit.id)
    assert (changed.name, changed.timezone, changed.turnover) == ("Mas du Lac", "Indian/Reunion", 1)
    other = site.manager.state(unit.id).active[1]
    assert date(2027, 6, 3) in other.published


def test_a_retired_lodging(site: Site) -> None:
    """Everything is unlinked only where the owner has said that this is understood, and can be linked again."""
    unit, browser = filled(site), site.browser()
    order = f"/logements/{unit.id}/arreter"
    refused(browser.post(order, data={}), "Cochez d’abord la case")
    assert len(site.manager.links(unit)) == 2
    assert browser.post(order, data={"understood": "yes"}).headers["location"].endswith("dit=arrete")
    assert not site.manager.links(unit)
    says(browser, f"/logements/{unit.id}", "Plus entre nos mains", "Son historique", "Il y est retiré")
    says(browser, "/logements", "Plus entre nos mains", "2 de nos calendriers à retirer")
    site.manager.link(unit, "ical:a", feed=site.served.export_url(site.platforms["a"]))
    assert len(site.manager.state(unit).active[0].claims) == 3


def test_the_sheet_that_needs_no_server(site: Site) -> None:
    """The printed sheet says what is taken and how to go on without us."""
    unit = filled(site)
    says(
        site.browser(),
        f"/logements/{unit.id}/fiche",
        "du 4 au 11 juin 2027",
        "Si ce serveur disparaît",
        "le lien d’export de chacune des autres : b",
    )


def test_settings_of_a_calendar(site: Site) -> None:
    """What the owner knows about a calendar is kept; a value that cannot be is refused beside the form."""
    unit, browser = filled(site), site.browser()
    page = f"/logements/{unit.id}/ical:a"
    refused(browser.post(f"{page}/reglages", data={"horizon_months": "99"}), "99")
    assert browser.post(f"{page}/reglages", data={"horizon_months": "12", "echo": "never"}).status_code == 303
    assert site.manager.links(unit)[0].options == {"horizon_months": "12", "echo": "never"}
    says(browser, page, 'value="12"')
