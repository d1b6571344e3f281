"""The reference: written from the code, fresh, and nothing left out."""

from __future__ import annotations

import re

import attrs
import pytest

from channelsync import errors
from channelsync.adapter import Capability
from channelsync.cli import app
from channelsync.config import Config
from channelsync.policy import Policy
from channelsync.traits import Traits
from tests.docs import grammar, reference
from tests.support import SHIPPED


@pytest.mark.parametrize("name", sorted(reference.PAGES))
def test_pages_are_fresh(name: str) -> None:
    """A page that is kept is what the code gives today: `make reference` writes it anew."""
    assert (reference.FOLDER / name).read_text("utf-8") == reference.PAGES[name]()


def test_every_setting_is_told() -> None:
    """Each variable that shipped code reads is in the reference, and each that is there is read."""
    assert set(reference.described_settings()) == grammar.settings()
    assert len(attrs.fields(Config)) <= len(reference.described_settings())


def test_every_command_is_told() -> None:
    """Each verb has its heading, and each of its own options stands below it."""
    page = reference.PAGES["commands.md"]()
    for names, verb in reference.verbs(app.parser("en")):
        assert f"# channelsync {' '.join(names)}\n" in page
        told = page.split(f"# channelsync {' '.join(names)}\n", 1)[1].split("\n## ", 1)[0]
        common = {option for action in app.parser("en")._actions for option in action.option_strings}
        for action in verb._actions:
            own = set(action.option_strings) - common
            assert not own or any(option in told for option in own), (names, own)


def test_every_error_is_told() -> None:
    """Each error has its heading, with its usual advice, and each answer to "try again?" its meaning."""
    page = reference.PAGES["errors.md"]()
    for name in errors.__all__:
        assert f"## {name}\n" in page
        advice = getattr(getattr(errors, name), "default_advice", "")
        assert advice in page.replace("\\|", "|")


def test_every_metric_is_told() -> None:
    """Each figure that a module declares is in the reference, and no other module declares any."""
    texts = {path: path.read_text("utf-8") for path in SHIPPED}
    declaring = {path: text for path, text in texts.items() if re.search(r"\bMetric\(", text)}
    assert len(declaring) == len(reference.MEASURING)
    named = {name for text in declaring.values() for name in re.findall(r'"(channelsync_[a-z_]+)"', text)}
    assert named == {one.name for _, one in reference.metrics()}


def test_capabilities_traits_and_rules_are_told() -> None:
    """Each capability, each trait and each rule of the kernel has its line with what it means."""
    channels, rules = reference.PAGES["channels.md"](), reference.PAGES["rules.md"]()
    for name, page in [
        *((one.value, channels) for one in Capability),
        *((one.name, channels) for one in attrs.fields(Traits)),
        *((one.name, rules) for one in attrs.fields(Policy)),
    ]:
        (line, *_) = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
        assert len(line.split("|")[2].strip()) > 10, f"{name} has no meaning"


def test_every_decision_is_in_the_table() -> None:
    """The table of decisions has a row for each record, in order."""
    folder = reference.FOLDER.parent / "explanation" / "adr"
    rows = re.findall(r"^\| \[(\d{4})\]\((\S+)\) \|", (folder / "README.md").read_text("utf-8"), re.MULTILINE)
    assert rows == [(one.name[:4], one.name) for one in sorted(folder.glob("[0-9]*.md"))]
