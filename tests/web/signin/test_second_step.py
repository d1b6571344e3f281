"""The second step: codes of an app that serve once, and recovery codes that serve once."""

from __future__ import annotations

from datetime import timedelta

from tests.web.signin.house import SAFETY, WORDS, enter, is_in, moved_in, with_app
from tests.web.site import Site


def test_a_code_is_asked_for(site: Site) -> None:
    """With an app set up, a password alone opens nothing; with its code it does, and leads where one wanted to go."""
    app, _ = with_app(moved_in(site), site)
    site.pass_time(minutes=5)
    browser = site.browser(None)
    assert enter(browser, vers="/journal").headers["location"] == "/connexion/code"
    assert not is_in(browser)
    assert browser.post("/connexion/code", data={"code": "000000"}).status_code == 422
    assert browser.post("/connexion/code", data={"code": app.at(site.time)}).headers["location"] == "/journal"
    assert is_in(browser)


def test_a_code_serves_once(site: Site) -> None:
    """A code that was seen is worth nothing, even within its 30 seconds; nor is an earlier one."""
    app, _ = with_app(moved_in(site), site)
    first, second = site.browser(None), site.browser(None)
    set_up_with = app.at(site.time)
    enter(first)
    assert first.post("/connexion/code", data={"code": set_up_with}).status_code == 422
    site.pass_time(seconds=60)
    enter(first)
    enter(second)
    code = app.at(site.time)
    assert first.post("/connexion/code", data={"code": code}).status_code == 303
    assert second.post("/connexion/code", data={"code": code}).status_code == 422
    assert second.post("/connexion/code", data={"code": app.at(site.time - timedelta(seconds=30))}).status_code == 422


def test_a_recovery_code_serves_once(site: Site) -> None:
    """Ten codes are shown, once; each opens the door once, written with or without its dashes."""
    browser = moved_in(site)
    _, codes = with_app(browser, site)
    assert len(set(codes)) == 10
    for left, code in ((9, codes[0].upper()), (8, codes[1].replace("-", ""))):
        other = site.browser(None)
        enter(other)
        assert other.post("/connexion/code", data={"code": code}).status_code == 303
        enter(other)
        assert other.post("/connexion/code", data={"code": code}).status_code == 422
        assert f"Il reste {left} codes de secours" in browser.get(SAFETY).text


def test_new_codes_end_the_earlier_ones(site: Site) -> None:
    """New recovery codes take the place of all earlier ones."""
    browser = moved_in(site)
    _, codes = with_app(browser, site)
    assert "Vos codes de secours" in browser.post(f"{SAFETY}/telephone/codes").text
    other = site.browser(None)
    enter(other)
    assert other.post("/connexion/code", data={"code": codes[0]}).status_code == 422


def test_guessing_digits_is_slow(site: Site) -> None:
    """A few wrong codes, and whoever has the password waits minutes for the next try."""
    app, _ = with_app(moved_in(site), site)
    site.pass_time(minutes=1)
    browser = site.browser(None)
    enter(browser)
    tries = [browser.post("/connexion/code", data={"code": "123456"}).status_code for _ in range(6)]
    assert tries[0] == 422
    assert tries[-1] == 429
    assert browser.post("/connexion/code", data={"code": app.at(site.time)}).status_code == 429


def test_the_step_is_not_forever(site: Site) -> None:
    """The second step follows the first within minutes, in the same browser; it cannot be made up."""
    app, _ = with_app(moved_in(site), site)
    browser = site.browser(None)
    enter(browser)
    site.pass_time(minutes=11)
    assert browser.post("/connexion/code", data={"code": app.at(site.time)}).headers["location"] == "/connexion"
    forger = site.browser(None)
    forger.cookies.set("channelsync-step", "e30=")
    assert forger.get("/connexion/code").headers["location"] == "/connexion"


def test_an_app_is_set_up_with_a_right_code(site: Site) -> None:
    """Nothing is asked for until the app has shown a right code once, so nobody locks themselves out."""
    browser = moved_in(site)
    browser.get(f"{SAFETY}/telephone")
    wrong = browser.post(f"{SAFETY}/telephone", data={"code": "12"})
    assert wrong.status_code == 422
    assert "Ce code n’est pas le bon" in wrong.text
    assert enter(site.browser(None)).headers["location"] == "/"


def test_turning_it_off(site: Site) -> None:
    """Turned off, the password is enough, and the secret is gone."""
    browser = moved_in(site)
    with_app(browser, site)
    assert "connexion" not in browser.post(f"{SAFETY}/telephone/arreter").headers["location"]
    assert enter(site.browser(None)).headers["location"] == "/"
    assert site.app.state.people.totp_secret(site.owner()) is None


def test_the_secret_is_sealed(site: Site) -> None:
    """The app's secret stands nowhere in the database as itself."""
    browser = moved_in(site)
    app, codes = with_app(browser, site)
    with site.manager.ledger.reading() as tx:
        everything = str([list(tx.copied(name)) for name in tx.tables()])
    assert app.secret not in everything
    assert codes[0] not in everything


def test_what_matters_asks_for_the_password_again(site: Site) -> None:
    """A session that is left open on a table cannot take the account over: after minutes the password is asked for."""
    browser = moved_in(site)
    site.pass_time(minutes=16)
    asked = browser.get(f"{SAFETY}/telephone").headers["location"]
    assert asked == f"{SAFETY}/confirmer?vers={SAFETY}/telephone"
    assert browser.post(f"{SAFETY}/telephone/arreter").headers["location"].startswith(f"{SAFETY}/confirmer")
    form = {"vers": f"{SAFETY}/telephone", "current": "pas le bon du tout"}
    assert browser.post(f"{SAFETY}/confirmer", data=form).status_code == 422
    assert browser.post(f"{SAFETY}/confirmer", data={**form, "current": WORDS}).headers["location"] == form["vers"]
    assert browser.get(f"{SAFETY}/telephone").status_code == 200
