"""Topics that tell people."""

from aws_cdk import Stack, aws_sns, aws_sns_subscriptions
from constructs import Construct

from infra.constructs.grant import Grant
from infra.deployment import Deployment
from infra.nag import acknowledge


def workspace_topics_arn(user: Construct, deployment: Deployment) -> str:
    """Begin the ARN of the topic that a workspace gets with its first address."""
    stack = Stack.of(user)
    prefix = f"{deployment.stack_name('').lower()}-workspace-"
    return f"arn:{stack.partition}:sns:{stack.region}:{stack.account}:{prefix}"


def workspace_topics_grant(user: Construct, deployment: Deployment, *operations: str) -> Grant:
    """Allow SNS operations such as `Publish` on the topics of all workspaces."""
    return Grant(
        tuple(f"sns:{name}" for name in operations),
        (f"{workspace_topics_arn(user, deployment)}*",),
        because="Each workspace that wants to hear of what happens has a topic of its own.",
    )


def topic(scope: Construct, name: str, deployment: Deployment) -> aws_sns.Topic:
    """Make a topic; the deployment's e-mail address, where there is one, hears of everything."""
    made = aws_sns.Topic(scope, name, enforce_ssl=deployment.require_tls)
    if deployment.notification_email is not None:
        made.add_subscription(
            aws_sns_subscriptions.EmailSubscription(deployment.notification_email)
        )
    if not deployment.require_tls:
        acknowledge(made, "SNS3", "On one machine SNS is a local process that speaks plain http.")
    return made
