import pytest

from tests.functional.api.conftest import Client

PATH = "/account/v2/config"


@pytest.mark.parametrize("query", [{}, {"version": "1"}])
def test_limits_can_be_asked_for(client: Client, query: dict[str, str]) -> None:
    limits = client.get(f"{PATH}/limits", **query).json
    assert limits["records"] == 10
    assert limits["picture_bytes"] == 10 * 1024 * 1024


@pytest.mark.parametrize(("kind", "version"), [("nothing", "1"), ("limits", "2")])
def test_there_is_no_other_configuration(client: Client, kind: str, version: str) -> None:
    refused = client.get(f"{PATH}/{kind}", version=version)
    assert refused.status == 404
    assert "limits" in refused.json["detail"]
