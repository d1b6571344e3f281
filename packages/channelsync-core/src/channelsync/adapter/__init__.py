"""The contract between the core and the plugins: everything a plugin needs, and nothing that does I/O.

A plugin is a `ChannelPlugin` behind an entry point of the group ``channelsync.channels``. Its routes yield requests
and are sent responses (`Flow`); the feed that all platforms share is `FeedRoute`, which a platform fits to itself
with a `Dialect` and `Traits`. `discover` finds what is installed.
"""

from channelsync.adapter.answers import Record, answered, refusal
from channelsync.adapter.capability import Capability
from channelsync.adapter.feed import FeedRoute, retry_after
from channelsync.adapter.flow import ACCOUNT, REPEATABLE, SPACED, Flow, Spaced
from channelsync.adapter.messages import (
    Access,
    ApiLook,
    ApiSource,
    Closing,
    Delivery,
    FeedLook,
    FeedReader,
    FeedSource,
    Hint,
    MailHint,
    Question,
    RemoteListing,
    Reply,
    Secret,
    SecretUrl,
    Setting,
    Written,
)
from channelsync.adapter.plugin import PROTOCOL, ChannelPlugin
from channelsync.adapter.protocol import (
    PROTOCOLS,
    AcknowledgesReservations,
    AsksQuestions,
    GrantsAccess,
    ListsListings,
    PublishesFeed,
    PullsClaims,
    PushesAvailability,
    ReadsAvailability,
    ReceivesWebhooks,
    RefreshesCredential,
    TakesOverListings,
    implemented,
)
from channelsync.adapter.registry import GROUP, Registry, discover
from channelsync.ical.dialect import Dialect, always_closure, no_text, observe

__all__ = [
    "ACCOUNT",
    "GROUP",
    "PROTOCOL",
    "PROTOCOLS",
    "REPEATABLE",
    "SPACED",
    "Access",
    "AcknowledgesReservations",
    "ApiLook",
    "ApiSource",
    "AsksQuestions",
    "Capability",
    "ChannelPlugin",
    "Closing",
    "Delivery",
    "Dialect",
    "FeedLook",
    "FeedReader",
    "FeedRoute",
    "FeedSource",
    "Flow",
    "GrantsAccess",
    "Hint",
    "ListsListings",
    "MailHint",
    "PublishesFeed",
    "PullsClaims",
    "PushesAvailability",
    "Question",
    "ReadsAvailability",
    "ReceivesWebhooks",
    "Record",
    "RefreshesCredential",
    "Registry",
    "RemoteListing",
    "Reply",
    "Secret",
    "SecretUrl",
    "Setting",
    "Spaced",
    "TakesOverListings",
    "Written",
    "always_closure",
    "answered",
    "discover",
    "implemented",
    "no_text",
    "observe",
    "refusal",
    "retry_after",
]
