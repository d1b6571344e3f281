"""Turns the options of one listing, as typed, into its route: a preset, with what the owner knows better.

Options only ever describe the other side. An unknown or impossible one is refused with what would have been possible,
because a misspelled ``echo=never`` that is silently ignored would be found out at the wrong time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from attrs import evolve

from channelsync.adapter import Dialect, FeedRoute, always_closure
from channelsync.builtin.presets import PRESETS
from channelsync.claims import Kind
from channelsync.errors import UsageError
from channelsync.ical import DateRule, RawEvent
from channelsync.traits import EchoHabit, Horizon

__all__ = ["OPTIONS", "configure"]

OPTIONS: Final = (
    "preset",
    "echo",
    "empty_is_normal",
    "merges",
    "clips",
    "horizon_months",
    "imports_every",
    "dates",
    "guest_titles",
    "block_titles",
)
"""The options there are, in the order in which they are explained."""

_YES: Final = {"yes": True, "oui": True, "true": True, "1": True, "no": False, "non": False, "false": False, "0": False}
_WEEK: Final = 7 * 24 * 60
"""Minutes."""
_LONGEST_LIST: Final = 20
_LONGEST_TITLE: Final = 80


def configure(options: Mapping[str, str]) -> FeedRoute:
    """Return the route that the options describe; none at all describe the preset ``plain``.

    Raises:
        UsageError: an option is unknown, or its value is not one of those possible.
    """
    for name in options:
        if name not in OPTIONS:
            msg = f"unknown option {name[:40]!r}"
            raise UsageError(msg, advice=f"Options: {', '.join(OPTIONS)}.")
    preset = PRESETS[_one_of(options, "preset", PRESETS, "plain")]
    known = preset.traits
    traits = evolve(
        known,
        echo=EchoHabit(_one_of(options, "echo", [habit.value for habit in EchoHabit], known.echo.value)),
        empty_is_normal=_flag(options, "empty_is_normal", otherwise=known.empty_is_normal),
        merges=_flag(options, "merges", otherwise=known.merges),
        clips=_flag(options, "clips", otherwise=known.clips),
        horizon=_horizon(options, known.horizon),
        imports_every=_rhythm(options, known.imports_every),
    )
    return FeedRoute(_dialect(options, preset.dialect), traits)


def _flag(options: Mapping[str, str], name: str, *, otherwise: bool) -> bool:
    return _YES[_one_of(options, name, _YES, "")] if name in options else otherwise


def _horizon(options: Mapping[str, str], otherwise: Horizon | None) -> Horizon | None:
    """The rolling end that the owner told; a guest, known as such, is never taken for it."""
    if "horizon_months" not in options:
        return otherwise
    months = _number(options, "horizon_months", 0, 36)
    return Horizon(months, frozenset({Kind.BLOCK, Kind.CLOSURE})) if months else None


def _rhythm(options: Mapping[str, str], otherwise: timedelta) -> timedelta:
    return timedelta(minutes=_number(options, "imports_every", 1, _WEEK)) if "imports_every" in options else otherwise


def _dialect(options: Mapping[str, str], dialect: Dialect) -> Dialect:
    guests, blocks = _titles(options, "guest_titles"), _titles(options, "block_titles")
    both = sorted(set(guests) & set(blocks))
    if both:
        msg = f"{both[0]!r} cannot be the title of a guest's stay and of a block at once"
        raise UsageError(msg, advice="Leave it out where you are not sure: it then counts as perhaps a guest's.")
    dates = DateRule(_one_of(options, "dates", [rule.value for rule in DateRule], dialect.dates.value))

    def kind(event: RawEvent) -> Kind:
        title = event.summary.strip().casefold()
        if title.startswith(guests):
            return Kind.RESERVATION
        return Kind.BLOCK if title.startswith(blocks) else Kind.CLOSURE

    return evolve(dialect, dates=dates, kind=kind if guests or blocks else always_closure)


def _titles(options: Mapping[str, str], name: str) -> tuple[str, ...]:
    """The beginnings of titles that an option lists, separated by ``|``."""
    titles = tuple(part.strip().casefold() for part in options.get(name, "").split("|") if part.strip())
    if len(titles) > _LONGEST_LIST or any(len(title) > _LONGEST_TITLE for title in titles):
        msg = f"{name} is too long"
        raise UsageError(msg, advice=f"At most {_LONGEST_LIST} titles of at most {_LONGEST_TITLE} letters.")
    return titles


def _one_of(options: Mapping[str, str], name: str, known: Mapping[str, object] | list[str], default: str) -> str:
    value = options.get(name, default).strip().casefold()
    if value not in known:
        msg = f"{name} cannot be {value[:40]!r}"
        raise UsageError(msg, advice=f"Possible: {', '.join(known)}.")
    return value


def _number(options: Mapping[str, str], name: str, least: int, most: int) -> int:
    text = options[name].strip()
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        msg = f"{name} cannot be {text[:40]!r}"
        raise UsageError(msg, advice=f"A whole number from {least} to {most}.")
    return int(text)
