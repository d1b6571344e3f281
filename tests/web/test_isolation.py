"""Nobody gets through: every route and every form of the app, tried by strangers, other owners and other sites."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

import channelsync as cs
from channelsync.testing import Reservation
from tests.web.site import Site
from tests.web.walking import Form, Place, places, rows, walk

MARKS = ("Gîte du Lac", "chaudière secrète")
"""What stands in the first owner's pages and may stand in nobody else's."""


@pytest.fixture
def ids(site: Site) -> dict[str, str]:
    """All that Camille has, by the names of the blanks in paths; Noé has a lodging too."""
    unit = site.lodging()
    site.lodging("Chalet de Noé", owner="Noé", sides=("ical:c",))
    stays = [cs.Stay.parse("2027-04-10/2027-04-13"), cs.Stay.parse("2027-04-12/2027-04-14")]
    for name, stay in zip("ab", stays, strict=True):
        assert isinstance(site.platforms[name].book(stay, site.time), Reservation)
    site.manager.sync(everything=True)
    block = site.manager.block(unit, cs.Stay.parse("2027-05-01/2027-05-05"), note="chaudière secrète")
    conflict = site.manager.conflicts(unit)[0].id
    named = {"unit": unit.id, "key": "ical:a", "night": "2027-05-02", "conflict_id": conflict, "day": "2027-05-02"}
    return {**named, "unit_id": unit.id, "claim": block.id, "claims": block.id, "about": block.id, "claim_id": block.id}


def _hers(site: Site, ids: dict[str, str], tmp_path: Path) -> set[str]:
    return rows(tmp_path / "site.db", ids["unit"], site.owner("Camille"))


def _forms(site: Site) -> list[Form]:
    """Return each of Camille's forms once."""
    found = {form for *_, forms in walk(site.browser()) for form in forms}
    return sorted(found, key=lambda form: (form.action, form.fields))


def _guarded(site: Site, *methods: str) -> Iterator[Place]:
    return (one for one in places(site.app) if one.guarded and one.method in methods)


def test_every_page_can_be_reached(site: Site, ids: dict[str, str]) -> None:
    """An owner who follows every link of every page meets no fault and no dead end."""
    del ids
    wrong = [(path, status) for path, status, *_ in walk(site.browser()) if status not in {200, 303}]
    assert wrong == []


def test_a_stranger_is_shown_nothing(site: Site, ids: dict[str, str], tmp_path: Path) -> None:
    """Without a sign-in each owner's route sends to the sign-in, or says no; nothing changes and nothing is told."""
    before, stranger, wrong = _hers(site, ids, tmp_path), site.browser(None), []
    for place in _guarded(site, "GET", "POST", "DELETE", "PUT", "PATCH"):
        answer = stranger.request(place.method, place.filled(ids))
        sent_away = answer.status_code == 303 and answer.headers["location"].startswith("/connexion")
        if not (sent_away if place.method == "GET" else answer.status_code in {401, 403}):
            wrong.append((str(place), answer.status_code))
        assert not any(mark in answer.text for mark in MARKS)
    assert wrong == []
    assert _hers(site, ids, tmp_path) == before


def test_another_owner_finds_none_of_it(site: Site, ids: dict[str, str], tmp_path: Path) -> None:
    """What is another owner's is answered like what does not exist, whichever route is tried, and stays as it is."""
    before, other, wrong = _hers(site, ids, tmp_path), site.browser("Noé"), []
    for place in _guarded(site, "GET", "POST", "DELETE", "PUT", "PATCH"):
        if place.path == "/vivant":
            continue
        real = other.request(place.method, place.filled(ids))
        none = other.request(place.method, place.filled({}))
        assert not any(mark in real.text for mark in MARKS), str(place)
        if set(place.blanks) & set(ids) and (real.status_code != none.status_code or real.status_code == 200):
            wrong.append((str(place), real.status_code, none.status_code))
    assert wrong == []
    assert _hers(site, ids, tmp_path) == before


def test_another_owner_sends_her_forms(site: Site, ids: dict[str, str], tmp_path: Path) -> None:
    """A form of one owner's page, sent by another, changes nothing of hers, and is no fault of ours."""
    forms = [one for one in _forms(site) if one.action != "/deconnexion"]
    before, other = _hers(site, ids, tmp_path), site.browser("Noé")
    for form in forms:
        answer = other.post(form.action, data=_sent(form))
        assert answer.status_code < 500, form
        assert not any(mark in answer.text for mark in MARKS), form
        assert _hers(site, ids, tmp_path) == before, form


@pytest.mark.parametrize(
    "origin",
    [
        pytest.param({"sec-fetch-site": "cross-site"}, id="another site"),
        pytest.param({"sec-fetch-site": "same-site"}, id="a neighbour under the same domain"),
        pytest.param({"sec-fetch-site": "", "origin": "https://evil.example"}, id="an old browser on another site"),
        pytest.param({"sec-fetch-site": "", "origin": "null"}, id="a sandboxed frame"),
        pytest.param({"sec-fetch-site": ""}, id="nothing said"),
    ],
)
def test_no_other_site_changes_anything(
    site: Site, ids: dict[str, str], tmp_path: Path, origin: dict[str, str]
) -> None:
    """What another site makes an owner's browser send is refused before anything is looked at."""
    before, hers, wrong = _hers(site, ids, tmp_path), site.browser(), []
    hers.headers.update(origin)
    for name in [name for name, value in origin.items() if not value]:
        del hers.headers[name]
    for place in places(site.app):
        if place.method not in {"GET", "HEAD"}:
            answer = hers.request(place.method, place.filled(ids))
            if answer.status_code != 403:
                wrong.append((str(place), answer.status_code))
    assert wrong == []
    assert _hers(site, ids, tmp_path) == before


