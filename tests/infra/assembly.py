"""Reads synthesized templates."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

Resource = dict[str, Any]


@dataclass(frozen=True)
class Assembly:
    """The templates of one synthesis, by stack."""

    folder: Path

    @cached_property
    def templates(self) -> dict[str, dict[str, Any]]:
        suffix = ".template.json"
        return {
            file.name.removesuffix(suffix): json.loads(file.read_text())
            for file in sorted(self.folder.glob(f"*{suffix}"))
        }

    def all_of(self, kind: str) -> Iterator[tuple[str, str, Resource]]:
        """Yield stack, logical id and properties of each resource of a type."""
        for stack, template in self.templates.items():
            for name, resource in template["Resources"].items():
                if resource["Type"] == kind:
                    yield stack, name, resource.get("Properties", {})

    def one(self, kind: str) -> Resource:
        [(_, _, properties)] = self.all_of(kind)
        return properties

    def machine(self, stack: str) -> Resource:
        """Return the state machine of a stack."""
        [machine] = [
            properties
            for where, _, properties in self.all_of("AWS::StepFunctions::StateMachine")
            if where == stack
        ]
        return machine

    @cached_property
    def functions(self) -> dict[str, tuple[str, str, Resource]]:
        """Stack, logical id and properties of each function, by the name of its folder."""
        return {
            properties["Handler"].split(".")[1]: (stack, name, properties)
            for stack, name, properties in self.all_of("AWS::Lambda::Function")
        }

    def statements(self, stack: str, role: str) -> list[Resource]:
        """Return what a role of a stack is allowed."""
        return [
            statement
            for where, _, properties in self.all_of("AWS::IAM::Policy")
            if where == stack and {"Ref": role} in properties["Roles"]
            for statement in properties["PolicyDocument"]["Statement"]
        ]

    def actions(self, stack: str, role: str) -> set[str]:
        return {
            action
            for statement in self.statements(stack, role)
            for action in as_list(statement["Action"])
        }

    def role_of(self, function: str) -> tuple[str, str]:
        stack, _, properties = self.functions[function]
        return stack, properties["Role"]["Fn::GetAtt"][0]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def spelled(value: Any) -> str:
    """Write an expression as one string in which a search finds names and stars."""
    return json.dumps(value)
