"""The lodgings' pages: first steps, what each page shows, and what its owner may change there."""

from __future__ import annotations

from datetime import date

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from channelsync.inventory import Unit
from channelsync.nights import Stay
from tests.web.site import Site

JUNE = Stay(date(2027, 6, 4), date(2027, 6, 11))
JULY = Stay(date(2027, 7, 2), date(2027, 7, 9))
READER = {"user-agent": "AbritelCalendarReader/1.0", "accept": "text/calendar"}


def says(browser: TestClient[Litestar], path: str, *texts: str) -> str:
    """Make sure that a page says all this; return it."""
    answer = browser.get(path)
    assert answer.status_code == 200
    missing = [text for text in texts if text not in answer.text]
    assert not missing
    return answer.text


def refused(answer: object, text: str) -> None:
    """Make sure that a form comes back with that sentence."""
    assert getattr(answer, "status_code", 0) == 422
    known = text in str(getattr(answer, "text", ""))
    assert known, text


def visited(site: Site, unit: Unit, key: str, *, as_platform: bool = True) -> int:
    """Let a platform read the calendar meant for it; return what it was answered."""
    path = site.manager.feed_url(unit, key).reveal().removeprefix("http://127.0.0.1:8000")
    headers = READER if as_platform else {"user-agent": "Somebody-Calendars/2", "accept": "text/calendar"}
    browser = site.browser(None)
    browser.headers.pop("sec-fetch-site")
    return browser.get(path, headers=headers).status_code


def test_nobody_is_lost_at_the_beginning(site: Site) -> None:
    """A new owner is led from nothing to the first platform's link, and from there to the next."""
    browser = site.browser()
    says(browser, "/logements", "Votre premier logement")
    answer = browser.post("/logements/nouveau", data={"name": "Gîte du Lac", "avec-airbnb": "1", "avec-booking": "1"})
    unit = site.manager.units()[0]
    first = f"/logements/{unit.id}/relier?plateforme=airbnb&avec=booking"
    assert (answer.status_code, answer.headers["location"]) == (303, first)
    says(browser, first, "contient /calendar/ical/", f"/logements/{unit.id}/relier?plateforme=booking")
    says(browser, f"/logements/{unit.id}", "Aucune annonce reliée")


@pytest.mark.parametrize(
    "given,text",
    [
        ({"name": " "}, "Ce n’est pas un nom"),
        ({"name": "Mas", "turnover": "x"}, "nuits"),
        ({"name": "Mas", "timezone": "Mars/Olympus"}, "Mars/Olympus"),
        ({"name": "gite du LAC"}, "Gîte du Lac".lower()),
    ],
)
def test_a_lodging_that_makes_no_sense(site: Site, given: dict[str, str], text: str) -> None:
    """What is wrong with a lodging is said in French beside what was typed, and nothing is added."""
    site.manager.add_unit("Gîte du Lac", owner=site.owner())
    answer = site.browser().post("/logements/nouveau", data=given)
    assert answer.status_code == 422
    assert "erreur" not in answer.text.lower()
    assert text.lower() in answer.text.lower() or given["name"] in answer.text
    assert len(site.manager.units()) == 1


def test_three_platforms_in_a_few_steps(site: Site) -> None:
    """A pasted link is read at once; what was found is shown, and the link to paste there, until the platform comes."""
    site.platforms["a"].book(JUNE, site.time)
    unit, browser = site.manager.add_unit("Gîte du Lac", owner=site.owner()), site.browser()
    feed = site.served.export_url(site.platforms["a"])
    answer = browser.post(
        f"/logements/{unit.id}/relier?plateforme=ical.abritel&avec=ical.vrbo", data={"feed": f"  {feed} "}
    )
    there = f"/logements/{unit.id}/ical:Abritel/lien"
    assert answer.headers["location"] == f"{there}?avec=ical.vrbo"
    ours = site.manager.feed_url(unit, "ical:Abritel").reveal()
    says(
        browser,
        f"{there}?avec=ical.vrbo",
        "1 séjour, du 4 juin",
        ours,
        "Pas encore lu par Abritel",
        "Plateforme suivante",
    )
    assert visited(site, unit, "ical:Abritel") == 200
    says(browser, there, "Lu par Abritel", "connaît désormais", "Terminé")


