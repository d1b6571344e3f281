"""The distributions: one version, one licence, the entry points that others find them by."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from tests.support import MEMBERS, ROOT, absent

if TYPE_CHECKING:
    from pathlib import Path

CHANNELS = {
    "airbnb": "channelsync_airbnb:plugin",
    "booking": "channelsync_booking:plugin",
    "greengo": "channelsync_greengo:plugin",
    "ical": "channelsync.builtin:plugin",
}
SCRIPTS = {
    "channelsync": "channelsync.cli:main",
    "channelsync-web": "channelsync_web.__main__:main",
    "channelsync-worker": "channelsync_worker.__main__:main",
}
PARTS = {
    "channelsync.screens": ("web", "channelsync_web.rehearsing:screens"),
    "channelsync.workers": ("worker", "channelsync_worker.embedded:working"),
}
"""What one distribution offers to another that does not know it."""


def project(member: Path) -> dict[str, Any]:
    """The `[project]` table of a distribution."""
    with (member / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]


def folder(member: Path) -> str:
    """A distribution's folder: a test's name."""
    return member.name


VERSION = project(ROOT / "packages/channelsync-core")["version"]


def test_the_members() -> None:
    """Four packages and two apps."""
    names = sorted(project(member)["name"] for member in MEMBERS)
    assert names == sorted(f"channelsync-{part}" for part in ("airbnb", "booking", "core", "greengo", "web", "worker"))


@pytest.mark.parametrize("member", MEMBERS, ids=folder)
def test_lockstep(member: Path) -> None:
    """Every distribution has the core's version, asks for exactly that core, and is installed at that version."""
    told = project(member)
    assert told["version"] == VERSION
    asked = [need for need in told["dependencies"] if need.startswith("channelsync")]
    assert asked == ([] if told["name"] == "channelsync-core" else [f"channelsync-core=={VERSION}"])
    assert importlib.metadata.version(told["name"]) == VERSION


def test_changelog_tells_this_version() -> None:
    """The newest heading of the changelog is the version of the packages."""
    headings = re.findall(r"^## \[(\d[^\]]*)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings
    assert headings[0] == VERSION


def test_the_library_tells_its_version() -> None:
    """`channelsync.__version__` is the version of the distribution."""
    import channelsync

    if not hasattr(channelsync, "__version__"):
        absent("channelsync.__version__ is not written yet")
    assert channelsync.__version__ == VERSION


@pytest.mark.parametrize("member", MEMBERS, ids=folder)
def test_licence_readme_and_python(member: Path) -> None:
    """Every distribution is MIT, asks for Python 3.11 and has a README that explains each of its dependencies."""
    told = project(member)
    assert told["license"] == "MIT"
    assert told["requires-python"] == ">=3.11"
    readme = (member / told["readme"]).read_text(encoding="utf-8")
    extras = [need for needs in told.get("optional-dependencies", {}).values() for need in needs]
    names = [re.split(r"[^A-Za-z0-9._-]", need)[0] for need in [*told["dependencies"], *extras]]
    assert not [name for name in names if f"`{name}`" not in readme], "explain these in the README"


def test_entry_points() -> None:
    """Each channel is found by its name in the group `channelsync.channels`, and each command by its own."""
    channels = importlib.metadata.entry_points(group="channelsync.channels")
    assert {point.name: point.value for point in channels} == CHANNELS
    scripts = importlib.metadata.entry_points(group="console_scripts")
    assert {point.name: point.value for point in scripts if point.name.startswith("channelsync")} == SCRIPTS
    for group, offered in PARTS.items():
        assert [(point.name, point.value) for point in importlib.metadata.entry_points(group=group)] == [offered]


@pytest.mark.parametrize("name", sorted(CHANNELS))
def test_channels_load(name: str) -> None:
    """Every channel that is announced can be loaded."""
    (point,) = importlib.metadata.entry_points(group="channelsync.channels", name=name)
    try:
        assert point.load() is not None
    except (ImportError, AttributeError) as error:
        absent(f"the plugin {point.value} is not written yet ({error})")


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_commands_load(name: str) -> None:
    """Every command that is announced can be loaded."""
    (point,) = importlib.metadata.entry_points(group="console_scripts", name=name)
    try:
        assert callable(point.load())
    except (ImportError, AttributeError) as error:
        absent(f"the command {point.value} is not written yet ({error})")
