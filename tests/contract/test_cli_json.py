"""What scripts rely on: each JSON answer of the command line is as its schema says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from channelsync.testing.serve import serve
from channelsync_booking.sandbox import partner as partner_of_booking
from tests.contract import platform_api
from tests.contract.command import House, airbnb, booking, refused, run, served

SCHEMAS = Path(__file__).parent / "schemas"
REGISTRY: Registry[Any] = Registry().with_resources(
    (path.name, Resource.from_contents(json.loads(path.read_text("utf-8")))) for path in SCHEMAS.glob("*.json")
)
UNIT = "gite-du-lac"


def hold(name: str, document: object) -> None:
    """Hold a document against a schema, and its nights against the order they promise."""
    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    Draft202012Validator(schema, registry=REGISTRY).validate(document)
    ordered(document)


def ordered(document: object) -> None:
    """Wherever nights stand, they are runs in order that share nothing and do not touch."""
    if isinstance(document, dict):
        for name, value in document.items():
            if name in {"nights", "claimed", "released", "kept", "close", "open"} and isinstance(value, list):
                runs = [(one["arrival"], one["departure"]) for one in value if "arrival" in one]
                assert all(arrival < departure for arrival, departure in runs)
                assert all(one[1] < two[0] for one, two in pairwise(runs))
            ordered(value)
    elif isinstance(document, list):
        for value in document:
            ordered(value)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A lodging with a conflict, exposed nights and something to clarify."""
    with served() as feeds:
        house = House(tmp_path / "gite.db", feeds).linked()
        feeds.put("booking.ics", booking("2027-03-16/2027-03-20", "2027-12-01/2028-05-22"))
        yield house


def test_every_schema_is_one() -> None:
    """The schemas are valid, and each is used by a test here."""
    used = Path(__file__).read_text("utf-8")
    for path in SCHEMAS.glob("*.json"):
        Draft202012Validator.check_schema(json.loads(path.read_text("utf-8")))
        assert path.stem == "common" or f'"{path.stem}"' in used, f"{path.name} is used by no test"


