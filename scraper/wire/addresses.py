"""Which network addresses a crawl may connect to: public ones, and private ones only on request.

A page could lead the crawler to a router, a cloud's metadata service or a database on its own machine; so the
address that is checked here is the one that the connection is then made to (no second look-up between).
"""

from __future__ import annotations

import ipaddress

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: the IPv4 address is in the last 32 bits
_NAT64_LOCAL = ipaddress.ip_network("64:ff9b:1::/48")  # RFC 8215
_IPV4_COMPATIBLE = ipaddress.ip_network("::/96")
_KINDS = (
    ("is_unspecified", "unspecified"),
    ("is_loopback", "loopback"),
    ("is_link_local", "link-local"),
    ("is_multicast", "multicast"),
    ("is_reserved", "reserved"),
    ("is_private", "private"),
)


def refusal(text: str) -> str | None:
    """Why the IP address `text` is not public ("loopback", "private", …); None when it is public."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return "unreadable"
    inner = _embedded(address)
    if inner is not None:
        return refusal(str(inner))
    for attribute, name in _KINDS:
        if getattr(address, attribute):
            return name
    return None if address.is_global else "not public"


def is_loopback(host: str) -> bool:
    """Whether a host, as written in a URL, is this machine by its very name (nothing is looked up)."""
    name = host.strip("[]").rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost") or refusal(name) == "loopback"


def _embedded(address: Address) -> Address | None:
    """The IPv4 address that an IPv6 address really leads to, if it leads to one."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address.sixtofour:
        return address.sixtofour
    if address in _NAT64 or address in _NAT64_LOCAL or (address in _IPV4_COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.teredo[1] if address.teredo else None
