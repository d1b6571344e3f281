"""Many lives played, over as many processes as there are cores, and added up.

Each life is drawn from its own seed, so lives have nothing in common and any process may play any of them. They are
added up in the order of their seeds, whichever ends first: the same seeds give the same sums, with one process or with
eight. What is kept of a life is its counts; of one that broke a law, its script and its breaches as well.

A life that ends in an error of the program's own has broken a law (`CRASH`): its seed is told like any other's.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from collections import Counter, deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import closing, contextmanager
from datetime import timedelta
from functools import cache, partial
from multiprocessing.connection import Connection, wait
from threading import Thread
from typing import Final, final

from attrs import define, field, frozen

from channelsync.adapter import Registry, discover
from channelsync.nights import NO_NIGHTS
from channelsync.policy import DEFAULT_POLICY, Policy
from channelsync.testing.world.hazards import ALL, Climate
from channelsync.testing.world.judge import Breach, Law
from channelsync.testing.world.script import Script, drawn
from channelsync.testing.world.tally import Tally
from channelsync.testing.world.world import play

__all__ = ["CRASH", "LAWS", "Broken", "Harvest", "cores", "crashed", "many"]

CRASH: Final = "no internal error"
LAWS: Final = (*Law.ALL, CRASH)
"""Every law, as it is named in a breach."""


@final
@frozen
class Broken:
    """A life that broke a law: its script, and each breach."""

    script: Script
    breaches: tuple[Breach, ...]


@final
@define
class Harvest:
    """What many lives have shown.

    ``digest`` is a fingerprint of all their histories; ``interrupted`` says that somebody ended it before its time.
    """

    tally: Tally = field(factory=Tally)
    broken: list[Broken] = field(factory=list[Broken])
    digest: str = ""
    interrupted: bool = False

    def add(self, one: _Lived) -> None:
        """Count one more life in."""
        self.tally.add(one.tally)
        self.digest = hashlib.sha256(f"{self.digest}{one.digest}".encode()).hexdigest()[:16]
        if one.broken is not None:
            self.broken.append(one.broken)


@final
@frozen
class _Lived:
    """What is left of a life once it has been played."""

    tally: Tally
    digest: str
    broken: Broken | None


def cores() -> int:
    """Return how many processes can run at once here."""
    mine = getattr(os, "sched_getaffinity", None)
    return max(1, len(mine(0)) if mine else os.cpu_count() or 1)


def many(
    seeds: Iterable[int],
    days: int = 90,
    climate: Climate = ALL,
    *,
    policy: Policy = DEFAULT_POLICY,
    jobs: int | None = None,
    told: Callable[[Harvest], None] | None = None,
) -> Harvest:
    """Play a life for each seed, and return their sum.

    Ctrl-C ends it at once, with what has been counted until then.

    Args:
        seeds: one for each life.
        days: how long things happen in each life.
        climate: which hazards there are.
        policy: the thresholds that our side decides by.
        jobs: so many processes, by default as many as there are cores; 1 plays in this one.
        told: hears of the sum after each life, in the order of the seeds.
    """
    harvest = Harvest()
    life = partial(_lived, days=days, climate=climate, policy=policy)
    try:
        with closing(_played(life, iter(seeds), cores() if jobs is None else jobs)) as played:
            for one in played:
                harvest.add(one)
                if told is not None:
                    told(harvest)
    except KeyboardInterrupt:
        harvest.interrupted = True
    return harvest


def _played(life: Callable[[int], _Lived], seeds: Iterator[int], jobs: int) -> Generator[_Lived]:
    """Yield the lives in the order of their seeds; only a few are under way, or wait for their turn."""
    if jobs <= 1:
        yield from map(life, seeds)
        return
    with _workers(jobs) as pool:
        under_way: deque[Future[_Lived]] = deque()
        for seed in seeds:
            under_way.append(pool.submit(life, seed))
            if len(under_way) > 2 * jobs:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


@contextmanager
def _workers(jobs: int) -> Generator[ProcessPoolExecutor]:
    """Start processes that end with this one, or as soon as the block is left early."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(theirs,))
    try:
        yield pool
        pool.shutdown()
    except BaseException:
        ours.close()
        pool.shutdown(cancel_futures=True)
        raise
    finally:
        ours.close()
        theirs.close()


def _begin(line: Connection) -> None:
    """Make a process ready to play: Ctrl-C is its parent's affair, whose end is its own."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None
    Thread(target=_end_with, args=([line, parent.sentinel],), daemon=True).start()


def _end_with(lines: list[Connection | int]) -> None:
    wait(lines)
    os._exit(1)


@cache
def _channels() -> Registry:
    return discover()


def _lived(seed: int, *, days: int, climate: Climate, policy: Policy) -> _Lived:
    """Play one life."""
    script = drawn(seed, days, climate)
    before: list[Breach] = []
    try:
        life = play(script, policy=policy, registry=_channels(), heard=before.append)
    except Exception as error:  # noqa: BLE001 - an error of our own must not hide the other lives, nor its seed
        breaches = (*before, crashed(script, error))
        tally = Tally(lives=1, broken=Counter(one.law for one in breaches))
        return _Lived(tally, CRASH, Broken(script, breaches))
    return _Lived(life.tally, life.digest, Broken(script, life.breaches) if life.breaches else None)


def crashed(script: Script, error: Exception) -> Breach:
    """Return the breach that an error of the program's own is."""
    end = script.start + timedelta(days=script.days)
    return Breach(CRASH, end, None, NO_NIGHTS, f"{type(error).__name__}: {error}")
