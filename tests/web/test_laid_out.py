"""The pages of an installation whose calendars lie on static hosting: who has read them is not known, and so said."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from channelsync.nights import Stay
from channelsync.service.laying import lay_out
from channelsync.service.shelves import shelf_at
from tests.web.site import Site
from tests.web.test_lodgings import says

JULY = Stay(date(2027, 7, 2), date(2027, 7, 9))


@pytest.fixture
def folder(site: Site, tmp_path: Path) -> Path:
    """Where the calendars of the site are to lie."""
    site.manager.laid_out = True
    made = tmp_path / "served"
    made.mkdir()
    return made


def test_a_laid_calendar_is_never_read(site: Site, folder: Path) -> None:
    """What lies there is "posé, lecture inconnue" on every page, with when; what does not is said not to lie there."""
    unit, browser = site.lodging(), site.browser()
    for key in ("ical:a", "ical:b"):
        site.manager.feed_url(unit, key)
    site.manager.sync(unit)
    base = f"/logements/{unit.id}"
    says(browser, base, "Pas encore posé chez votre hébergeur")
    lay_out(site.manager, shelf_at(str(folder)), site.time)
    for path in ("/logements", base, f"{base}/ical:a", f"{base}/ical:a/lien"):
        page = says(browser, path, "inconnue")
        assert "Pas encore lu" not in page
        assert "Pas encore posé" not in page
    says(browser, base, "Posé", ", lecture inconnue")
    says(browser, f"{base}/ical:a", "Posé", ", lecture inconnue")
    site.pass_time(hours=1)
    site.manager.block(unit, JULY, category="personal")
    says(browser, base, "Pas encore posé chez votre hébergeur")


def test_a_stay_is_perhaps_bookable(site: Site, folder: Path) -> None:
    """The proofs of a stay and the first page say that the reading is unknown, and not that there was none."""
    unit, browser = site.lodging(), site.browser()
    site.manager.sync(unit)
    claim = site.manager.block(unit, JULY, category="personal")
    lay_out(site.manager, shelf_at(str(folder)), site.time)
    page = says(browser, f"/calendrier/occupation/{claim.id}", "lecture inconnue")
    assert "pas encore lu" not in page.lower()
    assert "pas encore lu" not in says(browser, "/").lower()
