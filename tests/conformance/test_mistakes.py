"""The kit finds the mistakes that authors of plugins make, each by the rule that is about it."""

from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from channelsync.testing.conformance import RULES, Candidate, Outcome
from channelsync.testing.conformance.running import judged
from tests.conformance.mistakes import apis, feeds
from tests.conformance.mistakes.planting import Mistake, candidate, good, mistakes_of

RULE = {one.id: one for one in RULES}
MISTAKES = [*mistakes_of(feeds), *mistakes_of(apis)]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: one.name)
def test_found(mistake: Mistake) -> None:
    """A plugin with one mistake breaks the rule that is about it, and says what was seen."""
    verdict = judged(RULE[mistake.rule], mistake.make())
    assert verdict.outcome is Outcome.FAILED, f"{mistake.rule} came to {verdict.outcome.value}"
    assert verdict.why


@pytest.mark.parametrize("rule, base", sorted({(one.rule, one.base) for one in MISTAKES}))
def test_only_the_mistake_is_found(rule: str, base: str) -> None:
    """The same plugin without the mistake keeps that rule, or it is not about it: what is found is the mistake."""
    assert judged(RULE[rule], candidate(base)).outcome in {Outcome.PASSED, Outcome.NOT_APPLICABLE}


WRITTEN = [
    ("identity.load", "from channelsync_village.sandbox import platform\n"),
    ("hygiene.imports", "from channelsync.engine import Driver\n"),
    ("hygiene.imports", "import socket\n"),
    ("hygiene.imports", "import httpx\n\n\ndef look() -> object:\n    from httpx import get\n    return get\n"),
    ("hygiene.imports", "import channelsync\n"),
    ("hygiene.typed", "def look(source, at):\n    return source, at\n"),
]
"""Mistakes in how a plugin is written; nothing is run to find them."""


@pytest.mark.parametrize("rule, source", WRITTEN)
def test_found_in_the_source(rule: str, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package that imports what it must not, or does not say its types, is found by reading it."""
    package = tmp_path / "channelsync_village"
    package.mkdir()
    (package / "__init__.py").write_text('"""A village."""\n')
    (package / "py.typed").touch()
    (package / "sandbox.py").write_text("import random\nplatform = random\n")
    village = Candidate(
        good("ical"), points=(EntryPoint("ical", "channelsync_village:plugin", "channelsync.channels"),)
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert judged(RULE[rule], village).outcome is Outcome.PASSED
    (package / "wire.py").write_text(source)
    verdict = judged(RULE[rule], village)
    assert verdict.outcome is Outcome.FAILED
    assert "channelsync_village.wire" in verdict.why


def test_every_rule_finds_something() -> None:
    """There are many mistakes, and each rule has at least one that it finds."""
    assert len(MISTAKES) >= 60
    assert {one.rule for one in MISTAKES} | {rule for rule, _ in WRITTEN} == set(RULE)


def test_simulators_may_use_the_kit_and_no_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A simulator draws by chance and uses the testing kit; of the core's other modules it uses what plugins may."""
    (tmp_path / "channelsync_hamlet").mkdir()
    sandbox = tmp_path / "channelsync_hamlet" / "sandbox.py"
    (tmp_path / "channelsync_hamlet" / "__init__.py").touch()
    hamlet = Candidate(good("ical"), points=(EntryPoint("ical", "channelsync_hamlet:plugin", "channelsync.channels"),))
    monkeypatch.syspath_prepend(tmp_path)
    sandbox.write_text("import random\nfrom channelsync.testing.sandbox import Platform\n")
    assert judged(RULE["hygiene.imports"], hamlet).outcome is Outcome.PASSED
    sandbox.write_text("from channelsync.ledger import Ledger\n")
    assert judged(RULE["hygiene.imports"], hamlet).outcome is Outcome.FAILED
