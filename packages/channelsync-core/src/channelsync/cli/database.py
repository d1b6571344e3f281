"""`db upgrade`: bring a database to this program's form by an order of its own, and say from which to which.

Every other command does it as well, when it first opens an older database. Where several programs share one (a web app,
workers), this is the step of a deployment that comes before they start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelsync.cli import options, paint

if TYPE_CHECKING:
    from channelsync.cli.shell import Shell

__all__ = ["add"]


def add(commands: options.Commands) -> None:
    """Add the verbs."""
    verbs = options.Commands(commands.add("db", None, "the database itself"), title="verbs", dest="verb")
    verbs.add(
        "upgrade",
        upgrade,
        "bring the database to this program's form, made where there is none",
        more="Whole or not at all. An older channelsync cannot use the database afterwards: back it up first.",
    )


def upgrade(shell: Shell) -> int:
    """Migrate, and say what was done."""
    from channelsync.ledger import HEAD, open_ledger, stored_revision

    say, before = shell.voice, stored_revision(shell.db)
    with open_ledger(shell.db, now=shell.now) as ledger:
        name = ledger.name
    if before is None:
        text = say(f"Base créée, version {HEAD}.", f"Database made, version {HEAD}.")
    elif before == HEAD:
        text = say(f"Base déjà à jour, version {HEAD}.", f"Database up to date, version {HEAD}.")
    else:
        text = say(f"Base mise à jour, version {before} → {HEAD}.", f"Database brought up, version {before} → {HEAD}.")
    document = {"database": name, "from": before, "to": HEAD, "changed": before != HEAD}
    shell.answer(document, paint.line(text, paint.GOOD), paint.line(name, paint.QUIET))
    return 0
