"""In by address and password, and out: who gets in, what strangers learn, and how often they may try."""

from __future__ import annotations

import pytest

from channelsync_web.areas.signin.first import offered
from tests.web.signin.house import MAIL, SAFETY, WORDS, door_of, enter, is_in, moved_in, plant, token_of
from tests.web.site import Site


def test_nobody_becomes_an_owner_by_coming_first(site: Site) -> None:
    """Without any owner the door says what whoever runs this types there, and no guess opens it."""
    browser = site.browser(None)
    assert "channelsync owner add" in browser.get("/bienvenue").text
    answer = browser.post("/bienvenue", data={"code": "AAAA-BBBB", "email": MAIL, "password": WORDS})
    assert answer.status_code == 422
    assert "Ce code n’ouvre rien" in answer.text
    assert site.manager.owners() == ()


def test_who_reads_the_console_may_be_the_first_owner(site: Site) -> None:
    """While there is no owner, a code printed at the start makes the first one, once; a wrong form keeps it whole."""
    code, other = offered(site.manager), offered(site.manager)
    assert code is not None
    assert other is not None
    browser = site.browser(None)
    form = {"code": code.lower().replace("-", " "), "name": "Camille", "email": MAIL, "password": WORDS}
    for wrong, said in (({"name": " "}, "nom"), ({"password": "court"}, "10 caractères"), ({"email": "x"}, "adresse")):
        answer = browser.post("/bienvenue", data=form | wrong)
        assert (answer.status_code, said in answer.text) == (422, True)
        assert site.manager.owners() == ()
    assert browser.post("/bienvenue", data=form).headers["location"] == "/"
    assert is_in(browser)
    assert [one.name for one in site.manager.owners()] == ["Camille"]
    for used in (code, other):
        answer = site.browser(None).post("/bienvenue", data=form | {"code": used, "email": "z@example.org"})
        assert (answer.status_code, "Ce code n’ouvre rien" in answer.text) == (422, True)
    assert offered(site.manager) is None
    assert enter(site.browser(None)).status_code == 303


def test_the_code_of_the_console_ends(site: Site) -> None:
    """It serves for a day, and what is kept of it is not the code."""
    code = offered(site.manager)
    assert code is not None
    form = {"code": code, "name": "Camille", "email": MAIL, "password": WORDS}
    with site.manager.ledger.reading() as tx:
        assert not tx.has_try(code, at=site.time)
    site.pass_time(hours=25)
    assert "Ce code n’ouvre rien" in site.browser(None).post("/bienvenue", data=form).text
    assert site.manager.owners() == ()


def test_the_first_sign_in(site: Site) -> None:
    """A code, an address and a password sign an owner in; messages go to that address; the code serves once."""
    code = site.manager.add_owner("Camille").code
    browser = site.browser(None)
    form = {"code": code.lower().replace("-", " "), "email": "Camille@Example.org", "password": WORDS}
    assert browser.post("/bienvenue", data=form).headers["location"] == "/"
    assert is_in(browser)
    again = site.browser(None).post("/bienvenue", data=form)
    assert again.status_code == 422
    with site.manager.ledger.reading() as tx:
        stored = tx.preferences(site.owner())
    assert stored is not None
    assert stored[0]["mail"] == "Camille@Example.org"


@pytest.mark.parametrize(
    "email, password, said",
    [
        ("nobody", WORDS, "Ce n’est pas une adresse e-mail"),
        (MAIL, "court", "moins de 10 caractères"),
        (MAIL, "x" * 201, "plus de 200 caractères"),
        (MAIL, "aaaaaaaaaaaa", "trop facile à deviner"),
        (MAIL, MAIL.upper(), "trop facile à deviner"),
        ("taken@example.org", WORDS, "Quelqu’un d’autre se connecte avec cette adresse"),
    ],
)
def test_what_will_not_do_keeps_the_code_whole(site: Site, email: str, password: str, said: str) -> None:
    """A first sign-in that is refused says why beside the field, and the code can still be used."""
    moved_in(site, "Dominique", "taken@example.org")
    code = site.manager.add_owner("Camille").code
    browser = site.browser(None)
    answer = browser.post("/bienvenue", data={"code": code, "email": email, "password": password})
    assert answer.status_code == 422
    assert said in answer.text
    assert password not in answer.text or email == password.lower()
    assert browser.post("/bienvenue", data={"code": code, "email": MAIL, "password": WORDS}).status_code == 303


