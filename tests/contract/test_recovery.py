"""After a restore into either database, through the address that a platform reads: what ends the silence."""

# ruff: noqa: F811 - fixtures are taken by their names

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve

import channelsync as cs
from channelsync.errors import SafetyStopError
from channelsync.manager import Asked, Manager
from channelsync.testing import Fault
from tests.contract.life import HOUR, Life
from tests.contract.test_backup import OTHER_KEY, backed_up, brought, fresh, life  # noqa: F401 - two are fixtures


@pytest.fixture
def database(tmp_path: Path) -> str:
    """Where the backup is made: what is in it does not depend on that (test_backup), unlike what is done with it."""
    return str(tmp_path / "gite.db")


READER = Asked(client="BookingCalendarReader/1.0", accept="text/calendar")


class TestRecovery:
    """After a restore nobody reads a calendar that lacks what was sold since the backup."""

    SOLD = cs.Stay.parse("2027-06-05/2027-06-08")
    UNIT = "gite-du-lac"

    @staticmethod
    def token(manager: Manager, channel: str = "booking") -> str:
        """The secret part of a listing's address."""
        return manager.feed_url(TestRecovery.UNIT, channel).reveal().rpartition("/")[2].removesuffix(".ics")

    @staticmethod
    def answered(manager: Manager, token: str) -> int:
        """What the platform is answered; a calendar without the nights sold since is the breach."""
        served = manager.serve(token, READER)
        assert served.status != 200 or b"20270605" in served.body, "a night that is sold was opened"
        return served.status

    @contextmanager
    def restored(self, life: Life, where: str, content: bytes, phrase: str) -> Iterator[Manager]:
        """A manager on a database into which the backup was put back, five hours later."""
        life.time += 5 * HOUR
        with life.manager(where, OTHER_KEY) as manager:
            brought(manager, content, phrase, life.time)
            yield manager

    def sold(self, life: Life, database: str, folder: Path) -> tuple[bytes, str, str]:
        """A backup of a lodging with five guests on Airbnb, and one more sold after it; and Booking.com's address."""
        with life.manager(database) as manager:
            life.begin(manager)
            for month in ("02", "04", "07", "08"):
                life.platforms["airbnb"].book(cs.Stay.parse(f"2027-{month}-10/2027-{month}-14"), life.time)
            life.look(manager, times=6)
            content, phrase = backed_up(manager, folder, life.time)
            token = self.token(manager)
            life.time += HOUR
            life.platforms["airbnb"].book(self.SOLD, life.time)
            life.look(manager)
            assert self.answered(manager, token) == 200
        return content, phrase, token

    @pytest.mark.parametrize("fault", [Fault.EMPTY, Fault.PARTIAL, Fault.HTTP_500])
    def test_only_a_whole_look_ends_it(
        self, life: Life, database: str, fresh: str, tmp_path: Path, fault: Fault
    ) -> None:
        """An answer that is empty, or lacks what is known, may lack what nobody remembers."""
        content, phrase, token = self.sold(life, database, tmp_path)
        with self.restored(life, fresh, content, phrase) as manager:
            life.platforms["airbnb"].fail(fault, life.time, times=None)
            life.look(manager)
            assert self.answered(manager, token) == 503
            assert [one.recovering for one in manager.status()] == [True, False]
            life.platforms["airbnb"].heal()
            life.look(manager)
            assert self.answered(manager, token) == 200
            assert not any(one.recovering for one in manager.status())

    def test_an_answer_kept_since_before_the_restore_does_not_end_it(
        self, life: Life, database: str, fresh: str, tmp_path: Path
    ) -> None:
        """Its DTSTAMP tells, where it is the time of the request."""
        airbnb = life.platforms["airbnb"]
        with life.manager(database) as manager:
            life.begin(manager)
            life.look(manager, times=6)
            airbnb.fail(Fault.STALE, life.time, times=None)
            content, phrase = backed_up(manager, tmp_path, life.time)
            token = self.token(manager)
            airbnb.book(self.SOLD, life.time + HOUR)
        with self.restored(life, fresh, content, phrase) as manager:
            life.look(manager, times=3)
            assert self.answered(manager, token) == 503
            airbnb.heal()
            life.look(manager)
            assert self.answered(manager, token) == 200

    def test_no_way_round_it(self, life: Life, database: str, fresh: str, tmp_path: Path) -> None:
        """Neither the calendar's text nor a reading recorded by hand is to be had meanwhile, and nothing is proven."""
        content, phrase, token = self.sold(life, database, tmp_path)
        with self.restored(life, fresh, content, phrase) as manager:
            with pytest.raises(SafetyStopError, match=r"restored from a backup.*airbnb, booking"):
                manager.feed(self.UNIT, "booking")
            manager.block(self.UNIT, cs.Stay.parse("2027-10-01/2027-10-03"))
            before = manager.exposed(self.UNIT)
            with pytest.raises(SafetyStopError, match="restored from a backup"):
                manager.record_fetch(self.UNIT, "booking")
            assert self.answered(manager, token) == 503
            assert manager.exposed(self.UNIT) == before
            life.look(manager)
            assert "20270605" in manager.feed(self.UNIT, "booking")
            manager.record_fetch(self.UNIT, "booking")
            assert "booking" not in {one.listing for one in manager.exposed(self.UNIT)}

    def test_one_that_was_never_read_is_waited_for(self, life: Life, database: str, fresh: str, tmp_path: Path) -> None:
        """What it sold since the backup is as unknown as what any other did."""
        airbnb = life.platforms["airbnb"]
        with life.manager(database) as manager:
            lac = manager.add_unit("Gîte du Lac")
            manager.link(lac, "booking", feed=life.url("booking"))
            airbnb.fail(Fault.HTTP_500, life.time, times=None)
            manager.link(lac, "airbnb", feed=life.url("airbnb"))
            life.look(manager)
            content, phrase = backed_up(manager, tmp_path, life.time)
            token = self.token(manager)
            airbnb.heal()
            airbnb.book(self.SOLD, life.time)
            life.look(manager)
            assert self.answered(manager, token) == 200
        with self.restored(life, fresh, content, phrase) as manager:
            airbnb.fail(Fault.HTTP_500, life.time, times=None)
            life.look(manager)
            assert self.answered(manager, token) == 503
            airbnb.heal()
            life.look(manager)
            assert self.answered(manager, token) == 200

    @pytest.mark.parametrize("removed", [False, True])
    def test_an_unlinked_listing_s_address(
        self, life: Life, database: str, fresh: str, tmp_path: Path, removed: bool
    ) -> None:
        """It may have been linked anew since, with the same address: silence, until the owner answers for it."""
        with life.manager(database) as manager:
            life.begin(manager)
            token = self.token(manager)
            manager.unlink(self.UNIT, "booking")
            if removed:
                manager.link_removed(self.UNIT, "booking")
            content, phrase = backed_up(manager, tmp_path, life.time)
        with self.restored(life, fresh, content, phrase) as manager:
            assert manager.serve(token, READER).status == 503
            life.look(manager)
            told = [one.listing for one in manager.status() if one.recovering]
            assert told == ([] if removed else ["booking"])
            assert manager.serve(token, READER).status == (410 if removed else 503)
            manager.unlink(self.UNIT, "booking", release=True)
            assert manager.serve(token, READER).status == (410 if removed else 200)
            assert manager.feed(self.UNIT, "airbnb")

    @pytest.mark.parametrize("anew", [False, True])
    def test_unlinking_does_not_end_it(self, life: Life, database: str, fresh: str, tmp_path: Path, anew: bool) -> None:
        """What was sold there since is still unknown: a look by whoever is linked anew shows it, or they say so."""
        content, phrase, token = self.sold(life, database, tmp_path)
        airbnb = life.platforms["airbnb"]
        with self.restored(life, fresh, content, phrase) as manager:
            airbnb.fail(Fault.HTTP_500, life.time, times=None)
            life.look(manager)
            manager.unlink(self.UNIT, "airbnb")
            life.look(manager)
            assert self.answered(manager, token) == 503
            if anew:
                manager.link(self.UNIT, "airbnb", feed=life.url("airbnb"))
                life.look(manager)
                assert self.answered(manager, token) == 503
                airbnb.heal()
                life.look(manager)
                assert self.answered(manager, token) == 200
            else:
                manager.unlink(self.UNIT, "airbnb", release=True)
                assert manager.serve(token, READER).status == 200

    def test_a_worker_that_goes_on_running_ends_it(self, life: Life, tmp_path: Path) -> None:
        """Its validators are of a time that the database has forgotten: after "not modified" it asks anew, at once.

        On SQLite: a PostgreSQL database that holds units is not replaced.
        """
        database = str(tmp_path / "gite.db")
        airbnb = life.platforms["airbnb"]
        for one in life.platforms.values():
            one.adopt(evolve(one.habits, not_modified=True), life.time)
        with life.manager(database) as worker, life.manager(database) as other:
            life.begin(worker)
            token = self.token(worker)
            content, phrase = backed_up(other, tmp_path, life.time)
            airbnb.book(self.SOLD, life.time)
            life.look(worker, times=8)
            assert self.answered(worker, token) == 200
            brought(other, content, phrase, life.time, replace=True)
            for _ in range(2):
                assert self.answered(worker, token) == 503
                life.time += timedelta(seconds=1)
                worker.sync()
            assert self.answered(worker, token) == 200
