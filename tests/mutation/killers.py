"""What must notice a mistake: the tests by their cost, then the world; each run in a process that sees only the copy.

A mistake may make a loop endless: each test, and each life, ends what takes too long. A killer's word counts only if it
passes on the clean tree, which `Bench` sees to before it believes the first failure. Nothing is written to the work
tree: neither the mistake, nor what pytest and hypothesis remember of it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Final, final

from attrs import define, field, frozen

from tests.mutation.inside import OUTSIDE, TREE
from tests.mutation.mutant import KERNEL, Mutant, MutantError, planted
from tests.support import ROOT

__all__ = ["PROPERTIES", "SCENARIOS", "UNIT", "Bench", "Death", "Killer", "world"]

_SEED: Final = 20261122
"""Of the property tests, so that what kills a mistake today kills it tomorrow."""
_LOADED: Final = ("pytest_timeout", "_hypothesis_pytestplugin")
"""The only ones of the installed plugins: the others take longer to load than some tests to run."""
_QUICK: Final = ("-x", "-q", "--tb=no", "-p", "no:cacheprovider", *(word for one in _LOADED for word in ("-p", one)))


@final
@frozen
class Killer:
    """A way to notice mistakes: what to run in Python, and test files, the mistaken module's own first."""

    name: str
    arguments: tuple[str, ...] = ("-m", "pytest", "-p", "tests.mutation.inside")
    files: tuple[Path, ...] = ()

    def command(self, module: str = "") -> list[str]:
        """Return the command that looks for a mistake in that module."""
        files = sorted(self.files, key=lambda path: path.stem != f"test_{module}")
        quick = [*_QUICK, f"--hypothesis-seed={_SEED}"] if files else []
        return [sys.executable, *self.arguments, *quick, *map(str, files)]


def _tests(folder: str) -> tuple[Path, ...]:
    return tuple(sorted((ROOT / "tests" / folder).glob("test_*.py")))


UNIT: Final = Killer("unit tests", files=_tests("unit/kernel"))
PROPERTIES: Final = Killer("property tests", files=_tests("property"))
SCENARIOS: Final = Killer("scenarios", files=(ROOT / "tests/simulation/test_scenarios.py",))


def world(lives: int, days: int, climate: str) -> Killer:
    """Return the world on so many fixed seeds, with these faults."""
    told = (f"--lives={lives}", f"--days={days}", f"--climate={climate}")
    return Killer("world", ("-m", "tests.mutation.lives", *told))


@final
@frozen
class Death:
    """What became of a mistake: who killed it and how, nobody where it survived, after so many seconds."""

    mutant: Mutant
    killer: str
    how: str
    seconds: float

    @property
    def survived(self) -> bool:
        """Whether nobody noticed."""
        return not self.killer


@final
@define
class Bench:
    """A folder with a clean copy of the packages, and one more for each mistake while it is looked for."""

    folder: Path
    _passed: dict[str, float] = field(factory=dict[str, float])
    _lock: Lock = field(factory=Lock)

    @classmethod
    def of(cls, folder: Path) -> Bench:
        """Copy the packages as they are now: what is edited meanwhile does not disturb the check."""
        for source in sorted(ROOT.glob("packages/*/src")):
            leave_out = shutil.ignore_patterns("__pycache__", "*.egg-info")
            shutil.copytree(source, folder / "clean" / source.relative_to(ROOT), ignore=leave_out)
        return cls(folder)

    def judge(self, mutant: Mutant, killers: tuple[Killer, ...]) -> Death:
        """Plant a mistake in a copy of its own, and ask one killer after the other until one notices it."""
        tree = self.folder / mutant.name
        shutil.copytree(self.folder / "clean", tree)
        path = tree / KERNEL / f"{mutant.module}.py"
        path.write_text(planted(mutant, path.read_text(encoding="utf-8")), encoding="utf-8")
        for compiled in (path.parent / "__pycache__").glob(f"{mutant.module}.*.pyc"):
            compiled.unlink()
        begun = monotonic()
        waited = 0.0
        try:
            for killer in killers:
                waited += self._believe(killer)
                how = self._run(killer, tree, mutant.module)
                if how:
                    return Death(mutant, killer.name, how, monotonic() - begun - waited)
            return Death(mutant, "", "", monotonic() - begun - waited)
        finally:
            shutil.rmtree(tree)

    def _believe(self, killer: Killer) -> float:
        """Make sure that the killer passes on the clean tree; return how long that took, in seconds.

        Raises:
            MutantError: it does not, so that its word means nothing.
        """
        begun = monotonic()
        with self._lock:
            if killer.name not in self._passed:
                how = self._run(killer, self.folder / "clean")
                if how:
                    msg = f"{killer.name}: fails on the clean tree, so it proves nothing: {how}"
                    raise MutantError(msg)
                self._passed[killer.name] = monotonic() - begun
        return monotonic() - begun

    def _run(self, killer: Killer, tree: Path, module: str = "") -> str:
        """Run a killer in a tree; return what it noticed, empty where nothing.

        Raises:
            MutantError: it could not do its work, which is no verdict.
        """
        command, where = killer.command(module), self._environment(tree)
        done = subprocess.run(command, cwd=ROOT, env=where, capture_output=True, text=True, check=False)
        if done.returncode == OUTSIDE:
            msg = f"{killer.name}: did not test the tree in {tree}"
            raise MutantError(msg)
        if done.returncode not in {0, 1}:
            msg = f"{killer.name}: could not run (exit status {done.returncode}):\n{done.stdout}{done.stderr}"
            raise MutantError(msg)
        return _noticed(done.stdout) if done.returncode else ""

    def _environment(self, tree: Path) -> dict[str, str]:
        """Return an environment in which the tree comes first, without anything that would lead tests elsewhere."""
        ours = ("PYTEST", "PYTHON", "COV", "HYPOTHESIS", "CHANNELSYNC")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
        return kept | {
            "PYTHONPATH": os.pathsep.join(str(source) for source in sorted(tree.glob("packages/*/src"))),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "HYPOTHESIS_STORAGE_DIRECTORY": str(self.folder / "hypothesis"),
            TREE: str(tree),
        }


def _noticed(output: str) -> str:
    """Return the line that says what failed first."""
    lines = [line for line in output.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return lines[0].partition(" ")[2] if lines else "it ended at once"
