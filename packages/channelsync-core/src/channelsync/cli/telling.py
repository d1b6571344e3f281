"""What several commands tell the owner alike: nights that can still be booked somewhere, and nights taken twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelsync.cli import paint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import RenderableType

    from channelsync.cli.shell import Shell
    from channelsync.manager import ConflictReport, ExposureReport

__all__ = ["collisions", "exposures"]


def exposures(shell: Shell, found: Iterable[ExposureReport]) -> Iterator[RenderableType]:
    """Yield the nights that a platform can still sell, and since when."""
    say = shell.voice
    rows: list[tuple[str | paint.Text, ...]] = []
    for one in found:
        since = say.moment(one.since, one.unit.timezone)
        style = paint.ALARM if one.overdue else paint.WARN
        told = say(f"{say.word(one.evidence)} · depuis le {since}", f"{say.word(one.evidence)} · since {since}")
        late = say(
            "\nc’est anormalement long : le lien est-il bien collé là-bas ?",
            "\nunusually long: is our link pasted there?",
        )
        rows.append(
            (
                paint.line(shell.title(one.listing), style),
                one.unit.name,
                f"{say.nights(one.nights)}\n{told}{late if one.overdue else ''}",
            )
        )
    if rows:
        title = say(
            "Encore réservable, tant que la plateforme ne nous a pas lus",
            "Can still be booked, until the platform has read us",
        )
        yield paint.heading(title)
        yield paint.table(rows, whole=(0,))
        yield paint.line("")


def collisions(shell: Shell, found: Iterable[ConflictReport]) -> Iterator[RenderableType]:
    """Yield the nights that are taken twice; those the owner knows of stay quiet."""
    say = shell.voice
    rows: list[tuple[str | paint.Text, ...]] = []
    for one in found:
        sides = "\n".join(
            f"{shell.title(side.channel) if side.channel else say('ici', 'here')}{say(' : ', ': ')}"
            f"{say.word(side.kind)} {say.stay(side.stay)}"
            for side in one.claims
        )
        known = say("connu", "known") if one.dismissed else say.word(one.certainty)
        mark = paint.styled(known, "possible" if one.dismissed else one.certainty)
        rows.append((mark, f"{one.unit.name}\n{say.nights(one.nights)}", sides, paint.line(one.id, paint.QUIET)))
    if rows:
        yield paint.heading(say("Mêmes nuits, deux fois", "The same nights twice"))
        yield paint.table(rows, whole=(0, 3))
