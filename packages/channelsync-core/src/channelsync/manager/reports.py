"""What the manager answers: frozen values in the owner's terms, ready to be printed or turned into JSON.

Each names its unit and the listing's key (``airbnb``, ``ical:abritel``), so that nothing has to be looked up again.
Printing one says what a person wants to know; a guest's name and a private link are in none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import final

from attrs import Factory, field, frozen

from channelsync.explain import Explanation, lines
from channelsync.inventory import Unit
from channelsync.nights import Nights, Stay

__all__ = [
    "ChangeReport",
    "ClaimReport",
    "ConflictReport",
    "Explained",
    "ExposureReport",
    "FeedReaders",
    "LinkReport",
    "LinkStatus",
    "LookReport",
    "QuestionReport",
    "ReaderReport",
    "SyncReport",
]


@final
@frozen
class LinkReport:
    """A listing linked just now: what its calendar held at first sight, and what looks odd about the link."""

    unit: Unit
    listing: str
    events: int
    nights: Nights
    problems: tuple[str, ...] = ()


@final
@frozen
class LookReport:
    """One look at one listing: ``observation`` is complete, suspect or unusable; ``kept`` waits for evidence."""

    unit: Unit
    listing: str
    observation: str
    claimed: Nights
    released: Nights
    kept: Nights
    problems: tuple[str, ...] = ()


@final
@frozen
class ChangeReport:
    """What changed in the calendar published for a listing, and how far the change is proven.

    ``pushed`` says that the platform takes our writes, and does not read our calendar.
    """

    unit: Unit
    listing: str
    close: Nights
    open: Nights
    why: str
    proof: str
    pushed: bool = False


@final
@frozen
class ClaimReport:
    """Something that takes nights. ``channel`` is the listing's key, empty for what the owner made here."""

    id: str
    unit: Unit
    channel: str
    kind: str
    stay: Stay
    uid: str
    standing: str
    first_seen: datetime
    missing: bool = False
    category: str = ""
    note: str = field(default="", repr=False)

    def __str__(self) -> str:
        """Return kind, nights and place."""
        where = f"on {self.channel}" if self.channel else "made here"
        return f"{self.kind} {self.stay} {where}"


@final
@frozen
class ConflictReport:
    """Two claims on the same nights, the one first seen standing first."""

    id: str
    unit: Unit
    certainty: str
    nights: Nights
    claims: tuple[ClaimReport, ...]
    dismissed: bool = False

    @property
    def alarming(self) -> bool:
        """Whether the owner should act now."""
        return self.certainty != "possible" and not self.dismissed


@final
@frozen
class ExposureReport:
    """Nights taken elsewhere that nothing proves closed on this listing; ``overdue`` when that lasts unusually long.

    ``page`` is the platform's page on which the owner can close them now, empty where none is known. ``until`` is when
    the platform should, by its rhythm, have read our calendar again; None where it never has. ``pushed`` says that it
    takes our writes, and does not read our calendar.
    """

    unit: Unit
    listing: str
    nights: Nights
    since: datetime
    evidence: str
    overdue: bool = False
    page: str = ""
    until: datetime | None = None
    pushed: bool = False


@final
@frozen
class QuestionReport:
    """One stay that only the owner can explain; ``kind`` is ``copy``, ``suspected`` or ``open-until``."""

    id: str
    unit: Unit
    listing: str
    nights: Nights
    kind: str
    of: str
    text_fr: str
    text_en: str


@final
@frozen
class ReaderReport:
    """One client of a published calendar: what it calls itself, what it was taken for, and whether it is the platform.

    ``how`` says how that is known: ``seen`` from its requests, ``learned`` from its rhythm, ``said`` by the owner.
    """

    client: str
    visitor: str
    how: str
    visits: int
    last: datetime
    platform: bool


@final
@frozen
class FeedReaders:
    """Who reads the calendar published for a listing, latest first.

    ``every`` is within what time the platform comes back in 95 of 100 cases, None while that is not learned;
    ``earlier`` is how many earlier addresses answer until it reads by the present one.
    """

    unit: Unit
    listing: str
    readers: tuple[ReaderReport, ...]
    last_read: datetime | None
    every: timedelta | None
    earlier: int = 0


@final
@frozen
class LinkStatus:
    """How one listing fares: its route's health, its last look, the platform's last visit to our calendar.

    ``recovering`` says that it owes a look since a restore, so that no calendar of its unit is given out; only then is
    an unlinked listing told of.
    """

    unit: Unit
    listing: str
    health: str
    observation: str
    last_look: datetime | None
    last_fetch: datetime | None
    next_look: datetime | None
    problems: tuple[str, ...] = ()
    recovering: bool = False


@final
@frozen
class Explained:
    """Why a night is as it is; printing it tells the whole chain in the owner's language."""

    explanations: tuple[Explanation, ...]
    language: str
    names: Mapping[str, str] = Factory(dict[str, str])
    """The platforms' names as people write them, by channel."""

    def __str__(self) -> str:
        """Return the chains, one paragraph for the unit and one for each listing."""
        return "\n\n".join("\n".join(lines(one, self.language, self.names)) for one in self.explanations)


@final
@frozen
class SyncReport:
    """What one synchronisation saw, changed and left to be done; ``notices`` are in their owner's language."""

    looks: tuple[LookReport, ...] = ()
    changes: tuple[ChangeReport, ...] = ()
    conflicts: tuple[ConflictReport, ...] = ()
    exposed: tuple[ExposureReport, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def needs_action(self) -> bool:
        """Whether there is something for the owner.

        A conflict, an unusable calendar, one that has lost so much at once that the owner is to confirm it, an exposure
        past its time.
        """
        return (
            any(conflict.alarming for conflict in self.conflicts)
            or any(look.observation in {"unusable", "suspect"} for look in self.looks)
            or any(exposure.overdue for exposure in self.exposed)
        )
