"""Starting inference ahead of its callers is a choice, and only of who makes it."""

from typing import Any

import pytest

from infra import app as real_app
from infra.start import Start
from tests.infra.assembly import Assembly, spelled
from tests.infra.conftest import synthesize


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    return synthesize(real_app, tmp_path_factory.mktemp("kept"), inference_start="3")


@pytest.fixture(scope="module")
def snap_started(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    return synthesize(real_app, tmp_path_factory.mktemp("snap"), inference_start="snap-start")


def live(assembly: Assembly) -> tuple[str, dict[str, Any]]:
    [(_, name, alias)] = assembly.all_of("AWS::Lambda::Alias")
    return name, alias


def snap_starts(assembly: Assembly) -> set[str]:
    return {name for name, (_, _, one) in assembly.functions.items() if "SnapStart" in one}


def test_as_many_processes_are_kept_as_was_said(kept: Assembly) -> None:
    _, alias = live(kept)
    assert alias["ProvisionedConcurrencyConfig"] == {"ProvisionedConcurrentExecutions": 3}
    assert snap_starts(kept) == set()


def test_snap_start_is_inferences_alone_and_keeps_none_running(snap_started: Assembly) -> None:
    _, alias = live(snap_started)
    assert "ProvisionedConcurrencyConfig" not in alias
    assert snap_starts(snap_started) == {"inference"}
    _, _, function = snap_started.functions["inference"]
    assert function["SnapStart"] == {"ApplyOn": "PublishedVersions"}


def test_callers_are_sent_to_what_is_started(kept: Assembly) -> None:
    name, _ = live(kept)
    _, function, _ = kept.functions["inference"]
    uris = [
        spelled(method["Integration"]["Uri"])
        for _, _, method in kept.all_of("AWS::ApiGateway::Method")
        if "Uri" in method["Integration"]
    ]
    assert sum(name in uri for uri in uris) == 2
    assert not any(f'"{function}"' in uri for uri in uris)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("on-demand", Start()),
        ("snap-start", Start(snap_start=True)),
        ("2", Start(kept=2)),
    ],
)
def test_a_start_is_read(text: str, start: Start) -> None:
    assert Start.parse(text) == start
    assert start.is_on_demand is (text == "on-demand")
