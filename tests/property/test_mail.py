"""Mails are strangers' bytes: whatever they are, they are read without an error, and without proof cause nothing."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from channelsync.adapter import discover
from channelsync.ids import ChannelName, OwnerId
from channelsync.mail import Recognised, Refused, could_be, recognise, rules_of, taught
from channelsync.mail.message import numbers_in
from tests.unit.mail.letters import GMAIL, letter, vouched

RULES = (taught(OwnerId("o"), ChannelName("greengo"), "a@b.example", "x"), *rules_of(discover().plugins))
GOOD = letter()
PIECES = st.sampled_from(
    [
        *(b"From: ", b"Subject: ", b"Authentication-Results: ", b"mx.google.com; ", b"dmarc=pass ", b"Content-Type: "),
        *(b"header.from=airbnb.com", b"automated@airbnb.com", b"@evil.example", b"<", b">", b'"', b"(", b")", b"\\"),
        *(b"\r\n", b"\n", b"\r", b"\r\n ", b"\r\n\r\n", b";", b",", b":", b"=?utf-8?b?", b"?=", b"\xff", b"\0"),
        *(b"multipart/mixed; boundary=x", b"--x", b"--x--", b"base64", b"Reservation confirmed", b" ", b"[", b"]"),
    ]
)


def harmless(raw: bytes) -> Recognised | Refused:
    """Read it in every way there is."""
    could_be(raw, RULES)
    assert isinstance(numbers_in(raw), frozenset)
    return recognise(raw, (GMAIL,), RULES)


@given(st.one_of(st.binary(max_size=2000), st.lists(PIECES, max_size=60).map(b"".join)))
@settings(max_examples=400)
@example(b"From: " + b"(" * 990)
@example(b"From: " + b'"\\' * 400)
@example(b"From: =?utf-8?q?" + b"=" * 900)
@example(b"From: a@b\r\nSubject: " + b"=?utf-8?b?" * 90)
@example(b"From: automated@airbnb.com\r\nSubject: =?x-unknown?q?a?=\r\nContent-Type: text/plain; charset=\xff\r\n\r\nx")
def test_never_raises(raw: bytes) -> None:
    """No bytes make it raise; random ones are no platform's mail."""
    assert isinstance(harmless(raw), Refused) or b"dmarc=pass" in raw


@given(st.integers(0, len(GOOD) - 1), st.lists(PIECES, min_size=1, max_size=4).map(b"".join), st.integers(0, 40))
@settings(max_examples=300)
def test_a_damaged_mail(at: int, piece: bytes, cut: int) -> None:
    """A genuine mail with something slipped in or cut out is read without an error."""
    harmless(GOOD[:at] + piece + GOOD[at + cut :])


@given(
    st.lists(PIECES, max_size=20).map(b"".join),
    st.sampled_from(["dmarc=fail header.from=airbnb.com", "none", "dmarc=pass header.from=evil.example"]),
)
@settings(max_examples=300)
def test_nothing_below_outweighs_the_servers_word(slipped: bytes, word: str) -> None:
    """Where the receiving server does not vouch for the sender, nothing that the mail brings along can."""
    raw = letter(results=f"{GMAIL}; {word}")
    head, _, rest = raw.partition(b"Return-Path: ")
    assert isinstance(harmless(head + slipped + b"\r\nReturn-Path: " + rest), Refused)


@given(st.from_regex(r"[a-z.@<>\"( )-]{0,40}", fullmatch=True), st.sampled_from(["airbnb.com", "booking.com"]))
@settings(max_examples=300)
def test_no_other_domain_is_a_platforms(around: str, domain: str) -> None:
    """A sender with anything put around a platform's domain is that platform only when its domain truly is."""
    found = harmless(letter(f"x@{domain}{around}.example", results=vouched(domain)))
    assert isinstance(found, Refused)


def test_hostile_mails_take_no_time() -> None:
    """The worst heads and bodies are read in an instant: were one not, this test would run into its time limit."""
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(1000))
    worst = [
        GOOD + b"12345678 " * 100_000,
        GOOD.replace(b"\r\n\r\n", b"\r\n" + deep, 1),
        letter(results="mx.google.com" + "; x=y header.z=" * 300),
        letter(results="mx.google.com; dmarc=pass " + "(" * 5000),
        letter(subject="=?utf-8?q?a?= " * 60),
        letter("a@b " * 240),
        b"a: b\r\n" * 790 + GOOD,
        b"\r\n ".join([b"Subject: x"] + [b"y" * 50] * 700),
    ]
    for raw in worst:
        harmless(raw[:65_536])
