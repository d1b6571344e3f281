"""Reads a plugin's source: what it imports, and whether it says its types.

Only what is written is read, nothing is run. The simulator is left out by most rules: it is told apart by its module's
name, ``sandbox``.
"""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

__all__ = ["folder_of", "imports_of", "is_simulator", "modules_of", "untyped"]


def folder_of(package: str) -> Path | None:
    """Return the folder of an installed package, or the one a single module stands in; None where it is not found."""
    try:
        found = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        return None
    return Path(found.origin).parent if found is not None and found.origin else None


def modules_of(package: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield each module of a package, or the one module, with its source taken apart."""
    found = importlib.util.find_spec(package)
    if found is None or not found.origin:
        return
    origin = Path(found.origin)
    if origin.name != "__init__.py":
        yield package, _parsed(origin)
        return
    for path in sorted(origin.parent.rglob("*.py")):
        inside = path.relative_to(origin.parent).with_suffix("").parts
        name = ".".join([package, *inside]).removesuffix(".__init__")
        yield name, _parsed(path)


def _parsed(path: Path) -> ast.Module:
    """Take a source apart."""
    return _tree(path.read_text(encoding="utf-8"))


@lru_cache(maxsize=256)
def _tree(source: str) -> ast.Module:
    """Take a source apart; several rules read the same ones."""
    return ast.parse(source)


def is_simulator(name: str) -> bool:
    """Whether a module belongs to the simulator."""
    return "sandbox" in name.split(".")


def imports_of(tree: ast.Module) -> Iterator[str]:
    """Yield the dotted name of each module, and of each name out of a module, that is imported anywhere in a source."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{one.name}" for one in node.names)


def untyped(tree: ast.Module) -> Iterator[str]:
    """Yield the functions that leave the type of an argument or of their result unsaid."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        given = node.args
        named = [*given.posonlyargs, *given.args, *given.kwonlyargs]
        bare = [one.arg for one in named if one.annotation is None and one.arg not in {"self", "cls"}]
        if bare or node.returns is None:
            yield f"{node.name} (line {node.lineno})"
