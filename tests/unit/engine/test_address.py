"""Where requests may go: only to addresses that are known to be public, however they are written."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channelsync.engine.address import AddressPolicy, fault_of
from channelsync.errors import AddressRefusedError

PUBLIC = ["93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8", "64:ff9b::808:808"]
REFUSED = [
    "127.0.0.1",
    "127.255.255.254",
    "0.0.0.0",  # noqa: S104 - refused, not bound
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "169.254.0.1",
    "168.63.129.16",
    "100.64.0.1",
    "100.127.255.255",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "2001::1",
    "2001:db8::1",
    "3fff::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "not an address",
    "",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public(address: str) -> None:
    """A public address has no fault, also inside an IPv6 one."""
    assert not fault_of(address)


@pytest.mark.parametrize("address", REFUSED)
def test_not_public(address: str) -> None:
    """Loopback, private, link-local, metadata, carrier, multicast and reserved ones are refused in every writing."""
    assert fault_of(address)


@given(st.ip_addresses(v=4))
def test_hidden_in_ipv6(address: IPv4Address) -> None:
    """However an IPv4 address is written inside an IPv6 one, it is judged like itself, or refused."""
    number = int(address)
    mapped, nat64 = IPv6Address((0xFFFF << 32) | number), IPv6Address((0x64FF9B << 96) | number)
    six_to_four, compatible = IPv6Address((0x2002 << 112) | (number << 80)), IPv6Address(number)
    for wrapped in (mapped, nat64, six_to_four):
        assert bool(fault_of(str(wrapped))) == bool(fault_of(str(address)))
    assert fault_of(str(compatible))


@given(st.ip_addresses())
def test_public_means_global(address: IPv4Address | IPv6Address) -> None:
    """What is let through is global, and neither loopback, private, link-local, multicast nor reserved."""
    if not fault_of(str(address)) and address != IPv6Address("64:ff9b::"):
        inner = address if isinstance(address, IPv4Address) else address.ipv4_mapped or address
        assert inner.is_global or str(inner).startswith("64:ff9b::")
        assert not inner.is_multicast
        assert not inner.is_loopback


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/a.ics",
        "file:///etc/passwd",
        "gopher://example.com/",
        "data:text/calendar,BEGIN",
        "/calendar.ics",
        "https:///a.ics",
        "http://[0123/a.ics",
        "http://a b/",
        "http://example.com:0/",
        "http://example.com:99999/",
        "http://[fe80::1%25eth0]/",
        "https://user@example.com/",
        "https://user:word@example.com/",
        "http://127.0.0.1/",
        "http://[::1]:8080/",
        "http://[::ffff:169.254.169.254]/latest/meta-data",
        "http://169.254.169.254/latest/meta-data",
    ],
)
def test_urls_refused(url: str) -> None:
    """What can be told from the URL is refused before any name is looked up."""

    def lookup(host: str, port: int) -> list[str]:
        pytest.fail("a name was looked up")

    with pytest.raises(AddressRefusedError):
        AddressPolicy(resolve=lookup).check(httpx.URL(url))


def test_one_bad_address_is_enough() -> None:
    """A name with a public and a private address is refused as a whole."""
    policy = AddressPolicy(resolve=lambda _host, _port: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(AddressRefusedError, match=r"calendar\.example is a private"):
        policy.addresses("calendar.example", 443)


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "017700000001", "localhost"])
def test_odd_writings(host: str) -> None:
    """The system reads some odd numbers as loopback; what counts is what they resolve to."""
    try:
        AddressPolicy().addresses(host, 80)
    except (AddressRefusedError, OSError):
        return
    pytest.fail("let through")


def test_nothing_is_no_address() -> None:
    """A name without addresses is a name not known."""
    with pytest.raises(OSError, match="no address"):
        AddressPolicy(resolve=lambda _host, _port: []).addresses("calendar.example", 443)


def test_rehearsals() -> None:
    """Private addresses can be allowed; the rules on URLs stay."""
    policy = AddressPolicy(allow_private=True)
    policy.check(httpx.URL("http://127.0.0.1:8000/a.ics"))
    assert "127.0.0.1" in policy.addresses("127.0.0.1", 80)
    with pytest.raises(AddressRefusedError):
        policy.check(httpx.URL("http://user:word@127.0.0.1/"))
