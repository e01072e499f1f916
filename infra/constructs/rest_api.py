"""The public API: throttled, logged, and JSON in every answer."""

import json

from aws_cdk import Duration, RemovalPolicy, aws_apigateway, aws_logs
from constructs import Construct

from infra.constructs.function import LOG_RETENTION, OrielFunction
from infra.constructs.gateway_errors import answer_in_json
from infra.constructs.throttle import CALLERS, PUBLIC
from infra.deployment import Deployment
from infra.nag import acknowledge

# How long a revoked token may still be good.
AUTHORIZER_CACHE_SECONDS = 60
# What cannot be a token costs no invocation; spelled out, as the gateway's dialect is not told.
TOKEN_FORM = "([Tt]oken|TOKEN|[Jj]wt|JWT) +[0-9A-Fa-f]{40}"  # noqa: S105 - a pattern, no token
PUBLIC_PATHS = ("openapi.json", "docs")
ALLOWED_HEADERS = ["Authorization", "Content-Type", "Idempotency-Key"]
BINARY_TYPES = ["multipart/form-data"]
ACCESS_LOG = {
    "request_id": "$context.requestId",
    "workspace_id": "$context.authorizer.workspace_id",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "error": "$context.error.responseType",
    "response_bytes": "$context.responseLength",
    "duration_ms": "$context.responseLatency",
    "function_ms": "$context.integrationLatency",
    "trace_id": "$context.xrayTraceId",
    "invocation_id": "$context.awsEndpointRequestId",
}
"""No address, path or user agent: a client's user agent may carry part of its token.

The invocation's id leads to what an answer is billed by, where the caller chose no key for that
(docs/operations.md). Inference writes no line of its own for it: that took 0.1 of the 7
milliseconds that it needs for a small picture.
"""


class PublicApi(Construct):
    """A REST API whose routes pass the authorizer, but for its own description."""

    def __init__(self, scope: Construct, deployment: Deployment, authorizer: OrielFunction) -> None:
        super().__init__(scope, "PublicApi")
        self.rest_api = aws_apigateway.RestApi(
            self,
            "RestApi",
            rest_api_name=deployment.stack_name(""),
            endpoint_types=[aws_apigateway.EndpointType.REGIONAL],
            binary_media_types=BINARY_TYPES,
            cloud_watch_role=True,
            cloud_watch_role_removal_policy=RemovalPolicy.RETAIN,
            deploy_options=self._stage(deployment),
            default_cors_preflight_options=_cors(),
        )
        self._authorizer = self._token_authorizer(authorizer)
        answer_in_json(self.rest_api)
        self._acknowledge()

    def route(self, path: str, function: OrielFunction) -> None:
        """Send whatever comes to a path, with any method, to a function."""
        resource = self.rest_api.root.resource_for_path(path)
        method = resource.add_method(
            "ANY",
            aws_apigateway.LambdaIntegration(function.entry, allow_test_invoke=False),
            authorizer=self._authorizer,
            authorization_type=aws_apigateway.AuthorizationType.CUSTOM,
        )
        acknowledge(method, "COG4", "Callers are machines with tokens; the authorizer knows them.")

    def publish(self, function: OrielFunction) -> None:
        """Let anybody read what a function answers at the public paths."""
        for path in PUBLIC_PATHS:
            method = self.rest_api.root.add_resource(path).add_method(
                "GET",
                aws_apigateway.LambdaIntegration(function.function, allow_test_invoke=False),
                authorization_type=aws_apigateway.AuthorizationType.NONE,
            )
            for rule in ("APIG4", "COG4"):
                acknowledge(method, rule, "The API's description: it holds nothing of anybody's.")

    def _stage(self, deployment: Deployment) -> aws_apigateway.StageOptions:
        log = aws_logs.LogGroup(
            self,
            "AccessLog",
            log_group_name=f"/{deployment.stack_name('').lower()}/access",
            retention=LOG_RETENTION,
            removal_policy=RemovalPolicy.DESTROY,
        )
        return aws_apigateway.StageOptions(
            stage_name=deployment.stage,
            throttling_rate_limit=CALLERS.per_second,
            throttling_burst_limit=CALLERS.burst,
            tracing_enabled=True,
            logging_level=aws_apigateway.MethodLoggingLevel.ERROR,
            data_trace_enabled=False,
            method_options={f"/{path}/GET": _public_method() for path in PUBLIC_PATHS},
            access_log_destination=aws_apigateway.LogGroupLogDestination(log),
            access_log_format=aws_apigateway.AccessLogFormat.custom(json.dumps(ACCESS_LOG)),
        )

    def _token_authorizer(self, function: OrielFunction) -> aws_apigateway.IAuthorizer:
        return aws_apigateway.TokenAuthorizer(
            self,
            "Authorizer",
            handler=function.function,
            identity_source=aws_apigateway.IdentitySource.header("Authorization"),
            validation_regex=TOKEN_FORM,
            results_cache_ttl=Duration.seconds(AUTHORIZER_CACHE_SECONDS),
        )

    def _acknowledge(self) -> None:
        reasons = {
            "APIG2": "The functions check bodies themselves: the contract has its own error words.",
            "APIG3": "The web ACL is associated by the OrielEdge stack.",
            "IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/"
            "AmazonAPIGatewayPushToCloudWatchLogs]": "API Gateway asks for exactly this policy.",
        }
        for rule, reason in reasons.items():
            acknowledge(self.rest_api, rule, reason)


def _public_method() -> aws_apigateway.MethodDeploymentOptions:
    return aws_apigateway.MethodDeploymentOptions(
        throttling_rate_limit=PUBLIC.per_second,
        throttling_burst_limit=PUBLIC.burst,
        logging_level=aws_apigateway.MethodLoggingLevel.ERROR,
        data_trace_enabled=False,
    )


def _cors() -> aws_apigateway.CorsOptions:
    """Any origin may call: a token in a header, not a cookie, is what opens the API."""
    return aws_apigateway.CorsOptions(
        allow_origins=aws_apigateway.Cors.ALL_ORIGINS,
        allow_methods=aws_apigateway.Cors.ALL_METHODS,
        allow_headers=ALLOWED_HEADERS,
        max_age=Duration.hours(1),
    )
