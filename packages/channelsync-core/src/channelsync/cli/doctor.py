"""`doctor`: is everything as it should be, and if not, what is to be done.

It changes nothing, makes no database and no key, and fetches nothing: it looks at what is there; with ``--public`` also
from outside (`channelsync.cli.doctor_public`). Each finding is *ok*, *warn* (to be looked at) or *fail* (it will not
work like this), and those that are not ok say what to do.
"""

from __future__ import annotations

import platform
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

from channelsync.cli import options, paint
from channelsync.cli.checked import Checked
from channelsync.errors import ChannelSyncError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from channelsync.cli.shell import Shell
    from channelsync.ids import AccountId
    from channelsync.manager import Manager
    from channelsync.service.laying import Laid
    from channelsync.state import ListingState, UnitState

__all__ = ["add"]

_ACT: Final = 1
_WRITTEN: Final = datetime(2026, 1, 1, tzinfo=UTC)
"""This program did not exist before: a clock that shows less is wrong."""
_MINUTE: Final = timedelta(minutes=1)
_STUCK: Final = 4
"""So many times a message was not taken."""
_UNSENT: Final = timedelta(minutes=30)
"""What has been due for so long, and never tried, has no worker that could send it."""
_BACKED_UP: Final = timedelta(days=2)
"""A daily backup that is older has failed once at least."""


def add(commands: options.Commands) -> None:
    """Add the verb."""
    verb = commands.add("doctor", doctor, "check the installation, the database, the clock, the keys and each link")
    verb.add_argument(
        "--public", action="store_true", help="also look from outside: name, certificate, what answers there"
    )


def doctor(shell: Shell) -> int:
    """Look at everything, and say what to do."""
    findings = [*_installation(shell), *_clock(shell), *_database(shell)]
    if shell.args.public:
        from channelsync.cli.doctor_public import from_outside

        findings += from_outside(shell)
    document = {
        "ok": all(one.state == "ok" for one in findings),
        "checks": [
            {"what": one.what, "state": one.state, "found": one.found, "advice": one.advice or None} for one in findings
        ],
    }
    shell.answer(document, paint.table([_row(shell, one) for one in findings], whole=(0, 1)))
    return 0 if document["ok"] else _ACT


def _row(shell: Shell, one: Checked) -> tuple[str | paint.Text, ...]:
    words = {"ok": ("bien", "ok"), "warn": ("à voir", "look"), "fail": ("à régler", "to fix")}
    styles = {"ok": paint.GOOD, "warn": paint.WARN, "fail": paint.ALARM}
    names = {
        "installation": ("installation", "installation"),
        "plugin": ("extension", "plugin"),
        "clock": ("horloge", "clock"),
        "database": ("base de données", "database"),
        "keys": ("clés", "keys"),
        "messages": ("messages", "messages"),
        "backup": ("sauvegarde", "backup"),
        "name": ("nom public", "public name"),
        "certificate": ("certificat", "certificate"),
        "address": ("adresse publique", "public address"),
        "hooks": ("appels", "calls"),
        "calendar": ("calendrier", "calendar"),
    }
    what = shell.voice(*names.get(one.what, (one.what, one.what)))
    found, advice = shell.voice.why(one.found), shell.voice.why(one.advice)
    text = f"{found}\n→ {advice}" if advice else found
    return paint.line(shell.voice(*words[one.state]), styles[one.state]), what, text


def _installation(shell: Shell) -> Iterator[Checked]:
    """Look at the program and its plugins."""
    names = ", ".join(one.name for one in shell.channels.plugins)
    yield Checked(
        "installation",
        "ok",
        f"channelsync {version('channelsync-core')}, Python {platform.python_version()}; {names}",
    )
    for name, reason in shell.channels.broken.items():
        yield Checked("plugin", "fail", f"{name}: {reason}", "Update or remove the plugin's package.")


