"""Which mails are a reason to look: the platforms' own, vouched for by the server that received them, and no others."""

from __future__ import annotations

import pytest

from channelsync.adapter import discover
from channelsync.errors import UsageError
from channelsync.ids import ChannelName, OwnerId
from channelsync.mail import PROVIDERS, Recognised, Refused, could_be, recognise, rules_of, taught, trusted_by
from tests.unit.mail.letters import GMAIL, letter, vouched

RULES = rules_of(discover().plugins)
TRUSTED = (GMAIL,)
BOOKING = "Booking.com <noreply@booking.com>"


def read(raw: bytes, trusted: tuple[str, ...] = TRUSTED) -> Recognised | Refused:
    """What a mail is, by what the plugins know."""
    return recognise(raw, trusted, RULES)


@pytest.mark.parametrize(
    "sender, subject, channel, means",
    [
        ("Airbnb <automated@airbnb.com>", "Reservation confirmed - Ada Example arrives Mar 14", "airbnb", "new"),
        ("automated@airbnb.com", "Réservation confirmée : Ada Example arrive le 14 mars", "airbnb", "new"),
        ("express@airbnb.com", "予約確定 - Adaさんが8月3日ご到着です", "airbnb", "new"),
        (
            "automated@airbnb.com",
            "キャンセルのお知らせ 2026年5月4日",
            "airbnb",
            "cancelled",
        ),
        ("automated@airbnb.com", "予約変更が承認されました", "airbnb", "changed"),
        ("noreply@mail.airbnb.com", "Reservation confirmed - Ada arrives", "airbnb", "new"),
        (BOOKING, "Booking.com - New booking! (1234567890, Saturday, 10 October 2026)", "booking", "new"),
        (BOOKING, "Booking.com - Nouvelle réservation ! (1234567890, samedi 17 octobre 2026)", "booking", "new"),
        (BOOKING, "Booking.com - Réservation annulée (1234567890, samedi 17 octobre 2026)", "booking", "cancelled"),
        (BOOKING, "Booking.com - Modified booking (1234567890, Saturday)", "booking", "changed"),
        (BOOKING, "Booking.com - Hai una nuova prenotazione! (12345)", "booking", "new"),
        (BOOKING, "Booking.com - Neue Buchung! (1234567890)", "booking", "other"),
    ],
)
def test_platforms_mails(sender, subject, channel, means) -> None:
    """Each subject that was seen is recognised in each language; an unknown one of a known address is `other`."""
    domain = "airbnb.com" if channel == "airbnb" else "booking.com"
    found = read(letter(sender, subject, results=vouched(domain)))
    assert isinstance(found, Recognised), found
    assert (found.channel, found.means, found.owner) == (channel, means, None)


def test_subject_in_decomposed_letters_and_folded() -> None:
    """A subject is the same however its accents are encoded and its lines are folded."""
    raw = letter(subject="@").replace(b"Subject: @", "Subject: Re\u0301servation\r\n  confirme\u0301e".encode())
    assert isinstance(read(raw), Recognised)


def test_numbers_of_the_listing() -> None:
    """The long numbers in the text are kept, so that the listing can be told; they stay out of the repr."""
    found = read(letter())
    assert isinstance(found, Recognised)
    assert found.numbers == {"12345678"}
    assert "12345678" not in repr(found)


@pytest.mark.parametrize(
    "sender",
    [
        "Airbnb <automated@airbnb.com.fr.example>",
        "Booking.com <noreply@booking.com.evil.example>",
        "automated@notairbnb.com",
        "automated@evil-airbnb.com",
        '"automated@airbnb.com" <mallory@evil.example>',
        "automated@airbnb.com <mallory@evil.example>",
        "<automated@airbnb.com@evil.example>",
        "automated@airbnb.com@evil.example",
        "automated@аirbnb.com",  # noqa: RUF001 - a Cyrillic letter, which is the point
        "automated@xn--irbnb-3ve.com",
        "=?utf-8?q?automated=40airbnb=2Ecom?= <mallory@evil.example>",
        "automated@airbnb.com, mallory@evil.example",
        "mallory@evil.example (automated@airbnb.com)",
        "<mallory@evil.example> automated@airbnb.com",
        "Hosts: automated@airbnb.com;",
        "automated@[airbnb.com]",
        "automated@airbnb.com.",
        "automated@airbnb.com\\@evil.example",
        "",
    ],
)
def test_look_alikes(sender) -> None:
    """A sender that only resembles a platform triggers nothing, even where a server vouches for the platform."""
    assert isinstance(read(letter(sender)), Refused)
    assert isinstance(read(letter(sender, results=vouched("evil.example"))), Refused)


