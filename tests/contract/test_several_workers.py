"""Several workers, one without a mail server, and several owners: nothing is lost, doubled or told to others."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from attrs import evolve

from channelsync.ids import OwnerId
from channelsync.manager.desk import notice_record
from channelsync.notices import NoticeKind, of_service
from channelsync.service import addresses
from channelsync.service.delivering import Delivering
from channelsync.service.post import Post
from channelsync.service.telling import Telling
from tests.contract.test_telling import ANNE, DAY, HOUR, MINUTE, NOW, House, house

__all__ = ["house"]

BEN = "ben@example.org"


def worker(house: House, *ways: str) -> Post:
    """A worker of this house that has these ways alone."""
    mine = {name: house.ways[name] for name in ways}
    return Post(
        Telling(house.ledger, house.vault, tuple(mine), house.now),
        Delivering(house.ledger, house.vault, mine, house.now),
    )


def outcomes(house: House) -> dict[str, str]:
    """What came of each delivery so far, by its way."""
    with house.ledger.reading() as tx:
        return {one.transport: one.outcome for one in tx.deliveries(house.anne.id)}


# --- a worker without a mail server -----------------------------------------------------------------------------------
@pytest.mark.parametrize("kind", [NoticeKind.RESERVATION, NoticeKind.CONFLICT_CURRENT])
def test_a_worker_without_the_way_decides_first(house, caplog, kind) -> None:
    """What a worker without a mail server decides first is sent by the one that has it, and the first one says so."""
    house.wish(mail=ANNE)
    house.happens(kind)
    with caplog.at_level(logging.WARNING):
        assert worker(house, "push", "apprise").sweep() == 0
    assert "waits for a worker that has the way mail" in caplog.text
    assert house.sweep(MINUTE) == {"mail": [kind.value]}
    assert not house.sweep(HOUR)


@pytest.mark.parametrize("kind", [NoticeKind.RESERVATION, NoticeKind.CONFLICT_CURRENT])
def test_a_worker_without_the_way_comes_by(house, kind) -> None:
    """What waits for a mail server is neither taken up nor ended by a worker that has none."""
    house.wish(mail=ANNE)
    house.happens(kind)
    house.post().telling.sweep()
    for _ in range(3):
        worker(house, "push").sweep()
        house.at += HOUR
    with house.ledger.reading() as tx:
        (one,) = tx.deliveries(house.anne.id)
    assert (one.attempts, one.lease_until, one.done_at, one.outcome) == (0, None, None, "")
    assert house.sweep() == {"mail": [kind.value]}


def test_what_nobody_sends_takes_the_next_way(house) -> None:
    """What no worker has sent half an hour after it was due, the next way tells as well, once."""
    house.wish(mail=ANNE)
    house.device()
    house.happens()
    house.post().telling.sweep()
    mailing = worker(house, "mail")
    house.at += 29 * MINUTE
    assert mailing.sweep() == 0
    house.at += MINUTE
    assert mailing.sweep() == 1
    assert house.told() == {"mail": ["reservation"]}
    house.at += DAY
    assert mailing.sweep() == 0


def test_what_was_seen_needs_no_other_way(house) -> None:
    """What the owner has seen on the screen meanwhile is not told by a further way."""
    house.wish(mail=ANNE)
    house.device()
    notice = house.happens()
    house.post().telling.sweep()
    with house.ledger.transaction() as tx:
        tx.mark_seen([notice.key], at=house.at)
    house.at += HOUR
    assert worker(house, "mail").sweep() == 0


def test_what_nobody_can_send_is_said(house, caplog) -> None:
    """What no worker could send in three days ends, with an error in the log and its reason in the ledger."""
    house.wish(mail=ANNE)
    house.happens()
    lame = worker(house, "push")
    lame.sweep()
    house.at += 3 * DAY - MINUTE
    lame.sweep()
    assert outcomes(house) == {"mail": ""}
    house.at += 2 * MINUTE
    with caplog.at_level(logging.ERROR):
        lame.sweep()
    assert outcomes(house) == {"mail": "no worker has the way mail"}
    assert "was never sent: no worker has the way mail" in caplog.text
    assert not house.sweep()


def test_many_of_anothers_keep_none_of_ours_waiting(house) -> None:
    """However much waits for another worker, this one sends what it can at once."""
    house.wish(mail=ANNE, by={"reservation": ("mail",)})
    for number in range(120):
        house.happens(number=number)
    house.post().telling.sweep()
    house.device()
    house.happens(NoticeKind.RELEASED)
    worker(house, "push").sweep()
    assert house.told() == {"push": ["released"]}


# --- at the same time -------------------------------------------------------------------------------------------------
def test_two_workers_at_one_time(house) -> None:
    """Two workers that sweep at the same time, while the mail server is slow, send each mail once."""
    house.wish(mail=ANNE)
    house.wish(house.ben, mail=BEN)
    notices = [house.happens(number=number) for number in range(6)]
    both, first = threading.Barrier(2), threading.local()

    def slow() -> None:
        if not hasattr(first, "over"):  # each worker is in the middle of a mail before either goes on
            first.over = True
            both.wait(30)

    house.ways["mail"].before = slow
    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(lambda _: house.post().sweep(), range(2)))
    keys = [message.key for message, _ in house.ways["mail"].taken]
    assert sorted(keys) == sorted(f"{one.key}:{house.anne.id}:mail" for one in notices)
    assert sum(taken) == len(notices)
    assert min(taken) >= 1
    house.told()
    assert not house.sweep(HOUR)


# --- two owners -------------------------------------------------------------------------------------------------------
def test_nobody_hears_of_anothers(house) -> None:
    """By no way, in no digest and on no device does one owner hear of what is another's."""
    everything = {"by": {kind.value: ("push", "mail", "apprise") for kind in NoticeKind}, "daily": True, "weekly": True}
    house.at = NOW - 10 * DAY
    for number, (owner, mail) in enumerate(((house.anne, ANNE), (house.ben, BEN))):
        house.wish(owner, mail=mail, **everything)
        house.device(number, owner)
        with house.ledger.transaction() as tx:
            url = f"json://example.org/{owner.name}"
            addresses.set_apprise(tx, house.vault, owner.id, url, actor="owner", at=house.at)
    house.at = NOW.replace(day=7)
    for kind in NoticeKind:
        house.happens(kind)
    with house.ledger.transaction() as tx:
        for kind in (NoticeKind.NO_DEVICE, NoticeKind.MAIL_REFUSED):
            tx.add_notice(notice_record(of_service(kind, house.at, 1, owner=house.anne.id)))
        tx.add_notice(notice_record(of_service(NoticeKind.BACKUP_FAILED, house.at, 1)))
    for _ in range(4):
        house.post().sweep()
        house.at += 12 * HOUR
    for way, hers in (("push", "https://push.example/0"), ("mail", ANNE), ("apprise", "json://example.org/Anne")):
        told = [(message, address) for message, address in house.ways[way].taken if hers not in address]
        assert len(house.ways[way].taken) - len(told) >= len(NoticeKind)
        assert [message.key.split(":")[:2] for message, _ in told] == ([["digest", "weekly"]] if way == "mail" else [])
        for message, _ in told:
            assert "Rien à signaler" in message.text
            assert "Lac" not in f"{message.title} {message.text} {message.html}"