def _clock(shell: Shell) -> Iterator[Checked]:
    """Look at the clock alone; what the database has seen is held against it later."""
    if shell.now < _WRITTEN:
        found = shell.voice(f"il serait {shell.now:%Y-%m-%d}", f"it says {shell.now:%Y-%m-%d}")
        yield Checked("clock", "fail", found, "Set this machine's clock, and let it follow a time server.")


def _database(shell: Shell) -> Iterator[Checked]:
    """Look at the database, and at what is in it."""
    say = shell.voice
    if "://" not in shell.db and not Path(shell.db).exists():
        found = say(f"{shell.db} n’existe pas encore", f"{shell.db} is not there yet")
        yield Checked(
            "database", "ok", found, say("`channelsync unit add NOM` la crée.", "`channelsync unit add NAME` makes it.")
        )
        return
    try:
        with shell.manager() as manager:
            states = [manager.state(unit) for unit in manager.units()]
            units = say.count(len(states), say("logement", "unit"), say("logements", "units"))
            place = shell.db if "://" not in shell.db else shell.db.partition("://")[0]
            yield Checked("database", "ok", f"{place}, {units}")
            yield _steps_of_clock(shell, states)
            yield from _keys(shell, manager)
            yield from _messages(shell, manager)
            yield from _backups(shell, manager, states)
            lying = _lying(shell, manager)
            for state in states:
                yield from _owed(shell, state)
                accounts = {one.id: one.account for one in manager.links(state.unit)}
                for listing in state.active:
                    yield _link(shell, state, listing, lying, accounts.get(listing.id))
    except ChannelSyncError as error:
        yield Checked("database", "fail", str(error), error.advice)


def _steps_of_clock(shell: Shell, states: list[UnitState]) -> Checked:
    """Hold the clock against the last thing on record."""
    looks = [one.looked_at for state in states for one in state.listings if one.looked_at]
    last = max(looks, default=None)
    if last is not None and last > shell.now + _MINUTE:
        found = f"it says {shell.now:%Y-%m-%d %H:%M} UTC, but the last look was at {last:%Y-%m-%d %H:%M} UTC"
        return Checked(
            "clock", "fail", found, "The clock was set back, or was wrong before: let it follow a time server."
        )
    return Checked("clock", "ok", f"{shell.now.astimezone(UTC):%Y-%m-%d %H:%M} UTC")


def _keys(shell: Shell, manager: Manager) -> Iterator[Checked]:
    """Make sure that every secret can be opened, and with this key."""
    try:
        with manager.ledger.reading() as tx:
            secrets = tx.secrets()
        for one in secrets:
            manager.vault.unseal(one.kind, one.id, one.envelope)
    except ChannelSyncError as error:
        yield Checked("keys", "fail", str(error), error.advice)
        return
    count = len(secrets)
    told = shell.voice(f"{count} secrets scellés, tous lisibles", f"{count} sealed secrets, all of them readable")
    yield Checked("keys", "ok", told)


def _messages(shell: Shell, manager: Manager) -> Iterator[Checked]:
    """Look at how owners are told: whether mails can be sent, to whom, and what has been waiting for long."""
    from channelsync.config import Config
    from channelsync.service.addresses import preferences_of

    say, config = shell.voice, Config.from_environment(shell.environ)
    with manager.ledger.reading() as tx:
        without = [one.name for one in tx.owners() if not preferences_of(tx, one)[0].mail]
        waiting = [one for one in tx.due_deliveries(shell.now) if one.attempts >= _STUCK]
        unsent = sorted({one.transport for one in tx.due_deliveries(shell.now - _UNSENT) if not one.attempts})
    if config.smtp_url is None:
        found = say("pas d’e-mails : aucun serveur n’est indiqué", "no e-mails: no server is set")
        yield Checked("messages", "ok", found, say("CHANNELSYNC_SMTP_URL l’indique.", "Set CHANNELSYNC_SMTP_URL."))
    elif without:
        names = ", ".join(without[:5])
        found = say(f"ne reçoit aucun e-mail : {names}", f"receives no e-mail: {names}")
        yield Checked("messages", "warn", found, "channelsync notify set --owner ... --mail ...")
    if waiting:
        why = say.why(waiting[0].outcome)
        found = say(f"{len(waiting)} en attente : {why}", f"{len(waiting)} wait: {why}")
        yield Checked("messages", "warn", found, "channelsync notify test")
    if unsent:
        ways = ", ".join(unsent)
        found = say(f"personne n’envoie ce qui attend ici : {ways}", f"nobody sends what waits here: {ways}")
        advice = say(
            "Un worker doit tourner, avec CHANNELSYNC_SMTP_URL pour les e-mails.",
            "A worker must run, with CHANNELSYNC_SMTP_URL for e-mails.",
        )
        yield Checked("messages", "fail", found, advice)


