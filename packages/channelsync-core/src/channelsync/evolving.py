"""`evolve`, for values that are changed thousands of times a second: attrs' own, in two thirds of its time.

attrs walks over the fields anew each time. Here the walk is made once for each class, and all fields are then taken and
given at once. The class is still called, so that whatever it checks is checked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs

__all__ = ["evolve"]

if TYPE_CHECKING:
    from attrs import evolve
else:

    def evolve(value: attrs.AttrsInstance, **changes: object) -> attrs.AttrsInstance:
        """Return the value with some of its fields changed.

        Raises:
            TypeError: it has no such field.
        """
        kind = value.__class__
        plan = _plan(kind)
        if plan is None:
            return attrs.evolve(value, **changes)
        fields, places = plan
        given = list(fields(value))
        for name, new in changes.items():
            if name not in places:
                return attrs.evolve(value, **changes)  # which says what is wrong
            given[places[name]] = new
        return kind(*given)


@cache
def _plan(kind: type[attrs.AttrsInstance]) -> tuple[Callable[[object], tuple[Any, ...]], dict[str, int]] | None:
    """Return how to take all fields of such a value, and the place of each; None where attrs must be asked."""
    fields = attrs.fields(kind)
    if not fields[1:] or any(one.kw_only or not one.init or one.alias != one.name for one in fields):
        return None  # not to be given in order; and an attrgetter gives no tuple of one
    return attrgetter(*(one.name for one in fields)), {one.name: place for place, one in enumerate(fields)}
