"""`block`, `unblock`, `reserve`, `cancel`, `confirm`, `dismiss`: the owner's orders, and what only the owner knows.

An order is noted here, and nothing has reached a platform by it: the answers say where it is still to be closed, or to
be opened.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelsync.claims import Category
from channelsync.cli import options, paint, shapes
from channelsync.ids import ClaimId
from channelsync.proof import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from channelsync.claims import Claim
    from channelsync.cli.shell import Shell
    from channelsync.manager import Manager
    from channelsync.nights import Nights
    from channelsync.state import UnitState

__all__ = ["add"]


def add(commands: options.Commands) -> None:
    """Add the verbs."""
    verb = commands.add("block", block, "close nights on every platform, for your own use")
    verb.add_argument("unit", metavar="UNIT")
    verb.add_argument(
        "stay", metavar="STAY", type=options.argument(options.stay), help="ARRIVAL/DEPARTURE, departure not included"
    )
    verb.add_argument("--category", choices=[one.value for one in Category], default="personal")
    verb.add_argument("--note", metavar="TEXT", default="")
    verb.add_argument("--insist", action="store_true", help="even where a guest has these nights")

    verb = commands.add("unblock", unblock, "end a block made here")
    verb.add_argument("id", metavar="ID", help="as `unit show` lists it")

    verb = commands.add("reserve", reserve, "type in a reservation; its nights close on every platform")
    verb.add_argument("unit", metavar="UNIT")
    verb.add_argument(
        "stay", metavar="STAY", type=options.argument(options.stay), help="ARRIVAL/DEPARTURE, departure not included"
    )
    verb.add_argument(
        "--channel", metavar="CHANNEL", help="where it was made; what is seen there later is taken for it"
    )
    verb.add_argument("--guest", metavar="NAME", default="", help="kept here, never published")
    verb.add_argument("--note", metavar="TEXT", default="")
    verb.add_argument("--insist", action="store_true", help="even where the nights are taken")

    verb = commands.add("cancel", cancel, "end a reservation that was typed in here")
    verb.add_argument("id", metavar="ID", help="as `unit show` lists it")

    verb = commands.add("confirm", confirm, "confirm that what vanished from a listing at once is really gone")
    verb.add_argument("unit", metavar="UNIT")
    verb.add_argument("channel", metavar="CHANNEL")

    verb = commands.add("dismiss", dismiss, "say that a conflict is known; it comes back when it changes")
    verb.add_argument("conflict", metavar="CONFLICT", help="its id, as `conflicts` lists it")


def block(shell: Shell) -> int:
    """Close nights."""
    args = shell.args
    with shell.manager() as manager:
        unit = manager.unit(args.unit)
        made = manager.block(unit, args.stay, category=args.category, note=args.note, insist=args.insist)
        return _made(shell, manager, made, manager.state(unit))


def reserve(shell: Shell) -> int:
    """Type in a reservation."""
    args = shell.args
    with shell.manager() as manager:
        unit = manager.unit(args.unit)
        made = manager.reserve(
            unit, args.stay, channel=args.channel, guest=args.guest, note=args.note, insist=args.insist
        )
        return _made(shell, manager, made, manager.state(unit))


def unblock(shell: Shell) -> int:
    """End a block."""
    with shell.manager() as manager:
        before = _around(manager, shell.args.id)
        return _ended(shell, manager, manager.unblock(shell.args.id), before)


def cancel(shell: Shell) -> int:
    """End a reservation typed in here."""
    with shell.manager() as manager:
        before = _around(manager, shell.args.id)
        return _ended(shell, manager, manager.cancel(shell.args.id), before)


def _around(manager: Manager, claim: str) -> UnitState | None:
    """Return the lodging that a claim is on, as it is now; None where there is no such claim."""
    with manager.ledger.reading() as tx:
        unit = tx.unit_of_claim(ClaimId(claim))
    return None if unit is None else manager.state(unit)


def _made(shell: Shell, manager: Manager, claim: Claim, after: UnitState) -> int:
    """Print what was made, and where its nights are still to be closed."""
    say, ours = shell.voice, {one.listing.key: one.published & claim.nights for one in after.active}
    proofs = {one.listing.key: min(map(one.evidence, ours[one.listing.key]), default=None) for one in after.active}
    close = {key: proof for key, proof in proofs.items() if proof is not None}
    waiting = [key for key, proof in close.items() if proof < Evidence.ACCEPTED]
    told = [say("noté", "noted")]
    if waiting:
        told.append(say(f"à fermer sur {_titles(shell, waiting)}", f"to be closed on {_titles(shell, waiting)}"))
    if proven := [key for key in close if key not in waiting]:
        told.append(say(f"déjà fermé sur {_titles(shell, proven)}", f"closed already on {_titles(shell, proven)}"))
    if not close:
        told.append(say("aucune annonce à fermer", "no listing to be closed"))
    document: shapes.Shape = {"closing": {key: proof.word for key, proof in close.items()}, "opening": []}
    return _noted(shell, claim, after, document, told, _next(shell, manager) if waiting else "")


def _ended(shell: Shell, manager: Manager, claim: Claim, before: UnitState | None) -> int:
    """Print what was ended, and where its nights are to be opened; ``before`` is the lodging with it."""
    say, after = shell.voice, manager.state(before.unit) if before else None
    opened = _opened(before, after, claim.nights) if before and after else []
    told, then = [say("fin notée", "end noted")], _next(shell, manager) if opened else ""
    where = _titles(shell, opened)
    told.append(
        say(f"à rouvrir sur {where}", f"to be opened again on {where}")
        if opened
        else say("aucune annonce à rouvrir", "no listing to be opened again")
    )
    return _noted(shell, claim, after, {"closing": {}, "opening": opened}, told, then)


def _opened(before: UnitState, after: UnitState, nights: Nights) -> list[str]:
    """Return the listings whose calendars open some of these nights between the one and the other."""
    now = {one.id: one.published for one in after.active}
    return [one.listing.key for one in before.active if one.published & nights - now.get(one.id, one.published)]


def _titles(shell: Shell, keys: Iterable[str]) -> str:
    """Return the listings' names in a row."""
    *others, last = [*map(shell.title, keys)] or [""]
    return f"{', '.join(others)}{shell.voice(' et ', ' and ')}{last}" if others else last