@pytest.mark.parametrize(
    "results",
    [
        None,
        "",
        ";",
        "garbage",
        "mx.google.com; none",
        "mx.google.com; dmarc=pass",
        "mx.google.com; dmarc=fail header.from=airbnb.com; dkim=pass header.d=airbnb.com",
        "mx.google.com; dmarc=pass header.from=evil.example",
        "mx.google.com; dmarc=pass header.from=com",
        "mx.google.com; dmarc=pass header.from=airbnb.com header.from=evil.example",
        "mx.google.com; dmarc=pass header.from=airbnb.com; dmarc=fail header.from=airbnb.com",
        "mx.google.com; spf=pass smtp.mailfrom=airbnb.com",
        "mx.google.com; dkim=pass header.d=evil.example; dkim=fail header.d=airbnb.com",
        "mx.google.com; dkim=pass header.d=airbnb.com.evil.example",
        "mx.google.com; dkim=pass header.d=com",
        "mx.google.com.evil.example; dmarc=pass header.from=airbnb.com",
        "evil.example; dmarc=pass header.from=airbnb.com",
        "evil.example (mx.google.com); dmarc=pass header.from=airbnb.com",
        "mx.google.com 2; dmarc=pass header.from=airbnb.com",
        'mx.google.com; spf=none smtp.mailfrom="x; dmarc=pass header.from=airbnb.com"@evil.example',
        "mx.google.com; spf=none (dmarc=pass header.from=airbnb.com) smtp.mailfrom=a@evil.example",
        "mx.google.com; dmarc=none (x) header.from=airbnb.com; x=pass (dmarc=pass header.from=airbnb.com)",
        "mx.google.com; dmarc=pass header.from=airbnb.com " + "x" * 10_000,
    ],
)
def test_not_vouched_for(results) -> None:
    """Whatever is missing, failing, somebody else's or contradictory in the server's word triggers nothing."""
    raw = letter(results=results or None)
    assert isinstance(read(raw), Refused)


@pytest.mark.parametrize(
    "results",
    [
        "mx.google.com; dmarc=pass header.from=airbnb.com",
        "mx.google.com 1; DMARC=Pass (p=REJECT) header.from=AIRBNB.COM",
        "MX.Google.com; spf=fail smtp.mailfrom=a@b.example; dkim=pass (2048-bit key) header.d=airbnb.com",
        "mx.google.com; dkim=fail header.d=airbnb.com; dkim=pass header.i=@email.airbnb.com header.b=x",
    ],
)
def test_vouched_for(results) -> None:
    """DMARC that passes for the sender's domain is enough; without it, a valid signature of the platform's domain."""
    assert isinstance(read(letter(results=results)), Recognised)


def test_a_forged_word_below_the_servers_own_counts_for_nothing() -> None:
    """Only the topmost field is the receiving server's; one that came with the mail stands below it."""
    forged = f"Authentication-Results: {vouched('airbnb.com')}"
    assert isinstance(read(letter(results=vouched("airbnb.com", dmarc="fail"), below=forged)), Refused)
    assert isinstance(read(letter(results="relay.example; none", below=forged)), Refused)
    assert isinstance(read(letter(results=None, above=f"X-{forged}")), Refused)
    assert isinstance(read(letter(results=None, above=f"ARC-{forged.replace('Results: ', 'Results: i=1; ')}")), Refused)


