"""How one owner wants to be told: in which language, where, by which way which kind of notice, and when not.

Everything here is a decision on values: which ways a notice takes (`Preferences.ways`), how long it waits for the
morning (`Preferences.not_before`), when the last digest was due (`Preferences.slot`). Hours are the owner's own local
ones; on the nights on which the clock is changed they are still met once, neither twice nor never.

A critical notice waits for nobody, and always goes by e-mail too where there is an address: that can be added to, not
taken away.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from typing import Final, final

from attrs import Attribute, Factory, field, frozen

from channelsync.errors import UsageError
from channelsync.inventory import zone
from channelsync.notices import NoticeKind
from channelsync.notify.smtp import mail_address

__all__ = ["APPRISE", "MAIL", "PUSH", "WAYS", "Preferences", "Rhythm"]

PUSH: Final = "push"
MAIL: Final = "mail"
APPRISE: Final = "apprise"
WAYS: Final = (PUSH, MAIL, APPRISE)
"""The ways of reaching an owner, in the order in which they are tried."""
_DAY: Final = timedelta(days=1)


class Rhythm(Enum):
    """How often a digest comes."""

    DAILY = "daily"
    WEEKLY = "weekly"

    @property
    def days(self) -> int:
        """How many days it covers."""
        return 1 if self is Rhythm.DAILY else 7


def _mail(text: str) -> str:
    return mail_address(text) if text else ""


def _hour(_: object, attribute: Attribute[int], value: int) -> None:
    if not 0 <= value < 24:  # noqa: PLR2004 - the hours of a day
        msg = f"{attribute.name} is {value}, and a day has the hours 0 to 23"
        raise UsageError(msg)


def _known(_: object, attribute: Attribute[str], value: str) -> None:
    if attribute.name == "timezone":
        zone(value)
    elif value not in {"fr", "en"}:
        msg = f"the language {value[:20]!r} is not offered"
        raise UsageError(msg, advice="Use fr or en.")


def _ways(_: object, __: object, value: Mapping[str, tuple[str, ...]]) -> None:
    strange = sorted({way for ways in value.values() for way in ways} - set(WAYS))
    if strange:
        msg = f"there is no way called {strange[0][:20]!r}"
        raise UsageError(msg, advice=f"The ways are: {', '.join(WAYS)}.")


@final
@frozen
class Preferences:
    """One owner's wishes; every field has a default with which a careful owner can live.

    ``mail`` is the e-mail address, empty for none. ``by`` names the ways of single kinds of notices, by the kind's
    word; the others go as `ways` says. Quiet hours last from ``quiet_from`` to ``quiet_until``; there are none where
    the two are equal. Digests come at ``digest_hour``, the weekly one on Mondays.
    """

    language: str = field(default="fr", validator=_known)
    timezone: str = field(default="Europe/Paris", validator=_known)
    mail: str = field(default="", converter=_mail, repr=False)
    by: Mapping[str, tuple[str, ...]] = field(default=Factory(dict[str, "tuple[str, ...]"]), validator=_ways)
    quiet_from: int = field(default=22, validator=_hour)
    quiet_until: int = field(default=7, validator=_hour)
    daily: bool = True
    weekly: bool = True
    digest_hour: int = field(default=8, validator=_hour)

    def ways(self, kind: NoticeKind, available: Collection[str], working: Collection[str]) -> tuple[str, ...]:
        """Return by which ways a notice goes out now.

        Without a wish a loud one takes the first way that works; what seems not to work is tried beside it, because
        that is how we learn that it works again.

        Args:
            kind: the kind of notice.
            available: the ways on which this owner can be reached at all.
            working: those of them that have not just failed.
        """
        here = [way for way in WAYS if way in available]
        chosen = self.by.get(kind.value)
        if chosen is None:
            first = next((way for way in here if way in working), here[-1] if here else "")
            chosen = tuple(here[: here.index(first) + 1]) if kind.loud and first else ()
        if kind.critical:
            chosen = (*chosen, MAIL)
        return tuple(way for way in here if way in chosen)

    def not_before(self, kind: NoticeKind, now: datetime) -> datetime:
        """Return when a notice may be sent that is ready now: at once, or when the quiet hours end."""
        if kind.critical or self.quiet_from == self.quiet_until:
            return now
        local = now.astimezone(zone(self.timezone))
        begin, end, hour = self.quiet_from, self.quiet_until, local.hour
        quiet = begin <= hour < end if begin < end else hour >= begin or hour < end
        if not quiet:
            return now
        day = local.date() if hour < end else local.date() + _DAY
        return max(now, self._at(day, end))

    def wants(self, rhythm: Rhythm) -> bool:
        """Whether this owner wants that digest, and has an address for it."""
        return bool(self.mail) and (self.daily if rhythm is Rhythm.DAILY else self.weekly)

    def slot(self, rhythm: Rhythm, now: datetime) -> tuple[date, datetime]:
        """Return the local day and the moment at which the last digest was due."""
        today = now.astimezone(zone(self.timezone)).date()
        if now < self._at(today, self.digest_hour):
            today -= _DAY
        day = today - timedelta(days=today.weekday()) if rhythm is Rhythm.WEEKLY else today
        return day, self._at(day, self.digest_hour)

    def _at(self, day: date, hour: int) -> datetime:
        """Return the moment of a local hour, in UTC; one that the clock leaves out is the moment of the leap."""
        return datetime.combine(day, time(hour), zone(self.timezone)).astimezone(UTC)
