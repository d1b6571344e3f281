"""How often a page asks the database: no more for many lodgings and a long history than for one and a short one."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Final

from sqlalchemy import event

from channelsync.nights import Stay
from tests.web.site import Site

PAGES: Final = (
    "/",
    "/calendrier",
    "/calendrier?du=2027-02-01&jours=90",
    "/conflits",
    "/logements",
    "/semaine",
    "/bloquer",
    "/calendrier/bloquer",
    "/journal",
    "/journal?genre=fermetures",
    "/journal?genre=lectures",
    "/journal?genre=visites",
    "/journal/audit",
    "/reglages",
    "/reglages/synchronisation",
    "/reglages/indicateurs",
    "/reglages/notifications",
    "/reglages/donnees",
    "/logements/comptes",
    "/logements/{unit}",
    "/logements/{unit}/ical:a",
    "/logements/{unit}/ical:a/lien",
    "/logements/{unit}/questions",
    "/logements/{unit}/fiche",
    "/calendrier/nuit/{unit}/2027-03-20",
    "/calendrier/occupation/{claim}",
    "/conflits/{conflict}",
    "/bloquer/fait/{claim}",
)
"""Of one lodging, stay or conflict: of the first."""
MOST: Final = 64
"""Statements, the first and the last of each transaction among them: what no page needs."""
FIRST: Final = date(2027, 3, 20)


@contextmanager
def statements(site: Site) -> Generator[list[str]]:
    """Collect what the app says to its database meanwhile."""
    said: list[str] = []
    with site.manager.ledger.reading() as tx:
        engine = tx.connection.engine

    def listen(raw: sqlite3.Connection, *_: object) -> None:
        raw.set_trace_callback(said.append)

    def leave(raw: sqlite3.Connection, *_: object) -> None:
        raw.set_trace_callback(None)

    event.listen(engine, "checkout", listen)
    event.listen(engine, "checkin", leave)
    try:
        yield said
    finally:
        event.remove(engine, "checkout", listen)
        event.remove(engine, "checkin", leave)


def lived(site: Site, one: str, other: str) -> None:
    """Let a lodging have guests behind it and to come, a double booking, nights still bookable, and a block."""
    unit = site.lodging(f"Gîte {one}", sides=(f"ical:{one}", f"ical:{other}"))
    site.platforms[one].book(Stay(FIRST, FIRST + timedelta(days=3)), site.time)
    site.manager.sync(everything=True)
    site.manager.record_fetch(unit, f"ical:{other}")
    site.platforms[other].book(Stay(FIRST, FIRST + timedelta(days=2)), site.time, force=True)
    site.platforms[one].book(Stay(FIRST + timedelta(days=9), FIRST + timedelta(days=11)), site.time)
    site.pass_time(minutes=30)
    site.manager.sync(everything=True)
    site.manager.block(unit, Stay(FIRST + timedelta(days=30), FIRST + timedelta(days=32)))


def asked(site: Site) -> dict[str, int]:
    """Return how many statements each page takes that somebody has looked at before."""
    found, browser = dict[str, int](), site.browser()
    unit = site.manager.units()[0]
    block = next(one for one in site.manager.claims(unit) if one.kind == "block")
    about = {"unit": unit.id, "claim": block.id, "conflict": site.manager.conflicts(unit)[0].id}
    for page in PAGES:
        path = page.format(**about)
        assert browser.get(path).status_code == 200, page
        with statements(site) as said:
            browser.get(path)
        found[page] = len(said)
    return found


def test_more_lodgings_and_a_longer_past_take_no_more_statements(site: Site) -> None:
    """What a page costs the database does not grow with what the owner has, or with what has happened."""
    lived(site, "a", "b")
    site.manager.add_unit("Le Phare", owner=site.owner())
    few = asked(site)
    lived(site, "c", "d")
    for name in ("Le Moulin", "La Grange", "Le Port"):
        site.manager.add_unit(name, owner=site.owner())
    for _ in range(8):
        today = site.time.date()
        site.platforms["a"].book(Stay(today, today + timedelta(days=1)), site.time, force=True)
        site.pass_time(hours=18)
        site.manager.sync(everything=True)
    many = asked(site)
    assert max(few.values()) <= MOST, few
    assert {page: (few[page], many[page]) for page in PAGES if many[page] > few[page]} == {}
