"""Structured logs: one JSON object a line, one logger a process.

Messages are constant and lower-case, facts go in as keys; neither pictures, bodies nor tokens do.
The fields are those of Powertools for AWS Lambda, which takes longer to load than what it would do
here (docs/adr/0023-cold-start.md).
"""

import json
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from oriel.domain.clock import to_iso
from oriel.settings import Settings

_NAME = "oriel"
_TO_CALLER = 3
"""Frames between the line that logs and the standard library's logger."""


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "level": record.levelname,
            "location": f"{record.module}.{record.funcName}:{record.lineno}",
            "message": record.getMessage(),
            "timestamp": to_iso(datetime.fromtimestamp(record.created, UTC)),
            "service": _NAME,
            **getattr(record, "facts", {}),
        }
        trace_id = Settings.load().trace_id
        if trace_id:
            line["xray_trace_id"] = trace_id
        if record.exc_info and record.exc_info[0] is not None:
            line["exception_name"] = record.exc_info[0].__name__
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


class _Lines(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        sys.stdout.write(f"{self.format(record)}\n")


class Log:
    """Writes lines; `facts`, and those of `extra`, become keys of the line."""

    def __init__(self) -> None:
        settings = Settings.load()
        self._logger = logging.getLogger(_NAME)
        self._logger.setLevel(settings.log_level)
        lines = _Lines()
        lines.setFormatter(_Json())
        self._logger.handlers = [lines]
        # Lambda's own handler would write each line a second time.
        self._logger.propagate = not settings.in_lambda

    def info(self, message: str, **facts: Any) -> None:
        """Say what happened."""
        self._write(logging.INFO, message, facts)

    def warning(self, message: str, **facts: Any) -> None:
        """Say what may need a look."""
        self._write(logging.WARNING, message, facts)

    def error(self, message: str, **facts: Any) -> None:
        """Say what went wrong; `exc_info` is the exception, where there was one."""
        self._write(logging.ERROR, message, facts)

    def exception(self, message: str, **facts: Any) -> None:
        """Say what went wrong, with the exception that is being handled."""
        self._write(logging.ERROR, message, {"exc_info": True, **facts})

    def _write(self, level: int, message: str, facts: dict[str, Any]) -> None:
        problem = facts.pop("exc_info", None)
        extra: dict[str, Any] = facts.pop("extra", {})
        self._logger.log(
            level,
            message,
            exc_info=problem,
            extra={"facts": {**extra, **facts}},
            stacklevel=_TO_CALLER,
        )


logger = Log()
