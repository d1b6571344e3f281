"""`sandbox`: a platform's simulators in a process of their own, linked to as its text says."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.contract.command import Answer, refused, run
from tests.e2e.command import EXECUTABLE

REDIRECT = "https://gite.example/accounts/airbnb"


@contextmanager
def simulated(*words: str, home: Path) -> Iterator[dict[str, Any]]:
    """The command, and what it says; ended as by Ctrl-C, which must be no error."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(home)}
    command = [str(EXECUTABLE), "--json", "sandbox", *words, "--for", "60"]
    with subprocess.Popen(command, cwd=home, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)
        assert (process.returncode, process.stdout.read(), process.stderr.read()) == (0, b"", b"")


def test_linked_by_both_routes(tmp_path: Path) -> None:
    """An owner links the calendar, adds the account, agrees, links the API; what a guest books is then read."""

    def ours(*words: object) -> Any:
        answer: Answer = run("--db", tmp_path / "gite.db", "--json", "--allow-private-addresses", *words)
        assert answer.code in {0, 1}, answer
        return answer.document

    with simulated("airbnb", home=tmp_path) as told, httpx.Client(trust_env=False) as client:
        first = told["listings"][0]
        ours("unit", "add", "Lac")
        assert ours("link", "lac", "airbnb", "--feed", first["feed"])["events"] == 3
        fields = {name: value for name, value in told["account"].items() if value}
        (tmp_path / "secrets").write_text("".join(f"{name}={value}\n" for name, value in fields.items()))
        account = ours("account", "add", "airbnb", "--secrets", tmp_path / "secrets")["id"]
        page = {"client_id": fields["client_id"], "redirect_uri": REDIRECT, "scope": "property_management"}
        back = client.post(fields["consent_address"], params=page, data={"decision": "approve"})
        (tmp_path / "back").write_text(back.headers["Location"])
        assert parse_qs(urlsplit(back.headers["Location"]).query)["code"]
        ours("account", "consent", account, "--redirect", REDIRECT, "--answer", tmp_path / "back")
        assert first["listing"] in {one["id"] for one in ours("account", "listings", account)}
        ours("link", "lac", "airbnb", "--account", account, "--listing", first["listing"])
        stay = {"stay": "2027-11-15/2027-11-18"}
        unasked = client.post(f"{first['control']}/book", json=stay)
        assert unasked.status_code == 409  # it asks us, and nobody answers there
        assert client.post(f"{first['control']}/book", json=stay | {"force": True}).status_code == 201
        (look,) = ours("sync", "--all")["looks"]
        assert {"arrival": "2027-11-15", "departure": "2027-11-18"} in look["claimed"]


def test_what_is_said() -> None:
    """What to paste, in both languages; a platform without an API has no account's fields."""
    with_api, without = (
        run("sandbox", "booking", "--for", "1").out,
        run("sandbox", "ical", "--for", "1", "--lang", "en").out,
    )
    assert "hotel_id=8011855" in with_api
    assert "link UNIT booking --feed URL" in with_api
    assert "hook booking" not in with_api
    assert "Lien d’export" in with_api
    assert "Export link" in without
    assert "account add" not in without


@pytest.mark.parametrize(
    "given", [("nowhere",), ("ical", "--port", "0"), ("ical", "--for", "x"), ("ical", "--port", "70000")]
)
def test_wrong_use(given: tuple[str, ...]) -> None:
    """An unknown channel, and numbers that are none or too many, are refused in one line."""
    refused(run("--lang", "en", "sandbox", *given))


def test_a_port_that_is_taken() -> None:
    """Somebody else's port is told as such."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused(
            run("--lang", "en", "sandbox", "ical", "--port", taken.getsockname()[1]),
            "nothing can be served",
            "another port",
        )
