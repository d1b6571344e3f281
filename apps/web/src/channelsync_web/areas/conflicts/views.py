"""What the page of a conflict shows, from what is known of it; nothing here asks anything."""

from __future__ import annotations

from datetime import datetime
from typing import final

from attrs import frozen

from channelsync.claims import Kind
from channelsync.inventory import Unit
from channelsync.nights import Stay
from channelsync_web.areas.conflicts.messages import Draft, drafts
from channelsync_web.areas.conflicts.platforms import Rule, rules
from channelsync_web.areas.conflicts.reading import Case, Lodging, Side
from channelsync_web.speech import Say

__all__ = ["Place", "Shown", "Story", "first", "free", "headline", "story"]


@final
@frozen
class Place:
    """A lodging that seems free for a stay, and how fresh that is; ``sure`` where all its listings have been read."""

    unit: Unit
    stay: str
    known: str
    sure: bool


@final
@frozen
class Shown:
    """One of the two stays: what it is, since when it is known, what its platform asks for, and what to write."""

    key: str
    where: str
    what: str
    stay: Stay
    seen: str
    page: str
    rules: tuple[Rule, ...]
    places: tuple[Place, ...]
    drafts: tuple[Draft, ...]


@final
@frozen
class Story:
    """The whole page: ``order`` says who was first, as far as that can be known.

    Where it is only possible that a guest is among the two, nobody is to be moved: ``quiet``, and the steps are what
    would tell. ``question`` is then the page that asks the owner, empty where no question of ours is open.
    """

    title: str
    certainty: str
    order: str
    sides: tuple[Shown, ...]
    steps: tuple[str, ...]
    quiet: bool = False
    question: str = ""


def story(found: Case, say: Say) -> Story:
    """Return what a conflict's page shows."""
    return Story(
        headline(found, say),
        _certainty(found, say),
        first(found.sides, say, found.report.unit.timezone),
        tuple(_side(one, found, say) for one in found.sides),
        _telling(found, say) if _quiet(found) else _steps(found, say),
        _quiet(found),
        f"/logements/{found.report.unit.id}/questions" if _quiet(found) and found.asked else "",
    )


def headline(found: Case, say: Say) -> str:
    """Return what it is, and where."""
    what = {"certain": say("Double booking"), "probable": say("Probable double booking")}
    return f"{what.get(found.report.certainty, say('Perhaps taken twice'))} – {found.report.unit.name}"


def _certainty(found: Case, say: Say) -> str:
    if found.report.certainty == "certain":
        return say("Two guests hold the same nights: {nights}.", nights=say.nights(found.report.nights))
    doubtful = [one for one in found.sides if one.claim.kind is not Kind.RESERVATION]
    if found.report.certainty == "probable":
        where = say.joined(dict.fromkeys(_where(one, say) for one in doubtful))
        return say(
            "The same nights are taken twice, {nights}. {where} does not say whether it is a guest: look there first.",
            nights=say.nights(found.report.nights),
            where=where,
        )
    nights = say.nights(found.report.nights)
    return say("Perhaps one stay seen twice, {nights}. Nothing opens meanwhile.", nights=nights)


def first(sides: tuple[Side, ...], say: Say, timezone: str) -> str:
    """Say which stay was booked first, and only where the readings prove it."""
    one, other = sides
    if other.absent is not None and other.absent >= one.claim.first_seen:
        moment = say.moment(one.claim.first_seen, timezone)
        if one.claim.is_ours:
            return say(
                "What you typed in {moment} was first: {other} did not show its own yet.",
                moment=moment,
                other=_where(other, say),
            )
        return say(
            "{where} was first: we saw it {moment}, when {other} did not show its own yet.",
            where=_where(one, say),
            moment=moment,
            other=_where(other, say),
        )
    if one.claim.is_ours or other.claim.is_ours:
        return say("One of them was typed in here: when it was really booked, you alone know.")
    if one.claim.inventory or other.claim.inventory:
        return say("One was there already when we first read it: the platforms alone know who was first.")
    return say("Both came between two readings: the platforms alone know who was first.")


def free(others: tuple[Lodging, ...], stay: Stay, say: Say) -> tuple[Place, ...]:
    """Return the lodgings where nothing is known to be taken during a stay."""
    return tuple(
        Place(one.unit, say.stay(stay), _known(one.seen, say), one.seen is not None)
        for one in others
        if not one.taken.overlaps(stay.nights)
    )


def _known(seen: datetime | None, say: Say) -> str:
    if seen is None:
        return say("not all of its calendars have been read: check them first")
    return say("checked {ago}", ago=say.ago(seen))


def _side(one: Side, found: Case, say: Say) -> Shown:
    unit = found.report.unit
    places = () if _quiet(found) else free(found.others, one.claim.stay, say)
    names = tuple(place.unit.name for place in places if place.sure)
    return Shown(
        one.key,
        _where(one, say),
        _what(one, say),
        one.claim.stay,
        _seen(one, say, unit.timezone),
        one.page,
        rules(one.key.partition(":")[0], say) if one.key and not _quiet(found) else (),
        places,
        () if _quiet(found) else drafts(unit.name, one.claim.stay, names),
    )


def _what(one: Side, say: Say) -> str:
    if one.claim.kind is Kind.RESERVATION:
        return say("Reservation")
    return say("Dates taken (a reservation or a closing)")


def _seen(one: Side, say: Say, timezone: str) -> str:
    moment = say.moment(one.claim.first_seen, timezone)
    if one.claim.inventory:
        return say("There already at our first reading, {moment}", moment=moment)
    if one.claim.is_ours:
        return say("Typed in {moment}", moment=moment)
    if one.absent is None:
        return say("First seen {moment}", moment=moment)
    return say("First seen {moment}; not there yet {before}", moment=moment, before=say.moment(one.absent, timezone))


def _quiet(found: Case) -> bool:
    """Whether nothing shows yet that both are guests: then nobody is asked to move one."""
    return found.report.certainty == "possible"


def _telling(found: Case, say: Say) -> tuple[str, ...]:
    """Return what would tell whether it is one stay or two."""
    if found.asked:
        return (say("Our readings cannot tell the two apart: you know what it is. One answer is enough."),)
    told = [
        say("{where} has not been read whole since the restore: its next whole reading tells.", where=say.platform(key))
        for key in found.owing
    ]
    told += [_awaited(one, say) for one in found.sides if one.claim.missing is not None]
    told += [
        say("{where} is no longer linked, so nobody reads it: look there yourself.", where=_where(one, say))
        for one in found.sides
        if one.key and not one.linked
    ]
    return tuple(told) or (
        say("You have said what it is. It ends by itself once one of the two calendars no longer shows these dates."),
    )


def _awaited(one: Side, say: Say) -> str:
    """Return how it shows whether a stay that vanished is over."""
    return say(
        "{where} no longer shows its stay. Once several readings agree, this ends by itself; if it is cancelled there, "
        "say so on the page of that listing.",
        where=_where(one, say),
    )


def _where(one: Side, say: Say) -> str:
    return say.platform(one.key) if one.key else say("typed in here")


def _steps(found: Case, say: Say) -> tuple[str, ...]:
    steps = [
        say("Decide which of the two stays you keep; usually the one that was booked first."),
        say("Write to the other guest, before anything is cancelled: a message is ready below."),
        say("Change or cancel that stay on its own platform. channelsync never cancels a guest."),
        say("Once one of the two has gone from its calendar, this page says so by itself. Nothing opens before."),
    ]
    if found.report.certainty == "probable":
        steps.insert(0, say("Open both calendars on their platforms, and see whether there is really a guest on each."))
    return tuple(steps)
