"""Structured logs: one JSON object a line, one logger a process.

Messages are constant and lower-case, facts go in as keys; neither pictures, bodies nor tokens do.
The fields are those of Powertools for AWS Lambda, which takes longer to load than what it would do
here (docs/adr/0023-cold-start.md). The standard library's logger would collect thirty things of
each line of which four are written.
"""

import json
import sys
from typing import Any

from oriel.domain.clock import to_iso, utc_now
from oriel.settings import Settings

_SERVICE = "oriel"
_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_TO_CALLER = 2
"""Frames between the line that logs and what writes it."""
_JSON = json.JSONEncoder(default=str)


class Log:
    """Writes lines; `facts`, and those of `extra`, become keys of the line."""

    def __init__(self) -> None:
        level = Settings.load().log_level
        if level not in _LEVELS:
            raise ValueError(f"POWERTOOLS_LOG_LEVEL is {level}, not one of {', '.join(_LEVELS)}")
        self._least = _LEVELS.index(level)

    def info(self, message: str, **facts: Any) -> None:
        """Say what happened."""
        self._write("INFO", message, facts)

    def warning(self, message: str, **facts: Any) -> None:
        """Say what may need a look."""
        self._write("WARNING", message, facts)

    def error(self, message: str, **facts: Any) -> None:
        """Say what went wrong; `exc_info` is the exception, where there was one."""
        self._write("ERROR", message, facts)

    def exception(self, message: str, **facts: Any) -> None:
        """Say what went wrong, with the exception that is being handled."""
        self._write("ERROR", message, {"exc_info": sys.exception(), **facts})

    def _write(self, level: str, message: str, facts: dict[str, Any]) -> None:
        if _LEVELS.index(level) < self._least:
            return
        problem = facts.pop("exc_info", None)
        extra: dict[str, Any] = facts.pop("extra", {})
        caller = sys._getframe(_TO_CALLER)  # noqa: SLF001 - as the standard library's logger does
        module = caller.f_globals["__name__"].rpartition(".")[2]
        line = {
            "level": level,
            "location": f"{module}.{caller.f_code.co_name}:{caller.f_lineno}",
            "message": message,
            "timestamp": to_iso(utc_now()),
            "service": _SERVICE,
            **extra,
            **facts,
        }
        trace_id = Settings.load().trace_id
        if trace_id:
            line["xray_trace_id"] = trace_id
        if problem is not None:
            line["exception_name"] = type(problem).__name__
            line["exception"] = _told(problem)
        # In one piece: other threads write lines too.
        sys.stdout.write(f"{_JSON.encode(line)}\n")


def _told(problem: BaseException) -> str:
    import traceback  # noqa: PLC0415 - a start without a problem does not wait for it

    return "".join(traceback.format_exception(problem)).rstrip()


logger = Log()
