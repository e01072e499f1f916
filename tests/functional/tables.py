"""Tables on the emulator, keyed as the deployed ones."""

import uuid
from typing import Any

from oriel.adapters.lean_aws.access import Access

from infra.local.emulator import CREDENTIALS, REGION, Emulator


def create_table(client: Any, purpose: str) -> str:
    """Create a table with the core table's indexes, which do no harm to others."""
    name = f"{purpose}-{uuid.uuid4()}"
    names = ("pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk")
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys("pk", "sk"),
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in names],
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": _keys(f"{index}pk", f"{index}sk"),
                "Projection": {"ProjectionType": projection},
            }
            for index, projection in (("gsi1", "ALL"), ("gsi2", "KEYS_ONLY"))
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
