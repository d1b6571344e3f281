"""Who may import whom, and what `import channelsync` costs."""

from __future__ import annotations

import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import ROOT, absent

CORE = ROOT / "packages/channelsync-core/src/channelsync"
CONTRACTS = ROOT / ".importlinter"
PLUGIN_MAY_USE = {
    "adapter",
    "claims",
    "codec",
    "errors",
    "ical",
    "ids",
    "inventory",
    "nights",
    "observation",
    "testing",  # from sandbox.py only, by a contract of its own
    "traits",
}
"""The modules of the core that a plugin may import."""


def layers() -> list[str]:
    """Every module that has a place in the layers of the core, top to bottom."""
    parser = configparser.ConfigParser()
    parser.read(CONTRACTS, encoding="utf-8")
    return re.findall(r"\w+", parser["importlinter:contract:layers"]["layers"])


def test_contracts_hold() -> None:
    """Every import contract of `.importlinter` is kept."""
    tool = Path(sys.executable).parent / "lint-imports"
    if not tool.exists():
        absent("import-linter is not installed in this environment")
    checked = subprocess.run(
        [str(tool), "--no-logo", "--no-cache"], cwd=ROOT, check=False, text=True, capture_output=True, timeout=100
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_no_written_module_is_left_out() -> None:
    """Parentheses and comments in `.importlinter` stand for modules not written yet: they go when the module comes."""
    text = CONTRACTS.read_text(encoding="utf-8")
    waiting = {*re.findall(r"\((\w+)\)", text), *re.findall(r"^ +# channelsync\.(\w+)$", text, re.MULTILINE)}
    written = sorted(
        name for name in waiting if (CORE / name / "__init__.py").exists() or (CORE / f"{name}.py").exists()
    )
    assert not written, "written by now: take away their parentheses and their #"


def named(contract: str) -> set[str]:
    """The modules of the core that a contract names, those waiting behind a # among them."""
    section = CONTRACTS.read_text(encoding="utf-8").split(f"[importlinter:contract:{contract}]")[1]
    return set(re.findall(r"\bchannelsync\.(\w+)", section.split("[importlinter:", maxsplit=1)[0]))


def test_each_contract_names_every_module_it_is_about() -> None:
    """A module in the layers is also in each list that is about its layer: nothing falls between."""
    modules = layers()
    below_ports = set(modules[modules.index("ports") + 1 :])
    assert named("pure") == below_ports
    assert named("httpx") == below_ports - {"adapter"}
    assert named("litestar") == set(modules) - {"testing"}
    assert named("plugins") == set(modules) - PLUGIN_MAY_USE


@pytest.mark.parametrize("heavy", ["httpx", "icalendar", "sqlalchemy", "litestar", "cryptography"])
def test_import_is_light(heavy: str) -> None:
    """`import channelsync` loads none of the heavy dependencies: each is loaded by the first name that needs it."""
    code = f"import sys, channelsync; sys.exit({heavy!r} in sys.modules)"
    loaded = subprocess.run([sys.executable, "-I", "-c", code], check=False, cwd=ROOT, timeout=60)
    assert loaded.returncode == 0, f"import channelsync loads {heavy}"
