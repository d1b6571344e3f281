"""`account`: our access to the platforms' APIs; added, consented to, listed, connected anew.

Secrets never stand on the command line, where the shell's history and every user's list of processes would show them:
they are asked for at the terminal, or read from a file or standard input, one ``FIELD=VALUE`` a line.
"""

from __future__ import annotations

import secrets
import sys
from getpass import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from channelsync.cli import options, paint, shapes
from channelsync.errors import UsageError

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterable

    from channelsync.adapter import Setting
    from channelsync.cli.shell import Shell
    from channelsync.manager import AccountReport

__all__ = ["add"]

_ACT: Final = 1
_LONGEST: Final = 20_000


def add(commands: options.Commands) -> None:
    """Add the verbs."""
    verbs = options.Commands(
        commands.add("account", None, "our access to the platforms' APIs"), title="verbs", dest="verb"
    )
    new = verbs.add("add", add_account, "connect an account on a platform's API")
    new.add_argument("channel", metavar="CHANNEL")
    new.add_argument("--name", metavar="NAME", default="", help="what to call it (default: the platform's name)")
    _fields(new)
    verbs.add("list", list_accounts, "list the accounts, and whether the platforms still accept them")
    shown = verbs.add("listings", list_remote, "list the listings that an account has on its platform")
    shown.add_argument("account", metavar="ID", help="its id or name")
    asked = verbs.add("consent", consent, "let the owner allow us in on the platform's own page")
    asked.add_argument("account", metavar="ID", help="its id or name")
    asked.add_argument("--redirect", metavar="URL", required=True, help="our page, as the platform knows it")
    asked.add_argument(
        "--answer", metavar="FILE", help="read the address to which the platform sent the owner back here"
    )
    again = verbs.add("reconnect", reconnect, "give a new access to an account that its platform refuses")
    again.add_argument("account", metavar="ID", help="its id or name")
    _fields(again)


def _fields(verb: ArgumentParser) -> None:
    verb.add_argument("--field", metavar="K=V", action="append", help="a field that is no secret; may be repeated")
    verb.add_argument(
        "--secrets", metavar="FILE", help="read the secret fields from here, one K=V a line (- for standard input)"
    )


def add_account(shell: Shell) -> int:
    """Connect an account."""
    args, say = shell.args, shell.voice
    fields = _given(shell, shell.channels.get(args.channel).account)
    with shell.manager() as manager:
        report = manager.add_account(args.channel, fields, name=args.name)
    title = shell.title(report.channel)
    done = say(f"Le compte {report.name} ({title}) est ajouté.", f"The account {report.name} ({title}) is added.")
    shell.answer(_document(report), paint.line(done, paint.TITLE), paint.line(report.id, paint.QUIET))
    return 0


def list_accounts(shell: Shell) -> int:
    """List the accounts; one that is refused is something to act on."""
    say = shell.voice
    with shell.manager() as manager:
        reports = manager.accounts()
    rows = [_row(shell, one) for one in reports]
    none = paint.line(say("Aucun compte.", "No account."), paint.QUIET)
    head = say("état|plateforme|compte|annonces|à taper", "state|channel|account|listings|to be typed").split("|")
    shown = paint.table(rows, head=head, right=(3,), whole=(0, 4)) if rows else none
    shell.answer([_document(one) for one in reports], shown)
    return _ACT if any(one.state == "revoked" for one in reports) else 0


def list_remote(shell: Shell) -> int:
    """List an account's listings, as its platform names them."""
    say = shell.voice
    with shell.manager() as manager:
        found = manager.remote_listings(shell.args.account)
    none = paint.line(say("Ce compte n’a aucune annonce.", "This account has no listing."), paint.QUIET)
    head = say("numéro|annonce", "number|listing").split("|")
    shown = paint.table([(one.id, one.name) for one in found], head=head, whole=(0,)) if found else none
    shell.answer([{"id": one.id, "name": one.name} for one in found], shown)
    return 0


def consent(shell: Shell) -> int:
    """Send the owner to the platform's page, and take what comes back."""
    args, say, state = shell.args, shell.voice, secrets.token_urlsafe(16)
    with shell.manager() as manager:
        if args.answer is None and not sys.stdin.isatty():
            msg = "the owner's answer has to be typed in"
            raise UsageError(msg, advice="Run this at a terminal, or give the address that came back: --answer FILE.")
        if args.answer is None:
            page = manager.consent_page(args.account, args.redirect, state)
            shell.aside([say("Ouvrez cette page et acceptez :", "Open this page and agree:"), page.reveal()])
            back = getpass(say("L’adresse où vous arrivez ensuite : ", "The address at which you then arrive: "))
        else:
            back, state = _read(args.answer), ""
        report = manager.grant(args.account, _code(back, state), args.redirect)
    done = say(f"Le compte {report.name} est connecté.", f"The account {report.name} is connected.")
    shell.answer(_document(report), paint.line(done, paint.TITLE))
    return 0


