"""Tables on the emulator, keyed as the deployed ones."""

import uuid
from collections.abc import Mapping
from typing import Any

from oriel.adapters.lean_aws.access import Access

from infra.constructs.facts_index import FACT_ATTRIBUTES, FACTS_INDEX
from infra.constructs.grant import HOLDS_INDEX
from infra.local.emulator import CREDENTIALS, REGION, Emulator

INDEXES: Mapping[str, Any] = {
    "gsi1": {"ProjectionType": "ALL"},
    "gsi2": {"ProjectionType": "KEYS_ONLY"},
    FACTS_INDEX: {"ProjectionType": "INCLUDE", "NonKeyAttributes": list(FACT_ATTRIBUTES)},
    HOLDS_INDEX: {"ProjectionType": "ALL"},
}


def create_table(client: Any, purpose: str) -> str:
    """Create a table with the indexes of all tables, which do no harm to others."""
    name = f"{purpose}-{uuid.uuid4()}"
    names = ["pk", "sk", *(f"{index}{key}" for index in INDEXES for key in ("pk", "sk"))]
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys("pk", "sk"),
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in names],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": _keys(f"{index}pk", f"{index}sk"),
                "Projection": projection,
            }
            for index, projection in INDEXES.items()
        ],
    )
    return name


def lean_access(emulator: Emulator) -> Access:
    """Return what Lambda's environment would say of the emulator."""
    access = Access.of({**CREDENTIALS, "AWS_REGION": REGION, "AWS_ENDPOINT_URL": emulator.endpoint})
    if access is None:
        raise ValueError("the emulator's keys are not understood")
    return access


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]
