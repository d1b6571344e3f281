"""The site: links are written for where pages stand there, and one that leads nowhere is found."""

from __future__ import annotations

from pathlib import Path

from tests.docs.site import broken, lay_out, rewritten
from tests.support import ROOT


def on_site(text: str, path: str) -> str:
    """The text as a document of that path has it on the site."""
    done, missing = rewritten(text, ROOT / path)
    assert missing == []
    return done


def test_links_between_documents() -> None:
    """A link within a language stays, one across goes to the other's address, one into the tree names the file."""
    assert on_site("[a](keys.md#x)", "docs/how-to/run.md") == "[a](keys.md#x)"
    assert on_site("[a](../how-to/keys.md)", "docs/fr/index.md") == "[a](../how-to/keys/)"
    assert on_site("[a](docs/how-to/keys.md)", "CONTRIBUTING.md") == "[a](../how-to/keys.md)"
    assert on_site("[a](../../CHANGELOG.md)", "docs/how-to/run.md") == "[a](../project/changelog.md)"
    assert on_site("[a](../../Makefile)", "docs/how-to/run.md") == "a (`Makefile`)"
    assert on_site("[a](../fr/lu-par.md)", "docs/how-to/run.md") == "[a](../fr/lu-par/)"


def test_code_and_markers() -> None:
    """Code is left as it is; markers for the tests are not shown."""
    text = "<!-- run: never, it is an example of one -->\n```sh\nx [a](none.md)\n```\n"
    assert on_site(text, "docs/how-to/run.md") == "```sh\nx [a](none.md)\n```\n"


def test_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    """A missing document, page, place or picture is told, and whatever a page would fetch from elsewhere."""
    assert rewritten("[a](none.md)", ROOT / "docs/how-to/run.md")[1] == [
        "docs/how-to/run.md: none.md: there is no such file"
    ]
    (tmp_path / "b").mkdir()
    (tmp_path / "b/index.html").write_text("<h1 id=here>b</h1>")
    (tmp_path / "index.html").write_text(
        "<a href=b/>1</a><a href=b/#here>2</a><a href=b/#there>3</a><a href=c/>4</a><img src=x.png>"
        "<script src=https://elsewhere.example/x.js></script><link rel=stylesheet href=//elsewhere.example/x.css>"
        "<a href=https://elsewhere.example/>5</a>"
    )
    assert broken(tmp_path) == [
        "index.html: b/#there: there is no such place on the page",
        "index.html: c/: there is no such file",
        "index.html: x.png: there is no such file",
        "index.html: fetches https://elsewhere.example/x.js",
        "index.html: fetches //elsewhere.example/x.css",
    ]


def test_every_link_between_documents_leads_somewhere(tmp_path: Path) -> None:
    """No document of the tree links to a file that is not there."""
    assert lay_out(tmp_path) == []
