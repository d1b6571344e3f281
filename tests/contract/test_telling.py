"""Who is told, by which way, when, and how often: on both databases, with ways that note what they are handed."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import define, evolve, field

from channelsync.errors import DeliveryError, Retry
from channelsync.ids import UnitId
from channelsync.inventory import Owner
from channelsync.ledger import ConflictRecord, Delivery, Ledger, NoticeRecord, Subscriber, open_ledger
from channelsync.manager.desk import notice_record
from channelsync.nights import Nights, Stay
from channelsync.notices import Details, Notice, NoticeKind, of_service
from channelsync.notify.push import new_vapid_key, public_key
from channelsync.ports import Message
from channelsync.service import addresses
from channelsync.service.delivering import Delivering, wait
from channelsync.service.post import Post
from channelsync.service.preferences import Preferences
from channelsync.service.telling import Telling
from channelsync.vault import Vault, open_vault

NOW = datetime(2027, 3, 3, 12, tzinfo=UTC)  # a Wednesday, one o'clock in Paris
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MARCH = Nights.of(Stay.parse("2027-03-15/2027-03-18"))
ANNE = "anne@example.org"
POINT = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"


@define
class Pigeon:
    """A way of reaching people that keeps what it is handed, and fails as told."""

    name: str
    taken: list[tuple[Message, str]] = field(factory=list)
    fault: Exception | None = None
    before: Callable[[], None] | None = None

    def send(self, message: Message, address: str) -> None:
        """Keep the message."""
        if self.before is not None:
            self.before()
        if self.fault is not None:
            raise self.fault
        self.taken.append((message, address))


@define
class House:
    """An installation with two owners, three ways of reaching them, and a clock."""

    ledger: Ledger
    vault: Vault
    anne: Owner
    ben: Owner
    unit: UnitId
    at: datetime = NOW
    ways: dict[str, Pigeon] = field(factory=lambda: {name: Pigeon(name) for name in ("push", "mail", "apprise")})

    def now(self) -> datetime:
        """The clock."""
        return self.at

    def post(self) -> Post:
        """The post of this house."""
        telling = Telling(self.ledger, self.vault, tuple(self.ways), self.now)
        names = {"booking": "Booking.com"}
        return Post(telling, Delivering(self.ledger, self.vault, self.ways, self.now, names, "https://gite.example/"))

    def wish(self, owner: Owner | None = None, **wishes: Any) -> None:
        """Set an owner's wishes; without quiet hours and digests unless the test is about them."""
        plain = {"quiet_from": 0, "quiet_until": 0, "daily": False, "weekly": False}
        with self.ledger.transaction() as tx:
            addresses.set_preferences(tx, owner or self.anne, Preferences(**plain | wishes), actor="owner", at=self.at)

    def device(self, number: int = 1, owner: Owner | None = None) -> str:
        """Let an owner's telephone ask for push messages."""
        there = {"endpoint": f"https://push.example/{number}", "keys": {"p256dh": POINT, "auth": "A" * 22}}
        with self.ledger.transaction() as tx:
            return addresses.subscribe(
                tx, self.vault, (owner or self.anne).id, json.dumps(there), at=self.at, hosts=["push.example"]
            )

    def happens(self, kind: NoticeKind = NoticeKind.RESERVATION, number: object = 1, **changes: Any) -> Notice:
        """Let something happen that is to be told."""
        data = Details("Gîte du Lac", "Europe/Paris", "booking", MARCH, since=self.at)
        made = Notice(f"{kind.value}:{self.unit}::{number}", kind, self.at, self.unit, None, data)
        made = evolve(made, **changes)
        with self.ledger.transaction() as tx:
            tx.add_notice(notice_record(made))
        return made

    def told(self) -> dict[str, list[str]]:
        """What each way has taken, by the first word of the key; and forget it."""
        found = {name: [one.key.split(":")[0] for one, _ in way.taken] for name, way in self.ways.items() if way.taken}
        for way in self.ways.values():
            way.taken.clear()
        return found

    def sweep(self, later: timedelta = timedelta()) -> dict[str, list[str]]:
        """Let time pass, sweep, and return what was taken."""
        self.at += later
        self.post().sweep()
        return self.told()


