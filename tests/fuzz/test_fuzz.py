"""The fuzzers themselves: they find what is planted, the same way each time, and say how to see it again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from attrs import evolve

from channelsync.ical import Reading
from channelsync.nights import Stay
from tests.fuzz import __main__ as program
from tests.fuzz import commands, engine, naive, reading, watch, writing
from tests.fuzz.choices import Choices
from tests.fuzz.corpus import ODD, PLATFORMS, SEPARATOR, exports
from tests.fuzz.engine import Failure, Fuzzer, attempt, fuzz, smaller
from tests.fuzz.targets import TARGETS, Target
from tests.unit.ical.feeds import calendar, event, stay

SEED = 20261122
PRISTINE = reading.read


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for inputs that fail."""
    monkeypatch.setattr(engine, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(engine, "_running", [])
    return tmp_path / "kept"


def found(name: str, most: int) -> dict[str, bytes]:
    """What the engine finds in one target within so many inputs."""
    fuzzer = Fuzzer(TARGETS[name], SEED)
    for _ in range(most):
        fuzzer.step()
        if fuzzer.failures:
            break
    return fuzzer.failures


@pytest.mark.parametrize("name, most", [("reading", 80), ("writing", 80), ("commands", 30)])
def test_nothing_fails(name: str, most: int) -> None:
    """The product holds for the first inputs of a known seed; CI fuzzes for longer, and `make fuzz` for much longer."""
    assert fuzz([name], seed=SEED, seconds=60, most=most)


# -- what is planted is found ------------------------------------------------------------------------------------------


def loses_the_last(body: bytes, **options: Any) -> Reading:
    """A reader that loses the fourth event and all that follow."""
    result = PRISTINE(body, **options)
    return evolve(result, events=result.events[:3])


def shifts(body: bytes, **options: Any) -> Reading:
    """A reader that loses the first of two nights."""
    result = PRISTINE(body, **options)
    return evolve(result, events=tuple(evolve(one, stay=_shortened(one.stay)) for one in result.events))


def _shortened(stay: Stay) -> Stay:
    return evolve(stay, arrival=stay.arrival + timedelta(days=1)) if stay.length == 2 else stay


def believes_its_memory(body: bytes, **options: Any) -> Reading:
    """A reader that takes an answer of the same length for the same answer."""
    previous = options.get("previous")
    if previous is not None and len(previous.events) == body.count(b"BEGIN:VEVENT"):
        return previous
    return PRISTINE(body, **options)


def mends_what_is_cut(body: bytes, **options: Any) -> Reading:
    """A reader that supplies a missing end."""
    end = b"" if b"END:VCALENDAR" in body else b"\r\nEND:VCALENDAR\r\n"
    return PRISTINE(body + end, **options)


def stumbles(body: bytes, **options: Any) -> Reading:
    """A reader that falls over a zone's name."""
    return PRISTINE(body, **options) if b"Gone/Town" not in body else {}["zone"]


def never_ends(body: bytes, **options: Any) -> Reading:
    """A reader that never comes back from a NUL."""
    while b"\0" in body:
        pass
    return PRISTINE(body, **options)


@pytest.mark.parametrize(
    "planted, told",
    [
        (loses_the_last, "events begin; the reading tells of"),
        (shifts, "written"),
        (believes_its_memory, "with a memory"),
        (mends_what_is_cut, "cut at"),
        (stumbles, "KeyError"),
        (never_ends, "Hang"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_bad_readers(planted: Callable[..., Reading], told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that loses, moves, mixes up, makes up, falls or hangs is found out."""
    monkeypatch.setattr(reading, "read", planted)
    if planted is never_ends:
        monkeypatch.setattr(watch, "LIMIT", 0.2)
    assert any(told in kind for kind in found("reading", 1500))


def test_a_hang_in_the_end_of_an_object(monkeypatch: pytest.MonkeyPatch) -> None:
    """What hangs where Python lets no exception out is interrupted all the same, once it is out."""

    class Lingers:
        def __del__(self) -> None:
            while True:
                pass

    def lingering() -> None:
        Lingers()
        while True:
            pass

    monkeypatch.setattr(watch, "LIMIT", 0.05)
    with pytest.raises(watch.Hang), watch.watched():
        lingering()


def test_bad_round_trip(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that does not give back what was written is found out."""
    monkeypatch.setattr(writing, "read", loses_the_last)
    assert found("writing", 200)


def test_bad_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is not as its schema says, and one that leaves a stay out, are found out."""
    from channelsync.cli import check

    monkeypatch.setattr(check, "_claimed", lambda *_: iter(()))
    assert any("nights are lost" in kind for kind in found("commands", 30))
    monkeypatch.setattr(check, "_document", lambda *_: {"now": "yesterday"})
    assert any("ValidationError" in kind for kind in found("commands", 30))


# -- the engine --------------------------------------------------------------------------------------------------------


def fails_on_a_marker(data: bytes) -> frozenset[str]:
    """A target that one line is enough to break."""
    assert b"SUMMARY" not in data
    return frozenset()


def test_smaller_and_again(kept: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """An input that fails is cut down to what matters, kept, and runs again from its file."""
    target = Target("marker", fails_on_a_marker, lambda rng: [*exports(rng)], 1)
    body = calendar(*map(stay, range(3)))
    failure = attempt(target, body)
    assert isinstance(failure, Failure)
    assert smaller(target, body, failure) == b"SUMMARY"
    monkeypatch.setitem(TARGETS, "marker", target)
    assert not fuzz(["marker"], seed=SEED, seconds=5, most=40)
    (path,) = kept.iterdir()
    assert path.read_bytes() == b"SUMMARY"
    assert f"--replay {path}" in capsys.readouterr().out
    for name, code in (("marker", 1), ("reading", 0)):
        copy = path.rename(path.with_name(f"{name}-1"))
        monkeypatch.setattr("sys.argv", ["tests.fuzz", "--replay", str(copy)])
        assert program.main() == code
        path = copy


def test_same_seed_same_inputs() -> None:
    """One seed means one sequence of inputs."""
    seen: list[list[bytes]] = []
    for _ in range(2):
        run: list[bytes] = []

        def noted(data: bytes, run: list[bytes] = run) -> frozenset[str]:
            run.append(data)
            return frozenset({str(len(data) % 7)})

        fuzzer = Fuzzer(Target("noted", noted, lambda rng: [*exports(rng), *ODD], 1), SEED)
        for _ in range(150):
            fuzzer.step()
        seen.append(run)
    assert seen[0] == seen[1]


# -- what the targets stand on -----------------------------------------------------------------------------------------


def test_naive_reader() -> None:
    """It counts every beginning, understands plain stays, and says nothing of others."""
    body = calendar(
        stay(0),
        event("DTSTART:20270501T160000", "DTEND:2027050", " 4T110000"),
        event("DTSTART;VALUE=DATE:20270501", "DTEND;VALUE=DATE:20270503", "STATUS:CANCELLED"),
        event("DTSTART:20270601T230000Z", "DTEND:20270603T230000Z"),
    ).replace(b"BEGIN:VEVENT", b"begin:vevent", 1)
    seen = naive.events(body, utc=False, timezone="Europe/Paris")
    stays = ["2027-04-01/2027-04-04", "2027-05-01/2027-05-04", "None", "2027-06-02/2027-06-04"]
    assert [str(one.stay) for one in seen] == stays
    assert str(naive.events(body, utc=True, timezone="Europe/Paris")[3].stay) == "2027-06-01/2027-06-03"


def test_seeds() -> None:
    """Fuzzing starts from calendars of every platform, with stays in them, and from every kind of answer."""
    bodies = list(exports(Random(SEED)))
    assert len(bodies) == 7 * len(PLATFORMS)
    assert sum(body.count(b"BEGIN:VEVENT") for body in bodies) > 60
    met = frozenset[str]().union(*(TARGETS["commands"].run(one) for one in commands.seeds(Random(SEED))))
    for name in ("check", "replay-line", "feed", "sync", "order", "status", "calendar", "takeover"):
        assert any(one.startswith(f"{name}: ") for one in met), name


@pytest.mark.parametrize(
    "arguments", [["check", "ical=https://x"], ["check", "ical=webcal:x"], ["--db", "/x"], ["--out", "../x"], ["demo"]]
)
def test_stays_at_home(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that would leave the machine or the folder are not run."""
    monkeypatch.setattr(commands, "main", lambda given: pytest.fail(f"ran {given}"))
    assert commands.commands("\n".join(arguments).encode() + SEPARATOR + b"x") == frozenset()


def test_choices() -> None:
    """Bytes make choices in range, and first ones when they are used up."""
    drawn = Choices(b"\xff\x01\x05hello")
    assert drawn.number(0, 9) == 5
    assert drawn.yes()
    assert drawn.text(9) == "hello"
    assert not drawn
    assert (drawn.number(3, 300), drawn.yes(), drawn.one("abc"), drawn.text(9)) == (3, False, "a", "")
