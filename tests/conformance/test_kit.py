"""The kit itself: rules that can be relied upon, suites that cannot bend them, reports that hide nothing."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import httpx
import pytest
from attrs import evolve

from channelsync.adapter import Capability
from channelsync.errors import UsageError
from channelsync.testing.conformance import RULES, Candidate, ConformanceSuite, Outcome, Report, Tier, Verdict, xfail
from channelsync.testing.conformance.__main__ import main
from channelsync.testing.conformance.altering import altered_runs
from channelsync.testing.conformance.driving import Wire
from channelsync.testing.conformance.report import dumps, loads
from channelsync.testing.conformance.running import expected, judged, whole
from tests.conformance.mistakes.planting import good
from tests.conformance.suites import Greengo

RULE = {one.id: one for one in RULES}


def report(
    *capabilities: Capability, readers: bool = True, broken: str = "", outcome: Outcome = Outcome.FAILED
) -> Report:
    """A report in which every rule is kept, but perhaps one."""
    verdicts = tuple(Verdict(one.id, outcome if one.id == broken else Outcome.PASSED) for one in RULES)
    names = tuple(one.value for one in capabilities)
    return Report("village", "Village", "channelsync-village", names, verdicts, readers)


READS = (Capability.PULLS_CLAIMS, Capability.PUBLISHES_FEED)
WRITES = (*READS, Capability.PUSHES_AVAILABILITY, Capability.READS_AVAILABILITY, Capability.RECEIVES_WEBHOOKS)


@pytest.mark.parametrize("rule", RULES, ids=lambda one: one.id)
def test_rules_explain_themselves(rule) -> None:
    """A rule has an id of two words' parts, a sentence that says what must be true, and help for who breaks it."""
    assert re.fullmatch(r"[a-z]+\.[a-z]+(-[a-z]+)*", rule.id)
    assert rule.title.endswith(".")
    assert len(rule.troubleshooting) > 30


def test_ids_are_stable() -> None:
    """No two rules share an id, and none that was published is gone: reports of last year stay readable."""
    ids = [one.id for one in RULES]
    assert len(set(ids)) == len(ids)
    published = (Path(__file__).parent / "published_rules.txt").read_text(encoding="utf-8").split()
    assert set(published) == set(ids), "a new rule is added to published_rules.txt; none is ever taken out"


def test_every_capability_has_rules() -> None:
    """Whatever a plugin may declare, there are rules about just that."""
    assert set(Capability) == {one for rule in RULES for one in rule.needs}


def test_undeclared_is_not_applicable() -> None:
    """Of a plugin without an API every rule about one is n/a with the reason, and none is told as passed."""
    told = Greengo.report()
    for verdict in told.verdicts:
        needs = RULE[verdict.rule].needs
        if needs and not needs & good("greengo").capabilities:
            assert verdict.outcome is Outcome.NOT_APPLICABLE
            assert "is not declared" in verdict.why
    assert told.counts[Outcome.NOT_APPLICABLE] > 20


def test_an_undeclared_capability_hides_nothing() -> None:
    """Who leaves a capability undeclared to escape its rules is found by the rule about what is declared."""
    shy = Candidate(evolve(good("booking"), capabilities=frozenset({Capability.PULLS_CLAIMS})))
    assert judged(RULE["push.honest"], shy).outcome is Outcome.NOT_APPLICABLE
    assert judged(RULE["identity.capabilities"], shy).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "name", ["test_rule", "candidate", "gaps", "report", "pytest_generate_tests", "test_mine", "_x", "__init__"]
)
def test_rules_cannot_be_overridden(name: str) -> None:
    """A suite that defines anything but what it may say is refused when its class is made."""
    with pytest.raises(UsageError, match="cannot be overridden"):
        type("Bent", (ConformanceSuite,), {"plugin": good("ical"), name: print})


def test_a_suite_names_its_plugin() -> None:
    """A suite without a plugin is refused, whatever else it says."""
    with pytest.raises(UsageError, match="names no plugin"):
        type("Nobody", (ConformanceSuite,), {"plugin": object()})


@pytest.mark.parametrize("fields", [{"message": "bxml"}, {"messages": "edifact"}])
def test_a_suite_fills_in_what_is_asked_for(fields: dict[str, str]) -> None:
    """A field that the plugin does not ask for, or a value that it does not offer, is refused."""
    with pytest.raises(UsageError, match="fills in"):
        type("Bent", (ConformanceSuite,), {"plugin": good("booking"), "fields": fields})


