"""The calendar: what an owner sees of each stay and its proof, blocks over several lodgings, changes, and why."""

from __future__ import annotations

import html
import re

import pytest

from channelsync.errors import UsageError
from channelsync.inventory import Unit
from channelsync.nights import Stay
from tests.web.site import Site

MARCH = Stay.parse("2027-03-15/2027-03-18")
APRIL = Stay.parse("2027-04-01/2027-04-05")


def form(stay: Stay, *units: Unit, **more: str) -> dict[str, str]:
    """What the form of a block sends."""
    dates = {"arrivee": str(stay.arrival), "depart": str(stay.departure), "motif": "maintenance"}
    return dates | {f"logement-{unit.id}": "on" for unit in units} | more


def bars(page: str) -> list[str]:
    """The bars of the calendar, as text."""
    found = re.findall(r'<(?:a|span) class="bar [^>]*>.*?<span class="vh">.*?</span>', page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in found]


def booked(site: Site, unit: Unit, stay: Stay = MARCH) -> None:
    """A guest books on the first platform, and we see it."""
    site.manager.sync(unit)
    site.pass_time(hours=1)
    site.platforms["a"].book(stay, site.time)
    site.manager.sync(unit)


def test_a_stay_and_what_proves_it(site: Site) -> None:
    """A stay is a bar where it was seen; until the others have read us they may still be booked, and that is said."""
    booked(site, site.lodging())
    page = site.browser().get("/calendrier").text
    (bar,) = bars(page)
    assert bar.startswith("a ")
    assert "Dates prises" in bar or "Réservation" in bar
    assert "du 15 au 18 mars 2027. Encore réservable sur b : pas encore lu" in bar
    assert 'class="not">B</i>' in page
    assert len(re.findall(r'<td id="n0-\d+" class="x">', page)) == MARCH.length


def test_read_is_said_with_its_time(site: Site) -> None:
    """Once a platform has read a calendar that closes the stay its dot is filled, and the bar says since when."""
    unit = site.lodging()
    booked(site, unit)
    site.manager.record_fetch(unit, "ical:b")
    page = site.browser().get("/calendrier").text
    assert "Lu par b à 12 h 00" in bars(page)[0]
    assert 'class="yes">B</i>' in page
    assert 'class="x"' not in page


def test_what_is_over_stays_in_sight(site: Site) -> None:
    """A stay that is over is shown in the past, as no link; the window goes where it is asked to go."""
    unit = site.lodging()
    booked(site, unit)
    site.pass_time(days=30)
    site.manager.sync(unit)
    browser = site.browser()
    assert not bars(browser.get("/calendrier").text)
    past = browser.get("/calendrier?du=2027-03-01&jours=30").text
    assert len(bars(past)) == 1
    assert '<span class="bar' in past
    assert past.count('<td id="n0-') == 30
    for nonsense in ("du=2027-13-01", "du=9999-01-01", "jours=7", "jours=x", "du=<script>"):
        assert browser.get(f"/calendrier?{nonsense}").text.count('<td id="n0-') == 60


def test_a_double_booking_is_red(site: Site) -> None:
    """Two guests on one night: both bars are marked, in lanes of their own, and a line over the table says where."""
    unit = site.lodging()
    booked(site, unit)
    site.platforms["b"].book(Stay.parse("2027-03-16/2027-03-20"), site.time, force=True)
    site.pass_time(hours=1)
    site.manager.sync(unit)
    page = site.browser().get("/calendrier").text
    assert len(re.findall(r'class="bar [^"]*\bdouble\b', page)) == 2
    assert "Gîte du Lac : double réservation" in page
    assert "Double réservation avec b" in page
    assert 'class="lanes2"' in page


def test_what_vanished_is_kept(site: Site) -> None:
    """A stay that its platform shows no more stays in sight, and closed, until that is sure."""
    unit = site.lodging()
    booked(site, unit)
    site.pass_time(hours=2)
    site.platforms["a"].cancel(site.platforms["a"].reservations()[0].id, site.time)
    site.manager.sync(unit)
    browser = site.browser()
    page = browser.get("/calendrier").text
    assert "Disparition à confirmer : nous gardons fermé" in bars(page)[0]
    claim = site.manager.claims(unit)[0].id
    assert "nous gardons fermé" in browser.get(f"/calendrier/occupation/{claim}").text


