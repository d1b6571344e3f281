"""The rehearsals: the command that `make demo` runs, in a process of its own, with nothing set up."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.e2e.command import EXECUTABLE

SALE = (
    "Airbnb demande si c’est libre : oui",
    "Déjà lu par Booking.com.",
    "Airbnb vend sans avoir demandé",
)
OUTAGE = (
    "l’API d’Airbnb répond « erreur 500 »",
    "repli : le calendrier d’Airbnb est lu à sa place",
    "Airbnb ne répond plus",
    "revenu à l’API, tout seul",
)
PLAYED = {
    (): (
        "protégé partout, avec preuve",
        "GreenGo : remis en location",
        "double réservation détectée : 11 → 13 juil.",
        *SALE,
        *OUTAGE,
    ),
    ("--scenario", "1"): ("protégé partout, avec preuve", *SALE),
    ("--scenario", "2"): ("bloqué, usage personnel : 1er → 5 avr.", "protégé partout, avec preuve"),
    ("--scenario", "3"): ("Booking.com ne répond plus", "la synchronisation a", *OUTAGE),
}
MEASURED = re.compile(r"Booking\.com relu par son API : fermé (\d+,\d\d) s après la notification d’Airbnb")


@pytest.mark.parametrize("words", PLAYED, ids=lambda words: " ".join(words) or "all")
def test_every_step_happens(words: tuple[str, ...], tmp_path: Path) -> None:
    """Each scenario plays to its end in under a minute, says so, and leaves nothing in the folder it was run in.

    Where a sale is played by the APIs, both figures that it shows are under a second.
    """
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "COLUMNS": "200"}
    done = subprocess.run(
        [str(EXECUTABLE), "demo", *words],
        cwd=tmp_path,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    printed = " ".join(done.stdout.split())
    for line in (*PLAYED[words], "Tout s’est passé comme montré"):
        assert line in printed, done.stdout
    assert done.stderr == ""
    assert list(tmp_path.iterdir()) == []
    figures = [float(figure.replace(",", ".")) for figure in MEASURED.findall(printed)]
    assert len(figures) == (2 if SALE[0] in PLAYED[words] else 0)
    assert all(figure < 1 for figure in figures)
