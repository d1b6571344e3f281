"""Which channels there are: found by entry point, loaded on first use, none hidden by another's fault.

A plugin is somebody else's code. Importing it may fail, run for long, or hand over something else; its name may be
taken. Each such plugin is *broken*: `Registry.broken` says so by name with one line of reason, and all others work on.
A name that two distributions claim belongs to neither, because choosing one would let the order of installation decide
which code reads an owner's calendar.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.metadata import EntryPoint, entry_points
from typing import Final, cast, final

from attrs import define, field

from channelsync.adapter.messages import SecretUrl
from channelsync.adapter.plugin import PROTOCOL, ChannelPlugin
from channelsync.errors import PluginError, UsageError

__all__ = ["GROUP", "Registry", "discover"]

GROUP: Final = "channelsync.channels"
"""The entry-point group in which plugins announce themselves."""

_LONGEST_REASON: Final = 300


def discover(found: Iterable[EntryPoint] | None = None) -> Registry:
    """Return the registry of the installed plugins, none of them loaded yet.

    Args:
        found: the entry points to use in place of those installed.
    """
    offers: dict[str, dict[str, EntryPoint]] = {}
    for point in entry_points(group=GROUP) if found is None else found:
        offers.setdefault(point.name, {})[point.value] = point  # the same offer seen twice is one
    waiting: dict[str, EntryPoint] = {}
    broken: dict[str, str] = {}
    for name in sorted(offers):
        points = list(offers[name].values())
        if len(points) == 1:
            waiting[name] = points[0]
        else:
            broken[name] = f"{len(points)} plugins claim this name: {', '.join(sorted(map(_origin, points)))}"
    return Registry(waiting, broken)


@final
@define
class Registry:
    """The channels of this installation; see `discover`."""

    _waiting: dict[str, EntryPoint]
    _broken: dict[str, str]
    _loaded: dict[str, ChannelPlugin] = field(factory=dict[str, ChannelPlugin], init=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Every name that was found, also of plugins that turn out to be broken; loads nothing."""
        return tuple(sorted({*self._waiting, *self._broken, *self._loaded}))

    @property
    def plugins(self) -> tuple[ChannelPlugin, ...]:
        """The plugins that work, by name; loads all that are not loaded yet."""
        for name in tuple(self._waiting):
            self._load(name)
        return tuple(self._loaded[name] for name in sorted(self._loaded))

    @property
    def broken(self) -> Mapping[str, str]:
        """Name and reason of each plugin that does not work; loads all that are not loaded yet."""
        _ = self.plugins
        return dict(sorted(self._broken.items()))

    def get(self, name: str) -> ChannelPlugin:
        """Return the plugin of that name, loading it and no other.

        Raises:
            PluginError: it is broken.
            UsageError: there is none.
        """
        if name in self._waiting:
            self._load(name)
        if name in self._loaded:
            return self._loaded[name]
        if name in self._broken:
            msg = f"the plugin for {name!r} cannot be used: {self._broken[name]}"
            raise PluginError(msg)
        msg = f"there is no channel {name[:40]!r}"
        raise UsageError(msg, advice=f"Known here: {', '.join(self.names) or 'none; install a plugin'}.")

    def owner_of(self, url: SecretUrl) -> ChannelPlugin | None:
        """Return the plugin whose export links have this host, None where no plugin or more than one says so."""
        claimed = [plugin for plugin in self.plugins if plugin.accepts_url(url)]
        return claimed[0] if len(claimed) == 1 else None

    def _load(self, name: str) -> None:
        """Load a plugin; it waits until the outcome is kept, so that other threads never find it nowhere."""
        point = self._waiting.get(name)
        if point is None:  # another thread was faster
            return
        try:
            plugin: object = point.load()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - somebody else's code may raise anything
            self._broken[name] = _one_line(f"{type(error).__name__}: {error}")
        else:
            wrong = _wrong_with(plugin, name)
            if wrong:
                self._broken[name] = _one_line(wrong)
            else:
                self._loaded[name] = cast("ChannelPlugin", plugin)
        self._waiting.pop(name, None)


def _wrong_with(plugin: object, name: str) -> str:
    """What keeps a loaded object from being this channel's plugin; empty where nothing does."""
    spoken: object = getattr(plugin, "protocol", PROTOCOL)
    if spoken != PROTOCOL and not _understood(spoken):
        ours = ".".join(map(str, PROTOCOL))
        theirs = ".".join(map(str, cast("tuple[object, ...]", spoken))) if isinstance(spoken, tuple) else repr(spoken)
        return f"it speaks protocol {theirs}, this channelsync speaks {ours}: update one of the two"
    if not isinstance(plugin, ChannelPlugin):
        return f"its entry point is a {type(plugin).__name__}, not a ChannelPlugin"
    if plugin.name != name:
        return f"its entry point is named {name!r}, the plugin itself {plugin.name!r}"
    return ""


def _understood(spoken: object) -> bool:
    """Whether a protocol's version is one we can speak: the same first number, and not newer."""
    match spoken:
        case (int(major), int(minor)):
            return major == PROTOCOL[0] and minor <= PROTOCOL[1]
        case _:
            return False


def _origin(point: EntryPoint) -> str:
    return f"{point.dist.name} ({point.value})" if point.dist else point.value


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_REASON]
