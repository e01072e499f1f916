"""Structured logs: one logger a process.

Messages are constant and lower-case, facts go in as keys; neither pictures, bodies nor tokens do.
"""

from aws_lambda_powertools import Logger

logger = Logger(service="oriel", utc=True)
