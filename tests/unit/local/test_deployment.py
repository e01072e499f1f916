"""Reading what a deployment left."""

from pathlib import Path

import pytest

from infra.local.deployment import output, read_outputs
from infra.local.failures import DeploymentFailed
from infra.local.stack import local_url

OUTPUTS = {"OrielService": {"ApiUrl": "https://abc123.execute-api.us-east-1.amazonaws.com/v/"}}


def test_outputs_are_read_by_stack_and_name(tmp_path: Path) -> None:
    path = tmp_path / "outputs.json"
    path.write_text('{"OrielData": {"ImagesBucketName": "images"}}')
    assert output(read_outputs(path), "OrielData", "ImagesBucketName") == "images"


@pytest.mark.parametrize("content", [None, "", "[]", "{"])
def test_missing_or_broken_outputs_are_a_failed_deployment(
    tmp_path: Path, content: str | None
) -> None:
    path = tmp_path / "outputs.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(DeploymentFailed):
        read_outputs(path)


@pytest.mark.parametrize("place", [("OrielService", "Other"), ("Other", "ApiUrl")])
def test_an_output_that_is_not_there_is_named(place: tuple[str, str]) -> None:
    with pytest.raises(DeploymentFailed, match=r"no output " + ".".join(place)):
        output(OUTPUTS, *place)


def test_the_local_address_says_localhost_and_ends_in_a_slash() -> None:
    url = local_url(OUTPUTS["OrielService"]["ApiUrl"], 4566)
    assert url == "http://localhost:4566/restapis/abc123/v/_user_request_/"