def test_commands_without_a_database(tmp_path: Path) -> None:
    """`check`, `replay`, `record`, `simulate`, `channels`, `plugin new`, `doctor`; `db upgrade`, which makes one."""
    (tmp_path / "a.ics").write_bytes(airbnb("2027-03-15/2027-03-18", blocks=("2027-05-01/2027-05-03",)))
    (tmp_path / "b.ics").write_bytes(booking("2027-03-16/2027-03-20", "2027-12-01/2028-05-22"))
    (tmp_path / "c.ics").write_bytes(b"<html>")
    given = [
        f"{channel}={tmp_path}/{name}.ics"
        for channel, name in zip(("airbnb", "booking", "greengo"), "abc", strict=True)
    ]
    hold("check", run("--now", "2026-11-22T10:00:00Z", "--json", "check", *given).document)
    event = ["20261201", "20261205", "reserved", "1418fb94e984-a", "HMAAAAAAAA"]
    lines = [{"t": 1_790_000_000, "events": [event]}, {"t": 1_790_003_600, "fetch_failed": True}]
    (tmp_path / "r.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in lines))
    for line in run("--json", "replay", f"airbnb={tmp_path}/r.jsonl").lines:
        hold("replay-line", line)
    hold("record", run("--json", "record", "--channel", "airbnb", tmp_path / "a.ics", "--out", tmp_path / "o").document)
    hold("db-upgrade", run("--db", tmp_path / "made.db", "--json", "db", "upgrade").document)
    hold("upgrade", run("--db", tmp_path / "made.db", "--json", "upgrade").document)
    hold("simulate", run("--json", "simulate", "--seed", "1", "--runs", "1", "--days", "3", "--jobs", "1").document)
    hold("channels", run("--json", "channels").document)
    hold("plugin-new", run("--json", "plugin", "new", "lodge", "--folder", tmp_path).document)
    hold("doctor", run("--db", tmp_path / "none.db", "--json", "doctor").document)


def test_looking(house: House) -> None:
    """`sync` and everything that tells what is known."""
    hold("sync", house.document("sync"))
    hold("address", house.document("address"))
    for name in ("conflicts", "exposed", "status", "log", "doctor"):
        document = house.document(name)
        hold(name, document)
        assert document
    hold("unit-list", house.document("unit", "list"))
    hold("unit-show", house.document("unit", "show", UNIT))
    hold("explain", house.document("explain", UNIT, "2027-03-16"))
    hold("takeover", house.document("takeover", UNIT))
    hold("calendar", house.document("calendar", UNIT, "--month", "2027-03"))
    hold("feed", house.document("feed", UNIT, "greengo", "--record-fetch"))
    hold("feed-url", house.document("feed-url", UNIT, "greengo"))
    hold("feed-url", house.document("feed-url", UNIT, "greengo", "--rotate"))
    hold("feed-url", house.document("feed-url", UNIT, "greengo", "--reader", "calendars of ours/2"))
    hold("status", house.document("status"))


def test_static_hosting(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`publish`: what lies on static hosting, and what does not."""
    house.document("sync")
    house.document("feed-url", UNIT, "greengo")
    for folder in (tmp_path, tmp_path / "none"):
        monkeypatch.setenv("CHANNELSYNC_PUBLISH", str(folder))
        hold("publish", house.document("publish"))
        hold("doctor", house.document("doctor"))


def test_telling(house: House) -> None:
    """`notify`: how owners are told, and what came of a trial."""
    hold("notify", house.document("notify", "show"))
    hold("notify", house.document("notify", "set", "--mail", "anne@example.org", "--by", "released=mail,push"))
    hold("notify-test", house.document("notify", "test"))
    hold("notify", house.document("notify", "set", "--apprise", "nothing-we-know://"))
    (trial,) = house.document("notify", "test")
    hold("notify-test", [trial])
    file = house.db.with_name("push-key")
    hold("notify-push-key", house.document("notify", "push-key", str(file)))
    assert file.stat().st_mode & 0o777 == 0o600
    assert not trial["taken"]


def test_ordering(house: House) -> None:
    """The owner's orders answer with what was made or ended."""
    house("sync")
    hold("unit-add", house.document("unit", "add", "Chalet"))
    link = house.feeds.put("chalet.ics", airbnb("2027-08-01/2027-08-03"))
    hold("link", house.document("link", "chalet", "airbnb", "--feed", link))
    hold("link", house.document("relink", "chalet", "airbnb", "--feed", link))
    hold("unlink", house.document("unlink", "chalet", "airbnb"))
    hold("feed-url", house.document("feed-url", "chalet", "airbnb", "--removed"))
    block = house.document("block", UNIT, "2027-05-01/2027-05-05", "--note", "toit")
    hold("order", block)
    hold("order", house.document("unblock", block["id"]))
    stay = house.document("reserve", UNIT, "2027-08-01/2027-08-04", "--channel", "booking", "--guest", "Dupont")
    hold("order", stay)
    hold("order", house.document("cancel", stay["id"]))
    hold("confirm", house.document("confirm", UNIT, "airbnb"))
    hold("dismiss", house.document("dismiss", house.document("conflicts")[0]["id"]))


def test_keys_and_accounts(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`keys` and `account`, the latter with a platform that has an API."""
    hold("keys", house.document("keys", "show"))
    hold("keys", house.document("keys", "rotate"))
    hold("account-list", house.document("account", "list"))
    with platform_api.installed(tmp_path / "site", monkeypatch):
        secrets = tmp_path / "secrets"
        secrets.write_text("refresh_token=marked-renewal-0\n")
        given = ("--field", "client=anne", "--secrets", secrets)
        made = house.document("account", "add", "exemple", *given)
        hold("account", made)
        hold("account", house.document("account", "reconnect", made["id"], *given))
        listed = house.document("account", "list")
        hold("account-list", listed)
        assert [one["id"] for one in listed] == [made["id"]]


def test_a_rehearsal(monkeypatch: pytest.MonkeyPatch) -> None:
    """`demo`: every line of it, in the language asked for; what stays open has no answer. Its simulators take time."""
    monkeypatch.setenv("CHANNELSYNC_LANG", "en")
    answer = run("--json", "--lang", "fr", "demo", "--scenario", "2")
    hold("demo", answer.document)
    assert (answer.code, answer.document["happened"]) == (0, True)
    assert "Scénario 2. L’hôte garde le gîte pour lui" in {one["scene"] for one in answer.document["lines"]}
    refused(run("--json", "demo", "--serve"), "JSON")


def test_simulators(house: House, tmp_path: Path) -> None:
    """`sandbox`, and what an account there has."""
    for channel in ("booking", "greengo"):
        hold("sandbox", run("--json", "sandbox", channel, "--for", "1").document)
    partner = partner_of_booking(rng=Random(1), rooms=("801",))
    with serve((), lambda: datetime.now(UTC), partners=[partner]) as simulated:
        secrets = tmp_path / "secrets"
        secrets.write_text("".join(f"{name}={value}\n" for name, value in simulated.fields(partner).items()))
        made = house.document("account", "add", "booking", "--secrets", secrets)
        found = house.document("account", "listings", made["id"])
    hold("account-listings", found)
    assert [one["id"] for one in found] == ["801"]


def test_mails(house: House, tmp_path: Path) -> None:
    """Addresses where others call, what owners teach about mails, and what a mail is taken for."""
    for order in ((), ("--renew",), ("--close",)):
        hold("hook", house.document("hook", "mail", *order))
    known = house.document("mail", "teach", "greengo", "bonjour@greengo.example", "nouvelle réservation")
    hold("mail-list", known)
    assert known == house.document("mail", "list")
    (tmp_path / "mail.eml").write_bytes(b"From: somebody@example.org\r\n\r\n")
    hold("mail-test", house.document("mail", "test", tmp_path / "mail.eml"))
    hold("mail-list", house.document("mail", "forget", "bonjour@greengo.example"))


def test_keeping(house: House, tmp_path: Path) -> None:
    """Backups, restores, the audit trail and owners."""
    hold("owner", house.document("owner", "add", "Anne", "--email", "anne@example.org"))
    hold("owner", house.document("owner", "reset", "Anne"))
    hold("owner-list", house.document("owner", "list"))
    hold("owner-export", house.document("owner", "export", "Anne", tmp_path / "anne.zip"))
    hold("owner-delete", house.document("owner", "delete", "Anne", "--yes"))
    hold("unit-retire", house.document("unit", "retire", UNIT, "--yes"))
    made = house.document("backup", tmp_path / "all.backup")
    hold("backup", made)
    hold("backup", house.document("backup", tmp_path / "all.backup"))
    (tmp_path / "phrase").write_text(made["phrase"], encoding="utf-8")
    given = ("restore", tmp_path / "all.backup", "--phrase-file", tmp_path / "phrase", "--replace")
    hold("restore", house.document(*given))
    hold("audit-verify", house.document("audit", "verify"))
    hold("audit-show", house.document("audit", "show", "--since", "2026-01-01"))
    hold("indicators", house.document("status", "--indicators"))
