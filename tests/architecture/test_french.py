"""Every text that an owner may be shown has its French: errors, advice, reasons, notes about a calendar, help."""

from __future__ import annotations

import argparse
import re
from string import Formatter
from typing import TYPE_CHECKING

import pytest

from channelsync.cli.app import parser
from channelsync.french import in_french
from channelsync.french.telling import SUBJECTS
from channelsync.release import Case
from tests.architecture.texts import BLANK, TYPED, Tree, told

if TYPE_CHECKING:
    from collections.abc import Iterator

UNSEEN = {
    "jitter must be in [0, 1), not {}": "a fault in our own code",
    "the audit details of {!r} hold a link, or are too long": "a fault in our own code",
    "a lease must end after it begins": "a fault in our own code",
    "a claim of {} stands in two places, or in the wrong one": "a fault in our own code",
    "a step cannot change what {} is or how it is linked": "a fault in our own code",
    "the state of {} was not loaded in this transaction": "a fault in our own code",
    "Load, decide and save in one transaction.": "a fault in our own code",
    "a time without a zone cannot be stored: {}": "a fault in our own code",
    "this thread is in a transaction already": "a fault in our own code",
}
"""Texts that no owner can come to see, each with the reason."""

ENGLISH = {
    *("an", "and", "are", "be", "been", "by", "cannot", "does", "from", "has", "have", "in", "is", "it", "its", "not"),
    *("of", "that", "the", "their", "there", "they", "this", "to", "was", "were", "which", "with"),
}
"""Words that no French text holds: where one is left, a part was not put into French."""

SHORTER = {
    "the calendar is not open yet: {}": "where it ends is no news to the owner",
}
"""Texts whose French leaves something out, each with the reason."""


@pytest.fixture(scope="module")
def wordings() -> dict[str, str]:
    """Each wording of an error, an advice, a reason or a note, with the place of one that says it."""
    return {text.template: text.where for text in told(Tree())}


def test_every_text_has_its_french(wordings: dict[str, str]) -> None:
    """A text is known in French, or stands in the list of those that nobody sees."""
    missing = [
        f"{where}: {text}" for text, where in sorted(wordings.items()) if text not in UNSEEN and not list(_french(text))
    ]
    assert not missing, "give these their French, in channelsync/french/:\n" + "\n".join(missing)


def test_no_english_is_left(wordings: dict[str, str]) -> None:
    """What a text is made of is put into French as well."""
    left = [
        f"{where}: {text} -> {said[0]}"
        for text, where in sorted(wordings.items())
        if text not in UNSEEN and (said := list(_french(text)))
        if all(ENGLISH & set(re.findall(r"[\w’'-]+", re.sub("`[^`]*`", "", one))) for one in said)
    ]
    assert not left, "\n".join(left)


def test_nobody_sees_only_what_is_said(wordings: dict[str, str]) -> None:
    """A text that is no longer written does not stay in the list of those that nobody sees."""
    assert not UNSEEN.keys() - wordings.keys()


def test_the_tree_is_read(wordings: dict[str, str]) -> None:
    """Texts are found through variables, constants, tables, conditions and the functions that are called with them."""
    assert {
        "no unit is called {!r}",
        "the database {} is locked by another program",
        "{} answered {}: the link is no longer accepted",
        "the calendar stops: no END:VCALENDAR",
        "line {}: left out, not an event",
        "Update channelsync on this machine, or restore the backup made before the other version was used.",
    } <= wordings.keys()


def test_nothing_filled_in_is_lost() -> None:
    """The French of a text has its blanks, and no others."""
    for english, french in (pair for subject in SUBJECTS for pair in subject.items()):
        assert _blanks(french) == _blanks(english) or english in SHORTER, english
        assert _blanks(french) <= _blanks(english), english


@pytest.mark.parametrize("case", Case)
def test_why_a_claim_is_kept(case: Case) -> None:
    """Each case of the release has its French, inside the reason that names it."""
    said = in_french(f"{case.value}; kept closed until 2 looks agree over 12 h")
    assert said is not None
    assert not ENGLISH & set(said.split())


def test_the_help_is_in_french() -> None:
    """Each command, option and heading of the help has its French."""
    missing = sorted({text for text in _helped(parser()) if in_french(text) is None})
    assert not missing, "give these their French, in channelsync/french/usage.py:\n" + "\n".join(missing)


def _french(text: str) -> Iterator[str]:
    """Yield the French of a text with its blanks filled in, once with words and once with numbers."""
    if not re.search(r"[^\W\d_]{2}", text.replace(BLANK, "").replace(TYPED, "")):
        yield text  # nothing of ours: a title, or another text that has its own French
    for plain, typed in (("Zoé", "'Zoé'"), ("42", "'42'")):
        filled = text.replace(BLANK, plain).replace(TYPED, typed).replace("{{", "{").replace("}}", "}")
        said = in_french(filled)
        if said is not None:
            yield said


def _blanks(text: str) -> set[str]:
    """Return the blanks of a wording; those without a name are counted."""
    names = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
    return {name or str(number) for number, name in enumerate(names)}


def _helped(asked: argparse.ArgumentParser) -> Iterator[str]:
    """Yield every text of a parser's help, and of those under it."""
    yield from filter(None, (asked.description, asked.epilog))
    for group in asked._action_groups:
        yield from filter(None, (group.title, group.description))
    for action in asked._actions:
        if action.help and action.help is not argparse.SUPPRESS:
            yield action.help
        if isinstance(action, argparse._SubParsersAction):
            yield from (one.help for one in action._choices_actions if one.help)
            for verb in action.choices.values():
                yield from _helped(verb)
