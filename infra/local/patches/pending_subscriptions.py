"""A topic's subscriptions that nobody has confirmed are listed without a name, as SNS lists them.

The emulator shows the ARN that they will have, so that they cannot be told from confirmed ones.
"""

from typing import Any

from ministack.services import sns

PENDING = "PendingConfirmation"


def apply() -> None:
    """Hide the ARNs of subscriptions that wait."""
    list_all = sns._list_subscriptions_by_topic

    def list_with_pending(params: Any) -> tuple[int, dict[str, str], bytes]:
        status, headers, body = list_all(params)
        topic = sns._topic_by_arn_any_scope(sns._p(params, "TopicArn"))
        waiting = [
            one["arn"] for one in (topic or {}).get("subscriptions", []) if not one["confirmed"]
        ]
        for arn in waiting:
            body = body.replace(arn.encode(), PENDING.encode())
        return status, headers, body

    sns._list_subscriptions_by_topic = list_with_pending
