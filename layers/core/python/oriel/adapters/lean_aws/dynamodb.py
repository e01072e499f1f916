"""DynamoDB's item operations, under the names and with the results that boto3's client has.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
"""

import base64
import json
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError

from oriel.adapters.lean_aws.access import Access
from oriel.adapters.lean_aws.exchange import Answer, Request
from oriel.adapters.lean_aws.service import Patience, Service

_VERSION = "DynamoDB_20120810"
_TYPE = "application/x-amz-json-1.0"
_OK = 200
_NOTHING = b"{}"
_PASSING = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "ThrottlingException",
    "TransactionInProgressException",
}


def _to_base64(value: object) -> str:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    raise TypeError(f"DynamoDB knows no {type(value).__name__}")


def _from_base64(content: dict[str, Any]) -> dict[str, Any]:
    """Turn the binary attribute values into bytes: nothing else is text alone under `B`."""
    if len(content) == 1:
        ((kind, value),) = content.items()
        if kind == "B" and isinstance(value, str):
            return {"B": base64.b64decode(value)}
        if kind == "BS" and isinstance(value, list):
            return {"BS": [base64.b64decode(one) for one in value]}
    return content


# Made once: given functions, `dumps` and `loads` make them anew for each request. And whether a
# request holds itself is not looked for, which would take a quarter of the time: none does.
_to_json = json.JSONEncoder(default=_to_base64, check_circular=False).encode
_from_json = json.JSONDecoder(object_hook=_from_base64).decode


class LeanDynamoDB:
    """Reads and writes items; raises botocore's ClientError and EndpointConnectionError."""

    def __init__(self, access: Access, patience: Patience | None = None) -> None:
        self._service = Service("dynamodb", access, _may_pass, patience)

    def get_item(self, **request: Any) -> Any:
        """Read one item."""
        return self._ask("GetItem", request)

    def batch_get_item(self, **request: Any) -> Any:
        """Read up to a hundred items."""
        return self._ask("BatchGetItem", request)

    def query(self, **request: Any) -> Any:
        """Read some items of a partition."""
        return self._ask("Query", request)

    def put_item(self, **request: Any) -> Any:
        """Write one item."""
        return self._ask("PutItem", request)

    def update_item(self, **request: Any) -> Any:
        """Change one item."""
        return self._ask("UpdateItem", request)

    def delete_item(self, **request: Any) -> Any:
        """Remove one item."""
        return self._ask("DeleteItem", request)

    def batch_write_item(self, **request: Any) -> Any:
        """Write or remove up to 25 items."""
        return self._ask("BatchWriteItem", request)

    def transact_get_items(self, **request: Any) -> Any:
        """Read up to a hundred items as of one moment."""
        return self._ask("TransactGetItems", request)

    def transact_write_items(self, **request: Any) -> Any:
        """Write up to a hundred items, all or nothing."""
        return self._ask("TransactWriteItems", request)

    def _ask(self, operation: str, request: dict[str, Any]) -> Any:
        headers = {"content-type": _TYPE, "x-amz-target": f"{_VERSION}.{operation}"}
        body = _to_json(request).encode()
        answer = self._service.ask(Request("POST", "/", headers, body))
        if answer.status == _OK:
            return {} if answer.body == _NOTHING else self._read(answer)
        code, content = _refusal(answer)
        message = str(content.pop("message", content.pop("Message", "")))
        said: Any = {
            **content,
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {"HTTPStatusCode": answer.status},
        }
        raise ClientError(said, operation)

    def _read(self, answer: Answer) -> Any:
        try:
            return _from_json(answer.body.decode())
        except ValueError as problem:
            # Whoever asked must learn of it as of any fault: what he wrote may have been written.
            raise EndpointConnectionError(endpoint_url=self._service.url) from problem


def _may_pass(answer: Answer) -> bool:
    return _refusal(answer)[0] in _PASSING


def _refusal(answer: Answer) -> tuple[str, dict[str, Any]]:
    """Return an error's code and what else is said of it."""
    try:
        content = _from_json(answer.body.decode())
        return str(content.pop("__type")).rpartition("#")[2], content
    except (ValueError, KeyError, AttributeError, TypeError):
        return str(answer.status), {}
