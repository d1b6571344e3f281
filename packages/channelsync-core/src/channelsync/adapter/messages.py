"""What goes into a route and what comes out: values without behaviour, safe to print.

A private URL is a credential: whoever has it reads the owner's calendar. It travels as a `SecretUrl`, which shows its
host and nothing else however it is printed; only `SecretUrl.reveal` gives it away, and only a request needs it. What
a feed says may hold guests' names, so readings are left out of every repr as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Final, Self, final
from urllib.parse import urlsplit

import httpx
from attrs import Attribute, field, frozen

from channelsync.errors import UsageError
from channelsync.ical.reading import Reading
from channelsync.ids import AccountId, ChannelName
from channelsync.nights import Nights, Stay
from channelsync.observation import Observation

__all__ = [
    "Access",
    "ApiLook",
    "ApiSource",
    "Closing",
    "Delivery",
    "FeedLook",
    "FeedReader",
    "FeedSource",
    "Hint",
    "MailHint",
    "Question",
    "RemoteListing",
    "Reply",
    "Secret",
    "SecretUrl",
    "Setting",
    "Written",
]

_LONGEST: Final = 2048
"""Characters of a URL; the platforms' export links have about 100."""
_SCHEMES: Final = {"http": "http", "https": "https", "webcal": "https", "webcals": "https"}
_UNPRINTABLE: Final = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]")


@final
@frozen(repr=False)
class Secret:
    """A token or key: printed as dots, given away by `reveal` alone."""

    _value: str

    def reveal(self) -> str:
        """Return the secret itself."""
        return self._value

    def __repr__(self) -> str:
        """Show that there is a secret, and nothing of it."""
        return "Secret(…)"

    __str__ = __repr__


@final
@frozen(repr=False)
class SecretUrl:
    """A private URL: printed as ``https://www.airbnb.fr/…``, given away by `reveal` alone."""

    _value: str

    @classmethod
    def pasted(cls, text: str) -> Self:
        """Read what an owner pasted: blanks around it are dropped, ``webcal:`` is taken for ``https:``.

        Raises:
            UsageError: it is not a web address. The text is not repeated: it may hold a secret.
        """
        trimmed = text.strip().strip("<>\"'")
        scheme, colon, rest = trimmed.partition("://")
        known = _SCHEMES.get(scheme.lower())
        if not colon or known is None or len(trimmed) > _LONGEST or _UNPRINTABLE.search(trimmed) or not _host(trimmed):
            msg = "this is not the address of a calendar"
            raise UsageError(msg, advice="Copy the whole export link from the platform; it begins with https://.")
        return cls(f"{known}://{rest}")

    @property
    def host(self) -> str:
        """The host's name in lower case, empty where there is none: the only part that may be shown."""
        return _host(self._value)

    def reveal(self) -> str:
        """Return the URL itself, for a request."""
        return self._value

    @cached_property
    def parsed(self) -> httpx.URL:
        """The URL itself, for a request, taken apart once.

        Raises:
            httpx.InvalidURL: it is no URL; the error's text repeats parts of it.
        """
        return httpx.URL(self._value)

    def __str__(self) -> str:
        """Show the scheme and the host."""
        scheme = self._value.partition("://")[0].lower()
        return f"{scheme}://{self.host}/…" if scheme in _SCHEMES and self.host else "…"

    def __repr__(self) -> str:
        """Show the scheme and the host."""
        return f"SecretUrl({str(self)!r})"


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


@final
@frozen
class FeedSource:
    """Where a listing's calendar is read, and what the last reading of it left behind.

    ``etag`` and ``last_modified`` are the validators that came with ``previous``, empty where there were none;
    ``timezone`` is the unit's, an IANA name.
    """

    url: SecretUrl
    timezone: str
    etag: str = ""
    last_modified: str = ""
    previous: Reading | None = field(default=None, repr=False)


@final
@frozen
class FeedLook:
    """One look at a feed, and what to remember for the next.

    After an unusable answer ``reading`` and the validators are those of the last good one, unchanged: storing what a
    look carries is always right.
    """

    observation: Observation = field(repr=False)
    reading: Reading | None = field(default=None, repr=False)
    etag: str = ""
    last_modified: str = ""


