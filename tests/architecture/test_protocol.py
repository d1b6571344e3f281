"""The plugin protocol is what is written down, and changes only with its version; the pages about it are true.

``python -m tests.architecture.test_protocol`` writes the list of what is public anew. Once a version is published, a
line more is a new second number, a line that changed or went a new first one; see docs/reference/plugin-protocol.md.
"""

from __future__ import annotations

import enum
import importlib
import inspect
import re
import textwrap
from typing import TYPE_CHECKING

import attrs

from channelsync import adapter
from channelsync.adapter import PROTOCOL, Capability
from channelsync.testing.partner import ApiFault
from tests.support import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIST = ROOT / "tests/architecture/protocol.txt"
HOW_TO = (ROOT / "docs/how-to/write-a-plugin.md").read_text(encoding="utf-8")
POLICY = (ROOT / "docs/reference/plugin-protocol.md").read_text(encoding="utf-8")
VALUES = ("ids", "nights", "claims", "observation", "inventory", "ical", "errors", "codec", "traits")
"""The modules of values that a plugin may import."""


def parameters(function: Callable[..., object]) -> str:
    """The names of a function's parameters, each with a mark where it may be left out."""
    told = inspect.signature(function).parameters.values()
    shown = [one for one in told if one.name != "self"]
    return ", ".join(one.name if one.default is one.empty else f"{one.name}=" for one in shown)


def members(name: str, cls: type) -> Iterator[str]:
    """One line for each thing that can be had from a class."""
    if issubclass(cls, enum.Enum):
        yield from (f"{name}.{one.name} = {one.value}" for one in cls)
        return
    fields = attrs.fields_dict(cls) if attrs.has(cls) else {}
    if fields:
        yield f"{name}({parameters(cls)})"
    for member, held in sorted(vars(cls).items()):
        if member.startswith("_") or member in fields:
            continue
        function = held.__func__ if isinstance(held, classmethod | staticmethod) else held
        yield f"{name}.{member}({parameters(function)})" if inspect.isfunction(function) else f"{name}.{member}"


def surface() -> Iterator[str]:
    """One line for each thing that a plugin may rely on."""
    for name in adapter.__all__:
        held = getattr(adapter, name)
        if inspect.isclass(held):
            yield name
            yield from members(name, held)
        elif inspect.isfunction(held):
            yield f"{name}({parameters(held)})"
        else:
            yield name
    for module in VALUES:
        yield from (f"{module}.{name}" for name in importlib.import_module(f"channelsync.{module}").__all__)


def written() -> str:
    """The list as it is to be."""
    head = f"protocol {'.'.join(map(str, PROTOCOL))}"
    return "".join(f"{line}\n" for line in [head, *surface()])


def test_the_protocol_is_as_it_is_written_down() -> None:
    """No public name, field or parameter of the protocol comes or goes unnoticed: its version says so."""
    assert LIST.read_text(encoding="utf-8") == written(), "python -m tests.architecture.test_protocol"


def test_the_policy_tells_the_version_and_the_modules() -> None:
    """The page on versions names the version that is spoken here, and each module that a plugin may import."""
    assert f"**{'.'.join(map(str, PROTOCOL))}** (`channelsync.adapter.PROTOCOL`)" in POLICY
    for module in VALUES:
        assert f"`{module}`" in POLICY or f"`channelsync.{module}`" in POLICY


def code(language: str) -> list[str]:
    """The how-to's blocks of code in a language, without their indentation."""
    return [textwrap.dedent(one) for one in re.findall(rf"^```{language}\n(.*?)^```", HOW_TO, re.MULTILINE | re.DOTALL)]


def test_the_how_to_shows_what_is_in_the_examples() -> None:
    """Each piece of code in the how-to stands in an example, line for line."""
    paths = [path for end in ("*.py", "*.toml") for path in (ROOT / "examples").rglob(end)]
    texts = ["\n".join(line.strip() for line in path.read_text(encoding="utf-8").splitlines()) for path in paths]
    blocks = code("python") + code("toml")
    assert len(blocks) > 8
    for block in blocks:
        flat = "\n".join(line.strip() for line in block.strip().splitlines())
        assert any(flat in text for text in texts), f"in no example:\n{block}"


def test_the_how_to_leads_somewhere() -> None:
    """Its links to files and headings lead to something, and it says in how many ways a simulator fails."""
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lstrip("# ").lower()).replace(" ", "-")
        for line in HOW_TO.splitlines()
        if line.startswith("#")
    }
    for link in re.findall(r"\]\(([^)]+)\)", HOW_TO):
        path, _, heading = link.partition("#")
        assert (ROOT / "docs/how-to" / path).exists(), link
        assert path or heading in headings, link
    assert len(ApiFault) == 16
    assert "in sixteen ways" in HOW_TO
    assert all(f"Capability.{one}" in HOW_TO for one in ("PULLS_CLAIMS", Capability.PUSHES_AVAILABILITY.name))


if __name__ == "__main__":
    LIST.write_text(written(), encoding="utf-8")