@pytest.fixture
def house(database: str, tmp_path: Path) -> Iterator[House]:
    """A house in which nobody has said yet how they want to be told."""
    with open_ledger(database, now=NOW) as ledger:
        with ledger.transaction() as tx:
            anne, ben = tx.add_owner("Anne", at=NOW), tx.add_owner("Ben", language="en", at=NOW)
            unit = tx.add_unit(anne.id, "Gîte du Lac", at=NOW)
            tx.add_unit(ben.id, "Mill", timezone="America/New_York", at=NOW)
        yield House(ledger, open_vault(str(tmp_path / "keys.db"), secrets_exist=False), anne, ben, unit.id)


# --- who, and by which way --------------------------------------------------------------------------------------------
def test_a_loud_notice_takes_one_way_once(house) -> None:
    """What is loud goes to its owner alone, by the first way they have, once; what is quiet goes nowhere."""
    house.wish(mail=ANNE)
    house.wish(house.ben, mail="ben@example.org")
    house.device()
    house.happens()
    house.happens(NoticeKind.PROVEN)
    assert house.sweep() == {"push": ["reservation"]}
    assert not house.sweep()
    assert not house.sweep(HOUR)


def test_without_a_device_the_mail_takes_it(house) -> None:
    """An owner without a device is told by e-mail, in their language, with a page to read."""
    house.wish(mail=ANNE, language="en")
    notice = house.happens()
    house.post().sweep()
    ((message, address),) = house.ways["mail"].taken
    assert address == ANNE
    assert message.key == f"{notice.key}:{house.anne.id}:mail"
    assert message.title == "New reservation on Booking.com – Gîte du Lac"
    assert "15 to 18 March 2027" in message.text
    assert message.html.startswith("<!doctype html>")
    assert (message.at, message.urgent, message.link) == (NOW, False, "https://gite.example/")


def test_who_has_said_nothing_gets_no_mail(house) -> None:
    """Without an address nothing is sent and nothing is kept waiting; a later address brings no old news."""
    house.happens()
    assert not house.sweep()
    house.wish(mail=ANNE)
    assert not house.sweep(MINUTE)


def test_a_critical_notice_goes_by_mail_too(house) -> None:
    """A double booking goes to the device and by e-mail at once, urgent, in the middle of the night as well."""
    house.wish(mail=ANNE, quiet_from=22, quiet_until=7)
    house.device()
    house.at = NOW.replace(hour=2)
    house.happens(NoticeKind.CONFLICT_CURRENT)
    house.happens()
    house.post().sweep()
    assert all(message.urgent for way in house.ways.values() for message, _ in way.taken)
    assert house.told() == {"push": ["conflict_current"], "mail": ["conflict_current"]}
    house.at = NOW.replace(hour=5, minute=59)  # Paris is an hour ahead
    assert not house.sweep()
    assert house.sweep(MINUTE) == {"push": ["reservation"]}


def test_the_log_names_what_is_critical(house, caplog) -> None:
    """Once for each critical notice, told to somebody or not, the log has a line that an alarm can wait for."""
    house.happens(NoticeKind.EXPOSED)
    house.happens()
    with caplog.at_level(logging.WARNING, "channelsync.notices"):
        house.sweep()
        house.sweep(MINUTE)
    assert [one.getMessage() for one in caplog.records] == ["critical notice: exposed"]


