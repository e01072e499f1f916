import json
import re

import pytest
from oriel.domain.throttle import Throttle

from infra.constructs.rest_api import TOKEN_FORM
from tests.infra.assembly import Assembly, Resource, spelled

STATUS_OF_FAMILY = {"DEFAULT_4XX": 400, "DEFAULT_5XX": 500}
BY_THE_GATEWAY = {
    "ACCESS_DENIED",
    "API_CONFIGURATION_ERROR",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "AUTHORIZER_FAILURE",
    "BAD_REQUEST_BODY",
    "BAD_REQUEST_PARAMETERS",
    "DEFAULT_4XX",
    "DEFAULT_5XX",
    "EXPIRED_TOKEN",
    "INTEGRATION_FAILURE",
    "INTEGRATION_TIMEOUT",
    "INVALID_API_KEY",
    "INVALID_SIGNATURE",
    "MISSING_AUTHENTICATION_TOKEN",
    "QUOTA_EXCEEDED",
    "REQUEST_TOO_LARGE",
    "RESOURCE_NOT_FOUND",
    "THROTTLED",
    "UNAUTHORIZED",
    "UNSUPPORTED_MEDIA_TYPE",
    "WAF_FILTERED",
}
"""https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html"""


@pytest.fixture(scope="session")
def answers(real: Assembly) -> dict[str, Resource]:
    return {
        answer["ResponseType"]: answer
        for _, _, answer in real.all_of("AWS::ApiGateway::GatewayResponse")
    }


def test_every_answer_that_the_gateway_gives_by_itself_is_replaced(
    answers: dict[str, Resource],
) -> None:
    assert answers.keys() == BY_THE_GATEWAY


@pytest.mark.parametrize("kind", sorted(BY_THE_GATEWAY))
def test_an_answer_of_the_gateway_is_json_in_the_words_of_the_contract(
    answers: dict[str, Resource], kind: str
) -> None:
    answer = answers[kind]
    body = json.loads(answer["ResponseTemplates"]["application/json"])
    status = int(answer.get("StatusCode", STATUS_OF_FAMILY.get(kind, 0)))

    assert body.keys() == {"detail", "code", "request_id", "status"}
    assert body["request_id"] == "$context.requestId"
    assert body["status"] == {"code": status, "text": body["detail"]}
    headers = dict(answer["ResponseParameters"])
    assert headers.pop("gatewayresponse.header.Access-Control-Allow-Origin") == "'*'"
    assert headers.pop("gatewayresponse.header.RateLimit-Policy").strip("'")
    shown = headers.pop("gatewayresponse.header.Access-Control-Expose-Headers")
    assert shown == "'RateLimit-Policy, Retry-After'"
    again = {"gatewayresponse.header.Retry-After": "'1'"} if status in {429, 503, 504} else {}
    assert headers == again


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("UNAUTHORIZED", "401", "unauthenticated"),
        ("MISSING_AUTHENTICATION_TOKEN", "404", "not_found"),
        ("REQUEST_TOO_LARGE", "413", "payload_too_large"),
        ("THROTTLED", "429", "too_many_requests"),
        # As a function answers that has no concurrency left.
        ("INTEGRATION_FAILURE", "429", "too_many_requests"),
        # As an authorizer answers that has none, or whose table is down.
        ("AUTHORIZER_FAILURE", "503", "temporarily_unavailable"),
        ("AUTHORIZER_CONFIGURATION_ERROR", "503", "temporarily_unavailable"),
    ],
)
def test_who_does_wrong_or_comes_too_often_is_told_so_in_the_words_of_the_contract(
    answers: dict[str, Resource], kind: str, status: str, code: str
) -> None:
    body = json.loads(answers[kind]["ResponseTemplates"]["application/json"])

    assert (answers[kind]["StatusCode"], body["code"]) == (status, code)