def test_a_copy_is_marked_where_it_is(site: Site) -> None:
    """What another platform shows as a copy has no bar of its own: the stay that it copies says so, until answered."""
    unit = site.lodging()
    for name in ("a", "b"):
        site.platforms[name].book(MARCH, site.time)
    site.manager.sync()
    (asked,) = site.manager.questions(unit)
    said = f"{asked.listing.removeprefix('ical:')} montre les mêmes dates, sans doute une copie"
    page = site.browser().get("/calendrier").text
    (bar,) = bars(page)
    assert said in bar
    assert '<i class="same">' in page
    (original,) = [one.id for one in site.manager.claims(unit) if one.standing == "firm"]
    assert said in site.browser().get(f"/calendrier/occupation/{original}").text
    site.manager.answer(unit, asked.id, "double")
    assert "une copie : à clarifier" not in site.browser().get("/calendrier").text


def test_block_several_lodgings(site: Site) -> None:
    """A block closes all chosen lodgings, says so, and can be undone; undoing ends all of it."""
    lac, bois = site.lodging(), site.lodging("Cabane du Bois", sides=("ical:c",))
    browser = site.browser()
    answer = browser.post("/calendrier/bloquer", data=form(APRIL, lac, bois, note="toiture"))
    assert answer.status_code == 303
    page = browser.get(answer.headers["location"]).text
    assert [bar.partition(" ,")[0] for bar in bars(page)] == ["Bloqué : travaux"] * 2
    assert "toiture" not in page
    undo = re.search(r'action="(/calendrier/annuler/[^"]+)"', page)
    assert undo is not None
    assert browser.post(undo.group(1)).status_code == 303
    assert not site.manager.claims(lac) + site.manager.claims(bois)


def test_all_or_nothing(site: Site) -> None:
    """Where one lodging is taken none is blocked, and what stands there is said; "all the same" goes over it."""
    lac, bois = site.lodging(), site.lodging("Cabane du Bois", sides=("ical:c",))
    site.manager.reserve(lac, APRIL)
    browser = site.browser()
    answer = browser.post("/calendrier/bloquer", data=form(APRIL, lac, bois))
    assert answer.status_code == 422
    assert "Gîte du Lac : Réservation (ici, par vous), du 1er au 5 avril 2027" in answer.text
    assert not site.manager.claims(bois)
    assert browser.post("/calendrier/bloquer", data=form(APRIL, lac, bois, insister="on")).status_code == 303
    assert len(site.manager.claims(bois)) == 1


def test_wrong_forms_change_nothing(site: Site) -> None:
    """What makes no sense is shown again with a sentence beside it, and with what was typed."""
    unit = site.lodging()
    browser = site.browser()
    good = form(APRIL, unit)
    wrong = {
        "Choisissez la première nuit": {key: value for key, value in good.items() if key != "arrivee"},
        "Ce n’est pas une date : choisissez": good | {"arrivee": "demain"},
        "Ces nuits sont passées.": good | {"arrivee": "2019-02-01"},
        "Choisissez le jour du départ": good | {"depart": ""},
        "Ce n’est pas une date : choisissez-en une": good | {"depart": "9999-99-01"},
        "C’est dans plus de cinq ans": good | {"depart": "9999-01-01"},
        "Le départ doit venir après": good | {"depart": good["arrivee"]},
        "Ces nuits sont passées": good | {"arrivee": "2027-02-01", "depart": "2027-02-03"},
        "plus de deux ans": good | {"depart": "2029-12-31"},
        "Choisissez au moins un logement": form(APRIL),
        "Choisissez l’un de ces motifs": good | {"motif": "x"},
        "Ce texte est trop long": good | {"note": "x" * 501},
    }
    for sentence, data in wrong.items():
        answer = browser.post("/calendrier/bloquer", data=data)
        assert (answer.status_code, sentence in answer.text) == (422, True), sentence
    assert 'value="2027-04-01"' in browser.post("/calendrier/bloquer", data=wrong["plus de deux ans"]).text
    assert not site.manager.claims(unit)


def test_change_a_block(site: Site) -> None:
    """A block gets other nights and words, and is removed and put back, all as the same block."""
    unit = site.lodging()
    browser = site.browser()
    browser.post("/calendrier/bloquer", data=form(APRIL, unit))
    claim = site.manager.claims(unit)[0].id
    path = f"/calendrier/occupation/{claim}"
    assert "Débloquer ces dates" in browser.get(path).text
    longer = Stay(APRIL.arrival, Stay.parse("2027-04-01/2027-04-09").departure)
    assert browser.post(path, data=form(longer, motif="holiday", note="cousins")).status_code == 303
    (after,) = site.manager.claims(unit)
    assert (after.id, after.stay, after.category, after.note) == (claim, longer, "holiday", "cousins")
    gone = browser.post(f"{path}/enlever")
    assert not site.manager.claims(unit)
    undo = re.search(r'action="(/calendrier/remettre/[^"]+)"', browser.get(gone.headers["location"]).text)
    assert undo is not None
    assert browser.post(undo.group(1)).status_code == 303
    assert [(one.id, one.stay, one.note) for one in site.manager.claims(unit)] == [(claim, longer, "cousins")]


