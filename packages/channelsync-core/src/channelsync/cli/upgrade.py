"""`upgrade`: a newer channelsync takes over a database: backed up, migrated and checked, or left as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelsync.cli import options, paint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from channelsync.cli.shell import Shell
    from channelsync.service.upgrade import UpgradeReport

__all__ = ["add"]


def add(commands: options.Commands) -> None:
    """Add the verb."""
    verb = commands.add(
        "upgrade",
        upgrade,
        "bring the database to this program's version: back up, migrate, check",
        more="Stop every other program first. Whatever fails, the former version goes on with its data.",
    )
    verb.add_argument("--without-backup", action="store_true", help="somebody else has made one")


def upgrade(shell: Shell) -> int:
    """Upgrade, and say what was done and found."""
    from channelsync.config import Config
    from channelsync.service.places import place_at
    from channelsync.service.upgrade import upgrade as bring_up

    config = Config.from_environment(shell.environ)
    place = None if config.backup is None else place_at(config.backup)
    report = bring_up(shell.db, config, lambda: shell.now, place, without_backup=bool(shell.args.without_backup))
    done = report.done
    found = done and {"units": done.units, "calendars": done.calendars, "claims": done.claims, "audit": done.audit}
    document = {"database": report.database, "from": report.before, "to": report.after, "changed": done is not None}
    shell.answer(document | {"backup": report.backup, "found": found}, *_told(shell, report))
    return 0


def _told(shell: Shell, report: UpgradeReport) -> Iterator[RenderableType]:
    say, done = shell.voice, report.done
    if done is None:
        text = say(f"Base déjà à jour, version {report.after}.", f"Database up to date, version {report.after}.")
        yield paint.line(text, paint.GOOD)
        return
    versions = f"{report.before} → {report.after}"
    yield paint.line(
        say(f"Base mise à jour, version {versions}.", f"Database brought up, version {versions}."), paint.GOOD
    )
    calendars = say.count(done.calendars, say("calendrier publié", "calendar"), say("calendriers publiés", "calendars"))
    units = say.count(done.units, say("logement", "unit"), say("logements", "units"))
    claims = say.count(done.claims, say("occupation", "claim"), say("occupations", "claims"))
    yield paint.line(
        say(
            f"Retrouvés comme avant : {units}, {calendars}, {claims}.",
            f"Found as before: {units}, {calendars}, {claims}.",
        )
    )
    if report.backup is not None:
        kept = say(f"Sauvegarde d’avant : {report.backup}", f"The backup from before: {report.backup}")
        yield paint.line(kept, paint.QUIET)
    yield paint.line(say("Démarrez les programmes.", "Start the programs."), paint.QUIET)