def test_an_owner_who_is_gone(house) -> None:
    """What concerns an owner who is not there any more is told to nobody else."""
    house.wish(mail=ANNE)
    gone = evolve(of_service(NoticeKind.NO_DEVICE, NOW, 1), owner=OwnerId("nobody"))
    with house.ledger.transaction() as tx:
        tx.add_notice(notice_record(gone))
    assert not house.sweep()


# --- the nights on which the clock is changed -------------------------------------------------------------------------
@pytest.mark.parametrize(
    "evening, morning",
    [("2027-03-27T22:30", "2027-03-28T05:00"), ("2027-10-30T21:30", "2027-10-31T06:00")],
)
def test_the_morning_after_the_clock_was_changed(house, evening, morning) -> None:
    """What is loud at half past eleven at night is told at seven by the owner's clock, however long that night is."""
    house.wish(mail=ANNE, quiet_from=22, quiet_until=7)
    house.at = NOW.fromisoformat(f"{evening}+00:00")
    house.happens()
    assert not house.sweep()
    end = NOW.fromisoformat(f"{morning}+00:00")
    assert not house.sweep(end - MINUTE - house.at)
    assert house.sweep(MINUTE) == {"mail": ["reservation"]}


@pytest.mark.parametrize("day", ["2027-03-27", "2027-10-30"])
def test_the_digest_comes_once_a_day_over_the_change(house, day) -> None:
    """When the clock is changed the digest comes at eight by the owner's clock, once a day; nothing is left out."""
    house.at = NOW.fromisoformat(f"{day}T00:00+00:00")
    house.wish(mail=ANNE, daily=True)
    for hour in range(72):
        house.happens(NoticeKind.PROVEN, hour)
        house.sweep(HOUR)
    summer, winter = ("06", "07")
    first, later = (winter, summer) if day.startswith("2027-03") else (summer, winter)
    with house.ledger.reading() as tx:
        made = sorted((one for one in tx.deliveries(house.anne.id)), key=lambda one: one.at)
    assert [one.at.strftime("%H") for one in made] == [first, later, later]
    periods = [(str(one.what["start"]), str(one.what["end"])) for one in made]
    assert [end for _, end in periods[:-1]] == [start for start, _ in periods[1:]]
