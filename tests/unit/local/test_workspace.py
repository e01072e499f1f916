"""How the first workspace of a local stack is made and made again."""

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from infra.local.failures import DeploymentFailed
from infra.local.workspace import Workspace, make_workspace

MADE = {"workspace": "w", "user": "u", "token": "t"}
CONFLICT = {"errorType": "Conflict", "errorMessage": "made under this name"}


@dataclass
class FakeEmulator:
    """A bootstrap function that gives these answers in turn."""

    answers: list[Mapping[str, str]]
    asked: list[Mapping[str, Any]] = field(default_factory=list)

    def client(self, service: str) -> "FakeEmulator":
        assert service == "lambda"
        return self

    def invoke(self, FunctionName: str, Payload: str) -> dict[str, Any]:  # noqa: N803
        assert FunctionName == "bootstrap"
        self.asked.append(json.loads(Payload))
        answer = self.answers[len(self.asked) - 1]
        failed = {"FunctionError": "Unhandled"} if "errorType" in answer else {}
        return {"Payload": io.BytesIO(json.dumps(answer).encode()), **failed}


def make(emulator: FakeEmulator) -> Workspace:
    return make_workspace(emulator, "bootstrap")  # type: ignore[arg-type]


def test_a_fresh_stack_gets_a_workspace() -> None:
    emulator = FakeEmulator([MADE])
    assert make(emulator) == Workspace("w", "t")
    assert emulator.asked == [{"workspace_name": "default"}]


def test_a_stack_that_remembers_its_workspace_gives_another_token() -> None:
    emulator = FakeEmulator([CONFLICT, MADE])
    assert make(emulator) == Workspace("w", "t")
    assert emulator.asked[1] == {"workspace_name": "default", "new_token": True}


def test_any_other_failure_is_told() -> None:
    with pytest.raises(DeploymentFailed, match="TableIsBroken: no table"):
        make(FakeEmulator([{"errorType": "TableIsBroken", "errorMessage": "no table"}]))
    with pytest.raises(DeploymentFailed, match="Conflict"):
        make(FakeEmulator([CONFLICT, CONFLICT]))
