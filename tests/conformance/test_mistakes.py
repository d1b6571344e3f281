"""The kit finds the mistakes that authors of plugins make, each by the rule that is about it."""

from __future__ import annotations

import pytest

from channelsync.testing.conformance import RULES, Outcome
from channelsync.testing.conformance.running import judged
from tests.conformance.mistakes import apis, feeds
from tests.conformance.mistakes.planting import Mistake, candidate, mistakes_of

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


def test_nearly_every_rule_finds_something() -> None:
    """There are many mistakes, and but for a few rules each has one that only it is about."""
    assert len(MISTAKES) >= 60
    unproved = set(RULE) - {one.rule for one in MISTAKES}
    assert unproved <= {"identity.load", "hygiene.imports", "hygiene.typed", "pull.refused-guests"}