def test_in_and_out(site: Site) -> None:
    """Address and password sign in, to the page that was asked for; signing out ends the session itself."""
    moved_in(site)
    browser = site.browser(None)
    assert enter(browser, " CAMILLE@example.org ", vers="/calendrier?x=1").headers["location"] == "/calendrier?x=1"
    token = token_of(browser)
    assert browser.get("/connexion").headers["location"] == "/"
    assert browser.post("/deconnexion").headers["location"] == "/connexion"
    plant(browser, token)
    assert not is_in(browser)


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_sent_elsewhere(site: Site, to: str) -> None:
    """After a sign-in one comes to a page of ours, whatever a link said."""
    moved_in(site)
    assert enter(site.browser(None), vers=to).headers["location"] == "/"


def test_a_wrong_address_is_answered_like_a_wrong_password(site: Site) -> None:
    """Nothing in the answer says whether somebody signs in with an address."""
    moved_in(site)
    wrong = enter(site.browser(None), password="autre chose que cela")
    nobody = enter(site.browser(None), email="nobody@example.org")
    odd = enter(site.browser(None), email="' OR 1=1 --")
    assert {one.status_code for one in (wrong, nobody, odd)} == {422}
    told = [one.text.replace(MAIL, "").replace("nobody@example.org", "") for one in (wrong, nobody)]
    assert told[0] == told[1]
    assert "n’est pas le bon" in odd.text


def test_a_planted_token_is_never_anybodys(site: Site) -> None:
    """The token of a session is new at every sign-in, and the browser's earlier session ends."""
    moved_in(site)
    browser = site.browser(None)
    plant(browser, "planted-by-somebody")
    enter(browser)
    first = token_of(browser)
    enter(browser)
    assert len({"planted-by-somebody", first, token_of(browser)}) == 3
    plant(browser, first)
    assert not is_in(browser)


def test_the_cookie(site: Site) -> None:
    """No script reads it and no other site's form sends it; where the server is reached by https, only https does."""
    moved_in(site)
    cookie = enter(site.browser(None)).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    door = door_of(site)
    assert "secure" in door.slips.__class__(door.slips.vault, https=True).gone("step").to_header().lower()


def test_a_session_ends_by_itself(site: Site) -> None:
    """It lasts while it is used, for a month without being used, and for three months in all."""
    browser = moved_in(site)
    idle = moved_in(site, "Dominique", "d@example.org")
    for days in (29, 29, 29):
        site.pass_time(days=days)
        assert is_in(browser)
    assert not is_in(idle)
    site.pass_time(days=4)
    assert not is_in(browser)


def test_guessing_is_slow(site: Site) -> None:
    """Who guesses is asked to wait, in words and by Retry-After, also with the right password then."""
    moved_in(site)
    browser = site.browser(None)
    answers = [enter(browser, password=f"faux mot numéro {number}") for number in range(12)]
    late = enter(browser)
    assert answers[0].status_code == 422
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) > 0
    assert "Trop d’essais" in late.text


def test_one_cannot_ask_from_elsewhere(site: Site) -> None:
    """A form on somebody else's page signs nobody in or out."""
    moved_in(site)
    browser = site.browser(None)
    answer = browser.post(
        "/connexion", data={"email": MAIL, "password": WORDS}, headers={"sec-fetch-site": "cross-site"}
    )
    assert answer.status_code == 403


def test_passwords_are_written_in_several_ways(site: Site) -> None:
    """The same letters are the same password, however a keyboard composes them."""
    moved_in(site, password="très longue clé été")
    assert enter(site.browser(None), password="tre\u0300s longue cle\u0301 e\u0301te\u0301").status_code == 303


def test_nothing_of_it_is_stored_in_clear(site: Site) -> None:
    """Passwords and tokens stand nowhere in the database, nor do codes."""
    browser = moved_in(site)
    token = token_of(browser)
    with site.manager.ledger.reading() as tx:
        everything = str([list(tx.copied(name)) for name in tx.tables()])
    assert "$argon2id$" in everything
    assert WORDS not in everything
    assert token not in everything


def test_a_new_code_is_a_new_beginning(site: Site) -> None:
    """After `owner reset` and its code nothing of before opens the account: no session, no password, no app."""
    before = moved_in(site)
    code = site.manager.reset_owner("Camille").code
    browser = site.browser(None)
    form = {"code": code, "email": "new@example.org", "password": "un tout autre mot"}
    assert browser.post("/bienvenue", data=form).status_code == 303
    assert not is_in(before)
    assert enter(site.browser(None)).status_code == 422
    assert is_in(browser)
    assert browser.get(SAFETY).text.count("new@example.org") == 1