def test_wishes_for_single_kinds(house) -> None:
    """A kind goes by the ways that were wished for it; e-mail is never taken away from a critical one."""
    by = {"reservation": ("mail", "apprise"), "proven": ("mail",), "released": (), "exposed": ("apprise",)}
    house.wish(mail=ANNE, by=by)
    with house.ledger.transaction() as tx:
        addresses.set_apprise(tx, house.vault, house.anne.id, "json://example.org", actor="owner", at=NOW)
    house.device()
    for kind in (NoticeKind.RESERVATION, NoticeKind.PROVEN, NoticeKind.RELEASED, NoticeKind.EXPOSED):
        house.happens(kind)
    assert house.sweep() == {"mail": ["reservation", "proven", "exposed"], "apprise": ["reservation", "exposed"]}


def test_the_installation_concerns_who_set_it_up(house) -> None:
    """A failed backup is told to the first owner; what concerns one owner, to that owner."""
    house.wish(mail=ANNE)
    house.wish(house.ben, mail="ben@example.org")
    for fact in (
        of_service(NoticeKind.BACKUP_FAILED, NOW, "monday", since=NOW - DAY),
        of_service(NoticeKind.TO_CLARIFY, NOW, 1, owner=house.ben.id),
    ):
        with house.ledger.transaction() as tx:
            tx.add_notice(notice_record(fact))
    house.post().sweep()
    assert {(message.title, address) for message, address in house.ways["mail"].taken} == {
        ("La sauvegarde a échoué", ANNE),
        ("À clarifier", "ben@example.org"),
    }


def test_old_news_is_not_sent(house) -> None:
    """What is a day old when the first worker ever looks is not sent; what is critical is, for a week."""
    house.wish(mail=ANNE)
    for kind in (NoticeKind.RESERVATION, NoticeKind.DISCONNECTED):
        house.happens(kind)
    house.at += 2 * DAY
    assert house.sweep() == {"mail": ["disconnected"]}
    house.happens(NoticeKind.EXPOSED)
    assert not house.sweep(8 * DAY)


def test_what_a_newer_program_wrote_stops_nothing(house, caplog) -> None:
    """A notice of an unknown kind, and wishes that cannot be read, keep no other message back."""
    house.wish(mail=ANNE)
    house.happens()
    with house.ledger.transaction() as tx:
        tx.add_notice(NoticeRecord("k", NOW, "from_the_future", house.unit, {"details": {}}))
        tx.set_preferences(house.ben.id, {"v": 99}, at=NOW)
        tx.add_notice(notice_record(of_service(NoticeKind.TO_CLARIFY, NOW, 1, owner=house.ben.id)))
    assert house.sweep() == {"mail": ["reservation"]}
    assert "newer channelsync" in caplog.text
    assert not house.sweep()


# --- escalation -------------------------------------------------------------------------------------------------------
def three_ways(house: House) -> None:
    """Give the owner everything."""
    house.wish(mail=ANNE)
    house.device()
    with house.ledger.transaction() as tx:
        addresses.set_apprise(tx, house.vault, house.anne.id, "json://example.org", actor="owner", at=NOW)


def test_unseen_for_half_an_hour(house) -> None:
    """What is critical and unseen after half an hour takes the next way, and each way once."""
    three_ways(house)
    house.happens(NoticeKind.EXPOSED)
    house.happens()
    assert house.sweep() == {"push": ["exposed", "reservation"], "mail": ["exposed"]}
    assert not house.sweep(29 * MINUTE)
    assert house.sweep(MINUTE) == {"apprise": ["exposed"]}
    assert not house.sweep(DAY)


def test_seen_is_enough(house) -> None:
    """Once the owner has seen it, no further way is taken."""
    three_ways(house)
    notice = house.happens(NoticeKind.EXPOSED)
    house.sweep()
    with house.ledger.transaction() as tx:
        tx.mark_seen([notice.key], at=house.at)
    assert not house.sweep(HOUR)