@final
@frozen
class Setting:
    """One field that the owner fills in to connect, in both languages.

    ``secret`` ones are sealed in the vault and never shown again. ``choices`` are the values allowed, none for free
    text; ``default`` is what counts where the owner says nothing.
    """

    name: str
    label_fr: str
    label_en: str
    help_fr: str
    help_en: str
    secret: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()
    default: str = ""


@final
@frozen
class MailHint:
    """How a platform's mail to its hosts is known; such a mail only causes a look, it is never believed.

    ``senders`` are addresses. ``domain`` is the one that the mail must be authenticated for (DMARC); without that,
    whoever knows the owner's address could make us look, or lend weight to a disappearance. ``subject`` is a regular
    expression, searched without regard to case; ``means`` is ``new``, ``changed`` or ``cancelled``.
    """

    senders: tuple[str, ...]
    domain: str
    subject: str
    means: str


def _is_pattern(instance: object, attribute: Attribute[str], value: str) -> None:
    """Refuse an expression that does not compile, or that matches whoever says nothing of themselves."""
    del instance
    if re.compile(value).search(""):
        msg = f"{attribute.name} matches a client without a name"
        raise UsageError(msg)


@final
@frozen
class FeedReader:
    """How a platform is known that reads the calendars we publish: its fetches are evidence, others' are not.

    ``client`` is a regular expression, searched in the User-Agent without regard to case. ``source`` says how that is
    known, and says so where it is only inferred.
    """

    client: str = field(validator=_is_pattern)
    source: str


@final
@frozen
class Access:
    """Our access to a platform's API: the account, and the token of the moment.

    ``fields`` holds what the owner filled in (`ChannelPlugin.account`) and what the platform gave along with the token,
    such as what renews it; ``lifetime`` is how long the token is good from when it was given, None where it does not
    expire or that was not said.
    """

    account: AccountId
    token: Secret
    fields: Mapping[str, Secret] = field(factory=dict[str, Secret])
    lifetime: timedelta | None = None


@final
@frozen
class RemoteListing:
    """A listing as the platform names it. ``id`` is text: ids beyond 2**53 must never become a float."""

    id: str
    name: str


@final
@frozen
class ApiSource:
    """Where a listing is read by an API: ``listing`` is the platform's id, ``window`` the nights that are asked for.

    ``timezone`` is the unit's, an IANA name.
    """

    access: Access
    listing: str
    timezone: str
    window: Stay


@final
@frozen
class ApiLook:
    """One look at a listing by an API.

    Every reservation that stands is an event of kind ``RESERVATION`` with its code; nights of the window that are
    closed beside them are events of kind ``BLOCK``: our own closings come back, or the owner's. A reservation that the
    platform itself says is cancelled is named in the observation's ``cancelled``.
    """

    observation: Observation = field(repr=False)


@final
@frozen
class Closing:
    """Nights to close, and what has taken them: another channel's reservation, or the owner (None)."""

    nights: Nights
    taken_on: ChannelName | None = None


@final
@frozen
class Delivery:
    """A message about one reservation that waits in a platform's queue until it is acknowledged.

    ``stays`` are what it takes now, listing by listing (the platform's ids), none where it is ``cancelled``; ``token``
    is whatever the platform wants back in the acknowledgement.
    """

    code: str
    stays: tuple[tuple[str, Stay], ...] = ()
    cancelled: bool = False
    token: str = ""


@final
@frozen
class Question:
    """What a platform wants to know before it lets a guest book: are these nights of the listing free?

    ``code`` is the reservation's, where the question is about one that is being made or changed: its own nights are no
    obstacle to itself. ``probe`` marks a test of the connection, which is always answered with yes.
    """

    listing: str
    stay: Stay | None
    code: str = ""
    probe: bool = False


@final
@frozen
class Reply:
    """What is answered over HTTP."""

    status: int
    body: bytes
    content_type: str = "application/json"


@final
@frozen
class Hint:
    """What a webhook comes to: a reason to look at one listing, or at all of the account where it names none.

    ``revoked`` says that the owner has taken our access back, which the next request will confirm.
    """

    listing: str = ""
    code: str = ""
    revoked: bool = False


@final
@frozen
class Written:
    """What a platform said to a write: the nights it accepted, and its own reference for them.

    Nights that it refused are missing here; ``refused`` says why.
    """

    closed: Nights
    opened: Nights
    reference: str = ""
    refused: tuple[str, ...] = ()
