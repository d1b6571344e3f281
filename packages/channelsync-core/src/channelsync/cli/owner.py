"""`owner add`, `owner list`, `owner reset`: whose the lodgings are, and codes with which owners sign in for once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import evolve

from channelsync.cli import options, paint, shapes

if TYPE_CHECKING:
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
