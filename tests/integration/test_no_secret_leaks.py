"""No secret anywhere: a whole life with marked secrets, and a search through everything that came of it.

Every secret holds the word "hush": links, tokens, keys of accounts, passwords of servers. The master keys and the
addresses of our own calendars are searched for as they are. What is searched: all output, all logs at their loudest,
notices, the audit trail, the history, how every value in memory prints, and every byte of the database.
"""

from __future__ import annotations

import gc
import io
import logging
import sqlite3
import sys
import traceback
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from attrs import define, field

import channelsync as cs
from channelsync.adapter import FeedSource, SecretUrl
from channelsync.cli.options import moment
from channelsync.coherence import ProposedLink
from channelsync.config import Config
from channelsync.engine.address import AddressPolicy
from channelsync.engine.drive import Driver
from channelsync.errors import ChannelSyncError
from channelsync.ids import ChannelName
from channelsync.manager import Manager
from channelsync.manager.credentials import Credentials
from channelsync.ports import NewKey
from channelsync.vault import new_key
from channelsync.wording import text
from channelsync_worker.__main__ import main as worker
from tests.contract import platform_api
from tests.contract.command import Answer, Feeds, airbnb, booking, greengo, run, served
from tests.contract.conftest import database, postgres  # noqa: F401 - fixtures

SECRET = "hush"
NOW = "2027-01-10T09:00:00Z"
UNIT = "gite-du-lac"


