"""The journal and the audit trail: what happened, in order, and nothing of anybody else's."""

from __future__ import annotations

from datetime import date

import pytest

from channelsync.nights import Stay
from channelsync_web.areas.journal import reading
from tests.web.site import Site

STAY = Stay(date(2027, 3, 20), date(2027, 3, 22))


def lived(site: Site) -> None:
    """Let a reservation come, be closed elsewhere, and be read there."""
    unit = site.lodging()
    site.manager.sync()
    site.platforms["a"].book(STAY, site.time)
    site.pass_time(minutes=20)
    site.manager.sync()
    site.pass_time(minutes=5)
    site.manager.record_fetch(unit, "ical:b")


def test_a_reservation_from_its_reading_to_its_proof(site: Site) -> None:
    """An entry says what was read, what was decided and why, what was published, and by whom it was read."""
    lived(site)
    page = site.browser().get("/journal").text
    assert "Nouvelle réservation sur a" in page or "Dates prises sur a" in page
    assert "lecture complète" in page
    assert "ferme du 20 au 22 mars 2027" in page
    assert "Lu par b à 11 h 25" in page


@pytest.mark.parametrize(
    "query, there, gone",
    [
        ("genre=lectures", "Lecture d’a", "Prouvé"),
        ("genre=visites", "Notre calendrier a été lu par b", "Lecture d’a"),
        ("genre=problemes", "Rien de tel n’est noté", "Lu par b"),
        ("genre=fermetures", "Fermeture lue par b", "Lecture d’a"),
        ("genre=dates", "20 au 22 mars", "Fermeture lue par b"),
        ("depuis=2027-03-02", "Rien de tel n’est noté", "Lu par b"),
        ("plateforme=ical:rien", "Rien de tel n’est noté", "Lu par b"),
    ],
)
def test_filters(site: Site, query: str, there: str, gone: str) -> None:
    """A filter shows what it says, and nothing else."""
    lived(site)
    answer = site.browser().get(f"/journal?{query}")
    assert answer.status_code == 200
    shown = answer.text.partition("</form>")[2]
    assert there in shown
    assert gone not in shown


@pytest.mark.parametrize("query", ["depuis=hier", "genre=tout", "avant=demain", f"avant={'9' * 40}"])
def test_what_cannot_be_asked(site: Site, query: str) -> None:
    """A date that is none, or an unknown word, is answered by the page itself, with a sentence in French."""
    answer = site.browser().get(f"/journal?{query}")
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "not a" not in answer.text


@pytest.mark.parametrize("kind", ["lectures", ""])
def test_pages_leave_nothing_out_and_repeat_nothing(site: Site, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """The pages one after the other hold each step once, however the sources are cut."""
    monkeypatch.setattr(reading, "PAGE", 4)
    monkeypatch.setattr(reading, "_LOT", 3)
    unit = site.lodging()
    for day in range(9):
        site.manager.sync()
        site.pass_time(minutes=20)
        site.manager.block(unit, Stay(date(2027, 5, 1 + 2 * day), date(2027, 5, 2 + 2 * day)))
    browser, path, seen = site.browser(), f"/journal?genre={kind}", list[str]()
    for _ in range(30):
        page = browser.get(path).text
        seen += [part.partition('"')[0] for part in page.split('<time datetime="')[1:]]
        if 'rel="next"' not in page:
            break
        path = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0].replace("&amp;", "&")
    assert len(seen) == len(set(seen))
    assert seen == sorted(seen, reverse=True)
    assert len(seen) >= 9


def test_another_owners_is_not_there(site: Site) -> None:
    """The journal and the trail show an owner what is theirs, and somebody else's lodging cannot be named."""
    lived(site)
    unit = site.manager.units()[0]
    other = site.browser("Dominique")
    assert "Gîte du Lac" not in other.get("/journal").text
    assert other.get(f"/journal?logement={unit.id}").status_code == 404
    trail = other.get("/journal/audit").text
    assert "Annonce reliée" not in trail
    assert "Compte créé" in trail


def test_the_trail(site: Site) -> None:
    """The trail tells in French what the owner did, latest first, and that the chain is intact."""
    unit = site.lodging()
    site.manager.block(unit, STAY)
    page = site.browser().get("/journal/audit").text
    assert "Dates bloquées : du 20 au 22 mars 2027 – Gîte du Lac" in page
    assert "La chaîne est intacte" in page
    assert page.index("Dates bloquées") < page.index("Annonce reliée")
