"""The pages in French: each English text of templates and code, by its area, with the same blanks.

A new text needs a line in its area's module; a test names each that has none, and each line that nothing says any more.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final

__all__ = ["FRENCH_TEXTS"]


def _together() -> dict[str, str]:
    """Return the texts of every area's module."""
    texts: dict[str, str] = {}
    for found in pkgutil.iter_modules(__path__):
        own: Mapping[str, str] = import_module(f"{__name__}.{found.name}").TEXTS
        twice = texts.keys() & own.keys()
        assert not twice, f"one text, one place: {found.name} has again {sorted(twice)}"  # noqa: S101 - two could differ
        texts |= own
    return texts


FRENCH_TEXTS: Final[Mapping[str, str]] = MappingProxyType(_together())
