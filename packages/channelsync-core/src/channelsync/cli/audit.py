"""`audit verify`, `audit show`: who did what that matters, and whether anybody has changed that since."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from channelsync.cli import options, paint, shapes
from channelsync.errors import AuditError

if TYPE_CHECKING:
    from channelsync.cli.shell import Shell

__all__ = ["add"]

_ACT: Final = 1
_MOST: Final = 100_000


def add(commands: options.Commands) -> None:
    """Add the verbs."""
    verbs = options.Commands(
        commands.add("audit", None, "show the audit trail, and check that it is whole"), title="verbs", dest="verb"
    )
    verbs.add("verify", verify, "follow the audit trail from its first line to its last")
    shown = verbs.add("show", show, "show who did what")
    shown.add_argument("--since", metavar="ISO8601", type=options.argument(options.moment), help="only from then on")


def verify(shell: Shell) -> int:
    """Verify the trail."""
    say = shell.voice
    with shell.manager() as manager:
        try:
            lines, problem, advice = manager.verify_audit(), None, None
        except AuditError as error:
            lines, problem, advice = None, str(error), error.advice
    document = {"ok": problem is None, "lines": lines, "problem": problem, "advice": advice}
    if problem is None:
        count = say.count(lines or 0, say("ligne", "line"), say("lignes", "lines"))
        text = say(f"Le journal est intact : {count}.", f"The audit trail is whole: {count}.")
        shell.answer(document, paint.line(text, paint.GOOD))
        return 0
    shell.answer(document, paint.line(problem, paint.ALARM), paint.line(f"→ {advice}"))
    return _ACT


def show(shell: Shell) -> int:
    """Show the trail."""
    with shell.manager() as manager:
        lines = manager.audit_lines(since=shell.args.since, limit=_MOST)
    document = [
        {
            "seq": one.seq,
            "at": shapes.moment(one.at),
            "actor": one.actor,
            "what": one.what,
            "details": dict(one.details),
            "hash": one.hash,
        }
        for one in lines
    ]
    rows = [
        (shell.voice.moment(one.at, "UTC"), one.actor, f"{one.what}\n{json.dumps(one.details, ensure_ascii=False)}")
        for one in lines
    ]
    none = paint.line(shell.voice("Rien n’est encore noté.", "Nothing is on record yet."), paint.QUIET)
    head = shell.voice("quand (UTC)|qui|quoi", "when (UTC)|who|what").split("|")
    shell.answer(document, paint.table(rows, head=head, whole=(0,)) if rows else none)
    return 0
