"""The pages that people read: the CONFORMANCE.md of a plugin, and the list of all rules."""

from __future__ import annotations

from typing import Final

from channelsync.testing.conformance.report import Outcome, Report
from channelsync.testing.conformance.rule import Rule, Tier
from channelsync.testing.conformance.rules import MODULES, RULES

__all__ = ["conformance_page", "rules_page"]

_MARKS: Final = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "**failed**",
    Outcome.NOT_APPLICABLE: "n/a",
    Outcome.KNOWN_GAP: "**known gap**",
    Outcome.NOT_RUN: "**not run**",
}
_TIERS: Final = {
    Tier.NONE: "a rule that every plugin keeps is broken, or the plugin reads nothing",
    Tier.BRONZE: "reads: what takes nights on the platform is seen, and no bad answer frees one",
    Tier.SILVER: (
        "bronze, and proves: the platform reads the calendar that we publish and its readings are known as such, "
        "or nights are written there"
    ),
    Tier.GOLD: (
        "silver, and at once: nights are written, read back, and the platform tells of changes (webhooks, a queue of "
        "messages, or a question before a guest may book)"
    ),
}


def _cell(text: str) -> str:
    """Return a text as it can stand in a table."""
    return text.replace("|", "\\|").replace("\n", " ").replace("``", "`")


def conformance_page(report: Report) -> str:
    """Return the CONFORMANCE.md of a plugin."""
    lines = [
        f"# Conformance of {report.title} (`{report.channel}`)",
        "",
        f"Tier: **{report.tier.value}** ({_TIERS[report.tier]}).",
        "",
        f"Declared: {', '.join(f'`{one}`' for one in report.capabilities)}.",
        "",
        f"{_counted(report)} The kit drives every flow against the plugin's own simulator: it proves that the plugin",
        "keeps the rules, and nothing about the platform itself.",
        "",
        "| rule | what must be true | outcome |",
        "|---|---|---|",
    ]
    rules = {one.id: one for one in RULES}
    for verdict in report.verdicts:
        title = rules[verdict.rule].title if verdict.rule in rules else ""
        outcome = _MARKS[verdict.outcome] + (f": {_cell(verdict.why)}" if verdict.why else "")
        lines.append(f"| `{verdict.rule}` | {_cell(title)} | {outcome} |")
    return "\n".join([*lines, "", "Made from the report of `pytest --channelsync-report`; not written by hand.", ""])


def _counted(report: Report) -> str:
    parts = [f"{report.counts[each]} {each.value}" for each in Outcome if report.counts[each]]
    return f"Of {len(report.verdicts)} rules: {', '.join(parts)}."


def rules_page() -> str:
    """Return the list of all rules, with the tiers."""
    lines = [_HEAD, *(f"| {tier.value} | {text} |" for tier, text in _TIERS.items()), ""]
    for module in MODULES:
        lines += [f"## {(module.__doc__ or '').strip().splitlines()[0]}", ""]
        for one in vars(module).values():
            if isinstance(one, Rule):
                lines += _rule(one)
    return "\n".join(lines)


_HEAD: Final = """\
# The rules of the conformance kit

Every plugin of a channel keeps these rules, ours and those of others, against the simulators that it brings. A rule
about a capability that a plugin does not declare is *n/a*, and is told as that; nothing passes silently. Rules cannot
be overridden: a gap that is known is named with its reason, and counts as a broken rule for the tier.

A plugin's author writes one file, and runs pytest:

```python
from channelsync.testing.conformance import ConformanceSuite

import channelsync_example


class TestExample(ConformanceSuite):
    plugin = channelsync_example.plugin
```

With `pytest_plugins = ["channelsync_pytest"]` in the `conftest.py` at the root, `pytest --channelsync-report
report.json` writes what came of it, and `python -m channelsync.testing.conformance page report.json CONFORMANCE.md`
the page of the plugin. `python -m channelsync.testing.conformance run CHANNEL` runs the rules on an installed plugin,
without pytest.

The simulators are those that the plugin's `sandbox` leads to: `platform` for its feed, and `partner` beside it for
its API; both are called with `rng=`. A suite may name others as `platform` and `partner`, the `options` of the
listing, and the `fields` of the account that are filled in otherwise than the simulator says (another form of messages,
say): one suite for each. It tells a known gap by `xfails = (xfail("pull.zone", reason="..."),)`, and nothing else.

## Tiers

A tier is had when all its rules, and those of the tiers before, are kept, and the plugin declares what it is about.

| tier | a plugin that |
|---|---|"""


def _rule(rule: Rule) -> list[str]:
    needs = ", ".join(f"`{one.value}`" for one in sorted(rule.needs, key=lambda one: one.value))
    about = f"About {needs}" if needs else "About every plugin"
    lines = [f"### `{rule.id}`", "", _flat(rule.title), ""]
    if rule.why:
        lines += [_flat(rule.why), ""]
    return [*lines, f"*Troubleshooting:* {_flat(rule.troubleshooting)}", "", f"{about}; tier {rule.tier.value}.", ""]


def _flat(text: str) -> str:
    """Return a paragraph on one line, its literals as Markdown writes them."""
    return " ".join(text.split()).replace("``", "`")
