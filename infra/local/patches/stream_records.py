"""A table's stream survives a restart together with how far it was read.

The emulator keeps the readers' positions, but neither the records nor their count, so that after a
restart it skips as many new records as had been read before, and forgets those not yet read.
"""

import copy
from typing import Any

from ministack.services import dynamodb

KEPT = ("_stream_records", "_stream_trimmed")


def apply() -> None:
    """Keep and restore the records with the tables."""
    get_state, load = dynamodb.get_state, dynamodb.load_persisted_state

    def get_with_streams() -> dict[str, Any]:
        state: dict[str, Any] = get_state()
        state["streams"] = {name: copy.deepcopy(getattr(dynamodb, name)) for name in KEPT}
        return state

    def load_with_streams(state: dict[str, Any]) -> None:
        streams = state.pop("streams", {})
        load(state)
        for name, records in streams.items():
            getattr(dynamodb, name).update(records)

    dynamodb.get_state, dynamodb.load_persisted_state = get_with_streams, load_with_streams