def test_fields_are_filled_in_and_told() -> None:
    """What a suite fills in is what the plugin gets, in place of the simulator's; it is told, but for a secret."""
    other = Candidate(good("booking"), fields={"messages": "bxml", "client_secret": "hush"})
    assert other.name == "booking messages=bxml client_secret=***"
    wrong = judged(RULE["account.listings"], other)
    assert (wrong.outcome, "CredentialRejectedError" in wrong.why) == (Outcome.FAILED, True)
    assert Candidate(good("booking"), fields={"messages": "bxml"}).api().access.fields["messages"].reveal() == "bxml"


def one_lodging(name: str) -> Candidate:
    """A good plugin whose simulated account has one lodging."""
    rooms = {"airbnb": ("lac",), "booking": ("801185501",)}[name]
    plugin = good(name)
    return Candidate(plugin, partner=partial(plugin.load_partner(), rooms=rooms))


def test_one_lodging_shows_nothing() -> None:
    """Whoever lists listings and simulates one alone does not pass; whoever lists none has n/a, with the reason."""
    alone = one_lodging("booking")
    assert judged(RULE["account.apart"], alone).outcome is Outcome.FAILED
    unlisted = alone.plugin.capabilities - {Capability.LISTS_LISTINGS}
    alone.plugin = evolve(alone.plugin, capabilities=unlisted)
    told = judged(RULE["account.apart"], alone)
    assert (told.outcome, told.why) == (Outcome.NOT_APPLICABLE, "an account of it has one listing")


class Unasking:
    """A simulated account that asks nobody before a guest changes the dates."""

    def __init__(self, account) -> None:
        """Take the account that does."""
        self.account = account

    def __getattr__(self, name: str):
        """Everything else is the account's."""
        return getattr(self.account, name)

    def change(self, listing, code, stay, now, *, force=False):
        """Change the dates, whatever is said."""
        del force
        return self.account.change(listing, code, stay, now, force=True)


def test_a_question_that_is_never_asked_is_not_applicable() -> None:
    """A platform that asks before a booking and not before a change of dates has n/a, and no pass, for the second."""
    plugin = good("airbnb")
    account = plugin.load_partner()
    told = judged(RULE["question.change"], Candidate(plugin, partner=lambda *, rng: Unasking(account(rng=rng))))
    assert (told.outcome, told.why) == (
        Outcome.NOT_APPLICABLE,
        "its simulator asks nothing before a change of dates",
    )


@pytest.mark.parametrize(
    "rule, why",
    [
        ("account.apart", "its API neither reads nor writes a listing"),
        ("faults.one-value", "nothing is read by its API"),
    ],
)
def test_what_only_the_feed_does_is_not_applicable_to_the_api(rule: str, why: str) -> None:
    """A plugin that reads by its feed alone has n/a, and no pass, for what an API must do that reads."""
    listing = Candidate(evolve(good("booking"), api=type("Listing", (), {"hints": print})()))
    told = judged(RULE[rule], listing)
    assert (told.outcome, told.why) == (Outcome.NOT_APPLICABLE, why)


def test_every_value_of_an_answer_is_altered() -> None:
    """In JSON and in XML each value is made another, at any depth, one at a time; a listing's name is made none."""

    def asked(body: bytes, kept: str = "") -> list[bytes]:
        answered: list[bytes] = []

        def flow():
            answered.append((yield httpx.Request("GET", "https://api.example/")).content)

        wire = Wire(lambda _: httpx.Response(200, content=body))
        for _, altered in altered_runs(wire, flow, frozenset({kept})):
            altered()
        return answered[1:]

    odd, none = b'"unheard-of"', b"null"
    assert asked(b'{"a": [{"b": 1}, "2"]}') == [
        b'{"a": [{"b": %b}, "2"]}' % odd,
        b'{"a": [{"b": 1}, %b]}' % odd,
        b'{"a": [{"b": %b}, "2"]}' % none,
        b'{"a": [{"b": 1}, %b]}' % none,
    ]
    assert asked(b'{"a": "lake"}', "lake") == [b'{"a": null}']
    assert asked(b'<a b="1">\n<c>2</c></a>') == [
        b'<a b="">\n<c>2</c></a>',
        b'<a b="unheard-of">\n<c>2</c></a>',
        b'<a b="1">\n<c></c></a>',
        b'<a b="1">\n<c>unheard-of</c></a>',
    ]
    assert asked(b"BEGIN:VCALENDAR") == []


@pytest.mark.parametrize(
    "rule, reason", [("pull.zone", ""), ("pull.zone", "later"), ("pull.everything", "a long reason")]
)
def test_a_gap_has_a_rule_and_a_reason(rule: str, reason: str) -> None:
    """Only a rule that there is can be expected to fail, and only with a reason that says something."""
    with pytest.raises(UsageError):
        xfail(rule, reason=reason)