@pytest.mark.parametrize(
    "change",
    [
        (b"From: Airbnb", b"From: mallory@evil.example\r\nFrom: Airbnb"),
        (b"Subject: ", b"Subject: x\r\nSubject: "),
        (b"Delivered-To: host", b"X: y\rFrom: z@evil.example\r\nDelivered-To: host"),
        (b"Delivered-To: host", b"X: y\rZ: z\r\nDelivered-To: host"),
        (b"Delivered-To: host", b"X: \0\r\nDelivered-To: host"),
        (b"Delivered-To: host", b"X: y\r\n" * 1000 + b"Delivered-To: host"),
        (b"Delivered-To: host", b"X: " + b"y" * 60_000 + b"\r\nDelivered-To: host"),
        (b"From: Airbnb", b"From: " + b"(" * 900 + b"Airbnb"),
        (b"From: Airbnb", b"From: " + b"A" * 2000 + b" Airbnb"),
        (b"From: Airbnb", b"F\xf6rm: x\r\nFrom\xff: Airbnb"),
    ],
    ids=range(10),
)
def test_a_head_that_can_be_read_in_two_ways_is_not_read(change) -> None:
    """Two senders, two subjects, odd line ends, more than any mail has: refused."""
    assert isinstance(read(letter().replace(*change, 1)), Refused)


def test_mails_for_nobody() -> None:
    """A person's forward, a guest's message and a newsletter trigger nothing."""
    assert isinstance(read(letter("Host <host@example.org>", "Fwd: Reservation confirmed")), Refused)
    assert isinstance(read(letter("a-guest@guest.booking.com", "A question", results=vouched("booking.com"))), Refused)
    assert isinstance(read(letter("news@airbnb.com", "Ideas for spring")), Refused)


def test_what_is_worth_fetching() -> None:
    """A head is enough to leave a person's mail alone."""
    assert could_be(letter().partition(b"\r\n\r\n")[0], RULES)
    assert not could_be(letter("Host <host@example.org>").partition(b"\r\n\r\n")[0], RULES)
    assert not could_be(b"\0", RULES)


def test_taught_mails() -> None:
    """What an owner teaches is recognised by its very sender and words, with the same proof, and for that owner."""
    rule = taught(OwnerId("o1"), ChannelName("greengo"), " Bonjour@greengo.example ", "nouvelle  réservation")
    good = letter("GreenGo <bonjour@greengo.example>", "Une nouvelle réservation !", results=vouched("greengo.example"))
    found = recognise(good, TRUSTED, [rule, *RULES])
    assert isinstance(found, Recognised)
    assert (found.channel, found.owner) == ("greengo", "o1")
    for bad in (
        letter("x@greengo.example", "Une nouvelle réservation !", results=vouched("greengo.example")),
        letter("bonjour@greengo.example", "Autre chose", results=vouched("greengo.example")),
        letter("bonjour@greengo.example", "Une nouvelle réservation !", results=vouched("evil.example")),
        letter("bonjour@greengo.example", "Une nouvelle réservation !", results=None),
    ):
        assert isinstance(recognise(bad, TRUSTED, [rule, *RULES]), Refused)


@pytest.mark.parametrize("sender, subject", [("a@b", "x"), ("", "x"), ("a@b.example", " "), ("a b@c.example", "x")])
def test_what_cannot_be_taught(sender, subject) -> None:
    """A lesson needs a real address and words; a pattern's signs are taken as they stand."""
    with pytest.raises(UsageError):
        taught(OwnerId("o1"), ChannelName("greengo"), sender, subject)
    assert taught(OwnerId("o1"), ChannelName("greengo"), "a@b.example", "(a+)+$").subject == r"\(a\+\)\+\$"


def test_names_of_servers() -> None:
    """Names are compared in lower case, a star stands for those under a name, and nothing else is a name."""
    assert trusted_by([" MX.Example.net ", "", "*.mail.example.net"]) == ("mx.example.net", "*.mail.example.net")
    for wrong in ("localhost", "*", "*.net;", "a b.example"):
        with pytest.raises(UsageError):
            trusted_by([wrong])
    ovh = "in21.mail.ovh.net; dkim=pass (2048-bit key; unprotected) header.d=airbnb.com header.i=@airbnb.com header.b=x"
    assert isinstance(read(letter(results=ovh), PROVIDERS["ssl0.ovh.net"]), Recognised)
    assert isinstance(read(letter(results=ovh.replace("in21.mail.", "in21-mail.")), ("*.mail.ovh.net",)), Refused)
