"""Keeps private URLs out of logs, whoever writes them.

httpx logs the whole URL of each request at INFO, and web frameworks like to turn INFO on for everything.
`quiet_http_logs` sets both libraries to WARNING and puts a filter on their loggers; `RedactUrls` can stand on any
handler, and an application puts it on all of its own.
"""

from __future__ import annotations

import logging
import re
from typing import Final, final

__all__ = ["RedactUrls", "quiet_http_logs", "redacted"]

_URL: Final = re.compile(r"(?i)\b((?:https?|webcals?)://)(?:[^\s/@\"'<>]*@)?([^\s/?#\"'<>]+)([/?#][^\s\"'<>]*)?")
_LOGGERS: Final = ("httpx", "httpcore", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy")


def redacted(text: str) -> str:
    """Return the text with each URL cut down to its scheme and host."""
    return _URL.sub(lambda found: f"{found[1]}{found[2]}{'/…' if found[3] else ''}", text)


@final
class RedactUrls(logging.Filter):
    """Rewrites each record so that no URL keeps more than its scheme and host; lets every record pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Redact the message with its arguments, and the traceback where there is one."""
        record.msg = redacted(record.getMessage())
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = redacted(record.exc_text)
        return True


_FILTER: Final = RedactUrls("channelsync")


def quiet_http_logs() -> None:
    """Let the HTTP libraries log warnings only, and those without private URLs; safe to call again."""
    for name in _LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        logger.addFilter(_FILTER)
