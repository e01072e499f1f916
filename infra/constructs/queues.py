"""Queues: work that waits, and what could not be done."""

from aws_cdk import Duration, aws_sqs
from aws_cdk.aws_lambda_event_sources import SqsEventSource
from constructs import Construct

from infra.nag import acknowledge

KEEP_DAYS = 14
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
VISIBILITY_TIMES_FUNCTION_TIMEOUT = 6


def dead_letter_queue(scope: Construct, name: str, *, require_tls: bool) -> aws_sqs.Queue:
    """Keep what failed for as long as SQS can; somebody has to look at it."""
    return _queue(scope, name, require_tls=require_tls, retention_period=Duration.days(KEEP_DAYS))


def work_queue(  # noqa: PLR0913 - each is named where this is called
    scope: Construct,
    name: str,
    dead_letters: aws_sqs.DeadLetterQueue,
    *,
    require_tls: bool,
    function_timeout_seconds: int,
    delay_seconds: int = 0,
) -> aws_sqs.Queue:
    """Make a queue that a function of this timeout reads."""
    visibility = function_timeout_seconds * VISIBILITY_TIMES_FUNCTION_TIMEOUT
    return _queue(
        scope,
        name,
        require_tls=require_tls,
        retention_period=Duration.days(KEEP_DAYS),
        visibility_timeout=Duration.seconds(visibility),
        delivery_delay=Duration.seconds(delay_seconds),
        dead_letter_queue=dead_letters,
    )


def one_by_one(queue: aws_sqs.Queue, concurrency: int) -> SqsEventSource:
    """Let a function read a queue, one message an invocation, in so many of these at once."""
    return SqsEventSource(
        queue, batch_size=1, max_concurrency=concurrency, report_batch_item_failures=True
    )


def _queue(scope: Construct, name: str, *, require_tls: bool, **settings: object) -> aws_sqs.Queue:
    queue = aws_sqs.Queue(
        scope,
        name,
        encryption=aws_sqs.QueueEncryption.SQS_MANAGED,
        enforce_ssl=require_tls,
        **settings,  # type: ignore[arg-type]
    )
    if not require_tls:
        acknowledge(queue, "SQS4", "On one machine SQS is a local process that speaks plain http.")
    return queue
