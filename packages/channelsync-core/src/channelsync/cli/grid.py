"""`calendar`: a month of a lodging in the terminal: who holds each night, where guests change, what is proven where."""

from __future__ import annotations

from calendar import Calendar
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from channelsync.cli import options, paint, shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from channelsync.claims import Claim
    from channelsync.cli.shell import Shell
    from channelsync.state import ListingState, UnitState

__all__ = ["add"]

_COLOURS: Final = ("cyan", "magenta", "green", "blue", "yellow")
_OURS: Final = "bright_black"
_CELL: Final = 10
_ONE_DAY: Final = timedelta(days=1)


def add(commands: options.Commands) -> None:
    """Add the verb."""
    verb = commands.add("calendar", calendar, "show a month: who holds each night, and what is proven where")
    verb.add_argument("unit", metavar="UNIT")
    verb.add_argument("--month", metavar="YYYY-MM", type=options.argument(options.month), help="default: this month")


def calendar(shell: Shell) -> int:
    """Show one month."""
    with shell.manager() as manager:
        state = manager.state(shell.args.unit)
    today = state.unit.today(shell.now)
    first: date = shell.args.month or today.replace(day=1)
    days = [day for day in Calendar().itermonthdates(first.year, first.month) if day.month == first.month]
    document = {
        "unit": state.unit.name,
        "month": f"{first:%Y-%m}",
        "nights": [_night(state, day) for day in days],
    }
    shell.answer(document, *(_shown(shell, state, first, today) if not shell.json else ()))
    return 0


def _night(state: UnitState, day: date) -> shapes.Shape:
    """Return one night: who holds it, whether guests change on its day, and how far it is proven closed where."""
    held = _holding(state, day)
    return {
        "night": day.isoformat(),
        "claims": [
            {"id": one.id, "channel": _key(state, one) or None, "kind": one.kind.value, **shapes.stay(one.stay)}
            for one in held
        ],
        "turnover": bool(held) and _leaving(state, day),
        "closed": {one.listing.key: one.evidence(day).word for one in state.active if day in one.published},
    }


def _holding(state: UnitState, day: date) -> list[Claim]:
    return sorted((one for one in state.claims if day in one.stay), key=lambda one: (one.first_seen, one.id))


def _leaving(state: UnitState, day: date) -> bool:
    """Whether somebody leaves on this day."""
    return any(one.stay.departure == day for one in state.claims)


def _key(state: UnitState, claim: Claim) -> str:
    """Return the key of the listing that a claim comes from, empty for the owner's own."""
    return next((one.listing.key for one in state.listings if one.id == claim.listing), str(claim.channel or ""))


# --- for people -------------------------------------------------------------------------------------------------------


def _shown(shell: Shell, state: UnitState, first: date, today: date) -> Iterator[RenderableType]:
    say = shell.voice
    yield paint.heading(f"{state.unit.name} · {say.months(first)}")
    yield paint.line("")
    yield paint.columns(
        [
            [_cell(shell, state, day, first, today) for day in week]
            for week in Calendar().monthdatescalendar(first.year, first.month)
        ],
        head=list(say.weekdays()),
        width=_CELL,
    )
    legend = say(
        "▸ arrivée  ◂ départ  ◂▸ rotation  rotat. : laissée libre  !! pris deux fois",
        "▸ arrival  ◂ departure  ◂▸ turnover  turnov.: kept free  !! taken twice",
    )
    yield paint.line(legend, paint.QUIET)
    rows = [row for one in state.active for row in _proofs(shell, one, first, today)]
    none = paint.line(say("  rien à fermer ce mois-ci", "  nothing to close this month"), paint.QUIET)
    title = say("Fermé par nous, et la preuve", "Closed by us, and the proof")
    yield paint.section(title, paint.table(rows, whole=(0, 1)) if rows else none)


def _cell(shell: Shell, state: UnitState, day: date, first: date, today: date) -> paint.Text:
    """Return what stands in one day's cell: the day with its arrivals and departures, and who holds the night."""
    if day.month != first.month:
        return paint.line("")
    held = _holding(state, day)
    arrives = any(one.stay.arrival == day for one in held)
    marks = ("◂" if _leaving(state, day) else "") + ("▸" if arrives else "")
    cell = paint.line(
        f"{day.day:>2} {marks}".rstrip(), paint.TITLE if day == today else "" if day > today else paint.QUIET
    )
    cell.append("\n")
    double = sum(one.may_be_guest for one in held) > 1
    names = list(dict.fromkeys(_short(shell, state, one) for one in held))
    if double:
        cell.append(f"!!{'+'.join(names)}"[:_CELL], style=paint.ALARM)
    elif held:
        cell.append(names[0][:_CELL], style=_colour(state, held[0]))
    elif any(day in one.published for one in state.active):
        cell.append(shell.voice("rotat.", "turnov."), style=paint.QUIET)
    else:
        cell.append("·", style=paint.QUIET)
    return cell


def _short(shell: Shell, state: UnitState, claim: Claim) -> str:
    key = _key(state, claim)
    if key:
        return shell.title(key).removesuffix(".com")
    return shell.voice.word(claim.category.value).split()[0] if claim.category else shell.voice("ici", "here")


def _colour(state: UnitState, claim: Claim) -> str:
    keys = [one.listing.key for one in state.listings]
    key = _key(state, claim)
    return _COLOURS[keys.index(key) % len(_COLOURS)] if key in keys else _OURS


def _proofs(shell: Shell, one: ListingState, first: date, today: date) -> Iterator[tuple[str | paint.Text, ...]]:
    """Yield a row for each rung of the proof that nights of this month have reached on a listing, the lowest first."""
    from channelsync.nights import Nights, Stay
    from channelsync.proof import Evidence

    following = (first.replace(day=28) + 4 * _ONE_DAY).replace(day=1)
    closed = one.published.within(Stay(first, following)).since(today)
    rungs: dict[Evidence, list[date]] = {}
    for night in closed:
        rungs.setdefault(one.evidence(night), []).append(night)
    say = shell.voice
    for rung in sorted(rungs):
        yield (
            shell.title(one.listing.key),
            paint.styled(say.proof(rung.word, pushed=one.listing.traits.pushed), rung.word),
            say.nights(Nights.of(*rungs[rung])),
        )
