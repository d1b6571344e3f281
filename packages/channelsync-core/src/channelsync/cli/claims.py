"""`block`, `unblock`, `reserve`, `cancel`, `confirm`, `dismiss`: the owner's orders, and what only the owner knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelsync.claims import Category
from channelsync.cli import options, paint, shapes

if TYPE_CHECKING:
    from channelsync.claims import Claim
    from channelsync.cli.shell import Shell

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
    return _made(shell, made, shell.voice("bloqué sur toutes les plateformes", "blocked on every platform"), unit.name)


def reserve(shell: Shell) -> int:
    """Type in a reservation."""
    args = shell.args
    with shell.manager() as manager:
        unit = manager.unit(args.unit)
        made = manager.reserve(
            unit, args.stay, channel=args.channel, guest=args.guest, note=args.note, insist=args.insist
        )
    return _made(shell, made, shell.voice("réservé, fermé ailleurs", "reserved, closed elsewhere"), unit.name)


def unblock(shell: Shell) -> int:
    """End a block."""
    with shell.manager() as manager:
        ended = manager.unblock(shell.args.id)
    return _made(shell, ended, shell.voice("remis en location", "open again"))


def cancel(shell: Shell) -> int:
    """End a reservation typed in here."""
    with shell.manager() as manager:
        ended = manager.cancel(shell.args.id)
    return _made(shell, ended, shell.voice("annulé, remis en location", "cancelled, open again"))


def _made(shell: Shell, claim: Claim, done: str, unit: str = "") -> int:
    """Print what was made or ended."""
    document = {
        "id": claim.id,
        "unit": unit or None,
        "channel": claim.channel,
        "kind": claim.kind.value,
        **shapes.stay(claim.stay),
        "category": claim.category.value if claim.category else None,
        "note": claim.note,
    }
    say = shell.voice
    what = say.word(claim.category.value) if claim.category else say.word(claim.kind.value)
    where = f"{unit} · " if unit else ""
    text = f"{where}{say.stay(claim.stay)} ({say.length(claim.stay.length)}) · {what}{say(' : ', ': ')}{done}"
    shell.answer(document, paint.line(text, paint.TITLE), paint.line(f"id {claim.id}", paint.QUIET))
    return 0


def confirm(shell: Shell) -> int:
    """Take the owner's word for a disappearance."""
    args, say = shell.args, shell.voice
    with shell.manager() as manager:
        unit = manager.unit(args.unit)
        released = manager.confirm(unit, args.channel)
    document = {"unit": unit.name, "channel": args.channel, "released": shapes.nights(released)}
    nothing = say("Rien n’attendait de confirmation.", "Nothing was waiting to be confirmed.")
    opened = say(f"Remises en location : {say.nights(released)}", f"Open again: {say.nights(released)}")
    shell.answer(document, paint.line(opened if released else nothing))
    return 0


def dismiss(shell: Shell) -> int:
    """Mark a conflict as known."""
    conflict: str = shell.args.conflict
    with shell.manager() as manager:
        manager.dismiss(conflict)
    text = shell.voice("C’est noté ; s’il change, il reviendra.", "Noted; it comes back if it changes.")
    shell.answer({"id": conflict, "dismissed": True}, paint.line(text))
    return 0
