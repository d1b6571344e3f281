"""What is written about conformance is true today: each plugin's CONFORMANCE.md, and the list of rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from channelsync.testing.conformance import RULES, ConformanceSuite, Outcome, Tier
from channelsync.testing.conformance.page import conformance_page, rules_page
from tests.conformance.suites import PAGES, Airbnb, Booking, Greengo, Ical
from tests.support import ROOT

MEND = "python -m tests.conformance writes it anew"


@pytest.mark.parametrize("suite, path", PAGES.items(), ids=[suite.__name__ for suite in PAGES])
def test_page_is_current(suite: type[ConformanceSuite], path: Path) -> None:
    """A plugin's CONFORMANCE.md says what the kit finds out now, and no rule is broken."""
    report = suite.report()
    assert not [one for one in report.verdicts if one.outcome not in {Outcome.PASSED, Outcome.NOT_APPLICABLE}]
    assert path.read_text(encoding="utf-8") == conformance_page(report), MEND


def test_rules_are_told() -> None:
    """The reference tells of every rule, as its docstring does."""
    text = (ROOT / "docs/reference/conformance.md").read_text(encoding="utf-8")
    assert text == rules_page(), MEND
    assert all(f"`{one.id}`" in text for one in RULES)


@pytest.mark.parametrize(
    "suite, tier", [(Airbnb, Tier.GOLD), (Booking, Tier.GOLD), (Greengo, Tier.SILVER), (Ical, Tier.SILVER)]
)
def test_tiers(suite: type[ConformanceSuite], tier: Tier) -> None:
    """The plugins with an API write, read back and are told of changes; the others prove by the feed we publish."""
    assert suite.report().tier is tier
