"""Writes the pages of the conformance kit anew: ``python -m tests.conformance``.

Each plugin's CONFORMANCE.md, and the list of rules in docs/reference.
"""

from __future__ import annotations

from channelsync.testing.conformance.page import conformance_page, rules_page
from tests.conformance.suites import PAGES
from tests.support import ROOT

RULES_PAGE = ROOT / "docs/reference/conformance.md"


def main() -> None:
    """Run the rules and write every page."""
    for suite, path in PAGES.items():
        report = suite.report()
        path.write_text(conformance_page(report), encoding="utf-8")
        print(report.line)
    RULES_PAGE.write_text(rules_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
