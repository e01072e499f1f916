"""The cold start's measurement, as far as it could be wrong without anybody seeing."""

import http.client
import json

import pytest

from tests.bench.speed.aws_in_memory import memory_aws
from tests.bench.speed.runtime_api import NotAnswered, RuntimeApi, runtime_api

NEXT, RESPONSE, FAILURE = (
    f"/2018-06-01/runtime/{path}"
    for path in ("invocation/next", "invocation/1/response", "init/error")
)


def asked(api: RuntimeApi, method: str, path: str, body: str | None = None) -> bytes:
    connection = http.client.HTTPConnection(api.address)
    connection.request(method, path, body)
    content = connection.getresponse().read()
    connection.close()
    return content


def test_the_event_is_handed_out_and_the_answer_is_timed() -> None:
    with runtime_api({"a": 1}) as api:
        assert json.loads(asked(api, "GET", NEXT)) == {"a": 1}
        asked(api, "POST", RESPONSE, '{"statusCode": 200}')
        answered = api.answered.result(0)
    assert answered.content == {"statusCode": 200}
    assert answered.at > 0


def test_a_process_that_fails_at_its_start_is_no_answer() -> None:
    with runtime_api({}) as api:
        asked(api, "POST", FAILURE, '{"errorMessage": "no module"}')
        with pytest.raises(NotAnswered, match="no module"):
            api.answered.result(0)


def test_what_a_function_asks_for_and_nobody_foresaw_is_refused() -> None:
    with memory_aws(objects={}) as aws, pytest.raises(KeyError):
        aws.dynamodb("DeleteTable", {})