def _next(shell: Shell, manager: Manager) -> str:
    """Return what is to be done for it to reach the platforms; a worker that is alive does it by itself."""
    from channelsync.service.indicators import at_work

    say = shell.voice
    with manager.ledger.reading() as tx:
        if at_work(tx, shell.now):
            return (
                say("Le worker s’en charge ; la preuve : ", "The worker is at it; the proof: ") + "channelsync exposed"
            )
    return say("Ensuite : ", "Next: ") + "channelsync sync"


def _noted(
    shell: Shell, claim: Claim, state: UnitState | None, evidence: shapes.Shape, told: Iterable[str], then: str
) -> int:
    """Print an order that was noted: whose nights, what came of it, and what comes next."""
    unit = state.unit.name if state else ""
    document = {
        "id": claim.id,
        "unit": unit or None,
        "channel": claim.channel,
        "kind": claim.kind.value,
        **shapes.stay(claim.stay),
        "category": claim.category.value if claim.category else None,
        "note": claim.note,
        **evidence,
    }
    say = shell.voice
    what = say.word(claim.category.value) if claim.category else say.word(claim.kind.value)
    where = f"{unit} · " if unit else ""
    done = say(" ; ", "; ").join(told)
    text = f"{where}{say.stay(claim.stay)} ({say.length(claim.stay.length)}) · {what}{say(' : ', ': ')}{done}"
    hints = (paint.line(one, paint.QUIET) for one in (f"id {claim.id}", then) if one)
    shell.answer(document, paint.line(text, paint.TITLE), *hints)
    return 0


def confirm(shell: Shell) -> int:
    """Take the owner's word for a disappearance."""
    args, say = shell.args, shell.voice
    with shell.manager() as manager:
        unit = manager.unit(args.unit)
        before = manager.state(unit)
        released = manager.confirm(unit, args.channel)
        opened = _opened(before, manager.state(unit), released)
        then = _next(shell, manager) if opened else ""
    document = {"unit": unit.name, "channel": args.channel, "released": shapes.nights(released)}
    nothing = say("Rien n’attendait de confirmation.", "Nothing was waiting to be confirmed.")
    text = say(f"Libérées : {say.nights(released)}", f"Released: {say.nights(released)}")
    where = _titles(shell, opened)
    text += say(f" ; à rouvrir sur {where}", f"; to be opened again on {where}") if where else ""
    shell.answer(
        document, paint.line(text if released else nothing), *([paint.line(then, paint.QUIET)] if then else [])
    )
    return 0


def dismiss(shell: Shell) -> int:
    """Mark a conflict as known."""
    conflict: str = shell.args.conflict
    with shell.manager() as manager:
        manager.dismiss(conflict)
    text = shell.voice("C’est noté ; s’il change, il reviendra.", "Noted; it comes back if it changes.")
    shell.answer({"id": conflict, "dismissed": True}, paint.line(text))
    return 0
