"""The daily and the weekly digest: what happened, the most urgent first, at the owner's own hour.

Level-triggered like everything else: a digest is owed from its hour on, until it is made or its day is over (the weekly
one, until it is three days late), so a worker that was down at that hour sends it late, and one that restarts sends it
once. Each begins where the last one ended: what fell into a day without a digest is in the next. A day on which nothing
happened has no daily digest; the weekly one always comes, and says that all is quiet.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, final

from attrs import frozen

from channelsync.ids import OwnerId
from channelsync.inventory import zone
from channelsync.notices import Notice, NoticeKind
from channelsync.ports import Message
from channelsync.service.messages import Block, page
from channelsync.service.preferences import Preferences, Rhythm
from channelsync.wording import text
from channelsync.words import ENGLISH, FRENCH

__all__ = ["Digest", "Period", "digest", "digest_key", "digest_message", "owed"]

_LATEST: Final = {Rhythm.DAILY: 0, Rhythm.WEEKLY: 3}
"""So many local days after its own a digest is still sent."""
_FARTHEST: Final = {Rhythm.DAILY: timedelta(days=7), Rhythm.WEEKLY: timedelta(days=21)}
"""So far back a digest begins at most, where those before it were never made."""
_MOST: Final = 60
"""So many notices of one part are told; the rest is counted."""
_STAYS: Final = frozenset(
    {
        NoticeKind.RESERVATION,
        NoticeKind.REQUESTED,
        NoticeKind.DATES_TAKEN,
        NoticeKind.CHANGED,
        NoticeKind.RELEASED,
        NoticeKind.STILL_TAKEN,
        NoticeKind.PROVEN,
        NoticeKind.REOPENED,
    }
)
_TITLES: Final = {
    ("fr", Rhythm.DAILY): "Votre journée en bref",
    ("fr", Rhythm.WEEKLY): "Votre semaine en bref",
    ("en", Rhythm.DAILY): "Your day in brief",
    ("en", Rhythm.WEEKLY): "Your week in brief",
}
_HEADINGS: Final = {"fr": ("À regarder", "Séjours", "Plateformes"), "en": ("To look at", "Stays", "Platforms")}
_QUIET: Final = {
    "fr": "Rien à signaler : tout est synchronisé comme prévu.",
    "en": "Nothing to report: everything is synchronised as it should be.",
}
_MORE: Final = {"fr": "et {} autres", "en": "and {} more"}


@final
@frozen
class Period:
    """The time a digest covers: ``start <= at < end``, aware datetimes."""

    start: datetime
    end: datetime

    @classmethod
    def ending(cls, end: datetime, *, days: int) -> Period:
        """Return the period of so many days before: one for the daily digest, seven for the weekly one."""
        return cls(end - timedelta(days=days), end)


@final
@frozen
class Digest:
    """What a period brought: each fact once, the most urgent first, and how many there were of each kind."""

    period: Period
    notices: tuple[Notice, ...]
    counts: tuple[tuple[NoticeKind, int], ...]


def digest(notices: Iterable[Notice], period: Period) -> Digest:
    """Collect the notices of a period; of one fact told several times, the first."""
    urgency = {kind: rank for rank, kind in enumerate(NoticeKind)}
    facts: dict[str, Notice] = {}
    for notice in sorted(notices, key=lambda one: (one.at, one.key)):
        if period.start <= notice.at < period.end:
            facts.setdefault(notice.key, notice)
    found = tuple(sorted(facts.values(), key=lambda one: (urgency[one.kind], one.at, one.key)))
    counted = Counter(notice.kind for notice in found)
    return Digest(period, found, tuple((kind, counted[kind]) for kind in NoticeKind if counted[kind]))


def digest_key(owner: OwnerId, rhythm: Rhythm, day: object = "") -> str:
    """Return the key of the digest of a local day; without a day, how all of them begin."""
    return f"digest:{rhythm.value}:{owner}:{day}"


def owed(
    preferences: Preferences, rhythm: Rhythm, now: datetime, since: datetime, last: datetime | None
) -> tuple[str, Period] | None:
    """Return the digest that is due and may not be made yet: its local day, and what it covers; None for none.

    Args:
        preferences: the owner's.
        rhythm: which digest.
        now: the time of asking.
        since: when the preferences were set: digests that were due before that are not owed.
        last: the end of the digest before, None where there was none.
    """
    if not preferences.wants(rhythm):
        return None
    day, at = preferences.slot(rhythm, now)
    late = now.astimezone(zone(preferences.timezone)).date() - day
    if at < since or late.days > _LATEST[rhythm]:
        return None
    farthest = at - _FARTHEST[rhythm]
    start = at - timedelta(days=rhythm.days) if last is None or last >= at else max(last, farthest)
    return day.isoformat(), Period(start, at)


def digest_message(
    found: Digest,
    preferences: Preferences,
    rhythm: Rhythm,
    now: datetime,
    *,
    key: str,
    names: Mapping[str, str],
    link: str = "",
) -> Message:
    """Return the digest as a mail.

    Args:
        found: what the period brought.
        preferences: the owner's: language and time zone.
        rhythm: which digest.
        now: the time of sending.
        key: what makes two sendings the same mail.
        names: the platforms' names as people write them, by channel.
        link: where more is to be seen.
    """
    language = preferences.language
    alarms = [one for one in found.notices if one.kind.critical or one.kind is NoticeKind.TO_CLARIFY]
    stays = [one for one in found.notices if one.kind in _STAYS]
    rest = [one for one in found.notices if one not in alarms and one not in stays]
    parts = [
        Block(heading, _items(notices, preferences, names), alarming=notices is alarms)
        for heading, notices in zip(_HEADINGS[language], (alarms, stays, rest), strict=True)
        if notices
    ]
    title, intro = _TITLES[language, rhythm], _covered(found.period, preferences)
    plain, html = page(title, parts or [Block("", ((_QUIET[language], ""),))], language, intro=intro, link=link)
    return Message(key, f"{title} – {intro}", plain, now, html, link=link)


def _items(
    notices: Iterable[Notice], preferences: Preferences, names: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    every = list(notices)
    items = [(text(one, preferences.language, names), _when(one.at, preferences)) for one in every[:_MOST]]
    if len(every) > _MOST:
        items.append((_MORE[preferences.language].format(len(every) - _MOST), ""))
    return tuple(items)


def _when(at: datetime, preferences: Preferences) -> str:
    """Return the owner's local day and time."""
    speech = FRENCH if preferences.language == "fr" else ENGLISH
    local = at.astimezone(zone(preferences.timezone))
    return f"{speech.day(local.date(), year=False)} {speech.clock.format(local)}"


def _covered(period: Period, preferences: Preferences) -> str:
    """Return the days a digest covers: ``21 to 22 November 2026``."""
    speech = FRENCH if preferences.language == "fr" else ENGLISH
    first, last = (at.astimezone(zone(preferences.timezone)).date() for at in (period.start, period.end))
    same = (first.year, first.month) == (last.year, last.month)
    begin = speech.day(first, month=not same, year=first.year != last.year)
    return speech.span.format(begin, speech.day(last))
