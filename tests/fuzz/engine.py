"""The fuzzers' engine: seeded, in one process, led by what is new.

Each target has a pool of inputs, at first its seeds. An input drawn from it is changed (`mutate`) and run; one that
meets something new joins the pool. New is what a target says it met, and for every fourth input also which lines of the
product ran. The same seed gives each target the same inputs in the same order, however fast the machine.

An input that fails is made smaller while it fails in the same way, kept as a file, and the run goes on.
"""

from __future__ import annotations

import faulthandler
import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from random import Random
from types import CodeType, FrameType
from typing import Any, Final, final

from attrs import Factory, define, field, frozen

from tests.fuzz.mutate import Mutator
from tests.fuzz.targets import TARGETS, Target
from tests.fuzz.watch import Hang

__all__ = ["Failure", "Fuzzer", "attempt", "fuzz", "smaller"]

KEPT: Final = Path("build/fuzz")
"""Where inputs that fail are kept."""
_STUCK: Final = 120
_TRIES: Final = 3
_TRACED: Final = 4
_MOST_FAILURES: Final = 20
_PRODUCT: Final = re.compile(r"[/\\]channelsync(_[a-z]+)?[/\\](ical|cli|adapter|wire|nights)")


@final
@frozen
class Failure:
    """How an input failed: what tells it from other failures, and the traceback."""

    kind: str
    text: str = field(eq=False)


def attempt(target: Target, data: bytes) -> Failure | frozenset[str]:
    """Run one input; one that seems to hang is run again, because a crowded machine stalls anything now and then."""
    result = _once(target, data)
    for _ in range(_TRIES - 1):
        if not isinstance(result, Failure) or not result.kind.startswith(Hang.__name__):
            break
        result = _once(target, data)
    return result


def _once(target: Target, data: bytes) -> Failure | frozenset[str]:
    try:
        return target.run(data)
    except (Exception, Hang) as error:  # noqa: BLE001 - whatever it is, it is what we are looking for
        frames = traceback.extract_tb(error.__traceback__)
        # A hang is interrupted anywhere: what it was doing for the product is enough to know it again.
        inside = [one for one in frames if _PRODUCT.search(one.filename)] if isinstance(error, Hang) else frames
        place = f"{Path(inside[-1].filename).name}:{inside[-1].name}" if inside else "?"
        told = re.sub(r"\d+|'.*", "#", str(error))[:60]
        return Failure(f"{type(error).__name__} at {place}: {told}", traceback.format_exc())


