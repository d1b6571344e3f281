"""The suite that a plugin's author writes down: which plugin, which simulators, which gaps are known.

::

    from channelsync.testing.conformance import ConformanceSuite
    import channelsync_example


    class TestExample(ConformanceSuite):
        plugin = channelsync_example.plugin

That is all: pytest makes one test of each rule. The simulators are those that the plugin's ``sandbox`` leads to. Rules
are not methods and cannot be overridden; a suite that defines anything else is refused when its class is made. A rule
that a plugin cannot keep yet is named among `xfails`, with the reason::

    xfails = (xfail("pull.zone", reason="the platform writes days in local time; see issue 12"),)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast, final

from attrs import frozen

from channelsync.adapter import ChannelPlugin
from channelsync.errors import UsageError
from channelsync.testing.conformance.candidate import Candidate
from channelsync.testing.conformance.report import Outcome, Report, Verdict, dumps
from channelsync.testing.conformance.rule import Rule
from channelsync.testing.conformance.rules import RULES
from channelsync.testing.conformance.running import expected, judged, report_of
from channelsync.testing.sandbox import Platform

if TYPE_CHECKING:
    import pytest

    from channelsync.testing.partner import Partner

__all__ = ["PROPERTY", "ConformanceSuite", "ExpectedFailure", "xfail"]

PROPERTY: Final = "channelsync"
"""The name under which a test hands its part of the report over, as JSON."""
_MAY_SAY: Final = frozenset({"plugin", "platform", "partner", "options", "fields", "xfails"})
_SHORTEST: Final = 12
"""Letters of a reason."""


@final
@frozen
class ExpectedFailure:
    """A rule that a plugin is known to break, and why."""

    rule: str
    reason: str


def xfail(rule: str, *, reason: str) -> ExpectedFailure:
    """Return that a rule is known to be broken; it then must be, for as long as this stands.

    Raises:
        UsageError: there is no such rule, or no reason that says anything.
    """
    if rule not in {one.id for one in RULES}:
        msg = f"there is no rule {rule!r}"
        raise UsageError(msg, advice="python -m channelsync.testing.conformance rules")
    if len(reason.strip()) < _SHORTEST:
        msg = f"say why {rule!r} is not kept"
        raise UsageError(
            msg, advice="The reason is printed in CONFORMANCE.md: what is missing, and where it is followed."
        )
    return ExpectedFailure(rule, reason.strip())


_candidates: Final[dict[type[object], Candidate]] = {}
_verdicts: Final[dict[tuple[type[object], str], Verdict]] = {}


class ConformanceSuite:
    """The rules as tests of one plugin; see the head of the module.

    Attributes:
        plugin: the plugin, the very object that its entry point names.
        platform: makes the simulator of its feed, told ``rng``; the plugin's ``sandbox`` where it is left out.
        partner: makes the simulator of its API, told ``rng``; ``partner`` beside the sandbox where it is left out.
        options: those of the listing that is met, for a plugin that has options.
        fields: what the account's owner fills in otherwise than the simulator says, such as another form of messages.
        xfails: the rules it is known to break.
    """

    plugin: ClassVar[ChannelPlugin]
    platform: ClassVar[Callable[..., Platform] | None] = None
    partner: ClassVar[Callable[..., Partner] | None] = None
    options: ClassVar[Mapping[str, str]] = MappingProxyType({})
    fields: ClassVar[Mapping[str, str]] = MappingProxyType({})
    xfails: ClassVar[tuple[ExpectedFailure, ...]] = ()

    def __init_subclass__(cls) -> None:
        """Refuse a suite that says anything but what it may say.

        Raises:
            UsageError: it defines something of its own, names no plugin, or fills in a field that there is not.
        """
        super().__init_subclass__()
        strange = sorted(
            name for name, said in vars(cls).items() if name not in _MAY_SAY and not _is_pythons(name, said)
        )
        if strange:
            msg = f"{cls.__name__} defines {', '.join(strange)}: the rules cannot be overridden"
            raise UsageError(msg, advice="xfails = (xfail(rule, reason=...),) tells of a rule that is not kept yet.")
        if not isinstance(getattr(cls, "plugin", None), ChannelPlugin):
            msg = f"{cls.__name__} names no plugin"
            raise UsageError(msg, advice="plugin = channelsync_example.plugin")
        known = {one.name: one.choices for one in cls.plugin.account}
        odd = sorted(name for name, value in cls.fields.items() if value not in (known.get(name, ()) or (value,)))
        if unknown := sorted({*cls.fields} - {*known}) or odd:
            msg = f"{cls.__name__} fills in {', '.join(unknown)}, which the plugin does not ask for so"
            raise UsageError(msg, advice=f"It asks for {', '.join(known) or 'nothing'}.")

    @classmethod
    def candidate(cls) -> Candidate:
        """Return the plugin with its simulators, the same for all rules."""
        return _candidate(cls)

    @classmethod
    def gaps(cls) -> Mapping[str, str]:
        """Return the reasons of the rules that are known to be broken."""
        return {one.rule: one.reason for one in cls.xfails}

    @classmethod
    def report(cls) -> Report:
        """Return the report of every rule, without pytest; each is run once in a process."""
        return report_of(cls.candidate(), [expected(_verdict(cls, one), cls.gaps()) for one in RULES])

    @classmethod
    def pytest_generate_tests(cls, metafunc: pytest.Metafunc) -> None:
        """Make one test of each rule."""
        import pytest

        gaps = cls.gaps()
        marks = {
            name: pytest.mark.xfail(reason=reason, raises=AssertionError, strict=True) for name, reason in gaps.items()
        }
        rules = [pytest.param(one, id=one.id, marks=marks.get(one.id, ())) for one in RULES]
        metafunc.parametrize("rule", rules)

    def test_rule(self, rule: Rule, record_property: Callable[[str, Any], None]) -> None:
        """The plugin keeps this rule."""
        import pytest

        candidate = self.candidate()
        verdict = _verdict(type(self), rule)
        told = expected(verdict, self.gaps())
        record_property(PROPERTY, dumps([report_of(candidate, [told])]))
        if told.outcome is Outcome.NOT_APPLICABLE:
            pytest.skip(f"n/a: {verdict.why}")
        if verdict.outcome is Outcome.FAILED:
            raise AssertionError(_explained(rule, verdict))


def _candidate(cls: type[ConformanceSuite]) -> Candidate:
    """Return the plugin of a suite with its simulators."""
    if cls not in _candidates:
        platform = cast("Callable[..., Platform] | None", _plain(cls, "platform"))
        partner = cast("Callable[..., Partner] | None", _plain(cls, "partner"))
        _candidates[cls] = Candidate(cls.plugin, platform, partner, options=cls.options, fields=cls.fields)
    return _candidates[cls]


def _verdict(cls: type[ConformanceSuite], rule: Rule) -> Verdict:
    """Return what becomes of a rule, which is the same each time: it is run once in a process."""
    if (cls, rule.id) not in _verdicts:
        _verdicts[cls, rule.id] = judged(rule, cls.candidate())
    return _verdicts[cls, rule.id]


def _plain(cls: type[object], name: str) -> object:
    """Return what a class says, without making a method of it."""
    for one in cls.__mro__:
        if name in vars(one):
            said: object = vars(one)[name]
            return said.__func__ if isinstance(said, staticmethod) else said
    return None


def _is_pythons(name: str, said: object) -> bool:
    """Whether Python itself wrote this into a class: its name, its docstring, its annotations; no method."""
    own = name.startswith("__") and name.endswith("__")
    return own and (name.startswith("__annotate") or not callable(said))


def _explained(rule: Rule, verdict: Verdict) -> str:
    """Return what a broken rule is told with."""
    return f"{rule.id}: {rule.title}\n  seen: {verdict.why}\n  troubleshooting: {rule.troubleshooting}"
