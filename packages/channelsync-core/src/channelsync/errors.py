"""Every error channelsync raises, who is at fault, and what to do next.

::

    ChannelSyncError
    ├─ UsageError                 the caller's fault (also a ValueError)
    ├─ PluginError                a plugin is missing, broken, too new, or its name is taken
    ├─ ChannelError               the other side's fault
    │  ├─ ChannelUnavailableError    no usable answer: network, time-out, 5xx
    │  ├─ RateLimitedError           asked to slow down; ``retry_after`` says how long
    │  ├─ CredentialRejectedError    the key, token or private URL is no longer accepted
    │  ├─ ListingGoneError           the platform says the listing or calendar is not there
    │  ├─ ChangeRefusedError         the platform refused what we wrote
    │  └─ WireFormatError            the answer is not what the format says; nothing is inferred from it
    ├─ AddressRefusedError        the address policy refuses to fetch there (also a UsageError)
    ├─ SafetyStopError            we refuse: going on could open nights that are sold
    ├─ DeliveryError              a message was not taken; ``gone``: its address does not exist any more
    ├─ BackupError                a backup cannot be made, kept or opened
    ├─ LedgerError                the database: locked, newer than the program, full disk
    ├─ VaultError                 the keys: missing, wrong, unreadable
    └─ AuditError                 the audit trail does not add up

An error's text is one line a person can act on. ``advice`` says what the owner or the caller can do;
``retry`` says whether trying again can help. Texts never hold a feed URL or a guest's name.
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from datetime import timedelta

__all__ = [
    "AddressRefusedError",
    "AuditError",
    "BackupError",
    "ChangeRefusedError",
    "ChannelError",
    "ChannelSyncError",
    "ChannelUnavailableError",
    "CredentialRejectedError",
    "DeliveryError",
    "LedgerError",
    "ListingGoneError",
    "PluginError",
    "RateLimitedError",
    "Retry",
    "SafetyStopError",
    "UsageError",
    "VaultError",
    "WireFormatError",
]


class Retry(Enum):
    """Whether the same call may succeed later."""

    NEVER = "never"
    LATER = "later"
    AFTER_OWNER_ACTS = "after_owner_acts"


class ChannelSyncError(Exception):
    """The root of the tree: anything channelsync raises on purpose."""

    default_advice: ClassVar[str] = ""
    default_retry: ClassVar[Retry] = Retry.NEVER

    def __init__(self, message: str, *, advice: str | None = None, retry: Retry | None = None) -> None:
        """Keep the one-line message; advice and retry fall back to the class's own."""
        super().__init__(message)
        self.advice: str = self.default_advice if advice is None else advice
        self.retry: Retry = self.default_retry if retry is None else retry


class UsageError(ChannelSyncError, ValueError):
    """The caller's fault: a wrong value, an unknown name, an impossible stay."""


class PluginError(ChannelSyncError):
    """A channel plugin is missing, broken, speaks another protocol, or clashes by name."""

    default_advice = "Run `channelsync channels` to see the plugins found and what is wrong with them."


class ChannelError(ChannelSyncError):
    """The other side's fault: the platform did not answer as agreed."""

    default_retry = Retry.LATER


class ChannelUnavailableError(ChannelError):
    """No usable answer: the network, a time-out, or an HTTP error of the platform."""

    default_advice = "Nothing to do: the last good calendar stays in force and we keep trying."


class RateLimitedError(ChannelError):
    """The platform asks us to slow down."""

    default_advice = "Nothing to do: we wait as long as the platform asks."

    def __init__(self, message: str, *, retry_after: timedelta | None = None, advice: str | None = None) -> None:
        """``retry_after`` is what the platform asked for, None when it did not say."""
        super().__init__(message, advice=advice)
        self.retry_after = retry_after


class CredentialRejectedError(ChannelError):
    """The key, token or private URL is no longer accepted."""

    default_advice = "Copy the export link from the platform again and link the listing anew."
    default_retry = Retry.AFTER_OWNER_ACTS


class ListingGoneError(ChannelError):
    """The platform says that the listing or its calendar is not there."""

    default_advice = "Check on the platform that the listing still exists; copy its export link again."
    default_retry = Retry.AFTER_OWNER_ACTS


class ChangeRefusedError(ChannelError):
    """The platform refused a change that we wrote."""


class WireFormatError(ChannelError):
    """The answer breaks its format. Nothing is inferred from it: the last good look stays in force.

    ``line`` is the line of the body where reading stopped, counted from 1, or None; ``cap`` names the limit
    that was hit, if one was.
    """

    default_advice = "The last good calendar stays in force. If it lasts, open the link in a browser and compare."

    def __init__(
        self, message: str, *, line: int | None = None, cap: str | None = None, advice: str | None = None
    ) -> None:
        """Keep where reading stopped and which limit was hit, for the log."""
        super().__init__(message, advice=advice)
        self.line = line
        self.cap = cap


class AddressRefusedError(UsageError):
    """The address policy refuses this address: not http(s), or loopback, private, link-local or metadata."""

    default_advice = (
        "Use the platform's public https link; for a rehearsal on this machine add --allow-private-addresses."
    )


class SafetyStopError(ChannelSyncError):
    """We refuse to go on, because going on could open nights that are sold."""

    default_retry = Retry.AFTER_OWNER_ACTS


class DeliveryError(ChannelSyncError):
    """A message to the owner was not taken by whoever was to carry it. No text names the address.

    ``gone`` says that the address does not exist any more, so that nothing will ever arrive there; ``retry_after`` is
    what the other side asked for, None where it did not say.
    """

    default_advice = "Nothing to do: it is tried again, and the next way is taken where one is set up."
    default_retry = Retry.LATER

    def __init__(
        self,
        message: str,
        *,
        gone: bool = False,
        retry: Retry | None = None,
        retry_after: timedelta | None = None,
        advice: str | None = None,
    ) -> None:
        """Keep whether the address is gone, and when to try again; what is gone is not tried again."""
        super().__init__(message, advice=advice, retry=Retry.NEVER if gone else retry)
        self.gone = gone
        self.retry_after = retry_after


class BackupError(ChannelSyncError):
    """A backup cannot be made, kept or opened: its place, its phrase, or the file itself. Nothing else was changed."""

    default_advice = "Take another backup: the folder keeps those of earlier days."
    default_retry = Retry.AFTER_OWNER_ACTS


class LedgerError(ChannelSyncError):
    """The database cannot be used: locked, newer than this program, damaged, or its disk is full."""


class VaultError(ChannelSyncError):
    """The keys cannot be used: missing, wrong for this database, or readable by others."""


class AuditError(ChannelSyncError):
    """The audit trail does not add up: a line was changed or removed."""
