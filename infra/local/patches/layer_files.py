"""Layers are kept as files beside the state, not inside it.

The emulator keeps functions' code as files by hash, but writes each layer version into its JSON
state: 250 MB to write at each stop and to read at each start, many seconds of both.
"""

from typing import Any

from ministack.services import lambda_svc

CONTENT = "_zip_data"


def apply() -> None:
    """Replace the layers' content by the hash of a file, as for functions' code."""
    get_state, load = lambda_svc.get_state, lambda_svc.load_persisted_state

    def get_with_files() -> dict[str, Any]:
        state: dict[str, Any] = get_state()
        for version in _versions(state):
            if isinstance(version.get(CONTENT), bytes):
                version[CONTENT] = {
                    lambda_svc._BLOB_REF_KEY: lambda_svc._write_code_blob(version[CONTENT])
                }
        return state

    def load_with_files(state: dict[str, Any]) -> None:
        for version in _versions(state):
            if isinstance(version.get(CONTENT), dict):
                version[CONTENT] = lambda_svc._read_code_blob(
                    version[CONTENT][lambda_svc._BLOB_REF_KEY]
                )
        load(state)

    lambda_svc.get_state, lambda_svc.load_persisted_state = get_with_files, load_with_files


def _versions(state: dict[str, Any]) -> list[dict[str, Any]]:
    layers = state["layers"]
    return [version for layer in layers._data.values() for version in layer["versions"]]
