"""Keeping secret paths out of the server's logs: whoever reads a log must not find an address in it."""

from __future__ import annotations

import logging
import re
from typing import Final, final

__all__ = ["hide_tokens"]

_SECRET: Final = re.compile(r"(/(?:c|hooks)/).*", re.DOTALL | re.IGNORECASE)
"""Below these, every path holds a token."""
_TOKEN: Final = re.compile(r"(?<=[/=])[A-Za-z0-9_%-]{20,}")
"""What may be one, also where it was pasted behind another path."""
_LOGGERS: Final = ("uvicorn.access", "uvicorn.error", "uvicorn.asgi")


@final
class _NoTokens(logging.Filter):
    """Cuts off what follows the beginning of a secret path, and whatever looks like a token.

    The server's formatter relies on number and order of the arguments, so these are rewritten one by one.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; let every record through."""
        if isinstance(record.args, tuple):
            record.args = tuple(one if isinstance(one, int | float) else _cut(str(one)) for one in record.args)
        else:
            record.msg, record.args = _cut(record.getMessage()), None
        return True


def _cut(text: str) -> str:
    return _TOKEN.sub("…", _SECRET.sub(r"\1…", text))


_FILTER: Final = _NoTokens()


def hide_tokens() -> None:
    """Let no log of the server show a secret path; safe to call again."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)
