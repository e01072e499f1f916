"""Request keys of callers and of invocations never meet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.domain.errors import InvalidInput
from oriel.domain.usage import caller_key, invocation_key

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
