"""What is fuzzed: three functions of bytes that return quietly, or raise because something does not hold.

Each returns what was *met*, as short texts: an input that meets something new is worth changing further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Final, final

from attrs import frozen

from tests.fuzz import commands, corpus, reading, writing

__all__ = ["TARGETS", "Target"]


@final
@frozen
class Target:
    """One target.

    ``run`` takes an input; ``seeds`` gives the inputs to start from; ``words`` are worth putting into inputs; ``share``
    is its part of the time; ``traced`` says that the lines it runs are worth noting, which makes it slower.
    """

    name: str
    run: Callable[[bytes], frozenset[str]]
    seeds: Callable[[Random], Iterable[bytes]]
    share: float
    words: Sequence[bytes] = ()
    traced: bool = True


def _calendars(rng: Random) -> Iterable[bytes]:
    return [*corpus.exports(rng), *corpus.ODD]


def _choices(rng: Random) -> Iterable[bytes]:
    return [b"", *(rng.randbytes(rng.randrange(900)) for _ in range(60))]


TARGETS: Final = {
    one.name: one
    for one in (
        Target("reading", reading.reading, _calendars, 0.5),
        Target("writing", writing.writing, _choices, 0.2),
        Target("commands", commands.commands, commands.seeds, 0.3, commands.WORDS, traced=False),
    )
}
"""The targets by name."""
