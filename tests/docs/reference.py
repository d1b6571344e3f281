"""The reference pages, out of the code itself: ``python -m tests.docs.reference`` writes them into docs/reference.

A test writes them anew and compares, and holds that nothing the code has is left out.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

import attrs

from channelsync import cli, config, errors, policy, traits
from channelsync.adapter import Capability, ChannelPlugin
from channelsync.cli import app
from channelsync.policy import Policy
from channelsync.service.metrics import Metric
from channelsync.traits import EchoHabit, Horizon, Traits
from channelsync_web import __main__ as web
from channelsync_worker import __main__ as worker
from tests.docs.writing import fields, joined, members, page, prose, sentence, shown, table
from tests.support import ROOT

__all__ = ["FOLDER", "MEASURING", "PAGES", "described_settings", "main", "metrics", "verbs"]

FOLDER: Final = ROOT / "docs/reference"
_ROW: Final = re.compile(r"^``(CHANNELSYNC_\w+)``\s+(.*)$")
_ELSEWHERE: Final = {
    "CHANNELSYNC_LANG": "`fr` or `en`: the language of the command line; default French. Read by the command line "
    "alone."
}
"""Variables that are read, and are no default of the whole installation."""


def main() -> int:
    """Write every page; return 0."""
    for name, written in PAGES.items():
        (FOLDER / name).write_text(written(), encoding="utf-8")
        print(f"docs/reference/{name}")
    return 0


# --- settings ---------------------------------------------------------------------------------------------------------
def described_settings() -> dict[str, str]:
    """Every variable with what is said of it, as the table at the head of `channelsync.config` has it."""
    found: dict[str, str] = {}
    name = ""
    for line in (config.__doc__ or "").splitlines():
        if row := _ROW.match(line):
            name = row[1]
            found[name] = row[2].strip()
        elif line.startswith("=="):
            name = ""
        elif name and line.strip():
            found[name] += f" {line.strip()}"
    return {name: text.replace("``", "`") for name, text in found.items()} | _ELSEWHERE


def _settings() -> str:
    rows = [(f"`{name}`", sentence(text)) for name, text in described_settings().items()]
    return page(
        "Settings",
        "Every setting is a variable of the environment, read once when a program starts. A value that makes no "
        "sense ends the program with one line that names the variable. "
        "An empty one counts as not set. Options of a command come before them.",
        table(("variable", "meaning"), rows),
        "Where secrets stand in them (`CHANNELSYNC_KEY`, `CHANNELSYNC_SMTP_URL`, `CHANNELSYNC_IMAP_URL`, a "
        "signature in `CHANNELSYNC_BACKUP`): in a file that only root and the service may "
        "read, see [run the worker and the web app as services](../how-to/run.md). No log, error or page shows them.",
    )


# --- commands ---------------------------------------------------------------------------------------------------------
def verbs(parser: argparse.ArgumentParser, prefix: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield each verb of a parser with its parser, those that have verbs of their own before them."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, verb in action.choices.items():
                yield (*prefix, name), verb
                yield from verbs(verb, (*prefix, name))


def _commands() -> str:
    top = app.parser("en")
    common = {option for action in top._actions for option in action.option_strings}
    parts = [
        page(
            "Commands",
            "The word after `channelsync` is the command. Answers are in French; `--lang en` gives English; "
            "`--json` prints one document for scripts on standard output. "
            "The options of every command stand before or after it.",
            _exit_codes(),
            "## Options of every command",
            _options(top, frozenset({"-h", "--help"})),
        )
    ]
    for names, verb in verbs(top):
        level = "##" if len(names) == 1 else "###"
        parts += [
            f"{level} channelsync {' '.join(names)}",
            _about(verb),
            _usage(verb),
            _options(verb, frozenset(common)),
        ]
    for program, parser in (("channelsync-web", web._parser()), ("channelsync-worker", worker._parser())):
        parts += [f"## {program}", _about(parser), _usage(parser), _options(parser, frozenset({"-h", "--help"}))]
    return joined(parts)


def _about(parser: argparse.ArgumentParser) -> str:
    return sentence(parser.description or "")


def _usage(parser: argparse.ArgumentParser) -> str:
    if any(isinstance(action, argparse._SubParsersAction) for action in parser._actions):
        return ""
    words = [parser.prog]
    for action in parser._actions:
        if action.help is argparse.SUPPRESS or "--help" in action.option_strings:
            continue
        if action.option_strings:
            if action.required:
                words.append(" ".join([action.option_strings[-1], *_values(action)]))
            continue
        value = action.metavar or action.dest.upper()
        shown = " ".join(value) if isinstance(value, tuple) else str(value)
        optional = action.nargs in {"?", "*"}
        more = "..." if action.nargs in {"*", "+"} else ""
        words.append(f"[{shown}{more}]" if optional else f"{shown}{more}")
    return f"```text\n{' '.join(words)} [OPTION...]\n```"


def _values(action: argparse.Action) -> list[str]:
    if action.nargs == 0:
        return []
    if action.choices:
        return ["|".join(map(str, action.choices))]
    value = action.metavar or action.dest.upper()
    return list(value) if isinstance(value, tuple) else [str(value)]


def _options(parser: argparse.ArgumentParser, left_out: frozenset[str]) -> str:
    rows: list[tuple[str, str]] = []
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction) or set(action.option_strings) & left_out:
            continue
        if action.option_strings:
            name = " ".join([", ".join(action.option_strings), *_values(action)])
        else:
            name = " ".join(_values(action))
        text = (action.help or "").replace("%(default)s", str(action.default))
        if action.choices and not action.option_strings and str(action.metavar or ""):
            text = f"{text} ({', '.join(map(str, action.choices))})"
        rows.append((f"`{name}`", text))
    return table(("argument or option", "meaning"), rows) if rows else ""


def _exit_codes() -> str:
    rows = re.findall(r"^(\d+) +(\S.*)$", cli.__doc__ or "", re.MULTILINE)
    return table(("exit code", "meaning"), [(f"{code}", text) for code, text in rows])


# --- errors -----------------------------------------------------------------------------------------------------------
def _errors() -> str:
    parts = [
        page(
            "Errors",
            "Whatever channelsync raises on purpose is a `ChannelSyncError`. Its text is one line that a person can"
            " act on; `advice` says what to do, `retry` whether the same call may succeed "
            "later. No text holds a private link or a guest's name. On the command line each ends with exit code 2 "
            "and one line on standard error.",
        )
    ]
    for error in _tree(errors.ChannelSyncError):
        bases = ", ".join(f"`{base.__name__}`" for base in error.__bases__)
        rows = [("is a", bases), ("`retry`", f"`{error.default_retry.value}`")]
        if error.default_advice:
            rows.append(("`advice`, unless another is given", sentence(error.default_advice)))
        fields = [name for name in inspect.signature(error).parameters if name not in {"message", "advice", "retry"}]
        if fields:
            rows.append(("also tells", ", ".join(f"`{name}`" for name in fields)))
        parts += [f"## {error.__name__}", prose(inspect.getdoc(error) or ""), table(("", ""), rows)]
    parts += ["## Retry", table(("value", "meaning"), [(f"`{one.value}`", _RETRY[one]) for one in errors.Retry])]
    return joined(parts)


_RETRY: Final = {
    errors.Retry.NEVER: "The same call fails again: something about it has to change first.",
    errors.Retry.LATER: "It may succeed later by itself; the worker tries again.",
    errors.Retry.AFTER_OWNER_ACTS: "It may succeed once a person has done what the advice says.",
}


def _tree(error: type[errors.ChannelSyncError]) -> Iterator[type[errors.ChannelSyncError]]:
    yield error
    for name in errors.__all__:
        one = getattr(errors, name)
        if isinstance(one, type) and issubclass(one, error) and one.__bases__[0] is error:
            yield from _tree(one)


# --- channels ---------------------------------------------------------------------------------------------------------
def _channels() -> str:
    points = sorted(importlib.metadata.entry_points(group="channelsync.channels"), key=lambda point: point.name)
    plugins: list[ChannelPlugin] = [point.load() for point in points]
    names = [plugin.title_en for plugin in plugins]
    told = members(Capability)
    can = [
        (f"`{one.value}`", told[one.name], *("yes" if one in plugin.capabilities else "" for plugin in plugins))
        for one in Capability
    ]
    settings = [
        (plugin.title_en, where, f"`{one.name}`", one.label_en, one.help_en)
        for plugin in plugins
        for where, several in (("listing", plugin.options), ("account", plugin.account))
        for one in several
    ]
    return page(
        "Channels: capabilities and traits",
        "What each platform can do for us is a *capability*; how its calendar behaves is a *trait*. A plugin "
        "declares both as data; the kernel knows no platform by name. "
        "What each trait rests on (documented, measured, inferred) is said in the README of the plugin.",
        "## Capabilities",
        table(("capability", "meaning", *names), can),
        "## Traits",
        prose(inspect.getdoc(traits) or ""),
        table(("trait", "meaning", "default"), fields(Traits)),
        "### What each calendar is said to do",
        table(
            ("trait", *names),
            [
                (f"`{one.name}`", *(shown(getattr(plugin.traits, one.name)) for plugin in plugins))
                for one in attrs.fields(Traits)
            ],
        ),
        "### The rolling end of a calendar (`Horizon`)",
        prose(inspect.getdoc(Horizon) or ""),
        "### Echo (`EchoHabit`)",
        table(("value", "meaning"), [(f"`{one.value}`", _ECHO[one]) for one in EchoHabit]),
        "## Settings of a listing and of an account",
        "Set with `--option NAME=VALUE` of `channelsync link`, or `--field NAME=VALUE` of `channelsync account "
        "add`, or on the listing's page.",
        table(("platform", "of", "name", "label", "meaning"), settings),
    )


_ECHO: Final = {
    EchoHabit.UNKNOWN: "Nobody knows: treated as one that may send our closures back.",
    EchoHabit.NEVER: "Never shows our own closures in its calendar.",
    EchoHabit.ECHOES: "Shows our own closures in its calendar, as if they were its own.",
}


# --- policy -----------------------------------------------------------------------------------------------------------
def _policy() -> str:
    return page(
        "Rules in figures",
        "How long a disappearance is watched before a night opens, and every other threshold of the kernel: the "
        "fields of `channelsync.policy.Policy`, with their defaults.",
        prose(inspect.getdoc(policy) or ""),
        table(("rule", "meaning", "default"), fields(Policy)),
    )


# --- metrics ----------------------------------------------------------------------------------------------------------
def metrics() -> list[tuple[str, Metric]]:
    """Every figure that a program shows, with where it stands."""
    found: list[tuple[str, Metric]] = []
    for where, module in MEASURING.items():
        for one in vars(importlib.import_module(module)).values():
            several = one if isinstance(one, tuple) else (one,)
            found += [(where, each) for each in several if isinstance(each, Metric)]
    return list(dict.fromkeys(found))


MEASURING: Final = {
    "web app and worker": "channelsync.service.gauges",
    "web app": "channelsync_web.metrics",
    "worker": "channelsync_worker.metrics",
}
"""Where figures are declared."""


def _metrics() -> str:
    seen: dict[str, tuple[str, Metric]] = {}
    for where, one in metrics():
        seen.setdefault(one.name, (where, one))
    rows = [
        (f"`{one.name}`", one.kind, sentence(one.about), ", ".join(f"`{label}`" for label in one.labels), where)
        for where, one in sorted(seen.values(), key=lambda pair: pair[1].name)
    ]
    return page(
        "Metrics",
        "`/metrics` of the web app, and of the worker beside its `/health`, in Prometheus' text form. They count "
        "routes and listings, and name nobody; a figure that cannot be known is left out.",
        table(("name", "kind", "meaning", "labels", "shown by"), rows),
    )


PAGES: Final[dict[str, Callable[[], str]]] = {
    "settings.md": _settings,
    "commands.md": _commands,
    "errors.md": _errors,
    "channels.md": _channels,
    "rules.md": _policy,
    "metrics.md": _metrics,
}
"""Each page by its name in docs/reference."""


if __name__ == "__main__":
    sys.exit(main())
