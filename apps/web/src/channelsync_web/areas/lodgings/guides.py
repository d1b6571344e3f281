"""What can be linked, and how an owner gets there: each platform's own pages, as far as anybody has described them.

The words come from the plugins; what they rest on is said beside them, because menus move.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, final

from attrs import frozen

from channelsync.adapter import ChannelPlugin, Registry, Setting

__all__ = ["NOTES", "TIMEZONES", "Choice", "Field", "choices", "chosen", "fields", "quicker", "secrets", "sentences"]

_SENTENCE: Final = re.compile(r"(?<=[.!?]) +(?=[A-ZÀÉÊ«“])")

NOTES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "airbnb": "Steps as hosts describe them (November 2026). Menus move: find the page that connects calendars.",
        "booking": "Steps after Booking.com's own help, as others quote it (November 2026).",
        "greengo": "Steps from the notes of one host (August 2026): GreenGo publishes no help on calendars.",
    }
)
"""What a platform's steps rest on, in English."""
OTHERS: Final = "Each platform has its own words: these are the usual ones."

TIMEZONES: Final = (
    ("Europe/Paris", "Metropolitan France"),
    ("America/Guadeloupe", "Guadeloupe"),
    ("America/Martinique", "Martinique"),
    ("America/Cayenne", "French Guiana"),
    ("Indian/Reunion", "Réunion"),
    ("Indian/Mayotte", "Mayotte"),
    ("Pacific/Noumea", "New Caledonia"),
    ("Pacific/Tahiti", "French Polynesia"),
    ("Europe/Brussels", "Belgium"),
    ("Europe/Zurich", "Switzerland"),
    ("Europe/Madrid", "Spain"),
    ("Europe/Rome", "Italy"),
    ("Europe/Lisbon", "Portugal"),
    ("Europe/London", "United Kingdom"),
)
"""Time zones that are offered, with where they are, in English."""

_BUTTON: Final = "To be quicker: {where} has a button that reads our calendar again at once, where its link is pasted."
_BY_HAND: Final = "To be quicker: close these dates on {where} by hand; it reads our calendar in its own time."
_WITH_BUTTON: Final = frozenset({"airbnb", "booking"})
"""Platforms that let their host have a linked calendar read again (reported by hosts and vendors, seen in code)."""

_PRESETS: Final[tuple[tuple[str, str, str, Mapping[str, str]], ...]] = (
    ("abritel", "Abritel", "Abritel", {"preset": "abritel"}),
    ("vrbo", "Vrbo", "Vrbo", {"preset": "vrbo"}),
    ("gites-de-france", "Gîtes de France", "Gîtes de France", {}),
    ("site", "My own website", "My website", {"empty_is_normal": "yes"}),
    ("autre", "Another platform", "", {}),
)
"""Calendars that nobody wrote a plugin for: what is chosen, its title, its label, and what is known of it."""


@final
@frozen
class Choice:
    """Something that can be linked: ``id`` as forms say it; the owner gives a ``label`` to ``several`` without one."""

    id: str
    plugin: ChannelPlugin
    title: str
    label: str = ""
    options: Mapping[str, str] = MappingProxyType({})
    several: bool = False

    @property
    def channel(self) -> str:
        """The channel's name."""
        return self.plugin.name

    @property
    def note(self) -> str:
        """What the steps rest on, in English."""
        return NOTES.get(self.channel, OTHERS)

    def export_steps(self, language: str) -> tuple[str, ...]:
        """Return how to find the export link."""
        return sentences(self.plugin.help_export_fr if language == "fr" else self.plugin.help_export_en)


@final
@frozen
class Field:
    """A setting of a listing, in the reader's language; ``options`` are values and their words, none for free text."""

    name: str
    label: str
    help: str
    value: str
    options: tuple[tuple[str, str], ...] = ()


_WORDS: Final[Mapping[str, str]] = {
    "yes": "Yes",
    "no": "No",
    "unknown": "I do not know",
    "never": "No, never",
    "echoes": "Yes",
    "plain": "Any other",
    "local": "Local time",
    "utc": "UTC",
    "abritel": "Abritel",
    "vrbo": "Vrbo",
}
"""Values of settings as people say them, in English."""


def choices(registry: Registry) -> tuple[Choice, ...]:
    """Return what can be linked by a calendar, platforms with a plugin of their own first."""
    own = [Choice(one.name, one, one.title) for one in registry.plugins if one.feed and not one.several_per_unit]
    others = [
        Choice(f"{one.name}.{key}", one, title, label, options, several=True)
        for one in registry.plugins
        if one.feed and one.several_per_unit
        for key, title, label, options in _PRESETS
    ]
    return (*own, *others)


def chosen(registry: Registry, names: Iterable[str]) -> tuple[Choice, ...]:
    """Return the choices of these ids, in the order in which they are offered; whatever else is named is none."""
    wanted = set(names)
    return tuple(one for one in choices(registry) if one.id in wanted)


def quicker(channel: str) -> str:
    """Return how an owner gets a platform to know our closings sooner, in English."""
    return _BUTTON if channel in _WITH_BUTTON else _BY_HAND


def fields(settings: Iterable[Setting], values: Mapping[str, object], language: str) -> tuple[Field, ...]:
    """Return the settings of a listing beside its link, with the values they have."""
    return tuple(_field(one, str(values.get(one.name, one.default)), language) for one in settings if not one.secret)


def secrets(settings: Iterable[Setting], language: str) -> tuple[Field, ...]:
    """Return the settings that are secret: whatever they are, nothing of them is shown."""
    return tuple(_field(one, "", language) for one in settings if one.secret)


def _field(one: Setting, value: str, language: str) -> Field:
    label, told = (one.label_fr, one.help_fr) if language == "fr" else (one.label_en, one.help_en)
    return Field(one.name, label, told, value, tuple((each, _WORDS.get(each, each)) for each in one.choices))


def sentences(text: str) -> tuple[str, ...]:
    """Return a text's sentences, one for each step."""
    return tuple(part for part in _SENTENCE.split(text.strip()) if part)
