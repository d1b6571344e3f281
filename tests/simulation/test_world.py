"""Many short lives of one unit, each from its own seed, and the laws that none of them may break.

``CHANNELSYNC_RUNS`` and ``CHANNELSYNC_DAYS`` make it longer. A failure prints the seed and the whole time line.
"""

from __future__ import annotations

import os
from typing import Final

import pytest

from tests.simulation.drive import World
from tests.simulation.mix import MEASURED, UNTYPED, Life, play

pytestmark = [pytest.mark.simulation, pytest.mark.slow, pytest.mark.timeout(0)]

RUNS: Final = int(os.environ.get("CHANNELSYNC_RUNS", "5"))
DAYS: Final = float(os.environ.get("CHANNELSYNC_DAYS", "6"))
REVISIONS_PER_ACT: Final = 4
"""A stay closes on two listings and opens on two: four calendars a life at most, and few more for what is unclear."""


def lived(seed: int, life: Life) -> World:
    """Play a life; what holds in every world is asserted here."""
    world = play(seed, DAYS, life)
    acts = world.tally.acts
    assert world.tally.lost == [], world.told()
    assert world.tally.false_certain == [], world.told()
    assert world.ghosts() == [], f"{world.ghosts()}{world.told()}"
    assert world.tally.revisions <= REVISIONS_PER_ACT * acts + 2 * len(world.sides), world.told()
    return world


@pytest.mark.parametrize("seed", range(RUNS))
def test_platforms_as_measured(seed):
    """Typed Airbnb, merging Booking.com and GreenGo without echo: no wrong opening, no ghost, no conflict missed."""
    world = lived(seed, MEASURED)
    assert world.tally.wrong == [], world.told()


@pytest.mark.parametrize("seed", range(max(1, RUNS // 3)))
def test_three_untyped_platforms_that_all_echo(seed):
    """The hardest world: nothing is lost, nothing haunts; wrong openings are counted elsewhere."""
    lived(seed, UNTYPED)


def test_the_same_seed_gives_the_same_history():
    """Byte for byte: a failure can be played again."""
    assert play(7, 2).told() == play(7, 2).told()
