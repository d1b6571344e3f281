"""`takeover`: from platforms that were linked to one another to platforms that read us, step by step.

The order matters: a direct link is removed only once every platform has read our calendar, so that no night stands open
in between; and what one calendar copied from another is asked about, one question a stay, never guessed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from channelsync.cli import options, paint, shapes
from channelsync.words import de

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import RenderableType

    from channelsync.cli.shell import Shell
    from channelsync.manager import QuestionReport
    from channelsync.state import ListingState, UnitState

__all__ = ["add"]

_ANSWERS: Final = "reservation | mine | old-link | double"


def add(commands: options.Commands) -> None:
    """Add the verb."""
    verb = commands.add(
        "takeover",
        takeover,
        "take over from direct links between platforms: the steps, and what only you know",
        more=f"Answers: {_ANSWERS}; where a calendar's open part ends, a date.",
    )
    verb.add_argument("unit", metavar="UNIT")
    verb.add_argument("--answer", metavar="ID=ANSWER", action="append", help="answer a question; may be repeated")
    verb.add_argument("--links-removed", action="store_true", help="the direct links between the platforms are gone")


def takeover(shell: Shell) -> int:
    """Take the answers, then show where the takeover stands."""
    answers = options.pairs(shell.args.answer, form="ID=ANSWER")
    with shell.manager() as manager:
        unit = manager.unit(shell.args.unit)
        for question, said in answers:
            manager.answer(unit, question, said)
        if shell.args.links_removed:
            manager.links_removed(unit)
        state, asked = manager.state(unit), manager.questions(unit)
        watch = manager.policy.takeover_watch
    document = {
        "unit": unit.name,
        "active": state.takeover.active,
        "links_removed_at": shapes.moment(state.takeover.links_removed_at),
        "steps": [{"step": name, "done": done} for name, done in _steps(state).items()],
        "questions": [shapes.question(one, shell.voice(one.text_fr, one.text_en)) for one in asked],
    }
    shell.answer(document, *(_shown(shell, state, asked, watch) if not shell.json else ()))
    return 0


def _steps(state: UnitState) -> dict[str, bool]:
    """Return the steps in order, each with whether it is done."""
    over, removed = not state.takeover.active, state.takeover.links_removed_at
    listings = state.active
    return {
        "read-all": bool(listings) and all(one.looked_at is not None for one in listings),
        "paste-links": bool(listings) and all(_read_at(one) is not None for one in listings),
        "remove-direct-links": over or removed is not None,
        "watch": over,
    }


def _read_at(listing: ListingState) -> str | None:
    """Return when the platform last read our calendar."""
    return max((one.last_fetch.isoformat() for one in listing.revisions if one.last_fetch), default=None)


def _shown(
    shell: Shell, state: UnitState, asked: tuple[QuestionReport, ...], watch: timedelta
) -> Iterator[RenderableType]:
    say, unit = shell.voice, state.unit
    hours = int(watch.total_seconds() // 3600)
    words = {
        "read-all": say("Tout lire : channelsync sync --all", "Read everything: channelsync sync --all"),
        "paste-links": say(
            "Coller nos liens sur chaque plateforme, puis attendre que chacune nous ait lus",
            "Paste our links on every platform, then wait until each has read us",
        ),
        "remove-direct-links": say(
            f"Retirer les anciens liens directs, puis : channelsync takeover {unit.slug} --links-removed",
            f"Remove the old direct links, then: channelsync takeover {unit.slug} --links-removed",
        ),
        "watch": say(f"Surveiller {hours} h ; se termine tout seul", f"Watch for {hours} h; ends by itself"),
    }
    steps = _steps(state)
    following = next((name for name, done in steps.items() if not done), "")
    yield paint.heading(say(f"Reprise {de(unit.name)}", f"Taking over {unit.name}"))
    yield paint.table(
        [_step(words[name], done=done, following=name == following) for name, done in steps.items()], whole=(0,)
    )
    yield paint.section(say("Qui nous a lus", "Who has read us"), paint.table(_reads(shell, state), whole=(0,)))
    if asked:
        rows = [(paint.line(one.id, paint.WARN), say(one.text_fr, one.text_en)) for one in asked]
        how = say(
            f"Répondre : --answer ID={_ANSWERS}, ou une date (2027-05-01)",
            f"Answer: --answer ID={_ANSWERS}, or a date (2027-05-01)",
        )
        yield paint.section(
            say("À clarifier", "To clarify"), paint.table(rows, whole=(0,)), paint.line(f"  {how}", paint.QUIET)
        )
    else:
        yield paint.section(say("À clarifier : rien", "To clarify: nothing"))


def _step(text: str, *, done: bool, following: bool) -> tuple[paint.Text, paint.Text]:
    mark = "✓" if done else "→" if following else "·"
    style = paint.GOOD if done else paint.TITLE if following else paint.QUIET
    return paint.line(mark, style), paint.line(text, style)


def _reads(shell: Shell, state: UnitState) -> list[tuple[str, str]]:
    say, zone = shell.voice, state.unit.timezone
    rows: list[tuple[str, str]] = []
    for one in state.active:
        reads = [revision.last_fetch for revision in one.revisions if revision.last_fetch]
        rows.append(
            (shell.title(one.listing.key), say.moment(max(reads), zone) if reads else say("pas encore", "not yet"))
        )
    return rows or [(say("aucune annonce reliée", "no listing linked"), "")]
