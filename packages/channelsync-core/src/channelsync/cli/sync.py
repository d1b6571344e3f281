"""`sync`: one look at every listing that is due, and what came of it in the owner's words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from attrs import evolve

from channelsync.cli import options, paint, shapes
from channelsync.cli.publish import lay_after
from channelsync.cli.telling import collisions, exposures
from channelsync.observation import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from channelsync.cli.shell import Shell
    from channelsync.inventory import Unit
    from channelsync.manager import ChangeReport, LookReport, Manager, SyncReport

__all__ = ["add"]

_ACT: Final = 1


def add(commands: options.Commands) -> None:
    """Add the verb."""
    verb = commands.add("sync", sync, "look at every listing that is due, close and open what has changed")
    verb.add_argument("unit", metavar="UNIT", nargs="?", help="only this one")
    verb.add_argument("--all", action="store_true", dest="everything", help="also listings that are not due yet")


def sync(shell: Shell) -> int:
    """Synchronise."""
    with shell.manager() as manager:
        report = manager.sync(shell.args.unit, everything=shell.args.everything)
        standing, open_still = manager.conflicts(shell.args.unit), manager.exposed(shell.args.unit)
        doubted = _doubted(manager, shell.args.unit)
    report = evolve(report, conflicts=standing, exposed=open_still)  # also of lodgings of which nothing was due
    shell.answer(shapes.sync(report), *(_shown(shell, report, doubted) if not shell.json else ()))
    laid = lay_after(shell)  # whatever else is to be done, what was closed goes out
    return _ACT if report.needs_action or doubted or not laid else 0


def _doubted(manager: Manager, unit: str | None) -> tuple[tuple[Unit, str], ...]:
    """Return the listings of which so much vanished at once that their owner is to confirm it, looked at now or not."""
    states = [manager.state(one) for one in (manager.units() if unit is None else (manager.unit(unit),))]
    return tuple(
        (state.unit, one.listing.key)
        for state in states
        for one in state.active
        if one.verdict is Verdict.SUSPECT and any(claim.missing for claim in one.claims)
    )


def _shown(shell: Shell, report: SyncReport, doubted: tuple[tuple[Unit, str], ...]) -> Iterator[RenderableType]:
    say = shell.voice
    if not report.looks:
        idle = say("Rien à lire pour l’instant (--all lit tout).", "Nothing is due just now (--all reads everything).")
        yield paint.line(idle, paint.QUIET)
    looked, changed = [one.unit.name for one in report.looks], [one.unit.name for one in report.changes]
    for place, name in enumerate(dict.fromkeys(looked + changed)):
        looks = [_look(shell, one) for one in report.looks if one.unit.name == name]
        yield from [paint.line("")] if place else []
        yield paint.heading(name)
        yield paint.table(looks, whole=(0, 1))
        changes = [row for one in report.changes if one.unit.name == name for row in _change(shell, one)]
        if changes:
            title = say("Changé dans nos calendriers", "Changed in our calendars")
            yield paint.section(title, paint.table(changes, whole=(0, 1)))
    yield from _vanished(shell, report, doubted)
    yield from exposures(shell, report.exposed)
    yield from collisions(shell, report.conflicts)
    odd = any(one.observation != "complete" for one in report.looks)  # a calendar that is not believed is not well
    if not (report.exposed or report.conflicts or report.needs_action or doubted or odd):
        yield paint.line("")
        yield paint.line(say("Tout est en ordre.", "All is well."), paint.GOOD)


def _vanished(shell: Shell, report: SyncReport, doubted: tuple[tuple[Unit, str], ...]) -> Iterator[RenderableType]:
    """Say what waits for the owner's word, where no look of this time has just said it."""
    told = {(one.unit.id, one.listing) for one in report.looks}
    left = [(unit, key) for unit, key in doubted if (unit.id, key) not in told]
    if left:
        say = shell.voice
        title = say("Disparitions à confirmer, rien n’est rouvert", "Disappearances to confirm, nothing is opened")
        rows = [(unit.name, shell.title(key), _confirming(unit, key)) for unit, key in left]
        yield paint.section(title, paint.table(rows, whole=(0, 1)))


def _look(shell: Shell, one: LookReport) -> tuple[str | paint.Text, ...]:
    """Say what a listing showed."""
    say = shell.voice
    told = (
        (one.claimed, "pris", "taken"),
        (one.released, "libéré", "released"),
        (one.kept, "plus affiché, gardé fermé", "not shown any more, kept closed"),
    )
    parts = [
        f"{say(french, english)}{say(' : ', ': ')}{say.nights(nights, most=6)}"
        for nights, french, english in told
        if nights
    ]
    parts += [say.why(problem) for problem in one.problems]
    if one.observation == "suspect":
        order = _confirming(one.unit, one.listing)
        parts.append(say(f"rien n’est rouvert ; si c’est vrai : {order}", f"nothing is opened; if it is true: {order}"))
    text = "\n".join(parts) or say("rien de nouveau", "nothing new")
    return shell.title(one.listing), paint.styled(say.word(one.observation), one.observation), text


def _confirming(unit: Unit, key: str) -> str:
    return f"channelsync confirm {unit.slug} {key}"


def _change(shell: Shell, one: ChangeReport) -> Iterator[tuple[str | paint.Text, ...]]:
    """Say what changed in the calendar published for a listing."""
    say, title = shell.voice, shell.title(one.listing)
    if one.close:
        yield title, say("fermé", "closed"), f"{say.nights(one.close)}\n{say.proof(one.proof, pushed=one.pushed)}"
    if one.open:
        yield title, say("remis en location", "open again"), say.nights(one.open)
