"""The wheels: each builds from its folder alone and holds what users and type checkers need."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.support import MEMBERS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.name)
def test_wheel(member: Path, tmp_path: Path) -> None:
    """A wheel holds every file of its package, `py.typed` among them, and nothing else but its metadata."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    built = subprocess.run(build, cwd=member, check=False, text=True, capture_output=True, timeout=100)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    (package,) = (path.name for path in (member / "src").iterdir() if path.is_dir() and path.name != "__pycache__")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    source = member / "src"
    there = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    assert f"{package}/py.typed" in held
    assert held == {name for name in there if "__pycache__" not in name}
