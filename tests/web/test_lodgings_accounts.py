"""Access to a platform's API: given, agreed to on the platform's page, used to link a listing; nobody else's."""

from __future__ import annotations

import html
import random
import re
from urllib.parse import urlsplit

import httpx
import pytest

from channelsync.testing.serve import serve
from channelsync_airbnb import sandbox as airbnb
from tests.web.site import Site
from tests.web.test_lodgings import refused, says

AIRBNB = {"client_id": "me", "client_secret": "tres-secret"}


def added(site: Site, fields: dict[str, str], channel: str = "airbnb") -> str:
    """Add an account as its owner does; return the path of its page."""
    answer = site.browser().post(f"/logements/comptes/nouveau?plateforme={channel}", data=fields)
    assert answer.status_code == 303
    return str(answer.headers["location"]).partition("?")[0]


def test_what_is_missing_is_said(site: Site) -> None:
    """An account needs what its platform gave; its secrets are never sent back, and nobody else can name it."""
    form = "/logements/comptes/nouveau?plateforme=booking"
    answer = site.browser().post(form, data=AIRBNB)
    refused(answer, "hotel_id")
    assert "tres-secret" not in answer.text
    made = added(site, {**AIRBNB, "hotel_id": "123"}, "booking")
    assert site.browser("Dominique").get(made).status_code == 404
    assert "tres-secret" not in says(site.browser(), made, "Redonner son accès")
    says(site.browser(), "/logements/comptes", "Booking.com", made)


@pytest.mark.parametrize(
    "path", ["nouveau?plateforme=greengo", "nouveau?plateforme=x", "nothing", "nothing/reconnecter"]
)
def test_nothing_to_connect(site: Site, path: str) -> None:
    """A platform without an API and an account that is none are not there."""
    assert site.browser().get(f"/logements/comptes/{path}").status_code == 404


def test_coming_back_belongs_to_who_set_out(site: Site) -> None:
    """What a platform sends back counts only for the sign-in that set out, and a refusal is said as one."""
    browser = site.browser()
    made = added(site, AIRBNB)
    page = says(browser, made, "Airbnb demande votre accord", "https://www.airbnb.com/oauth2/auth?")
    state = re.findall(r"state=(\w+)", page)[0]
    back = f"/logements/comptes/retour?code=abc&state={state}"
    says(browser, back, "Un clic, et Airbnb est connecté")
    assert [who.get(back).status_code for who in (site.browser("Dominique"), site.browser())] == [404, 404]
    assert browser.get("/logements/comptes/retour?code=abc&state=x").status_code == 404
    says(browser, f"{back}&error=access_denied", "pas donné votre accord")


def test_from_consent_to_a_linked_listing(site: Site) -> None:
    """The owner agrees on the platform's page, comes back, clicks once, and links a listing by its name."""
    partner = airbnb.partner(rng=random.Random(7), rooms=("lac",), connected=False)
    unit, browser = site.manager.add_unit("Gîte du Lac", owner=site.owner()), site.browser()
    with serve([], lambda: site.time, partners=[partner]) as api:
        given = {key: value for key, value in api.fields(partner).items() if key not in {"refresh_token", "user_id"}}
        made = str(browser.post("/logements/comptes/nouveau?plateforme=airbnb", data=given).headers["location"])
        page = browser.get(made.partition("?")[0]).text
        consent = html.unescape(re.findall(r'href="(http[^"]*oauth2[^"]*)"', page)[0])
        agreed = httpx.post(consent, data={"decision": "approve"}, trust_env=False).headers["location"]
        where = urlsplit(agreed)
        says(browser, f"{where.path}?{where.query}", "Un clic, et Airbnb est connecté")
        sent = dict(part.split("=", 1) for part in where.query.split("&"))
        assert browser.post(where.path, data=sent).status_code == 303
        shown = says(browser, made.partition("?")[0], "Connecté", "Relier une de ses annonces")
        listing = re.findall(r'<option value="(\d+)"', shown)[0]
        order = made.partition("?")[0] + "/relier"
        refused(browser.post(order, data={"unit": unit.id, "listing": "1"}), "1")
        answer = browser.post(order, data={"unit": unit.id, "listing": listing})
        assert answer.headers["location"] == f"/logements/{unit.id}/airbnb?dit=relie"
        says(browser, f"/logements/{unit.id}/airbnb", "Prévenu par nous", "Reliée par un compte", "le donner aussi")
        assert browser.get(f"/logements/{unit.id}/airbnb/lien").status_code == 404
    assert [link.route for link in site.manager.links(unit)] == ["api"]
    assert browser.post(order, data={"unit": "other", "listing": listing}).status_code == 404
