"""OrielEdge: a web application firewall before the API.

Only a real deployment has it. It costs by the month, used or not (docs/operations.md).
"""

import json

from aws_cdk import Environment, Stack, aws_wafv2
from constructs import Construct

from infra.constructs.gateway_errors import HEADERS, SLOWER, words
from infra.constructs.throttle import CALLERS
from infra.deployment import Deployment
from infra.stacks.service import ServiceStack

WINDOW_SECONDS = 300
REQUESTS_PER_ADDRESS = CALLERS.per_second * WINDOW_SECONDS
"""What the API's own throttle lets through. An upload is a request a picture."""
RETRY_SECONDS = 30
"""About as often the firewall counts anew."""
TOO_MANY = "too_many_requests"

# Rules that would refuse what the API is for: bodies over 8 KB, bodies that name a URL, and clients
# that do not say what they are.
COMMON_RULES_COUNTED = (
    "SizeRestrictions_BODY",
    "GenericRFI_BODY",
    "EC2MetaDataSSRF_BODY",
    "NoUserAgent_HEADER",
)
MANAGED = (
    ("AWSManagedRulesAmazonIpReputationList", ()),
    ("AWSManagedRulesKnownBadInputsRuleSet", ()),
    ("AWSManagedRulesCommonRuleSet", COMMON_RULES_COUNTED),
)


class EdgeStack(Stack):
    """A web ACL on the API's stage."""

    def __init__(
        self,
        scope: Construct,
        deployment: Deployment,
        environment: Environment | None,
        service: ServiceStack,
    ) -> None:
        super().__init__(
            scope, "OrielEdge", stack_name=deployment.stack_name("Edge"), env=environment
        )
        acl = aws_wafv2.CfnWebACL(
            self,
            "Firewall",
            scope="REGIONAL",
            default_action=aws_wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_metrics("Firewall"),
            custom_response_bodies={
                TOO_MANY: aws_wafv2.CfnWebACL.CustomResponseBodyProperty(
                    content=json.dumps(words(TOO_MANY, SLOWER, 429)),
                    content_type="APPLICATION_JSON",
                )
            },
            rules=[
                _rate_rule(),
                *(_managed_rule(place, *rule) for place, rule in enumerate(MANAGED, start=1)),
            ],
        )
        aws_wafv2.CfnWebACLAssociation(
            self,
            "Association",
            resource_arn=service.public_api.rest_api.deployment_stage.stage_arn,
            web_acl_arn=acl.attr_arn,
        )


def _rate_rule() -> aws_wafv2.CfnWebACL.RuleProperty:
    return aws_wafv2.CfnWebACL.RuleProperty(
        name="RatePerAddress",
        priority=0,
        action=aws_wafv2.CfnWebACL.RuleActionProperty(block=_slow_down()),
        statement=aws_wafv2.CfnWebACL.StatementProperty(
            rate_based_statement=aws_wafv2.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="IP",
                limit=REQUESTS_PER_ADDRESS,
                evaluation_window_sec=WINDOW_SECONDS,
            )
        ),
        visibility_config=_metrics("RatePerAddress"),
    )


def _slow_down() -> aws_wafv2.CfnWebACL.BlockActionProperty:
    """Answer as the API's own throttle does; a plain refusal would be a 403."""
    headers = {**HEADERS, "Retry-After": str(RETRY_SECONDS)}
    return aws_wafv2.CfnWebACL.BlockActionProperty(
        custom_response=aws_wafv2.CfnWebACL.CustomResponseProperty(
            response_code=429,
            custom_response_body_key=TOO_MANY,
            response_headers=[
                aws_wafv2.CfnWebACL.CustomHTTPHeaderProperty(name=name, value=value)
                for name, value in headers.items()
            ],
        )
    )


def _managed_rule(
    priority: int, name: str, counted: tuple[str, ...]
) -> aws_wafv2.CfnWebACL.RuleProperty:
    count = aws_wafv2.CfnWebACL.RuleActionProperty(count={})
    group = aws_wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
        vendor_name="AWS",
        name=name,
        rule_action_overrides=[
            aws_wafv2.CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=count)
            for rule in counted
        ],
    )
    return aws_wafv2.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        override_action=aws_wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=aws_wafv2.CfnWebACL.StatementProperty(managed_rule_group_statement=group),
        visibility_config=_metrics(name),
    )


def _metrics(name: str) -> aws_wafv2.CfnWebACL.VisibilityConfigProperty:
    # No sampled requests: a sample shows the headers, and so the token.
    return aws_wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )
