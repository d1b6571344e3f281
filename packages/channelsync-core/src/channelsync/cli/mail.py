"""`hook` and `mail`: the secret addresses where others call, what owners teach about mails, and whether mails work."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from channelsync.cli import options, paint
from channelsync.config import Config
from channelsync.errors import UsageError
from channelsync.words import de

if TYPE_CHECKING:
    from collections.abc import Mapping

    from channelsync.cli.shell import Shell
    from channelsync.ids import OwnerId
    from channelsync.manager import Manager

__all__ = ["FRENCH", "add"]

_ACT: Final = 1

FRENCH: Final[Mapping[str, str]] = {
    "TOO_LONG": "son en-tête est trop long",
    "ODD_HEAD": "son en-tête contient des caractères qu’aucun en-tête ne contient",
    "UNREADABLE": "son en-tête est illisible",
    "SEVERAL": "il a plusieurs expéditeurs ou objets, ou pas d’expéditeur",
    "ODD_SENDER": "son expéditeur n’est pas une adresse simple",
    "NO_PLATFORM": "son expéditeur n’est pas une plateforme",
    "OTHER_SUBJECT": "son objet n’est pas connu",
    "NOT_VOUCHED": "le serveur qui l’a reçu ne dit rien de son expéditeur",
    "UNREADABLE_WORD": "ce que dit le serveur qui l’a reçu est illisible",
    "STRANGERS_WORD": "ce qui est dit de son expéditeur ne vient pas de notre serveur",
    "CONTRADICTORY": "le serveur qui l’a reçu dit plusieurs choses de son expéditeur",
    "NOT_PASSED": "il ne passe pas le contrôle DMARC de son expéditeur",
    "UNSIGNED": "rien ne montre qui l’a envoyé",
}
"""Why a mail triggers nothing, by the names of `channelsync.mail.Reason`."""


def add(commands: options.Commands) -> None:
    """Add the verbs."""
    call = commands.add("hook", hook, "show the secret address where a platform, or a service for mails, calls us")
    call.add_argument("channel", metavar="CHANNEL", help="a channel that calls, or mail")
    call.add_argument("--for", dest="whose", metavar="ID", default="", help="an owner's or an account's alone")
    order = call.add_mutually_exclusive_group()
    order.add_argument("--renew", action="store_true", help="give another address; the present one ends at once")
    order.add_argument("--close", action="store_true", help="end the address")
    verbs = options.Commands(
        commands.add("mail", None, "the platforms' mails as a reason to look"), title="verbs", dest="verb"
    )
    new = verbs.add("teach", teach, "mails of this sender with these words in the subject are the channel's")
    new.add_argument("channel", metavar="CHANNEL")
    new.add_argument("sender", metavar="ADDRESS")
    new.add_argument("words", metavar="WORDS")
    old = verbs.add("forget", forget, "forget what was taught about a sender")
    old.add_argument("sender", metavar="ADDRESS")
    listed = verbs.add("list", list_lessons, "list what was taught")
    for verb in (new, old, listed):
        verb.add_argument("--owner", metavar="NAME", help="whose; needed where there are several owners")
    one = verbs.add("test", test, "say what a mail in a file is taken for, and why not")
    one.add_argument(
        "file", metavar="FILE", help="the mail with its whole head, as a mail program saves it (- for standard input)"
    )
    verbs.add("read", read, "read the mailbox once, to see whether that works")


def hook(shell: Shell) -> int:
    """Show, renew or end an address."""
    from channelsync.service.hooks import close_hook
    from channelsync.service.hooks import hook as opened

    args, say = shell.args, shell.voice
    with shell.manager() as manager:
        if args.close:
            there = close_hook(manager, args.channel, args.whose, now=shell.now)
            done = say("Cette adresse ne répond plus.", "This address answers no more.")
            none = say("Il n’y avait pas d’adresse.", "There was no address.")
            shell.answer(_hook(shell, None), paint.line(done if there else none, paint.TITLE))
            return 0
        token = opened(manager, args.channel, args.whose, now=shell.now, renew=args.renew)
        url = f"{Config.from_environment(shell.environ).base_url}/hooks/{args.channel}/{token}"
    secret = say("Adresse secrète : qui la connaît peut nous appeler.", "A secret address: who has it may call us.")
    shell.answer(_hook(shell, url), paint.line(url, paint.TITLE), paint.line(secret, paint.QUIET))
    return 0


def _hook(shell: Shell, url: str | None) -> dict[str, str | None]:
    return {"channel": shell.args.channel, "for": shell.args.whose or None, "url": url}


def teach(shell: Shell) -> int:
    """Keep a lesson."""
    from channelsync.service.teaching import teach as taught

    args = shell.args
    channel = shell.channels.get(args.channel).name
    with shell.manager() as manager:
        owner = _owner(manager, args.owner)
        with manager.ledger.transaction() as tx:
            taught(tx, owner, channel, args.sender, args.words, at=shell.now)
    return list_lessons(shell)


def forget(shell: Shell) -> int:
    """Forget a sender."""
    from channelsync.service.teaching import unteach

    with shell.manager() as manager:
        owner = _owner(manager, shell.args.owner)
        with manager.ledger.transaction() as tx:
            unteach(tx, owner, shell.args.sender, at=shell.now)
    return list_lessons(shell)


def list_lessons(shell: Shell) -> int:
    """List what an owner taught."""
    from channelsync.service.teaching import lessons

    with shell.manager() as manager, manager.ledger.reading() as tx:
        known = lessons(tx, _owner(manager, shell.args.owner))
    document = [{"channel": one.channel, "sender": one.sender, "words": one.words} for one in known]
    rows = [(shell.title(one.channel), one.sender, one.words) for one in known]
    head = shell.voice("plateforme|expéditeur|mots de l’objet", "channel|sender|words of the subject").split("|")
    none = paint.line(shell.voice("Rien d’appris.", "Nothing taught."), paint.QUIET)
    shell.answer(document, paint.table(rows, head=head, whole=(1,)) if rows else none)
    return 0


def test(shell: Shell) -> int:
    """Say what a mail is taken for; one that is refused is something to look into."""
    from channelsync.mail import Recognised, recognise
    from channelsync.service.mailbox import open_inbox

    raw = _raw(shell.args.file)
    with shell.manager() as manager:
        inbox, _ = open_inbox(manager, Config.from_environment(shell.environ), lambda: shell.now)
        found = recognise(raw, inbox.trusted, inbox.rules())
    if isinstance(found, Recognised):
        done = shell.voice(
            f"Un mail {de(shell.title(found.channel))} : les annonces seront relues.",
            f"A mail of {shell.title(found.channel)}: the listings will be looked at.",
        )
        document = {"channel": found.channel, "means": found.means, "refused": None}
        shell.answer(document, paint.line(done, paint.GOOD))
        return 0
    why = found.reason
    no = shell.voice(f"Ce mail ne déclenche rien : {FRENCH[why.name]}.", f"This mail causes nothing: {why.value}.")
    shell.answer({"channel": None, "means": None, "refused": why.value}, paint.line(no, paint.WARN))
    return _ACT


def read(shell: Shell) -> int:
    """Read the mailbox once."""
    from channelsync.service.mailbox import open_inbox

    with shell.manager() as manager:
        _, mailbox = open_inbox(manager, Config.from_environment(shell.environ), lambda: shell.now)
        if mailbox is None:
            msg = "no mailbox is configured"
            raise UsageError(
                msg, advice="Set CHANNELSYNC_IMAP_URL: imaps://, the user, the password, the host and the folder."
            )
        taken = mailbox.turn()
    done = shell.voice(
        f"La boîte répond ; mails à considérer : {taken}.", f"The mailbox answers; mails to act on: {taken}."
    )
    shell.answer({"taken": taken}, paint.line(done, paint.GOOD))
    return 0


def _owner(manager: Manager, name: str | None) -> OwnerId:
    """Return the owner of that name or id, or the only one there is.

    Raises:
        UsageError: there is no such owner, or several.
    """
    with manager.ledger.reading() as tx:
        owners = [one for one in tx.owners() if name is None or name in {one.id, one.name}]
    if len(owners) == 1:
        return owners[0].id
    msg = "there are several owners" if owners else "there is no such owner"
    raise UsageError(msg, advice="Say whose mails they are: --owner NAME, as `channelsync owner list` shows it.")


def _raw(place: str) -> bytes:
    from channelsync.mail.message import LONGEST_MAIL

    try:
        return sys.stdin.buffer.read(LONGEST_MAIL) if place == "-" else Path(place).read_bytes()[:LONGEST_MAIL]
    except (FileNotFoundError, IsADirectoryError):
        msg = f"there is no mail at {place!r}"
        raise UsageError(
            msg, advice="Save the mail with its whole head (often: show source, or save as .eml), and give that file."
        ) from None
