"""What the doctor says of one thing that it looked at."""

from __future__ import annotations

from typing import final

from attrs import frozen

__all__ = ["Checked"]


@final
@frozen
class Checked:
    """One thing looked at: ``state`` is ok, warn (to be looked at) or fail (it will not work like this)."""

    what: str
    state: str
    found: str
    advice: str = ""
