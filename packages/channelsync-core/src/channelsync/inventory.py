"""What there is: owners, their units, and each unit's listings on the channels.

A *link* says that a listing is this unit. Names follow the owner's words; ids never change.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime
from functools import cache
from typing import final

from attrs import Factory, frozen
from pendulum import Timezone, timezone

from channelsync.errors import UsageError
from channelsync.ids import ChannelName, ListingId, OwnerId, UnitId
from channelsync.traits import Traits

__all__ = ["Listing", "Owner", "Unit", "slug", "zone"]


@final
@frozen
class Owner:
    """Whoever the units belong to. ``language`` is ``fr`` or ``en``."""

    id: OwnerId
    name: str
    language: str = "fr"


@cache
def zone(name: str) -> Timezone:
    """Return the time zone of that IANA name, from the database that comes with pendulum: the same on every machine.

    Raises:
        UsageError: there is no such zone.
    """
    try:
        return timezone(name)
    except (ValueError, OSError):
        msg = f"unknown time zone: {name[:40]!r}"
        raise UsageError(msg, advice="Use an IANA name such as Europe/Paris.") from None


@final
@frozen
class Unit:
    """One rentable lodging.

    ``timezone`` is an IANA name: it decides which date is today there. ``turnover`` is how many nights stay free on
    either side of a guest.
    """

    id: UnitId
    owner: OwnerId
    name: str
    timezone: str = "Europe/Paris"
    turnover: int = 0

    @property
    def slug(self) -> str:
        """The name as it can be typed on a command line; the id where nothing of the name can be."""
        return slug(self.name) or self.id

    def today(self, now: datetime) -> date:
        """Return the date it is at the unit."""
        return now.astimezone(zone(self.timezone)).date()


@final
@frozen
class Listing:
    """A unit as one channel knows it.

    ``label`` tells several listings of the same channel on one unit apart (only the generic ``ical`` channel may have
    several); ``traits`` are the habits its plugin declares for the route in use.
    """

    id: ListingId
    unit: UnitId
    channel: ChannelName
    label: str = ""
    traits: Traits = Factory(Traits)

    @property
    def key(self) -> str:
        """How people name it within its unit: ``airbnb``, or ``ical:abritel``."""
        return f"{self.channel}:{self.label}" if self.label else str(self.channel)


def slug(name: str) -> str:
    """Return lower-case ASCII words joined by hyphens: ``Gîte du Lac`` becomes ``gite-du-lac``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
