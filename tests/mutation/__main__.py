"""Plant known mistakes into the kernel, one at a time, and show who notices each: ``python -m tests.mutation``.

Run from the root of the tree. Every mistake goes into a copy of the packages; the tests look for it in the order of
their cost, and the first that fails has killed it. The exit status is 1 where a mistake survives, 2 where the check
itself proves nothing: a mistake cannot be planted any more, or the tests fail without one.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.mutation.killers import PROPERTIES, SCENARIOS, UNIT, Bench, Death, Killer, world
from tests.mutation.mistakes import MISTAKES
from tests.mutation.mutant import Mutant, MutantError


def main() -> int:
    """Do as told."""
    told = _arguments()
    chosen = told.parse_args()
    unknown = set(chosen.names) - {one.name for one in MISTAKES}
    if unknown:
        told.error(f"no such mistake: {', '.join(sorted(unknown))}")
    every = [one for one in MISTAKES if one.shows or chosen.by != "world"]
    mutants = [one for one in MISTAKES if one.name in chosen.names] if chosen.names else every
    if chosen.list:
        print(*(f"{one.name} ({one.module}.py)\n    {one.breaks}" for one in mutants), sep="\n")
        return 0
    lives = world(chosen.lives, chosen.days, chosen.climate)
    killers = {"unit": UNIT, "property": PROPERTIES, "scenarios": SCENARIOS, "world": lives}
    try:
        return _judged(mutants, (killers[chosen.by],) if chosen.by else tuple(killers.values()), chosen.jobs)
    except MutantError as error:
        print(f"mutants: {error}", file=sys.stderr)
        return 2


def _arguments() -> argparse.ArgumentParser:
    told = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    told.add_argument("names", nargs="*", metavar="NAME", help="these mistakes; all of them where none is named")
    by = "this killer alone; by the world alone, only the mistakes that show in behaviour, unless others are named"
    told.add_argument("--by", choices=["unit", "property", "scenarios", "world"], help=by)
    told.add_argument("--lives", type=int, default=30, help="of the world, seeds from 0 (default: %(default)s)")
    told.add_argument("--days", type=int, default=30, help="of each life (default: %(default)s)")
    told.add_argument("--climate", default="all", help='the world\'s faults, as in "all echo=1" (default: %(default)s)')
    told.add_argument("--jobs", type=int, default=1, help="so many mistakes at a time (default: %(default)s)")
    told.add_argument("--list", action="store_true", help="only say what the mistakes are")
    return told


def _judged(mutants: list[Mutant], killers: tuple[Killer, ...], jobs: int) -> int:
    """Judge the mistakes, a line for each as it is known, and sum up."""
    begun = monotonic()
    deaths: list[Death] = []
    with TemporaryDirectory(prefix="channelsync-mutants-") as folder, ThreadPoolExecutor(jobs) as pool:
        bench = Bench.of(Path(folder))
        wide = max(len(one.name) for one in mutants)
        for death in pool.map(lambda one: bench.judge(one, killers), mutants):
            deaths.append(death)
            by = death.killer or "SURVIVED"
            print(f"{death.mutant.name:{wide}}  {by:14}  {death.seconds:6.1f} s  {death.how[:160]}", flush=True)
    survivors = [one for one in deaths if one.survived]
    shares = ", ".join(
        f"{times} by the {name}" for name, times in Counter(one.killer for one in deaths).items() if name
    )
    print(f"{len(deaths) - len(survivors)} of {len(deaths)} killed ({shares}) in {monotonic() - begun:.0f} s")
    for one in survivors:
        print(f"survived: {one.mutant.name} ({one.mutant.module}.py): {one.mutant.breaks}")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
