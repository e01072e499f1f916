"""What AWS charges for what workspaces use.

List prices of us-east-1 in US dollars, without any free tier or discount by volume. AWS changes
them: the linked pages decide.
"""

from dataclasses import dataclass

COLLECTED = "2026-11-21"
PER_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars for one unit; `source` is the page that says it."""

    dollars: float
    unit: str
    source: str


_LAMBDA = "https://aws.amazon.com/lambda/pricing/"
_GATEWAY = "https://aws.amazon.com/api-gateway/pricing/"
_DYNAMODB = "https://aws.amazon.com/dynamodb/pricing/"
_S3 = "https://aws.amazon.com/s3/pricing/"
_CLOUDWATCH = "https://aws.amazon.com/cloudwatch/pricing/"

LAMBDA_REQUEST = Price(0.20 / PER_MILLION, "request of a function", _LAMBDA)
GB_SECOND = {
    "x86_64": Price(0.0000166667, "GB-second on x86_64", _LAMBDA),
    "arm64": Price(0.0000133334, "GB-second on arm64", _LAMBDA),
}
GATEWAY_REQUEST = Price(3.50 / PER_MILLION, "request of a REST API", _GATEWAY)
WRITE_UNIT = Price(0.625 / PER_MILLION, "write request unit, on demand", _DYNAMODB)
READ_UNIT = Price(0.125 / PER_MILLION, "read request unit, on demand", _DYNAMODB)
S3_LIST = Price(5.00 / PER_MILLION, "listing of up to 1,000 objects", _S3)
S3_GB_MONTH = Price(0.023, "GB of objects, a month", _S3)
S3_GET = Price(0.40 / PER_MILLION, "GET of an object", _S3)
LOG_GB = Price(0.50, "GB of logs taken in", _CLOUDWATCH)

ALL = (
    GATEWAY_REQUEST,
    LAMBDA_REQUEST,
    *GB_SECOND.values(),
    READ_UNIT,
    WRITE_UNIT,
    S3_GET,
    S3_LIST,
    S3_GB_MONTH,
    LOG_GB,
)
