"""What holds for every page: its language, its headers, who gets in, and from where something may be changed."""

from __future__ import annotations

from tests.web.site import Site


def test_a_stranger_is_sent_to_sign_in(site: Site) -> None:
    """A page of an owner's shows nothing to a stranger, and comes back after signing in."""
    answer = site.browser(None).get("/logements/u1?x=1")
    assert answer.status_code in {303, 404}
    home = site.browser(None).get("/")
    assert (home.status_code, home.headers["location"]) == (303, "/connexion")


def test_the_first_page(site: Site) -> None:
    """An owner sees a French page with a title of its own, and the headers of a careful site."""
    answer = site.browser().get("/")
    assert answer.status_code == 200
    assert '<html lang="fr">' in answer.text
    assert "<title>Accueil – channelsync</title>" in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "private, no-store"


def test_nothing_that_is_not_there(site: Site) -> None:
    """An unknown address is a page in the reader's language, or problem details for a program."""
    assert "Cette page n’existe pas" in site.browser().get("/rien").text
    answer = site.browser().get("/rien", headers={"accept": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
