"""`keys show`, `keys rotate`: which master keys are in use, by name only, and a new one in the place of the old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from channelsync.cli import options, paint, shapes

if TYPE_CHECKING:
    from rich.console import RenderableType

    from channelsync.cli.shell import Shell
    from channelsync.manager import KeyReport

__all__ = ["add"]


def add(commands: options.Commands) -> None:
    """Add the verbs."""
    verbs = options.Commands(
        commands.add("keys", None, "the master key that seals links and tokens"), title="verbs", dest="verb"
    )
    verbs.add("show", show, "show which keys are in use, by name only")
    verbs.add(
        "rotate",
        rotate,
        "put a new key in the place of the present one, and seal every secret anew",
        more="Everything else may run meanwhile. Broken off, it goes on where it was when run again.",
    )


def show(shell: Shell) -> int:
    """Show which keys are in use."""
    with shell.manager() as manager:
        report = manager.keys()
    none = shell.voice("Aucune clé : la première est créée avec le premier lien.", "No key: the first link makes one.")
    shell.answer(_document(report), *(_shown(shell, report) if report.keys else [paint.line(none, paint.QUIET)]))
    return 0


def rotate(shell: Shell) -> int:
    """Rotate the key."""
    say = shell.voice
    with shell.manager() as manager:
        report = manager.rotate_keys()
    count = report.sealed_anew
    done = say(
        f"La clé {report.keys[0]} est en service ; {say.count(count, 'secret scellé', 'secrets scellés')} à nouveau.",
        f"Key {report.keys[0]} is in use; {say.count(count, 'secret', 'secrets')} sealed anew.",
    )
    save = say(
        "Sauvegardez la nouvelle clé à part de la base : channelsync keys show dit où elle est.",
        "Save the new key apart from the database: channelsync keys show tells where it is.",
    )
    left = say(
        "Retirez CHANNELSYNC_OLD_KEYS, partout, quand tous les programmes ont redémarré : plus rien n’en dépend.",
        "Remove CHANNELSYNC_OLD_KEYS, everywhere, once every program was started again: nothing depends on it.",
    )
    hint = left if shell.environ.get("CHANNELSYNC_OLD_KEYS", "").strip() else save
    shell.answer(_document(report), paint.line(done, paint.TITLE), paint.line(hint, paint.QUIET))
    return 0


def _document(report: KeyReport) -> shapes.Shape:
    return {
        "kept_in": report.kept_in,
        "keys": [
            {"id": name, "seals": place == 0, "secrets": count}
            for place, (name, count) in enumerate(zip(report.keys, report.secrets, strict=True))
        ],
        "sealed_anew": report.sealed_anew,
    }


def _shown(shell: Shell, report: KeyReport) -> list[RenderableType]:
    say = shell.voice
    rows = [
        (name, say("scelle", "seals") if place == 0 else say("ouvre seulement", "opens only"), str(count))
        for place, (name, count) in enumerate(zip(report.keys, report.secrets, strict=True))
    ]
    head = say("clé|usage|secrets", "key|use|secrets").split("|")
    where = say(f"Gardée dans {report.kept_in}", f"Kept in {report.kept_in}")
    return [paint.table(rows, head=head, right=(2,), whole=(0,)), paint.line(where, paint.QUIET)]
