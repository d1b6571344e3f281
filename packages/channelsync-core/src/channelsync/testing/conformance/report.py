"""What the kit found out about plugins: a verdict for each rule, the tier they come to, and both as JSON.

A report holds no time and no path: the same plugin gives the same report, to the byte. A rule that was not run is told
as such, and counts as one that is not kept.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from typing import Final, cast, final

from attrs import frozen

from channelsync.adapter import Capability
from channelsync.errors import UsageError
from channelsync.testing.conformance.rule import Tier
from channelsync.testing.conformance.rules import RULES

__all__ = ["Outcome", "Report", "Verdict", "dumps", "loads", "reached"]

_FORM: Final = 1
"""The version of the document."""
_LONGEST: Final = 5_000_000


class Outcome(Enum):
    """What became of one rule."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "n/a"
    """It is about a capability that is not declared, or a habit that is not told."""
    KNOWN_GAP = "known gap"
    """Broken, as its author expects and says why; counts as broken for the tier."""
    NOT_RUN = "not run"


_KEPT: Final = frozenset({Outcome.PASSED, Outcome.NOT_APPLICABLE})


@final
@frozen
class Verdict:
    """What became of one rule, and why: what was seen, or why it is not about this plugin."""

    rule: str
    outcome: Outcome
    why: str = ""


@final
@frozen
class Report:
    """What the kit found out about one plugin."""

    channel: str
    title: str
    distribution: str
    capabilities: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    readers: bool = False
    """Whether the plugin says how the platform's own readers are known."""

    @property
    def tier(self) -> Tier:
        """The highest tier whose rules, and those of the tiers below, are all kept."""
        return reached(self)

    @property
    def counts(self) -> Mapping[Outcome, int]:
        """How many rules came to what."""
        return Counter(one.outcome for one in self.verdicts)

    @property
    def line(self) -> str:
        """The report in one line."""
        counts = ", ".join(f"{self.counts[each]} {each.value}" for each in Outcome if self.counts[each])
        return f"{self.channel}: {counts}; tier {self.tier.value}"


def reached(report: Report) -> Tier:
    """Return the tier that a plugin has reached."""
    kept = {one.rule for one in report.verdicts if one.outcome in _KEPT}
    declared = set(report.capabilities)
    tier = Tier.NONE
    for each in (Tier.BRONZE, Tier.SILVER, Tier.GOLD):
        rules = {one.id for one in RULES if one.tier is each}
        if not rules <= kept or not _holds(each, declared, readers=report.readers):
            break
        tier = each
    return tier


def _holds(tier: Tier, declared: set[str], *, readers: bool) -> bool:
    """Whether a plugin declares what a tier is about; a tier is no prize for what is left out."""
    match tier:
        case Tier.BRONZE:
            return Capability.PULLS_CLAIMS.value in declared
        case Tier.SILVER:
            writes = Capability.PUSHES_AVAILABILITY.value in declared
            return writes or (Capability.PUBLISHES_FEED.value in declared and readers)
        case _:
            hints = {
                Capability.RECEIVES_WEBHOOKS.value,
                Capability.ACKNOWLEDGES_RESERVATIONS.value,
                Capability.ASKS_QUESTIONS.value,
            }
            both = {Capability.PUSHES_AVAILABILITY.value, Capability.READS_AVAILABILITY.value}
            return both <= declared and bool(hints & declared)


def dumps(reports: Iterable[Report]) -> str:
    """Return reports as JSON, which `loads` reads."""
    return json.dumps({"form": _FORM, "plugins": [_told(one) for one in reports]}, ensure_ascii=False, indent=2) + "\n"


def _told(report: Report) -> dict[str, object]:
    return {
        "channel": report.channel,
        "title": report.title,
        "distribution": report.distribution,
        "version": _version(report.distribution),
        "capabilities": list(report.capabilities),
        "readers": report.readers,
        "tier": report.tier.value,
        "rules": [{"id": one.rule, "outcome": one.outcome.value, "why": one.why} for one in report.verdicts],
    }


def _version(distribution: str) -> str:
    try:
        return version(distribution) if distribution else ""
    except PackageNotFoundError:
        return ""


def loads(text: str) -> tuple[Report, ...]:
    """Read reports from JSON; the tier is worked out anew.

    Raises:
        UsageError: it is no report of this form.
    """
    try:
        if len(text) > _LONGEST:
            raise ValueError
        document = cast("dict[str, list[dict[str, object]]]", json.loads(text))
        return tuple(_read(one) for one in document["plugins"])
    except (ValueError, KeyError, TypeError) as error:
        msg = "this is no report of the conformance kit"
        raise UsageError(msg, advice="Write one with pytest --channelsync-report FILE.") from error


def _read(one: Mapping[str, object]) -> Report:
    rules = cast("list[dict[str, str]]", one["rules"])
    return Report(
        channel=str(one["channel"]),
        title=str(one["title"]),
        distribution=str(one["distribution"]),
        capabilities=tuple(cast("list[str]", one["capabilities"])),
        verdicts=tuple(Verdict(each["id"], Outcome(each["outcome"]), each["why"]) for each in rules),
        readers=bool(one["readers"]),
    )
