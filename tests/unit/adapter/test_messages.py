"""Secrets keep quiet however they are printed."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelsync.adapter import FeedSource, Secret, SecretUrl
from channelsync.errors import UsageError


def test_shows_the_host_only() -> None:
    """A private URL is printed as its scheme and host."""
    url = SecretUrl("https://user:word@www.airbnb.fr:8443/calendar/ical/1.ics?s=abc#x")
    assert str(url) == f"{url}" == "https://www.airbnb.fr/…"
    assert repr(url) == "SecretUrl('https://www.airbnb.fr/…')"
    assert url.host == "www.airbnb.fr"
    assert url.reveal().endswith("?s=abc#x")


@given(
    st.text(alphabet="abcXYZ0189", min_size=8), st.sampled_from(["", "not a url ", "https://[", "file:///", "x://h/"])
)
def test_never_tells(token: str, before: str) -> None:
    """Whatever the text is, a URL or not, no part of it beyond scheme and host is printed."""
    url = SecretUrl(f"{before}{token}")
    source = FeedSource(url, "Europe/Paris")
    assert not [text for text in (str(url), repr(url), f"{url}", repr(source), f"{source!s:>20}") if token in text]


def test_a_token() -> None:
    """A token is printed as dots."""
    assert f"{Secret('s3cret')} {Secret('s3cret')!r}" == "Secret(…) Secret(…)"
    assert Secret("s3cret").reveal() == "s3cret"


def test_equal_by_value() -> None:
    """Two equal links are equal, hash alike, and survive copying."""
    url = SecretUrl("https://example.com/a.ics")
    assert url == SecretUrl("https://example.com/a.ics")
    assert {url, copy.deepcopy(url)} == {url}


@pytest.mark.parametrize(
    "text, read",
    [
        ("  https://example.com/a.ics\n", "https://example.com/a.ics"),
        ("webcal://example.com/a.ics", "https://example.com/a.ics"),
        ("<http://www.vrbo.com/icalendar/1.ics?nonTentative>", "http://www.vrbo.com/icalendar/1.ics?nonTentative"),
        ("HTTPS://Example.com/A.ics", "https://Example.com/A.ics"),
    ],
)
def test_pasted(text: str, read: str) -> None:
    """What owners paste is read: blanks and brackets around it are dropped, webcal means https."""
    assert SecretUrl.pasted(text).reveal() == read


@pytest.mark.parametrize(
    "text",
    ["", "example.com/a.ics", "file:///etc/passwd", "https://", "https://a b/", "ftp://h/", "https://h/" + 3000 * "x"],
)
def test_pasted_nonsense(text: str) -> None:
    """What is no web address is refused, without being repeated."""
    with pytest.raises(UsageError) as caught:
        SecretUrl.pasted(text)
    assert not text or text not in str(caught.value)