class Records(logging.Handler):
    """Keeps what every logger says, as it would be written."""

    def __init__(self) -> None:
        super().__init__(0)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s %(args)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line, with its traceback."""
        self.lines.append(self.format(record))


def loud() -> None:
    """Turn every logger that there is to its loudest."""
    logging.getLogger().setLevel(1)
    for logger in logging.root.manager.loggerDict.values():
        if isinstance(logger, logging.Logger):
            logger.setLevel(1)


@pytest.fixture
def records() -> Iterator[Records]:
    """All logs, at their loudest; afterwards the loggers are as they were."""
    root, kept = logging.getLogger(), Records()
    every = [one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    before = [(one, one.level) for one in (root, *every)]
    root.addHandler(kept)
    loud()
    try:
        yield kept
    finally:
        root.removeHandler(kept)
        for logger, level in before:
            logger.setLevel(level)


@define
class Life:
    """What was said and written in a life, piece by piece, each with where it came from."""

    database: str
    feeds: Feeds
    keys: list[str]
    patch: pytest.MonkeyPatch
    said: list[tuple[str, str]] = field(factory=list)
    now: str = NOW

    def __call__(self, *arguments: object) -> Answer:
        """Run a command in both forms, once with the traceback of its error shown; keep what it said."""
        answers = [
            run("--db", self.database, "--now", self.now, "--allow-private-addresses", *arguments, *more)
            for more in (("--debug", "--json"), ())
        ]
        for answer in answers:
            self.said.append((" ".join(map(str, arguments[:2])), answer.out + answer.err))
            assert "internal error" not in answer.err, answer.err
        loud()
        return answers[0]

    def hold(self) -> None:
        """Hold that nothing that was said holds a secret."""
        for where, what in self.said:
            for secret in (SECRET, *self.keys):
                assert secret not in what, f"{where}: ...{what[max(0, what.index(secret) - 300) :][:500]}"


def addresses(feeds: Feeds) -> dict[str, str]:
    """The private links: of three platforms, and some that lead nowhere."""
    bodies = {
        "airbnb": airbnb("2027-03-15/2027-03-18"),
        "booking": booking("2027-03-16/2027-03-20"),
        "greengo": greengo("2027-05-01/2027-05-03"),
        "page": b"<html>hush</html>",
    }
    links = {name: f"{feeds.put(f'hush-{name}.ics', body)}?s=hush-{name}" for name, body in bodies.items()}
    plain = feeds.address.removeprefix("http://")
    return links | {
        "gone": f"{feeds.address}/hush-gone.ics?s=hush",
        "nobody": "http://127.0.0.1:9/hush.ics?s=hush",
        "not-tls": f"https://anne:hush@{plain}/hush.ics?s=hush",
        "nonsense": "http://[hush/hush.ics",
        "not-http": "ftp://127.0.0.1/hush.ics",
    }


def linking(life: Life, links: dict[str, str]) -> None:
    """A lodging is linked, and everything that can be wrong with a link is tried."""
    life("unit", "add", "Gîte du Lac")
    for name in ("gone", "nobody", "not-tls", "nonsense", "not-http", "page"):
        life("link", UNIT, "airbnb", "--feed", links[name])
        life("check", f"airbnb={links[name]}")
        life("unlink", UNIT, "airbnb")  # a platform that does not answer is linked all the same
    for name in ("airbnb", "booking", "greengo"):
        life("link", UNIT, name, "--feed", links[name])
    life("unit", "add", "Chalet")
    life("link", "chalet", "airbnb", "--feed", links["airbnb"])  # refused: it is the other's
    life("link", "chalet", "ical:site", "--feed", links["booking"], "--option", "hush")
    for name in ("airbnb", "booking"):
        life("feed", UNIT, name, "--record-fetch")
    life("block", UNIT, "2027-06-01/2027-06-05")


def troubles(life: Life, links: dict[str, str]) -> None:
    """The platforms fail in every way, for hours; everything that tells of it is asked for."""
    body = life.feeds.answers.copy()
    for hour, (status, answer) in enumerate(
        [(200, b""), (404, b""), (500, b"hush"), (200, b"<html>hush"), (403, b"hush"), (429, b"")]
    ):
        life.now = f"2027-01-10T{10 + hour}:00:00Z"
        for path in life.feeds.answers:
            life.feeds.answers[path] = (status, answer)
        life("sync", "--all")
    life.feeds.answers.update(body)
    life.now = "2027-01-11T09:00:00Z"
    life("sync", "--all")
    for asked in ("status", "conflicts", "exposed", "log", "doctor", "channels"):
        life(asked)
    life("explain", UNIT, "2027-03-16")
    life("takeover", UNIT)
    life("calendar", UNIT)
    life("unit", "show", UNIT)
    life("unlink", UNIT, "greengo")
    assert links


def accounts(life: Life, town: platform_api.Town, folder: Path) -> None:
    """An account is added, renewed, refused and connected anew; the first answers are failures."""
    town.renewal = "hush-renewal"
    secrets = folder / "secrets"
    secrets.write_text(f"refresh_token={town.renewal}\n")
    given = ("--field", "client=anne", "--secrets", secrets)
    life("account", "add", "exemple", "--field", "client=anne", "--field", "refresh_token=hush")
    life("account", "add", "exemple", "--name", "Anne", *given)
    with opened(life) as manager, Driver(AddressPolicy(allow_private=True)) as driver:
        account, time = manager.account("Anne").id, [moment(life.now)]
        renewing = Credentials(manager, driver, lambda: time[0])
        loud()
        for status in (500, 200, 403):
            town.status = status
            renewing.refresh_due()
            time[0] += timedelta(hours=2)
        life.said += [("account", repr(manager.accounts())), ("credentials", repr(renewing))]
        try:
            renewing.usable(account)
        except ChannelSyncError as error:
            life.said.append(("usable", told(error)))
    life("account", "list")
    life("account", "reconnect", "Anne", *given)


def opened(life: Life) -> Manager:
    """The manager, as a script has it."""
    return cs.open(life.database, now=lambda: moment(life.now), allow_private_addresses=True)


def told(error: BaseException) -> str:
    """An error as it would be shown by whoever catches it."""
    return "".join(traceback.format_exception(error)) + repr(error) + str(vars(error))


def keys(life: Life) -> None:
    """The master key is rotated, then another one is given by mistake."""
    old, new, wrong = life.keys
    life.patch.setenv("CHANNELSYNC_KEY", new)
    life("sync", "--all")
    life.patch.setenv("CHANNELSYNC_OLD_KEYS", old)
    life("keys", "show")
    life("keys", "rotate")
    life.patch.delenv("CHANNELSYNC_OLD_KEYS")
    life("keys", "rotate")
    for odd in (wrong, "hush"):
        life.patch.setenv("CHANNELSYNC_KEY", odd)
        for command in (("sync", "--all"), ("doctor",), ("keys", "show"), ("keys", "rotate")):
            life(*command)
        life.said.append(("worker with a wrong key", str(worker(["--db", life.database, "--once"]))))
    life.patch.setenv("CHANNELSYNC_KEY", new)


def values(manager: Manager, links: dict[str, str]) -> list[object]:
    """Values that hold secrets and are gone as soon as they were used, held on to."""
    url = SecretUrl.pasted(links["airbnb"])
    access = manager.held_access("Anne")
    assert access.access.fields["refresh_token"].reveal().startswith("hush")
    work = manager._work(None, everything=True)
    errands, _ = manager._errands(manager._known(work), {due.listing for mine in work.values() for due in mine})
    mine = next(one for one in errands if one.url.reveal() == links["airbnb"])
    proposed = ProposedLink(manager.units()[0].id, ChannelName("airbnb"), url.reveal())
    look = manager._reader.try_out(mine, manager._now())
    key = NewKey(b"hush" * 8, "hush")
    return [
        url,
        access,
        errands,
        proposed,
        look,
        key,
        FeedSource(url, "UTC"),
        manager.vault,
        *access.access.fields.values(),
    ]


def printed() -> Iterator[tuple[str, str]]:
    """How every value of ours that is in memory prints."""
    gc.collect()
    for one in gc.get_objects():
        kind = type(one)
        if str(kind.__module__).startswith("channelsync"):
            yield f"{kind.__module__}.{kind.__qualname__}", f"{one!r}{one!s}"


def remembered(manager: Manager) -> Iterator[tuple[str, str]]:
    """What the ledger tells people: notices in both languages, the audit trail, the history."""
    from channelsync.manager.desk import notice_of

    with manager.ledger.reading() as tx:
        for record in tx.notices():
            yield "notice", f"{record} {text(notice_of(record), 'fr')} {text(notice_of(record), 'en')}"
        yield "audit", repr(tx.audit_lines(limit=10_000))
        tx.verify_audit()
        for unit in tx.units():
            yield "state", repr(manager.state(unit))
    yield "history", repr(manager.log())
    yield "status", repr((manager.status(), manager.conflicts(), manager.exposed(), manager.accounts(), manager.keys()))


def rows(manager: Manager) -> Iterator[tuple[str, str]]:
    """Every column of every row, as the database has it."""
    from sqlalchemy import MetaData, select

    with manager.ledger.reading() as tx:
        tables = MetaData()
        tables.reflect(tx._connection)
        for table in tables.sorted_tables:
            for row in tx._connection.execute(select(table)):
                parts = [bytes(one) if isinstance(one, bytes | memoryview) else repr(one).encode() for one in row]
                yield f"table {table.name}", b"\x00".join(parts).decode("latin-1")


def raw(life: Life) -> Iterator[tuple[str, str]]:
    """Every byte of a SQLite database, with what is still in its log."""
    if "://" not in life.database:
        with sqlite3.connect(life.database) as held:  # the last to leave would empty the log
            held.execute("SELECT 1")
            for path in Path(life.database).parent.glob(f"{Path(life.database).name}*"):
                yield path.name, path.read_bytes().decode("latin-1")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_secret_anywhere(
    database: str,  # noqa: F811 - the fixture
    records: Records,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Nothing that a life leaves behind holds a secret, but for the vault."""
    master = [new_key() for _ in range(3)]
    mine = {
        "KEY": master[0],
        "ALLOW_PRIVATE_ADDRESSES": "1",
        "IMAP_URL": "imaps://anne:hush-imap@127.0.0.1:9/INBOX",
        "MAIL_AUTHSERV": "mx.example.com",
        "SMTP_URL": "smtps://anne:hush-smtp@127.0.0.1:9",
        "MAIL_FROM": "anne@example.com",
        "BACKUP": "https://127.0.0.1:9/backups?sig=hush-signature",
        "HEARTBEAT_URL": "http://127.0.0.1:9/hush-heartbeat",
    }
    for name, value in mine.items():
        monkeypatch.setenv(f"CHANNELSYNC_{name}", value)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    with served() as feeds, platform_api.installed(tmp_path / "site", monkeypatch) as town:
        life = Life(database, feeds, master, monkeypatch)
        links = addresses(feeds)
        linking(life, links)
        assert worker(["--db", database, "--once"]) == 0
        troubles(life, links)
        accounts(life, town, tmp_path)
        assert worker(["--db", database, "--once", "--log-json"]) == 0
        keys(life)
        with opened(life) as manager:
            loud()
            manager.sync(everything=True)
            ours = [
                manager.vault.unseal(one.kind, one.id, one.envelope)
                for one in read_secrets(manager)
                if one.kind.startswith("calendar")
            ]
            assert ours, "calendars of ours have addresses"
            life.keys += ours
            life.said += [*remembered(manager), *rows(manager), *raw(life)]
            del ours
            life.said.append(
                ("config", repr(Config.from_environment({f"CHANNELSYNC_{k}": v for k, v in mine.items()})))
            )
            alive = values(manager, links)
            life.said += printed()
            assert len(alive) > 10
    assert len(records.lines) > 1000
    life.said += [("log", line) for line in records.lines]
    life.said.append(("output", "".join(capfd.readouterr())))
    life.hold()


def read_secrets(manager: Manager) -> tuple[object, ...]:
    """Everything sealed."""
    with manager.ledger.reading() as tx:
        return tx.secrets()
