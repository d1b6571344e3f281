"""What holds for every command: global options anywhere, exit codes, one line where something is wrong."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.command import NOW, airbnb, refused, run

COMMAND = [sys.executable, "-c", "from channelsync.cli import main; raise SystemExit(main())"]


@pytest.fixture
def source(tmp_path: Path) -> str:
    """A calendar as an argument of `check`."""
    path = tmp_path / "a.ics"
    path.write_bytes(airbnb("2027-03-15/2027-03-18"))
    return f"airbnb={path}"


def test_global_options_stand_before_or_after(source: str) -> None:
    """The same option before the command and after it gives the same answer."""
    before = run("--now", NOW, "--json", "check", source)
    after = run("check", source, "--now", NOW, "--json")
    assert before == after
    assert before.document["now"] == "2026-11-22T10:00:00+00:00"


def test_the_environment_has_the_last_word_only_where_nothing_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Database and language come from the environment unless an argument says otherwise."""
    monkeypatch.setenv("CHANNELSYNC_DB", str(tmp_path / "env.db"))
    monkeypatch.setenv("CHANNELSYNC_LANG", "en")
    assert "is added" in run("unit", "add", "A").out
    assert (tmp_path / "env.db").exists()
    assert "est ajouté" in run("unit", "add", "A", "--db", tmp_path / "other.db", "--lang", "fr").out
    monkeypatch.setenv("CHANNELSYNC_LANG", "tlh")
    refused(run("channels"), "CHANNELSYNC_LANG")


@pytest.mark.parametrize(
    "name",
    ["chek", "Check", "units"],
)
def test_a_command_that_does_not_exist_is_refused(name: str) -> None:
    """Whatever is no command is said not to exist."""
    refused(run(name), f"there is no command '{name}'")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["check"],
        ["channels", "--now", "yesterday"],
        ["channels", "--now", "1812-01-01T00:00:00Z"],
        ["channels", "--lang", "de"],
        ["channels", "--nonsense"],
        ["unit"],
        ["unit", "add"],
        ["unit", "add", "A", "--turnover", "two"],
        ["block", "A", "2027-04-05/2027-04-01"],
        ["block", "A", "2027-04-05"],
        ["block", "A", "2027-04-01/2027-04-05", "--category", "boredom"],
        ["explain", "A", "1st of May"],
        ["calendar", "A", "--month", "2027-13"],
        ["replay", "airbnb=x", "--every", "0"],
    ],
)
def test_wrong_arguments_are_one_line(arguments: list[str], tmp_path: Path) -> None:
    """Wrong use is told in one line, with exit code 2, and makes no database."""
    db = tmp_path / "a.db"
    refused(run("--db", db, *arguments))
    assert not db.exists()


def test_a_stay_that_ends_before_it_begins_says_so(tmp_path: Path) -> None:
    """The line names the two dates and the right form."""
    answer = run("--db", tmp_path / "a.db", "block", "A", "2027-04-05/2027-04-01")
    refused(answer, "2027-04-01 is not after the arrival 2027-04-05", "ARRIVAL/DEPARTURE")


def test_a_link_typed_in_the_wrong_place_is_not_repeated(tmp_path: Path) -> None:
    """An error never repeats a private link."""
    answer = run("--db", tmp_path / "a.db", "link", "A", "airbnb", "https://www.airbnb.fr/calendar/ical/1.ics?s=hush")
    refused(answer)
    assert "hush" not in answer.err


def test_help_and_version_are_answers() -> None:
    """They are printed on standard output, and all is well."""
    assert run("--help").code == 0
    assert "check" in run("--help").out
    assert run("--version").out.startswith("channelsync ")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_help_lists_what_can_be_typed(language: str) -> None:
    """Each command that a help lists is one, in both languages, as deep as there are commands."""

    def listed(*words: str) -> list[str]:
        out = run(*words, "--help", "--lang", language).out
        return re.findall(r"^    ([\w-]+)(?:  |$)", out, re.MULTILINE)

    def walked(*words: str) -> set[tuple[str, ...]]:
        found = {(*words, name) for name in listed(*words)}
        return found.union(*(walked(*each) for each in found))

    names = walked()
    assert {("block",), ("calendar",), ("account", "listings")} <= names
    assert all(run(*each, "--help", "--lang", language).code == 0 for each in names)


def test_an_unknown_fault_is_told_in_french() -> None:
    """`simulate` refuses in the owner's language too."""
    refused(run("simulate", "--faults", "nope"), "il n’y a pas de panne appelée « nope »", "Il y a : all")


def test_every_channel_says_what_it_can_do_in_words() -> None:
    """No ability is shown by its code."""
    for language in ("fr", "en"):
        assert "_" not in run("channels", "--lang", language).out


def test_nobody_reading_is_no_error(source: str) -> None:
    """A reader that goes away (`channelsync ... | head`) causes no complaint."""
    process = subprocess.Popen(
        [*COMMAND, "check", "--json", *[source] * 40], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_the_machines_fault(source: str) -> None:
    """When the answer cannot be written, one line says that the disk is full."""
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([*COMMAND, "check", source], stdout=full, stderr=subprocess.PIPE, check=False, text=True)
    assert done.returncode == 2
    assert "plus de place" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_an_output_without_accents_still_gets_an_answer(source: str) -> None:
    """Where the output cannot carry every letter, people get question marks, and scripts get valid JSON."""
    for extra in ([], ["--json"]):
        done = subprocess.run(
            [*COMMAND, "channels", *extra],
            capture_output=True,
            check=False,
            text=True,
            env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        )
        assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["channels"]


def test_debug_shows_where(tmp_path: Path) -> None:
    """Only --debug shows a traceback, before the same line."""
    answer = run("--debug", "check", f"airbnb={tmp_path / 'none.ics'}")
    assert answer.code == 2
    assert "Traceback" in answer.err


def test_help_loads_nothing_heavy() -> None:
    """The parser is there without the network, the calendar format and the database."""
    code = (
        "import sys; from channelsync.cli import main; main(['--version']);"
        "heavy = {'httpx', 'icalendar', 'sqlalchemy', 'cryptography', 'asyncio'} & set(sys.modules);"
        "raise SystemExit(str(sorted(heavy)) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
