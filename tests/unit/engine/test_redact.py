"""Logs never hold more of a URL than its scheme and host."""

from __future__ import annotations

import io
import logging

import pytest

from channelsync.engine.redact import RedactUrls, quiet_http_logs, redacted


@pytest.mark.parametrize(
    "text, clean",
    [
        ("GET https://www.airbnb.fr/calendar/ical/1.ics?s=SECRET done", "GET https://www.airbnb.fr/… done"),
        ("'http://h?t=SECRET'", "'http://h/…'"),
        ("https://user:SECRET@h.fr:8443/x, and webcal://h/SECRET", "https://h.fr:8443/… and webcal://h/…"),
        ("HTTPS://H.FR/SECRET#SECRET", "HTTPS://H.FR/…"),
        ("https://example.com", "https://example.com"),
        ("no link here", "no link here"),
    ],
)
def test_redacted(text: str, clean: str) -> None:
    """Every URL in a text is cut down, whatever it is written in."""
    assert redacted(text) == clean


def test_filter_on_a_handler() -> None:
    """The filter cleans arguments and tracebacks as well, and lets every record pass."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RedactUrls())
    logger = logging.getLogger("channelsync.tests.redact")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    logger.info("HTTP Request: %s %s", "GET", "https://h.fr/x?s=SECRET")
    try:
        raise ValueError("https://h.fr/y?s=SECRET")  # noqa: EM101
    except ValueError:
        logger.exception("failed")
    assert "SECRET" not in stream.getvalue()
    assert "GET https://h.fr/…" in stream.getvalue()
    assert "ValueError" in stream.getvalue()


def test_quiet() -> None:
    """After `quiet_http_logs` the HTTP libraries log warnings only, once cleaned, however often it is called."""
    quiet_http_logs()
    quiet_http_logs()
    for name in ("httpx", "httpcore.connection", "httpcore.http11"):
        logger = logging.getLogger(name)
        assert not logger.isEnabledFor(logging.INFO)
        assert len([each for each in logger.filters if isinstance(each, RedactUrls)]) == 1
