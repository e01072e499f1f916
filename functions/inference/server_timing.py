"""The stages of a request as callers see them (https://www.w3.org/TR/server-timing/)."""

from dataclasses import replace

from oriel.services.stopwatch import Stopwatch

from functions.inference.gateway import Reply

ALWAYS = ("fetch", "decode", "load", "infer", "usage")
"""Stages that every answer tells, in milliseconds; 0 where it was not come to."""


def timed(reply: Reply, watch: Stopwatch) -> Reply:
    """Say in the answer what the request waited for, in the order in which it did."""
    stages = {**watch.stages, **{name: 0.0 for name in ALWAYS if name not in watch.stages}}
    timing = ", ".join(f"{name};dur={seconds * 1000:.1f}" for name, seconds in stages.items())
    return replace(reply, headers={**reply.headers, "Server-Timing": timing})
