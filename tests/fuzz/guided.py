"""The same targets led by the coverage of atheris, for one target and process: ``python -m tests.fuzz.guided TARGET``.

Atheris has wheels for some machines only and is therefore no dependency of the tree: ``make fuzz`` uses it where
somebody has installed it. Half of the changes are its own, half those of `mutate`. It stops at the first input that
fails, and keeps it where the engine keeps its own.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from random import Random
from typing import Any

import atheris  # type: ignore[import-not-found]

_PRODUCT = ["channelsync", *(f"channelsync_{name}" for name in ("airbnb", "booking", "greengo"))]

with atheris.instrument_imports(include=_PRODUCT):
    from tests.fuzz.engine import KEPT, Failure, attempt
    from tests.fuzz.mutate import LONGEST, Mutator
    from tests.fuzz.targets import TARGETS, Target


def _run(target: Target, data: bytes) -> None:
    """Run one input.

    Raises:
        AssertionError: it failed.
    """
    result = attempt(target, data)
    assert not isinstance(result, Failure), result.text


def main() -> None:
    """Fuzz one target for a time; the exit status is not 0 where an input failed."""
    told = argparse.ArgumentParser(prog="python -m tests.fuzz.guided")
    told.add_argument("target", choices=sorted(TARGETS))
    told.add_argument("--seed", type=int, required=True)
    told.add_argument("--seconds", type=int, required=True)
    chosen = told.parse_args()
    target = TARGETS[chosen.target]
    fuzzer: Any = atheris
    KEPT.mkdir(parents=True, exist_ok=True)

    def mutated(data: bytes, most: int, seed: int) -> bytes:
        rng = Random(seed)
        if rng.random() < 0.5:
            return bytes(fuzzer.Mutate(data, most))
        made = Mutator(rng, words=target.words)(data, data)
        return made if len(made) <= most else data

    with tempfile.TemporaryDirectory(prefix="channelsync-corpus-") as folder:
        for one in target.seeds(Random(chosen.seed)):
            Path(folder, sha256(one).hexdigest()[:16]).write_bytes(one)
        options = [f"-max_total_time={chosen.seconds}", f"-seed={chosen.seed % 2**32 or 1}", f"-max_len={LONGEST // 4}"]
        options += [f"-artifact_prefix={KEPT.resolve()}/{target.name}-", "-print_final_stats=1", "-verbosity=0", folder]
        fuzzer.Setup([sys.argv[0], *options], lambda data: _run(target, bytes(data)), custom_mutator=mutated)
        fuzzer.Fuzz()


if __name__ == "__main__":
    main()
