"""The answer to "am I protected?": one sentence, its age, and what else stands against it.

What is not known counts against it: a platform that does not answer, one that has never read us, calendars that nobody
looks at any more, a lodging that is linked nowhere. The worst comes first. What a platform has only read is called
"read"; "closed" is said of what the platform itself shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal, final

from attrs import frozen

from channelsync.inventory import Unit
from channelsync.manager import ConflictReport, ExposureReport
from channelsync.policy import DEFAULT_POLICY
from channelsync_web.areas.home.watched import Watched, withheld
from channelsync_web.speech import Say

__all__ = ["LATE", "Point", "Tone", "Verdict", "until", "verdict"]

Tone = Literal["good", "warn", "bad"]

_TO_FIVE: Final = timedelta(minutes=5) - timedelta.resolution
LATE: Final = timedelta(minutes=15)
"""A look so long overdue: nobody is looking, for each is retried within that time."""


@final
@frozen
class Point:
    """One thing that stands against "protected": what it is, what to do, and where (``path``, shown as ``action``)."""

    tone: Tone
    text: str
    advice: str = ""
    path: str = ""
    action: str = ""


@final
@frozen
class Verdict:
    """The answer.

    ``checked`` is the oldest of the readings that it stands on, None before the first; ``also`` are the lesser points.
    """

    tone: Tone
    text: str
    checked: datetime | None = None
    advice: str = ""
    path: str = ""
    action: str = ""
    also: tuple[Point, ...] = ()


def verdict(
    units: Sequence[Unit],
    listings: Sequence[Watched],
    conflicts: Iterable[ConflictReport],
    exposed: Sequence[ExposureReport],
    say: Say,
) -> Verdict:
    """Return the answer for an owner who has lodgings.

    Args:
        units: the lodgings.
        listings: their listings.
        conflicts: the conflicts that stand; only alarming ones count.
        exposed: what can still be booked although it is taken.
        say: the owner's language and the time of asking.
    """
    points = [
        *_doubled([one for one in conflicts if one.alarming], say),
        *_unwatched(listings, say),
        *_exposed(exposed, withheld(listings), say),
        *_withheld(listings, say),
        *(point for one in listings for point in _troubles(one, say)),
        *_unlinked(units, listings, say),
        *(point for one in listings for point in _unread(one, say)),
    ]
    points.sort(key=lambda one: one.tone != "bad")  # stable: within a tone the order above stands
    head = points[0] if points else _well(listings, say)
    looks = [one.last_look for one in listings if one.last_look is not None]
    checked = min(looks, default=None)
    return Verdict(head.tone, head.text, checked, head.advice, head.path, head.action, tuple(points[1:]))


def until(one: ExposureReport, kept_back: Collection[tuple[str, str]], say: Say) -> str:
    """Return until when nights can probably still be booked, as the end of a sentence.

    ``kept_back`` are the listings that are given no calendar: their visits change nothing.
    """
    if (one.unit.id, one.listing) in kept_back:
        return say("until our calendars are given out again")
    if one.until is None:
        return say("until its first visit")
    if one.until <= say.now:
        clock = _clock(say, one.until, one.unit.timezone)
        return say("until its next visit, expected since {clock}", clock=clock)
    return say("until about {clock}", clock=_clock(say, one.until + _TO_FIVE, one.unit.timezone))  # no end is past


# What stands against it ----------------------------------------------------------------------------------------------
def _doubled(conflicts: Sequence[ConflictReport], say: Say) -> Iterator[Point]:
    if not conflicts:
        return
    first = conflicts[0]
    what = {"unit": first.unit.name, "nights": say.nights(first.nights)}
    if len(conflicts) > 1:
        text = say.count(len(conflicts), "{count} double booking to resolve", "{count} double bookings to resolve")
    elif first.certainty == "certain":
        text = say("Double booking: {unit}, {nights}", **what)
    else:
        text = say("Probable double booking: {unit}, {nights}", **what)
    sides = say.joined(say.platform(one.channel) if one.channel else say("typed in here") for one in first.claims)
    advice = "" if len(conflicts) > 1 else say("Taken on {sides}.", sides=sides)
    yield Point("bad", text, advice, f"/conflits/{first.id}", say("Resolve"))


def _unwatched(listings: Sequence[Watched], say: Say) -> Iterator[Point]:
    late = [one for one in listings if one.next_look is not None and say.now - one.next_look > LATE]
    if late:
        looks = [one.last_look for one in late if one.last_look is not None]
        text = say("Nobody is reading your calendars any more: last read {ago}", ago=say.ago(min(looks, default=None)))
        advice = say("What is closed stays closed, but new reservations go unseen. Start channelsync-worker again.")
        yield Point("bad", text, advice)
    elif listings and all(one.last_look is None and not (one.recovering or one.never_read) for one in listings):
        yield Point("warn", say("Your calendars are about to be read for the first time"))


def _exposed(exposed: Sequence[ExposureReport], kept_back: Collection[tuple[str, str]], say: Say) -> Iterator[Point]:
    if not exposed:
        return
    nights = {(one.unit.id, night) for one in exposed for night in one.nights}
    last = max(
        exposed, key=lambda one: ((one.unit.id, one.listing) in kept_back, one.until is None, one.until or say.now)
    )
    where = say.joined(dict.fromkeys(say.platform(one.listing) for one in exposed))
    text = say.count(
        len(nights),
        "{count} night can still be booked on {where} {until}",
        "{count} nights can still be booked on {where} {until}",
        where=where,
        until=until(last, kept_back, say),
    )
    tone: Tone = "bad" if any(one.overdue for one in exposed) else "warn"
    advice = say("They are taken elsewhere. To be sure, close them there yourself now.")
    yield Point(tone, text, advice, "#a-regarder", say("See which"))


def _withheld(listings: Sequence[Watched], say: Say) -> Iterator[Point]:
    """Yield the lodgings whose calendars are not given out since a restore, and for whom they wait."""
    for unit, awaited in dict.fromkeys((one.unit, one.awaited) for one in listings if one.awaited):
        text = say(
            "{unit}: our calendars are withheld since the restore, until {where} has been read",
            unit=unit.name,
            where=say.joined(map(say.platform, awaited)),
        )
        advice = say("What was sold since the backup must be known first. Your platforms keep what they read last.")
        yield Point("warn", text, advice, f"/logements/{unit.id}", say("What to do"))


def _troubles(one: Watched, say: Say) -> Iterator[Point]:
    """Yield what is wrong with our own reading of a listing."""
    where, path = _named(one, say), one.path
    if one.never_read:
        text = say("{where} could not be read yet: nothing is known of it", where=where)
        yield Point("warn", text, say("What is taken there is not closed elsewhere. We keep trying."), path, say("See"))
    elif one.health == "disconnected":
        text = say("{where} refuses our access; your dates stay closed", where=where)
        yield Point(
            "bad", text, say("New reservations there go unseen until you link it again."), path, say("Reconnect")
        )
    elif one.instead:
        text = say("The API of {where} does not answer; its calendar is read in its place", where=where)
        yield Point("warn", text, say("What it sells is seen all the same, some minutes later."), path, say("See"))
    elif one.health == "degraded":
        text = say("{where} does not answer any more; your dates stay closed", where=where)
        yield Point(
            "warn", text, say("New reservations there go unseen until it answers. We keep trying."), path, say("See")
        )
    elif one.observation == "suspect":
        text = say("Disappearance to confirm on {where}: we keep closed", where=where)
        yield Point("warn", text, say("Too much vanished there at once to be believed."), path, say("Confirm or wait"))


def _unlinked(units: Sequence[Unit], listings: Sequence[Watched], say: Say) -> Iterator[Point]:
    for unit in units:
        mine = [one for one in listings if one.unit.id == unit.id]
        path = f"/logements/{unit.id}/relier"
        if not mine:
            text = say("{unit} is linked to no platform: nothing is watched there", unit=unit.name)
            yield Point("warn", text, "", path, say("Link a listing"))
        elif len(mine) == 1:
            where = say.platform(mine[0].key)
            text = say("{unit} is linked to {where} alone: we see nothing elsewhere", unit=unit.name, where=where)
            yield Point("warn", text, "", path, say("Link a listing"))


def _unread(one: Watched, say: Say) -> Iterator[Point]:
    """Yield that a platform does not read us, where it should have by now."""
    if one.pushed or one.waiting_since is None or say.laid_out:
        return
    where, path = _named(one, say), f"{one.path}/lien"
    if one.last_read is None:
        text = say("{where} has not read our calendar yet", where=where)
        advice = say("Paste our link there, then wait for its first visit: it can take some hours.")
        yield Point("warn", text, advice, path, say("See the link to paste"))
    elif say.now - one.waiting_since > max(DEFAULT_POLICY.silence, one.silent_for):
        text = say(
            "{where} does not read our calendar any more: last visit {ago}", where=where, ago=say.ago(one.last_read)
        )
        yield Point("warn", text, say("Check that our link still stands there."), path, say("See the link to paste"))


def _named(one: Watched, say: Say) -> str:
    return f"{say.platform(one.key)} ({one.unit.name})"


def _well(listings: Sequence[Watched], say: Say) -> Point:
    """Return what is said where nothing stands against it, and no more than is proven."""
    if not any(one.closed for one in listings):
        return Point("good", say("No night has to be closed elsewhere: your calendars are being watched"))
    if all(one.closed == one.shown for one in listings):
        return Point("good", say("Everything is closed everywhere, with proof"))
    return Point("good", say("Every taken night has been read by all your other platforms"))


def _clock(say: Say, at: datetime, timezone: str) -> str:
    """Return the last full five minutes, with the day where that is not today."""
    local, today = say.local(at, timezone), say.local(say.now, timezone).date()
    local -= timedelta(minutes=local.minute % 5)
    clock = say("{hour}:{minute}", hour=local.hour, minute=f"{local.minute:02d}")
    if local.date() == today:
        return clock
    return say("{day} at {clock}", day=say.day(local.date(), weekday=True), clock=clock)
