"""What an owner sets about signing in: password, address, and where they are signed in."""

from __future__ import annotations

from tests.web.signin.house import MAIL, SAFETY, WORDS, enter, is_in, moved_in
from tests.web.site import Site

OTHER = "encore une autre phrase"


def test_another_password(site: Site) -> None:
    """A new password needs the present one; then every other browser is out, and this one stays."""
    here, there = moved_in(site), site.browser(None)
    enter(there)
    wrong = here.post(f"{SAFETY}/mot-de-passe", data={"current": OTHER, "new": OTHER})
    assert wrong.status_code == 422
    assert "Ce n’est pas votre mot de passe" in wrong.text
    assert is_in(there)
    weak = here.post(f"{SAFETY}/mot-de-passe", data={"current": WORDS, "new": "court"})
    assert weak.status_code == 422
    done = here.post(f"{SAFETY}/mot-de-passe", data={"current": WORDS, "new": OTHER})
    assert done.headers["location"] == f"{SAFETY}?dit=password-changed"
    assert is_in(here)
    assert not is_in(there)
    assert enter(there).status_code == 422
    assert enter(there, password=OTHER).status_code == 303


def test_another_address(site: Site) -> None:
    """A new address needs the password, and is nobody else's; then one signs in with it."""
    moved_in(site, "Dominique", "taken@example.org")
    browser = moved_in(site)
    for form, said in (
        ({"email": "new@example.org", "current": OTHER}, "Ce n’est pas votre mot de passe"),
        ({"email": "taken@example.org", "current": WORDS}, "Quelqu’un d’autre se connecte avec cette adresse"),
        ({"email": "new", "current": WORDS}, "Ce n’est pas une adresse e-mail"),
    ):
        answer = browser.post(f"{SAFETY}/adresse", data=form)
        assert answer.status_code == 422
        assert said in answer.text
    assert browser.post(f"{SAFETY}/adresse", data={"email": "New@example.org", "current": WORDS}).status_code == 303
    assert enter(site.browser(None), MAIL).status_code == 422
    assert enter(site.browser(None), "new@example.org").status_code == 303


def test_where_one_is_signed_in(site: Site) -> None:
    """Each browser is listed in a few words, and can be signed out from any other."""
    here, there, third = moved_in(site), site.browser(None), site.browser(None)
    there.headers["user-agent"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1 <script>"
    enter(there)
    enter(third)
    page = here.get(SAFETY).text
    assert "Safari, iPhone" in page
    session = next(one for one in site.app.state.people.sessions(site.owner()) if one.agent == "Safari, iPhone")
    assert here.post(f"{SAFETY}/sessions", data={"session": session.id}).status_code == 303
    assert not is_in(there)
    assert here.post(f"{SAFETY}/sessions", data={"session": "others"}).status_code == 303
    assert (is_in(here), is_in(third)) == (True, False)


def test_nobody_ends_sessions_of_others(site: Site) -> None:
    """A session of another owner is answered as one that does not exist."""
    mine, theirs = moved_in(site), moved_in(site, "Dominique", "d@example.org")
    session = site.app.state.people.sessions(site.owner("Dominique"))[0]
    assert mine.post(f"{SAFETY}/sessions", data={"session": session.id}).status_code == 404
    assert is_in(theirs)


def test_the_trail_has_it(site: Site) -> None:
    """Each sensitive act has its line, without an address or a name in it, and the trail is whole."""
    browser = moved_in(site)
    browser.post(f"{SAFETY}/mot-de-passe", data={"current": WORDS, "new": OTHER})
    browser.post(f"{SAFETY}/adresse", data={"email": "new@example.org", "current": OTHER})
    browser.post("/deconnexion")
    lines = site.manager.audit_lines()
    assert {"signed in with a code", "signed in", "password changed", "address changed", "signed out"} <= {
        one.what for one in lines
    }
    assert "example.org" not in str(lines)
    assert site.manager.verify_audit() == len(lines)


def test_a_stranger_sees_none_of_it(site: Site) -> None:
    """The settings are behind the sign-in, to read and to change."""
    browser = site.browser(None)
    assert browser.get(SAFETY).headers["location"] == f"/connexion?vers={SAFETY}"
    assert browser.post(f"{SAFETY}/mot-de-passe", data={"current": WORDS, "new": OTHER}).status_code == 401
    assert browser.post(f"{SAFETY}/cles/defi").status_code == 401
