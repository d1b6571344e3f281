"""Where a request may go: the public Internet, by http or https, and nowhere else.

A feed's link is typed in by a user, and what it leads to is read by a server that may stand beside a database, a
router's setup page or a cloud's metadata service. So every hop of every request is held against this policy:

* the scheme is http or https, and there is no user name or password in the URL;
* the host's name is resolved *once*; if any of its addresses is not a public one, the request is refused, because a
  name that mixes public and private addresses is either broken or an attack;
* the connection goes to the very address that was judged (see `channelsync.engine.client`): a name that resolves to
  something else a moment later ("DNS rebinding") gains nothing.

What is public is decided by what is known to be, not by a list of what is not: a global unicast address after every way
of writing an IPv4 address inside an IPv6 one has been undone. ``allow_private`` lifts the judgement on addresses for
rehearsals on one machine; the rules on URLs stay.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, final

import httpx
from attrs import frozen

from channelsync.errors import AddressRefusedError

__all__ = ["AddressPolicy", "Resolver", "fault_of", "system_resolver"]

Resolver = Callable[[str, int], list[str]]
"""Returns the addresses of a host, in the order in which to try them; raises `OSError` when there are none."""

_SCHEMES: Final = frozenset({"http", "https"})
_HOST: Final = re.compile(rb"[a-z0-9._-]+|[0-9a-f:.]+")
"""A name in its wire form, or a number."""
_LAST_PORT: Final = 65535
_UNICAST: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_CARRIER: Final = IPv4Network("100.64.0.0/10")
_ALSO_RESERVED: Final = (IPv4Network("192.0.0.0/24"), IPv6Network("3fff::/20"))
"""What some versions of Python still take for global: a block for protocols, and one for examples."""
_METADATA: Final = frozenset(
    {
        ip_address("169.254.169.254"),  # most clouds
        ip_address(
            "168.63.129.16"
        ),  # Azure's own services: a public number that answers inside every Azure machine only
        ip_address("fd00:ec2::254"),
    }
)


def system_resolver(host: str, port: int) -> list[str]:
    """Ask the system, which also reads its own list of hosts. It may take as long as the system lets it."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@final
@frozen
class AddressPolicy:
    """Where requests may go. ``resolve`` answers for the names of hosts."""

    allow_private: bool = False
    resolve: Resolver = system_resolver

    def check(self, url: httpx.URL) -> None:
        """Judge a URL by what is written in it; no name is resolved.

        Raises:
            AddressRefusedError: no request may go there.
        """
        fault = _fault_of_url(url)
        if fault:
            raise AddressRefusedError(fault)
        try:
            written = ip_address(url.host)
        except ValueError:
            return
        self._judge(url.host, [str(written)])

    def addresses(self, host: str, port: int) -> list[str]:
        """Resolve a host and judge what it resolves to; the caller connects to nothing but the answer.

        Raises:
            AddressRefusedError: one of its addresses is not public.
            OSError: it has none.
        """
        found = self.resolve(host, port)
        if not found:
            msg = "no address"
            raise OSError(msg)
        self._judge(host, found)
        return found

    def _judge(self, host: str, addresses: list[str]) -> None:
        if self.allow_private:
            return
        for address in addresses:
            fault = fault_of(address)
            if fault:
                msg = f"{host} is {fault}: requests go to public addresses only"
                raise AddressRefusedError(msg)


def _fault_of_url(url: httpx.URL) -> str:
    if url.scheme not in _SCHEMES:
        return f"only http and https are fetched, not {url.scheme[:20]!r}"
    if not _HOST.fullmatch(url.raw_host):
        return "the link names no host that could exist"
    if url.port is not None and not 0 < url.port <= _LAST_PORT:
        return f"the link to {url.host} names no port that could exist"
    if url.userinfo:
        return f"a user name or password in the link to {url.host} is not accepted"
    return ""


def fault_of(address: str) -> str:
    """Return what keeps an address from being a public one, such as ``a loopback address``; empty for a public one."""
    try:
        plain = _unwrapped(ip_address(address))
    except ValueError:
        return "not an address"
    if plain in _METADATA:
        return "a cloud's metadata address"
    if plain in _CARRIER:
        return "an address inside a provider's network"
    for name in ("unspecified", "loopback", "link_local", "multicast"):
        if getattr(plain, f"is_{name}"):
            return f"{'an' if name[0] == 'u' else 'a'} {name.replace('_', '-')} address"
    outside = isinstance(plain, IPv6Address) and plain not in _UNICAST
    reserved = plain.is_reserved or any(plain in network for network in _ALSO_RESERVED)
    if outside or reserved or plain.is_private or not plain.is_global:
        return "a private or reserved address"
    return ""


def _unwrapped(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one stands for, as far as such a writing is known; else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
