"""Runs rules on a plugin: one verdict each, whatever the plugin does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from channelsync.testing.conformance.candidate import Candidate
from channelsync.testing.conformance.report import Outcome, Report, Verdict
from channelsync.testing.conformance.rule import BrokenRuleError, NotApplicableError, Rule
from channelsync.testing.conformance.rules import RULES

__all__ = ["judged", "report_of", "reported"]

_NO_GAPS: Final[Mapping[str, str]] = MappingProxyType({})
_LONGEST: Final = 400


def judged(rule: Rule, candidate: Candidate) -> Verdict:
    """Return what becomes of a rule; whatever a plugin raises is a rule that is broken."""
    if not rule.is_about(candidate.declared):
        names = " or ".join(sorted(one.value for one in rule.needs))
        return Verdict(rule.id, Outcome.NOT_APPLICABLE, f"{names} is not declared")
    try:
        rule.check(candidate)
    except NotApplicableError as error:
        return Verdict(rule.id, Outcome.NOT_APPLICABLE, str(error))
    except BrokenRuleError as error:
        return Verdict(rule.id, Outcome.FAILED, _one_line(str(error)))
    except Exception as error:  # noqa: BLE001 - somebody else's code may raise anything
        return Verdict(rule.id, Outcome.FAILED, _one_line(f"it broke off: {type(error).__name__}: {error}"))
    return Verdict(rule.id, Outcome.PASSED)


def report_of(candidate: Candidate, verdicts: Iterable[Verdict], gaps: Mapping[str, str] = _NO_GAPS) -> Report:
    """Return the report that verdicts come to: every rule is in it, whether it was run or not.

    ``gaps`` are the reasons of the rules whose failure is expected.
    """
    found = {one.rule: one for one in verdicts}
    plugin = candidate.plugin
    points = candidate.entry_points()
    dist = points[0].dist if points else None
    return Report(
        channel=plugin.name,
        title=plugin.title_en,
        distribution=dist.name if dist is not None else "",
        capabilities=tuple(sorted(one.value for one in plugin.capabilities)),
        verdicts=tuple(_with_gap(found.get(one.id, Verdict(one.id, Outcome.NOT_RUN)), gaps) for one in RULES),
        readers=bool(plugin.readers),
    )


def _with_gap(verdict: Verdict, gaps: Mapping[str, str]) -> Verdict:
    """Return a verdict with the failure that its author expects told as such; one that does not come is no gap."""
    if verdict.rule not in gaps:
        return verdict
    if verdict.outcome is Outcome.FAILED:
        return Verdict(verdict.rule, Outcome.KNOWN_GAP, gaps[verdict.rule])
    return Verdict(verdict.rule, Outcome.FAILED, f"the failure that was expected did not come: {gaps[verdict.rule]}")


def reported(candidate: Candidate, gaps: Mapping[str, str] = _NO_GAPS) -> Report:
    """Run every rule and return the report."""
    return report_of(candidate, [judged(one, candidate) for one in RULES], gaps)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]