def test_what_is_pasted_wrongly(site: Site) -> None:
    """Each wrong link is refused on the spot, in French, beside the link as it was typed; nothing is linked."""
    browser, first = site.browser(), site.lodging(sides=("ical:a",))
    unit = site.manager.add_unit("Mas des Pins", owner=site.owner())
    form = f"/logements/{unit.id}/relier?plateforme=ical.site"
    for pasted, text in (
        ("bonjour", "pas l’adresse d’un calendrier"),
        ("", "pas l’adresse d’un calendrier"),
        ("https://" + "x" * 3000, "pas l’adresse d’un calendrier"),
        (site.served.export_url(site.platforms["a"]), "déjà reliée à Gîte du Lac"),
    ):
        answer = browser.post(form, data={"feed": pasted})
        refused(answer, text)
        kept = f'value="{pasted[:2048]}"' in answer.text
        assert kept
    refused(
        browser.post(f"/logements/{unit.id}/relier?plateforme=ical.autre", data={"feed": "x"}), "nom de la plateforme"
    )
    assert (len(site.manager.links(unit)), len(site.manager.links(first))) == (0, 1)


def test_a_platform_of_any_name(site: Site) -> None:
    """A platform that nobody wrote a plugin for goes by the name its owner gives it, and its pages are found."""
    unit, browser = site.manager.add_unit("Mas", owner=site.owner()), site.browser()
    data = {"feed": site.served.export_url(site.platforms["a"]), "name": " Gîtes 24/7 & Cie\t« ici »"}
    answer = browser.post(f"/logements/{unit.id}/relier?plateforme=ical.autre", data=data)
    page = answer.headers["location"].partition("?")[0]
    says(browser, page, "Gîtes 24-7 &amp; Cie « ici »")
    says(browser, page.removesuffix("/lien"), "Retirer Gîtes 24-7")


def test_our_own_calendar_is_not_linked_to_itself(site: Site) -> None:
    """The link to us, pasted in the place of the platform's own, is recognised."""
    unit, other = site.lodging(sides=("ical:a",)), site.manager.add_unit("Mas", owner=site.owner())
    site.platforms["a"].book(JUNE, site.time)
    site.manager.sync(unit)
    calendar = site.manager.feed(unit, "ical:a")
    assert "channelsync" in calendar
    ours = site.manager.feed_url(unit, "ical:a").reveal()
    answer = site.browser().post(f"/logements/{other.id}/relier?plateforme=ical.site", data={"feed": ours})
    assert answer.status_code == 422
    assert not site.manager.links(other)


def test_links_are_shown_on_their_own_page_only(site: Site) -> None:
    """The platform's link is never shown again; ours only where it is to be copied."""
    unit, browser = site.lodging(), site.browser()
    key, ours = "ical:a", site.manager.feed_url(unit, "ical:a").reveal()
    theirs = site.served.export_url(site.platforms["a"])
    base = f"/logements/{unit.id}"
    for path in ("/logements", base, f"{base}/{key}", f"{base}/fiche", f"{base}/reglages", f"{base}/{key}/retirer"):
        page = says(browser, path)
        assert ours not in page
        assert theirs not in page
    page = says(browser, f"{base}/{key}/lien", ours)
    assert theirs not in page


