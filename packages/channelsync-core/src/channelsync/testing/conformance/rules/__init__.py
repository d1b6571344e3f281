"""The rules of the kit, by subject; `RULES` are all of them, in the order in which they are run and told."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from channelsync.testing.conformance.rule import Rule
from channelsync.testing.conformance.rules import (
    account,
    calls,
    credentials,
    dialect,
    faults,
    hygiene,
    identity,
    publish,
    pull,
    push,
    queue,
)

__all__ = ["MODULES", "RULES"]

MODULES: Final[tuple[ModuleType, ...]] = (
    *(identity, pull, dialect, faults, credentials, hygiene, publish),
    *(push, queue, calls, account),
)
"""The modules of rules, one a subject."""


def _rules(module: ModuleType) -> tuple[Rule, ...]:
    """Return the rules of a module, as they stand there."""
    return tuple(value for value in vars(module).values() if isinstance(value, Rule))


RULES: Final = tuple(one for module in MODULES for one in _rules(module))
"""Every rule."""
