"""Booking.com's XML: a document from outside can do nothing but say what it says."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelsync.errors import WireFormatError
from channelsync_booking import bxml, ota
from channelsync_booking.markup import day, is_number, parse, ruid
from channelsync_booking.message import Message
from tests.unit.plugins.booking_api import CODE, LODGING, queue, room, room_stay, xml
from tests.unit.plugins.booking_api import bxml as bxml_form
from tests.unit.plugins.booking_api import ota as ota_form

BOMB = "<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY {new} '{f'&{old};' * 10}'>" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
TYPES = {
    "a type": "<!DOCTYPE r><r/>",
    "in other letters": "<!doctype r><r/>",
    "an entity": '<!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>',
    "a file": '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><r>&a;</r>',
    "an address": '<!DOCTYPE r SYSTEM "http://127.0.0.1:9/r.dtd"><r/>',
    "a bomb": f"{BOMB}]><r>&i;</r>",
    "after a declaration": '<?xml version="1.0"?>\n<!DOCTYPE r><r/>',
    "after comments": "<!-- a --> <!-- <b> --><?pi?>\n<!DOCTYPE r><r/>",
    "after a mark": "\ufeff<!DOCTYPE r><r/>",
}


@pytest.mark.parametrize("name", TYPES)
def test_no_document_type(name: str) -> None:
    """A document that declares a type is refused, whatever it declares and wherever it hides it."""
    with pytest.raises(WireFormatError):
        parse(TYPES[name].encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-7"])
def test_no_other_encoding(encoding: str) -> None:
    """A type declared in another encoding is refused as well: a document is UTF-8 or nothing."""
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE r [<!ENTITY a "b">]><r>&a;</r>'
    with pytest.raises(WireFormatError):
        parse(text.encode(encoding))
    with pytest.raises(WireFormatError):
        parse(f'<?xml version="1.0" encoding="{encoding}"?>'.encode() + "<!DOCTYPE r><r/>".encode(encoding))


def test_a_type_in_a_text_is_a_text() -> None:
    """What a guest writes is never taken for a declaration: it would hide everybody's reservations."""
    root = parse(b"<!-- <!DOCTYPE r> --><r><![CDATA[<!DOCTYPE r>]]>&lt;!DOCTYPE r&gt;</r>")
    assert root.text == "<!DOCTYPE r><!DOCTYPE r>"


def test_entities_of_nobody() -> None:
    """An entity that is not XML's own is refused."""
    with pytest.raises(WireFormatError):
        parse(b"<r>&a;</r>")


@pytest.mark.parametrize(
    "body",
    [b"<r>" * 300 + b"</r>" * 300, b"<r a='" + b"a" * 11_000_000 + b"'/>", b"<r>" + b" " * (5 * 2**20) + b"</r>"],
    ids=["too deep", "too long", "too large"],
)
def test_limits(body: bytes) -> None:
    """Depth, length and size have limits."""
    with pytest.raises(WireFormatError):
        parse(body)


def test_a_long_beginning_takes_no_time() -> None:
    """However many comments stand before the root, they are passed over once."""
    assert parse(b"<!---->" * 50_000 + b"<r/>").tag == "r"
    with pytest.raises(WireFormatError):
        parse(b"<!-- <?a?>" * 50_000 + b"<r/>")


def test_where_reading_stopped() -> None:
    """An error names the line, and nothing of what stands there."""
    with pytest.raises(WireFormatError) as caught:
        parse(b"<r>\n<secret>\n</r>")
    assert caught.value.line == 3
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("form", ["ota", "bxml"])
def test_half_an_answer_is_none(form: str) -> None:
    """Wherever an answer breaks off before its root is closed, nothing of it is read."""
    held = ota_form("HotelReservation", CODE, room_stay(LODGING, ["2027-03-15"])) * 2
    text = queue("OTA_HotelResNotif", "HotelReservations", held)
    if form == "bxml":
        text = f"<reservations>{bxml_form(CODE, room('2027-03-15/2027-03-17')) * 2}</reservations>"
    body = xml(text).content
    end = body.rindex(b"</") + body[body.rindex(b"</") :].index(b">")
    assert len(_read(form, body[: end + 1])) == 1
    for cut in range(end):
        with pytest.raises(WireFormatError):
            _read(form, body[:cut])


@given(st.binary(max_size=200), st.integers(0, 400), st.sampled_from(["ota", "bxml"]))
def test_whatever_comes(noise: bytes, at: int, form: str) -> None:
    """Whatever bytes stand in an answer, it is read or refused as one that breaks its format, and nothing else."""
    good = xml(queue("OTA_HotelResNotif", "HotelReservations", ota_form("HotelReservation", CODE))).content
    for body in (noise, good[:at] + noise + good[at:]):
        try:
            _read(form, body)
        except WireFormatError as error:
            assert "\n" not in str(error)  # noqa: PT017 - it may be read as well


def _read(form: str, body: bytes) -> tuple[Message, ...]:
    root = parse(body)
    return ota.messages(root, ota.NEW) if form == "ota" else bxml.messages(root)


def test_the_number_of_an_answer() -> None:
    """Booking.com's own number is found after the root and in JSON, and nowhere else."""
    assert ruid(b"<ok/><!-- RUID: [UmFu+/=] -->\n") == "UmFu+/="
    assert ruid(b'{"meta": {"ruid": "9ffd-x"}}') == "9ffd-x"
    for without in (b"", b"<ok/>", b"<ok><!-- RUID: [a] --></ok>", b"<ok/><!-- RUID: [a b] -->", b'{"ruid": "<a>"'):
        assert ruid(without) == ("<a>" if b"<a>" in without else "")


def test_ids_stay_text() -> None:
    """An id is digits, at most twenty, and stays as it was written."""
    assert all(is_number(text) for text in ("0", "007", "9" * 20))
    assert not any(is_number(text) for text in (None, "", "9" * 21, "1.0", "-1", "+1", " 1", "1e9", "\u0661", "²"))


def test_dates_are_exact() -> None:
    """A date is ten characters that are one, and near enough to be real."""
    assert str(day("2028-02-29")) == "2028-02-29"
    for text in (None, "", "2027-02-29", "20270315", "2027-W11-1", "2027-3-15", "2027-03-15T00:00", "9999-12-31"):
        with pytest.raises(WireFormatError):
            day(text)
