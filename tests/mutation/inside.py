"""Said in the child: the kernel under test is the mutated copy, not the installed one. Loaded by pytest with ``-p``.

The installed packages are links into the work tree; only the order of the search path puts the copy before them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

__all__ = ["OUTSIDE", "TREE", "is_inside", "pytest_configure"]

TREE: Final = "CHANNELSYNC_MUTATED_TREE"
"""The variable that names the folder from which everything of ours must be imported."""
OUTSIDE: Final = 97
"""The exit status where it was not."""


def is_inside() -> bool:
    """Whether all our packages come from the tree that is meant."""
    import channelsync
    import channelsync_airbnb
    import channelsync_booking
    import channelsync_greengo

    tree = Path(os.environ[TREE]).resolve()
    packages = (channelsync, channelsync_airbnb, channelsync_booking, channelsync_greengo)
    return all(one.__file__ and Path(one.__file__).resolve().is_relative_to(tree) for one in packages)


def pytest_configure() -> None:
    """End before the first test where another kernel would be tested than the one meant."""
    if not is_inside():
        pytest.exit(f"channelsync is not imported from {os.environ[TREE]}", returncode=OUTSIDE)
