"""`doctor`: is everything as it should be, and if not, what is to be done.

It changes nothing, makes no database and no key, and fetches nothing: it looks at what is there. Each finding is *ok*,
*warn* (to be looked at) or *fail* (it will not work like this), and those that are not ok say what to do.
"""

from __future__ import annotations

import platform
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

from attrs import frozen

from channelsync.cli import options, paint
from channelsync.errors import ChannelSyncError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from channelsync.cli.shell import Shell
    from channelsync.manager import Manager
    from channelsync.state import ListingState, UnitState

__all__ = ["add"]

_ACT: Final = 1
_WRITTEN: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""This program did not exist before: a clock that shows less is wrong."""
_MINUTE: Final = timedelta(minutes=1)
_STUCK: Final = 4
"""So many times a message was not taken."""


@final
@frozen
class _Finding:
    """One thing looked at: ``state`` is ok, warn or fail."""

    what: str
    state: str
    found: str
    advice: str = ""


def add(commands: options.Commands) -> None:
    """Add the verb."""
    commands.add("doctor", doctor, "check the installation, the database, the clock, the keys and each link")


def doctor(shell: Shell) -> int:
    """Look at everything, and say what to do."""
    findings = [*_installation(shell), *_clock(shell), *_database(shell)]
    document = {
        "ok": all(one.state == "ok" for one in findings),
        "checks": [
            {"what": one.what, "state": one.state, "found": one.found, "advice": one.advice or None} for one in findings
        ],
    }
    shell.answer(document, paint.table([_row(shell, one) for one in findings], whole=(0, 1)))
    return 0 if document["ok"] else _ACT


def _row(shell: Shell, one: _Finding) -> tuple[str | paint.Text, ...]:
    words = {"ok": ("bien", "ok"), "warn": ("à voir", "look"), "fail": ("à régler", "to fix")}
    styles = {"ok": paint.GOOD, "warn": paint.WARN, "fail": paint.ALARM}
    names = {
        "installation": ("installation", "installation"),
        "plugin": ("extension", "plugin"),
        "clock": ("horloge", "clock"),
        "database": ("base de données", "database"),
        "keys": ("clés", "keys"),
        "messages": ("messages", "messages"),
    }
    what = shell.voice(*names.get(one.what, (one.what, one.what)))
    text = f"{one.found}\n→ {one.advice}" if one.advice else one.found
    return paint.line(shell.voice(*words[one.state]), styles[one.state]), what, text


def _installation(shell: Shell) -> Iterator[_Finding]:
    """Look at the program and its plugins."""
    names = ", ".join(one.name for one in shell.channels.plugins)
    yield _Finding(
        "installation",
        "ok",
        f"channelsync {version('channelsync-core')}, Python {platform.python_version()}; {names}",
    )
    for name, reason in shell.channels.broken.items():
        yield _Finding("plugin", "fail", f"{name}: {reason}", "Update or remove the plugin's package.")


def _clock(shell: Shell) -> Iterator[_Finding]:
    """Look at the clock alone; what the database has seen is held against it later."""
    if shell.now < _WRITTEN:
        found = shell.voice(f"il serait {shell.now:%Y-%m-%d}", f"it says {shell.now:%Y-%m-%d}")
        yield _Finding("clock", "fail", found, "Set this machine's clock, and let it follow a time server.")


def _database(shell: Shell) -> Iterator[_Finding]:
    """Look at the database, and at what is in it."""
    say = shell.voice
    if "://" not in shell.db and not Path(shell.db).exists():
        found = say(f"{shell.db} n’existe pas encore", f"{shell.db} is not there yet")
        yield _Finding(
            "database", "ok", found, say("`channelsync unit add NOM` la crée.", "`channelsync unit add NAME` makes it.")
        )
        return
    try:
        with shell.manager() as manager:
            states = [manager.state(unit) for unit in manager.units()]
            units = say.count(len(states), say("logement", "unit"), say("logements", "units"))
            place = shell.db if "://" not in shell.db else shell.db.partition("://")[0]
            yield _Finding("database", "ok", f"{place}, {units}")
            yield _steps_of_clock(shell, states)
            yield from _keys(shell, manager)
            yield from _messages(shell, manager)
            for state in states:
                for listing in state.active:
                    yield _link(shell, state, listing)
    except ChannelSyncError as error:
        yield _Finding("database", "fail", str(error), error.advice)


def _steps_of_clock(shell: Shell, states: list[UnitState]) -> _Finding:
    """Hold the clock against the last thing on record."""
    looks = [one.looked_at for state in states for one in state.listings if one.looked_at]
    last = max(looks, default=None)
    if last is not None and last > shell.now + _MINUTE:
        found = f"it says {shell.now:%Y-%m-%d %H:%M} UTC, but the last look was at {last:%Y-%m-%d %H:%M} UTC"
        return _Finding(
            "clock", "fail", found, "The clock was set back, or was wrong before: let it follow a time server."
        )
    return _Finding("clock", "ok", f"{shell.now.astimezone(UTC):%Y-%m-%d %H:%M} UTC")


def _keys(shell: Shell, manager: Manager) -> Iterator[_Finding]:
    """Make sure that every secret can be opened, and with this key."""
    try:
        with manager.ledger.reading() as tx:
            secrets = tx.secrets()
        for one in secrets:
            manager.vault.unseal(one.kind, one.id, one.envelope)
    except ChannelSyncError as error:
        yield _Finding("keys", "fail", str(error), error.advice)
        return
    count = len(secrets)
    told = shell.voice(f"{count} liens scellés, tous lisibles", f"{count} sealed links, all of them readable")
    yield _Finding("keys", "ok", told)


def _messages(shell: Shell, manager: Manager) -> Iterator[_Finding]:
    """Look at how owners are told: whether mails can be sent, to whom, and what has been waiting for long."""
    from channelsync.config import Config
    from channelsync.service.addresses import preferences_of

    say, config = shell.voice, Config.from_environment(shell.environ)
    with manager.ledger.reading() as tx:
        without = [one.name for one in tx.owners() if not preferences_of(tx, one)[0].mail]
        waiting = [one for one in tx.due_deliveries(shell.now) if one.attempts >= _STUCK]
    if config.smtp_url is None:
        found = say("pas d’e-mails : aucun serveur n’est indiqué", "no e-mails: no server is set")
        yield _Finding("messages", "ok", found, say("CHANNELSYNC_SMTP_URL l’indique.", "Set CHANNELSYNC_SMTP_URL."))
    elif without:
        names = ", ".join(without[:5])
        found = say(f"ne reçoit aucun e-mail : {names}", f"receives no e-mail: {names}")
        yield _Finding("messages", "warn", found, "channelsync notify set --owner ... --mail ...")
    if waiting:
        found = say(f"{len(waiting)} en attente : {waiting[0].outcome}", f"{len(waiting)} wait: {waiting[0].outcome}")
        yield _Finding("messages", "warn", found, "channelsync notify test")


def _link(shell: Shell, state: UnitState, listing: ListingState) -> _Finding:
    """Look at one link: whether we can read it, and whether it reads us."""
    from channelsync.claims import Kind
    from channelsync.policy import DEFAULT_POLICY

    say, what = shell.voice, f"{state.unit.name} · {shell.title(listing.listing.key)}"
    if listing.failure is not None:
        advice = say(
            "Ouvrez le lien d’export dans un navigateur ; s’il a changé, reliez de nouveau.",
            "Open the export link in a browser; if it has changed, link it anew.",
        )
        return _Finding(what, "fail", listing.failure, advice)
    if listing.looked_at is None:
        return _Finding(what, "warn", say("jamais lu", "never read"), "channelsync sync")
    reads = [one.last_fetch for one in listing.revisions if one.last_fetch]
    quiet = max(DEFAULT_POLICY.silence, 2 * listing.listing.traits.imports_every)
    since = max(reads, default=None)
    if listing.published and (since is None or shell.now - since > quiet):
        last = say.moment(since, state.unit.timezone)
        found = say(f"la plateforme ne nous a plus lus depuis le {last}", f"the platform has not read us since {last}")
        if since is None:
            found = say("la plateforme ne nous a pas encore lus", "the platform has not read us yet")
        advice = say("Vérifiez que notre lien est bien collé là-bas.", "Check that our link is pasted there.")
        return _Finding(what, "warn", found, advice)
    guests = sum(one.kind is not Kind.BLOCK for one in listing.claims)
    return _Finding(what, "ok", say.count(guests, say("séjour", "stay"), say("séjours", "stays")))
