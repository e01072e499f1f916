"""Topics that tell people."""

from aws_cdk import aws_sns, aws_sns_subscriptions
from constructs import Construct

from infra.deployment import Deployment
from infra.nag import acknowledge


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
