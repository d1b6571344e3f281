"""The plugins of `examples/`, and the skeletons that `channelsync plugin new` writes, as the conformance kit sees them.

Here they are imported from their folders. CI installs the examples from wheels as well, where nothing of the tree is.
"""

from __future__ import annotations

import importlib
import sys
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

import pytest

from channelsync.adapter import GROUP, Capability
from channelsync.testing.conformance import Candidate, Outcome, Report, Tier, reported
from tests.contract.command import run
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST = 200
"""Lines that a plugin, and its simulator, stay below."""
LONGEST_TEST = 15
EXAMPLES = sorted(path.parent for path in (ROOT / "examples").glob("*/pyproject.toml"))


def lines(*paths: Path) -> int:
    """The lines of some files, blank ones and comments too."""
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in paths)


def verdicts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Report:
    """What every rule says of the plugin in a folder, as if it were installed."""
    name = folder.name.removeprefix("channelsync-")
    package = folder.name.replace("-", "_")
    monkeypatch.syspath_prepend(str(folder / "src"))
    point = EntryPoint(name, f"{package}:plugin", GROUP)
    plugin = importlib.import_module(package).plugin
    return reported(Candidate(plugin, points=(point,)))


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    """Take what a test has imported out of the way of the next."""
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith(("channelsync_example", "channelsync_lodge")):
            del sys.modules[name]


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_an_example_is_short(folder: Path) -> None:
    """A complete plugin has under 200 lines, its simulator too, and its test file under 15."""
    source = sorted((folder / "src").rglob("*.py"))
    simulators = [path for path in source if path.name == "sandbox.py"]
    assert len(simulators) == 1
    assert lines(*(path for path in source if path not in simulators)) < LONGEST
    assert lines(*simulators) < LONGEST
    assert lines(folder / "tests/test_conformance.py") < LONGEST_TEST


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda folder: folder.name)
def test_an_example_tells_its_length(folder: Path) -> None:
    """The README's table has the number of lines of each file as it is."""
    readme = (folder / "README.md").read_text(encoding="utf-8")
    for path in [*(folder / "src").rglob("*.py"), folder / "tests/test_conformance.py"]:
        assert f"| `{path.relative_to(folder).as_posix()}` | {lines(path)} |" in readme


@pytest.mark.parametrize(
    "name, tier, number", [("channelsync-example", Tier.GOLD, 6), ("channelsync-example-ical", Tier.SILVER, 2)]
)
def test_an_example_keeps_every_rule(name: str, tier: Tier, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """An example breaks no rule, has the highest tier of its sort, and shows what it says it shows."""
    report = verdicts(ROOT / "examples" / name, monkeypatch)
    assert [f"{one.rule}: {one.why}" for one in report.verdicts if one.outcome is Outcome.FAILED] == []
    assert report.tier is tier
    assert len(report.capabilities) == number
    assert Capability.PULLS_CLAIMS.value in report.capabilities


@pytest.mark.parametrize("more, broken", [((), "hygiene.labels"), (("--ical",), "hygiene.help")])
def test_a_skeleton_lacks_only_its_texts(
    more: tuple[str, ...], broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new skeleton breaks the one rule about the texts that only its author can write, and keeps every other."""
    assert run("plugin", "new", "lodge", "--folder", tmp_path, *more).code == 0
    report = verdicts(tmp_path / "channelsync-lodge", monkeypatch)
    assert [one.rule for one in report.verdicts if one.outcome is Outcome.FAILED] == [broken]
    kept = {one.rule for one in report.verdicts if one.outcome is Outcome.PASSED}
    assert {f"identity.{what}" for what in ("name", "protocol", "entry-point", "capabilities", "simulator")} <= kept
    assert {"pull.every-night", "faults.rubbish", "hygiene.imports", "hygiene.typed"} <= kept


READ = 'events = tuple(_event(one) for one in said.records("entries"))'
SKIPPED = """events = ()
            for one in said.records("entries"):
                try:
                    events += (_event(one),)
                except WireFormatError:
                    continue"""


def test_an_entry_that_is_skipped_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A skeleton made to skip the one entry that it cannot read breaks the rule about that, which names the value."""
    assert run("plugin", "new", "lodge", "--folder", tmp_path).code == 0
    route = tmp_path / "channelsync-lodge/src/channelsync_lodge/api.py"
    written = route.read_text(encoding="utf-8")
    assert READ in written
    route.write_text(written.replace(READ, SKIPPED), encoding="utf-8")
    report = verdicts(tmp_path / "channelsync-lodge", monkeypatch)
    broken = {one.rule: one.why for one in report.verdicts if one.outcome is Outcome.FAILED}
    assert set(broken) == {"hygiene.labels", "faults.one-value"}
    assert "entries[0].arrival" in broken["faults.one-value"]
