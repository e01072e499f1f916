"""What is tried again, for how long, and over which connections."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError
from oriel.adapters.lean_aws.access import Access
from oriel.adapters.lean_aws.dynamodb import LeanDynamoDB
from oriel.adapters.lean_aws.exchange import Answer, Request
from oriel.adapters.lean_aws.s3 import LeanBlobs
from oriel.adapters.lean_aws.service import Patience, Service
from oriel.domain.errors import NotFound, PayloadTooLarge, TemporarilyUnavailable

from tests.fakes.facts import NOON
from tests.unit.lean_aws.service_double import ServiceDouble, service_double

POST = Request("POST", "/", body=b"{}")
GOOD = (200, b"{}")
AT_ONCE = Patience(pauses=(0.0, 0.0))
NOBODY = "http://127.0.0.1:9"
"""The port of the discard protocol, on which nothing listens."""


@dataclass
class Time:
    """Passes in pauses alone."""

    paused: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.paused.append(seconds)

    def now(self) -> float:
        return sum(self.paused)


def access(url: str) -> Access:
    return Access("eu-west-1", "key", "secret", endpoints={"": url})


def service(url: str, time: Time, again: Callable[[Answer], bool] = lambda _: False) -> Service:
    return Service(
        "dynamodb", access(url), again, clock=lambda: NOON, sleep=time.sleep, now=time.now
    )


def refusal(code: str, **more: str) -> tuple[int, bytes]:
    extra = "".join(f', "{name}": {value}' for name, value in more.items())
    return 400, f'{{"__type": "com.amazonaws.dynamodb.v20120810#{code}"{extra}}}'.encode()


@pytest.mark.parametrize("fault", [(500, b""), (503, b"<html>"), (429, b""), None])
def test_what_may_pass_is_tried_again(fault: tuple[int, bytes] | None) -> None:
    time = Time()
    with service_double(fault, fault, GOOD) as double:
        assert service(double.url, time).ask(POST).body == b"{}"
    assert len(double.asked) == 3
    assert len(time.paused) == 2


def test_a_refusal_is_not_tried_again() -> None:
    with service_double((400, b"no"), GOOD) as double:
        assert service(double.url, Time()).ask(POST).status == 400
    assert len(double.asked) == 1


def test_pauses_outlast_two_seconds_and_end_before_the_caller_has_gone() -> None:
    time = Time()
    with service_double((500, b"")) as double:
        assert service(double.url, time).ask(POST).status == 500
    assert 2 < sum(time.paused) < 4
    assert len(double.asked) == len(time.paused) + 1


def test_no_attempt_begins_when_its_time_is_over() -> None:
    time = Time()

    def slow(_: Answer) -> bool:
        time.sleep(4)
        return True

    with service_double((400, b"")) as double:
        service(double.url, time, slow).ask(POST)
    assert len(double.asked) == 2


def test_nobody_there_is_said_after_all_attempts() -> None:
    time = Time()
    with pytest.raises(EndpointConnectionError) as raised:
        service(NOBODY, time).ask(POST)
    assert isinstance(raised.value, BotoCoreError)
    assert len(time.paused) == len(Patience().pauses)


def test_a_connection_is_kept() -> None:
    with service_double(GOOD) as double:
        one = service(double.url, Time())
        for _ in range(3):
            one.ask(POST)
    assert len(double.connections) == 1


def test_a_kept_connection_that_was_closed_meanwhile_costs_no_pause() -> None:
    time = Time()
    with service_double(GOOD, None, GOOD) as double:
        one = service(double.url, time)
        for _ in range(2):
            assert one.ask(POST).status == 200
    assert len(double.asked) == 3
    assert time.paused == []


def test_requests_are_signed_and_carry_their_host() -> None:
    with service_double(GOOD) as double:
        service(double.url, Time()).ask(Request("POST", "/", {"x-amz-target": "x"}))
    ((_, _, headers, _),) = double.asked
    assert headers["host"] == double.url.removeprefix("http://")
    assert "SignedHeaders=host;x-amz-date;x-amz-target" in headers["authorization"]
    assert "secret" not in str(headers)


def dynamodb(double: ServiceDouble) -> LeanDynamoDB:
    return LeanDynamoDB(access(double.url), AT_ONCE)


def test_throttling_is_tried_again_and_then_said_in_botocores_words() -> None:
    said = refusal("ThrottlingException", message='"slower"')
    with service_double(said) as double, pytest.raises(ClientError) as raised:
        dynamodb(double).get_item(TableName="core")
    assert len(double.asked) == 3
    assert raised.value.response["Error"] == {"Code": "ThrottlingException", "Message": "slower"}


def test_a_condition_that_does_not_hold_is_said_at_once_with_its_reasons() -> None:
    reasons = '[{"Code": "ConditionalCheckFailed", "Item": {"a": {"B": "AAE="}}}]'
    said = refusal("TransactionCanceledException", CancellationReasons=reasons)
    with service_double(said) as double, pytest.raises(ClientError) as raised:
        dynamodb(double).transact_write_items(TransactItems=[])
    assert len(double.asked) == 1
    (reason,) = raised.value.response["CancellationReasons"]
    assert reason == {"Code": "ConditionalCheckFailed", "Item": {"a": {"B": b"\0\1"}}}


def test_an_answer_that_is_no_json_is_an_error_with_its_status() -> None:
    with service_double((404, b"<html>")) as double, pytest.raises(ClientError) as raised:
        dynamodb(double).get_item(TableName="core")
    assert raised.value.response["Error"]["Code"] == "404"


def test_bytes_travel_as_base64_and_attributes_may_be_called_b() -> None:
    with service_double((200, b'{"Item": {"B": {"S": "text"}, "c": {"B": "AAE="}}}')) as double:
        found = dynamodb(double).get_item(Key={"x": {"B": b"\0\1"}})
    assert found == {"Item": {"B": {"S": "text"}, "c": {"B": b"\0\1"}}}
    ((_, _, _, body),) = double.asked
    assert body == b'{"Key": {"x": {"B": "AAE="}}}'


def blobs(double: ServiceDouble) -> LeanBlobs:
    client: object = None
    return LeanBlobs(access(double.url), client, "models", AT_ONCE)  # type: ignore[arg-type]


def test_objects_are_read_by_quoted_keys() -> None:
    with service_double((200, b"\0data")) as double:
        assert blobs(double).get("ws/1/ä b+c~d.npy") == b"\0data"
    ((method, path, headers, _),) = double.asked
    assert (method, path) == ("GET", "/models/ws/1/%C3%A4%20b%2Bc~d.npy")
    assert "x-amz-content-sha256" in headers


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ((404, b"<Error><Code>NoSuchKey</Code></Error>"), NotFound),
        ((503, b"<Error><Code>SlowDown</Code></Error>"), TemporarilyUnavailable),
        ((403, b"<Error><Code>AccessDenied</Code></Error>"), ClientError),
        (None, TemporarilyUnavailable),
    ],
)
def test_objects_that_cannot_be_read_are_said_in_domain_words(
    said: tuple[int, bytes] | None, expected: type[Exception]
) -> None:
    with service_double(said) as double, pytest.raises(expected):
        blobs(double).get("head.npy")


@pytest.mark.parametrize("most", [None, 100])
def test_an_object_that_breaks_off_is_asked_for_again(most: int | None) -> None:
    with service_double((200, b"half", 8), (200, b"complete")) as double:
        assert blobs(double).get("head.npy", most) == b"complete"
    assert len(double.asked) == 2


def test_an_object_that_is_too_large_is_not_read() -> None:
    with service_double((200, bytes(11))) as double:
        with pytest.raises(PayloadTooLarge):
            blobs(double).get("head.npy", 10)
        assert len(blobs(double).get("head.npy", 11)) == 11
