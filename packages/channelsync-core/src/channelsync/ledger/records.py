"""What the ledger hands out beside the domain's own values: one small frozen value per kind of row."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, final

from attrs import Factory, field, frozen

from channelsync.cadence import HealthState
from channelsync.ids import AccountId, ChannelName, ClaimId, ListingId, OwnerId, UnitId
from channelsync.nights import NO_NIGHTS, Nights

__all__ = [
    "Account",
    "AuditLine",
    "BackupRecord",
    "ConflictRecord",
    "Credential",
    "Delivery",
    "Due",
    "Farewell",
    "Fetch",
    "Gate",
    "HistoryLine",
    "Incoming",
    "KnownReader",
    "Link",
    "Look",
    "LookBrief",
    "Looks",
    "Measure",
    "NoticeRecord",
    "RevisionBrief",
    "RevisionPlace",
    "Sealed",
    "Subscriber",
    "Visits",
]

_NOTHING: Final[Mapping[str, object]] = {}
_NO_UNIT: Final = UnitId("")


@final
@frozen
class Account:
    """Our access to a channel; the access itself is a secret of kind ``access``, its state a `Credential`."""

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
class RevisionPlace:
    """When a calendar was published for a listing, and the numbers of those beside it, None where none is known."""

    listing: ListingId
    number: int
    at: datetime
    older: int | None = None
    newer: int | None = None


@final
@frozen
class RevisionBrief:
    """What a published calendar closed, when the platform first read it, and whether it was written to the platform."""

    nights: Nights
    first_fetch: datetime | None
    written: bool


@final
@frozen
class LookBrief:
    """One look on record without the nights it showed; ``events`` is how many stays those were."""

    listing: ListingId
    at: datetime
    verdict: str
    failure: str | None
    events: int


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
    """One fetch of a calendar we publish.

    ``answer`` is the HTTP status; ``proof`` whether it counts as evidence; ``visitor`` is the word of a
    `channelsync.manager.visitors.Visitor`, empty where nobody judged; ``host`` the name of ours that was asked, empty
    where that is not known.
    """

    listing: ListingId
    at: datetime
    revision: int
    client: str
    answer: int = 200
    proof: bool = True
    visitor: str = ""
    host: str = ""


@final
@frozen
class Visits:
    """The fetches of a calendar by one client, as far as they were judged alike; ``first`` is when the earliest was."""

    client: str
    visitor: str
    proof: bool
    times: int
    first: datetime


@final
@frozen
class Farewell:
    """The last calendar of a listing whose owner has left: its bytes, and until when it is given out."""

    until: datetime
    body: bytes = field(repr=False)


@final
@frozen
class Gate:
    """What a calendar's address leads to: the listing on its channel, and the version of its unit.

    ``replaced`` says that it is an earlier address, which answers until the platform reads the new one.
    """

    listing: ListingId
    unit: UnitId
    channel: ChannelName
    version: str
    replaced: bool = False
    retired: bool = False
    link_removed: bool = False


@final
@frozen
class KnownReader:
    """A client of one listing's calendar: whether it is the platform, as the owner ``said`` or as was learned."""

    client: str
    platform: bool
    said: bool
    at: datetime


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
class Credential:
    """The state of an account's access.

    ``generation`` counts the times it was given or renewed; ``refresh_at`` is when to renew it, None where that is not
    needed or not possible; ``failures`` counts tries in vain since the last success; ``why`` says what went wrong.
    """

    account: AccountId
    generation: int
    expires_at: datetime | None = None
    refresh_at: datetime | None = None
    failures: int = 0
    revoked_at: datetime | None = None
    why: str = ""


@final
@frozen
class Delivery:
    """A message on its way to an owner by one transport. ``key`` is one fact, one owner, one transport: told once.

    ``what`` says what is told, as ids; the words are found when it is sent. ``attempts`` counts the times it was taken
    up; ``done_at`` is when it ended, however it ended: ``outcome`` tells.
    """

    key: str
    owner: OwnerId
    transport: str
    what: Mapping[str, object]
    at: datetime
    due_at: datetime
    attempts: int = 0
    lease_until: datetime | None = None
    done_at: datetime | None = None
    outcome: str = ""


@final
@frozen
class Subscriber:
    """A device that takes push messages; where it is reached is a secret of kind ``push`` and the same id.

    ``label`` is how the owner calls it; ``failures`` counts what did not arrive since the last success.
    """

    id: str
    owner: OwnerId
    label: str
    created_at: datetime
    last_ok: datetime | None = None
    failures: int = 0


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


@final
@frozen
class Incoming:
    """What came in and waits: a delivery or a mail; ``source`` says by which way. Its text may name a guest."""

    seq: int
    source: str
    at: datetime
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    attempts: int = 0


@final
@frozen
class BackupRecord:
    """A backup that was tried. ``place`` says where without saying how to get in; ``failure`` is None for a good one.

    ``checked`` says that it was brought back beside and found to be the same.
    """

    at: datetime
    place: str
    name: str
    bytes: int
    checked: bool
    failure: str | None = None


@final
@frozen
class Measure:
    """One indicator of one day (UTC): how many there were, their sum, the worst, and values to tell a median from.

    ``owner`` is empty for the whole installation. What is summed is said where it is measured.
    """

    day: date
    name: str
    count: int
    total: float = 0.0
    worst: float = 0.0
    spread: tuple[float, ...] = ()
    owner: str = ""
