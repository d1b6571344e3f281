"""`notify` and what `doctor` says of it, as an owner types it, with a real mail server."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

import channelsync as cs
from channelsync.config import Config
from channelsync.manager.desk import notice_record
from channelsync.notices import NoticeKind, of_service
from channelsync.service.post import open_post
from tests.contract.command import Feeds, House, refused
from tests.integration.test_notify import Postman, server

ANNE = "anne@example.org"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A lodging whose owner has said nothing yet, on a machine without a mail server."""
    for name in ("CHANNELSYNC_SMTP_URL", "CHANNELSYNC_MAIL_FROM"):
        monkeypatch.delenv(name, raising=False)
    house = House(tmp_path / "gite.db", Feeds(""))
    assert house("unit", "add", "Gîte du Lac").code == 0
    return house


def state(house: House) -> tuple[str, str]:
    """What the doctor says of messages."""
    ((state, found),) = [
        (one["state"], one["found"]) for one in house.document("doctor")["checks"] if one["what"] == "messages"
    ]
    return state, found


def test_from_nothing_to_a_mail(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The doctor says what is missing, `set` sets it, and `test` brings a mail."""
    assert state(house)[0] == "ok"
    assert "aucun serveur" in state(house)[1]
    assert house("notify", "test").code == 1
    postman = Postman()
    with server(postman) as port:
        monkeypatch.setenv("CHANNELSYNC_SMTP_URL", f"smtp+insecure://127.0.0.1:{port}")
        monkeypatch.setenv("CHANNELSYNC_MAIL_FROM", "alerts@gite.example")
        assert state(house)[0] == "warn"
        assert house("notify", "set", "--mail", ANNE, "--language", "en", "--quiet", "none").code == 0
        assert not [one for one in house.document("doctor")["checks"] if one["what"] == "messages"]
        answer = house("notify", "test")
        assert (answer.code, answer.err) == (0, "")
        assert "pris en charge" in answer.out
        postman.answers["RCPT"] = f"550 5.1.1 {ANNE} unknown"
        answer = house("notify", "test", "--lang", "en")
        assert answer.code == 1
        assert "does not exist" in answer.out
        assert ANNE not in answer.out
    assert [mail["Subject"] for mail in postman.mails] == ["channelsync: a trial"]


def test_set_changes_what_is_named(house: House) -> None:
    """What is not named stays; the usual ways come back; what makes no sense changes nothing."""
    (one,) = house.document("notify", "set", "--mail", ANNE, "--quiet", "23-6", "--daily", "off", "--by", "proven=mail")
    assert (one["mail"], one["quiet"], one["digests"], one["by"]) == (ANNE, [23, 6], ["weekly"], {"proven": ["mail"]})
    (two,) = house.document("notify", "set", "--digest-hour", "19", "--by", "released=none", "--by", "proven=")
    assert (two["mail"], two["quiet"], two["digest_hour"], two["by"]) == (ANNE, [23, 6], 19, {"released": []})
    for wrong in (
        ("--mail", "anne"),
        ("--quiet", "22"),
        ("--quiet", "22-25"),
        ("--digest-hour", "x"),
        ("--timezone", "Mars/Olympus"),
        ("--by", "dancing=mail"),
        ("--by", "proven=pigeon"),
        ("--apprise", "s3cret"),
    ):
        refused(house("notify", "set", *wrong))
    assert house.document("notify", "show") == [two]
    assert ANNE in house("notify", "show").out
    refused(house("notify", "set", "--owner", "nobody"), "nobody")


def test_whose_wishes(house: House, tmp_path: Path) -> None:
    """Where there are several owners, one is named; where there is none, that is said."""
    assert house("owner", "add", "Ben").code == 0
    refused(house("notify", "set", "--mail", ANNE), "--owner")
    (one,) = house.document("notify", "set", "--owner", "Ben", "--mail", ANNE)
    assert one["owner"] == "Ben"
    assert [one["mail"] for one in house.document("notify", "show")] == [None, ANNE]
    empty = House(tmp_path / "empty.db", Feeds(""))
    assert empty.document("notify", "show") == []
    refused(empty("notify", "set", "--mail", ANNE), "owner add")


@pytest.mark.parametrize(
    "variable, value",
    [
        ("CHANNELSYNC_SMTP_URL", "http://s3cret@example.org"),
        ("CHANNELSYNC_SMTP_URL", "smtps://anne:s3cret@example.org:99999"),
        ("CHANNELSYNC_SMTP_URL", "smtps://s3cret:s3cret@[x"),
        ("CHANNELSYNC_MAIL_FROM", "s3cret"),
    ],
)
def test_a_server_that_makes_no_sense(house: House, monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    """A variable that makes no sense is named, and nothing of what it holds is."""
    monkeypatch.setenv("CHANNELSYNC_SMTP_URL", "smtps://anne:p@example.org")
    monkeypatch.setenv(variable, value)
    answer = house("notify", "test")
    refused(answer, variable)
    assert "s3cret" not in answer.err


def test_the_doctor_names_what_nobody_sends(house: House) -> None:
    """A mail that has been due for half an hour, with no worker that could send it, is the doctor's to say."""
    assert house("notify", "set", "--mail", ANNE, "--quiet", "none").code == 0
    now = datetime.fromisoformat(house.now)
    with cs.open(str(house.db)) as manager, open_post(manager, Config(), lambda: now) as post:
        with manager.ledger.transaction() as tx:
            tx.add_notice(notice_record(of_service(NoticeKind.BACKUP_FAILED, now, 1)))
        assert post.sweep() == 0
    house.now = "2026-11-22T10:31:00Z"
    found = [one for one in house.document("doctor")["checks"] if one["what"] == "messages" and one["state"] == "fail"]
    assert [one["found"] for one in found] == ["personne n’envoie ce qui attend ici : mail"]
    assert "CHANNELSYNC_SMTP_URL" in found[0]["advice"]
