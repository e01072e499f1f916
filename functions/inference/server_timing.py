"""The stages of a request as callers see them (https://www.w3.org/TR/server-timing/)."""

from oriel.services.stopwatch import Stopwatch

SERVER_TIMING = "Server-Timing"
ALWAYS = ("fetch", "decode", "load", "infer", "usage")
"""Stages that every answer tells; 0 where it was not come to."""


def timing_of(watch: Stopwatch) -> str:
    """Say what the request waited for in milliseconds, in the order in which it did."""
    stages = dict(watch.stages)
    for name in ALWAYS:
        stages.setdefault(name, 0.0)
    return ", ".join([f"{name};dur={seconds * 1000:.1f}" for name, seconds in stages.items()])