def test_every_route_asks_for_a_token_but_a_preflight_and_the_description(real: Assembly) -> None:
    resources = real.templates["OrielService"]["Resources"]
    methods = [method for _, _, method in real.all_of("AWS::ApiGateway::Method")]
    open_to_all = {
        (method["HttpMethod"], _path(resources, method["ResourceId"]["Ref"]))
        for method in methods
        if method["AuthorizationType"] != "CUSTOM" and method["HttpMethod"] != "OPTIONS"
    }

    assert open_to_all == {("GET", "openapi.json"), ("GET", "docs")}
    assert {method["AuthorizationType"] for method in methods if method["HttpMethod"] == "ANY"} == {
        "CUSTOM"
    }
    assert all("AuthorizerId" in one for one in methods if one["HttpMethod"] == "ANY")


def test_what_is_open_to_all_cannot_use_up_what_callers_share(real: Assembly) -> None:
    settings = {
        (one["ResourcePath"], one["HttpMethod"]): one
        for one in real.one("AWS::ApiGateway::Stage")["MethodSettings"]
    }

    shared = settings["/*", "*"]["ThrottlingRateLimit"]
    assert settings.keys() == {("/*", "*"), ("/~1docs", "GET"), ("/~1openapi.json", "GET")}
    for path in ("/~1docs", "/~1openapi.json"):
        assert settings[path, "GET"]["ThrottlingRateLimit"] <= shared / 10
        assert settings[path, "GET"]["DataTraceEnabled"] is False


def test_everybody_is_told_of_the_limits_that_the_stage_enforces(
    real: Assembly, answers: dict[str, Resource]
) -> None:
    callers = _throttle(real, "/*", "*")

    assert _told(real, "inference") == {"RATE_LIMIT_POLICY": callers}
    assert _told(real, "api") == {
        "RATE_LIMIT_POLICY": callers,
        "PUBLIC_RATE_LIMIT_POLICY": _throttle(real, "/~1docs", "GET"),
    }
    assert _throttle(real, "/~1docs", "GET") == _throttle(real, "/~1openapi.json", "GET")
    for answer in answers.values():
        policy = answer["ResponseParameters"]["gatewayresponse.header.RateLimit-Policy"]
        assert _limits(policy.strip("'")) == callers


def test_routes_lead_to_the_functions_that_answer_them(real: Assembly) -> None:
    resources = real.templates["OrielService"]["Resources"]
    functions = {name: logical for name, (_, logical, _) in real.functions.items()}
    led = {
        _path(resources, method["ResourceId"]["Ref"]): spelled(method["Integration"]["Uri"])
        for _, _, method in real.all_of("AWS::ApiGateway::Method")
        if method["HttpMethod"] == "ANY"
    }

    assert led.keys() == {
        "recognition/v2/{proxy+}",
        "recognition/v2/classify",
        "custom/v2/predict",
        "annotate/v2/{proxy+}",
        "account/v2/{proxy+}",
        "authorization/v2/{proxy+}",
    }
    inference = {"recognition/v2/classify", "custom/v2/predict"}
    for path, uri in led.items():
        assert functions["inference" if path in inference else "api"] in uri


def test_a_token_that_cannot_be_one_does_not_reach_the_authorizer(real: Assembly) -> None:
    form = re.compile(real.one("AWS::ApiGateway::Authorizer")["IdentityValidationExpression"])

    assert form.pattern == TOKEN_FORM
    assert form.fullmatch(f"Token {'0a' * 20}")
    assert form.fullmatch(f"JWT {'0a' * 20}")
    assert form.fullmatch(f"token  {'0A' * 20}")
    assert not form.fullmatch("Token 0a")
    assert not form.fullmatch(f"Bearer {'0a' * 20}")


def test_a_revoked_token_is_remembered_for_a_minute_at_most(real: Assembly) -> None:
    assert real.one("AWS::ApiGateway::Authorizer")["AuthorizerResultTtlInSeconds"] <= 60


