"""What several commands tell the owner alike: nights that can still be booked somewhere, and nights taken twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelsync.cli import paint
from channelsync.nights import Nights

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import RenderableType

    from channelsync.cli.shell import Shell
    from channelsync.manager import ConflictReport, ExposureReport

__all__ = ["collisions", "exposures"]


def exposures(shell: Shell, found: Iterable[ExposureReport]) -> Iterator[RenderableType]:
    """Yield the nights that a platform can still sell, and since when: one row a listing."""
    say = shell.voice
    listings: dict[tuple[str, str], list[ExposureReport]] = {}
    for one in found:
        listings.setdefault((one.unit.name, one.listing), []).append(one)
    if not listings:
        return
    several = len({name for name, _ in listings}) > 1
    long = {
        True: say("anormalement long : voyez channelsync status", "unusually long: see channelsync status"),
        False: say(
            "anormalement long : notre lien est-il bien collé là-bas ?", "unusually long: is our link pasted there?"
        ),
    }
    rows: list[tuple[str | paint.Text, ...]] = []
    for (name, key), every in listings.items():
        overdue = any(one.overdue for one in every)
        nights = Nights.union(one.nights for one in every)
        first = min(every, key=lambda one: one.since)
        since = say.moment(first.since, first.unit.timezone)
        proof = say.proof(first.evidence, pushed=first.pushed)
        told = [
            say.nights(nights),
            say(f"{proof}, depuis le {since}", f"{proof}, since {since}"),
            *([long[first.pushed]] if overdue else []),
            *(say(f"à fermer là-bas : {one.page}", f"close there: {one.page}") for one in every if one.page),
        ]
        where = f"{name}\n{shell.title(key)}" if several else shell.title(key)
        rows.append((paint.line(where, paint.ALARM if overdue else paint.WARN), "\n".join(told)))
    title = say(
        "Encore réservable, tant que la plateforme ne nous a pas lus",
        "Can still be booked, until the platform has read us",
    )
    if all(one.pushed for every in listings.values() for one in every):
        title = say(
            "Encore réservable, tant que la plateforme n’a pas accepté",
            "Can still be booked, until the platform has accepted",
        )
    yield paint.section(title, paint.table(rows, whole=(0,)))


def collisions(shell: Shell, found: Iterable[ConflictReport]) -> Iterator[RenderableType]:
    """Yield the nights that are taken twice; those the owner knows of stay quiet."""
    say, every = shell.voice, tuple(found)
    rows: list[tuple[str | paint.Text, ...]] = []
    for one in every:
        sides = "\n".join(
            f"{shell.title(side.channel) if side.channel else say('ici', 'here')}{say(' : ', ': ')}"
            f"{say.word(side.kind)} {say.stay(side.stay)}"
            for side in one.claims
        )
        known = say("connu", "known") if one.dismissed else say.word(one.certainty)
        mark = paint.styled(known, "possible" if one.dismissed else one.certainty)
        mark.append(f"\n{one.id}", style=paint.QUIET)
        rows.append((mark, f"{one.unit.name}\n{say.nights(one.nights)}", sides))
    if rows:
        yield paint.section(say("Mêmes nuits, deux fois", "The same nights twice"), paint.table(rows, whole=(0,)))
        yield from (paint.line(f"  {hint}", paint.QUIET) for hint in _hints(shell, every))


def _hints(shell: Shell, found: Iterable[ConflictReport]) -> Iterator[str]:
    """Yield what can be done from here about nights taken twice."""
    say = shell.voice
    if any(one.alarming for one in found):
        yield say("Déjà au courant : channelsync dismiss ID", "You know of it: channelsync dismiss ID")
    for slug in dict.fromkeys(one.unit.slug for one in found if one.certainty == "possible"):
        yield say(f"À clarifier : channelsync takeover {slug}", f"To clarify: channelsync takeover {slug}")
