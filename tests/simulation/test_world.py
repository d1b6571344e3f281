"""The laws of synchronisation, held in whole lives that are drawn, played and judged by the deterministic world.

Lives that once broke a law are played for ever (``golden/``); fresh ones are drawn anew each time, from the seed that
``make test`` prints, else from one of their own: ``channelsync simulate --seed N --days D`` plays one again.
``CHANNELSYNC_RUNS`` and ``CHANNELSYNC_DAYS`` make it longer, ``CHANNELSYNC_SEED`` begins elsewhere.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from multiprocessing import active_children
from pathlib import Path
from random import SystemRandom
from typing import Final

import pytest
from attrs import evolve

from channelsync.policy import DEFAULT_POLICY, Patience
from channelsync.testing.world import (
    CALM,
    CRASH,
    HAZARDS,
    Climate,
    Deed,
    Harvest,
    Law,
    Life,
    World,
    drawn,
    many,
    play,
    shrink,
)
from channelsync.testing.world.golden import value

pytestmark = [pytest.mark.simulation, pytest.mark.slow]

RUNS: Final = int(os.environ.get("CHANNELSYNC_RUNS", "5"))
DAYS: Final = int(os.environ.get("CHANNELSYNC_DAYS", "20"))
SEED: Final = int(os.environ.get("CHANNELSYNC_SEED", "0"))
GOLDEN: Final = sorted((Path(__file__).parent / "golden").glob("*.json"))
AT_ONCE: Final = Patience(1, timedelta(0))
RASH: Final = evolve(
    DEFAULT_POLICY,
    one_missing=AT_ONCE,
    two_missing=AT_ONCE,
    only_missing=AT_ONCE,
    mass_missing=AT_ONCE,
    one_share=1.0,
    two_share=1.0,
)
"""A policy that believes whatever is missing to be gone, at the first look: the mistake that the world must find."""


# -- the laws ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_what_once_broke_a_law_holds_it(path: Path) -> None:
    """A mistake that was found and mended stays mended."""
    golden = value(path.read_text("utf-8"))
    world = World(golden.script)
    if golden.broke == Law.SHORT_CUT:
        world.house.share = 1
    assert not world.played().breaches, golden.what


@pytest.mark.timeout(0)
def test_fresh_lives_break_no_law(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever is drawn, no law breaks; what breaks one is told with its seed and its shortest history.

    One life in five has listings on APIs, which take longer to play.
    """
    seed = SEED or int(request.config.getoption("hypothesis_seed") or SystemRandom().randrange(1, 10**9))
    apis = -(-RUNS // 5)
    with capsys.disabled():
        print(f"\n{RUNS} lives of {DAYS} days from seed {seed}, the last {apis} with APIs")
    plain = many(range(seed, seed + RUNS - apis), DAYS, jobs=1)
    called = many(range(seed + RUNS - apis, seed + RUNS), DAYS, Climate.of(["all", "apis"]), jobs=1)
    broken = (*plain.broken, *called.broken)
    told = [str(shrink(one.script, one.breaches[0], most=60)) for one in broken[:3]]
    seeds = [one.script.seed for one in broken]
    assert not seeds, "\n\n".join([f"{DAYS} days, seeds {seeds}", *told])
    assert plain.tally.lives + called.tally.lives == RUNS


def test_in_calm_weather_everything_is_told_and_nothing_haunts() -> None:
    """Where nothing goes wrong there is no wrong answer, no false alarm, and each night opens again."""
    harvest = many(range(40, 43), 20, CALM, jobs=1)
    assert harvest.broken == []
    assert not harvest.tally.faults
    assert not harvest.tally.false_conflicts["certain"]
    assert harvest.tally.reservations > 20


# -- the same again ----------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_history() -> None:
    """Byte for byte, in this process and in another one."""
    script = drawn(7, 12)
    assert drawn(7, 12) == script
    first, second = play(script), play(script)
    assert first.history == second.history
    code = "from channelsync.testing.world import drawn, play; print(play(drawn(7, 12)).digest)"
    env = {**os.environ, "PYTHONHASHSEED": "12345"}
    other = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert other.stdout.strip() == first.digest


def test_over_processes_the_sum_is_the_same() -> None:
    """Whoever plays them and whoever is done first: the same seeds give the same sum."""
    heard: list[int] = []
    alone = many(range(20, 24), 4, jobs=1)
    together = many(range(20, 24), 4, jobs=2, told=lambda harvest: heard.append(harvest.tally.lives))
    assert together == alone
    assert heard == [1, 2, 3, 4]


@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_ends_it_with_what_was_counted(jobs: int) -> None:
    """Whoever has no more time keeps what was played until then, and no process plays on."""

    def told(harvest: Harvest) -> None:
        if harvest.tally.lives == 3:
            raise KeyboardInterrupt

    harvest = many(range(10**6), 2, CALM, jobs=jobs, told=told)
    assert harvest.interrupted
    assert harvest.tally.lives == 3
    assert active_children() == []


@pytest.mark.parametrize("seed", [3, 11])
def test_without_the_short_cut_the_history_is_the_same(seed: int) -> None:
    """Looks and readings that are left out would have changed nothing: with each of them made in full, nothing does."""
    script = drawn(seed, 8)
    usual = World(script)
    proving = World(script)
    proving.house.share = 1
    first, second = usual.played(), proving.played()
    assert second.history == first.history
    assert second.tally.proved > 20 * first.tally.proved
    assert usual.house.state == proving.house.state
    assert not second.breaches


# -- hazards -----------------------------------------------------------------------------------------------------------

HABITS: Final[dict[str, Callable[[Life], bool]]] = {
    "late_import": lambda life: any(role.import_lag for role in life.script.cast.roles),
    "echo": lambda life: any(role.echo for role in life.script.cast.roles),
    "cached_export": lambda life: any(role.export_cache for role in life.script.cast.roles),
    "rolling": lambda life: any(
        role.opened_days or role.window_days or role.notice_nights for role in life.script.cast.roles
    ),
    "direct_links": lambda life: any(role.direct for role in life.script.cast.roles),
    "furnished": lambda life: bool(life.script.furnished),
    "untyped": lambda life: "airbnb" not in {role.channel for role in life.script.cast.roles},
    "hints": lambda life: any(role.hints for role in life.script.cast.roles),
    "race": lambda life: any(act.deed is Deed.RACE for act in life.script.acts),
    "resale": lambda life: any(act.deed is Deed.RESELL for act in life.script.acts),
    "owner_there": lambda life: bool(life.tally.acts["close_there"]),
    "api_routes": lambda life: any(role.api for role in life.script.cast.roles),
    "api_leaves_closed": lambda life: any(role.leaves_closed for role in life.script.cast.roles),
    "api_reopening_told": lambda life: any(role.reopening_told for role in life.script.cast.roles),
    "api_read_away": lambda life: any(role.read_away for role in life.script.cast.roles),
    "owner_here": lambda life: any(life.tally.acts[deed] for deed in ("block_here", "reserve_here", "adopt_here")),
}
"""How a hazard shows that is no fault counted as it happens."""


@pytest.mark.parametrize("name", HAZARDS)
def test_each_hazard_can_be_had_alone(name: str) -> None:
    """Switched on by its name it happens, and no other fault does."""
    share = HAZARDS[name].measure.name == "SHARE"
    words = [f"{name}={1 if share else 60}"] + (["hints=1"] if name.endswith("_hint") else [])
    words += ["api_routes=1"] if HAZARDS[name].apis and name != "api_routes" else []
    life = play(drawn(5, 3 if HAZARDS[name].apis else 6, Climate.of(words)))
    if name in HABITS:
        assert HABITS[name](life)
        assert not life.tally.faults
    else:
        assert set(life.tally.faults) == {name}
        assert life.tally.faults[name]
    assert not any(HABITS[other](life) for other in ("echo", "late_import", "direct_links") if other != name)
    assert [breach for breach in life.breaches if breach.law in {Law.LOST, Law.FALSE, Law.SHORT_CUT}] == []


# -- mistakes are found ------------------------------------------------------------------------------------------------


def test_a_mistake_is_found_and_told_in_few_acts() -> None:
    """A policy that believes a single look opens what is sold: the world sees it, and says it with hardly any act."""
    script = drawn(1, 8)
    wrong = [breach for breach in play(script, policy=RASH).breaches if breach.law == Law.WRONG]
    assert wrong
    short = shrink(script, wrong[0], policy=RASH)
    assert short is not None
    assert short.whole
    assert short.breach.law == Law.WRONG
    assert len(short.acts) <= 4
    assert short.script.days <= 3
    told = str(short)
    assert "opened although sold elsewhere" in told
    assert "shown to us" in told
    assert any("release" in what for _, what in short.history)
    assert shrink(script, wrong[0], policy=RASH) == short
    assert not play(short.script).breaches, "with our own policy it holds"


def test_an_error_of_our_own_is_a_broken_law_as_well() -> None:
    """A life that ends in an error is told with its seed, and the others are played; it can be made short too."""
    odd = evolve(DEFAULT_POLICY, grace="never")
    harvest = many([1, 2], 2, policy=odd, jobs=1)
    assert [one.breaches[0].law for one in harvest.broken] == [CRASH, CRASH]
    assert harvest.tally.broken[CRASH] == 2
    short = shrink(harvest.broken[0].script, harvest.broken[0].breaches[0], policy=odd)
    assert short is not None
    assert "TypeError" in short.breach.what
    assert short.script.days <= 1
