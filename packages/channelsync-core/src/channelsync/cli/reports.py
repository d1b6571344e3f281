"""`conflicts`, `exposed`, `status`, `log`, `explain`: what is known, and why; nothing here changes anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from channelsync.cli import options, paint, shapes
from channelsync.cli.figures import figures
from channelsync.cli.telling import collisions, exposures
from channelsync.inventory import zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from rich.console import RenderableType

    from channelsync.cli.shell import Shell
    from channelsync.explain import Explanation
    from channelsync.ids import ListingId, UnitId
    from channelsync.inventory import Unit
    from channelsync.ledger import HistoryLine
    from channelsync.manager import LinkStatus

__all__ = ["add"]

_ACT: Final = 1
_DID: Final = {
    "claim": ("pris", "taken"),
    "release": ("libéré", "released"),
    "keep": ("gardé fermé", "kept closed"),
    "set_aside": ("mis de côté", "set aside"),
    "echo": ("nos dates", "our own dates"),
    "conflict": ("double", "conflict"),
    "suspect": ("douteux", "suspect"),
    "unusable": ("illisible", "unusable"),
    "habit": ("appris", "learned"),
    "publish": ("publié", "published"),
    "changed": ("changé", "changed"),
    "missing": ("plus affiché", "not shown any more"),
    "back": ("réapparu", "shown again"),
    "released": ("libéré", "released"),
    "cancelled": ("annulé ici", "ended here"),
    "unlinked": ("retiré avec l’annonce", "let go with its listing"),
    "past": ("séjour passé", "stay over"),
}


def add(commands: options.Commands) -> None:
    """Add the verbs."""
    verb = commands.add("conflicts", conflicts, "list the nights that are taken twice")
    verb.add_argument("unit", metavar="UNIT", nargs="?")
    verb = commands.add("exposed", exposed, "list the nights that a platform can still sell though they are taken")
    verb.add_argument("unit", metavar="UNIT", nargs="?")
    verb = commands.add("status", status, "tell how every listing fares")
    verb.add_argument("--indicators", action="store_true", help="the figures of the last 30 days instead")
    verb = commands.add("log", log, "tell what happened")
    verb.add_argument("unit", metavar="UNIT", nargs="?")
    verb.add_argument("--since", metavar="ISO8601", type=options.argument(options.moment), help="only from then on")
    verb = commands.add("explain", explain, "tell why a night is closed or open, since when, with what proof")
    verb.add_argument("unit", metavar="UNIT")
    verb.add_argument("night", metavar="DATE", type=options.argument(options.day))
    verb.add_argument("channel", metavar="CHANNEL", nargs="?")


def conflicts(shell: Shell) -> int:
    """List the conflicts."""
    with shell.manager() as manager:
        found = manager.conflicts(shell.args.unit)
    none = paint.line(shell.voice("Aucune double réservation.", "No conflict."), paint.GOOD)
    shell.answer([shapes.conflict(one) for one in found], *(collisions(shell, found) if found else (none,)))
    return _ACT if any(one.alarming for one in found) else 0


def exposed(shell: Shell) -> int:
    """List what can still be booked."""
    with shell.manager() as manager:
        found = manager.exposed(shell.args.unit)
        restored = sorted({one.unit.name for one in manager.status(shell.args.unit) if one.recovering})
    none = shell.voice(
        "Aucune nuit prise n’est encore réservable ailleurs.", "No taken night can still be booked elsewhere."
    )
    shown = list(exposures(shell, found)) or [paint.line(none, paint.GOOD)] * (not restored)
    if restored:  # what was sold since the backup is not known, so neither is where it is still sold
        shown.append(paint.line(_unknown(shell, ", ".join(restored)), paint.WARN))
    shell.answer([shapes.exposure(one) for one in found], *shown)
    return _ACT if restored or any(one.overdue for one in found) else 0


def _unknown(shell: Shell, names: str) -> str:
    """Return what is said of lodgings that were restored, and not read whole since."""
    return shell.voice(
        f"{names} : restauré, pas encore relu en entier. Ce qui a été vendu depuis la sauvegarde n’est pas connu.",
        f"{names}: restored, and not read whole since. What was sold after the backup is not known.",
    )


def status(shell: Shell) -> int:
    """Tell how the listings fare."""
    say = shell.voice
    if shell.args.indicators:
        return figures(shell)
    with shell.manager() as manager:
        found = manager.status()
    none = paint.line(say("Aucune annonce reliée.", "No listing is linked."), paint.QUIET)
    shell.answer([shapes.status(one) for one in found], *(_fared(shell, found) if found else [none]))
    return _ACT if any(one.observation == "unusable" for one in found) else 0


def _fared(shell: Shell, found: Iterable[LinkStatus]) -> Iterator[RenderableType]:
    """Yield how the listings fare, a table for each lodging."""
    head = shell.voice("plateforme|état|nous l’avons lue|elle nous a lus", "channel|state|we read it|it read us")
    units: dict[str, list[LinkStatus]] = {}
    for one in found:
        units.setdefault(one.unit.name, []).append(one)
    for name, every in units.items():
        yield paint.section(name, paint.table([_status(shell, one) for one in every], head=head.split("|"), whole=(0,)))


def _status(shell: Shell, one: LinkStatus) -> tuple[str | paint.Text, ...]:
    say, zone = shell.voice, one.unit.timezone
    never = say("pas encore", "not yet")
    health = say("à lire", "to be read") if one.health == "new" else say.word(one.health)
    state = paint.styled(health, one.health)
    if one.observation in {"suspect", "unusable"} and one.health in {
        "live",
        "batch",
    }:  # the route is well, not the look
        state = paint.styled(say.word(one.observation), one.observation)
    if one.recovering:
        state += paint.line(
            "\n" + say("à relire après la restauration", "to be read anew since the restore"), paint.WARN
        )
    looked = say.moment(one.last_look, zone) if one.last_look else never
    if one.problems:
        looked += "\n" + "\n".join(say.why(problem) for problem in one.problems)
    read = say.moment(one.last_fetch, zone) if one.last_fetch else never
    return shell.title(one.listing), state, looked, read


def log(shell: Shell) -> int:
    """Tell what happened."""
    say = shell.voice
    with shell.manager() as manager:
        lines = manager.log(shell.args.unit, since=shell.args.since)
        units = {one.id: one for one in manager.units()}
        keys = {link.id: link.key for unit in units.values() for link in manager.links(unit)}
        keys |= {one.id: one.listing.key for unit in units.values() for one in manager.state(unit).listings}
    document = [
        {
            "at": shapes.moment(one.at),
            "unit": units[one.unit].name,
            "channel": keys.get(one.listing) if one.listing else None,
            "what": one.what,
            "why": one.why,
            "nights": shapes.nights(one.nights),
            "claim": one.claim,
        }
        for one in lines
    ]
    none = paint.line(say("Il ne s’est encore rien passé.", "Nothing has happened yet."), paint.QUIET)
    shell.answer(document, *(_days(shell, lines, units, keys) if lines and not shell.json else (none,)))
    return 0


def _days(
    shell: Shell, lines: Iterable[HistoryLine], units: Mapping[UnitId, Unit], keys: Mapping[ListingId, str]
) -> Iterator[RenderableType]:
    """Yield the log, a table for each day: at what time, where, what."""
    say = shell.voice
    days: dict[date, list[HistoryLine]] = {}
    for one in lines:
        days.setdefault(one.at.astimezone(zone(units[one.unit].timezone)).date(), []).append(one)
    several = len(units) > 1
    for day, every in days.items():
        rows = [
            _line(shell, one, units[one.unit], several=several, key=keys.get(one.listing, "") if one.listing else "")
            for one in every
        ]
        yield paint.section(say.day(day), paint.table(rows, whole=(0,)))


def _line(shell: Shell, one: HistoryLine, unit: Unit, *, several: bool, key: str) -> tuple[str | paint.Text, ...]:
    say = shell.voice
    place = shell.title(key) if key else say("ici", "here")
    where = f"{unit.name}\n{place}" if several else place
    did = say(*_DID.get(one.what, (one.what, one.what)))
    told = "\n".join(part for part in (say.nights(one.nights, most=6) if one.nights else "", say.why(one.why)) if part)
    return paint.line(say.clock(one.at, unit.timezone), paint.QUIET), where, did, told


def explain(shell: Shell) -> int:
    """Explain a night."""
    args, language = shell.args, shell.voice.language
    with shell.manager() as manager:
        unit = manager.unit(args.unit)
        found = manager.explain(unit, args.night, args.channel, language=language)
    document = {
        "unit": unit.name,
        "night": args.night.isoformat(),
        "explanations": [_explanation(one) for one in found.explanations],
        "text": str(found),
    }
    shell.answer(document, *(_chain(line) for line in str(found).split("\n")))
    return 0


def _chain(line: str) -> RenderableType:
    """Return a line of an explanation: a title, or a step with its lines under one another."""
    return paint.table([("·", line.strip())]) if line.startswith(" ") else paint.line(line, paint.TITLE)


def _explanation(one: Explanation) -> shapes.Shape:
    return {
        "channel": one.where if one.listing else None,
        "closed": one.closed,
        "proof": one.proof.word if one.proof else None,
        "steps": [
            {
                "what": step.what.value,
                "at": shapes.moment(step.at),
                "source": step.source or None,
                "kind": step.kind.value if step.kind else None,
                "last": shapes.moment(step.last),
                "number": step.number,
            }
            for step in one.steps
        ],
    }
