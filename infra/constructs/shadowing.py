"""The queue of pictures that candidates on trial answer unheard."""

from aws_cdk import aws_lambda, aws_sqs
from constructs import Construct

from infra.constructs.queues import dead_letter_queue, one_by_one, work_queue

ATTEMPTS = 3
# Shadows of all workspaces together: they shall never take the requests' place.
CONCURRENCY = 2


class Shadowing(Construct):
    """A message a request; read by the function that answers requests, in invocations apart."""

    def __init__(self, scope: Construct, *, require_tls: bool, timeout_seconds: int) -> None:
        super().__init__(scope, "Shadowing")
        self.dead_letters = dead_letter_queue(self, "ShadowDeadLetters", require_tls=require_tls)
        self.queue = work_queue(
            self,
            "ShadowQueue",
            aws_sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=ATTEMPTS),
            require_tls=require_tls,
            function_timeout_seconds=timeout_seconds,
        )

    def connect(self, function: aws_lambda.Function) -> None:
        """Let the function read the queue, one message at a time."""
        function.add_event_source(one_by_one(self.queue, CONCURRENCY))
