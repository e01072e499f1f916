"""Which network addresses belong to the public internet.

Stricter than `ipaddress`' `is_global`, whose tables differ between Python versions, and which looks
at a translated address (NAT64, 6to4, IPv4-mapped) without looking at the IPv4 address within.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from typing import TypeAlias

Address: TypeAlias = IPv4Address | IPv6Address

_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_UNICAST = IPv6Network("2000::/3")
# Special blocks that older tables call global: IANA special-purpose registries.
_SPECIAL_V4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
_SPECIAL_V6 = (IPv6Network("2001::/23"), IPv6Network("2001:db8::/32"), IPv6Network("3fff::/20"))


def is_public(address: Address) -> bool:
    """Tell whether packets to the address can only leave for the public internet."""
    if isinstance(address, IPv4Address):
        return _is_public_v4(address)
    embedded = _embedded_v4(address)
    if embedded is not None:
        return _is_public_v4(embedded)
    return (
        address.is_global
        and address in _UNICAST
        and not any(address in special for special in _SPECIAL_V6)
    )


def _is_public_v4(address: IPv4Address) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not any(address in special for special in _SPECIAL_V4)
    )


def _embedded_v4(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address in _SIX_TO_FOUR:
        return address.sixtofour
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None
