"""Bodies as forms: what `curl -F` and `curl -d` send, read into the fields of a request's model.

A form knows nothing but text, so the model says what a field is: lists are sent by repeating the
field, objects as JSON text, pictures as files. An empty field that is not text counts as absent, as
browsers send every field of a form.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin
from urllib.parse import parse_qsl

from oriel.adapters.gateway import read_json
from oriel.domain.errors import InvalidInput, PayloadTooLarge
from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

MULTIPART = "multipart/form-data"
URLENCODED = "application/x-www-form-urlencoded"
_BASE64 = "base64"
MAX_FIELDS = 1_100
"""Room for a bulk change of a thousand images."""
MAX_HEADER_BYTES = 1_024
MAX_HEADERS_OF_PART = 4

Value: TypeAlias = str | bytes
Kind: TypeAlias = Literal["text", "many", "json", "file", "number", "other"]


def media_type(content_type: str) -> str:
    """Return a content type without its options."""
    return content_type.partition(";")[0].strip().lower()


def read_multipart(content_type: str, data: bytes, model: type[BaseModel]) -> dict[str, Any]:
    """Read `multipart/form-data`; raises InvalidInput, and PayloadTooLarge over the limits."""
    return _content(list(_parts(content_type, data)), model)


def read_urlencoded(data: bytes, model: type[BaseModel]) -> dict[str, Any]:
    """Read `application/x-www-form-urlencoded`; raises as `read_multipart` does."""
    if data.count(b"&") >= MAX_FIELDS:
        raise PayloadTooLarge(f"A form may hold at most {MAX_FIELDS} fields")
    try:
        pairs = parse_qsl(data.decode(), keep_blank_values=True, errors="strict")
    except ValueError:
        raise InvalidInput("The form must be UTF-8 text") from None
    return _content([(name, _unescaped(name, value)) for name, value in pairs], model)


def _unescaped(name: str, value: str) -> str:
    """Read base64 as it was meant: a form takes its `+` for a blank, of which it has none.

    Blanks within base64 count for nothing, so that the picture would be another one.
    """
    return value.replace(" ", "+") if name == _BASE64 else value


def _parts(content_type: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the bytes of each part."""
    import multipart  # noqa: PLC0415 - 6 ms that no cold start for JSON should wait for

    try:
        boundary = multipart.parse_options_header(content_type)[1].get("boundary", "")
        with multipart.PushMultipartParser(
            boundary,
            max_header_size=MAX_HEADER_BYTES,
            max_header_count=MAX_HEADERS_OF_PART,
            max_segment_count=MAX_FIELDS,
        ) as parser:
            name, received = "", bytearray()
            for event in parser.parse(data):
                if isinstance(event, multipart.MultipartSegment):
                    name, received = str(event.name), bytearray()
                elif event is not None:
                    received += event
                else:
                    yield name, bytes(received)
    except multipart.ParserLimitReached:
        raise PayloadTooLarge(
            f"A form may hold at most {MAX_FIELDS} parts, each with at most "
            f"{MAX_HEADERS_OF_PART} headers of {MAX_HEADER_BYTES} bytes"
        ) from None
    except (multipart.MultipartError, UnicodeError):
        raise InvalidInput(
            "The form is broken: send multipart/form-data with the boundary in Content-Type"
        ) from None


def _content(pairs: Iterable[tuple[str, Value]], model: type[BaseModel]) -> dict[str, Any]:
    """Keep what the model knows, as what the model takes."""
    sent: dict[str, list[Value]] = {}
    for name, value in pairs:
        sent.setdefault(name, []).append(value)
    fields = dict(_fields(model))
    content = {name: _field(name, sent[name], fields[name]) for name in sent.keys() & fields}
    return {name: value for name, value in content.items() if value is not None}


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    """Yield every name that a field may be sent under, with its annotation."""
    for name, field in model.model_fields.items():
        for spelling in _spellings(name, field):
            yield spelling, field.annotation


def _spellings(name: str, field: FieldInfo) -> Sequence[str]:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return [choice for choice in alias.choices if isinstance(choice, str)]
    return [alias if isinstance(alias, str) else name]


def _field(name: str, values: Sequence[Value], annotation: Any) -> Any:
    kind = kind_of(annotation)
    if kind == "many":
        return _many(name, values, annotation)
    if len(values) > 1:
        raise InvalidInput(f"{name}: must be sent once")
    return _one(name, values[0], kind)


def _many(name: str, values: Sequence[Value], annotation: Any) -> Any:
    """Take a repeated field, or a JSON array sent once."""
    if len(values) == 1 and _text(name, values[0]).lstrip().startswith("["):
        return _json(name, values[0])
    [item] = [get_args(one)[0] for one in _alternatives(annotation) if get_origin(one) is list]
    return [_one(name, value, kind_of(item)) for value in values if value]


def _one(name: str, value: Value, kind: Kind) -> Any:
    if not value and kind != "text":
        return None
    if kind == "file":
        return value
    if kind == "number":
        return _number(_text(name, value))
    return _json(name, value) if kind == "json" else _text(name, value)


def _number(text: str) -> float | str:
    """Read a number; what is none is left for the model to refuse."""
    try:
        number = read_json(text.encode())
    except InvalidInput:
        return text
    return number if type(number) in {int, float} else text


def _json(name: str, value: Value) -> Any:
    try:
        return read_json(_text(name, value).encode())
    except InvalidInput:
        raise InvalidInput(f"{name}: must be JSON text in a form") from None


def _text(name: str, value: Value) -> str:
    try:
        return value if isinstance(value, str) else value.decode()
    except UnicodeDecodeError:
        raise InvalidInput(f"{name}: must be UTF-8 text") from None


def kind_of(annotation: Any) -> Kind:
    """Tell how a field of this type is sent in a form."""
    types = {get_origin(one) or one for one in _alternatives(annotation)}
    if bytes in types:
        return "file"
    if list in types:
        return "many"
    if dict in types or Any in types:
        return "json"
    if str in types:
        return "text"
    return "number" if types & {int, float} else "other"


def _alternatives(annotation: Any) -> Iterator[Any]:
    """Yield the types of a union; what annotations say of them is left out."""
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        yield from _alternatives(arguments[0])
    elif arguments and get_origin(annotation) not in {list, dict}:
        for one in arguments:
            yield from _alternatives(one)
    else:
        yield annotation
