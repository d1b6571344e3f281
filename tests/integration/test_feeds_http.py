"""The published calendars over HTTP: the real app on a loopback port, read by the simulated platforms and by others."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
import uvicorn
from litestar import Litestar

import channelsync as cs
from channelsync import orders
from channelsync.errors import UsageError
from channelsync.manager import Manager
from channelsync_web.asgi import create_app
from tests.integration.test_library import Town, town  # noqa: F401 - a fixture

STAY = cs.Stay.parse("2027-03-15/2027-03-18")
CHROME = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
    "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
    "Sec-Fetch-Mode": "navigate",
}
AGENT = {"User-Agent": "Mozilla/5.0 (compatible; BookingCalendarReader/1.0)", "Accept": "text/calendar"}


class _Server(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, app: Litestar) -> None:
        super().__init__(uvicorn.Config(app, port=0, log_config=None, access_log=True))
        self.listening = threading.Event()

    async def startup(self, sockets: list | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.listening.set()


@contextmanager
def listening(app: Litestar) -> Iterator[str]:
    """Serve an app on a free port; give its address."""
    server = _Server(app)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        assert server.listening.wait(30)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(30)


class House:
    """A lodging on Airbnb and Booking.com, its manager, and the web app before it."""

    def __init__(self, platforms: Town, manager: Manager, client: httpx.Client) -> None:
        self.town, self.manager, self.client = platforms, manager, client
        self.lac = manager.add_unit("Gîte du Lac")
        for name in ("airbnb", "booking"):
            manager.link(self.lac, name, feed=platforms.url(name))
        manager.sync()

    def url(self, channel: str = "booking") -> str:
        """The address that a platform is given."""
        return self.manager.feed_url(self.lac, channel).reveal()

    def get(self, url: str = "", **headers: str) -> httpx.Response:
        """Read a calendar, by default Booking.com's as Booking.com's reader would."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(url or self.url(), headers=named or AGENT)

    def pasted(self, channel: str = "booking") -> None:
        """Let the owner paste the address into the platform."""
        self.town.platforms[channel].link(self.url(channel), self.town.now())

    def read(self) -> None:
        """Let the platforms read what is linked to them, an import's time later."""
        self.pass_time(hours=4)
        self.town.served.import_due()

    def pass_time(self, **much: float) -> None:
        """Let time pass."""
        self.town.time += timedelta(**much)

    def book(self) -> None:
        """Let a guest book on Airbnb, and look."""
        self.town.platforms["airbnb"].book(STAY, self.town.now())
        self.manager.sync(everything=True)

    @property
    def exposed(self) -> bool:
        """Whether something can still be sold twice on Booking.com."""
        return any(one.listing == "booking" for one in self.manager.exposed(self.lac))


@pytest.fixture
def database(tmp_path) -> str:
    """The database of the house."""
    return str(tmp_path / "gite.db")


@pytest.fixture
def house(town: Town, database: str) -> Iterator[House]:  # noqa: F811
    """The house, its app listening."""
    with (
        cs.open(database, now=town.now, allow_private_addresses=True, environ={}) as manager,
        listening(create_app(manager)) as address,
        httpx.Client() as client,
    ):
        manager.base_url = address
        yield House(town, manager, client)


def recorded(house: House, channel: str = "booking") -> tuple:
    """What is recorded of a listing's fetches, latest first."""
    listing = next(one.id for one in house.manager.state(house.lac).listings if one.listing.key == channel)
    with house.manager.ledger.reading() as tx:
        return tx.fetches(listing)


