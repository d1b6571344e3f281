"""Values to plain JSON documents and back: the one cattrs converter.

What is stored has to be read again in years, by another version of the program, so the form is chosen and not left
to chance: dates and stays in ISO form, a set of nights as its runs ``[arrival, departure]``, aware times in UTC,
enumerations by value. Every stored document carries its version as ``{"v": 1, ...}``. A document that holds a version
or a field this program does not know is refused: it was written by a newer one, and to drop what it remembers could
open a night.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from typing import Any, Final, TypeVar

import attrs
import cattrs
from cattrs.gen import make_dict_structure_fn

from channelsync.errors import LedgerError, UsageError
from channelsync.nights import Nights, Stay

__all__ = ["VERSION", "Document", "converter", "dumped", "nights_json", "read", "refreshed"]

VERSION: Final = 1
"""The version written into every stored document."""

Document = dict[str, Any]
"""A stored document: what `json.dumps` takes."""

_REMEMBERED: Final = 8192
"""One calendar is kept in many revisions: the stays in them are read once, and shared."""
_TIMES_REMEMBERED: Final = 512
"""When things were first seen stands in many places; the times of looks come once each, and only pass through."""
_NIGHTS_REMEMBERED: Final = 256
"""The same nights are written in many places of one step, and again in the next; a set may be large."""
_T = TypeVar("_T", bound=attrs.AttrsInstance)
_NEWER: Final = "Update channelsync on this machine, or restore the backup made before the other version was used."
_DAMAGED: Final = "Restore the last backup; `channelsync doctor` says what else is affected."


@lru_cache(_TIMES_REMEMBERED)
def _time(text: str, _: type[datetime]) -> datetime:
    """Read an aware time; a naive one is damage, since nobody knows what it meant."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        msg = f"a time without a zone: {text!r}"
        raise ValueError(msg)
    return at.astimezone(UTC)


@lru_cache(_TIMES_REMEMBERED)
def _in_utc(at: datetime) -> str:
    """Write a time of UTC; a calendar's runs keep their stamps, and are written with each of its revisions."""
    return at.isoformat()


def _written_time(at: datetime) -> str:
    return _in_utc(at) if at.tzinfo is UTC else at.astimezone(UTC).isoformat()


def _stay(pair: Sequence[str], _: type[Stay]) -> Stay:
    arrival, departure = pair
    return _known_stay(arrival, departure)


@lru_cache(_REMEMBERED)
def _known_stay(arrival: str, departure: str) -> Stay:
    return Stay(date.fromisoformat(arrival), date.fromisoformat(departure))


def _pair(stay: Stay) -> list[str]:
    return [stay.arrival.isoformat(), stay.departure.isoformat()]


@lru_cache(_NIGHTS_REMEMBERED)
def _runs(nights: Nights) -> tuple[tuple[str, str], ...]:
    return tuple((run.arrival.isoformat(), run.departure.isoformat()) for run in nights.runs())


def _strict(cls: type[attrs.AttrsInstance]) -> Callable[..., attrs.AttrsInstance]:
    """Make the reader of one attrs class: it refuses fields that the class does not have."""
    return make_dict_structure_fn(cls, converter, _cattrs_forbid_extra_keys=True)


def _text(value: object, _: type[str]) -> str:
    """Take text for text; cattrs would turn anything into it."""
    if not isinstance(value, str):
        msg = f"{type(value).__name__} in the place of text"
        raise TypeError(msg)
    return value


def _new_converter() -> cattrs.Converter:
    made = cattrs.Converter(detailed_validation=False)
    made.register_unstructure_hook(datetime, _written_time)
    made.register_structure_hook(datetime, _time)
    made.register_unstructure_hook(date, lambda day: day.isoformat())
    made.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    made.register_unstructure_hook(Stay, _pair)
    made.register_structure_hook(Stay, _stay)
    made.register_unstructure_hook(Nights, lambda nights: [list(run) for run in _runs(nights)])
    made.register_structure_hook(Nights, lambda runs, _: Nights.of(*(_stay(run, Stay) for run in runs)))
    made.register_structure_hook(str, _text)
    made.register_structure_hook_factory(lambda cls: attrs.has(cls) and cls is not Stay, _strict)
    return made


converter: Final = _new_converter()
"""Turns the package's values into JSON and back; hooks for more types may be added by whoever owns the type."""


def nights_json(nights: Nights) -> list[dict[str, str]]:
    """Return the runs as machine-readable output writes them: ordered, disjoint ``{"arrival", "departure"}``."""
    return [{"arrival": run.arrival.isoformat(), "departure": run.departure.isoformat()} for run in nights.runs()]


def dumped(value: attrs.AttrsInstance, *, leaving_out: Collection[str] = (), sparse: bool = False) -> Document:
    """Return the stored form of a value.

    ``leaving_out`` names fields that are stored elsewhere; ``sparse`` leaves out those that hold their default.
    """
    document: Document = {"v": VERSION}
    for name, default, written in _writers(type(value)):
        held = getattr(value, name)
        if name not in leaving_out and not (sparse and held == default):
            document[name] = written(held)
    return document


@cache
def _writers(cls: type[attrs.AttrsInstance]) -> tuple[tuple[str, object, Callable[[Any], Any]], ...]:
    """Return how each field of a class is written: its name, its default, and what turns it into its stored form."""
    attrs.resolve_types(cls)
    return tuple((one.name, one.default, converter.get_unstructure_hook(_type_of(one))) for one in attrs.fields(cls))


def read(document: Mapping[str, Any], cls: type[_T]) -> _T:
    """Build a value from its stored form; fields that are missing take their default.

    Raises:
        LedgerError: it was written by a newer program, or is damaged.
    """
    fields = _fields(document, cls)
    try:
        return cls(**fields)
    except (TypeError, ValueError) as error:
        raise _damaged(cls) from error


def refreshed(value: _T, document: Mapping[str, Any]) -> _T:
    """Return the value with the fields that the document holds.

    Raises:
        LedgerError: it was written by a newer program, or is damaged.
    """
    changed: Any = value
    result: _T = attrs.evolve(changed, **_fields(document, type(value)))
    return result


def _fields(document: Mapping[str, Any], cls: type[attrs.AttrsInstance]) -> Document:
    version = document.get("v")
    if not isinstance(version, int) or version < 1:
        raise _damaged(cls)
    if version > VERSION:
        raise _newer(cls)
    attrs.resolve_types(cls)
    known = {one.name: one for one in attrs.fields(cls)}
    if not document.keys() <= {"v", *known}:
        raise _newer(cls)
    try:
        return {name: converter.structure(raw, _type_of(known[name])) for name, raw in document.items() if name != "v"}
    except cattrs.ForbiddenExtraKeysError:
        raise _newer(cls) from None
    except (cattrs.BaseValidationError, UsageError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise _damaged(cls) from error


def _type_of(one: attrs.Attribute[Any]) -> Any:
    """Return a field's type; `attrs.resolve_types` has made it a real one."""
    return one.type


def _newer(cls: type) -> LedgerError:
    return LedgerError(f"the stored {cls.__name__} was written by a newer channelsync", advice=_NEWER)


def _damaged(cls: type) -> LedgerError:
    return LedgerError(f"the stored {cls.__name__} is damaged", advice=_DAMAGED)
