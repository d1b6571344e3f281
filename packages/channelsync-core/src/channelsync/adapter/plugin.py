"""What a plugin hands over: one `ChannelPlugin`, mostly data.

A platform is added without touching the core: a distribution named ``channelsync-<channel>`` offers an entry point in
the group ``channelsync.channels`` whose name is the channel's and whose value is a `ChannelPlugin`. It says how the
platform writes its calendar, what its habits are, and how to help an owner find the right page. It brings a simulator
of the platform, which is loaded only when somebody asks for it.
"""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from ipaddress import ip_address
from typing import Any, Final, final
from urllib.parse import quote

from attrs import Attribute, Factory, field, frozen

from channelsync.adapter.capability import Capability
from channelsync.adapter.feed import FeedRoute
from channelsync.adapter.messages import FeedReader, MailHint, SecretUrl, Setting
from channelsync.adapter.protocol import implemented
from channelsync.errors import PluginError, UsageError
from channelsync.evolving import evolve
from channelsync.ids import ChannelName
from channelsync.nights import Stay
from channelsync.traits import Traits

__all__ = ["API", "POLL", "PROTOCOL", "ROUTE", "ChannelPlugin"]

PROTOCOL: Final = (1, 0)
"""The version of the contract spoken here. The first number changes when an old plugin would no longer do."""

ROUTE: Final = "route"
"""The option that says how a listing is linked."""
API: Final = "api"
"""Its value for the API; a listing without it is linked by its calendar."""

POLL: Final = Setting(
    "poll_minutes",
    label_fr="Lire son calendrier toutes les … minutes",
    label_en="Read its calendar every … minutes",
    help_fr="De 5 à 60. Laissez vide pour le rythme habituel.",
    help_en="From 5 to 60. Leave it empty for the usual rhythm.",
)
"""The option that every listing has which is read by its calendar: how often, in minutes."""
_POLLS: Final = range(5, 61)

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,30}")


def _usable_name(plugin: object, attribute: Attribute[Any], value: str) -> None:
    del plugin, attribute
    if not _NAME.fullmatch(value):
        msg = f"not a channel's name: {value[:40]!r}"
        raise UsageError(msg, advice="Use lower-case letters, digits and hyphens, a letter first.")


