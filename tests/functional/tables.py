"""Tables on the emulator, keyed as the deployed ones."""

import uuid
from typing import Any


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


def _keys(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]
