"""DynamoDB's condition and update expressions, as far as the adapters use them.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
What is not known here is an error, never a guess.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeAlias

Item: TypeAlias = dict[str, Any]
"""Attribute values as DynamoDB writes them: `{"units": {"N": "3"}}`."""

_TOKENS = re.compile(r"\s*([#:]?\w+|<>|<=|>=|[=<>(),+-])")
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_CLAUSES = ("SET", "ADD", "REMOVE")


@dataclass(frozen=True)
class Scope:
    """What an expression is evaluated on."""

    item: Mapping[str, Any]
    names: Mapping[str, str]
    values: Mapping[str, Any]

    def get(self, token: str) -> Any:
        """Return the plain value of an operand, None where the item has no such attribute."""
        stored = self.values[token] if token[0] == ":" else self.item.get(self.name(token))
        return None if stored is None else plain(stored)

    def name(self, token: str) -> str:
        return self.names[token] if token[0] == "#" else token


Condition: TypeAlias = Callable[[Scope], bool]


def plain(value: Mapping[str, Any]) -> Any:
    ((kind, content),) = value.items()
    return Decimal(content) if kind == "N" else content


def holds(condition: str | None, scope: Scope) -> bool:
    return condition is None or _condition(condition)(scope)


def updated(expression: str, scope: Scope) -> Item:
    """Return the item as the update leaves it."""
    item = dict(scope.item)
    for clause, part in _parts(expression):
        tokens = _TOKENS.findall(part)
        name = scope.name(tokens[0])
        match clause, tokens[1:]:
            case "SET", ["=", value]:
                item[name] = scope.values[value]
            case "ADD", [value]:
                before = plain(item[name]) if name in item else 0
                item[name] = {"N": str(before + plain(scope.values[value]))}
            case "REMOVE", []:
                item.pop(name, None)
            case _:
                raise NotImplementedError(f"{clause} {part}")
    return item


@lru_cache(maxsize=1000)
def _parts(expression: str) -> tuple[tuple[str, str], ...]:
    pieces = re.split(rf"\b({'|'.join(_CLAUSES)})\b", expression)
    return tuple(
        (clause, part)
        for clause, text in zip(pieces[1::2], pieces[2::2], strict=True)
        for part in text.split(",")
    )


@lru_cache(maxsize=1000)
def _condition(text: str) -> Condition:
    tokens = iter([*_TOKENS.findall(text), ""])
    parser = _Parser(tokens)
    parsed = parser.either()
    if parser.token:
        raise NotImplementedError(text)
    return parsed


class _Parser:
    def __init__(self, tokens: Iterator[str]) -> None:
        self._tokens = tokens
        self.token = next(tokens)

    def take(self, expected: str = "") -> str:
        taken = self.token
        if expected and taken != expected:
            raise NotImplementedError(f"{taken} where {expected} follows")
        self.token = next(self._tokens)
        return taken

    def either(self) -> Condition:
        some = [self._both()]
        while self.token == "OR":
            self.take()
            some.append(self._both())
        return lambda scope: any(one(scope) for one in some)

    def _both(self) -> Condition:
        some = [self._single()]
        while self.token == "AND":
            self.take()
            some.append(self._single())
        return lambda scope: all(one(scope) for one in some)

    def _single(self) -> Condition:
        if self.token == "NOT":
            self.take()
            inner = self._single()
            return lambda scope: not inner(scope)
        if self.token == "(":
            self.take()
            inner = self.either()
            self.take(")")
            return inner
        first = self.take()
        return self._function(first) if self.token == "(" else self._comparison(first)

    def _function(self, name: str) -> Condition:
        self.take("(")
        argument = self.take()
        if name == "begins_with":
            self.take(",")
            prefix = self.take()
            self.take(")")
            return lambda scope: str(scope.get(argument) or "").startswith(scope.get(prefix))
        self.take(")")
        if name == "attribute_exists":
            return lambda scope: scope.get(argument) is not None
        if name == "attribute_not_exists":
            return lambda scope: scope.get(argument) is None
        raise NotImplementedError(name)

    def _comparison(self, left: str) -> Condition:
        sign = self.take()
        right = self.take()
        if sign == "BETWEEN":
            self.take("AND")
            most = self.take()
            return lambda scope: scope.get(right) <= scope.get(left) <= scope.get(most)
        compare = _COMPARE[sign]

        def holds(scope: Scope) -> bool:
            # What an item has not is neither equal to anything nor less nor more.
            one, other = scope.get(left), scope.get(right)
            return one is not None and other is not None and compare(one, other)

        return holds