def _backups(shell: Shell, manager: Manager, states: list[UnitState]) -> Iterator[Checked]:
    """Look at the daily backup, where one is wished for: whether it can be made, and when it last was."""
    from channelsync.config import Config
    from channelsync.service.backup import has_phrase
    from channelsync.service.places import place_at

    say, where = shell.voice, Config.from_environment(shell.environ).backup
    if where is None:
        return
    if not has_phrase(manager):
        found = say("aucune : il n’y a pas de phrase de récupération", "none: there is no recovery phrase")
        yield Checked("backup", "fail", found, "channelsync backup --init")
        return
    try:
        place = place_at(where)
    except ChannelSyncError as error:
        yield Checked("backup", "fail", str(error), error.advice)
        return
    with manager.ledger.reading() as tx:
        last = tx.last_backup(place.label, before=shell.now)
        tried = next(iter(tx.backups(limit=1)), None)
    when = say.moment(last, next((state.unit.timezone for state in states), "UTC"))
    if last is not None and shell.now - last <= _BACKED_UP:
        yield Checked("backup", "ok", say(f"dernière : {when}", f"last: {when}"))
        return
    why = f" ({say.why(tried.failure)})" if tried is not None and tried.failure else ""
    found = say(f"la dernière : {when}{why}", f"the last one: {when}{why}")
    if last is None:
        found = say(f"encore aucune{why}", f"none yet{why}")
    advice = say("Le worker en fait une par jour : tourne-t-il ?", "The worker makes one a day: does it run?")
    yield Checked("backup", "warn", found, advice)


def _owed(shell: Shell, state: UnitState) -> Iterator[Checked]:
    """Tell which listings keep a restored unit from giving out its calendars, and how that ends."""
    say, unit = shell.voice, state.unit
    for listing in (one for one in state.listings if one.owed_since is not None):
        key = listing.listing.key
        found = say(
            f"restauré le {say.moment(listing.owed_since, unit.timezone)} : pas encore relu en entier, "
            "donc aucun calendrier n’est donné",
            f"restored at {say.moment(listing.owed_since, unit.timezone)}: not read whole since, "
            "so no calendar is given out",
        )
        advice = f"channelsync sync {unit.slug} --all"
        if listing.retired:
            advice = say(
                f"Reliez-la ; ou, si rien d’autre n’y est vendu que ce qui est connu : channelsync unlink {unit.slug} "
                f"{key} (ce qui est connu reste fermé ; avec --release, il est rouvert)",
                f"Link it anew; or, if no more is sold there than is known: channelsync unlink {unit.slug} {key} "
                "(what is known stays closed; with --release it is opened)",
            )
        elif any(claim.missing for claim in listing.claims):
            advice = say(
                f"Si ce qui a disparu là-bas est bien libre : channelsync confirm {unit.slug} {key}",
                f"If what vanished there is really free: channelsync confirm {unit.slug} {key}",
            )
        yield Checked(f"{unit.name} · {shell.title(key)}", "warn", found, advice)


