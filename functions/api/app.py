"""The management API: routes an event and answers JSON, whatever happens. Knows no AWS client."""

import json
import re
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from oriel.adapters.gateway import CORS_HEADERS, path_of, throttle_headers
from oriel.domain.errors import OrielError
from oriel.observability import logger

from functions.api.call import read_call
from functions.api.dispatch import run
from functions.api.errors import (
    ErrorReply,
    domain_error,
    internal_error,
    unknown_path,
    wrong_method,
)
from functions.api.product import Product
from functions.api.published import PUBLISHED, Published
from functions.api.route import Route
from functions.api.routes import (
    account,
    annotations,
    billing,
    config,
    deletions,
    evaluations,
    image_labels,
    images,
    imports,
    invoices,
    labels,
    limits,
    model_records,
    models,
    notifications,
    suspects,
    tasks,
    tokens,
    traffic,
    training_reports,
    uploads,
    workspaces,
)
from functions.api.wire.model_records import Text

ROUTES = (
    *tasks.ROUTES,
    *labels.ROUTES,
    *image_labels.ROUTES,
    *images.ROUTES,
    *uploads.ROUTES,
    *imports.ROUTES,
    *models.ROUTES,
    *training_reports.ROUTES,
    *suspects.ROUTES,
    *evaluations.ROUTES,
    *model_records.ROUTES,
    *annotations.ROUTES,
    *traffic.ROUTES,
    *account.ROUTES,
    *billing.ROUTES,
    *invoices.ROUTES,
    *workspaces.ROUTES,
    *tokens.ROUTES,
    *notifications.ROUTES,
    *config.ROUTES,
    *limits.ROUTES,
    *deletions.ROUTES,
)

_HEADERS: Mapping[str, Any] = CORS_HEADERS
_JSON = "application/json"


class App:
    """Answers API Gateway's events."""

    def __init__(self, product: Product) -> None:
        self._product = product
        self._resolver = APIGatewayRestResolver()
        for route in ROUTES:
            self._resolver.route(route.path, route.method)(self._handler(route))
        for path, publish in PUBLISHED.items():
            self._resolver.get(path)(_public(publish))
        self._resolver.not_found(self._not_found)

    def answer(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        """Answer an event."""
        path, limits = path_of(event), self._product.gateway_limits
        answer = self._resolver.resolve({**event, "path": path}, context)
        throttle = limits.public if path.rstrip("/") in PUBLISHED else limits.callers
        for name, value in throttle_headers(throttle).items():
            answer["multiValueHeaders"][name] = [value]
        return answer

    def _handler(self, route: Route[Any, Any]) -> Callable[..., Response[str]]:
        return lambda **ids: self._guarded(route, ids)

    def _guarded(self, route: Route[Any, Any], ids: Mapping[str, str]) -> Response[str]:
        started, request_id = time.perf_counter(), self._request_id()
        facts: dict[str, object] = {}
        try:
            response = self._run(route, ids)
        except OrielError as error:
            facts["error_code"] = error.code
            response = _error(domain_error(error, request_id))
        except Exception:  # noqa: BLE001 - the edge: logged, and answered as JSON
            logger.exception("request failed", request_id=request_id)
            response = _error(internal_error(request_id))
        facts |= {
            "request_id": request_id,
            "method": route.method,
            "route": route.path,
            "status": response.status_code,
            "duration_ms": round((time.perf_counter() - started) * 1000),
        }
        logger.info("request answered", extra=facts)
        return response

    def _run(self, route: Route[Any, Any], ids: Mapping[str, str]) -> Response[str]:
        call = read_call(self._resolver.current_event.raw_event, ids, route.body)
        answer = run(route, self._product, call)
        if isinstance(answer, Text):
            headers = {**_HEADERS, **answer.headers}
            return Response(route.status, answer.content_type, answer.content, headers=headers)
        body = "" if answer is None else answer.model_dump_json(by_alias=True)
        return Response(route.status, _JSON, body, headers=dict(_HEADERS))

    def _not_found(self, _: Exception) -> Response[str]:
        event = self._resolver.current_event
        allowed = _methods_of(event.path)
        # With the right method it is the id that no route takes: what cannot be one is unknown.
        if allowed and event.http_method not in allowed:
            return _error(wrong_method(", ".join(allowed), self._request_id()))
        return _error(unknown_path(self._request_id()))

    def _request_id(self) -> str:
        return str(self._resolver.current_event.raw_event["requestContext"]["requestId"])


def _public(publish: Callable[[], Published]) -> Callable[[], Response[str]]:
    def answer() -> Response[str]:
        published = publish()
        headers = {**_HEADERS, **published.headers}
        return Response(HTTPStatus.OK, published.content_type, published.text, headers=headers)

    return answer


def _methods_of(path: str) -> list[str]:
    """Return the methods that some route has for the path."""
    return [route.method for route in ROUTES if _pattern(route.path).fullmatch(path.rstrip("/"))]


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub("<[a-z_]+>", "[^/]+", path))


def _error(reply: ErrorReply) -> Response[str]:
    headers = {**_HEADERS, **reply.headers}
    return Response(HTTPStatus(reply.status), _JSON, json.dumps(reply.body), headers=headers)