def test_the_stage_is_throttled_traced_and_logged_without_bodies(real: Assembly) -> None:
    stage = real.one("AWS::ApiGateway::Stage")
    [setting] = [one for one in stage["MethodSettings"] if one["HttpMethod"] == "*"]

    assert setting["ThrottlingRateLimit"] > 0
    assert setting["DataTraceEnabled"] is False
    assert stage["TracingEnabled"] is True
    assert json.loads(stage["AccessLogSetting"]["Format"])["request_id"] == "$context.requestId"


def test_the_access_log_keeps_neither_agents_nor_addresses(real: Assembly) -> None:
    line = real.one("AWS::ApiGateway::Stage")["AccessLogSetting"]["Format"]

    assert "identity" not in line
    assert "$context.path" not in line


def test_the_firewall_stands_before_the_stage_and_lets_pictures_pass(real: Assembly) -> None:
    association = real.one("AWS::WAFv2::WebACLAssociation")
    rules = {rule["Name"]: rule for rule in real.one("AWS::WAFv2::WebACL")["Rules"]}
    common = rules["AWSManagedRulesCommonRuleSet"]["Statement"]["ManagedRuleGroupStatement"]

    assert "/stages/" in spelled(association["ResourceArn"])
    counted = {
        one["Name"] for one in common["RuleActionOverrides"] if "Count" in one["ActionToUse"]
    }
    assert counted == {
        "SizeRestrictions_BODY",
        "GenericRFI_BODY",
        "EC2MetaDataSSRF_BODY",
        "NoUserAgent_HEADER",
    }


def test_who_is_stopped_by_the_firewall_is_told_to_slow_down_as_by_the_stage(
    real: Assembly, answers: dict[str, Resource]
) -> None:
    acl = real.one("AWS::WAFv2::WebACL")
    [rule] = [rule for rule in acl["Rules"] if rule["Name"] == "RatePerAddress"]
    custom = rule["Action"]["Block"]["CustomResponse"]
    [content] = acl["CustomResponseBodies"].values()
    body = json.loads(answers["THROTTLED"]["ResponseTemplates"]["application/json"])
    limit = rule["Statement"]["RateBasedStatement"]

    assert custom["ResponseCode"] == 429
    assert custom["CustomResponseBodyKey"] in acl["CustomResponseBodies"]
    assert content["ContentType"] == "APPLICATION_JSON"
    assert {**json.loads(content["Content"]), "request_id": body["request_id"]} == body
    headers = {one["Name"]: one["Value"] for one in custom["ResponseHeaders"]}
    told = {"RateLimit-Policy", "Retry-After"}
    assert headers.keys() == told | {
        "Access-Control-Allow-Origin",
        "Access-Control-Expose-Headers",
    }
    assert set(headers["Access-Control-Expose-Headers"].split(", ")) == told
    assert limit["Limit"] == _throttle(real, "/*", "*")[0] * limit["EvaluationWindowSec"]


def _throttle(assembly: Assembly, path: str, method: str) -> tuple[int, int]:
    [found] = [
        (setting["ThrottlingRateLimit"], setting["ThrottlingBurstLimit"])
        for setting in assembly.one("AWS::ApiGateway::Stage")["MethodSettings"]
        if (setting["ResourcePath"], setting["HttpMethod"]) == (path, method)
    ]
    return found


def _told(assembly: Assembly, function: str) -> dict[str, tuple[int, int]]:
    """Return the policies that a function repeats, as it understands them."""
    _, _, properties = assembly.functions[function]
    variables = properties["Environment"]["Variables"]
    return {
        name: _limits(policy) for name, policy in variables.items() if "RATE_LIMIT_POLICY" in name
    }


def _limits(policy: str) -> tuple[int, int]:
    throttle = Throttle.parse(policy)
    return throttle.per_second, throttle.burst


def _path(resources: dict[str, Resource], name: str) -> str:
    parts: list[str] = []
    while resources[name]["Type"] == "AWS::ApiGateway::Resource":
        properties = resources[name]["Properties"]
        parts.insert(0, properties["PathPart"])
        parent = properties["ParentId"]
        name = parent["Ref"] if "Ref" in parent else parent["Fn::GetAtt"][0]
    return "/".join(parts)
