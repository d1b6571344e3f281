"""The library as a script uses it: the lines of the README, against simulated platforms."""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import Generator
from datetime import UTC, datetime, timedelta

import pytest

import channelsync as cs
from channelsync.testing import Platform
from channelsync.testing.serve import Served, serve
from channelsync_airbnb import sandbox as airbnb
from channelsync_booking import sandbox as booking
from channelsync_greengo import sandbox as greengo
from tests.support import ROOT

START = datetime(2027, 1, 10, 9, tzinfo=UTC)


class Town:
    """Three simulated platforms of one lodging, served on loopback, and the clock they share with the manager."""

    def __init__(self) -> None:
        self.time = START
        factories = {"airbnb": airbnb.platform, "booking": booking.platform, "greengo": greengo.platform}
        self.platforms: dict[str, Platform] = {
            name: make(room="lac", rng=random.Random(7)) for name, make in factories.items()
        }
        self.served: Served

    def now(self) -> datetime:
        """The time of everybody."""
        return self.time

    def url(self, name: str) -> str:
        """The export link of a platform."""
        return self.served.export_url(self.platforms[name])


@pytest.fixture
def town() -> Generator[Town]:
    """Simulators being served."""
    town = Town()
    with serve(town.platforms.values(), town.now) as town.served:
        yield town


@pytest.mark.parametrize("language, headline", [("fr", "Nouvelle réservation"), ("en", "New reservation")])
def test_notices_are_in_the_owners_language(town: Town, tmp_path, language: str, headline: str) -> None:
    """What a synchronisation tells is in the language of whoever owns the lodging, not of whoever was there first."""
    with cs.open(str(tmp_path / "gite.db"), now=town.now, allow_private_addresses=True) as manager:
        manager.add_owner("Somebody else", language="en" if language == "fr" else "fr")
        manager.add_owner("Camille", language=language)
        lac = manager.add_unit("Lac", owner="Camille")
        manager.link(lac, "airbnb", feed=town.url("airbnb"))
        manager.sync(everything=True)
        town.platforms["airbnb"].book(cs.Stay.parse("2027-03-15/2027-03-18"), town.now(), force=True)
        town.time += timedelta(minutes=15)
        (told,) = manager.sync(everything=True).notices
        assert headline in told


