"""Rounds: a schedule, a queue on which each workspace waits apart, and the function of both."""

from aws_cdk import Duration, aws_events, aws_events_targets, aws_sqs
from constructs import Construct

from infra.constructs.function import OrielFunction
from infra.constructs.queues import dead_letter_queue, one_by_one, work_queue

ATTEMPTS = 3
AGAIN = 2


class Rounds(Construct):
    """The queue and what wakes its function; one workspace is taken at a time.

    `name` begins the names of the queue and of its dead letters.
    """

    def __init__(
        self, scope: Construct, name: str, *, require_tls: bool, timeout_seconds: int
    ) -> None:
        super().__init__(scope, f"{name}Rounds")
        self.dead_letters = dead_letter_queue(self, f"{name}DeadLetters", require_tls=require_tls)
        self.queue = work_queue(
            self,
            f"{name}Queue",
            aws_sqs.DeadLetterQueue(queue=self.dead_letters, max_receive_count=ATTEMPTS),
            require_tls=require_tls,
            function_timeout_seconds=timeout_seconds,
        )

    def connect(
        self,
        function: OrielFunction,
        *,
        concurrency: int,
        description: str,
        schedule: aws_events.Schedule,
        oldest: Duration,
    ) -> None:
        """Let the schedule begin rounds, and the queue bring workspaces, one an invocation.

        A round that could not be begun for so long is a dead letter; the next one stands for it.
        """
        function.function.add_event_source(one_by_one(self.queue, concurrency))
        aws_events.Rule(
            self,
            "Schedule",
            description=description,
            schedule=schedule,
            targets=[
                aws_events_targets.LambdaFunction(
                    function.function,
                    dead_letter_queue=self.dead_letters,
                    max_event_age=oldest,
                    retry_attempts=AGAIN,
                )
            ],
        )