def toast(page: str) -> tuple[str, dict[str, str]]:
    """Where the button "undo" of a page leads, and what it sends."""
    found = re.search(r'<form method="post" action="([^"]+)"><input type="hidden" name="retour" value="([^"]*)">', page)
    assert found is not None
    return found.group(1), {"retour": html.unescape(found.group(2))}


def test_undoing_leads_back_to_the_same_nights(site: Site) -> None:
    """What was done in a window of nights far ahead is undone, and done again, without leaving that window."""
    unit = site.lodging()
    browser, there = site.browser(), "/calendrier?du=2027-09-01&jours=90"
    stay = Stay.parse("2027-09-06/2027-09-09")
    assert f'name="retour" value="{html.escape(there)}"' in browser.get(there).text
    made = browser.post("/calendrier/bloquer", data=form(stay, unit, retour=there))
    where, sent = toast(browser.get(made.headers["location"]).text)
    assert sent == {"retour": there}
    undone = browser.post(where, data=sent)
    assert undone.headers["location"] == f"{there}&dit=defait"
    assert not site.manager.claims(unit)


def test_what_is_ended_is_looked_for_where_it_was(site: Site) -> None:
    """Whoever ends a stay comes to the nights that are free now, and putting it back leaves them there."""
    unit = site.lodging()
    browser = site.browser()
    for stay, there in ((APRIL, "/calendrier"), (Stay.parse("2027-09-06/2027-09-09"), "/calendrier?du=2027-09-04")):
        claim = site.manager.block(unit, stay).id
        gone = browser.post(f"/calendrier/occupation/{claim}/enlever")
        assert gone.headers["location"].startswith(f"{there}{'&' if '?' in there else '?'}dit=debloque")
        where, sent = toast(browser.get(gone.headers["location"]).text)
        assert browser.post(where, data=sent).headers["location"].startswith(there)
        assert claim in {one.id for one in site.manager.claims(unit)}


def test_undoing_leads_nowhere_else(site: Site) -> None:
    """A form that somebody else made leads to no other site."""
    unit = site.lodging()
    block = site.manager.block(unit, APRIL)
    answer = site.browser().post(f"/calendrier/annuler/{block.id}", data={"retour": "https://example.org/"})
    assert answer.headers["location"] == "/?dit=defait"


def test_a_retired_lodging_has_no_line(site: Site) -> None:
    """A lodging out of our hands is gone from the calendar and its forms; the list of lodgings leads to its history."""
    lac, bois = site.lodging(), site.lodging("Cabane du Bois", sides=("ical:c",))
    booked(site, lac)
    site.manager.retire(lac)
    browser = site.browser()
    page = browser.get("/calendrier").text
    assert f'data-unit="{bois.id}"' in page
    assert lac.id not in page
    forms = [browser.get(path).text for path in ("/calendrier/bloquer", "/bloquer", "/semaine")]
    assert "Gîte du Lac" not in "".join(forms)
    assert "relié à aucune plateforme" not in browser.get("/").text
    listed = browser.get("/logements").text
    assert "Plus entre nos mains" in listed
    assert f'href="/journal?logement={lac.id}"' in listed
    assert "Son historique" in browser.get(f"/logements/{lac.id}").text
    assert "Dates prises" in browser.get(f"/journal?logement={lac.id}").text


def test_a_retired_lodging_with_a_stay_of_the_owners_keeps_its_line(site: Site) -> None:
    """As long as nights that were entered here lie ahead, the calendar shows them."""
    lac = site.lodging()
    site.manager.block(lac, APRIL)
    site.manager.retire(lac)
    assert f'data-unit="{lac.id}"' in site.browser().get("/calendrier").text


def test_a_change_onto_a_guest_is_refused(site: Site) -> None:
    """A block is not stretched over a guest, and says which; the block stays as it was."""
    unit = site.lodging()
    guest = site.manager.reserve(unit, Stay.parse("2027-04-06/2027-04-09"))
    block = site.manager.block(unit, APRIL)
    answer = site.browser().post(
        f"/calendrier/occupation/{block.id}", data=form(Stay(APRIL.arrival, guest.stay.departure))
    )
    assert answer.status_code == 422
    assert "Réservation (ici, par vous), du 6 au 9 avril 2027" in answer.text
    assert {one.stay for one in site.manager.claims(unit)} == {APRIL, guest.stay}


