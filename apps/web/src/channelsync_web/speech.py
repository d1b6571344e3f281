"""How the pages speak: every text in the owner's language, every date and time spelled out in it.

Texts stand in English in templates and code; `channelsync_web.french` has the French of each. What the library itself
says (errors, reasons) goes through `channelsync.french` in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Final, final

from attrs import frozen
from markupsafe import Markup, escape

from channelsync.french import translated
from channelsync.inventory import zone
from channelsync.nights import Nights, Stay
from channelsync.words import ENGLISH, FRENCH, Speech, elided, named
from channelsync_web.french import FRENCH_TEXTS
from channelsync_web.laid_out import INSTEAD

__all__ = ["LANGUAGES", "Say"]

LANGUAGES: Final = ("fr", "en")

_DAYS: Final = {
    "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_UNITS: Final = (
    (timedelta(days=2), timedelta(days=1), "{count} days ago"),
    (timedelta(hours=2), timedelta(hours=1), "{count} hours ago"),
    (timedelta(minutes=2), timedelta(minutes=1), "{count} minutes ago"),
    (timedelta(minutes=1), timedelta(minutes=1), "a minute ago"),
    (timedelta(seconds=5), timedelta(seconds=1), "{count} seconds ago"),
)
_NARROW: Final = re.compile(r" (?=[;?!»])|(?<=«) ")


def _set(french: str) -> str:
    """Return a French text as it is set: its signs stay on the line of the word that they belong to."""
    return _NARROW.sub("\u202f", french).replace(" :", "\u00a0:").replace(" h ", "\u00a0h\u00a0")


_TEXTS: Final[Mapping[str, str]] = {text: _set(french) for text, french in FRENCH_TEXTS.items()}


@final
@frozen
class Say:
    """One reader's language, at one moment: templates call it ``_`` for texts, and ``say`` for the rest.

    ``names`` are the platforms' names as people write them, by channel; ``timezone`` is that of times which belong to
    no lodging. ``laid_out`` is whether calendars lie on static hosting: then nobody knows who has read them.
    """

    language: str
    now: datetime
    names: Mapping[str, str]
    timezone: str = "Europe/Paris"
    laid_out: bool = False

    def __call__(self, text: str, /, **blanks: object) -> str | Markup:
        """Return a text of ours, its blanks filled; where a blank or the text is markup, so is what comes back."""
        if self.laid_out:
            text = INSTEAD.get(text, text)
        known = _TEXTS.get(text, text) if self.language == "fr" else text
        if not blanks:
            return known
        if self.language == "fr":
            known = elided(known, **blanks)
        if Markup in map(type, blanks.values()):
            return Markup(escape(known).format(**{key: escape(value) for key, value in blanks.items()}))  # noqa: S704 - escaped here
        return known.format(**blanks)

    def count(self, number: int, one: str, many: str, /, **blanks: object) -> str | Markup:
        """Return the text for a number, ``{count}`` in it; in French zero is singular, in English it is not."""
        single = number in {0, 1} if self.language == "fr" else number == 1
        return self(one if single else many, count=number, **blanks)

    def ours(self, text: str) -> str:
        """Return what the library said, in the reader's language."""
        return self.spaced(translated(text, self.language))

    def spaced(self, text: str) -> str:
        """Return a text that is in the reader's language already as it is set in it."""
        return _set(text) if self.language == "fr" else text

    @property
    def speech(self) -> Speech:
        """How stays and lists are written."""
        return FRENCH if self.language == "fr" else ENGLISH

    def stay(self, stay: Stay) -> str:
        """Return from arrival to departure."""
        return self.speech.stay(stay)

    def nights(self, nights: Nights) -> str:
        """Return the runs as stays."""
        return self.speech.nights(nights)

    def joined(self, names: Iterable[str]) -> str:
        """Return ``A, B and C``."""
        return self.speech.joined(list(names))

    def day(self, day: date, *, weekday: bool = False, year: bool = False) -> str:
        """Return a date, with its weekday and its year where asked for."""
        text = self.speech.day(day, year=year)
        return f"{self.weekday(day)} {text}" if weekday else text

    def weekday(self, day: date) -> str:
        """Return the weekday's name."""
        return _DAYS.get(self.language, _DAYS["en"])[day.weekday()]

    def month(self, day: date, *, year: bool = True) -> str:
        """Return the month's name, with its year."""
        name = self.speech.months.split()[day.month - 1]
        return f"{name} {day.year}" if year else name

    def moment(self, at: datetime | None, timezone: str = "") -> str:
        """Return a time as ``at 14:07``, with its day where that is not today; ``never`` where there is none."""
        said = self.speech.moment(at, self.now, timezone or self.timezone)
        return _set(said).replace("à ", "à\u00a0") if self.language == "fr" else said

    def ago(self, at: datetime | None) -> str:
        """Return how long ago something was, in the largest unit that says enough."""
        if at is None:
            return self.speech.never
        passed = self.now - at
        for least, unit, text in _UNITS:
            if passed >= least:
                return str(self(text, count=passed // unit))
        return str(self("just now"))

    def platform(self, key: str) -> str:
        """Return a listing's key as people say it."""
        return named(key, self.names)

    def local(self, at: datetime, timezone: str = "") -> datetime:
        """Return a time as clocks show it there."""
        return at.astimezone(zone(timezone or self.timezone))
