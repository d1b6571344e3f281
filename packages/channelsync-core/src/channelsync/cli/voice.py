"""How people are told dates, nights and numbers, in French or in English.

A stay is written with an arrow from its arrival to its departure, because the departure's night is not part of it:
``15 → 18 mars 2027`` is three nights.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final, final

from attrs import frozen

from channelsync.inventory import zone
from channelsync.nights import Nights, Stay

__all__ = ["Voice", "spoken"]

_MONTHS: Final = {
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_FULL_MONTHS: Final = {
    "fr": "janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre",
    "en": "January|February|March|April|May|June|July|August|September|October|November|December",
}
_WEEKDAYS: Final = {
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_KINDS: Final = {
    "reservation": ("réservation", "reservation"),
    "block": ("dates bloquées", "block"),
    "closure": ("dates prises", "closure"),
    "hold": ("option", "hold"),
}
_WORDS: Final = {
    "complete": ("lu", "read"),
    "suspect": ("douteux", "suspect"),
    "unusable": ("illisible", "unusable"),
    "certain": ("certain", "certain"),
    "probable": ("probable", "probable"),
    "possible": ("à clarifier", "possible"),
    "recorded": ("pas encore lu par la plateforme", "not yet read by the platform"),
    "sent": ("envoyé, pas encore accepté", "sent, not yet accepted"),
    "unaccepted": ("pas encore accepté par la plateforme", "not yet accepted by the platform"),
    "accepted": ("accepté par la plateforme", "accepted by the platform"),
    "fetched": ("lu par la plateforme", "read by the platform"),
    "read back": ("affiché par la plateforme", "shown by the platform"),
    "live": ("temps réel", "live"),
    "batch": ("normal", "normal"),
    "degraded": ("dégradé", "degraded"),
    "disconnected": ("déconnecté", "disconnected"),
    "personal": ("usage personnel", "personal use"),
    "maintenance": ("travaux", "maintenance"),
    "holiday": ("vacances", "holiday"),
    "other": ("autre", "other"),
}


def spoken(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """Return the language of a command line that is not read yet: what it or the environment asks for, else French."""
    asked = environ.get("CHANNELSYNC_LANG", "")
    for one, following in zip(arguments, [*arguments[1:], ""], strict=True):
        if one == "--lang" or one.startswith("--lang="):
            asked = one.partition("=")[2] or following
    return "en" if asked.strip().lower().startswith("en") else "fr"


@final
@frozen
class Voice:
    """One language, ``fr`` or ``en``; called with both wordings it returns its own."""

    language: str = "fr"

    def __call__(self, french: str, english: str) -> str:
        """Return the wording of this language."""
        return french if self.language == "fr" else english

    def word(self, code: str) -> str:
        """Return a word of the machine's as people say it; one that is not known stays as it is."""
        both = _KINDS.get(code) or _WORDS.get(code)
        return self(*both) if both else code

    def proof(self, evidence: str, *, pushed: bool) -> str:
        """Return how far it is proven; who takes our writes accepts them, and reads nothing."""
        return self.word("unaccepted" if pushed and evidence == "recorded" else evidence)

    def count(self, number: int, one: str, many: str) -> str:
        """Return a number with its noun; French counts zero and one alike."""
        single = number < 2 if self.language == "fr" else number == 1  # noqa: PLR2004 - the plural begins there
        return _unbroken(f"{number} {one if single else many}")

    def length(self, nights: int) -> str:
        """Return ``3 nuits``."""
        return self.count(nights, self("nuit", "night"), self("nuits", "nights"))

    def day(self, day: date) -> str:
        """Return ``sam. 3 avr. 2027``."""
        return _unbroken(f"{_WEEKDAYS[self.language][day.weekday()]} {self._number(day)} {self._month(day)} {day.year}")

    def stay(self, stay: Stay) -> str:
        """Return ``15 → 18 mars 2027``; month and year are said once where they are the same."""
        first, last = stay.arrival, stay.departure
        begin = self._number(first)
        if (first.year, first.month) != (last.year, last.month):
            begin += f" {self._month(first)}" + (f" {first.year}" if first.year != last.year else "")
        return _unbroken(f"{begin} → {self._number(last)} {self._month(last)} {last.year}")

    def nights(self, nights: Nights, *, most: int = 0, between: str = ", ") -> str:
        """Return the runs as stays with commas between; beyond ``most`` only how many more there are."""
        runs = nights.runs()
        shown = runs[:most] if most else runs
        texts = [self.stay(run) for run in shown]
        if len(runs) > len(shown):
            texts.append(self("et {} autres", "and {} more").format(len(runs) - len(shown)))
        return between.join(texts) or "—"

    def months(self, first: date) -> str:
        """Return ``avril 2027``."""
        return f"{_FULL_MONTHS[self.language].split('|')[first.month - 1]} {first.year}"

    def weekdays(self) -> Iterable[str]:
        """Return the short names of the days, Monday first."""
        return _WEEKDAYS[self.language]

    def moment(self, at: datetime | None, timezone: str) -> str:
        """Return the unit's local date and time; a dash where there is none."""
        if at is None:
            return "—"
        local = at.astimezone(zone(timezone))
        return _unbroken(self(f"{local:%d/%m/%Y} à {local.hour} h {local:%M}", f"{local:%Y-%m-%d %H:%M}"))

    def clock(self, at: datetime, timezone: str) -> str:
        """Return the unit's local time of day."""
        local = at.astimezone(zone(timezone))
        return _unbroken(self(f"{local.hour} h {local:%M}", f"{local:%H:%M}"))

    def why(self, reason: str) -> str:
        """Return a text of ours that is written in English where it arises: a reason, an error, what it advises."""
        if self.language != "fr":
            return reason
        from channelsync.french import translated

        return translated(reason, self.language)

    def _number(self, day: date) -> str:
        return "1er" if day.day == 1 and self.language == "fr" else str(day.day)

    def _month(self, day: date) -> str:
        return _MONTHS[self.language][day.month - 1]


def _unbroken(text: str) -> str:
    """Return a text that is never broken over two lines."""
    return text.replace(" ", "\u00a0")
