"""The log as OpenTelemetry takes it: what a line says and what is known of it, redacted before it comes here."""

from __future__ import annotations

import logging
from typing import Final, final

from opentelemetry._logs import Logger, LogRecord, SeverityNumber

__all__ = ["Sending"]

_GRAVE: Final = (
    (logging.CRITICAL, SeverityNumber.FATAL),
    (logging.ERROR, SeverityNumber.ERROR),
    (logging.WARNING, SeverityNumber.WARN),
    (logging.INFO, SeverityNumber.INFO),
)


@final
class Sending(logging.Handler):
    """Gives each record to OpenTelemetry; its filters have redacted the record, so nothing else of it is looked at."""

    def __init__(self, logger: Logger) -> None:
        super().__init__()
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        """Give one record on: when, how grave, where, what, and the traceback where there is one."""
        at = int(record.created * 1e9)
        about = {"logger": record.name} | ({"exception.stacktrace": record.exc_text} if record.exc_text else {})
        self._logger.emit(
            LogRecord(
                timestamp=at,
                observed_timestamp=at,
                severity_text=record.levelname.lower(),
                severity_number=next(
                    (grave for level, grave in _GRAVE if record.levelno >= level), SeverityNumber.DEBUG
                ),
                body=str(record.msg),
                attributes=about,
            )
        )