def test_over_is_enough(house) -> None:
    """A fact that no longer holds after half an hour alarms nobody any more."""
    three_ways(house)
    with house.ledger.transaction() as tx:
        tx.save_conflicts(house.unit, [ConflictRecord("c", "certain", MARCH, ())], NOW)
    for kind in (NoticeKind.EXPOSED, NoticeKind.DISCONNECTED, NoticeKind.CONFLICT_CURRENT):
        house.happens(kind)
    house.sweep()
    house.happens(NoticeKind.PROVEN)
    house.happens(NoticeKind.RECONNECTED)
    assert house.sweep(HOUR) == {"push": ["reconnected"], "apprise": ["conflict_current"]}
    house.happens(NoticeKind.CONFLICT_CURRENT, 2)
    house.sweep()
    with house.ledger.transaction() as tx:
        tx.save_conflicts(house.unit, [], house.at)
    assert not house.sweep(HOUR)


@pytest.mark.parametrize("over", [True, False])
def test_over_is_enough_for_the_installation(house, over: bool) -> None:
    """What concerns no lodging takes the next way while it lasts, and none once it is over."""
    three_ways(house)
    with house.ledger.transaction() as tx:
        tx.add_notice(notice_record(of_service(NoticeKind.NOT_LAID, house.at, 1, since=NOW)))
    assert house.sweep() == {"push": ["not_laid"], "mail": ["not_laid"]}
    if over:
        with house.ledger.transaction() as tx:
            tx.add_notice(notice_record(of_service(NoticeKind.LAID_AGAIN, house.at, 1, since=NOW)))
    told = house.sweep(HOUR)
    assert told == ({"push": ["laid_again"]} if over else {"apprise": ["not_laid"]})


def test_a_way_that_is_set_up_later(house) -> None:
    """What found no way at all takes the first that is set up, while it lasts."""
    house.happens(NoticeKind.KEPT_CLOSED)
    assert not house.sweep()
    house.wish(mail=ANNE)
    assert house.sweep(HOUR) == {"mail": ["kept_closed"]}


# --- when sending fails -----------------------------------------------------------------------------------------------
def test_a_mail_that_is_put_off(house) -> None:
    """What passes is tried again after waits that grow, for three days; then it is given up."""
    house.wish(mail=ANNE)
    house.ways["mail"].fault = DeliveryError("put off (451)")
    house.happens()
    house.sweep()
    waits = []
    while True:
        with house.ledger.reading() as tx:
            due = tx.next_delivery()
        if due is None:
            break
        waits.append(due - house.at)
        house.at = due
        house.sweep()
    assert waits == sorted(waits)
    assert (waits[0], waits[1], waits[-1]) == (MINUTE, 2 * MINUTE, DAY)
    assert 3 * DAY < house.at - NOW < 5 * DAY
    with house.ledger.reading() as tx:
        (one,) = tx.deliveries(house.anne.id)
    assert (one.outcome, one.attempts) == ("out of date", len(waits))
    assert wait(1000) == DAY


def test_after_a_failure_it_arrives_once(house) -> None:
    """A mail that was put off arrives when the server takes it, not before it asked to be asked, and once."""
    house.wish(mail=ANNE)
    house.happens()
    house.ways["mail"].fault = DeliveryError("busy (429)", retry_after=HOUR)
    assert not house.sweep()
    house.ways["mail"].fault = None
    assert not house.sweep(59 * MINUTE)
    assert house.sweep(MINUTE) == {"mail": ["reservation"]}
    assert not house.sweep(DAY)


def test_a_refusal_hands_on_at_once(house) -> None:
    """What one way refuses for good, the next one tells in the same sweep."""
    three_ways(house)
    house.ways["push"].fault = DeliveryError("too large (413)", retry=Retry.NEVER)
    house.happens()
    assert house.sweep() == {"mail": ["reservation"]}


