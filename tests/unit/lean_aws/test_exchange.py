"""How requests are written, and answers read, also those that no service should give."""

from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oriel.adapters.lean_aws.exchange import (
    LONGEST_HEAD,
    Answer,
    BadAnswer,
    Exchange,
    Request,
    TooLong,
    written,
)

if TYPE_CHECKING:
    import socket

GET = Request("GET", "/x", {"Host": "aws.test"})
OK = b"HTTP/1.1 200 OK\r\n"
MEASURED = OK + b"Content-Length: 13\r\n\r\nabc0123456789"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
CHUNKS = b"3\r\nabc\r\nA;why=so\r\n0123456789\r\n0\r\nX-Last: 1\r\n\r\n"


@dataclass
class Peer:
    """The other end of a connection: says these pieces, and then closes."""

    pieces: list[bytes]
    heard: list[bytes] = field(default_factory=list)

    def sendall(self, data: bytes) -> None:
        self.heard.append(data)

    def recv(self, most: int) -> bytes:
        said, self.pieces = self.pieces[:1], self.pieces[1:]
        if said and said[0][most:]:
            self.pieces.insert(0, said[0][most:])
        return b"".join(said)[:most]


def exchange(*pieces: bytes) -> Exchange:
    return Exchange(cast("socket.socket", Peer(list(pieces))))


def answer(*pieces: bytes, most: int | None = None) -> Answer:
    return exchange(*pieces).ask(GET, most)


def test_a_request_is_sent_at_once_and_as_it_was_signed() -> None:
    peer = Peer([OK + b"Content-Length: 0\r\n\r\n"])
    request = Request("POST", "/", {"Host": "aws.test", "X-Amz-Target": "a b"}, b"{}")
    Exchange(cast("socket.socket", peer)).ask(request, None)
    expected = (
        b"POST / HTTP/1.1\r\nHost: aws.test\r\nX-Amz-Target: a b\r\n"
        b"Content-Length: 2\r\nAccept-Encoding: identity\r\n\r\n{}"
    )
    assert peer.heard == [expected]


def test_what_has_no_body_says_so_where_one_is_usual() -> None:
    assert b"Content-Length: 0\r\n" in written(Request("POST", "/"))
    assert b"Content-Length" not in written(GET)


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", "/x", {"Host": "aws.test\r\nX-Other: 1"}),
        Request("GET", "/x", {"Host": "aws.test\n"}),
        Request("GET", "/x HTTP/1.1\r\n\r\n"),
        Request("GET", "/x", {"Host\r": "aws.test"}),
        Request("GET", "/\N{SNOWMAN}"),
    ],
)
def test_a_request_that_would_be_read_as_another_is_refused(request_: Request) -> None:
    with pytest.raises(ValueError, match=r"line break|codec"):
        written(request_)


def test_headers_are_known_by_lower_case_names() -> None:
    said = OK + b"Content-Length: 2\r\nX-Amz-Id:  a:b \r\nX-Empty:\r\n\r\n{}"
    expected = {"content-length": "2", "x-amz-id": "a:b", "x-empty": ""}
    assert answer(said) == Answer(200, expected, b"{}")


@given(st.lists(st.integers(1, 40)), st.sampled_from([CHUNKED + CHUNKS, MEASURED]))
def test_answers_come_in_pieces_of_any_size(sizes: list[int], said: bytes) -> None:
    ends = [0, *accumulate(sizes)]
    pieces = [said[begin:end] for begin, end in pairwise([*ends, max(len(said), ends[-1])])]
    one = exchange(*filter(None, pieces))
    assert one.ask(GET, 13).body == b"abc0123456789"
    assert one.lasting


def test_a_large_body_is_read_whole() -> None:
    body = bytes(range(256)) * 1_000
    assert answer(OK + b"Content-Length: 256000\r\n\r\n", body).body == body


@given(st.lists(st.integers(1, 20)))
def test_an_answer_without_length_ends_with_its_connection(sizes: list[int]) -> None:
    said = OK + b"\r\nabcdef"
    ends = [0, *accumulate(sizes)]
    pieces = [said[begin:end] for begin, end in pairwise([*ends, max(len(said), ends[-1])])]
    one = exchange(*filter(None, pieces))
    assert one.ask(GET, 6).body == b"abcdef"
    assert not one.lasting


