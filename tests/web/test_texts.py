"""Every text of the pages is said in French, and nothing is translated that nobody says.

Texts are found where they stand: in templates as Jinja's parser reads them, in code as Python's does. What a template
translates out of a variable was a text in code or in the template once, and is looked for there.
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from jinja2 import nodes

from channelsync_web.composition import environment
from channelsync_web.french import FRENCH_TEXTS
from channelsync_web.speech import LANGUAGES, Say
from tests.support import ROOT

WEB: Final = ROOT / "apps" / "web" / "src" / "channelsync_web"
TEMPLATES: Final = sorted((WEB / "templates").rglob("*.html"))
CODE: Final = sorted(path for path in WEB.rglob("*.py") if "french" not in path.relative_to(WEB).parts)
SAID: Final = {"_": (0,), "say": (0,), "count": (1, 2), "page": (1,), "Saying": (0,), "Toast": (0,)}
"""Calls that say a text, by the last part of their name: which arguments are texts."""
NOON: Final = datetime(2027, 3, 1, 10, 0, tzinfo=UTC)
TITLED: Final = re.compile(r"{%-?\s*block\s+title")


def _arguments(name: str) -> tuple[int, ...]:
    return SAID.get(name, ())


def _of_template(path: Path) -> Iterator[str]:
    """Yield what a template says by itself."""
    tree = environment().parse(path.read_text(encoding="utf-8"))
    for call in tree.find_all(nodes.Call):
        name = call.node.name if isinstance(call.node, nodes.Name) else getattr(call.node, "attr", "")
        for place in _arguments(name):
            if place < len(call.args):
                yield from _constants(call.args[place])


def _constants(node: nodes.Node) -> Iterator[str]:
    """Yield the texts an argument may be: a constant, or one of two."""
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, nodes.CondExpr):
        for side in (node.expr1, node.expr2):
            if side is not None:
                yield from _constants(side)


def _of_code(path: Path) -> Iterator[str]:
    """Yield what a module says."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        for place in _arguments(name):
            if place < len(call.args):
                yield from _literals(call.args[place])


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def _everything() -> set[str]:
    """Return every constant text that stands anywhere in templates or code."""
    found: set[str] = set()
    for path in TEMPLATES:
        tree = environment().parse(path.read_text(encoding="utf-8"))
        found |= {node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str)}
    for path in CODE:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    return found


def _blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("path", [*TEMPLATES, *CODE], ids=lambda path: path.relative_to(WEB).as_posix())
def test_every_text_has_its_french(path: Path) -> None:
    """What a page says by a fixed text, it says in French."""
    said = _of_template(path) if path.suffix == ".html" else _of_code(path)
    assert not {text for text in said if text and text not in FRENCH_TEXTS}


def test_every_french_text_is_said() -> None:
    """No line of French stands there that no page says any more."""
    said = _everything()
    assert not {text for text in FRENCH_TEXTS if text not in said}


def test_the_blanks_are_the_same() -> None:
    """A translation has the blanks of what it translates: one that lacks one hides a fact, one more fails the page."""
    assert not {text for text, french in FRENCH_TEXTS.items() if _blanks(text) != _blanks(french)}


def test_french_is_set_as_french() -> None:
    """Before ``: ; ! ?`` stands a space, a narrow or a plain one kept together, and apostrophes are typographic."""
    wrong = {french for french in FRENCH_TEXTS.values() if re.search(r"\w[;!?](?:\s|$)|\w:(?:\s|$)|\w'\w", french)}
    assert not wrong


def test_no_sign_stands_alone_on_a_line() -> None:
    """In French a sign is kept on the line of its word, as are hours and minutes; in English nothing is changed."""
    french, english = (Say(language, NOON, {}) for language in LANGUAGES)
    said = {
        *(str(french(text)) for text in FRENCH_TEXTS),
        french.ours("wait until 14:00; then look"),
        french.moment(NOON),
    }
    assert not {text for text in said if re.search(r" [:;?!»]|« | h ", text)}
    assert french.moment(NOON) == "à\u00a011\u00a0h\u00a000"
    assert french("{unit}: double booking {nights}", unit="Lac ?", nights="") == "Lac ?\u00a0: double réservation "
    assert english("Reservation cancelled.") == "Reservation cancelled."
    assert english.moment(NOON) == "at 11:00"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(WEB).as_posix())
def test_no_text_stands_bare_in_a_template(path: Path) -> None:
    """A template holds no words of its own: each is said, so that each is translated."""
    tree = environment().parse(path.read_text(encoding="utf-8"))
    text = "".join(node.data for node in tree.find_all(nodes.TemplateData))
    bare = re.sub(r"<!--.*?-->|<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>|&\w+;", " ", text, flags=re.DOTALL)
    words = [word for word in re.findall(r"[^\W\d_]{3,}", bare) if word not in NAMES]
    assert not words


NAMES: Final = frozenset({"channelsync", "http", "https", "Airbnb", "Booking", "com", "GreenGo", "Esc"})
"""Words that are the same in every language."""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(WEB).as_posix())
def test_a_template_obeys_the_policy(path: Path) -> None:
    """No script, no style and no handler stands inside a page, and nothing is marked safe by hand."""
    text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.findall(
        r"<style\b|\sstyle=|\son[a-z]+\s*=\s*[\"']|<script(?![^>]*\bsrc=)|javascript:|\|\s*safe\b", text
    )
