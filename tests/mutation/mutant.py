"""A planted mistake as data: which text of which module becomes which other text, and what law that breaks.

The text must be found exactly once. So the list cannot rot silently: where the kernel was rewritten, the mistake is
refused until somebody has planted it anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final, final

from attrs import frozen

__all__ = ["KERNEL", "Mutant", "MutantError", "planted"]

KERNEL: Final = Path("packages/channelsync-core/src/channelsync")
"""Where the kernel's modules are, from the root of a tree."""


class MutantError(Exception):
    """A mistake cannot be planted, or the check itself would prove nothing."""


@final
@frozen
class Mutant:
    """One mistake.

    ``breaks`` says in one sentence what would be wrong with the product; ``snippet`` is the right text in the kernel's
    ``module``, ``instead`` the wrong one. Where ``shows``, the mistake shows in what platforms or the owner are told
    within weeks, so the deterministic world must notice it without any other test.
    """

    name: str
    breaks: str
    module: str
    snippet: str
    instead: str
    shows: bool = False


def planted(mutant: Mutant, text: str) -> str:
    """Return a module's text with the mistake in it.

    Raises:
        MutantError: the right text does not stand in the module exactly once, or nothing would change.
    """
    found = text.count(mutant.snippet)
    if found != 1:
        msg = f"{mutant.name}: found {found} times in {mutant.module}.py, not once: {mutant.snippet!r}"
        raise MutantError(msg)
    if mutant.snippet == mutant.instead:
        msg = f"{mutant.name}: changes nothing"
        raise MutantError(msg)
    return text.replace(mutant.snippet, mutant.instead)
