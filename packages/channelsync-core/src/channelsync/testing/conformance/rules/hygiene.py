"""Hygiene: flows that do nothing but ask, code that says its types, texts in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import httpx

from channelsync.adapter import ACCOUNT, Flow, Setting
from channelsync.testing.conformance.account import ApiScene
from channelsync.testing.conformance.candidate import Candidate
from channelsync.testing.conformance.rule import demand, not_applicable, rule
from channelsync.testing.conformance.source import folder_of, imports_of, is_simulator, modules_of, untyped
from channelsync.testing.conformance.trials import Stage, Trial, api_trials, trials
from channelsync.testing.conformance.watching import Watch, watched

__all__ = [
    "abandoned_flows_end",
    "clock_is_not_read",
    "core_is_met_by_its_contract",
    "flows_do_no_io",
    "helps_are_in_both_languages",
    "requests_name_their_account",
    "settings_are_labelled",
    "the_same_twice",
    "types_are_said",
]

_MAY_USE: Final = frozenset(
    {"adapter", "ids", "nights", "claims", "observation", "inventory", "ical", "errors", "codec", "traits"}
)
_KEPT_OUT: Final = frozenset(
    {"asyncio", "os", "random", "requests", "secrets", "socket", "sqlite3", "ssl", "subprocess", "threading", "time"}
    | {"aiohttp", "urllib.request", "http.client", "urllib3"}
)
_SENDERS: Final = frozenset({"Client", "AsyncClient", "get", "post", "put", "delete", "patch", "request", "stream"})
_SHORT: Final = 12


def _watched(candidate: Candidate) -> Iterator[tuple[Trial, Watch]]:
    """Yield what each flow did; each has run before, so that nothing is imported or prepared on the way."""
    for trial in trials(candidate):
        stage = trial.stage()
        stage.run()
        watch, flow = Watch(), stage.begin()
        request = _step(watch, flow, None)
        while request is not None:
            request = _step(watch, flow, stage.wire.answered(request))
        yield trial, watch


def _step(watch: Watch, flow: Flow[object], response: httpx.Response | None) -> httpx.Request | None:
    """Let a flow go on to its next request, watched; None at its end. The simulator is never watched."""
    with watched() as seen:
        try:
            request = next(flow) if response is None else flow.send(response)
        except StopIteration:
            request = None
    watch.clock += seen.clock
    watch.chance += seen.chance
    watch.io += seen.io
    return request


@rule("hygiene.no-io")
def flows_do_no_io(candidate: Candidate) -> None:
    """A flow opens no file and no connection, starts nothing and prints nothing: it yields requests.

    Whoever sends them keeps to the time limits, the sizes, the rates and the addresses allowed. What a flow does by
    itself escapes all of it.

    Troubleshooting: the text names the call and its module. Read data files when the package is loaded, and yield what
    you would have sent.
    """
    for trial, watch in _watched(candidate):
        demand(not watch.io, f"{trial.name} calls {', '.join(sorted(set(watch.io))[:3])}")


@rule("hygiene.no-clock")
def clock_is_not_read(candidate: Candidate) -> None:
    """A flow reads no clock and takes no chance.

    The time is an argument: months of life are played in seconds, and each failure can be repeated. A date of its own
    also moves at midnight of the wrong place.

    Troubleshooting: the text names the call. Use ``at``, or the ``window`` that the flow is given; where an id is
    needed derive it from what is sent (``channelsync.ids.derived``).
    """
    for trial, watch in _watched(candidate):
        seen = sorted({*watch.clock, *watch.chance})
        demand(not seen, f"{trial.name} calls {', '.join(seen[:3])}")


@rule("hygiene.same-twice")
def the_same_twice(candidate: Candidate) -> None:
    """The same flow against the same answers asks the same and returns the same; two flows do not disturb each other.

    Nothing is kept between two runs: the engine runs many at a time, and starts again after a crash.

    Troubleshooting: look for a cache, a session, a cookie jar or a counter on the route, and for the order of a set.
    """
    for trial in trials(candidate):
        runs: list[tuple[object, list[tuple[str, str, bytes]]]] = []
        for _ in range(2):
            stage = trial.stage()
            beside = trial.stage()
            other = beside.begin()
            next(other, None)  # another lodging is being looked at meanwhile
            result = stage.run()
            other.close()
            runs.append((result, [(one.method, str(one.url), one.content) for one in stage.wire.requests]))
        demand(runs[0][1] == runs[1][1], f"{trial.name}: other requests the second time")
        demand(runs[0][0] == runs[1][0], f"{trial.name}: another result the second time")


@rule("hygiene.abandoned")
def abandoned_flows_end(candidate: Candidate) -> None:
    """A flow that is abandoned at any request ends at once, and asks nothing more.

    A process that is stopped closes its flows; one that goes on asking holds it up, or writes after the end.

    Troubleshooting: no ``yield`` in a ``finally``, and no ``except BaseException`` or bare ``except`` around one.
    """
    for trial in trials(candidate):
        for stop in range(min(trial.requests(), 3)):
            _abandoned(trial, trial.stage(), stop)


def _abandoned(trial: Trial, stage: Stage, stop: int) -> None:
    """Abandon a flow at one of its requests."""
    flow: Flow[object] = stage.begin()
    request = next(flow)
    for _ in range(stop):
        request = flow.send(stage.wire.answered(request))
    try:
        flow.close()
    except RuntimeError as error:
        demand(kept=False, seen=f"{trial.name}: abandoned at request {stop + 1}, it goes on: {error}")


@rule("hygiene.account")
def requests_name_their_account(candidate: Candidate) -> None:
    """Every request to an API names the account that it speaks for.

    The rate budget is kept by account: without it one owner's listings use up another's.

    Troubleshooting: ``httpx.Request(..., extensions={ACCOUNT: access.account})``, with ``ACCOUNT`` of
    ``channelsync.adapter``.
    """
    for trial in api_trials(candidate):
        stage = trial.stage()
        stage.run()
        wrong = [one for one in stage.wire.requests if one.extensions.get(ACCOUNT) != _account(stage)]
        demand(
            not wrong, f"{trial.name}: {len(wrong)} of {len(stage.wire.requests)} requests name no account, or another"
        )


def _account(stage: Stage) -> str:
    assert isinstance(stage.scene, ApiScene)
    return stage.scene.access.account


@rule("hygiene.imports")
def core_is_met_by_its_contract(candidate: Candidate) -> None:
    """The package imports of channelsync only the contract and the values, and nothing that does I/O.

    Everything else may change without notice. Its simulator may use ``channelsync.testing`` as well.

    Troubleshooting: take it from ``channelsync.adapter``, which has everything a plugin needs.
    """
    if not candidate.package:
        not_applicable("nothing announces its package")
    for name, tree in modules_of(candidate.package):
        for found in imports_of(tree):
            demand(_may_import(found, candidate.package, simulator=is_simulator(name)), f"{name} imports {found}")


def _may_import(found: str, package: str, *, simulator: bool) -> bool:
    """Whether a module of a plugin may import that; a simulator also what checks others, and chance."""
    root, *rest = found.split(".")
    if found == package or found.startswith(f"{package}."):
        return True
    if root == "channelsync":
        return bool(rest) and (rest[0] in _MAY_USE or (simulator and rest[0] == "testing"))
    if simulator:
        return True
    if root == "httpx":
        return not set(rest) & _SENDERS
    return not any(found == out or found.startswith(f"{out}.") for out in _KEPT_OUT)


@rule("hygiene.typed")
def types_are_said(candidate: Candidate) -> None:
    """Every function says the types of its arguments and its result, and the package says that it does (``py.typed``).

    The contract is checked by types: a route whose types are not said is checked by nobody.

    Troubleshooting: put an empty ``py.typed`` beside ``__init__.py`` and see that the wheel holds it; run mypy with
    ``--strict``.
    """
    package = candidate.package
    if not package:
        not_applicable("nothing announces its package")
    folder = folder_of(package.partition(".")[0])
    demand(folder is not None and (folder / "py.typed").exists(), f"{package} has no py.typed")
    for name, tree in modules_of(package):
        bare = list(untyped(tree))
        demand(not bare, f"{name}: types are missing at {', '.join(bare[:3])}")


@rule("hygiene.labels")
def settings_are_labelled(candidate: Candidate) -> None:
    """Every setting has a label in French and in English, a help in both or in neither, and the two are not one text.

    Owners read French first. A field without a label is a field that nobody fills in.

    Troubleshooting: ``Setting`` has ``label_fr``, ``label_en``, ``help_fr`` and ``help_en``. French texts have the
    typographic apostrophe.
    """
    settings = (*candidate.plugin.settings, *candidate.plugin.account)
    if not settings:
        not_applicable("it has no setting")
    for one in settings:
        demand(re.fullmatch(r"[a-z][a-z0-9_]*", one.name), f"{one.name!r} is no name for a setting")
        demand(
            one.label_fr.strip() and one.label_en.strip(), f"the setting {one.name!r} has no label in both languages"
        )
        demand(
            bool(one.help_fr.strip()) == bool(one.help_en.strip()), f"{one.name!r} is explained in one language only"
        )
        demand(one.help_fr != one.help_en or not one.help_fr, f"{one.name!r} is explained twice in one language")
        demand("'" not in one.label_fr + one.help_fr, f"{one.name!r}: a straight apostrophe in French")
        demand(not one.choices or not one.default or one.default in one.choices, f"{one.name!r}: an impossible default")
    _no_doubles(candidate.plugin.settings)
    _no_doubles(candidate.plugin.account)
    if candidate.has_feed:
        feeds = [one for one in candidate.plugin.settings if one.name == "feed"]
        demand(len(feeds) == 1 and feeds[0].required, "the export link is not asked for, as a required setting 'feed'")


def _no_doubles(settings: tuple[Setting, ...]) -> None:
    """Refuse two settings of one name."""
    names = [one.name for one in settings]
    demand(len(set(names)) == len(names), f"two settings have one name: {sorted(names)}")


@rule("hygiene.help")
def helps_are_in_both_languages(candidate: Candidate) -> None:
    """A plugin with a feed tells an owner, in both languages, where the link is found and where ours is pasted.

    Troubleshooting: ``help_export_fr``, ``help_export_en``, ``help_import_fr`` and ``help_import_en``; name a page by
    what it does, for menus move.
    """
    if not candidate.has_feed:
        not_applicable("it has no feed")
    plugin = candidate.plugin
    helps = {
        "help_export": (plugin.help_export_fr, plugin.help_export_en),
        "help_import": (plugin.help_import_fr, plugin.help_import_en),
    }
    for name, (french, english) in helps.items():
        demand(len(french.strip()) > _SHORT and len(english.strip()) > _SHORT, f"{name} is missing in a language")
        demand(french != english, f"{name} is one text in both languages")
        demand("'" not in french, f"{name}_fr has a straight apostrophe")
