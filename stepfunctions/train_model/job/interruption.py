"""Ends the training where SageMaker asks for it: stopped, out of time, or its machine reclaimed.

A signal handler that raised would do so anywhere, also half-way through a file. So it only notes
the wish, and the long loops look. Two minutes pass until SIGKILL; no step between takes as long.
"""

import signal
import sys
import threading
from typing import NoReturn

_wanted = threading.Event()


def listen() -> None:
    """Note SIGTERM from now on instead of dying of it."""
    signal.signal(signal.SIGTERM, lambda _number, _frame: _wanted.set())


def is_asked() -> bool:
    """Whether this process shall end."""
    return _wanted.is_set()


def stop_if_asked() -> None:
    """Leave where asked to."""
    if is_asked():
        leave()


def leave() -> NoReturn:
    """Leave the process, through all that cleans up; the last whole epoch is saved already."""
    print("phase=stopped", flush=True)
    sys.exit(128 + signal.SIGTERM)
