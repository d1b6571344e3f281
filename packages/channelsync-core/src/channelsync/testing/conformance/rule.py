"""What a rule is: an id that never changes, what it needs, a docstring that helps, and a check.

A rule's docstring is its page in the documents. Its first line says what must be true; what follows says why; its last
paragraph begins with ``Troubleshooting:`` and tells the author of a plugin where to look first. Ids are
``subject.what-it-is-about``; one that was published is never given another meaning.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Final, NoReturn, final

from attrs import frozen

from channelsync.adapter import Capability

if TYPE_CHECKING:
    from channelsync.testing.conformance.candidate import Candidate

__all__ = ["BrokenRuleError", "NotApplicableError", "Rule", "Tier", "demand", "not_applicable", "rule"]

_TROUBLE: Final = "Troubleshooting:"


class Tier(Enum):
    """How far a plugin goes; each tier holds what the one before holds."""

    NONE = "none"
    """A rule is broken that every plugin keeps, or nothing can be read."""
    BRONZE = "bronze"
    """Reads: what takes nights on the platform is seen, and no bad answer frees one."""
    SILVER = "silver"
    """Proves by feed: the platform reads the calendar that we publish, and its readings are known as such."""
    GOLD = "gold"
    """Writes at once, reads back what it wrote, and is told of changes by the platform."""


class BrokenRuleError(AssertionError):
    """A plugin breaks a rule; the text says what was seen."""


class NotApplicableError(Exception):
    """A rule is not about this plugin; the text says why. It is counted as such, and never as passed."""


@final
@frozen
class Rule:
    """One rule: ``check`` returns when it is kept, and raises `BrokenRuleError` or `NotApplicableError` when not.

    ``needs`` are the capabilities it is about: it is not applicable where the plugin declares none of them, and about
    every plugin where it names none. ``tier`` is the lowest tier that cannot be had while it is broken.
    """

    id: str
    check: Callable[[Candidate], None]
    text: str
    needs: frozenset[Capability] = frozenset[Capability]()
    tier: Tier = Tier.BRONZE

    @property
    def subject(self) -> str:
        """What the rule is about: the first part of its id."""
        return self.id.partition(".")[0]

    @property
    def title(self) -> str:
        """What must be true, in one line."""
        return self.text.partition("\n")[0]

    @property
    def why(self) -> str:
        """Why it must be."""
        return self.text.partition("\n")[2].partition(_TROUBLE)[0].strip()

    @property
    def troubleshooting(self) -> str:
        """Where to look first when it is broken."""
        return self.text.partition(_TROUBLE)[2].strip()

    def is_about(self, declared: frozenset[Capability]) -> bool:
        """Whether a plugin that declares these capabilities has to keep the rule."""
        return not self.needs or bool(self.needs & declared)


def rule(name: str, *needs: Capability, tier: Tier = Tier.BRONZE) -> Callable[[Callable[[Candidate], None]], Rule]:
    """Return a decorator that makes a rule of a check and its docstring."""

    def made(check: Callable[[Candidate], None]) -> Rule:
        return Rule(name, check, inspect.getdoc(check) or "", frozenset(needs), tier)

    return made


def demand(kept: object, seen: str) -> None:
    """Go on where something is kept (true); ``seen`` says what was seen instead.

    Raises:
        BrokenRuleError: it is not kept.
    """
    if not kept:
        raise BrokenRuleError(seen)


def not_applicable(why: str) -> NoReturn:
    """Leave a rule that is not about this plugin.

    Raises:
        NotApplicableError: always.
    """
    raise NotApplicableError(why)
