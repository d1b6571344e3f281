"""What the ledger hands out beside the domain's own values: one small frozen value per kind of row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, final

from attrs import Factory, frozen

from channelsync.cadence import HealthState
from channelsync.ids import AccountId, ChannelName, ClaimId, ListingId, OwnerId, UnitId
from channelsync.nights import NO_NIGHTS, Nights

__all__ = [
    "Account",
    "AuditLine",
    "ConflictRecord",
    "Due",
    "Fetch",
    "HistoryLine",
    "Link",
    "Look",
    "Looks",
    "NoticeRecord",
    "Sealed",
]

_NOTHING: Final[Mapping[str, object]] = {}
_NO_UNIT: Final = UnitId("")


@final
@frozen
class Account:
    """Our access to a channel; its credential is a secret of kind ``account``."""

    id: AccountId
    owner: OwnerId
    channel: ChannelName
    name: str
    created_at: datetime


@final
@frozen
class Link:
    """A listing as it was linked: what the owner set, and what the next conditional request needs.

    ``route`` is how it is read and written (``ical`` or ``api``); ``options`` are the channel's settings;
    ``external_id`` is the listing's id on an API route. ``etag`` and ``last_modified`` are the platform's own, empty
    where it sends none.
    """

    id: ListingId
    unit: UnitId
    channel: ChannelName
    label: str
    route: str
    linked_at: datetime
    options: Mapping[str, object] = _NOTHING
    account: AccountId | None = None
    external_id: str = ""
    retired_at: datetime | None = None
    etag: str = ""
    last_modified: str = ""

    @property
    def key(self) -> str:
        """How people name it within its unit: ``airbnb``, or ``ical:abritel``."""
        return f"{self.channel}:{self.label}" if self.label else str(self.channel)


@final
@frozen
class Sealed:
    """A sealed secret: what the vault made of it, and the keyed hash by which equal ones are found."""

    kind: str
    id: str
    envelope: bytes
    fingerprint: str
    at: datetime


@final
@frozen
class Look:
    """One look on record. ``digest`` is the hash of what came; ``verdict`` is the word of a `Verdict`."""

    listing: ListingId
    at: datetime
    verdict: str
    failure: str | None = None
    digest: str = ""
    events: int = 0
    nights: Nights = NO_NIGHTS


@final
@frozen
class Looks:
    """When a listing was looked at and how its route fares: what every look changes, and most looks change alone.

    The fields are those of a `ListingState`.
    """

    looked_at: datetime | None = None
    looked_before: datetime | None = None
    complete_at: datetime | None = None
    stamp: datetime | None = None
    health: HealthState | None = None


@final
@frozen
class Fetch:
    """One fetch of a calendar we publish. ``answer`` is the HTTP status; ``proof`` whether it counts as evidence."""

    listing: ListingId
    at: datetime
    revision: int
    client: str
    answer: int = 200
    proof: bool = True


@final
@frozen
class ConflictRecord:
    """A conflict as stored; the three times are the ledger's to set."""

    id: str
    certainty: str
    nights: Nights
    claims: tuple[ClaimId, ...]
    unit: UnitId = _NO_UNIT
    first_seen: datetime | None = None
    closed_at: datetime | None = None
    dismissed_at: datetime | None = None


@final
@frozen
class NoticeRecord:
    """Something to tell the owner. ``key`` is the same for the same fact, so that it is told once."""

    key: str
    at: datetime
    kind: str
    unit: UnitId | None = None
    data: Mapping[str, object] = Factory(dict[str, object])
    seen_at: datetime | None = None


@final
@frozen
class HistoryLine:
    """One line of the log: what happened to a claim, or what a step found, and why."""

    at: datetime
    unit: UnitId
    what: str
    why: str
    nights: Nights = NO_NIGHTS
    listing: ListingId | None = None
    claim: ClaimId | None = None


@final
@frozen
class Due:
    """A listing's work: of which unit it is, when it is due, and which hint it has to catch up with.

    ``generation`` counts hints; ``done_generation`` is the last one a finished step had seen. ``attempts`` counts
    failures since the last success.
    """

    listing: ListingId
    unit: UnitId
    due_at: datetime
    generation: int
    done_generation: int
    attempts: int
    lease_owner: str = ""
    lease_until: datetime | None = None


@final
@frozen
class AuditLine:
    """One link of the audit chain; ``hash`` covers everything else and the line before."""

    seq: int
    at: datetime
    actor: str
    what: str
    details: Mapping[str, object]
    hash: str
