"""Keeping secrets out of texts: what is hidden of a text, and the filter that hides it in every log record."""

from __future__ import annotations

import logging
import re
import traceback
from typing import Final, Self, final

__all__ = ["RedactingFilter", "redact", "redact_logs"]

_ADDRESS: Final = re.compile(
    r"\b([a-z][a-z0-9+.-]*://)(?:[^\s/?#@\"'<>]*@)?([^\s/?#\"'<>]*)[/?#][^\s\"'<>]*", re.IGNORECASE
)
_SIGNED_IN: Final = re.compile(r"\b([a-z][a-z0-9+.-]*://)[^\s/?#@\"'<>]*@", re.IGNORECASE)
_BARE: Final = re.compile(r"\b((?:[a-z0-9-]+\.)+[a-z]{2,}(?::\d+)?)/[^\s\"'<>]*", re.IGNORECASE)
_CALENDAR: Final = re.compile(r"/[^\s\"'<>]*\.ics\b[^\s\"'<>]*", re.IGNORECASE)
_VALUE: Final = re.compile(r"([?&][\w.-]+=)[^\s&\"'<>]+")


def redact(text: str) -> str:
    """Return the text with everything URL-like hidden beyond the host: paths, queries, names and passwords.

    It hides rather too much than too little: links without a scheme, paths of calendars, values of queries.
    """
    text = _ADDRESS.sub(r"\1\2/…", text)
    text = _SIGNED_IN.sub(r"\1", text)
    text = _BARE.sub(r"\1/…", text)
    text = _CALENDAR.sub("/….ics", text)
    return _VALUE.sub(r"\1…", text)


@final
class RedactingFilter(logging.Filter):
    """Redacts each record whole: the message with its arguments, the traceback, the stack.

    A filter on a logger does not see what its children pass up, so it belongs on the handlers; `redact_logs` puts it
    there.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; let every record through."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):
            message = str(record.msg)  # arguments that do not fit: they may hold anything, so they go
        record.msg, record.args = redact(message), None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = "".join(traceback.format_exception(record.exc_info[1])).rstrip()
        record.exc_info = None
        if record.exc_text:
            record.exc_text = redact(record.exc_text)
        if record.stack_info:
            record.stack_info = redact(record.stack_info)
        return True

    @classmethod
    def on(cls, handler: logging.Handler) -> Self:
        """Put one on a handler, once."""
        for one in handler.filters:
            if isinstance(one, cls):
                return one
        made = cls()
        handler.addFilter(made)
        return made


def redact_logs(logger: logging.Logger | None = None) -> None:
    """Redact whatever the handlers of a logger write (None: the root's), and quieten the client that logs whole links.

    Call it after the handlers are set up; calling it again does no harm.
    """
    for handler in (logger or logging.getLogger()).handlers:
        RedactingFilter.on(handler)
    for chatty in ("httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
