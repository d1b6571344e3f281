"""Runs rules on a plugin: one verdict each, whatever the plugin does."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from attrs import evolve

from channelsync.testing.conformance.candidate import Candidate
from channelsync.testing.conformance.report import Outcome, Report, Verdict
from channelsync.testing.conformance.rule import BrokenRuleError, NotApplicableError, Rule
from channelsync.testing.conformance.rules import RULES

__all__ = ["expected", "judged", "report_of", "reported", "whole"]

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


def expected(verdict: Verdict, gaps: Mapping[str, str]) -> Verdict:
    """Return a verdict with the failure that its author expects told as such; one that does not come is a failure.

    Args:
        verdict: what became of a rule.
        gaps: the reasons of the rules whose failure is expected.
    """
    reason = gaps.get(verdict.rule)
    if reason is None:
        return verdict
    if verdict.outcome is Outcome.FAILED:
        return evolve(verdict, outcome=Outcome.KNOWN_GAP, why=reason)
    return evolve(verdict, outcome=Outcome.FAILED, why=f"the failure that was expected did not come: {reason}")


def report_of(candidate: Candidate, verdicts: Iterable[Verdict]) -> Report:
    """Return the report that verdicts come to, these and no others; `whole` adds the rules that were not run."""
    plugin = candidate.plugin
    points = candidate.entry_points()
    dist = points[0].dist if points else None
    return Report(
        channel=candidate.name,
        title=plugin.title_en,
        distribution=dist.name if dist is not None else "",
        capabilities=tuple(sorted(one.value for one in plugin.capabilities)),
        verdicts=tuple(verdicts),
        readers=bool(plugin.readers),
    )


def whole(parts: Iterable[Report]) -> tuple[Report, ...]:
    """Put the parts of reports together, one report a channel, with every rule in it, whether it was run or not."""
    heads: dict[str, Report] = {}
    found: dict[str, dict[str, Verdict]] = {}
    for part in parts:
        heads[part.channel] = part
        found.setdefault(part.channel, {}).update({one.rule: one for one in part.verdicts})
    missing = Outcome.NOT_RUN
    return tuple(
        evolve(heads[name], verdicts=tuple(found[name].get(one.id, Verdict(one.id, missing)) for one in RULES))
        for name in sorted(heads)
    )


def reported(candidate: Candidate, gaps: Mapping[str, str] = _NO_GAPS) -> Report:
    """Run every rule and return the report.

    Args:
        candidate: the plugin with its simulators.
        gaps: the reasons of the rules whose failure is expected.
    """
    return report_of(candidate, [expected(judged(one, candidate), gaps) for one in RULES])


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST]
