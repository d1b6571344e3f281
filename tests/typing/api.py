"""The public surface as a type checker sees it: nothing here runs, everything here must check under both checkers."""

from __future__ import annotations

from datetime import UTC, date, datetime

import channelsync as cs


def a_script() -> None:
    """The synchronous manager."""
    with cs.open("gite.db") as manager:
        unit: cs.Unit = manager.add_unit("Gîte du Lac", timezone="Europe/Paris", turnover=1)
        manager.link(unit, "ical", feed="https://example.org/1.ics", options={"name": "abritel", "preset": "abritel"})
        block: cs.Claim = manager.block(unit, cs.Stay.parse("2027-04-01/2027-04-05"), category="personal")
        report: cs.SyncReport = manager.sync()
        closed: list[cs.Nights] = [change.close for change in report.changes]
        text: str = manager.feed(unit, "airbnb")
        why: str = str(manager.explain("gite-du-lac", date(2027, 4, 2), "airbnb", language="en"))
        print(block.stay.length, closed, text, why, [one.since for one in report.exposed])


async def async_code() -> None:
    """The asynchronous manager."""
    async with cs.aopen("postgresql://localhost/channelsync") as manager:
        report: cs.SyncReport = await manager.sync(everything=True)
        print(report.needs_action, (await manager.status())[0].last_fetch)


def pure_use(state: cs.UnitState) -> cs.Plan:
    """No database."""
    now = datetime(2027, 1, 10, tzinfo=UTC)
    stay = cs.Stay(date(2027, 3, 15), date(2027, 3, 18))
    seen = cs.Observation(now, (cs.Event(stay, cs.Kind.RESERVATION, "uid"),))
    step = cs.reconcile(state, [(state.listings[0].id, seen)], now, cs.Policy())
    conflicts: tuple[cs.Conflict, ...] = cs.conflicts(step.state, now.date())
    print(conflicts, stay.nights | cs.Nights.of(now.date()), step.findings)
    return step.plan
