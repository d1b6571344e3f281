"""Every command that a document shows is run, or says why it cannot be and still is one that exists."""

from __future__ import annotations

import importlib
import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Generator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from channelsync.cli import main
from channelsync.config import Config
from tests.docs import blocks, grammar
from tests.docs.beside import Beside
from tests.docs.scenes import NOW, SCENES, Stage, staged
from tests.support import ROOT, relative

PAGES = blocks.documents()
BLOCKS = [block for page in PAGES for block in blocks.blocks(page)]
STORIES = sorted({block.page for block in BLOCKS if block.kind in {"story", "with", "beside"}})
_OURS = ("channelsync", "channelsync-web", "channelsync-worker")
_SHORTEST_REASON = 4


def of_kind(*kinds: str) -> list[blocks.Block]:
    """The blocks with such markers."""
    return [block for block in BLOCKS if block.kind in kinds]


def named(one: blocks.Block | Path) -> str:
    """A test's name."""
    return one.name if isinstance(one, blocks.Block) else relative(one)


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Stage]:
    """An empty folder to play in, without a setting of this machine."""
    for name in [name for name in os.environ if name.startswith("CHANNELSYNC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CHANNELSYNC_ALLOW_PRIVATE_ADDRESSES", "1")
    monkeypatch.setenv("CHANNELSYNC_LANG", "en")
    monkeypatch.chdir(tmp_path)
    with staged(tmp_path) as made:
        yield made


@pytest.mark.parametrize("page", STORIES, ids=named)
def test_the_story_of_a_page(page: Path, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """The unmarked blocks of a page work, one after the other, as a reader would type them."""
    for block in blocks.blocks(page):
        words = block.marker.split()
        if block.kind not in {"story", "with", "beside"}:
            continue
        if block.kind == "with":
            SCENES[words[1]](stage)
            for name, value in stage.environ.items():
                monkeypatch.setenv(name, value)
        if block.kind == "beside":
            for command in blocks.commands(block):
                beside = stage.stack.enter_context(Beside.begun(command, stage))
                stage.instead |= beside.instead
                stage.links += beside.links
            continue
        for command in blocks.commands(block):
            _typed(block, [_meant(word, stage) for word in command], stage, monkeypatch)


def _meant(word: str, stage: Stage) -> str:
    """The word as it is on this stage."""
    word = re.sub(r"\$\(([^)]*)\)", lambda found: _said(found[1]), word)
    for name in sorted(stage.instead, key=len, reverse=True):
        if name in word:
            head, _, tail = word.partition(name)
            word = head + stage.instead[name] + ("" if "://" in name else tail)
            break
    if word.endswith("..."):
        return next((link for link in stage.links if link.startswith(word.removesuffix("..."))), word)
    return word


def _said(line: str) -> str:
    return subprocess.run(["sh", "-c", line], check=True, capture_output=True, text=True, timeout=10).stdout.strip()


def _typed(block: blocks.Block, words: list[str], stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Do what one line says."""
    if words[0] == "export":
        words = words[1:]
    while words and re.match(r"[A-Z_]+=", words[0]):
        name, _, value = words.pop(0).partition("=")
        monkeypatch.setenv(name, value)
    if not words:
        return
    if words[0] in {"cd", "mkdir"}:
        place = stage.folder / words[-1]
        monkeypatch.chdir(place) if words[0] == "cd" else place.mkdir(parents=True)
        return
    if words[0] == "curl":
        assert "127.0.0.1:" in words[-1], "nothing else is asked than what runs beside"
        subprocess.run([*words, "--fail"], check=True, capture_output=True, timeout=20)
        return
    assert words[0] == "channelsync", f"{block.name}: a story runs channelsync alone; give the block a marker: {words}"
    out, err = io.StringIO(), io.StringIO()
    monkeypatch.setattr(sys, "stdin", io.StringIO(_phrase(stage) + "\n"))
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["--now", NOW.isoformat(), *words[1:]])
    stage.printed.append(out.getvalue())
    assert code in {0, 1}, f"{block.name}: {' '.join(words)} ended with {code}: {err.getvalue()}{out.getvalue()}"


def _phrase(stage: Stage) -> str:
    """The recovery phrase, where one was shown: a person has it on paper by then."""
    for text in reversed(stage.printed):
        lines = text.splitlines()
        for at, line in enumerate(lines[:-3]):
            if "phrase" in line:
                return " ".join(" ".join(lines[at + 1 : at + 4]).split())
    return ""


@pytest.mark.parametrize("block", BLOCKS, ids=named)
def test_the_marker(block: blocks.Block) -> None:
    """A marker is one of those that CONTRIBUTING.md lists; one that names a test names one that names the page."""
    kind, words = block.kind, block.marker.split()
    if "/" in kind:
        assert (ROOT / kind).is_file(), f"there is no {kind}"
        assert block.page.name in (ROOT / kind).read_text("utf-8"), f"{kind} does not name {block.page.name}"
    elif kind == "with":
        assert words[-1] in SCENES, f"no such scene; there are {', '.join(SCENES)}"
    elif kind == "never":
        assert block.marker.startswith("never, "), "never, and the reason"
        assert len(words) > _SHORTEST_REASON, "a reason has at least four words"
    else:
        assert kind in {"story", "beside", "settings"}, f"there is no marker {kind!r}"


@pytest.mark.parametrize("block", of_kind("never"), ids=named)
def test_what_nobody_can_run_here(block: blocks.Block) -> None:
    """What is not run is a shell's text, and each command and name of ours in it exists."""
    text = block.text
    if block.language == "console":
        text = "".join(f"{line[2:]}\n" for line in text.splitlines() if line.startswith("$ "))
    plain = re.sub(r"<[^<>\n]*>", "VALUE", text)
    read = subprocess.run(["sh", "-n"], input=plain, check=False, capture_output=True, text=True, timeout=10)
    assert read.returncode == 0, read.stderr
    assert not grammar.unknown_names(text)
    for words in blocks.commands(block):
        for at, word in enumerate(words):
            if word.rpartition("/")[2] in _OURS and (at == 0 or words[at - 1] in {"&&", "sudo", "exec", "do"}):
                assert not (said := grammar.wrong(words[at:], whole=True)), said
            if word == "make" and at == 0:
                assert words[1] in grammar.targets(), f"make has no target {words[1]}"


@pytest.mark.parametrize("block", of_kind("settings"), ids=named)
def test_settings(block: blocks.Block) -> None:
    """A file of settings holds names that the code reads, with values it takes."""
    environ: dict[str, str] = {}
    for words in blocks.commands(block):
        names = words[1:] if words[0] == "export" else words[:1]
        environ |= dict(one.split("=", 1) for one in names)
    assert not grammar.unknown_names(" ".join(environ))
    Config.from_environment(environ)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_what_is_named_within_a_line(page: Path) -> None:
    """A command that a sentence names exists, with the options it is named with; so do variables."""
    for text in blocks.inline(page):
        plain = re.sub(r"[\[\]]", "", text)
        words = [re.split(r"[|](?!\|)", word)[0] for word in shlex.split(plain)]
        assert not (said := grammar.wrong(words, whole=False)), f"`{text}`: {said}"
    assert not grammar.unknown_names(page.read_text("utf-8"))


def test_what_python_imports() -> None:
    """What an example in Python takes from our packages is there, under that name."""
    texts = [page.read_text("utf-8") for page in PAGES]
    for code in re.findall(r"^```python\n(.*?)^```", "\n".join(texts), re.MULTILINE | re.DOTALL):
        for module, names in re.findall(r"^from (channelsync[\w.]*) import ([\w, ]+)$", code, re.MULTILINE):
            if "_example" in module:
                continue
            found = importlib.import_module(module)
            assert [name for name in names.split(", ") if not hasattr(found, name)] == []
