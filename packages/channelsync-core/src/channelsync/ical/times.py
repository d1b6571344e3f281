"""When a written time is which night: the one place where clocks become calendar days.

A platform writes the ends of an event as dates, as local times, as times in a zone, or as UTC instants. A stay has
only days, so each end is dated on its own:

=====================================  ==========================  =================
the end is written as                  `DateRule.LOCAL`            `DateRule.UTC`
=====================================  ==========================  =================
a date                                 that date                   that date
a time without a zone                  the date written            the date written
a time in a named zone                 the date written            the date written
a UTC instant (``Z``)                  its date at the property    its date in UTC
=====================================  ==========================  =================

A time in a zone keeps the date that is written, whatever the zone's definition says: feeds carry wrong definitions,
and a guest who arrives on the 3rd at four in the afternoon arrives on the 3rd everywhere. UTC instants are the
exception: they mean a moment. Where a platform writes days as UTC midnights (GreenGo), reading them at a property west
of Greenwich would move each stay by a day, so its route asks for `DateRule.UTC`.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import Enum
from typing import final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import frozen

from channelsync.errors import UsageError

__all__ = ["DateRule", "Dating", "Moment", "written_date"]

Moment = date | datetime
"""One end as it is written: a date, a time as the clock on the wall shows it (naive), or a UTC instant (aware)."""


class DateRule(Enum):
    """How a UTC instant becomes a date."""

    LOCAL = "local"
    """Its date at the property."""
    UTC = "utc"
    """Its date in UTC."""


@final
@frozen
class Dating:
    """A rule and the property's zone together: everything needed to date a moment."""

    zone: ZoneInfo
    rule: DateRule

    @classmethod
    def at(cls, timezone: str, rule: DateRule) -> Dating:
        """Look up the property's zone.

        Raises:
            UsageError: there is no such time zone.
        """
        try:
            return cls(ZoneInfo(timezone), rule)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            msg = f"no such time zone: {timezone[:40]!r}"
            raise UsageError(msg, advice="Write it as in Europe/Paris.") from None

    def date_of(self, moment: Moment) -> date:
        """Return the day a moment falls on.

        Raises:
            OverflowError: the moment is at the very edge of the calendar.
        """
        if isinstance(moment, datetime) and moment.tzinfo is not None:
            return moment.astimezone(UTC if self.rule is DateRule.UTC else self.zone).date()
        return written_date(moment)


def written_date(moment: Moment) -> date:
    """Return the date as written, without looking at any clock."""
    return moment.date() if isinstance(moment, datetime) else moment