def test_readme(town: Town, tmp_path, monkeypatch, capsys) -> None:
    """The README's lines run as written; only the three private links are those of simulators."""
    code = re.search(r"```python\n(import channelsync as cs\n.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)[1]
    links = iter([town.url("airbnb"), town.url("booking"), town.url("greengo")])
    code = re.sub(r'feed="[^"]*"', lambda _: f'feed="{next(links)}"', code)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES", "1")
    monkeypatch.delenv("CHANNELSYNC_DB", raising=False)
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - the point of the test
    printed = capsys.readouterr().out
    assert "airbnb 2027-04-01/2027-04-05" in printed
    assert "DTSTART;VALUE=DATE:20270401" in printed
    assert "Gîte du Lac, nuit du 02/04/2027 : fermée" in printed
    assert (tmp_path / "gite.db.key").stat().st_mode & 0o777 == 0o600


def test_async(town: Town, tmp_path) -> None:
    """Async code has the same methods, and sees the same."""

    async def script() -> tuple[cs.SyncReport, str]:
        async with cs.aopen(
            str(tmp_path / "gite.db"), now=town.now, allow_private_addresses=True, environ={}
        ) as manager:
            lac = await manager.add_unit("Gîte du Lac")
            await manager.link(lac, "airbnb", feed=town.url("airbnb"))
            await manager.link(lac, "booking", feed=town.url("booking"))
            town.platforms["airbnb"].book(cs.Stay.parse("2027-03-15/2027-03-18"), town.now())
            report = await manager.sync()
            return report, await manager.feed(lac, "booking")

    report, feed = asyncio.run(script())
    assert [look.observation for look in report.looks] == ["complete", "complete"]
    assert "DTSTART;VALUE=DATE:20270315" in feed


def test_sync_looks_when_due(town: Town, tmp_path) -> None:
    """A listing is looked at once, then again after a quarter of an hour; `everything` does not wait."""
    with cs.open(str(tmp_path / "gite.db"), now=town.now, allow_private_addresses=True, environ={}) as manager:
        manager.link(manager.add_unit("Lac"), "airbnb", feed=town.url("airbnb"))
        assert len(manager.sync().looks) == 1
        assert len(manager.sync().looks) == 0
        assert len(manager.sync(everything=True).looks) == 1
        town.time += timedelta(minutes=15)
        assert len(manager.sync().looks) == 1


def test_what_is_not_due_is_left_alone(town: Town, tmp_path) -> None:
    """A sync tells of the units that were due; a unit that is named is stepped in any case."""
    with cs.open(str(tmp_path / "gite.db"), now=town.now, allow_private_addresses=True, environ={}) as manager:
        lac, mer = manager.add_unit("Lac"), manager.add_unit("Mer")
        manager.link(lac, "airbnb", feed=town.url("airbnb"))
        manager.sync()
        assert manager.next_due() > town.time
        town.time += timedelta(minutes=2)
        manager.link(mer, "booking", feed=town.url("booking"))
        assert [look.unit for look in manager.sync().looks] == [mer]
        before = manager.state(lac)
        assert manager.sync(lac) == cs.SyncReport()
        assert manager.state(lac) == before


def test_a_hint_during_a_sync_is_not_lost(tmp_path) -> None:
    """A hint that comes while a feed is being read is not answered by what was read: the listing stays due."""
    platform, hints = airbnb.platform(room="lac", rng=random.Random(7)), []

    def asked() -> datetime:
        """Hint while the platform is being read, and tell the time."""
        for listing in hints:
            hints.clear()
            with manager.ledger.transaction() as tx:
                tx.mark_due(listing, START, now=START)
        return START

    with (
        serve([platform], asked) as served,
        cs.open(str(tmp_path / "gite.db"), now=lambda: START, allow_private_addresses=True, environ={}) as manager,
    ):
        lac = manager.add_unit("Lac")
        manager.link(lac, "airbnb", feed=served.export_url(platform))
        hints += [link.id for link in manager.links(lac)]
        assert len(manager.sync().looks) == 1
        assert not hints
        assert len(manager.sync().looks) == 1, "the hint"
        assert len(manager.sync().looks) == 0


def test_a_link_is_held_against_the_others(town: Town, tmp_path) -> None:
    """A listing that is linked to another lodging is refused, and a calendar that equals another's is remarked upon."""
    with cs.open(str(tmp_path / "gite.db"), now=town.now, allow_private_addresses=True, environ={}) as manager:
        for month in (3, 4, 5):
            town.platforms["airbnb"].book(cs.Stay.parse(f"2027-0{month}-10/2027-0{month}-13"), town.now())
        lac, mer = manager.add_unit("Lac"), manager.add_unit("Mer")
        manager.link(lac, "airbnb", feed=town.url("airbnb"))
        manager.sync()
        with pytest.raises(cs.ChannelSyncError, match="already linked to Lac"):
            manager.link(mer, "airbnb", feed=town.url("airbnb"))
        report = manager.link(mer, "airbnb", feed=f"{town.url('airbnb')}&again=1")
        assert any("Lac" in problem for problem in report.problems), report.problems


def test_pure_use() -> None:
    """Without a database, `reconcile` decides from values alone."""
    unit = cs.Unit("lac", "me", "Lac")
    listings = [cs.Listing(name, unit.id, name) for name in ("one", "two")]
    state = cs.UnitState(unit, tuple(cs.ListingState(listing) for listing in listings))
    stay = cs.Stay.parse("2027-03-15/2027-03-18")
    seen = cs.Observation(START, (cs.Event(stay, cs.Kind.CLOSURE, "x"),))
    step = cs.reconcile(state, [("one", seen), ("two", cs.Observation(START))], START)
    assert [(change.listing, change.close) for change in step.plan.changes] == [("two", stay.nights)]
    assert cs.conflicts(step.state, START.date()) == ()
