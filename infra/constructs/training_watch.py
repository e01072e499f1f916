"""What is told of runs of the training machine, that they begin or fail, and what hears it."""

from collections.abc import Callable
from dataclasses import replace

from aws_cdk import Duration, aws_events, aws_events_targets, aws_lambda, aws_stepfunctions
from constructs import Construct

from infra.constructs.function import FunctionSpec, OrielFunction
from infra.constructs.grant import sending_grant
from infra.constructs.queues import dead_letter_queue
from infra.nag import acknowledge

TOLD = ["RUNNING", "FAILED", "TIMED_OUT", "ABORTED"]
"""A run that succeeds tells people itself."""
# https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
DETAIL_TYPE = "Step Functions Execution Status Change"
ATTEMPTS_AGAIN = 2
OLDEST = Duration.hours(6)
"""What could not be acted on for longer is put aside, where an alarm sees it."""


class TrainingWatch(Construct):
    """A function, and the rule that tells it how runs of a machine begin and end."""

    def __init__(
        self,
        scope: Construct,
        make: Callable[[FunctionSpec], OrielFunction],
        spec: FunctionSpec,
        *,
        require_tls: bool,
    ) -> None:
        super().__init__(scope, "Watch")
        self.dead_letters = dead_letter_queue(self, "DeadLetters", require_tls=require_tls)
        acknowledge(self.dead_letters, "SQS3", "It is the rule's dead-letter queue.")
        grants = (*spec.grants, sending_grant(self, self.dead_letters))
        self.function = make(replace(spec, grants=grants))
        aws_lambda.CfnEventInvokeConfig(
            self,
            "Failures",
            function_name=self.function.function.function_name,
            qualifier="$LATEST",
            maximum_retry_attempts=ATTEMPTS_AGAIN,
            maximum_event_age_in_seconds=int(OLDEST.to_seconds()),
            destination_config=aws_lambda.CfnEventInvokeConfig.DestinationConfigProperty(
                on_failure=aws_lambda.CfnEventInvokeConfig.OnFailureProperty(
                    destination=self.dead_letters.queue_arn
                )
            ),
        )

    def follow(self, machine: aws_stepfunctions.StateMachine) -> None:
        """Tell the function of each run of this machine that begins, or ends without success."""
        aws_events.Rule(
            self,
            "Runs",
            description="Runs of the training machine that begin, or end without success",
            event_pattern=aws_events.EventPattern(
                source=["aws.states"],
                detail_type=[DETAIL_TYPE],
                detail={"status": TOLD, "stateMachineArn": [machine.state_machine_arn]},
            ),
            targets=[
                aws_events_targets.LambdaFunction(
                    self.function.function,
                    dead_letter_queue=self.dead_letters,
                    max_event_age=OLDEST,
                    retry_attempts=ATTEMPTS_AGAIN,
                )
            ],
        )