def test_an_address_that_does_not_exist(house) -> None:
    """An address that does not exist is told by another way, once a day, and is not written to again for that."""
    house.wish(mail=ANNE, by={"reservation": ("mail",)})
    house.device()
    house.ways["mail"].fault = DeliveryError("no such user (550)", gone=True)
    house.happens()
    house.happens(number=2)
    house.post().sweep()
    assert sorted(house.told()["push"]) == ["mail_refused", "reservation", "reservation"]


def test_a_device_that_is_gone(house) -> None:
    """A device whose subscription is over is forgotten, and when none is left the owner is told by e-mail, once."""
    house.wish(mail=ANNE)
    house.device(1)
    house.device(2)
    house.ways["push"].fault = DeliveryError("over (410)", gone=True)
    house.happens()
    assert house.sweep() == {"mail": ["reservation", "no_device"]}
    with house.ledger.reading() as tx:
        assert not tx.subscribers()
        assert not [one for one in tx.secrets() if one.kind == "push"]
    house.happens(number=2)
    assert house.sweep() == {"mail": ["reservation"]}


def test_one_device_of_two(house) -> None:
    """While one device takes it, it is told, and the one that is gone is forgotten without a word."""
    house.wish(mail=ANNE)
    gone, kept = house.device(1), house.device(2)

    class Half(Pigeon):
        def send(self, message: Message, address: str) -> None:
            self.fault = DeliveryError("over (410)", gone=True) if "/1" in address else None
            Pigeon.send(self, message, address)

    house.ways["push"] = Half("push")
    house.happens()
    assert house.sweep() == {"push": ["reservation"]}
    with house.ledger.reading() as tx:
        assert [(one.id, one.failures, one.last_ok) for one in tx.subscribers()] == [(kept, 0, NOW)]
        assert tx.secret("push", gone) is None


def test_a_device_that_stops_working(house) -> None:
    """After five misses a device counts as not working: the mail takes over, the device is still tried, and heals."""
    house.wish(mail=ANNE)
    house.device()
    house.ways["push"].fault = DeliveryError("refused (403)", retry=Retry.NEVER)
    for number in range(5):
        house.happens(number=number)
        house.sweep()
    house.happens(number=5)
    assert house.sweep()["mail"] == ["reservation"]
    with house.ledger.reading() as tx:
        assert [one.key.split(":")[0] for one in tx.notices() if one.kind == "no_device"] == ["no_device"]
    house.ways["push"].fault = None
    house.happens(number=6)
    assert house.sweep() == {"push": ["reservation"], "mail": ["reservation"]}
    house.happens(number=7)
    assert house.sweep() == {"push": ["reservation"]}


def test_a_fault_in_a_way_stops_no_other(house, caplog) -> None:
    """Whatever a way raises, the others send, and no secret gets into the log."""
    three_ways(house)
    house.ways["push"].fault = RuntimeError(f"cannot write to {ANNE} https://push.example/1")
    house.happens(NoticeKind.EXPOSED)
    with caplog.at_level(logging.DEBUG):
        assert house.sweep() == {"mail": ["exposed"]}
    with house.ledger.reading() as tx:
        told = f"{caplog.text} {[one.outcome for one in tx.deliveries()]} {tx.audit_lines()}"
    for secret in (ANNE, "push.example", POINT, "json://example.org"):
        assert secret not in told


# --- leases -----------------------------------------------------------------------------------------------------------
def test_two_workers_never_send_twice(house) -> None:
    """While one worker sends, another that comes by finds nothing to do."""
    house.wish(mail=ANNE)
    house.happens()
    others: list[int] = []

    def another() -> None:
        thread = threading.Thread(target=lambda: others.append(house.post().sweep()))
        thread.start()
        thread.join()

    house.ways["mail"].before = another
    assert house.sweep() == {"mail": ["reservation"]}
    assert others == [0]


