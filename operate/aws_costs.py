"""What answers and stored things cost the operator of a deployment, in US dollars.

Answers are reckoned from what one uses at most of the time: a request of its own, on a warm
function. What is measured instead is in `poe bench speed`. Trainings, uploads, the network out and
what costs by the month (docs/operations.md) are not in here.
"""

from dataclasses import dataclass

from operate.aws_prices import (
    GATEWAY_REQUEST,
    GB_SECOND,
    LAMBDA_REQUEST,
    LOG_GB,
    READ_UNIT,
    S3_GB_MONTH,
    WRITE_UNIT,
)

FUNCTION_GB = 1769 / 1024
SECONDS_PER_RECORD = 0.05
"""docs/operations.md says the same of a warm function."""
READS_PER_REQUEST = 4
WRITES_ALONE, WRITES_AMONG_OTHERS = 2, 3
"""Of a fact, and once in the index of facts by day; several are written in a transaction, which
takes twice as much. Under an `Idempotency-Key`, or where something is limited, more is written."""
METER_WRITES_PER_RECORD = 8
METER_READS_PER_RECORD = 2
"""Of a fact that is counted alone, which is the dearest way: its mark, the total, a row of the
ledger and the ledger's head; how the workspace is billed, and where its ledger ends."""
METER_DOLLARS_PER_RECORD = (
    METER_WRITES_PER_RECORD * WRITE_UNIT.dollars + METER_READS_PER_RECORD * READ_UNIT.dollars
)
LOG_BYTES_PER_REQUEST = 2000
GB = 10**9


@dataclass(frozen=True, slots=True)
class AnswersCost:
    """Dollars, by what is billed."""

    gateway: float
    function: float
    tables: float
    logs: float

    @property
    def total(self) -> float:
        """All of it."""
        return self.gateway + self.function + self.tables + self.logs


def answers_cost(
    records: int, records_per_request: float = 1, architecture: str = "x86_64"
) -> AnswersCost:
    """Return what so many answered records cost; a request has 1 to 10 of them."""
    requests = records / records_per_request
    seconds = records * SECONDS_PER_RECORD
    writes = WRITES_ALONE if records_per_request == 1 else WRITES_AMONG_OTHERS
    per_record = writes * WRITE_UNIT.dollars + METER_DOLLARS_PER_RECORD
    per_request = READS_PER_REQUEST * READ_UNIT.dollars
    return AnswersCost(
        gateway=requests * GATEWAY_REQUEST.dollars,
        function=requests * LAMBDA_REQUEST.dollars
        + seconds * FUNCTION_GB * GB_SECOND[architecture].dollars,
        tables=records * per_record + requests * per_request,
        logs=requests * LOG_BYTES_PER_REQUEST / GB * LOG_GB.dollars,
    )


def storage_cost(stored_bytes: int, days: float) -> float:
    """Return the dollars for what lies in S3 for so many days, 30 of which are a month."""
    return stored_bytes / GB * S3_GB_MONTH.dollars * days / 30
