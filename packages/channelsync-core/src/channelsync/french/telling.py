"""Finds the French of a text: by the words around its blanks, then sentence by sentence, then part by part."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from string import Formatter
from typing import Final, final

from attrs import frozen

from channelsync.coherence import IN_FRENCH
from channelsync.french.calendars import CALENDARS
from channelsync.french.commands import COMMANDS
from channelsync.french.decided import DECIDED
from channelsync.french.hosting import HOSTING
from channelsync.french.house import HOUSE
from channelsync.french.keeping import KEEPING
from channelsync.french.people import PEOPLE
from channelsync.french.platforms import PLATFORMS
from channelsync.french.upgrades import UPGRADES
from channelsync.french.usage import USAGE
from channelsync.words import elided

__all__ = ["SUBJECTS", "in_french", "translated"]

SUBJECTS: Final = (
    *(DECIDED, CALENDARS, PLATFORMS, HOUSE, HOSTING, KEEPING, UPGRADES, PEOPLE, COMMANDS, USAGE, IN_FRENCH),
)
"""The wordings in English and in French, by subject."""
_LONGEST: Final = 2000
"""Characters; no text of ours is longer, and whatever is stays as it is."""
_DEEPEST: Final = 5
"""Texts inside texts."""
_REMEMBERED: Final = 512
"""A page of the journal gives the same reasons again and again."""
_MOST: Final = 20
"""Sentences; a text of more is none of ours."""
_NEXT: Final = re.compile(r"(?<=[.!?]) (?=[^a-z])")
"""Between two sentences."""
_NUMBER: Final = re.compile(r"[0-9-]+")
_TYPED: Final = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^'"\s]+""")


def translated(text: str, language: str) -> str:
    """Return a text of ours in French where the language is ``fr``; in any other, and what is not known, as it is.

    Args:
        text: an error's message or advice, a reason, or a line made of several.
        language: ``fr`` or ``en``.
    """
    return (in_french(text) if language == "fr" else None) or text


@lru_cache(_REMEMBERED)
def in_french(text: str) -> str | None:
    """Return the French of a text, None where no part of it is known, or where it is longer than any of ours."""
    return _french(text, 0) if len(text) <= _LONGEST else None


def _french(text: str, depth: int) -> str | None:
    """Return the French of a text, None where no part of it is known."""
    if depth > _DEEPEST:
        return None
    return _sentence(text, depth) or _sentences(text, depth) or _clauses(text, depth)


def _sentence(text: str, depth: int) -> str | None:
    """Return the French of a text that is known as a whole, also as a sentence: with a capital and a full stop."""
    found = _known(text, depth)
    if found is None and text[-1:] == ".":
        whole = text[:-1]
        found = _known(whole, depth) or _capital(_known(whole[:1].lower() + whole[1:], depth))
        found = found and f"{found}."
    return found


def _capital(text: str | None) -> str | None:
    return text and text[:1].upper() + text[1:]


def _sentences(text: str, depth: int) -> str | None:
    """Return the French of several sentences, None where none is known; as many as are known together stay together."""
    sentences = _NEXT.split(text)
    if not 1 < len(sentences) <= _MOST:
        return None
    said, at, known = list[str](), 0, False
    while at < len(sentences):
        ends = range(len(sentences), at, -1)
        found = next(((end, one) for end in ends if (one := _sentence(" ".join(sentences[at:end]), depth))), None)
        end, one = found or (at + 1, _clauses(sentences[at], depth) or sentences[at])
        known = known or one != sentences[at]
        said.append(one)
        at = end
    return " ".join(said) if known else None


def _clauses(text: str, depth: int) -> str | None:
    """Return the French of what is joined by semicolons, None where none of it is known."""
    clauses = text.split("; ")
    said = [_sentence(clause, depth) for clause in clauses] if clauses[1:] else []
    return " ; ".join(french or clause for clause, french in zip(clauses, said, strict=True)) if any(said) else None


def _known(text: str, depth: int) -> str | None:
    """Return the French of one wording of ours with its blanks filled in."""
    plain, filled = _catalogue()
    if text in plain:
        return plain[text]
    for template in _candidates(filled, text):
        found = template.match(text)
        if found is not None:
            return template.say(found, lambda part: _part(part, depth + 1))
    return None