def test_enter_a_reservation(site: Site) -> None:
    """A reservation typed in closes everywhere but where it was made; its guest is shown on its own page alone."""
    unit = site.lodging()
    browser = site.browser()
    data = {
        "logement": unit.id,
        "plateforme": "ical:a",
        "voyageur": "Ada",
        "arrivee": str(APRIL.arrival),
        "depart": str(APRIL.departure),
    }
    answer = browser.post("/calendrier/reserver", data=data)
    assert answer.status_code == 303
    (claim,) = site.manager.claims(unit)
    assert (claim.kind, claim.channel) == ("reservation", "ical:a")
    page = browser.get("/calendrier").text
    assert "Ada" not in page
    assert "sur b" in bars(page)[0]
    assert "sur a" not in bars(page)[0]
    assert "Ada" in browser.get(f"/calendrier/occupation/{claim.id}").text
    again = browser.post("/calendrier/reserver", data=data | {"plateforme": ""})
    assert (again.status_code, "du 1er au 5 avril 2027" in again.text) == (422, True)
    assert browser.post("/calendrier/reserver", data=data | {"plateforme": "ical:zz"}).status_code == 422
    assert browser.post(f"/calendrier/occupation/{claim.id}/enlever").status_code == 303
    assert not site.manager.claims(unit)


def test_why_a_night_is_closed(site: Site) -> None:
    """A night tells what takes it, and for each platform what we did and what proves it; a free one can be blocked."""
    unit = site.lodging()
    booked(site, unit)
    browser = site.browser()
    closed = browser.get(f"/calendrier/nuit/{unit.id}/2027-03-16").text
    assert "Pourquoi cette nuit est-elle fermée ?" in closed
    assert "nuit du mardi 16 mars 2027" in closed
    assert "Prise ici" in closed
    assert "Pas encore lu par b." in closed
    assert "Fermeture pas encore prouvée" in closed
    free = browser.get(f"/calendrier/nuit/{unit.id}/2027-05-01").text
    assert "Rien ne prend cette nuit." in free
    assert "/calendrier/bloquer?arrivee=2027-05-01&amp;depart=2027-05-02" in free.replace("&depart", "&amp;depart")
    chosen = browser.get(f"/calendrier/nuit?logement={unit.id}&nuit=2027-03-16")
    assert chosen.headers["location"] == f"/calendrier/nuit/{unit.id}/2027-03-16"
    assert browser.get(f"/calendrier/nuit/{unit.id}/hier").status_code == 404


def test_turnover_nights_are_marked(site: Site) -> None:
    """A night that is only kept free around a guest has no bar, and a mark of its own."""
    unit = site.manager.add_unit("Moulin", owner=site.owner(), turnover=1)
    for side in ("a", "b"):
        site.manager.link(unit, f"ical:{side}", feed=site.served.export_url(site.platforms[side]))
    booked(site, unit)
    page = site.browser().get("/calendrier").text
    assert len(re.findall(r'<td id="n0-\d+" class="(?:x )?t">', page)) == 2


def test_somebody_elses_things_do_not_exist(site: Site) -> None:
    """Another owner's lodgings, stays and nights are answered as nothing, and nothing of them is changed."""
    unit = site.lodging()
    block = site.manager.block(unit, APRIL)
    other = site.browser("Dominique")
    assert "Gîte du Lac" not in other.get("/calendrier").text
    for path in (f"/calendrier/occupation/{block.id}", f"/calendrier/nuit/{unit.id}/2027-04-01"):
        assert other.get(path).status_code == 404
    posts = {
        f"/calendrier/occupation/{block.id}": form(MARCH),
        f"/calendrier/occupation/{block.id}/enlever": {},
        f"/calendrier/annuler/{block.id}": {},
        f"/calendrier/remettre/{unit.id}.{block.id}": {},
        "/calendrier/bloquer": form(MARCH, unit),
        "/calendrier/reserver": {"logement": unit.id, "arrivee": "2027-03-15", "depart": "2027-03-18"},
    }
    for path, data in posts.items():
        assert other.post(path, data=data).status_code == 404, path
    assert [one.stay for one in site.manager.claims(unit)] == [APRIL]


def test_a_block_of_two_is_stored_together(site: Site) -> None:
    """The library's own order is all or nothing: what one lodging refuses no other gets."""
    lac, bois = site.lodging(), site.lodging("Cabane du Bois", sides=("ical:c",))
    site.manager.reserve(bois, APRIL)
    with pytest.raises(UsageError, match="Cabane du Bois"):
        site.manager.block_together([lac, bois], APRIL)
    assert not site.manager.claims(lac)
