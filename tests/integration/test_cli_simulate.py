"""`channelsync simulate`: the deterministic world as a command."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

import channelsync.testing.world
from channelsync.policy import DEFAULT_POLICY, Patience
from channelsync.testing.world import HAZARDS, Harvest, many, shrink
from tests.contract.command import Answer, refused, run

SCHEMAS = Path(__file__).parent.parent / "contract" / "schemas"
SMALL = ("--runs", "2", "--days", "4", "--jobs", "1")


def simulate(*arguments: str) -> Answer:
    """Run the command without ``--json``."""
    return run("simulate", *arguments)


def test_the_same_seed_says_the_same() -> None:
    """But for the time it took, two runs give one document, and another seed gives another one."""
    first, second, other = (run("simulate", *SMALL, "--seed", seed, "--json").document for seed in ("5", "5", "6"))
    for document in (first, second, other):
        assert document.pop("seconds") > 0
        assert document.pop("events_per_second") > 0
    assert first == second
    assert first["digest"] != other["digest"]
    assert first["lives"] == 2
    assert first["property_years"] == pytest.approx(8 / 365, abs=1e-3)
    assert first["events"] > first["looks"] > first["left_out"] > 0
    assert all(law["held"] for law in first["laws"])


def test_people_read_the_verdict_last() -> None:
    """French first, English on request; what was played, what went wrong, the laws, and the verdict."""
    answer = simulate(*SMALL, "--seed", "5")
    assert answer.code == 0
    assert answer.out.replace("\u00a0", " ").startswith("2 vies de 4 jours d’un logement\n")
    for words in ("5 → 6", "années de logement", "par seconde", "Pannes", "Doubles réservations", "aucune nuit perdue"):
        assert words in answer.out
    assert answer.out.splitlines()[-1].replace("\u00a0", " ") == "Toutes les lois ont tenu, sur 2 vies."
    english = simulate(*SMALL, "--seed", "5", "--lang", "en").out
    assert "Every law held" in english
    assert "no lost night" in english
    assert max(len(line) for line in answer.out.splitlines()) <= 80
    assert max(len(line) for line in english.splitlines()) <= 80


def test_a_seed_that_was_drawn_is_told() -> None:
    """Whoever names no seed is told which one it was, and gets the same with it again."""
    answer = run("simulate", "--runs", "1", "--days", "2", "--json")
    seed = answer.document["seed"]
    assert f"--seed {seed}" in answer.err
    again = run("simulate", "--runs", "1", "--days", "2", "--json", "--seed", seed)
    assert again.document["digest"] == answer.document["digest"]
    assert again.err == ""


def test_years_and_days_are_one_length() -> None:
    """A length is given in years, or exactly in days."""
    assert run("simulate", "--runs", "1", "--years", "0.02", "--faults", "none", "--json").document["days"] == 7
    refused(simulate("--years", "1", "--days", "3"), "--years")


def test_faults_are_listed_and_chosen() -> None:
    """All, none, some, with a rate of their own; a list of them says what they are and how often they come."""
    told = simulate("--faults", "help")
    assert told.code == 0
    for name in HAZARDS:
        assert f"  {name} " in told.out
    assert "calendrier valide et vide" in told.out
    assert "a valid calendar without events" in simulate("--faults", "help", "--lang", "en").out
    listed = run("simulate", "--faults", "help", "--json").document
    assert {one["name"] for one in listed} == set(HAZARDS)
    calm = run("simulate", *SMALL, "--seed", "5", "--faults", "none", "--json").document
    assert calm["faults"] == calm["faults_met"] == {}
    some = run("simulate", *SMALL, "--seed", "5", "--faults", "none,kill=60,http_500=30", "--json").document
    assert some["faults"] == {"kill": 60, "http_500": 30}
    assert set(some["faults_met"]) == {"kill", "http_500"}


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("--faults", "rain"), "rain"),
        (("--faults", "echo=2"), "0 to 1"),
        (("--faults", "kill=often"), "often"),
        (("--faults", ""), "no fault called"),
        (("--runs", "0"), "--runs"),
        (("--seed", "-1"), "--seed"),
        (("--seed", "x"), "--seed"),
        (("--years", "0"), "--years"),
        (("--years", "nan"), "--years"),
        (("--days", "4000"), "--days"),
        (("--jobs", "0"), "--jobs"),
    ],
)
def test_wrong_use_is_one_line(arguments: tuple[str, ...], words: str) -> None:
    """What cannot be played is refused before anything is."""
    refused(simulate(*arguments), words)


def test_a_broken_law_is_told_with_its_shortest_history(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit 1, the seed, how to play it again, few acts, what the platforms know and what we say of it."""
    once = Patience(1, timedelta(0))
    rash = evolve(DEFAULT_POLICY, one_missing=once, two_missing=once, only_missing=once, mass_missing=once)
    rash = evolve(rash, one_share=1.0, two_share=1.0)
    world = channelsync.testing.world
    monkeypatch.setattr(world, "many", lambda *args, **more: many(*args, **more, policy=rash))
    monkeypatch.setattr(world, "shrink", lambda *args, **more: shrink(*args, **more, policy=rash))
    arguments = ("simulate", "--seed", "0", "--runs", "1", "--days", "8", "--faults", "all,furnished=0", "--jobs", "1")
    answer = run(*arguments)
    assert answer.code == 1
    for words in (
        "enfreinte",
        "Graine 0",
        "channelsync simulate --seed 0 --runs 1 --days 8",
        "L’histoire la plus courte",
    ):
        assert words in answer.out
    assert "opened although sold elsewhere" in " ".join(answer.out.split())
    assert max(len(line) for line in answer.out.splitlines()) <= 80
    answer = run(*arguments, "--json")
    assert answer.code == 1
    document = answer.document
    broken = [law["law"] for law in document["laws"] if not law["held"]]
    assert "no wrong opening" in broken
    assert document["breaches"][0]["seed"] == 0
    shrunk = document["shrunk"][0]
    assert shrunk["whole"]
    assert len(shrunk["acts"]) <= 4
    assert any("shown to us" in line for line in shrunk["truth"])
    assert any("open" in line for line in shrunk["explanation"])
    resources = (
        (path.name, Resource.from_contents(json.loads(path.read_text("utf-8")))) for path in SCHEMAS.glob("*.json")
    )
    schema = json.loads((SCHEMAS / "simulate.json").read_text("utf-8"))
    Draft202012Validator(schema, registry=Registry().with_resources(resources)).validate(document)


def test_ctrl_c_tells_what_was_played(monkeypatch: pytest.MonkeyPatch) -> None:
    """Interrupted, it says so, tells what it has, and exits as a shell expects."""

    def told(harvest: Harvest) -> None:
        if harvest.tally.lives == 2:
            raise KeyboardInterrupt

    def interrupted(*args: Any, **more: Any) -> Harvest:
        return many(*args, **(more | {"told": told}))

    monkeypatch.setattr(channelsync.testing.world, "many", interrupted)
    arguments = ("simulate", "--runs", "1000000", "--days", "1", "--jobs", "1", "--seed", "1")
    answer = run(*arguments)
    assert answer.code == 130
    assert "2 vies de 1 jour" in answer.out.replace("\u00a0", " ")
    assert "Interrompu" in answer.out
    document = run(*arguments, "--json").document
    assert document["interrupted"]
    assert document["lives"] == 2
