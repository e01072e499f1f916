"""The sweeper: deletions that take longer than a request."""

from collections.abc import Callable

from aws_cdk import aws_sqs
from constructs import Construct

from infra.constructs.function import FunctionSpec, OrielFunction
from infra.constructs.queues import dead_letter_queue, one_by_one, work_queue

TIMEOUT_SECONDS = 60
# functions/sweep/batch.py tells the last delivery by the same number.
ATTEMPTS = 3
# Deletions of all workspaces together: they shall never take the requests' place.
CONCURRENCY = 5


class Sweeping(Construct):
    """A queue whose messages each let one deletion go on, and the function that reads it."""

    def __init__(self, scope: Construct, *, require_tls: bool) -> None:
        super().__init__(scope, "Sweeping")
        self.dead_letters = dead_letter_queue(self, "SweepDeadLetters", require_tls=require_tls)
        self.queue = work_queue(
            self,
            "SweepQueue",
            aws_sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=ATTEMPTS),
            require_tls=require_tls,
            function_timeout_seconds=TIMEOUT_SECONDS,
        )

    def connect(
        self, make: Callable[[FunctionSpec], OrielFunction], spec: FunctionSpec
    ) -> OrielFunction:
        """Let the function read the queue, one message at a time."""
        function = make(spec)
        function.function.add_event_source(one_by_one(self.queue, CONCURRENCY))
        return function
