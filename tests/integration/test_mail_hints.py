"""From a mail to the looks it causes: the inbox, the mailbox over IMAP, and nothing but looks."""

from __future__ import annotations

import json
import logging
import os
import random
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import define, evolve, field

import channelsync as cs
from channelsync.cadence import MAIL_SERIES, HealthEvent
from channelsync.cli.app import run
from channelsync.cli.mail import FRENCH
from channelsync.config import Config
from channelsync.errors import ChannelUnavailableError, CredentialRejectedError, LedgerError, UsageError
from channelsync.ids import ChannelName, ListingId
from channelsync.mail import Reason
from channelsync.manager import Manager
from channelsync.service import inbox as inboxes
from channelsync.service.inbox import MOST_AN_HOUR, MOST_TRIES, Inbox
from channelsync.service.mailbox import Mailbox, Place, open_inbox
from channelsync.service.teaching import lessons, teach, unteach
from channelsync.testing import Platform
from channelsync.testing.serve import Served, serve
from channelsync_airbnb import sandbox as airbnb
from channelsync_booking import sandbox as booking
from channelsync_greengo import sandbox as greengo
from tests.dovecot import WORD, dovecot
from tests.imapd import PASSWORD, Folder, imapd
from tests.support import absent
from tests.unit.mail.letters import GMAIL, letter, vouched

