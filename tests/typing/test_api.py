"""The public surface type-checks, as the people who build on it will see it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support import ROOT


@pytest.mark.parametrize("checker", [["mypy", "--strict"], ["pyright"]], ids=lambda one: one[0])
def test_public_surface(checker: list[str]) -> None:
    """`api.py` passes both checkers, strictly."""
    name, *options = checker
    command = [sys.executable, "-m", name, *options, "tests/typing/api.py"]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