@final
@frozen
class ChannelPlugin:
    """One channel, as its plugin describes it.

    ``help_export_*`` tells an owner where on the platform the export link is found, ``help_import_*`` where ours is
    pasted; menus move, so they name the page by what it does. ``calendar_page`` and ``reservation_page`` are URLs of
    the platform's own pages with places for ``{listing}``, ``{arrival}``, ``{departure}`` and ``{code}``, empty where
    none is known. ``readers`` are the clients by which the platform is known to read the calendars we publish; where
    there are none each listing's is learned. ``sandbox`` is the dotted path of its simulator; that of an API stands
    beside it under the name ``partner``. ``configure`` turns the options of one listing into its route, for channels
    whose habits the owner knows better than we do. ``settings`` are a listing's, ``account`` those of an account on its
    API. ``both_routes`` says that a listing on the API may be read by its calendar as well, which then serves while the
    API does not answer.
    """

    name: ChannelName = field(converter=ChannelName, validator=_usable_name)
    title: str
    title_en: str = field(default=Factory(lambda self: self.title, takes_self=True))
    protocol: tuple[int, int] = PROTOCOL
    feed: FeedRoute | None = None
    api: object | None = None
    capabilities: frozenset[Capability] = frozenset[Capability]()
    settings: tuple[Setting, ...] = ()
    account: tuple[Setting, ...] = ()
    configure: Callable[[Mapping[str, str]], FeedRoute] | None = None
    several_per_unit: bool = False
    both_routes: bool = False
    help_export_fr: str = ""
    help_export_en: str = ""
    help_import_fr: str = ""
    help_import_en: str = ""
    calendar_page: str = ""
    reservation_page: str = ""
    mail_hints: tuple[MailHint, ...] = ()
    readers: tuple[FeedReader, ...] = ()
    sandbox: str = ""

    @property
    def traits(self) -> Traits:
        """The habits of its feed, or the careful defaults where it has none."""
        return self.feed.traits if self.feed else Traits()

    def habits(self, options: Mapping[str, str]) -> Traits:
        """Return the habits of one listing; among its options, ``route`` is ``api`` where that is how it is linked.

        Raises:
            UsageError: the channel has no such route, or an option is unknown or wrong.
        """
        if options.get(ROUTE) != API:
            return self.route(options).traits
        if self.api is None:
            msg = f"{self.title} has no API"
            raise UsageError(msg, advice="Link it by its export link.")
        traits: object = getattr(self.api, "traits", None)
        known = traits if isinstance(traits, Traits) else Traits(pushed=True)
        return evolve(known, reopens=options["reopens"] != "no") if "reopens" in options else known

    @property
    def options(self) -> tuple[Setting, ...]:
        """What the owner may set of a listing: its own settings, and how often its calendar is read."""
        return (*self.settings, POLL) if self.feed else self.settings

    @property
    def implemented(self) -> frozenset[Capability]:
        """The capabilities its routes have the methods for; must equal what it declares."""
        return implemented(route for route in (self.feed, self.api) if route is not None)

    def route(self, options: Mapping[str, str] | None = None) -> FeedRoute:
        """Return the feed's route for one listing, with the options its owner chose.

        Raises:
            UsageError: the channel has no feed, or an option is unknown or wrong.
        """
        if self.feed is None:
            msg = f"{self.title} has no calendar feed"
            raise UsageError(msg, advice="Link it through an account.")
        given = dict(options or {})
        every = _poll_every(given.pop(POLL.name)) if POLL.name in given else None
        if self.configure is not None:
            route = self.configure(given)
        elif given:
            msg = f"{self.title} has no option {min(given)!r}"
            raise UsageError(msg, advice="Leave the option out: what is known of this platform comes with its plugin.")
        else:
            route = self.feed
        return route if every is None else evolve(route, traits=evolve(route.traits, poll_every=every))

    def accepts_url(self, url: SecretUrl) -> bool | None:
        """Whether this is one of the platform's export links, going by its host.

        None where that cannot be known: the channel names no hosts, or the address is a number or a name without a dot
        (a rehearsal against a simulator).
        """
        host, known = url.host, self.traits.hosts
        if any(_matches(host, pattern) for pattern in known):
            return True
        return None if not known or "." not in host or _is_number(host) else False

    def deep_link(self, *, listing: str = "", stay: Stay | None = None, code: str = "") -> str | None:
        """Return the platform's page for a reservation or for some nights of a listing, None where none is known."""
        if code and self.reservation_page:
            return self.reservation_page.format(code=quote(code, safe=""))
        if listing and stay and self.calendar_page:
            place = quote(listing, safe="")
            return self.calendar_page.format(listing=place, arrival=stay.arrival, departure=stay.departure)
        return None

    def load_sandbox(self) -> object:
        """Import the platform's simulator and return what its dotted path names.

        Raises:
            PluginError: there is none, or it cannot be imported.
        """
        if not self.sandbox:
            msg = f"the plugin {self.name!r} brings no simulator"
            raise PluginError(msg)
        return self._loaded(self.sandbox)

    def load_partner(self) -> object:
        """Import the simulator of the platform's API: what stands beside the other under the name ``partner``.

        Where the API asks an owner for consent it takes ``connected=False``, to begin before that.

        Raises:
            PluginError: the platform has no API, there is no simulator of it, or it cannot be imported.
        """
        if self.api is None or not self.sandbox:
            msg = f"the plugin {self.name!r} brings no simulator of an API"
            raise PluginError(msg)
        return self._loaded(f"{self.sandbox.partition(':')[0]}:partner")

    def _loaded(self, path: str) -> object:
        try:
            return pkgutil.resolve_name(path)
        except (ImportError, AttributeError, ValueError) as error:
            msg = f"the simulator of {self.name!r} cannot be loaded: {type(error).__name__}: {error}"
            raise PluginError(msg) from error


def _poll_every(text: str) -> timedelta:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_POLLS[-1])) and int(text) in _POLLS):
        msg = f"{POLL.name} cannot be {text[:40]!r}"
        raise UsageError(msg, advice=f"A whole number from {_POLLS[0]} to {_POLLS[-1]}.")
    return timedelta(minutes=int(text))


def _matches(host: str, pattern: str) -> bool:
    """Whether a host is the one named, or lies under ``*.``."""
    return host.endswith(pattern[1:]) if pattern.startswith("*.") else host == pattern


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
