"""The planted mistakes still apply, a sample of them is killed, and the check admits where it proves nothing.

``make mutants`` looks for all of them.
"""

from __future__ import annotations

import ast

import pytest
from attrs import evolve

from tests.mutation.killers import Bench, Killer
from tests.mutation.mistakes import MISTAKES
from tests.mutation.mutant import KERNEL, Mutant, MutantError, planted
from tests.support import ROOT

SAMPLE = ("or-hides-double-in-one-source", "exposure-ends-at-publication", "hints-without-a-gap")
"""One each of the modules with the quickest tests."""
QUICK = Killer(
    "quick tests", files=tuple(ROOT / f"tests/unit/kernel/test_{name}.py" for name in ("nights", "proof", "cadence"))
)
HARMLESS = Mutant(
    "harmless", "Nothing: a docstring changes.", "nights", "The first night that can be held.", "The first night."
)


def text_of(mutant: Mutant) -> str:
    """The module as it stands."""
    return (ROOT / KERNEL / f"{mutant.module}.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def bench(tmp_path_factory) -> Bench:
    """One copy of the packages for all tests here."""
    return Bench.of(tmp_path_factory.mktemp("mutants"))


@pytest.mark.parametrize("mutant", MISTAKES, ids=lambda one: one.name)
def test_every_mistake_still_applies(mutant):
    """Its place is found exactly once, and what comes out is still a program: the list cannot rot silently."""
    wrong = planted(mutant, text_of(mutant))
    assert ast.dump(ast.parse(wrong)) != ast.dump(ast.parse(text_of(mutant)))
    assert mutant.breaks.endswith(".")


def test_the_mistakes_are_many_and_everywhere():
    """Every module that decides something has its mistakes, and no two share a name."""
    assert len({one.name for one in MISTAKES}) == len(MISTAKES) >= 24
    modules = {"nights", "observation", "echo", "matching", "release", "takeover", "availability", "conflicts"}
    modules |= {"coherence", "state", "look", "reconcile", "proof", "cadence", "orders", "quiet", "pushing"}
    assert {one.module for one in MISTAKES} == modules
    assert sum(one.shows for one in MISTAKES) >= 12


@pytest.mark.parametrize("snippet", ["no such text", "return"], ids=["gone", "ambiguous"])
def test_a_mistake_whose_place_is_gone_is_refused(snippet):
    """Where the right text is not there, or not only there, nobody knows what would be planted."""
    mutant = evolve(HARMLESS, snippet=snippet)
    with pytest.raises(MutantError, match=r"harmless: found \d+ times in nights\.py, not once"):
        planted(mutant, text_of(mutant))
    with pytest.raises(MutantError, match="changes nothing"):
        planted(evolve(HARMLESS, instead=HARMLESS.snippet), text_of(HARMLESS))


@pytest.mark.slow
@pytest.mark.parametrize("name", SAMPLE)
def test_a_sample_is_killed(bench, name):
    """The mistake is noticed by its module's own tests, which pass without it; the work tree is left alone."""
    (mutant,) = (one for one in MISTAKES if one.name == name)
    before = text_of(mutant)
    death = bench.judge(mutant, (QUICK,))
    assert f"test_{mutant.module}.py::" in death.how
    assert text_of(mutant) == before


@pytest.mark.slow
def test_what_changes_nothing_survives(bench):
    """The killers kill mistakes, not changes."""
    assert bench.judge(HARMLESS, (QUICK,)).survived


@pytest.mark.slow
def test_tests_that_fail_without_a_mistake_prove_nothing(bench, tmp_path):
    """A killer's word is believed only if it passes on the clean tree."""
    wrong = tmp_path / "test_wrong.py"
    wrong.write_text('"""Fails."""\n\n\ndef test_wrong():\n    """Fails."""\n    assert False\n')
    with pytest.raises(MutantError, match="fails on the clean tree"):
        bench.judge(HARMLESS, (Killer("wrong tests", files=(wrong,)),))


@pytest.mark.slow
def test_the_installed_kernel_is_not_tested_by_mistake(tmp_path):
    """Where the copy is not what is imported, the check stops: every mistake would seem to survive."""
    (tmp_path / "clean" / KERNEL).mkdir(parents=True)
    (tmp_path / "clean" / KERNEL / "nights.py").write_text(text_of(HARMLESS))
    with pytest.raises(MutantError, match="did not test the tree"):
        Bench(tmp_path).judge(HARMLESS, (QUICK,))
