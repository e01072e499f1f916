"""Which addresses may be fetched from."""

from ipaddress import IPv4Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.adapters.public_addresses import is_public

PRIVATE = [
    "0.0.0.0",  # noqa: S104 - an address like any other here
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "169.254.100.1",
    "169.254.169.253",
    "169.254.170.2",
    "172.16.0.1",
    "192.0.0.8",
    "192.0.0.9",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "203.0.113.5",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_refuses_what_is_not_of_the_public_internet(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", PRIVATE)
@pytest.mark.parametrize("form", ["::ffff:{}", "64:ff9b::{}", "6to4", "::{}"])
def test_refuses_such_addresses_within_ipv6(text: str, form: str) -> None:
    if form == "6to4":
        packed = IPv4Address(text).packed
        wrapped = f"2002:{packed[:2].hex()}:{packed[2:].hex()}::1"
    else:
        wrapped = form.format(text)
    assert not is_public(ip_address(wrapped))


@pytest.mark.parametrize(
    "text",
    [
        "::",
        "::1",
        "::ffff:0:7f00:1",
        "0:0:0:0:0:5efe:7f00:1",
        "2001:0:7f00:1::1",
        "64:ff9b:1::808:808",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1",
    ],
)
def test_refuses_ipv6_that_is_not_of_the_public_internet(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize(
    "text", ["1.1.1.1", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808", "2002:808:808::1"]
)
def test_allows_the_public_internet(text: str) -> None:
    assert is_public(ip_address(text))


@given(st.ip_addresses(v=4))
def test_judges_a_mapped_address_as_the_address_itself(address: IPv4Address) -> None:
    assert is_public(ip_address(f"::ffff:{address}")) == is_public(address)