class TestProof:
    """Whose visit says what."""

    def test_a_platform_reads_and_closes(self, house: House) -> None:
        """A guest's nights are exposed until the other platform has read them; then it is known when it did."""
        house.pasted()
        house.read()
        house.book()
        assert house.exposed
        assert house.town.platforms["booking"].bookable(house.town.now(), STAY)
        house.read()
        assert not house.exposed
        assert not house.town.platforms["booking"].bookable(house.town.now() + timedelta(days=1), STAY)
        status = next(one for one in house.manager.status() if one.listing == "booking")
        assert status.last_fetch == house.town.now()
        assert "proven" in {one.kind for one in _notices(house)}

    @pytest.mark.parametrize(
        "headers",
        [
            CHROME,
            {"User-Agent": AGENT["User-Agent"], "Accept": "text/html"},
            {"User-Agent": "curl/8.5.0"},
            {"User-Agent": "WhatsApp/2.23.20.0"},
            {"User-Agent": "facebookexternalhit/1.1"},
            {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
            {"User-Agent": "python-httpx/0.28"},
            {"User-Agent": "channelsync/0.1.0 (+calendar sync)"},
            {"User-Agent": "Java/17.0.2"},
            {"User-Agent": ""},
        ],
        ids=lambda headers: headers["User-Agent"][:20] or "nobody",
    )
    def test_others_prove_nothing(self, house: House, headers: dict[str, str]) -> None:
        """A browser, a tool, a preview, or a client that nothing is known of gets the calendar and proves nothing."""
        house.book()
        answer = house.client.get(house.url(), headers=headers)
        assert answer.status_code == 200
        assert "DTSTART;VALUE=DATE:20270315" in answer.text
        assert house.exposed
        assert [one.proof for one in recorded(house)] == [False]

    def test_the_head_alone_proves_nothing(self, house: House) -> None:
        """HEAD is answered like GET, without the calendar, and proves nothing, whoever asks."""
        house.book()
        head, body = house.client.head(house.url(), headers=AGENT), house.client.get(house.url(), headers=CHROME)
        assert head.content == b""
        assert head.headers["Content-Length"] == str(len(body.content))
        assert head.headers["ETag"] == body.headers["ETag"]
        assert house.exposed

    def test_a_reading_makes_the_listing_due(self, house: House) -> None:
        """What a platform shows around its import is evidence: a reading that proves something makes it due."""
        house.book()
        assert not _due(house)
        house.get()
        assert _due(house)
        house.manager.sync()
        house.get()
        assert not _due(house), "a reading that says nothing new"

    def test_a_rhythm_is_learned(self, house: House) -> None:
        """A program without a name that comes for hours, and comes alone, is taken for the platform."""
        house.book()
        for _ in range(3):
            house.get(User_Agent="Java/17.0.2")
            house.pass_time(hours=2)
        assert house.exposed
        house.get(User_Agent="Java/17.0.3")
        assert not house.exposed
        assert [one.how for one in house.manager.feed_readers(house.lac, "booking").readers] == ["learned"]

    def test_two_that_come_regularly_teach_nothing(self, house: House) -> None:
        """Where two unknown programs come, neither proves anything until the owner says which it is."""
        house.book()
        for _ in range(8):
            house.get(User_Agent="Java/17")
            house.get(User_Agent="okhttp/4")
            house.pass_time(hours=2)
        assert house.exposed
        house.manager.teach_reader(house.lac, "booking", "okhttp/4")
        house.get(User_Agent="Java/17")
        assert house.exposed
        house.get(User_Agent="okhttp/5")
        assert not house.exposed

    def test_what_cannot_be_taught(self, house: House) -> None:
        """Not even the owner's word makes a proof of what anybody may have; a stranger is one whatever it is called."""
        for client in ("curl/8", "WhatsApp/2", ""):
            with pytest.raises(UsageError):
                house.manager.teach_reader(house.lac, "booking", client)
        house.book()
        house.manager.teach_reader(house.lac, "booking", AGENT["User-Agent"], platform=False)
        house.get()
        assert house.exposed


class TestAnswers:
    """What is answered."""

    def test_the_calendar_as_the_command_prints_it(self, house: House) -> None:
        """The calendar is the one that `feed` prints, with the headers that keep it fresh and out of search engines."""
        house.book()
        answer = house.get()
        assert answer.text == house.manager.feed(house.lac, "booking")
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-cache"
        assert answer.headers["X-Robots-Tag"] == "noindex"
        assert answer.headers["Referrer-Policy"] == "no-referrer"

    def test_not_modified_is_proof_too(self, house: House) -> None:
        """Who holds the calendar in force is told so, by ETag or time, and has read it; a new one is sent whole."""
        house.pass_time(seconds=5)
        first = house.get()
        for headers in (
            {"If_None_Match": f'"x", W/{first.headers["ETag"]}'},
            {"If_Modified_Since": first.headers["Last-Modified"]},
        ):
            house.pass_time(hours=1)
            again = house.get(User_Agent=AGENT["User-Agent"], **headers)
            assert (again.status_code, again.content) == (304, b"")
            assert recorded(house)[0].proof
            assert (
                next(one for one in house.manager.status() if one.listing == "booking").last_fetch == house.town.now()
            )
        house.book()
        for headers in (
            {"If_None_Match": first.headers["ETag"]},
            {"If_Modified_Since": first.headers["Last-Modified"]},
            {"If_None_Match": "*"},
            {"If_Modified_Since": "Sat, 01 Jan 2028 00:00:00 GMT"},
        ):
            assert house.get(User_Agent="curl/8", **headers).status_code == 200

    def test_no_time_is_told_within_its_second(self, house: House) -> None:
        """A calendar that is replaced within its second must not be taken for the next one by its time."""
        house.book()
        assert "Last-Modified" not in house.get().headers

    def test_whatever_is_wrong_is_answered_alike(self, house: House) -> None:
        """An unknown address, a mistyped one and none at all are the same 404, and change nothing."""
        base, token = house.url().split("/c/")
        wrong = [
            "x" * 32 + ".ics",
            token.removesuffix(".ics"),
            token[:-5] + ".ics",
            ".ics",
            f"{token}/x.ics",
            "%00.ics",
        ]
        answers = [house.client.get(f"{base}/c/{one}", headers=AGENT) for one in wrong]
        assert {(one.status_code, one.content) for one in answers} == {(404, b"")}
        assert len({tuple(name for name, _ in one.headers.items()) for one in answers}) == 1
        assert recorded(house) == ()

    def test_what_is_too_long_is_refused(self, house: House) -> None:
        """Long paths, long headers and other methods go no further."""
        assert house.client.get(f"{house.url()}{'x' * 600}").status_code == 414
        assert house.get(User_Agent=AGENT["User-Agent"], X_Long="x" * 20_000).status_code == 431
        assert house.client.post(house.url()).status_code == 405
        assert recorded(house) == ()

    def test_a_clients_name_is_kept_short(self, house: House) -> None:
        """What a client says of itself is kept as one short line, and no address in it."""
        house.get(User_Agent=f"Reader of {house.url()} " + "x" * 1000)
        client = recorded(house)[0].client
        assert len(client) <= 200
        assert house.url().rpartition("/")[2] not in client

    def test_while_a_restored_unit_recovers(self, house: House) -> None:
        """After a restore no calendar is given out before every listing was looked at: 503, which platforms survive."""
        house.get()
        with house.manager.ledger.transaction() as tx:
            state = tx.load(house.lac.id, house.manager._traits)
            tx.save(state, orders.restored(state, house.town.now()), (), house.town.now())
        answer = house.get()
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.content == b""
        house.manager.sync(everything=True)
        assert house.get().status_code == 200

    def test_what_cannot_be_stored_is_not_given_out(self, house: House, database: str) -> None:
        """Where the fetch cannot be recorded the answer is 503, never a calendar."""
        engine = sa.create_engine(f"sqlite:///{database}")
        with engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE fetches RENAME TO elsewhere"))
        assert house.get().status_code == 503
        with engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE elsewhere RENAME TO fetches"))
        engine.dispose()
        assert house.get().status_code == 200


class TestAddresses:
    """Replaced, cut, given up, taken over."""

    def test_replaced(self, house: House) -> None:
        """The old address answers until the platform has read by the new one, which ends it."""
        old = house.url()
        new = house.manager.rotate_feed_url(house.lac, "booking").reveal()
        assert new != old
        assert house.url() == new
        assert house.get(old).status_code == 200
        assert recorded(house)[0].proof, "the platform still reads by the old one"
        house.client.get(new, headers=CHROME)
        assert house.get(old).status_code == 200
        assert house.get(new).status_code == 200
        assert house.get(old).status_code == 404

    def test_cut(self, house: House) -> None:
        """A leaked address ends at once: the earlier ones while there are any, else the present one."""
        first = house.url()
        second = house.manager.cut_feed_url(house.lac, "booking").reveal()
        assert [house.get(one).status_code for one in (first, second)] == [404, 200]
        third = house.manager.rotate_feed_url(house.lac, "booking").reveal()
        assert house.manager.cut_feed_url(house.lac, "booking").reveal() == third
        assert [house.get(one).status_code for one in (second, third)] == [404, 200]

    def test_there_is_an_end_to_replacing(self, house: House) -> None:
        """So many addresses that the platform has not read by are too many."""
        for _ in range(5):
            house.manager.rotate_feed_url(house.lac, "booking")
        with pytest.raises(UsageError, match="still answer"):
            house.manager.rotate_feed_url(house.lac, "booking")

    def test_given_up(self, house: House) -> None:
        """An unlinked listing's platform reads an empty calendar until the owner says it is removed there: then 410."""
        house.book()
        url = house.url()
        with pytest.raises(UsageError):
            house.manager.link_removed(house.lac, "booking")
        house.manager.unlink(house.lac, "booking")
        empty = house.get(url)
        assert empty.status_code == 200
        assert "VEVENT" not in empty.text
        assert "END:VCALENDAR" in empty.text
        assert not recorded(house)[0].proof
        house.manager.link_removed(house.lac, "booking")
        assert house.get(url).status_code == 410

    def test_linked_anew(self, house: House) -> None:
        """A listing that is unlinked and linked again is read by its old address: empty, it would open nights."""
        house.book()
        url = house.url()
        house.manager.unlink(house.lac, "booking")
        house.manager.link(house.lac, "booking", feed=house.town.url("booking"))
        house.manager.sync(everything=True)
        assert house.url() != url
        answer = house.get(url)
        assert "DTSTART;VALUE=DATE:20270315" in answer.text
        house.get(house.url())
        assert house.get(url).status_code == 404

    def test_a_link_of_an_older_version_gets_one(self, house: House) -> None:
        """A listing without an address gets one when it is asked for, and keeps it."""
        listing = house.manager.links(house.lac)[0]
        with house.manager.ledger.transaction() as tx:
            tx.drop_secret("calendar", listing.id)
        assert house.url("airbnb") == house.url("airbnb")
        assert house.get(house.url("airbnb")).status_code == 200

    def test_addresses_survive_keys_that_are_rotated(self, house: House) -> None:
        """A platform reads on by what was pasted there, whatever becomes of the master key."""
        url = house.url()
        house.manager.rotate_keys()
        assert house.url() == url
        assert house.get(url).status_code == 200


class TestRhythm:
    """How often a platform reads."""

    def test_silence_is_measured_by_the_learned_rhythm(self, house: House) -> None:
        """A platform that reads every ten hours is not late after eight; silence is told after twice its rhythm."""
        for _ in range(12):
            house.get()
            house.pass_time(hours=10)
        house.get()
        assert house.manager.feed_readers(house.lac, "booking").every == timedelta(hours=10)
        house.manager.sync(everything=True)
        seen = len(_not_read(house))
        _at_work(house, hours=19)
        assert len(_not_read(house)) == seen
        _at_work(house, hours=2)
        assert len(_not_read(house)) == seen + 1

    def test_our_own_absence_is_no_silence(self, house: House) -> None:
        """After a day in which nothing of ours was there to be read, a platform has its usual time to come back."""
        house.get()
        _at_work(house, hours=1)
        house.pass_time(hours=24)
        house.manager.sync(everything=True)
        assert not _not_read(house)
        _at_work(house, hours=5)
        assert not _not_read(house)
        _at_work(house, hours=2)
        assert len(_not_read(house)) == 1


class TestFlood:
    """Somebody asks too much."""

    def test_one_calendar_over_and_over(self, house: House) -> None:
        """A flood is refused with the time to wait; the platform's own rhythm never is."""
        answers = [house.get() for _ in range(60)]
        assert {one.status_code for one in answers} == {200, 429}
        refused = answers[-1]
        assert int(refused.headers["Retry-After"]) > 0
        assert len(recorded(house)) < 30

    def test_guessing(self, house: House) -> None:
        """Guesses are cut off, and a platform in the same network reads on."""
        house.get()
        base = house.url().split("/c/")[0]
        codes = [house.client.get(f"{base}/c/{number:032}.ics").status_code for number in range(150)]
        assert codes[0] == 404
        assert codes[-1] == 429
        assert house.get().status_code == 200


class TestSecrets:
    """An address is written nowhere."""

    def test_not_in_logs_reprs_or_errors(self, house: House, caplog, monkeypatch) -> None:
        """Neither the server nor the app logs an address, also where something breaks."""
        token = house.url().rpartition("/")[2].removesuffix(".ics")
        with caplog.at_level(logging.DEBUG, logger="uvicorn"), caplog.at_level(logging.DEBUG, logger="channelsync"):
            house.get()
            monkeypatch.setattr(type(house.manager), "serve", _broken)
            assert house.get().status_code == 503
        assert "RuntimeError" in caplog.text
        assert "/c/…" in caplog.text
        assert token not in caplog.text
        assert token not in repr(house.manager.feed_url(house.lac, "booking"))
        with house.manager.ledger.reading() as tx:
            assert token not in repr((tx.audit_lines(), tx.secrets(), tx.history(), tx.notices()))

    def test_not_in_the_database(self, house: House, database: str) -> None:
        """The database file holds no address."""
        token = house.url().rpartition("/")[2].removesuffix(".ics").encode()
        house.get()
        for name in (database, f"{database}-wal"):
            if Path(name).exists():
                assert token not in Path(name).read_bytes()

    def test_the_server_as_it_is_run(self, town: Town, database: str) -> None:  # noqa: F811
        """``uvicorn channelsync_web.asgi:app`` answers a platform, and its own access log does not show the address."""
        with cs.open(database, now=town.now, allow_private_addresses=True, environ={}) as manager:
            manager.link(manager.add_unit("Lac"), "booking", feed=town.url("booking"))
            path = "/c/" + manager.feed_url("Lac", "booking").reveal().rpartition("/")[2]
        environ = {**os.environ, "CHANNELSYNC_DB": database}
        command = [sys.executable, "-m", "uvicorn", "channelsync_web.asgi:app", "--port", "0"]
        with subprocess.Popen(command, env=environ, stderr=subprocess.STDOUT, stdout=subprocess.PIPE, text=True) as web:
            try:
                said = [next(line for line in web.stdout if "running on" in line)]
                address = re.search(r"http://[\d.]+:\d+", said[0])[0]
                assert httpx.get(address + path, headers=AGENT).status_code == 200
                assert httpx.get(address + path.removesuffix(".ics"), headers=AGENT).status_code == 404
                web.terminate()
                said += web.stdout.readlines()
            finally:
                web.kill()
        assert any("/c/…" in line for line in said), said
        assert path[3:-4] not in "".join(said)


def _at_work(house: House, *, hours: int) -> None:
    for _ in range(hours):
        house.pass_time(hours=1)
        house.manager.sync(everything=True)


def _broken(*_: object) -> None:
    msg = "no"
    raise RuntimeError(msg)


def _notices(house: House) -> tuple:
    with house.manager.ledger.reading() as tx:
        return tx.notices()


def _not_read(house: House) -> list:
    booking = next(one.id for one in house.manager.links(house.lac) if one.key == "booking")
    return [one for one in _notices(house) if one.kind == "not_read" and one.data["listing"] == booking]


def _due(house: House) -> bool:
    booking = next(one.id for one in house.manager.links(house.lac) if one.key == "booking")
    with house.manager.ledger.reading() as tx:
        return booking in {one.listing for one in tx.due_listings(house.town.now())}