def _lying(shell: Shell, manager: Manager) -> dict[tuple[str, str], Laid] | None:
    """Return what lies on static hosting, where calendars are handed out there; None where they are not."""
    from channelsync.config import Config
    from channelsync.service.laying import laid

    if Config.from_environment(shell.environ).publish is None:
        return None
    return {(one.unit.id, one.listing): one for one in laid(manager)}


def _laid(shell: Shell, state: UnitState, what: str, lying: Laid | None) -> Checked:
    """Tell of a calendar on static hosting what can be told: that it lies there, and nothing of who reads it."""
    say = shell.voice
    if lying is not None and lying.at is not None:
        when = say.moment(lying.at, state.unit.timezone)
        return Checked(what, "ok", say(f"posé le {when}, lecture inconnue", f"laid {when}, reading unknown"))
    found = say("notre calendrier n’est pas posé", "our calendar is not laid out")
    if lying is not None and lying.failure:
        found = f"{found}{say(' : ', ': ')}{say.why(lying.failure)}"
    return Checked(what, "fail", found, "channelsync publish")


def _link(
    shell: Shell,
    state: UnitState,
    listing: ListingState,
    lying: dict[tuple[str, str], Laid] | None,
    account: AccountId | None,
) -> Checked:
    """Look at one link: whether we can read it, and whether it reads us; ``account`` is whose API it is linked by."""
    from channelsync.claims import Kind
    from channelsync.nights import Nights
    from channelsync.policy import DEFAULT_POLICY

    say, what = shell.voice, f"{state.unit.name} · {shell.title(listing.listing.key)}"
    if listing.failure is not None:
        advice = say(
            "Ouvrez le lien d’export dans un navigateur ; s’il a changé, reliez de nouveau.",
            "Open the export link in a browser; if it has changed, link it anew.",
        )
        if account is not None:
            advice = say(
                "Son API est redemandée toute seule. Si cela dure, voyez channelsync account list ; si l’accès est "
                f"refusé : channelsync account reconnect {account}",
                "Its API is asked again by itself. If it lasts, see channelsync account list; if access is refused: "
                f"channelsync account reconnect {account}",
            )
        return Checked(what, "fail", say.why(listing.failure), advice)
    if listing.looked_at is None:
        return Checked(what, "warn", say("jamais lu", "never read"), "channelsync sync")
    if lying is not None and listing.published and not listing.listing.traits.pushed:
        return _laid(shell, state, what, lying.get((state.unit.id, listing.listing.key)))
    reads = [one.last_fetch for one in listing.revisions if one.last_fetch]
    quiet = max(DEFAULT_POLICY.silence, 2 * listing.listing.traits.imports_every)
    since = max(reads, default=None)
    told_by_us = listing.listing.traits.pushed
    if listing.published and not told_by_us and (since is None or shell.now - since > quiet):
        last = say.moment(since, state.unit.timezone)
        found = say(f"la plateforme ne nous a plus lus depuis le {last}", f"the platform has not read us since {last}")
        if since is None:
            found = say("la plateforme ne nous a pas encore lus", "the platform has not read us yet")
        advice = say("Vérifiez que notre lien est bien collé là-bas.", "Check that our link is pasted there.")
        return Checked(what, "warn", found, advice)
    usual = listing.listing.traits.imports_every
    late = [one for one in listing.exposed if one.late(usual, shell.now)] if told_by_us else []
    nights = Nights.union(one.nights for one in late).since(state.unit.today(shell.now))
    if nights:
        when = say.moment(min(one.since for one in late), state.unit.timezone)
        found = say(
            f"encore réservable là-bas depuis le {when} : {say.nights(nights, most=3)}",
            f"can still be booked there since {when}: {say.nights(nights, most=3)}",
        )
        advice = say("Fermez ces nuits là-bas à la main.", "Close these nights there by hand.")
        return Checked(what, "warn", found, advice)
    guests = sum(one.kind is not Kind.BLOCK for one in listing.claims)
    return Checked(what, "ok", say.count(guests, say("séjour", "stay"), say("séjours", "stays")))
