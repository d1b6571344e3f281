"""`channelsync plugin new`: the skeleton of a plugin for another platform."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

import pytest

from channelsync.adapter import PROTOCOL
from tests.contract.command import refused, run

if TYPE_CHECKING:
    from pathlib import Path


def texts(folder: Path) -> dict[str, str]:
    """Every file of a folder, by its path."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in files}


@pytest.mark.parametrize("more", [(), ("--ical",)])
def test_everything_is_filled_in(tmp_path: Path, more: tuple[str, ...]) -> None:
    """The skeleton has the name everywhere, compiles, speaks today's protocol, and is the files that were told."""
    answer = run("--json", "plugin", "new", "gites-de-france", "--folder", tmp_path, *more)
    found = texts(tmp_path / "channelsync-gites-de-france")
    assert sorted(found) == answer.document["files"]
    for path, text in found.items():
        assert not any(blank in path + text for blank in ("@NAME@", "@PACKAGE@", "@TITLE@", "@STEP@", "@CORE@"))
        if path.endswith(".py"):
            compile(text, path, "exec")
    points = tomllib.loads(found["pyproject.toml"])["project"]["entry-points"]["channelsync.channels"]
    assert points == {"gites-de-france": "channelsync_gites_de_france:plugin"}
    assert f"protocol={PROTOCOL}" in found["src/channelsync_gites_de_france/__init__.py"]
    assert "FILL IN" in found["src/channelsync_gites_de_france/sandbox.py"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A folder that is there already stays as it is, whatever is in it."""
    mine = tmp_path / "channelsync-lodge"
    mine.mkdir()
    (mine / "README.md").write_text("mine")
    refused(run("--lang", "en", "plugin", "new", "lodge", "--folder", tmp_path), "is there already", "--folder")
    assert texts(mine) == {"README.md": "mine"}


@pytest.mark.parametrize("name", ["", "Lodge", "1st", "a_b", "a--b", "a-", "-a", "../a", "a/b", "gîte", "a" * 32])
def test_a_name_that_is_none(tmp_path: Path, name: str) -> None:
    """A name that no channel can have makes no folder."""
    refused(run("plugin", "new", "--folder", tmp_path, "--", name))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["airbnb", "ical", "core", "worker"])
def test_a_name_that_is_taken(tmp_path: Path, name: str) -> None:
    """A name that a plugin here has, or one of our distributions, is refused: it would belong to neither."""
    refused(run("--lang", "en", "plugin", "new", name, "--folder", tmp_path), "is taken")
    assert not list(tmp_path.iterdir())


def test_no_folder(tmp_path: Path) -> None:
    """A folder that is not there is told, and not made."""
    refused(run("--lang", "en", "plugin", "new", "lodge", "--folder", tmp_path / "none"), "there is no folder")
    (tmp_path / "file").write_text("")
    refused(run("--lang", "en", "plugin", "new", "lodge", "--folder", tmp_path / "file"), "there is no folder")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_both_languages(tmp_path: Path) -> None:
    """What is said is said in French, and in English where that is wanted."""
    assert "Squelette écrit" in run("--lang", "fr", "plugin", "new", "one", "--folder", tmp_path).out
    assert "The skeleton is in" in run("--lang", "en", "plugin", "new", "two", "--folder", tmp_path).out
