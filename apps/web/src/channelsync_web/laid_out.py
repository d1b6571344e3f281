"""What the pages say where calendars lie on static hosting: nobody tells who has read them, so no page says "not read".

A text stands in place of the one that holds where we serve the calendars ourselves, wherever that is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["INSTEAD"]

_LINE: Final = (
    "This line turns green by itself. Some platforms come within minutes, others within hours; you may leave this page."
)
INSTEAD: Final[Mapping[str, str]] = {
    "{where} has not come to read your dates yet": "Reading by {where} unknown",
    "Not read by {where} yet": "Reading by {where} unknown",
    "Still bookable on {where}: not read yet": "Perhaps still bookable on {where}: reading unknown",
    "Not read by {here} yet.": "Reading by {here} unknown.",
    "Has not read our calendar yet": "Reading unknown",
    "3. Wait for the first visit": "3. See that your dates have arrived",
    _LINE: "Your web host does not say who reads. Their own calendar shows whether your dates are closed there.",
}
"""The text for static hosting, by the usual one."""
