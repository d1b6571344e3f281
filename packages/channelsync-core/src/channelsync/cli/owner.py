"""`owner add|list|reset`: whose the lodgings are, and codes with which owners sign in for once.

`owner export` and `owner delete`: everything of an owner in one file, and an owner who leaves.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import evolve

from channelsync.cli import options, paint, shapes
from channelsync.errors import UsageError
from channelsync.words import de

if TYPE_CHECKING:
    from collections.abc import Generator

    from channelsync.cli.shell import Shell
    from channelsync.manager import SignIn

__all__ = ["add"]


def add(commands: options.Commands) -> None:
    """Add the verbs."""
    verbs = options.Commands(
        commands.add("owner", None, "add and list owners, let one sign in anew"), title="verbs", dest="verb"
    )
    new = verbs.add("add", add_owner, "add an owner, and show a code to sign in with once")
    new.add_argument("name", metavar="NAME")
    new.add_argument("--email", metavar="ADDRESS", default="", help="where messages to this owner go")
    new.add_argument("--language", choices=("fr", "en"), default="fr", help="of messages (default: %(default)s)")
    verbs.add("list", list_owners, "list the owners")
    again = verbs.add("reset", reset_owner, "show a new code for an owner; earlier ones end")
    again.add_argument("name", metavar="NAME", help="a name or an id")
    out = verbs.add("export", export_owner, "write everything an owner has here into one file (zip)")
    out.add_argument("name", metavar="NAME", help="a name or an id")
    out.add_argument("file", metavar="FILE", help="a new file")
    gone = verbs.add("delete", delete_owner, "forget an owner with everything that is theirs; it cannot be undone")
    gone.add_argument("name", metavar="NAME", help="a name or an id")
    gone.add_argument(
        "--calendars-removed", action="store_true", help="our calendars are removed on every platform: keep none"
    )
    gone.add_argument("--yes", action="store_true", help="do it")


def add_owner(shell: Shell) -> int:
    """Add an owner."""
    from channelsync.service.addresses import preferences_of, set_preferences
    from channelsync.service.preferences import Preferences

    args = shell.args
    wishes = Preferences(language=args.language, mail=args.email)  # refuses an address before anything is stored
    with shell.manager() as manager:
        made = manager.add_owner(args.name, language=args.language)
        if args.email:
            with manager.ledger.transaction() as tx:
                known, _ = preferences_of(tx, made.owner)
                set_preferences(tx, made.owner, evolve(known, mail=wishes.mail), actor="owner", at=shell.now)
        base = manager.base_url
    title = shell.voice(f"Propriétaire ajouté : {made.owner.name}.", f"Owner added: {made.owner.name}.")
    _shown(shell, made, title, base)
    return 0


def list_owners(shell: Shell) -> int:
    """List the owners."""
    with shell.manager() as manager:
        owners = [(one, [unit for unit in manager.units() if unit.owner == one.id]) for one in manager.owners()]
    document = [
        {"id": one.id, "name": one.name, "language": one.language, "units": [unit.name for unit in units]}
        for one, units in owners
    ]
    rows = [(one.name, one.id, ", ".join(unit.name for unit in units) or "—") for one, units in owners]
    none = paint.line(shell.voice("Aucun propriétaire.", "No owner yet."), paint.QUIET)
    head = shell.voice("propriétaire|id|logements", "owner|id|units").split("|")
    shell.answer(document, paint.table(rows, head=head, whole=(1,)) if rows else none)
    return 0


def reset_owner(shell: Shell) -> int:
    """Give an owner a new code."""
    with shell.manager() as manager:
        made = manager.reset_owner(shell.args.name)
        base = manager.base_url
    name = made.owner.name
    _shown(shell, made, shell.voice(f"Un nouveau code pour {name}.", f"A new code for {name}."), base)
    return 0


def export_owner(shell: Shell) -> int:
    """Write what an owner has here into a file that nobody else may read.

    Raises:
        UsageError: there is no such owner, or the file cannot be made.
    """
    from channelsync.service.exporting import export

    path = Path(shell.args.file)
    with shell.manager() as manager:
        with manager.ledger.reading() as tx:
            owner = tx.owner_by(shell.args.name)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file, _undone(path):
                made = export(manager, owner, file, shell.now)
        except OSError as error:
            msg = f"the file {path} cannot be written: {error.strerror}"
            raise UsageError(msg, advice="Give the path of a new file, in a folder that you may write to.") from error
    say = shell.voice
    done = say(f"Les données {de(owner.name)} sont dans {path}.", f"What {owner.name} has here is in {path}.")
    told = say("Gardez ce fichier pour vous : il peut contenir des noms.", "Keep it to yourself: it may hold names.")
    shell.answer(
        {"id": owner.id, "name": owner.name, "file": str(path), "rows": made.rows},
        paint.line(done, paint.TITLE),
        paint.line(told, paint.QUIET),
    )
    return 0


def delete_owner(shell: Shell) -> int:
    """Forget an owner.

    Raises:
        UsageError: there is no such owner, nobody has said to do it, or it cannot be done now.
    """
    args, say = shell.args, shell.voice
    if not args.yes:
        msg = f"{args.name} and everything of theirs would be forgotten; that cannot be undone"
        raise UsageError(msg, advice="Write it down first (channelsync owner export), then add --yes.")
    with shell.manager() as manager:
        left = manager.delete_owner(args.name, calendars_removed=args.calendars_removed)
    document = {
        "id": left.owner,
        "units": left.units,
        "calendars": left.calendars,
        "until": left.until and shapes.moment(left.until),
    }
    done = say(f"{args.name} et ses logements sont oubliés.", f"{args.name} and their lodgings are forgotten.")
    lines = [paint.line(done, paint.TITLE)]
    if left.until:
        until = say.moment(left.until, "UTC")
        lines.append(
            paint.line(
                say(
                    f"Les calendriers restent donnés tels quels, le dernier jusqu’au {until}.",
                    f"The calendars go on being given out as they were, the last until {until}.",
                )
            )
        )
    shell.answer(document, *lines)
    return 0


@contextmanager
def _undone(path: Path) -> Generator[None]:
    """Leave no half of a file behind."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _shown(shell: Shell, made: SignIn, title: str, base: str) -> None:
    say = shell.voice
    document = {"id": made.owner.id, "name": made.owner.name, "code": made.code, "until": shapes.moment(made.until)}
    until = say.moment(made.until, "UTC")
    shell.answer(
        document,
        paint.line(title, paint.TITLE),
        paint.line(say(f"Code de connexion : {made.code}", f"Sign-in code: {made.code}")),
        paint.line(
            say(
                f"Il sert une fois, jusqu’au {until} UTC, à l’adresse {base}/bienvenue.",
                f"It serves once, until {until} UTC, at {base}/bienvenue.",
            ),
            paint.QUIET,
        ),
    )
