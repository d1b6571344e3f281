"""Fuzz what strangers' bytes go through: ``python -m tests.fuzz``, from the root of the tree.

``--replay FILE`` runs one kept input again and shows its traceback. The exit status is 1 where an input failed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from random import SystemRandom

from tests.fuzz.engine import Failure, attempt, fuzz
from tests.fuzz.targets import TARGETS


def main() -> int:
    """Do as told."""
    told = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    told.add_argument("--seconds", type=float, default=60, help="in all (default: %(default)s)")
    told.add_argument("--seed", type=int, default=SystemRandom().randrange(2**32), help="default: a fresh one, printed")
    told.add_argument("--only", choices=sorted(TARGETS), action="append", help="this target; may be given again")
    told.add_argument("--inputs", type=int, help="at most so many of each target")
    told.add_argument("--guided", action="store_true", help="half of the time led by atheris, where it is installed")
    told.add_argument("--replay", type=Path, metavar="FILE", help="run one kept input, named TARGET-...")
    chosen = told.parse_args()
    if chosen.replay:
        return _replayed(chosen.replay)
    names = chosen.only or list(TARGETS)
    guided = chosen.guided and find_spec("atheris") is not None
    if chosen.guided and not guided:
        print("fuzz: atheris is not installed; the engine's own way takes all of the time")
    good = fuzz(names, seed=chosen.seed, seconds=chosen.seconds / (2 if guided else 1), most=chosen.inputs)
    for name in names if guided else []:
        share = TARGETS[name].share / sum(TARGETS[one].share for one in names)
        seconds = max(1, int(chosen.seconds / 2 * share))
        command = [sys.executable, "-m", "tests.fuzz.guided", name, f"--seed={chosen.seed}", f"--seconds={seconds}"]
        print(f"fuzz: {name}: {seconds} s with atheris", flush=True)
        good &= subprocess.run(command, check=False).returncode == 0
    return 0 if good else 1


def _replayed(path: Path) -> int:
    """Run one input again."""
    target = TARGETS[path.name.partition("-")[0]]
    result = attempt(target, path.read_bytes())
    print(result.text if isinstance(result, Failure) else f"nothing fails; met: {', '.join(sorted(result))}")
    return 1 if isinstance(result, Failure) else 0


if __name__ == "__main__":
    sys.exit(main())