def test_reading_changes_nothing(site: Site, ids: dict[str, str], tmp_path: Path) -> None:
    """GET only shows: a link, a preview or a prefetching browser never changes anything of an owner's."""
    before, hers = _hers(site, ids, tmp_path), site.browser()
    proposing = "/reglages/securite/telephone"  # draws a secret that counts for nothing until its first code is typed
    for place in _guarded(site, "GET"):
        if place.path not in {"/vivant", proposing}:
            hers.get(place.filled(ids))
    assert _hers(site, ids, tmp_path) == before


_FORM = "application/x-www-form-urlencoded"
_OTHER_KINDS = ("application/json", "multipart/form-data; boundary=x")
BODIES = {
    "nothing": b"",
    "noise": bytes(range(256)),
    "no UTF-8": b"unit=\xff\xfe&name=\xc3\x28",
    "zeros": b"unit=%00&name=%00&feed=%00&arrivee=%00&depart=%00",
    "many fields": b"&".join(b"f%d=1" % number for number in range(5000)),
    "one long field": b"name=" + b"a" * 200_000,
    "a list where text is": b"name=1&name=2&unit=1&unit=2&arrivee=2027-01-01&arrivee=x",
    "too much": b"name=" + b"a" * 3_000_000,
    "odd dates": "arrivee=9999-12-31&depart=0001-01-01&jusqu=\uff12\uff10\uff12\uff17-01-01".encode(),
}


@pytest.mark.slow
def test_odd_bodies_are_refused_in_words(site: Site, ids: dict[str, str]) -> None:
    """Whatever is sent to a form, the answer is a page that says what is wrong, never a fault of ours."""
    wrong, hers, known = [], site.browser(), ids | {"claim": "x", "claims": "x", "about": "x"}
    posts = [place for place in places(site.app) if place.method == "POST" and place.path != "/deconnexion"]
    for name, body in BODIES.items():
        for kind in (_FORM, *_OTHER_KINDS) if name == "noise" else (_FORM,):
            for place in posts:
                answer = hers.post(place.filled(known), content=body, headers={"content-type": kind})
                if answer.status_code >= 500:
                    wrong.append((str(place), name, kind, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("path", ["/connexion", "/calendrier/bloquer", "/logements/nouveau", "/bienvenue"])
def test_a_body_has_an_end(site: Site, path: str) -> None:
    """More than any form of ours holds is not read: an answer costs the server less than the sender."""
    answer = site.browser().post(path, content=b"name=" + b"a" * 3_000_000, headers={"content-type": _FORM})
    assert answer.status_code == 413


QUERIES = ("logement", "du", "au", "vers", "dit", "de", "mois", "depuis", "code", "cle", "page", "jours", "state")
ODD = ("%00", "..%2f..%2fetc", "%ff%fe", "a" * 3000, "%E2%80%AE", "1%27%20or%201=1", "{{7*7}}", "-1", "9999-99-99")


@pytest.mark.slow
def test_odd_addresses_lead_nowhere(site: Site, ids: dict[str, str]) -> None:
    """An address with nonsense in it is no page, or one without the nonsense; never a fault of ours."""
    del ids
    wrong, hers = [], site.browser()
    gets = [place for place in places(site.app) if place.method == "GET" and place.path != "/vivant"]
    for odd in ODD:
        for place in gets:
            filled = place.filled(dict.fromkeys(place.blanks, odd))
            answer = hers.get(filled + "?" + "&".join(f"{name}={odd}" for name in QUERIES))
            if answer.status_code >= 500:
                wrong.append((str(place), odd[:20], answer.status_code))
    assert wrong == []


def test_markup_in_what_others_write_stays_text(site: Site, ids: dict[str, str]) -> None:
    """A name or a note with markup in it is shown as it was written, on every page."""
    script = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    site.manager.add_unit(f"Gîte {script}"[:80], owner=site.owner())
    site.manager.block(ids["unit"], cs.Stay.parse("2027-06-01/2027-06-03"), note=script)
    for path, _, text, _ in walk(site.browser()):
        assert "<script>alert" not in text, path
        assert "<img src=x" not in text, path


def test_the_database_knows_no_token_in_clear(site: Site, tmp_path: Path) -> None:
    """Who reads the database can sign in as nobody: a session is kept by the hash of its token."""
    hers = site.browser()
    token = next(iter(hers.cookies.jar)).value
    assert token
    site.manager.ledger.close()
    with sqlite3.connect(tmp_path / "site.db") as connection:
        assert token not in "\n".join(connection.iterdump())
    connection.close()


def _sent(form: Form) -> dict[str, str]:
    """Return the form's fields; an empty one gets something, so that it is not refused for that alone."""
    return {name: value or "2027-07-01" for name, value in form.fields}
