"""`channelsync replay`: recorded calendars through the kernel."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from tests.contract.command import refused, run, runs

START = 1_790_000_000
"""In September 2026."""
HOUR = 3600
GUEST = ["20261201", "20261205", "reserved", "1418fb94e984-a", "HMAAAAAAAA"]
OTHER = ["20270110", "20270120", "reserved", "1418fb94e984-b", "HMBBBBBBBB"]


def recording(path: Path, *lines: dict[str, object]) -> Path:
    """Write a recording, compressed where its name says so."""
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    if path.suffix == ".gz":
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text)
    return path


def test_a_cancellation_is_released_after_three_agreeing_looks(tmp_path: Path) -> None:
    """One claim vanished among several is kept, then released once three looks agree over half an hour."""
    path = recording(
        tmp_path / "a.jsonl.gz",
        {"t": START, "events": [GUEST, OTHER]},
        {"t": START + HOUR, "events": [OTHER]},
        {"t": START + 3 * HOUR, "events": [OTHER]},
    )
    answer = run("replay", f"airbnb={path}", "--json")
    *found, last = answer.lines
    assert [one["did"] for one in found] == ["claim", "claim", "keep", "release"]
    assert runs(found[-1]["nights"]) == ["2026-12-01/2026-12-05"]
    assert found[-1]["at"] == START + HOUR + HOUR // 2
    assert last["summary"] == last["summary"] | {"claims": 2, "releases": 1, "keeps": 1}
    slow = run("replay", f"airbnb={path}", "--json", "--every", "60").lines
    assert slow[-1]["summary"]["looks"] < last["summary"]["looks"]


def test_a_failed_fetch_frees_nothing(tmp_path: Path) -> None:
    """A failure is told and changes no claim."""
    path = recording(
        tmp_path / "a.jsonl",
        {"t": START, "events": [GUEST]},
        {"t": START + HOUR, "fetch_failed": True},
        {"t": START + 2 * HOUR, "events": [GUEST]},
    )
    did = {one["did"] for one in run("replay", f"airbnb={path}", "--json").lines[:-1]}
    assert did == {"claim", "unusable"}


def test_two_recordings_of_one_channel_can_collide(tmp_path: Path) -> None:
    """Recordings are played as one unit; the second of a channel is called channel-2."""
    first = recording(tmp_path / "a.jsonl", {"t": START, "events": [GUEST]})
    second = recording(tmp_path / "b.jsonl", {"t": START, "events": [[*GUEST[:3], "1418fb94e984-c", "HMCCCCCCCC"]]})
    found = run("replay", f"airbnb={first}", f"airbnb={second}", "--json").lines
    conflicts = [one for one in found if one.get("did") == "conflict"]
    assert len(conflicts) == 1
    assert conflicts[0]["channel"] == "airbnb-2"
    assert "certain" in conflicts[0]["why"]


def test_people_get_a_line_for_each(tmp_path: Path) -> None:
    """Without --json there is a readable line for each finding, and a sum."""
    path = recording(tmp_path / "a.jsonl", {"t": START, "events": [GUEST]})
    out = run("replay", f"airbnb={path}").out
    assert "Airbnb" in out
    assert "1er → 5 déc. 2026" in out
    assert "1 prises" in out


@pytest.mark.parametrize(
    "text",
    [
        *("", "not json\n", '{"t": 1}\n', '{"t": 1, "events": [["20270101"]]}\n', "[" * 50_000),
        '{"t": 253402300799, "events": []}\n',  # the last second of the calendar
        '{"t": -62135596800, "events": []}\n',
        '{"t": 1790000000, "events": [["20270101", "20270103", "closed", "\\ud800"]]}\n',
    ],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, text: str) -> None:
    """One line says which file, and which line of it."""
    path = tmp_path / "a.jsonl"
    path.write_text(text)
    refused(run("replay", f"airbnb={path}"), "a.jsonl")
    (tmp_path / "b.jsonl.gz").write_bytes(b"\x1f\x8bno")
    refused(run("replay", f"airbnb={tmp_path / 'b.jsonl.gz'}"), "b.jsonl.gz")
    refused(run("replay", f"airbnb={tmp_path}"))
    refused(run("replay", f"nowhere={path}"), "nowhere")
