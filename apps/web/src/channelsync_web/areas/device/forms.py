"""What the pages about devices are handed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["label_of", "notice_key", "subscription_of"]

_LONGEST_SUBSCRIPTION: Final = 4000
_LONGEST_LABEL: Final = 60
_LONGEST_KEY: Final = 300


def subscription_of(data: Mapping[str, str]) -> str:
    """Return what the browser gave for its subscription; empty where it is longer than any."""
    text = data.get("abonnement", "")
    return text if len(text) <= _LONGEST_SUBSCRIPTION else ""


def label_of(data: Mapping[str, str]) -> str:
    """Return how the owner calls the device: printable, on one line, not long."""
    return " ".join("".join(char if char.isprintable() else " " for char in data.get("nom", "")).split())[
        :_LONGEST_LABEL
    ]


def notice_key(said: str, owner: str) -> str:
    """Return the key of the notice that a message told; a message's key ends with its owner and its way."""
    return said[:_LONGEST_KEY].removesuffix(f":{owner}:push")
