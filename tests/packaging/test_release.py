"""What a release is made of: fragments that become the changelog, checksums, and the security policy of its version."""

from __future__ import annotations

import hashlib
import importlib.machinery
import importlib.util
import re
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest

from tests.support import ROOT

DAY = date(2027, 1, 31)


@pytest.fixture(scope="module")
def release() -> ModuleType:
    """The script, as a module."""
    loader = importlib.machinery.SourceFileLoader("ci_release", str(ROOT / ".ci/release"))
    spec = importlib.util.spec_from_loader("ci_release", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


def folded(release: ModuleType, folder: Path, text: str, number: str, **fragments: str) -> str:
    """A changelog after its fragments were folded in."""
    (folder / "changes").mkdir()
    for name, line in fragments.items():
        (folder / f"changes/{name.replace('_', '.')}.md").write_text(f"{line}\n", encoding="utf-8")
    (folder / "changes/README.md").write_text("# Fragments\n")
    changelog = folder / "CHANGELOG.md"
    changelog.write_text(text, encoding="utf-8")
    assert release.fold(changelog, folder / "changes", number, DAY) == len(fragments)
    assert [path.name for path in (folder / "changes").iterdir()] == ["README.md"]
    return changelog.read_text(encoding="utf-8")


def test_fragments_go_under_their_heading(release: ModuleType, tmp_path: Path) -> None:
    """A fragment is put at the end of its part of the version's section, which gets its date; the rest stays."""
    earlier = "## [0.1.0] - 2026-12-01\n\n### Added\n\n- Zero.\n"
    before = f"# Changelog\n\n## [0.2.0] - Unreleased\n\n### Added\n\n- One.\n\n{earlier}"
    after = folded(release, tmp_path, before, "0.2.0", two_added="Two.", three_fixed="Three.")
    assert after == (
        "# Changelog\n\n## [0.2.0] - 2027-01-31\n\n### Added\n\n- One.\n- Two.\n\n### Fixed\n\n- Three.\n"
        "\n## [0.1.0] - 2026-12-01\n\n### Added\n\n- Zero.\n"
    )


def test_a_version_without_a_section_gets_one(release: ModuleType, tmp_path: Path) -> None:
    """The first fragments of a version make its section, above those before."""
    before = "# Changelog\n\n## [0.1.0] - 2026-12-01\n\n### Added\n\n- Zero.\n"
    after = folded(release, tmp_path, before, "0.2.0", one_security="One.")
    assert after.startswith("# Changelog\n\n## [0.2.0] - 2027-01-31\n\n### Security\n\n- One.\n\n## [0.1.0]")
    assert after.endswith("- Zero.\n")


def test_fragments_of_the_tree(release: ModuleType) -> None:
    """Each file in changes/ is a fragment of a known kind, one paragraph without a bullet."""
    for path in sorted((ROOT / "changes").iterdir()):
        if path.name == "README.md":
            continue
        assert re.fullmatch(rf"[a-z0-9-]+\.({'|'.join(release.KINDS)})\.md", path.name), path.name
        text = path.read_text("utf-8").strip()
        assert text, path.name
        assert "\n\n" not in text, path.name
        assert not text.startswith(("-", "#")), path.name


def test_checksums(release: ModuleType, tmp_path: Path) -> None:
    """Every file of a release has its checksum, in the form that `sha256sum --check` reads."""
    (tmp_path / "a.whl").write_bytes(b"wheel")
    release.seal(tmp_path)
    told = (tmp_path / "SHA256SUMS").read_text("utf-8")
    assert told == f"{hashlib.sha256(b'wheel').hexdigest()}  a.whl\n"
