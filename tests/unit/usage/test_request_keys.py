"""Request keys of callers and of invocations never meet, and nothing is billed without one."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.errors import InvalidInput
from oriel.domain.usage import RequestKey, UsageFact, caller_key, invocation_key

from tests.fakes.facts import NOON

PRINTABLE = st.characters(min_codepoint=0x21, max_codepoint=0x7E)


@given(st.text(PRINTABLE, min_size=1, max_size=255), st.text(min_size=1))
def test_takes_printable_keys_and_keeps_them_apart_from_invocations(
    header: str, invocation_id: str
) -> None:
    assert caller_key(header) != invocation_key(invocation_id)
    assert caller_key(header).endswith(header)


@given(st.text().filter(lambda text: not text or any(not "!" <= c <= "~" for c in text)))
def test_refuses_everything_else(header: str) -> None:
    with pytest.raises(InvalidInput, match="Idempotency-Key"):
        caller_key(header)


@given(st.text().filter(lambda text: not text.startswith(("key.", "req."))))
def test_no_other_text_becomes_a_key(text: str) -> None:
    with pytest.raises(ValueError, match="request key"):
        RequestKey(text)


@pytest.mark.parametrize("text", ["key.", "req.", "key.a b", "key." + "x" * 256])
def test_no_prefix_alone_and_no_hostile_key_becomes_one(text: str) -> None:
    with pytest.raises(ValueError, match="request key"):
        RequestKey(text)


def test_a_key_that_is_read_again_is_the_same_key() -> None:
    key = caller_key("order-1")
    assert RequestKey(key) == RequestKey(str(key)) == deepcopy(key) == "key.order-1"
    assert isinstance(deepcopy(key), RequestKey)


@pytest.mark.parametrize("key", ["key.order-1", "", None, b"key.order-1"])
def test_no_fact_is_made_without_a_key(key: Any) -> None:
    with pytest.raises(TypeError, match="key of its request"):
        UsageFact("ws", key, 0, "task", 1, 1, NOON)
