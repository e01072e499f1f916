"""A handler's exception reaches callers under its class name.

Lambda reports `errorType` as the exception's class, and state machines Retry and Catch by it. The
emulator's worker keeps only the message, so that every error is a `Runtime.HandlerError`.
"""

import threading
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from infra.local.patches.scripts import replaced

_OLD = '{"status": "error", "error": str(e), "trace": traceback.format_exc()}'
_NEW = (
    '{"status": "error", "error": str(e), "error_type": type(e).__name__, '
    '"trace": traceback.format_exc()}'
)
STACK_LINES = 20


def apply() -> None:
    """Carry the class name from the worker's reply into the invocation's."""
    lambda_runtime._PYTHON_WORKER_SCRIPT = replaced(
        lambda_runtime._PYTHON_WORKER_SCRIPT, _OLD, _NEW
    )
    # The worker is invoked, and its reply turned into the invocation's, in one thread.
    last = threading.local()
    invoke, execute = lambda_runtime.Worker.invoke, lambda_svc._execute_function_warm

    def invoke_and_remember(worker: Any, *args: Any, **options: Any) -> Any:
        last.reply = invoke(worker, *args, **options)
        return last.reply

    def execute_with_name(*args: Any) -> Any:
        last.reply = {}
        result = execute(*args)
        if result.get("error") and last.reply.get("error_type"):
            result["body"]["errorType"] = last.reply["error_type"]
            result["body"]["stackTrace"] = last.reply["trace"].splitlines()[-STACK_LINES:]
        return result

    lambda_runtime.Worker.invoke = invoke_and_remember
    lambda_svc._execute_function_warm = execute_with_name
