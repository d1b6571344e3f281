"""The lodgings' pages: first steps, what each listing's page shows, and what its owner may change."""

from __future__ import annotations

import re

from channelsync.nights import Stay
from tests.web.site import Site


def test_nobody_is_lost_at_the_beginning(site: Site) -> None:
    """A new owner is led from nothing to the first platform's link, platform after platform."""
    browser = site.browser()
    assert "Votre premier logement" in browser.get("/logements").text
    answer = browser.post("/logements/nouveau", data={"name": "Gîte du Lac", "avec-airbnb": "1", "avec-booking": "1"})
    unit = site.manager.units()[0]
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/logements/{unit.id}/relier?plateforme=airbnb&avec=booking"
    page = browser.get(answer.headers["location"])
    assert page.status_code == 200
    assert "lien du calendrier Airbnb" in page.text
    assert browser.get("/logements").text.count("Aucune annonce reliée") == 1