def smaller(target: Target, data: bytes, failure: Failure, *, seconds: float = 10) -> bytes:
    """Return a smaller input that fails in the same way: lines left out, then bytes, many at a time and then few."""
    until = time.monotonic() + seconds
    for by_line in (True, False):
        parts = data.splitlines(keepends=True) if by_line else [data[at : at + 1] for at in range(len(data))]
        size = max(1, len(parts) // 2)
        while size and time.monotonic() < until:
            at = 0
            while at < len(parts) and time.monotonic() < until:
                fewer = parts[:at] + parts[at + size :]
                if attempt(target, b"".join(fewer)) == failure:
                    parts = fewer
                else:
                    at += size
            size //= 2
        data = b"".join(parts)
    return data


@final
@define
class Fuzzer:
    """One target being fuzzed."""

    target: Target
    seed: int
    pool: list[bytes] = Factory(list)
    met: set[object] = Factory(set)
    runs: int = 0
    used: float = 0
    failures: dict[str, bytes] = Factory(dict)
    _rng: Random = field(init=False)
    _mutate: Mutator = field(init=False)
    _seeds: Iterator[bytes] = field(init=False)
    _lines: set[object] = Factory(set)

    def __attrs_post_init__(self) -> None:
        """Make the seeds."""
        self._rng = Random(f"{self.target.name} {self.seed}")
        self._mutate = Mutator(self._rng, words=self.target.words)
        self.pool += self.target.seeds(self._rng)
        self._seeds = iter(tuple(self.pool))

    def step(self) -> Failure | None:
        """Run one input; return how it failed, if it did in a way that is new."""
        data = next(self._seeds, None)
        fresh = data is None
        if data is None:
            # Late inputs are those that met something new: they are drawn more often.
            place = int(len(self.pool) * self._rng.random() ** 0.7)
            data = self._mutate(self.pool[place], self._rng.choice(self.pool))
        self.runs += 1
        begun = time.perf_counter()
        _note(self.target, data)
        if self.target.traced and self.runs % _TRACED == 0 and sys.gettrace() is None:
            result = _traced(lambda: _once(self.target, data), self._lines)
            if isinstance(result, Failure):  # tracing takes time of its own
                result = attempt(self.target, data)
        else:
            result = attempt(self.target, data)
            self._lines.clear()
        self.used += time.perf_counter() - begun
        if isinstance(result, Failure):
            if result.kind in self.failures or len(self.failures) >= _MOST_FAILURES:
                return None
            self.failures[result.kind] = data
            return result
        found = result | self._lines
        if fresh and not found <= self.met:
            self.pool.append(data)
        self.met |= found
        return None


def fuzz(names: list[str], *, seed: int, seconds: float, most: int | None = None) -> bool:
    """Fuzz these targets, in turn by their share of the time; return whether nothing failed."""
    print(f"fuzz: seed {seed}, {seconds:g} s, {', '.join(names)}", flush=True)
    fuzzers = [Fuzzer(TARGETS[name], seed) for name in names]
    for one in fuzzers:  # each gets ready at its first input, which is not what the time is for
        _step(one)
        one.used = 0
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        waiting = [one for one in fuzzers if most is None or one.runs < most]
        if not waiting:
            break
        _step(min(waiting, key=lambda each: each.used / each.target.share))
    faulthandler.cancel_dump_traceback_later()
    (KEPT / "running").unlink(missing_ok=True)
    for one in fuzzers:
        rate = one.runs / one.used if one.used else 0
        print(
            f"fuzz: {one.target.name}: {one.runs} inputs, {rate:.0f} a second, {len(one.pool)} kept in the pool, "
            f"{len(one.met)} things met, {len(one.failures)} failures",
            flush=True,
        )
    return not any(one.failures for one in fuzzers)


def _step(one: Fuzzer) -> None:
    """Run one input under the watch of ``faulthandler``; keep it where it fails."""
    if one.runs % 50 == 0:
        faulthandler.dump_traceback_later(_STUCK, exit=True, file=sys.__stderr__)
    failure = one.step()
    if failure is not None:
        _keep(one, failure)


def _keep(one: Fuzzer, failure: Failure) -> None:
    """Make the input smaller, write it to a file, and say how to run it again."""
    data = smaller(one.target, one.failures[failure.kind], failure)
    path = KEPT / f"{one.target.name}-{sha256(data).hexdigest()[:12]}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    print(f"\nfuzz: {one.target.name}: input {one.runs} of seed {one.seed} fails: {failure.kind}")
    print(failure.text[-3000:])
    print(f"fuzz: again: python -m tests.fuzz --replay {path}   ({len(data)} bytes)\n", flush=True)


_running: list[int] = []


def _note(target: Target, data: bytes) -> None:
    """Keep the input that runs in a file, in case the process dies of it."""
    if not _running:
        KEPT.mkdir(parents=True, exist_ok=True)
        _running.append(os.open(KEPT / "running", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644))
    os.pwrite(_running[0], b"%s\n%s" % (target.name.encode(), data), 0)
    os.ftruncate(_running[0], len(target.name) + 1 + len(data))


def _traced(run: Callable[[], Any], lines: set[object]) -> Any:
    """Run while noting which lines of the product are passed."""
    lines.clear()
    ours: dict[CodeType, bool] = {}

    def local(frame: FrameType, event: str, _: object) -> Any:
        if event == "line":
            lines.add((frame.f_code, frame.f_lineno))
        return local

    def called(frame: FrameType, _: str, __: object) -> Any:
        code = frame.f_code
        mine = ours.get(code)
        if mine is None:
            mine = ours[code] = bool(_PRODUCT.search(code.co_filename))
        return local if mine else None

    sys.settrace(called)
    try:
        return run()
    finally:
        sys.settrace(None)
