"""Who asks AWS, and where: what Lambda puts into a function's environment."""

from collections.abc import Mapping
from dataclasses import field

from oriel.values import dataclass

_COMMERCIAL, _CHINA = "amazonaws.com", "amazonaws.com.cn"
_ELSEWHERE = ("us-iso", "eu-iso", "eusc-")
_BEYOND = (
    "AWS_CA_BUNDLE",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_DUALSTACK_ENDPOINT",
    "AWS_USE_FIPS_ENDPOINT",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "https_proxy",
    "http_proxy",
)
"""Wishes that boto3 knows how to fulfil."""


@dataclass(frozen=True, slots=True)
class Access:
    """Keys for one region; `endpoint` stands for AWS's own addresses where there is one."""

    region: str
    access_key: str
    secret_key: str = field(repr=False)
    session_token: str = field(repr=False, default="")
    endpoints: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "Access | None":
        """Read an environment; None where it takes boto3 to understand it.

        That is one without keys (profiles, containers, SnapStart, which hands keys out over HTTP),
        of a partition with other addresses, or with proxies and the like.
        """
        region = environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION")
        access_key = environment.get("AWS_ACCESS_KEY_ID")
        secret_key = environment.get("AWS_SECRET_ACCESS_KEY")
        if not (region and access_key and secret_key) or region.startswith(_ELSEWHERE):
            return None
        if any(environment.get(name) for name in _BEYOND):
            return None
        token = environment.get("AWS_SESSION_TOKEN", "")
        return cls(region, access_key, secret_key, token, _endpoints(environment))

    def url_of(self, service: str) -> str:
        """Return the scheme, host and port of a service."""
        chosen = self.endpoints.get(service) or self.endpoints.get("")
        if chosen:
            return chosen.rstrip("/")
        suffix = _CHINA if self.region.startswith("cn-") else _COMMERCIAL
        return f"https://{service}.{self.region}.{suffix}"


def _endpoints(environment: Mapping[str, str]) -> dict[str, str]:
    """Return addresses by service, that of all others under the empty name."""
    name = "AWS_ENDPOINT_URL"
    chosen = {"": name, "dynamodb": f"{name}_DYNAMODB", "s3": f"{name}_S3"}
    return {service: environment[one] for service, one in chosen.items() if environment.get(one)}
