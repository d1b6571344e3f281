"""Keep a life that breaks a law: ``python -m tests.simulation.golden SEED``, from the root of the tree.

The life is drawn, played, made short for each law it breaks, and written beside this file, where every run of the tests
plays it again. A drawn life is not kept under its number alone: what is drawn from a seed changes with the world.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from channelsync.testing.world import MOST, Climate, Golden, drawn, many, shrink
from channelsync.testing.world.golden import text

HERE = Path(__file__).parent


def main() -> int:
    """Do as told; the exit status is 1 where there is nothing to keep."""
    told = argparse.ArgumentParser(prog="python -m tests.simulation.golden", description=__doc__)
    told.add_argument("seed", type=int)
    told.add_argument("--days", type=int, default=90, help="length of the life (default: %(default)s)")
    told.add_argument("--faults", default="all", help="as `channelsync simulate` takes them")
    told.add_argument("--most", type=int, default=MOST, help="lives played at most for one law (default: %(default)s)")
    told.add_argument("--what", default="", help="one line that says what it was; else the breach says it")
    asked = told.parse_args()
    climate = Climate.of(asked.faults.split(","))
    broken = many([asked.seed], asked.days, climate, jobs=1).broken
    breaches = {breach.law: breach for one in broken for breach in reversed(one.breaches)}
    for law, breach in breaches.items():
        short = shrink(drawn(asked.seed, asked.days, climate), breach, most=asked.most)
        if short is not None:
            path = HERE / f"{law.replace(' ', '-')}-{asked.seed}.json"
            path.write_text(text(Golden(law, asked.what or short.breach.what, short.script)), "utf-8")
            print(short, f"kept as {path.name}", sep="\n")
    if not breaches:
        print(f"seed {asked.seed} breaks no law")
    return 0 if breaches else 1


if __name__ == "__main__":
    sys.exit(main())