def test_a_gap_is_no_pass() -> None:
    """A failure that was expected is told as a known gap, and one that does not come as a failure."""
    gaps = {"pull.zone": "the platform writes local time"}
    gap = expected(Verdict("pull.zone", Outcome.FAILED, "moved"), gaps)
    assert (gap.outcome, gap.why) == (Outcome.KNOWN_GAP, gaps["pull.zone"])
    assert expected(Verdict("pull.zone", Outcome.PASSED), gaps).outcome is Outcome.FAILED
    assert expected(Verdict("pull.time", Outcome.PASSED), gaps).outcome is Outcome.PASSED


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.KNOWN_GAP, Outcome.NOT_RUN])
@pytest.mark.parametrize(
    "broken, tier", [("pull.zone", Tier.NONE), ("publish.readers", Tier.BRONZE), ("push.honest", Tier.SILVER)]
)
def test_a_broken_rule_costs_its_tier(broken: str, tier: Tier, outcome: Outcome) -> None:
    """A tier is lost by one broken rule of its own, also where that was expected, or was not run."""
    assert report(*WRITES).tier is Tier.GOLD
    assert report(*WRITES, broken=broken, outcome=outcome).tier is tier


def test_a_tier_is_earned() -> None:
    """No tier comes from what is left out: who declares little stays low, though every rule is n/a or kept."""
    assert report().tier is Tier.NONE
    assert report(Capability.PULLS_CLAIMS).tier is Tier.BRONZE
    assert report(*READS, readers=False).tier is Tier.BRONZE
    assert report(*READS).tier is Tier.SILVER
    assert report(*READS, Capability.PUSHES_AVAILABILITY).tier is Tier.SILVER
    assert report(*WRITES).tier is Tier.GOLD


def test_reports_are_read_back() -> None:
    """A report read back is the one that was written; what is no report is refused."""
    told = report(*READS, broken="pull.zone")
    assert loads(dumps([told])) == (told,)
    for text in ("", "{}", "[]", '{"plugins": [{}]}', '{"plugins": 3}'):
        with pytest.raises(UsageError):
            loads(text)


def test_what_was_not_run_is_told() -> None:
    """A report put together from a part of the rules names the others as not run."""
    part = evolve(report(*READS), verdicts=(Verdict("pull.zone", Outcome.PASSED),))
    (told,) = whole([part])
    assert [one.rule for one in told.verdicts] == [one.id for one in RULES]
    assert told.counts[Outcome.NOT_RUN] == len(RULES) - 1
    assert told.tier is Tier.NONE


AUTHOR = '''"""What the author of a plugin writes."""

from channelsync.testing.conformance import ConformanceSuite, xfail

import channelsync_greengo


class TestGreengo(ConformanceSuite):
    """GreenGo keeps the rules, it says."""

    plugin = channelsync_greengo.plugin
    xfails = (xfail("pull.zone", reason="this does not fail, and so is found out"),)
'''


def test_pytest_writes_the_report(tmp_path: Path) -> None:
    """An author's file of a few lines runs each rule as a test, and --channelsync-report writes what came of them."""
    (tmp_path / "test_it.py").write_text(AUTHOR)
    written = tmp_path / "report.json"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "channelsync_pytest",
        f"--rootdir={tmp_path}",
        "-p",
        "no:cacheprovider",
    ]
    ran = subprocess.run(
        [*command, f"--channelsync-report={written}", "test_it.py"],
        cwd=tmp_path,
        check=False,
        text=True,
        capture_output=True,
        timeout=60,
    )
    assert ran.returncode == 1, ran.stdout + ran.stderr
    assert "1 failed" in ran.stdout
    assert "n/a" in ran.stdout
    assert "skipped" not in ran.stdout
    (told,) = loads(written.read_text(encoding="utf-8"))
    assert json.loads(written.read_text(encoding="utf-8"))["plugins"][0]["tier"] == "none"
    outcomes = {one.rule: one.outcome for one in told.verdicts}
    assert outcomes["pull.zone"] is Outcome.FAILED
    assert outcomes["push.honest"] is Outcome.NOT_APPLICABLE
    assert set(outcomes) == set(RULE)


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without pytest: run writes a report, page makes the plugin's page of it, rules the list."""
    written, page, rules = tmp_path / "report.json", tmp_path / "CONFORMANCE.md", tmp_path / "rules.md"
    assert main(["run", "greengo", "--report", str(written)]) == 0
    assert "tier silver" in capsys.readouterr().out
    assert main(["page", str(written), str(page)]) == 0
    assert "Tier: **silver**" in page.read_text(encoding="utf-8")
    assert main(["rules", str(rules)]) == 0
    assert main(["page", str(tmp_path / "none.json"), str(page)]) == 2
    assert main(["run", "nobody"]) == 2
    assert "nobody" in capsys.readouterr().err
