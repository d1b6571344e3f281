"""Names, dates, stays and times as people say them, in French and in English: what explains and what tells share it.

A stay is said from its arrival to its departure; a time is the lodging's local one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Final, final

from attrs import frozen

from channelsync.inventory import zone
from channelsync.nights import Nights, Stay

__all__ = ["ENGLISH", "FRENCH", "Speech", "de", "elided", "named"]

_MOST_RUNS: Final = 4  # stays that a text names before it only counts


def named(key: str, names: Mapping[str, str]) -> str:
    """Return a listing's key as people say it: the label where it has one, else the platform's name.

    ``names`` are the platforms' names as people write them, by channel; without one the channel's own name is used.
    """
    channel, _, label = key.partition(":")
    return label or names.get(channel, channel.capitalize())


_MAY_ELIDE: Final = re.compile(r"\b([Dd]|[Qq]u|[Jj]usqu|[Ll]orsqu|[Pp]uisqu)e (?=(?:<[^>]*>)*\{(\w*)[^{}]*\})")
_COUNTED: Final = re.compile(r"\{(?:[!:][^{}]*)?\}")
_ELIDES: Final = re.compile(
    r"(?:<[^>]*>)*(?:[aeiouàâäéèêëîïôöùûüœ]|h(?:ô|iver|eure|erbe|isto|irond|ortens|ermin|omme))", re.IGNORECASE
)
"""What "de" and "que" are shortened before: a vowel, or a mute h, of which names hold these."""


def elided(french: str, *counted: object, **named: object) -> str:
    """Return a French text whose blanks are still to be filled, "de" and "que" shortened where they want it.

    ``pas de {}`` becomes ``pas d’{}`` before Airbnb, and stays before GreenGo. The blanks are those of ``str.format``.
    """

    def said(found: re.Match[str]) -> str:
        name = found[2] or str(len(_COUNTED.findall(french, 0, found.end())))
        filled = counted[int(name)] if name.isdigit() else named[name]
        return f"{found[1]}’" if _ELIDES.match(str(filled)) else found[0]

    return _MAY_ELIDE.sub(said, french)


def de(name: str) -> str:
    """Return the French for "of" and a name: ``d’Airbnb``, ``de GreenGo``."""
    return elided("de {}", name).format(name)


@cache
def _months(names: str) -> tuple[str, ...]:
    return tuple(names.split())


@final
@frozen
class Speech:
    """How one language writes stays, lists and times."""

    months: str
    first: str
    span: str
    both: str
    more: str
    clock: str
    on_day: str
    never: str

    def joined(self, names: list[str]) -> str:
        """Return ``A, B and C``."""
        return self.both.join([*([", ".join(names[:-1])] if names[1:] else []), *names[-1:]])

    def nights(self, nights: Nights) -> str:
        """Return the runs as stays, from arrival to departure: ``15 to 18 March 2027``."""
        return _said(self, nights)

    def stay(self, stay: Stay) -> str:
        """Return arrival and departure, month and year only once where they are the same."""
        same_year = stay.arrival.year == stay.departure.year
        same_month = same_year and stay.arrival.month == stay.departure.month
        arrival = self.day(stay.arrival, month=not same_month, year=not same_year)
        return self.span.format(arrival, self.day(stay.departure))

    def day(self, day: date, *, month: bool = True, year: bool = True) -> str:
        """Return as much of the date as is asked for."""
        number = self.first if day.day == 1 else str(day.day)
        named = f"{number} {_months(self.months)[day.month - 1]}" if month else number
        return f"{named} {day.year}" if year else named

    def moment(self, at: datetime | None, told_at: datetime, timezone: str) -> str:
        """Return the local time, with the day where it is another than that of telling."""
        if at is None:
            return self.never
        local = at.astimezone(zone(timezone))
        clock = self.clock.format(local)
        if local.date() == told_at.astimezone(zone(timezone)).date():
            return clock
        return f"{self.on_day.format(self.day(local.date(), year=False))} {clock}"


@lru_cache(2048)
def _said(speech: Speech, nights: Nights) -> str:
    """Return the runs as stays; a page says the same ones in many lines, and the next page again."""
    runs = nights.runs()
    stays = ", ".join(speech.stay(run) for run in runs[:_MOST_RUNS])
    return stays + speech.more.format(len(runs) - _MOST_RUNS) * (len(runs) > _MOST_RUNS)


FRENCH: Final = Speech(
    months="janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    first="1er",
    span="du {} au {}",
    both=" et ",
    more=" et {} de plus",
    clock="à {0.hour} h {0:%M}",
    on_day="le {}",
    never="jamais",
)
ENGLISH: Final = Speech(
    months="January February March April May June July August September October November December",
    first="1",
    span="{} to {}",
    both=" and ",
    more=" and {} more",
    clock="at {0:%H:%M}",
    on_day="on {}",
    never="never",
)
