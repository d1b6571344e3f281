"""The lock: every dependency at one version, with its hashes, from no particular place."""

from __future__ import annotations

import re
import tomllib

from tests.support import MEMBERS, ROOT

TEXT = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ENTRIES = [entry for entry in re.split(r"\n(?=\S)", TEXT.strip()) if not entry.startswith("#")]


def normal(name: str) -> str:
    """A distribution's name as the lock writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_entry_is_pinned_and_hashed() -> None:
    """Each entry is one exact version with at least one SHA-256."""
    assert len(ENTRIES) > 20
    loose = [entry for entry in ENTRIES if not re.match(r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==\S+", entry)]
    unhashed = [entry for entry in ENTRIES if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)]
    assert not loose
    assert not unhashed


def test_no_address() -> None:
    """The lock names no host, no index and no path: each machine uses its own."""
    assert "://" not in TEXT
    assert not re.search(r"--(extra-|default-)?index|--find-links|--editable|^-[efi] |file:|\.whl", TEXT, re.MULTILINE)


def test_members_are_not_locked() -> None:
    """The distributions of the tree are installed from it, not from the lock."""
    assert not [entry for entry in ENTRIES if entry.startswith("channelsync")]


def test_everything_declared_is_locked() -> None:
    """Each dependency of each distribution and of the tools is in the lock: a forgotten `make lock` shows here."""
    declared: list[str] = []
    for path in [ROOT / "pyproject.toml", *(member / "pyproject.toml" for member in MEMBERS)]:
        with path.open("rb") as file:
            told = tomllib.load(file)
        declared += told["project"]["dependencies"]
        for extra in (told.get("dependency-groups", {}), told["project"].get("optional-dependencies", {})):
            declared += [need for needs in extra.values() for need in needs]
    wanted = {normal(re.split(r"[^A-Za-z0-9._-]", need)[0]) for need in declared}
    locked = {re.split(r"[\[=]", entry)[0] for entry in ENTRIES}
    assert not {name for name in wanted if not name.startswith("channelsync")} - locked