def test_two_workers_derive_once(house) -> None:
    """The same delivery, derived by two workers, is one."""
    one = Delivery("k", house.anne.id, "mail", {"notice": "n"}, NOW, NOW)
    with house.ledger.transaction() as tx:
        assert tx.add_delivery(one)
        assert not tx.add_delivery(one)
        assert tx.deliveries(house.anne.id, prefix="k") == (one,)
        assert not tx.deliveries(house.ben.id)
        assert not tx.deliveries(prefix="%")


def test_a_worker_that_died_while_sending(house) -> None:
    """A worker that is killed between sending and marking leaves a lease that ends: sent again, with the same key."""
    house.wish(mail=ANNE)
    house.happens()

    class Killed(BaseException):
        pass

    def die() -> None:
        house.ways["mail"].taken.append((Message("dead", "", "", NOW), ""))
        raise Killed

    house.ways["mail"].before = die
    with pytest.raises(Killed):
        house.sweep()
    house.ways["mail"].before = None
    house.told()
    assert not house.sweep(9 * MINUTE)
    assert house.sweep(MINUTE) == {"mail": ["reservation"]}


def test_a_clock_that_is_set_back(house) -> None:
    """A lease taken before the clock was set back two hours is void: nothing waits for it."""
    house.wish(mail=ANNE)
    house.happens()
    house.post().telling.sweep()
    with house.ledger.transaction() as tx:
        (due,) = tx.due_deliveries(NOW)
        assert tx.lease_delivery(due.key, now=NOW + 2 * HOUR, until=NOW + 3 * HOUR)
        assert tx.due_deliveries(NOW) == (evolve(due, attempts=1, lease_until=NOW + 2 * HOUR + 10 * MINUTE),)
        assert tx.lease_delivery(due.key, now=NOW, until=NOW + MINUTE)
        assert not tx.lease_delivery(due.key, now=NOW, until=NOW + MINUTE)


# --- digests ----------------------------------------------------------------------------------------------------------
def test_the_daily_digest(house) -> None:
    """At the owner's hour everything of the day before comes in one mail, once, also after a restart."""
    house.wish(mail=ANNE, daily=True, by={"reservation": ()})
    house.happens()
    house.happens(NoticeKind.PROVEN)
    assert not house.sweep(NOW.replace(day=4, hour=6, minute=59) - NOW)
    assert house.sweep(MINUTE) == {"mail": ["digest"]}
    assert not house.sweep(HOUR)
    assert not house.sweep(DAY)  # nothing happened: no daily digest


def test_a_digest_is_late_rather_than_lost(house) -> None:
    """A worker that was down at the hour sends it later that day; one that was down all day has it in the next."""
    house.wish(mail=ANNE, daily=True)
    house.at = NOW.replace(day=3, hour=13)
    house.happens(NoticeKind.PROVEN, 1)
    house.at = NOW.replace(day=4, hour=21)
    assert house.sweep() == {"mail": ["digest"]}
    house.happens(NoticeKind.PROVEN, 2)
    house.at = NOW.replace(day=7, hour=8)  # the 5th and the 6th had none
    house.post().sweep()
    ((message, _),) = house.ways["mail"].taken
    assert message.text.count("15 au 18 mars") == 1
    assert "du 4 au 7 mars" in message.text


def test_the_weekly_digest(house) -> None:
    """On Monday the week comes, and says so when all was quiet; what is another owner's is not in it."""
    house.wish(mail=ANNE, weekly=True)
    house.wish(house.ben, mail="ben@example.org", weekly=True, language="en", timezone="America/New_York")
    house.happens(NoticeKind.PROVEN)
    house.at = NOW.replace(day=8, hour=12, minute=59)
    house.post().sweep()
    assert [address for _, address in house.ways["mail"].taken] == [ANNE]
    house.at += MINUTE  # eight o'clock in New York
    house.post().sweep()
    (hers, _), (his, address) = house.ways["mail"].taken
    assert "Lu par Booking.com" in hers.text
    assert "Lu par Booking.com" in hers.html
    assert address == "ben@example.org"
    assert "Nothing to report" in his.text
    assert "Lac" not in his.text + his.html


