"""The paths that anybody may read."""

from typing import Any

from functions.api.document.responses import JSON, REFUSALS, reference

_REFUSED = {status: reference(REFUSALS[status].name) for status in ("429", "5XX")}


def _describe(name: str, summary: str, kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    read = {"description": "Done.", "content": {kind: {"schema": schema}}}
    return {
        "get": {
            "operationId": name,
            "summary": summary,
            "tags": ["description"],
            "security": [],
            "responses": {"200": read, **_REFUSED},
        }
    }


PUBLIC_PATHS = {
    "/openapi.json": _describe("openapi_document", "Read this document.", JSON, {"type": "object"}),
    "/docs": _describe(
        "openapi_page", "Read this document as a page.", "text/html", {"type": "string"}
    ),
}
