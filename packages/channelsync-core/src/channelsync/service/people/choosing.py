"""Which passwords will do: long rather than strange, because length is what a guess costs."""

from __future__ import annotations

from typing import Final

from channelsync.errors import UsageError

__all__ = ["LONGEST_PASSWORD", "SHORTEST_PASSWORD", "acceptable"]

SHORTEST_PASSWORD: Final = 10
"""Characters that a password has at least."""
LONGEST_PASSWORD: Final = 200
"""Characters that it has at most."""
_DIFFERENT: Final = 5
_WORDS: Final = "Three or four words that do not belong together make a good one."


def acceptable(password: str, email: str = "") -> str:
    """Return a password that somebody has chosen, if it will do.

    Raises:
        UsageError: it is short, too long, nearly one character, or the address itself.
    """
    if len(password) < SHORTEST_PASSWORD:
        msg = f"this password has fewer than {SHORTEST_PASSWORD} characters"
        raise UsageError(msg, advice=_WORDS)
    if len(password) > LONGEST_PASSWORD:
        msg = f"this password has more than {LONGEST_PASSWORD} characters"
        raise UsageError(msg)
    if len(set(password)) < _DIFFERENT or password.strip().lower() == email.strip().lower():
        msg = "this password is too easy to guess"
        raise UsageError(msg, advice=_WORDS)
    return password
