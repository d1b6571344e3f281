"""Play lives of the deterministic world in this tree, until one breaks a law: ``python -m tests.mutation.lives``."""

from __future__ import annotations

import argparse
import signal
import sys
from typing import Final

from tests.mutation.inside import OUTSIDE, is_inside

_LONGEST: Final = 120
"""Seconds that one life may compute, however busy the machine is: a mistake may make a loop endless."""


def main() -> int:
    """Do as told; the exit status is 1 where a law broke, or the world itself came to an end."""
    told = argparse.ArgumentParser(prog="python -m tests.mutation.lives", description=__doc__)
    told.add_argument("--lives", type=int, required=True, help="so many seeds, from 0")
    told.add_argument("--days", type=int, required=True, help="of each life")
    told.add_argument("--climate", default="all", help="the world's faults and their rates (default: %(default)s)")
    chosen = told.parse_args()
    if not is_inside():
        return OUTSIDE
    signal.signal(signal.SIGVTALRM, _too_long)
    for seed in range(chosen.lives):
        signal.setitimer(signal.ITIMER_VIRTUAL, _LONGEST)
        broken = _broken(seed, chosen.days, chosen.climate)
        if broken:
            print(f"FAILED life {seed}: {broken}")
            return 1
    return 0


def _too_long(*_: object) -> None:
    msg = f"a life that does not end within {_LONGEST} s"
    raise TimeoutError(msg)


def _broken(seed: int, days: int, climate: str) -> str:
    """Return the first law that a life breaks, or what ended it; empty where all is well."""
    from channelsync.testing.world import Climate, drawn, play

    try:
        life = play(drawn(seed, days, Climate.of(climate.split())))
    except Exception as error:  # noqa: BLE001 - a kernel that fails is noticed, however it fails
        return f"{type(error).__name__}: {error}"
    return str(life.breaches[0]) if life.breaches else ""


if __name__ == "__main__":
    sys.exit(main())