def _part(text: str, depth: int) -> str:
    """Return what was filled in: in French where it is a text of ours, else as it is."""
    plain, _ = _catalogue()
    if " " not in text:
        return plain.get(text, text)
    listed = [plain.get(one) for one in text.split(", ")]
    return ", ".join(filter(None, listed)) if all(listed) else _french(text, depth) or text


def _candidates(filled: Mapping[str, list[_Template]], text: str) -> list[_Template]:
    """Return the wordings that begin like a text or with a blank, those that say most first."""
    return sorted([*filled.get(text.partition(" ")[0], ()), *filled[""]], key=_Template.length, reverse=True)


@cache
def _catalogue() -> tuple[Mapping[str, str], Mapping[str, list[_Template]]]:
    """Return the wordings without blanks, and the others by their first word, or by nothing where that is a blank."""
    plain: dict[str, str] = {}
    filled: defaultdict[str, list[_Template]] = defaultdict(list)
    for english, french in (pair for subject in SUBJECTS for pair in subject.items()):
        template = _Template.of(english, french)
        if template.blanks:
            word, blank, _ = template.around[0].partition(" ")
            filled[word if blank else ""].append(template)
        else:
            plain[template.around[0]] = french.format()
    return plain, filled


@final
@frozen
class _Template:
    """A wording with blanks: the words around them, the blanks' names, and the French with the same blanks."""

    around: tuple[str, ...]
    blanks: tuple[_Blank, ...]
    french: str

    @classmethod
    def of(cls, english: str, french: str) -> _Template:
        """Read both wordings."""
        parts = list(Formatter().parse(english))
        named = [(name, spec, kind) for _, name, spec, kind in parts if name is not None]
        blanks = tuple(_Blank(name, spec == "d", kind == "r") for name, spec, kind in named)
        around = [""]
        for before, name, _, _ in parts:
            around[-1] += before
            around += [""] * (name is not None)
        return cls(tuple(around), blanks, french)

    def length(self) -> int:
        """Return how many letters stand around the blanks."""
        return len("".join(self.around))

    def match(self, text: str) -> tuple[str, ...] | None:
        """Return what stands in the blanks of a text, None where it is another text; each blank is as short as can be.

        Nothing is tried twice, so that no text takes long.
        """
        if not (text.startswith(self.around[0]) and text.endswith(self.around[-1])):
            return None
        found, at = list[str](), len(self.around[0])
        for place, (blank, words) in enumerate(zip(self.blanks, self.around[1:], strict=True), start=1):
            end = blank.end(text, at, words, last=place == len(self.blanks))
            if end <= at or not text.startswith(words, end):
                return None
            found.append(text[at:end])
            at = end + len(words)
        return tuple(found) if at == len(text) else None

    def say(self, filled: tuple[str, ...], part: Callable[[str], str]) -> str:
        """Return the French with the blanks filled in; ``part`` puts into French what nobody typed."""
        said = [_unquoted(text) if blank.typed else part(text) for blank, text in zip(self.blanks, filled, strict=True)]
        numbered = [text for blank, text in zip(self.blanks, said, strict=True) if not blank.name]
        named = {blank.name: text for blank, text in zip(self.blanks, said, strict=True) if blank.name}
        return elided(self.french, *numbered, **named).format(*numbered, **named)


@final
@frozen
class _Blank:
    """One blank: its name, empty where it is counted; whether it holds a number or a date, or what somebody typed."""

    name: str
    number: bool
    typed: bool

    def end(self, text: str, at: int, words: str, *, last: bool) -> int:
        """Return where the blank ends that begins at a place of a text and has these words after it; -1 for nowhere."""
        if self.number or self.typed:
            found = (_NUMBER if self.number else _TYPED).match(text, at)
            return found.end() if found else -1
        return len(text) - len(words) if last else text.find(words, at + 1)


def _unquoted(text: str) -> str:
    """Return what was typed without the quotes that Python shows around it; French has its own."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