def test_a_stay_in_two_places_is_asked_about(site: Site) -> None:
    """The first look is an inventory: what two calendars show is one question, and an answer settles it."""
    for name in "ab":
        site.platforms[name].close(JUNE, site.time)
    unit, browser = site.lodging(), site.browser()
    site.manager.sync(unit)
    (asked,) = site.manager.questions(unit)
    page = f"/logements/{unit.id}/questions"
    says(browser, f"/logements/{unit.id}", "1 séjour à clarifier")
    says(browser, page, "Qu’est-ce que c’est", f'name="q-{asked.id}"', "Une copie de ce que montre")
    refused(browser.post(page, data={f"q-{asked.id}": "peut-être"}), "pas une réponse")
    assert site.manager.questions(unit)
    answer = browser.post(page, data={f"q-{asked.id}": "old-link", "q-other": "mine"})
    assert answer.headers["location"] == f"/logements/{unit.id}?dit=repondu"
    assert not site.manager.questions(unit)
    says(browser, page, "Rien à clarifier")


def test_direct_links_go_last(site: Site) -> None:
    """Nobody is led to remove the direct links before every platform has read our calendar; then the watch begins."""
    unit, browser = site.lodging(), site.browser()
    site.manager.sync(unit)
    order, page = f"/logements/{unit.id}/liens-retires", f"/logements/{unit.id}"
    assert "C’est fait" not in says(browser, page, "Retirer les anciens liens directs")
    assert browser.post(order).headers["location"].endswith("dit=pas-encore")
    assert site.manager.state(unit).takeover.links_removed_at is None
    assert {visited(site, unit, key) for key in ("ical:a", "ical:b")} == {200}
    says(browser, page, "C’est fait")
    assert browser.post(order).headers["location"].endswith("dit=liens-retires")
    assert site.manager.state(unit).takeover.links_removed_at == site.time
    says(browser, page, "Surveiller pendant 48 heures", "3 mars")


def test_a_disappearance_waits_for_its_owner(site: Site) -> None:
    """What vanished is kept closed and said so; the owner's word frees it at once."""
    site.platforms["a"].close(JUNE, site.time)
    site.platforms["a"].close(JULY, site.time)
    unit, browser = site.lodging(), site.browser()
    site.manager.sync(unit)
    site.pass_time(minutes=20)
    site.platforms["a"].open(JUNE, site.time)
    site.platforms["a"].open(JULY, site.time)
    site.manager.sync(unit)
    page = f"/logements/{unit.id}/ical:a"
    says(browser, page, "Disparition à confirmer : nous gardons fermé", "4 au 11 juin 2027")
    assert browser.post(f"{page}/confirmer").status_code == 303
    assert not site.manager.claims(unit)
    assert "gardons fermé" not in says(browser, page)


def test_nothing_of_anothers_is_named(site: Site) -> None:
    """Another owner's lodging is answered as one that does not exist, whatever is asked of it; nothing happens."""
    unit, stranger = site.lodging(), site.browser("Dominique")
    base = f"/logements/{unit.id}"
    key = f"{base}/ical:a"
    for path in (
        base,
        f"{base}/relier",
        f"{base}/questions",
        f"{base}/reglages",
        f"{base}/fiche",
        key,
        f"{key}/lien",
        f"{key}/retirer",
    ):
        assert stranger.get(path).status_code == 404
    orders = ("relier?plateforme=airbnb", "questions", "reglages", "arreter", "liens-retires")
    own = ("lire", "confirmer", "reconnecter", "reglages", "remplacer", "lecteur", "retirer", "lien-retire")
    for path in (*(f"{base}/{one}" for one in orders), *(f"{key}/{one}" for one in own)):
        assert stranger.post(path, data={"understood": "yes", "name": "x", "feed": "x"}).status_code == 404
    assert len(site.manager.links(unit)) == 2
    assert "Gîte du Lac" not in stranger.get("/logements").text


def test_whose_the_other_lodging_is_stays_unsaid(site: Site) -> None:
    """A link that another owner has linked is refused without naming that owner's lodging."""
    site.lodging("Villa Secrète", owner="Dominique", sides=("ical:a",))
    unit = site.manager.add_unit("Mas", owner=site.owner())
    feed = site.served.export_url(site.platforms["a"])
    answer = site.browser().post(f"/logements/{unit.id}/relier?plateforme=ical.site", data={"feed": feed})
    refused(answer, "un logement d’un autre propriétaire")
    assert "Villa" not in answer.text