START = datetime(2027, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
GUEST = b"Ada Example"


@define
class House:
    """Two lodgings on three simulated platforms, a clock in hand, and the inbox."""

    platforms: dict[str, Platform]
    time: datetime = START
    manager: Manager = field(init=False)
    inbox: Inbox = field(init=False)

    def now(self) -> datetime:
        """The time of everybody."""
        return self.time

    def receive(self, raw: bytes, key: str = "", source: str = "mail/") -> int:
        """Take a mail in and act on it; return how many messages were waiting."""
        self.inbox.receive(source, key, {}, raw, self.time)
        return self.inbox.handle_due(self.time)

    def due(self) -> set[str]:
        """The listings that are due now, as ``unit/key``."""
        with self.manager.ledger.reading() as tx:
            found = [one.listing for one in tx.due_listings(self.time)]
            return {f"{tx.unit_by(tx.listing(one).unit).slug}/{tx.listing(one).key}" for one in found}

    def outcomes(self) -> list[str]:
        """How messages ended, oldest first."""
        with self.manager.ledger.reading() as tx:
            return [row.outcome for row in tx._connection.exec_driver_sql("SELECT outcome FROM inbox ORDER BY seq")]


@pytest.fixture
def house(tmp_path) -> Iterator[House]:
    """All linked, looked at once, and nothing due for a while."""
    makes = {"airbnb": airbnb.platform, "booking": booking.platform, "greengo": greengo.platform}
    every = {
        f"{unit}/{name}": make(room=unit, rng=random.Random(seed))
        for seed, unit in enumerate(("lac", "mer"))
        for name, make in makes.items()
    }
    made = House(every)
    with (
        serve(every.values(), made.now) as served,
        cs.open(str(tmp_path / "gite.db"), now=made.now, allow_private_addresses=True, environ={}) as made.manager,
    ):
        made.inbox = Inbox(made.manager, servers=[GMAIL])
        _link(made, served)
        yield made


def _link(made: House, served: Served) -> None:
    for unit in ("Lac", "Mer"):
        lodging = made.manager.add_unit(unit)
        for name in ("airbnb", "booking", "greengo"):
            made.manager.link(lodging, name, feed=served.export_url(made.platforms[f"{lodging.slug}/{name}"]))
    made.manager.sync()
    made.time += MINUTE
    assert made.due() == set()


def _comes(done: Callable[[], bool]) -> bool:
    """Wait until something is done in another thread, half a minute at most."""
    pause = threading.Event()
    return any(done() or pause.wait(0.05) for _ in range(600))


def _elsewhere(house: House, channel: str) -> str:
    """Another owner with one listing, not due; return the owner's id."""
    with house.manager.ledger.transaction() as tx:
        other = tx.add_owner("Autre", at=START)
        unit = tx.add_unit(other.id, "Ailleurs", at=START)
        made = tx.add_listing(unit.id, ChannelName(channel), at=house.time)
        tx.done(made.id, 1, house.time + timedelta(hours=1), now=house.time)
    return other.id


def test_a_mail_causes_looks_at_once_and_three_times_more(house: House) -> None:
    """A new reservation's mail makes the owner's listings there due at 0, 1, 3 and 10 minutes, and no others."""
    began = house.time
    house.receive(letter(body="no number"))
    looked: list[timedelta] = []
    for second in range(0, 12 * 60, 5):
        house.time = began + timedelta(seconds=second)
        if due := house.due():
            assert due == {"lac/airbnb", "mer/airbnb"}
            assert len(house.manager.sync().looks) == 2
            looked.append(house.time - began)
    assert looked == list(MAIL_SERIES)
    assert house.outcomes() == ["mail of airbnb"]


def test_the_guest_is_closed_elsewhere_before_the_next_poll(house: House) -> None:
    """What the platform's calendar shows only after its mail is closed elsewhere by one of the later looks."""
    began = house.time
    house.receive(letter())
    house.manager.sync()
    house.platforms["lac/airbnb"].book(cs.Stay.parse("2027-03-15/2027-03-18"), house.time)
    assert "20270315" not in house.manager.feed("lac", "booking")
    house.time = began + MINUTE
    house.manager.sync()
    assert "20270315" in house.manager.feed("lac", "booking")


def test_the_listing_that_is_named(house: House) -> None:
    """A number that only one listing's export link has narrows the looks to that listing."""
    with house.manager.ledger.reading() as tx:
        links = {link.unit: link for link in tx.listings() if link.channel == "airbnb"}
        lac = links[house.manager.unit("lac").id]
        numbers = {one.id: house.inbox._numbers(tx, one) for one in links.values()}
    (number,) = numbers[lac.id] - frozenset().union(*(found for name, found in numbers.items() if name != lac.id))
    house.receive(letter(body=f"https://www.airbnb.com/rooms/{number}?x=1"))
    assert house.due() == {"lac/airbnb"}


@pytest.mark.parametrize(
    "raw",
    [
        letter("noreply@booking.com.evil.example", "Booking.com - New booking! (1)", results=vouched("evil.example")),
        letter(results=None),
        letter(results=vouched("airbnb.com", dmarc="fail")),
        letter(results=vouched("airbnb.com", server="mx.evil.example")),
        letter("Host <host@example.org>", "Fwd: Reservation confirmed", results=vouched("example.org")),
        b"\0\xff",
        b"",
    ],
    ids=range(7),
)
def test_nothing_else_causes_a_look(house: House, raw: bytes) -> None:
    """Look-alikes, forgeries, unproven mails, a person's forward and rubbish make nothing due."""
    house.receive(raw)
    assert house.due() == set()
    assert house.outcomes()[0].startswith("refused: ")


def test_a_mail_never_changes_what_is_known(house: House) -> None:
    """A cancellation's mail opens nothing and takes nothing away: it only causes looks."""
    house.platforms["lac/booking"].book(cs.Stay.parse("2027-03-15/2027-03-18"), house.time)
    house.manager.sync(everything=True)
    before = house.manager.state("lac")
    subject = "Booking.com - Réservation annulée (1234567890, lundi 15 mars 2027)"
    house.receive(letter("noreply@booking.com", subject, results=vouched("booking.com")))
    after = house.manager.state("lac")
    assert [evolve(one, health=None) for one in after.listings] == [evolve(one, health=None) for one in before.listings]
    house.manager.sync()
    assert "20270315" in house.manager.feed("lac", "airbnb")


def test_the_same_mail_again_and_many_more(house: House) -> None:
    """A delivery that has a name counts once; a genuine mail sent over and over causes so many looks an hour."""
    house.receive(letter(), key="a")
    house.receive(letter(), key="a")
    assert house.outcomes() == ["mail of airbnb"]
    for number in range(2 * MOST_AN_HOUR):
        house.receive(letter(number=number))
        house.time += timedelta(seconds=10)
    ended = house.outcomes()
    assert ended.count("mail of airbnb") == MOST_AN_HOUR
    assert ended.count("enough: mail of airbnb") == 2 * MOST_AN_HOUR - MOST_AN_HOUR + 1
    house.time += timedelta(hours=1)
    house.receive(letter())
    assert house.outcomes()[-1] == "mail of airbnb"


def test_other_mails_of_a_platform_cause_one_look(house: House) -> None:
    """A mail of the platform's own address with an unknown subject is a reason for one look, not for four."""
    house.receive(letter(subject="Ein Betreff, den niemand kennt"))
    assert house.due() == {"lac/airbnb", "mer/airbnb"}
    house.manager.sync()
    house.time += timedelta(minutes=11)
    assert house.due() == set()


def test_taught_mails_cause_looks_at_that_owners_listings(house: House) -> None:
    """An owner's lesson is about that owner's listings alone, and can be forgotten."""
    _elsewhere(house, "greengo")
    with house.manager.ledger.transaction() as tx:
        owner = tx.owners()[0].id
        for _ in range(2):
            teach(tx, owner, ChannelName("greengo"), "bonjour@greengo.example", "nouvelle réservation", at=START)
        assert len(lessons(tx, owner)) == 1
    mail = letter("bonjour@greengo.example", "Une nouvelle réservation !", results=vouched("greengo.example"))
    house.receive(mail)
    assert house.due() == {"lac/greengo", "mer/greengo"}
    with house.manager.ledger.transaction() as tx:
        assert unteach(tx, owner, "Bonjour@greengo.example", at=START) == 1
        assert unteach(tx, owner, "Bonjour@greengo.example", at=START) == 0
    house.receive(mail)
    assert house.outcomes()[-1] == "refused: its sender is no platform"


def test_an_owners_address_is_about_that_owner(house: House) -> None:
    """What comes in by an owner's own address causes looks at nobody else's listings."""
    other = _elsewhere(house, "airbnb")
    with house.manager.ledger.reading() as tx:
        whose = tx.owners()[0].id
    house.receive(letter(), source=f"mail/{other}")
    assert house.due() == {"ailleurs/airbnb"}
    house.receive(letter(), source=f"mail/{whose}")
    assert house.due() == {"ailleurs/airbnb", "lac/airbnb", "mer/airbnb"}
    assert house.receive(letter(), source="mail/nobody") == 1
    assert house.outcomes()[-1] == "mail of airbnb"


def test_one_that_may_be_about_too_many(house: House, monkeypatch) -> None:
    """A message that could be about more listings than any owner has causes none to be looked at."""
    monkeypatch.setattr(inboxes, "MOST_LISTINGS", 1)
    house.receive(letter(body=""))
    assert house.due() == set()
    assert "too many listings" in house.outcomes()[0]


def test_poison_is_given_up(house: House, monkeypatch, caplog) -> None:
    """What cannot be handled is tried a few times, then given up with one line, and stands in nobody's way."""

    def hint(listing: ListingId, event: HealthEvent = HealthEvent.HINT) -> bool:
        raise RuntimeError(listing)

    monkeypatch.setattr(house.manager, "hint", hint)
    house.receive(letter())
    for _ in range(MOST_TRIES + 2):
        house.inbox.handle_due(house.time)
    assert house.outcomes() == ["given up: RuntimeError"]
    assert len([one for one in caplog.records if one.levelno >= logging.ERROR]) == 1


def test_a_database_that_is_busy_loses_nothing(house: House, monkeypatch) -> None:
    """A hint that could not be stored is no failure of the message: it waits, however often that happens."""

    def hint(listing: ListingId, event: HealthEvent = HealthEvent.HINT) -> bool:
        msg = "locked"
        raise LedgerError(msg)

    with monkeypatch.context() as patch:
        patch.setattr(house.manager, "hint", hint)
        house.inbox.receive("mail/", "", {}, letter(), house.time)
        for _ in range(2 * MOST_TRIES):
            with pytest.raises(LedgerError):
                house.inbox.handle_due(house.time)
    assert house.inbox.handle_due(house.time) == 1
    assert house.due() == {"lac/airbnb", "mer/airbnb"}


def test_texts_do_not_stay(house: House, tmp_path, caplog) -> None:
    """A mail's text is gone once handled, and after a day if it was not; no log repeats any of it."""
    with caplog.at_level(logging.DEBUG):
        house.receive(letter())
        house.inbox.receive("mail/", "", {"X-Secret": "x", "Webhook-Id": "1"}, letter(), house.time)
        with house.manager.ledger.reading() as tx:
            (waiting,) = tx.incoming()
        assert (waiting.headers, GUEST in waiting.body) == ({"webhook-id": "1"}, True)
        assert "Ada" not in repr(waiting)
        house.time += timedelta(hours=25)
        with house.manager.ledger.transaction() as tx:
            tx.forget_incoming(waiting_before=house.time - timedelta(hours=24), known_before=START, at=house.time)
    with house.manager.ledger.reading() as tx:
        assert tx.incoming() == ()
        assert [bytes(row.body) for row in tx._connection.exec_driver_sql("SELECT body FROM inbox")] == [b"", b""]
    assert "Ada" not in caplog.text
    assert "12345678" not in caplog.text


@pytest.fixture
def folder(tmp_path, house: House) -> Iterator[tuple[Folder, Mailbox]]:
    """A mailbox, and the server behind it."""
    with imapd(tmp_path) as (folder, context):
        inbox = Inbox(house.manager, mailbox=[GMAIL])
        yield folder, Mailbox(house.manager, inbox, Place.at(folder.url), house.now, context=context, timeout=5)


def test_mailbox(house: House, folder: tuple[Folder, Mailbox]) -> None:
    """New mails are read once; those of persons are not fetched, old ones not acted on, and nothing is changed."""
    inn, mailbox = folder
    inn.deliver(letter(), house.time - timedelta(hours=2))
    inn.deliver(letter("Host <host@example.org>", "Privat"), house.time)
    assert mailbox.turn() == 0
    assert house.due() == set()
    inn.deliver(letter(), house.time)
    inn.deliver(letter(results=None), house.time)
    assert mailbox.turn() == 2, "both may be the platform's: that one is unproven shows when it is read"
    assert house.due() == {"lac/airbnb", "mer/airbnb"}
    assert mailbox.turn() == 0
    inn.deliver(
        letter("noreply@booking.com", "Booking.com - New booking! (1)", results=vouched("booking.com")), house.time
    )
    assert mailbox.turn() == 1
    assert {one for one in house.due() if "booking" in one} == {"lac/booking", "mer/booking"}
    assert not any(one.seen for one in inn.messages)
    verbs = {one.split()[1 if one.startswith("UID") else 0] for one in inn.commands}
    assert verbs <= {"CAPABILITY", "LOGIN", "EXAMINE", "SEARCH", "FETCH", "LOGOUT"}
    whole = [one for one in inn.commands if "BODY.PEEK[]" in one]
    assert len(whole) == 3, "only the text of what may be a platform's is fetched"


def test_mailbox_numbered_anew(house: House, folder: tuple[Folder, Mailbox]) -> None:
    """A server that numbers its mails anew costs no mail of the last hour."""
    inn, mailbox = folder
    inn.deliver(letter(), house.time)
    assert mailbox.turn() == 1
    inn.validity += 1
    assert mailbox.turn() == 1
    assert mailbox.turn() == 0


def test_an_empty_mailbox(house: House, folder: tuple[Folder, Mailbox]) -> None:
    """A mailbox that has nothing in it yet is read from its first mail on."""
    inn, mailbox = folder
    assert mailbox.turn() == 0
    inn.deliver(letter(), house.time)
    assert mailbox.turn() == 1


def test_mailbox_hostile(house: House, folder: tuple[Folder, Mailbox]) -> None:
    """A mail of any size and bytes is read within limits."""
    inn, mailbox = folder
    inn.deliver(letter(body="x" * 3_000_000), house.time)
    inn.deliver(b"From: automated@airbnb.com\r\nX: " + b"\xff\0" * 200_000, house.time)
    inn.deliver(b"", house.time)
    assert mailbox.turn() == 1
    assert house.outcomes() == ["mail of airbnb"]


def test_mailbox_failures(house: House, folder: tuple[Folder, Mailbox], caplog) -> None:
    """A server that refuses, hangs, is gone or shows a wrong certificate is one clear line without the password."""
    inn, mailbox = folder
    stranger = Mailbox(house.manager, house.inbox, Place.at(inn.url), house.now, timeout=5)
    with caplog.at_level(logging.DEBUG):
        inn.refuse = True
        with pytest.raises(CredentialRejectedError, match="does not let us in") as refused:
            mailbox.turn()
        with pytest.raises(ChannelUnavailableError, match="SSLCertVerificationError"):
            stranger.turn()
        inn.refuse, inn.hang = False, True
        hanging = Mailbox(house.manager, house.inbox, Place.at(inn.url), house.now, context=mailbox._context, timeout=1)
        with pytest.raises(ChannelUnavailableError, match="cannot be read"):
            hanging.turn()
        gone = Mailbox(house.manager, house.inbox, evolve(Place.at(inn.url), port=1), house.now, timeout=1)
        with pytest.raises(ChannelUnavailableError, match="ConnectionRefusedError"):
            gone.turn()
        inn.hang = False
        inn.deliver(letter(), house.time)
        assert mailbox.turn() == 1
    assert PASSWORD not in caplog.text + str(refused.value) + repr(mailbox) + repr(Place.at(inn.url))
    assert "Ada" not in caplog.text


def test_mailbox_as_a_duty(house: House, folder: tuple[Folder, Mailbox], caplog) -> None:
    """A server that keeps refusing is asked less and less often, told once, and once more when it is back."""
    inn, mailbox = folder
    inn.refuse = True
    began = house.time
    for minute in range(120):
        house.time = began + minute * MINUTE
        assert mailbox.look() == 0
    tries = inn.commands.count("LOGIN")
    assert 8 <= tries <= 30
    told = [one.getMessage() for one in caplog.records if one.levelno >= logging.WARNING]
    assert [one for one in told if "does not let us in" in one] == told
    assert len(told) == 1
    inn.refuse = False
    inn.deliver(letter(), house.time)
    house.time += timedelta(minutes=16)
    assert mailbox.look() == 1
    assert "is read again" in caplog.text


@pytest.mark.parametrize("idle", [True, False])
def test_mailbox_watched(house: House, folder: tuple[Folder, Mailbox], idle, monkeypatch) -> None:
    """Whoever watches is told of a mail at once, also after the connection was lost; without IDLE it is asked for."""
    monkeypatch.setattr("channelsync.service.mailbox._IDLE", 60.0 if idle else 0.05)
    monkeypatch.setattr("channelsync.service.mailbox.backoff", lambda *_: timedelta(seconds=0.05))
    inn, mailbox = folder
    inn.idle = idle
    stop, acted = threading.Event(), threading.Semaphore(0)
    handle = mailbox._inbox.handle_due

    def handled(now: datetime) -> int:
        done = handle(now)
        acted.release()
        return done

    monkeypatch.setattr(mailbox._inbox, "handle_due", handled)
    watching = threading.Thread(target=mailbox.watch, args=(stop,))
    watching.start()
    try:
        for subject in ("Reservation confirmed - 1", "Reservation confirmed - 2"):
            inn.deliver(letter(subject=subject), house.time)
            assert acted.acquire(timeout=30)
            inn.hang_up()
    finally:
        stop.set()
        inn.hang_up()
        watching.join(30)
    assert not watching.is_alive()
    assert house.outcomes() == ["mail of airbnb"] * 2


@pytest.mark.parametrize(
    "url",
    ["imap://u:p@h/INBOX", "imaps://h/INBOX", "imaps://u@h", "imaps://u:p@h:port/", "http://u:p@h", "imaps://[::"],
)
def test_addresses_that_are_none(url) -> None:
    """Only an address over TLS with user and password will do; the error does not repeat it."""
    with pytest.raises(UsageError) as refused:
        Place.at(url)
    assert url not in str(refused.value)


def test_configuration(house: House) -> None:
    """The inbox and the mailbox of an installation come from its environment; what cannot work says so at the start."""
    plain = Config.from_environment({})
    assert open_inbox(house.manager, plain, house.now)[1] is None
    config = Config.from_environment({"CHANNELSYNC_IMAP_URL": "imaps://u:geheim@imap.gmail.com"})
    assert "geheim" not in repr(config)
    inbox, mailbox = open_inbox(house.manager, config, house.now)
    assert mailbox is not None
    assert inbox._trusted == {"mail": (), "imap": (GMAIL,)}
    unknown = {"CHANNELSYNC_IMAP_URL": "imaps://u:p@mail.example.org"}
    with pytest.raises(UsageError, match="vouches"):
        open_inbox(house.manager, Config.from_environment(unknown), house.now)
    named = Config.from_environment(unknown | {"CHANNELSYNC_MAIL_AUTHSERV": " MX.example.org , "})
    assert open_inbox(house.manager, named, house.now)[0]._trusted["imap"] == ("mx.example.org",)
    wrong = Config.from_environment({"CHANNELSYNC_MAIL_AUTHSERV": "x y"})
    with pytest.raises(UsageError, match="not a name"):
        open_inbox(house.manager, wrong, house.now)


def test_dovecot(house: House, tmp_path) -> None:
    """The same against a server that thousands use."""
    program = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        absent("dovecot is not installed (Debian: dovecot-imapd): the mailbox is tested against tests/imapd.py alone")
    with dovecot(program, tmp_path) as (mail, port, context):
        place = evolve(Place.at(f"imaps://hote:{WORD}@localhost/INBOX"), port=port)
        mailbox = Mailbox(house.manager, Inbox(house.manager, mailbox=[GMAIL]), place, house.now, context=context)
        house.time = datetime.now(UTC)
        house.manager.sync()
        assert mailbox.turn() == 0
        (mail / "new" / "1").write_bytes(letter())
        (mail / "new" / "2").write_bytes(letter("Host <host@example.org>", "Privat"))
        assert mailbox.turn() == 1
        assert mailbox.turn() == 0
        assert house.outcomes() == ["mail of airbnb"]
        stop = threading.Event()
        watching = threading.Thread(target=mailbox.watch, args=(stop,))
        watching.start()
        try:
            (mail / "new" / "3").write_bytes(letter(number=2))
            assert _comes(lambda: len(house.outcomes()) == 2)
        finally:
            stop.set()
            watching.join(30)
        assert not any("S" in one.name.partition(":2,")[2] for one in mail.rglob("*") if one.is_file()), "seen"


def test_command_line(house: House, tmp_path, capsys, monkeypatch) -> None:
    """Addresses are shown, renewed and ended; lessons are kept and forgotten; a mail's fate is explained."""
    base = ["--db", str(tmp_path / "gite.db"), "--json", "--lang", "en"]
    monkeypatch.setenv("CHANNELSYNC_MAIL_AUTHSERV", GMAIL)

    def command(*words: str, code: int = 0) -> Any:
        assert run([*base, *words]) == code, capsys.readouterr().err
        return json.loads(capsys.readouterr().out or "null")

    first = command("hook", "mail")["url"]
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/hooks/mail/[A-Za-z0-9_-]{32}", first)
    assert command("hook", "mail")["url"] == first
    assert command("hook", "mail", "--renew")["url"] != first
    assert command("hook", "mail", "--close") == {"channel": "mail", "for": None, "url": None}
    command("hook", "greengo", code=2)  # a platform that does not call
    lesson = {"channel": "greengo", "sender": "bonjour@greengo.example", "words": "nouvelle réservation"}
    assert command("mail", "teach", *lesson.values()) == [lesson]
    assert command("mail", "list") == [lesson]
    mail = tmp_path / "mail.eml"
    mail.write_bytes(letter("bonjour@greengo.example", "Nouvelle réservation", results=vouched("greengo.example")))
    assert command("mail", "test", str(mail)) == {"channel": "greengo", "means": "new", "refused": None}
    assert command("mail", "forget", "bonjour@greengo.example") == []
    assert "no platform" in command("mail", "test", str(mail), code=1)["refused"]
    assert {*FRENCH} == {one.name for one in Reason}, "each reason is told in French"
    command("mail", "test", str(tmp_path / "none.eml"), code=2)
    command("mail", "read", code=2)
    command("mail", "teach", "nowhere", "a@b.example", "x", code=2)
