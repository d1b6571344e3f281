"""Public is what a package's `__all__` says: sorted, complete, and there."""

from __future__ import annotations

import ast
import importlib
import re
from typing import TYPE_CHECKING

import pytest

from tests.support import SHIPPED, relative

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PACKAGES = [path for path in SHIPPED if path.name == "__init__.py"]


def order(name: str) -> tuple[int, list[tuple[int, int | str]]]:
    """The order of a sorted `__all__`: constants, classes, the rest; numbers inside names count as numbers (RUF022)."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    parts = [part for part in re.split(r"(\d+)", name) if part]
    return kind, [(0, int(part)) if part.isdigit() else (1, part) for part in parts]


def module_name(path: Path) -> str:
    """The name by which a shipped file is imported."""
    inside = path.parts[path.parts.index("src") + 1 :]
    return ".".join(inside).removesuffix(".py").removesuffix(".__init__")


def assigned(node: ast.Assign | ast.AnnAssign) -> list[str]:
    """The plain names that a statement gives a value to."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def declared(tree: ast.Module) -> list[str] | None:
    """What `__all__` lists, or None where there is none."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and "__all__" in assigned(node):
            return list(ast.literal_eval(node.value))
    return None


def defined(tree: ast.Module) -> Iterator[str]:
    """The public names that a module defines itself; what it only imports is ruff's to judge (F401)."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [node.name]
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            names = assigned(node)
        else:
            names = []
        yield from (name for name in names if not name.startswith("_"))


@pytest.mark.parametrize("path", SHIPPED, ids=relative)
def test_sorted_and_complete(path: Path) -> None:
    """An `__all__` is sorted and without doubles; a package's names everything public that the package defines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    listed = declared(tree)
    if listed is None:
        assert path.name != "__init__.py" or not set(defined(tree)), "a package lists its names in __all__"
        return
    public = [name for name in listed if not name.startswith("__")]
    assert public == sorted(set(public), key=order)
    if path.name == "__init__.py":
        assert not set(defined(tree)) - set(listed), "public in the package, and missing in __all__"


@pytest.mark.parametrize("path", PACKAGES, ids=relative)
def test_every_listed_name_is_there(path: Path) -> None:
    """Every name in a package's `__all__` can be had from it, whether it is loaded at once or on first use."""
    package = importlib.import_module(module_name(path))
    missing = [name for name in getattr(package, "__all__", []) if not hasattr(package, name)]
    assert not missing
