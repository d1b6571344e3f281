"""Frozen values at speed: `evolve` for those that change thousands of times a second, `kept` for those that do not.

attrs' own evolve walks over the fields anew each time. Here the walk is made once for each class and choice of fields,
and written down as a function, as attrs does for its own methods. Where a class checks what it is given, it is called,
so that it is checked. Where it only stores it, the fields are stored without the call, which takes half the time.

What a pure function returned for a frozen value holds for as long as that value is at hand: it cannot change. `kept`
remembers results by the identity of such a value, for it would cost more to compare or to hash.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial, wraps
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar, cast
from weakref import ref

import attrs

__all__ = ["evolve", "kept"]

Given = ParamSpec("Given")
Result = TypeVar("Result")

_MOST: Final = 64
_AT_ONCE: Final = 8
"""How many results, the first ones, make room together: to find the first one of many costs as much as to find them."""

if TYPE_CHECKING:
    from attrs import evolve
else:

    def evolve(value: attrs.AttrsInstance, **changes: object) -> attrs.AttrsInstance:
        """Return the value with some of its fields changed.

        Raises:
            TypeError: it has no such field.
        """
        changed = _changer(value.__class__, tuple(changes))
        if changed is None:
            return attrs.evolve(value, **changes)  # which says what is wrong
        return changed(value, changes)


@cache
def _changer(kind: type[attrs.AttrsInstance], names: tuple[str, ...]) -> Callable[..., Any] | None:
    """Return a function that makes the changed value of a value and the changes by name; None to ask attrs."""
    fields = attrs.fields(kind)
    places = [one.name for one in fields]
    in_order = not any(one.kw_only or not one.init or one.alias != one.name for one in fields)
    if not in_order or not places or not set(names) <= set(places):
        return None
    given = {name: f"changes[{name!r}]" if name in names else f"value.{name}" for name in places}
    if _only_stores(kind):
        setters = {f"set_{name}": vars(kind)[name].__set__ for name in places}
        lines = ["made = new(kind)", *(f"set_{name}(made, {what})" for name, what in given.items()), "return made"]
    else:
        setters, lines = {}, [f"return kind({', '.join(given.values())})"]
    made: dict[str, Any] = {"new": object.__new__, "kind": kind, **setters}
    exec("\n    ".join(["def changed(value, changes):", *lines]), made)  # noqa: S102 - names of fields alone
    changer: Callable[..., Any] = made["changed"]
    return changer


def _only_stores(kind: type[attrs.AttrsInstance]) -> bool:
    """Whether making one of a class is no more than putting what it is given into its slots."""
    checks = any(one.validator is not None or one.converter is not None for one in attrs.fields(kind))
    hooks = any(hasattr(kind, name) for name in ("__attrs_init__", "__attrs_pre_init__", "__attrs_post_init__"))
    return not (checks or hooks) and all(hasattr(vars(kind).get(one.name), "__set__") for one in attrs.fields(kind))


def kept(identical: int) -> Callable[[Callable[Given, Result]], Callable[Given, Result]]:
    """Let a pure function keep its last results: its first arguments, so many, are told by identity.

    They must be frozen values, the others hashable; nothing is kept of a call with keywords. Bounded, and nothing is
    kept that could not be made again. A value of a class of ours is not kept alive: with it goes what was made of it.
    """

    def keeping(function: Callable[Given, Result]) -> Callable[Given, Result]:
        known: dict[tuple[object, ...], tuple[tuple[object, ...], Result]] = {}

        @wraps(function)
        def found(*args: Given.args, **kwargs: Given.kwargs) -> Result:
            if kwargs:
                return function(*args, **kwargs)
            key = (id(args[0]), *args[1:]) if identical == 1 else (*map(id, args[:identical]), *args[identical:])
            entry = known.get(key)
            if entry is None:
                result = function(*args, **kwargs)
                # What they are told by too: while they live, so do their ids.
                entry = tuple([_held(one, partial(_dropped, known, key)) for one in args[:identical]]), result
                if len(known) >= _MOST:
                    for old in list(known)[:_AT_ONCE]:
                        known.pop(old, None)
                known[key] = entry
            return entry[1]

        return found

    return keeping


def _held(value: object, gone: Callable[[object], None]) -> object:
    """Return what keeps a value's id its own: the value itself, or what says that it is gone; no tuple can say so."""
    if isinstance(value, tuple):
        return cast("object", value)
    try:
        return ref(value, gone)
    except TypeError:  # a list, where somebody gives one in place of a tuple
        return value


def _dropped(known: dict[tuple[object, ...], Any], key: tuple[object, ...], _: object) -> None:
    """Forget what was made of a value that is gone, before its id is given to another."""
    known.pop(key, None)
