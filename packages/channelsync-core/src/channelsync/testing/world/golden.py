"""Lives that once broke a law, kept as JSON files, so that they are played again for ever.

A file holds the script, the law it broke and one line that says what went wrong. It goes through the one converter of
`channelsync.codec`, leaves out what holds its default, and has a line for each listing and each act: a person can read
it, and a change of it can be read as well.
"""

from __future__ import annotations

import json
from typing import Any, cast, final

import attrs
from attrs import frozen

from channelsync import codec
from channelsync.testing.world.script import Script

__all__ = ["Golden", "text", "value"]


@final
@frozen
class Golden:
    """A kept life: the law that it broke once, what happened then, and its script."""

    broke: str
    what: str
    script: Script


def text(golden: Golden) -> str:
    """Return the file's text."""
    script = golden.script
    cast = _sparse(script.cast, "roles") | {"roles": [_sparse(role) for role in script.cast.roles]}
    acts = [_sparse(act) for act in script.acts]
    whole = _sparse(script, "cast", "acts") | {"cast": cast, "acts": acts}
    return _laid_out(codec.dumped(golden, leaving_out=("script",)) | {"script": whole}) + "\n"


def value(read: str) -> Golden:
    """Return what a file's text says.

    Raises:
        LedgerError: it is damaged, or was written by a newer program.
    """
    return codec.read(json.loads(read), Golden)


def _sparse(one: attrs.AttrsInstance, *leaving_out: str) -> dict[str, Any]:
    """Return a value's stored form without what holds its default, and without a version of its own."""
    stored = codec.dumped(one, leaving_out=leaving_out, sparse=True)
    return {name: held for name, held in stored.items() if name != "v"}


def _laid_out(held: object, depth: int = 0) -> str:
    """Write JSON with a line for each entry, but one line for what holds nothing further."""
    rows: list[str] = []
    if isinstance(held, dict):
        entries = cast("dict[str, object]", held)
        nested = any(isinstance(one, dict | list) for one in entries.values())
        rows = [f"{json.dumps(name)}: {_laid_out(one, depth + 1)}" for name, one in entries.items()] if nested else []
    elif isinstance(held, list):
        rows = [_laid_out(one, depth + 1) for one in cast("list[object]", held)]
    if not rows:
        return json.dumps(held, ensure_ascii=False)
    first, last = "{}" if isinstance(held, dict) else "[]"
    indent = " " * (depth + 1)
    return f"{first}\n{indent}" + f",\n{indent}".join(rows) + f"\n{' ' * depth}{last}"