def test_changed_wishes_bring_no_old_digest(house) -> None:
    """Who asks for digests in the afternoon gets the first one the next morning."""
    house.happens(NoticeKind.PROVEN)
    house.wish(mail=ANNE, daily=True)
    assert not house.sweep(MINUTE)
    assert house.sweep(20 * HOUR) == {"mail": ["digest"]}


def test_what_ended_long_ago_is_forgotten(house) -> None:
    """Deliveries are kept for three months."""
    house.wish(mail=ANNE, weekly=True)
    house.happens()
    house.sweep()
    for _ in range(16):
        house.sweep(timedelta(weeks=1))
    with house.ledger.reading() as tx:
        kept = tx.deliveries(house.anne.id)
    assert min(one.at for one in kept) > house.at - 98 * DAY


# --- what is kept -----------------------------------------------------------------------------------------------------
def test_wishes_are_kept_and_audited_without_values(house) -> None:
    """What an owner wishes is read back as it was; the audit trail has what changed, and not to what."""
    with house.ledger.reading() as tx:
        assert addresses.preferences_of(tx, house.ben) == (
            Preferences(language="en", timezone="America/New_York"),
            None,
        )
    house.wish(house.ben, mail=ANNE, quiet_from=23, by={"released": ("mail",)})
    with house.ledger.reading() as tx:
        wishes, since = addresses.preferences_of(tx, house.ben)
        line = tx.audit_lines()[-1]
    assert (wishes.mail, wishes.quiet_from, wishes.by, since) == (ANNE, 23, {"released": ("mail",)}, NOW)
    assert line.what == "preferences"
    assert ANNE not in repr(line)
    assert ANNE not in repr(wishes)


def test_one_device_asks_twice(house) -> None:
    """A browser that asks again is renewed, not doubled; where it is reached is sealed."""
    first, second = house.device(1), house.device(1)
    assert first != second
    with house.ledger.transaction() as tx:
        assert [one.id for one in tx.subscribers(house.anne.id)] == [second]
        assert not tx.subscribers(house.ben.id)
        assert b"push.example" not in tx.secret("push", second)
        assert addresses.drop_device(tx, second, actor="owner", at=NOW)
        assert not addresses.drop_device(tx, second, actor="owner", at=NOW)
    with house.ledger.transaction() as tx:
        for number in range(20):
            tx.add_subscriber(Subscriber(str(number), house.anne.id, "", NOW))
    with pytest.raises(ValueError, match="20 devices"):
        house.device(3)


def test_the_key_of_push_messages_is_made_once(house) -> None:
    """Every subscription is bound to one key: it is made once, sealed, and the same for whoever asks."""
    key = addresses.vapid_key(house.ledger, house.vault, NOW)
    assert addresses.vapid_key(house.ledger, house.vault, NOW) == key
    assert addresses.vapid_public_key(house.ledger, house.vault, NOW) == public_key(key) != public_key(new_vapid_key())
    with house.ledger.reading() as tx:
        assert key.encode() not in tx.secret("vapid", "installation")


def test_apprise_is_a_secret(house) -> None:
    """The address of a service is sealed, can be taken back, and must look like one."""
    with house.ledger.transaction() as tx:
        addresses.set_apprise(tx, house.vault, house.anne.id, "json://s3cret", actor="cli", at=NOW)
        assert b"s3cret" not in tx.secret("apprise", house.anne.id)
        addresses.set_apprise(tx, house.vault, house.anne.id, "", actor="cli", at=NOW)
        assert tx.secret("apprise", house.anne.id) is None
        with pytest.raises(ValueError, match="service"):
            addresses.set_apprise(tx, house.vault, house.anne.id, "s3cret", actor="cli", at=NOW)
        assert "s3cret" not in repr(tx.audit_lines())