def test_a_body_without_length_may_come_after_its_head_alone() -> None:
    assert answer(OK + b"\r\n", b"abc", b"def").body == b"abcdef"
    with pytest.raises(TooLong):
        answer(OK + b"\r\n", b"abc", b"def", most=5)


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_some_answers_have_no_body(status: bytes) -> None:
    one = exchange(b"HTTP/1.1 " + status + b"\r\nContent-Length: 5\r\n\r\n")
    assert one.ask(GET, None).body == b""
    assert one.lasting


def test_what_heads_tell_of_a_body_is_not_waited_for() -> None:
    one = exchange(OK + b"Content-Length: 5\r\n\r\n")
    assert one.ask(Request("HEAD", "/x"), None).headers == {"content-length": "5"}


def test_an_answer_before_the_answer_is_passed_over() -> None:
    said = b"HTTP/1.1 100 Continue\r\n\r\n" + OK + b"Content-Length: 1\r\n\r\nx"
    assert answer(said).body == b"x"


@pytest.mark.parametrize(
    "said",
    [
        OK + b"Connection: close\r\nContent-Length: 1\r\n\r\nx",
        OK + b"connection: Keep-Alive, Close\r\nContent-Length: 1\r\n\r\nx",
        b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
        OK + b"Content-Length: 1\r\n\r\nx" + OK,
        CHUNKED + b"1\r\nx\r\n0\r\n\r\nand more",
    ],
)
def test_a_connection_is_not_used_after_its_end_or_with_more_in_it(said: bytes) -> None:
    one = exchange(said)
    assert one.ask(GET, None).body == b"x"
    assert not one.lasting


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 OK\r\n\r\n",
        b"HTTP/1.1 20\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 -20 OK\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"\r\n\r\n",
        OK + b"no colon\r\n\r\n",
        OK + b": no name\r\n\r\n",
        OK + b"Content-Length : 1\r\n\r\nx",
        OK + b"X-Long: begins\r\n and: goes on\r\n\r\n",
        OK + b"Content-Length: one\r\n\r\nx",
        OK + b"Content-Length: -1\r\n\r\nx",
        OK + b"Content-Length: \r\n\r\nx",
        OK + b"Content-Length: " + b"9" * 5_000 + b"\r\n\r\nx",
        OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        CHUNKED + b"\r\nabc\r\n0\r\n\r\n",
        CHUNKED + b"-3\r\nabc\r\n0\r\n\r\n",
        CHUNKED + b"0x3\r\nabc\r\n0\r\n\r\n",
        CHUNKED + b"2\r\nabc\r\n0\r\n\r\n",
        OK + b"X-Long: " + b"x" * 3 * LONGEST_HEAD,
        CHUNKED + b"1;" + b"x" * 3 * LONGEST_HEAD,
        CHUNKED + b"0\r\n" + b"a: b\r\n" * 1_000 + b"\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n" * 1_000,
    ],
)
def test_what_is_not_http_is_refused(said: bytes) -> None:
    with pytest.raises(BadAnswer):
        answer(said)


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200",
        OK + b"Content-Length: 5\r\n",
        OK + b"Content-Length: 5\r\n\r\n",
        OK + b"Content-Length: 5\r\n\r\nhalf",
        CHUNKED,
        CHUNKED + b"5\r\nhalf",
        CHUNKED + b"4\r\nhalf\r\n",
        CHUNKED + b"4\r\nhalf\r\n0\r\n",
    ],
)
def test_what_ends_in_the_middle_is_refused(said: bytes) -> None:
    with pytest.raises(BadAnswer):
        answer(said)


def test_silence_is_told_from_half_an_answer() -> None:
    with pytest.raises(ConnectionError):
        answer()


@pytest.mark.parametrize(
    "said",
    [
        OK + b"Content-Length: 14\r\n\r\n",
        OK + b"\r\n" + b"x" * 14,
        CHUNKED + CHUNKS.replace(b"3\r\nabc", b"4\r\nabcd"),
        CHUNKED + b"FFFFFFFFFFFFFFFF\r\n",
    ],
)
def test_an_answer_is_read_no_further_than_was_asked_for(said: bytes) -> None:
    with pytest.raises(TooLong):
        answer(said, most=13)
