"""The conformance kit: the rules that every channel's plugin keeps, ours and others', against its own simulator.

A plugin's author writes a suite of a few lines (`ConformanceSuite`) and runs pytest; ``--channelsync-report FILE``, an
option of the pytest plugin ``channelsync_pytest``, writes what came of it as JSON, and
``python -m channelsync.testing.conformance page FILE`` makes the plugin's CONFORMANCE.md of that. No rule needs a
network, a client or a clock: flows are driven by hand, against the simulators that the plugin brings.

What is not declared is *not applicable*, and told as that. Nothing passes silently.
"""

from channelsync.testing.conformance.candidate import Candidate
from channelsync.testing.conformance.report import Outcome, Report, Verdict
from channelsync.testing.conformance.rule import Rule, Tier
from channelsync.testing.conformance.rules import RULES
from channelsync.testing.conformance.running import reported
from channelsync.testing.conformance.suite import ConformanceSuite, ExpectedFailure, xfail

__all__ = [
    "RULES",
    "Candidate",
    "ConformanceSuite",
    "ExpectedFailure",
    "Outcome",
    "Report",
    "Rule",
    "Tier",
    "Verdict",
    "reported",
    "xfail",
]
