"""What a reader of the journal asks for, from the address of the page: few words, each known or refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, final

from attrs import frozen

from channelsync.errors import UsageError
from channelsync.inventory import zone

__all__ = ["CLOSINGS", "KINDS", "Wish", "wish_of"]

CLOSINGS: Final = "fermetures"
"""What closed or opened nights, or proves that it did."""
KINDS: Final = ("", "dates", CLOSINGS, "problemes", "lectures", "visites")
"""What is shown: everything that changed something, only some of it, or each reading and each visit."""
_LONGEST: Final = 60
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@final
@frozen
class Wish:
    """Which lodging (an id), which listing (its key), which kind, since which day, and before which moment.

    Empty and None leave open.
    """

    unit: str = ""
    platform: str = ""
    kind: str = ""
    since: date | None = None
    before: datetime | None = None

    def begins(self, timezone: str) -> datetime | None:
        """Return the first moment that is asked for."""
        return None if self.since is None else datetime.combine(self.since, time(), zone(timezone)).astimezone(UTC)


def wish_of(query: Mapping[str, str]) -> Wish:
    """Return what is asked for.

    Raises:
        UsageError: a date is none, or a word is not known.
    """
    plain = {name: value.strip()[:_LONGEST] for name, value in query.items()}
    kind = plain.get("genre", "")
    if kind not in KINDS:
        msg = f"the journal has no {kind!r}"
        raise UsageError(msg)
    return Wish(
        plain.get("logement", ""),
        plain.get("plateforme", ""),
        kind,
        _day(plain.get("depuis", "")),
        _moment(plain.get("avant", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        msg = f"not a date: {text[:40]!r}"
        raise UsageError(msg, advice="Write it as YYYY-MM-DD.") from None


def _moment(text: str) -> datetime | None:
    """Read what our own links hold: a moment in UTC, in microseconds since 1970."""
    if not text:
        return None
    try:
        return _EPOCH + timedelta(microseconds=int(text))
    except (ValueError, OverflowError, OSError):
        msg = f"not a time: {text[:40]!r}"
        raise UsageError(msg) from None