def _code(address: str, state: str) -> str:
    """Return the code in the address to which a platform sent the owner back.

    Raises:
        UsageError: the owner refused, or this is not that address.
    """
    asked = parse_qs(urlsplit(address.strip()).query)
    refused, code = asked.get("error", [""])[0], asked.get("code", [""])[0]
    if refused:
        msg = "the platform says that access was refused"
        raise UsageError(msg, advice="Begin again, and agree on the platform's page.")
    if not code or (state and asked.get("state") != [state]):
        msg = "this is not the address to which the platform sends you back"
        raise UsageError(msg, advice="Copy the whole address from the browser's line, after you have agreed.")
    return code


def reconnect(shell: Shell) -> int:
    """Give a new access."""
    args, say = shell.args, shell.voice
    with shell.manager() as manager:
        known = manager.account(args.account)
        fields = _given(shell, shell.channels.get(known.channel).account)
        report = manager.reconnect(known.id, fields)
    done = say(
        f"Le compte {report.name} est reconnecté ; ses annonces seront lues au plus vite.",
        f"The account {report.name} is connected anew; its listings are read as soon as possible.",
    )
    shell.answer(_document(report), paint.line(done, paint.TITLE))
    return 0


def _given(shell: Shell, settings: Iterable[Setting]) -> dict[str, str]:
    """Return the fields of an account, from where each may come."""
    args, asked = shell.args, {one.name: one for one in settings}
    fields: dict[str, str] = {}
    for name, value in options.pairs(args.field, form="FIELD=VALUE"):
        if name in asked and asked[name].secret:
            msg = f"the field {name} is a secret, and is not taken from the command line"
            raise UsageError(msg, advice="Give it in a file: --secrets FILE, or --secrets - for standard input.")
        fields[name] = value
    if args.secrets is not None:
        lines = [line for line in _read(args.secrets).splitlines() if line.strip()]
        return fields | dict(options.pairs(lines, form="FIELD=VALUE"))
    secret = [one for one in asked.values() if one.secret]
    if secret and not sys.stdin.isatty():
        msg = f"the secret fields of the account are missing: {', '.join(one.name for one in secret)}"
        raise UsageError(msg, advice="Give them in a file: --secrets FILE, or --secrets - for standard input.")
    for one in secret:
        label = shell.voice(one.label_fr, one.label_en)
        fields[one.name] = getpass(f"{label}{shell.voice(' : ', ': ')}")
    return fields


def _read(place: str) -> str:
    """Read the secret fields, and no more than such fields can have.

    Raises:
        UsageError: there is no such file, or it is no text of that kind.
    """
    try:
        text = sys.stdin.read(_LONGEST + 1) if place == "-" else Path(place).read_text("utf-8")[: _LONGEST + 1]
    except (FileNotFoundError, IsADirectoryError, UnicodeDecodeError):
        msg = "the secrets cannot be read from there"
        raise UsageError(msg, advice="Give a text file with one FIELD=VALUE a line, or - for standard input.") from None
    if len(text) > _LONGEST:
        msg = "there is far more in the file of secrets than an account has"
        raise UsageError(msg, advice="Give a text file with one FIELD=VALUE a line.")
    return text


def _row(shell: Shell, one: AccountReport) -> tuple[str | paint.Text, ...]:
    words = {
        "connected": shell.voice("connecté", "connected"),
        "waiting": shell.voice("attend votre accord", "awaits your consent"),
        "failing": shell.voice("à renouveler", "to be renewed"),
        "revoked": shell.voice("refusé", "refused"),
    }
    styles = {"connected": paint.GOOD, "waiting": paint.WARN, "failing": paint.WARN, "revoked": paint.ALARM}
    name = f"{one.name}\n{shell.voice.why(one.why)}" if one.why else one.name
    mark = paint.line(words[one.state], styles[one.state])
    return mark, shell.title(one.channel), name, str(one.listings), paint.line(one.id, paint.QUIET)


def _document(one: AccountReport) -> shapes.Shape:
    return {
        "id": one.id,
        "channel": one.channel,
        "name": one.name,
        "state": one.state,
        "created_at": shapes.moment(one.created_at),
        "expires_at": shapes.moment(one.expires_at),
        "revoked_at": shapes.moment(one.revoked_at),
        "why": one.why,
        "listings": one.listings,
    }
