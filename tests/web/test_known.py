"""What a page was made of before is used again only while it is so: each change shows in the very next page."""

from __future__ import annotations

import pytest

import channelsync as cs
from channelsync.ids import ChannelName
from channelsync.ledger import Fetch
from channelsync.manager.desk import notice_record
from channelsync.nights import Stay
from channelsync.notices import Details, Notice, NoticeKind
from tests.web.site import Site

MARCH = Stay.parse("2027-03-15/2027-03-18")
PAGES = ("/", "/calendrier", "/semaine", "/journal", "/logements")


def test_a_change_by_another_process(site: Site) -> None:
    """What another process has written is in the next page, whatever this one knows."""
    unit = site.lodging()
    browser = site.browser()
    for path in PAGES:
        browser.get(path)
    with cs.open(site.manager.ledger.name, now=lambda: site.time, environ={}) as other:
        other.block(unit.slug, Stay.parse("2027-03-02/2027-03-04"), note="x")
    assert "Bloqué" in browser.get("/calendrier").text
    assert "Fermé par vous" in browser.get("/").text
    assert "mardi 2 mars" in browser.get("/semaine").text
    assert "Dates prises" in browser.get("/journal").text


def test_a_notice_alone(site: Site) -> None:
    """A notice that came without any other change stands on the first page and in the journal at once."""
    unit = site.lodging()
    browser = site.browser()
    before = [browser.get(path).text for path in ("/", "/journal")]
    with site.manager.ledger.transaction() as tx:
        details = Details("Gîte du Lac", "Europe/Paris", ChannelName("ical:a"), MARCH.nights)
        tx.add_notice(notice_record(Notice("told:1", NoticeKind.NOT_READ, site.time, unit.id, None, details)))
    after = [browser.get(path).text for path in ("/", "/journal")]
    assert all(one != two for one, two in zip(before, after, strict=True))


@pytest.mark.parametrize("path", ["/calendrier", "/journal?genre=visites"])
def test_a_visit_alone(site: Site, path: str) -> None:
    """A platform's visit turns the dot of a stay, and a stranger's stands among the visits, at once."""
    unit = site.lodging()
    site.manager.block(unit, MARCH)
    browser = site.browser()
    before = browser.get(path).text
    if path == "/calendrier":
        site.manager.record_fetch(unit, "ical:a")
    else:
        with site.manager.ledger.transaction() as tx:
            link = tx.listings(unit.id)[0]
            tx.record_fetch(Fetch(link.id, site.time, 1, "curl/8", 200, proof=False, visitor="tool"))
    assert browser.get(path).text != before


def test_a_new_day(site: Site) -> None:
    """What is said of today is said of the new day once it has begun, though nothing has changed."""
    unit = site.lodging()
    site.manager.block(unit, Stay.parse("2027-03-02/2027-03-04"))
    browser = site.browser()
    assert "<span>Demain" in browser.get("/semaine").text or "Demain" in browser.get("/semaine").text
    before = [browser.get(path).text for path in ("/calendrier", "/semaine", "/")]
    site.pass_time(days=1)
    after = [browser.get(path).text for path in ("/calendrier", "/semaine", "/")]
    assert all(one != two for one, two in zip(before, after, strict=True))


def test_a_word_about_a_conflict(site: Site) -> None:
    """A double booking that its owner knows of is no alarm of the calendar any more, until that word is taken back."""
    unit = site.lodging()
    site.manager.sync(unit)
    for side, stay in {"a": MARCH, "b": Stay.parse("2027-03-16/2027-03-20")}.items():
        site.pass_time(hours=1)
        site.platforms[side].book(stay, site.time, force=True)
        site.manager.sync(unit)
    browser = site.browser()
    assert 'role="alert"' in browser.get("/calendrier").text
    found = site.manager.conflicts(unit)[0].id
    site.manager.dismiss(found)
    assert 'role="alert"' not in browser.get("/calendrier").text
    site.manager.undismiss(found)
    assert 'role="alert"' in browser.get("/calendrier").text


def test_each_language_and_owner(site: Site) -> None:
    """What was made for one reader is shown to no other: neither their words nor their lodgings."""
    site.lodging()
    site.lodging("Cabane du Bois", owner="Dominique", sides=("ical:c",))
    here, there = site.browser(), site.browser("Dominique")
    for path in PAGES:
        mine, theirs = here.get(path).text, there.get(path).text
        assert "Cabane du Bois" not in mine
        assert "Gîte du Lac" not in theirs
    with site.manager.ledger.transaction() as tx:
        tx.set_language(site.owner("Camille"), "en")
    assert "Tonight" in here.get("/semaine").text
    assert "Ce soir" in there.get("/semaine").text
    assert "Lodgings" in here.get("/calendrier").text
