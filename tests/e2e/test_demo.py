"""The rehearsals: the command that `make demo` runs, in a process of its own, with nothing set up."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.e2e.command import EXECUTABLE

SALE = (
    "Airbnb demande si c’est libre : oui",
    "Déjà accepté par Booking.com.",
    "Airbnb vend sans avoir demandé",
)
OUTAGE = (
    "l’API d’Airbnb répond « erreur 500 »",
    "repli : le calendrier d’Airbnb est lu à sa place",
    "Airbnb ne répond plus",
    "revenu à l’API, tout seul",
    "encore réservable sur Booking.com : nous le savons",
)
PLAYED = {
    (): (
        "Scénario 1. Une réservation sur Airbnb ferme les deux autres",
        "protégé partout, avec preuve",
        "Scénario 2. L’hôte garde le gîte pour lui",
        "bloqué, usage personnel : 1er → 5 avr.",
        "Scénario 3. Booking.com ne répond plus",
        "la synchronisation a",
        "GreenGo : remis en location",
        "double réservation détectée : 11 → 13 juil.",
        *SALE,
        *OUTAGE,
    ),
    ("--scenario", "1"): ("protégé partout, avec preuve", *SALE),
    ("--scenario", "2"): ("bloqué, usage personnel : 1er → 5 avr.", "protégé partout, avec preuve"),
}
MEASURED = re.compile(r"Booking\.com relu par son API : fermé (\d+,\d\d) s après la notification d’Airbnb")


@pytest.mark.parametrize("words", PLAYED, ids=lambda words: " ".join(words) or "all")
def test_every_step_happens(words: tuple[str, ...], tmp_path: Path) -> None:
    """Each scenario plays to its end in under a minute, says so, and leaves nothing in the folder it was run in.

    Where a sale is played by the APIs, both figures that it shows are under a second.
    """
    with started(tmp_path, *words) as process:
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0, out + err
    printed = " ".join(out.split())
    for line in (*PLAYED[words], "Tout s’est passé comme montré"):
        assert line in printed, out
    assert err == ""
    assert list(tmp_path.iterdir()) == []
    figures = [float(figure.replace(",", ".")) for figure in MEASURED.findall(printed)]
    assert len(figures) == (2 if SALE[0] in PLAYED[words] else 0)
    assert all(figure < 1 for figure in figures)


def test_everything_stays_open(tmp_path: Path) -> None:
    """Scenario 3, and with --serve anybody can play on at the addresses printed, until Ctrl-C, which is no error."""
    with started(tmp_path, "--scenario", "3", "--serve") as process:
        assert process.stdout is not None
        printed: list[str] = []
        try:
            for line in process.stdout:
                printed.append(line)
                if "Ctrl-C pour arrêter" in line:
                    break
            orders = [line.split(maxsplit=2) for line in printed if line.strip().startswith("POST")]
            assert len(orders) == 2, printed
            for _, address, wish in orders:
                booked = httpx.post(address, json=json.loads(wish), trust_env=False, timeout=20)
                assert booked.status_code == 201, booked.text
        finally:
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    played = " ".join(" ".join(printed).split())
    for line in ("Booking.com ne répond plus", "la synchronisation a", "Tout s’est passé comme montré", *OUTAGE):
        assert line in played, printed
    assert list(tmp_path.iterdir()) == []


def test_the_screens_of_a_rehearsal(tmp_path: Path) -> None:
    """With --serve alone the pages open by a link good for once; a guest played there closes the other platforms."""
    with started(tmp_path, "--serve") as process:
        assert process.stdout is not None
        try:
            link = next(line.strip() for line in process.stdout if line.strip().startswith("http://127.0.0.1:"))
            address = link.partition("/repetition")[0]
            browser = httpx.Client(base_url=address, trust_env=False, timeout=20, headers={"accept": "text/html"})
            with browser:
                assert browser.get(link).headers["location"] == "/repetition"
                assert httpx.get(link, trust_env=False).status_code == 404
                page = browser.get("/repetition").text
                wish = {name: re.findall(rf'name="{name}"[^>]*value="([^"]*)"', page)[0] for name in WISH}
                before = page.count('"shut pf-')
                origin = {"origin": address}
                booked = browser.post("/repetition/reserver", data={**wish, "plateforme": "airbnb"}, headers=origin)
                assert "joue-reserve" in booked.headers["location"]
                until = time.monotonic() + 30
                while browser.get("/repetition").text.count('"shut pf-') < before + 6:
                    assert time.monotonic() < until, "the others did not close"
                    time.sleep(0.3)
                again = browser.post("/repetition/reserver", data={**wish, "plateforme": "booking"}, headers=origin)
                assert again.status_code == 422
                assert "ne vend pas ces nuits" in again.text
        finally:
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert list(tmp_path.iterdir()) == []


WISH = ("logement", "arrivee", "depart")


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    """The command in a process of its own, with nothing set up."""
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "COLUMNS": "200"}
    command = [str(EXECUTABLE), "demo", *words]
    pipe = subprocess.PIPE
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # else one begun in the background is deaf to it
    try:
        return subprocess.Popen(command, cwd=folder, env=environ, stdout=pipe, stderr=pipe, text=True)
    finally:
        signal.signal(signal.SIGINT, before)
