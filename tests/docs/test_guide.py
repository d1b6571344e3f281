"""The owner's guide: its words are those of the pages, its pictures are made, and every page of the site is reached."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path

import pytest
import yaml

import channelsync_web.french
from tests.docs.pictures import PICTURES
from tests.docs.site import ABROAD
from tests.support import ROOT, relative

GUIDE = sorted((ROOT / "docs/fr").glob("*.md"))
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_FILLED = re.compile(r"\{\w+\}")
_PICTURE = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
_BLANK = re.compile(r"[\s\u00a0\u202f]+")


def plain(text: str) -> str:
    """A text with every kind of blank written as one."""
    return _BLANK.sub(" ", text).strip()


@cache
def shown() -> frozenset[str]:
    """Every text of the owner's pages, in French."""
    found: set[str] = set()
    for module in pkgutil.iter_modules(channelsync_web.french.__path__):
        texts = getattr(importlib.import_module(f"channelsync_web.french.{module.name}"), "TEXTS", {})
        found |= {plain(text) for text in texts.values()}
    return frozenset(found)


@cache
def filled() -> tuple[re.Pattern[str], ...]:
    """Those texts that have something to fill in, filled in somehow; what is left of them is enough to know them by."""
    found = [_FILLED.split(one) for one in shown() if _FILLED.search(one)]
    return tuple(
        re.compile(".{1,30}".join(re.escape(part) for part in parts)) for parts in found if len("".join(parts)) >= 6
    )


@pytest.mark.parametrize("page", GUIDE, ids=relative)
def test_its_words_are_those_of_the_pages(page: Path) -> None:
    """What the guide writes in bold stands on a page, letter by letter, an example where a page fills something in."""
    words = {plain(one) for one in _BOLD.findall(page.read_text("utf-8"))}
    assert not [one for one in words if "{" in one], "an owner sees a name or a time there: write an example"
    unknown = [one for one in words - shown() if not any(known.fullmatch(one) for known in filled())]
    assert not unknown, "no page shows these words"


def test_its_pictures_are_those_that_are_taken() -> None:
    """Each picture that the guide shows is taken at the build, says what is on it, and none is taken for nothing."""
    found = [one for page in GUIDE for one in _PICTURE.findall(page.read_text("utf-8"))]
    assert not [path for text, path in found if len(text) < 15], "say what is on it"
    assert {path for _, path in found} == {f"images/{name}.png" for name in PICTURES}


def _in_nav(nav: object) -> set[str]:
    if isinstance(nav, str):
        return {nav}
    inner = nav.values() if isinstance(nav, dict) else nav
    assert isinstance(inner, list) or hasattr(inner, "__iter__")
    return {path for one in inner for path in _in_nav(one)}  # type: ignore[union-attr]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_is_in_the_menu(language: str) -> None:
    """Each document has its place in the site's menu, decisions under their own list, and nothing there is missing."""
    name = "mkdocs.yml" if language == "en" else "mkdocs.fr.yml"
    menu = _in_nav(yaml.safe_load((ROOT / name).read_text("utf-8"))["nav"])
    base = ROOT / "docs" / ("fr" if language == "fr" else "")
    pages = {path.relative_to(base).as_posix() for path in base.rglob("*.md")}
    if language == "en":
        pages = {path for path in pages if not path.startswith(("fr/", "explanation/adr/0"))}
        pages |= {place for outer, place in ABROAD.items() if (ROOT / outer).is_file()}
    assert pages - menu == set(), f"put these into nav of {name}"
    assert menu - pages == set(), f"nav of {name} names what is not there"
