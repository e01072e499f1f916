"""Structured logs and metrics: one logger and one set of metrics a process.

Messages are constant and lower-case, facts go in as keys. A tenant is never a dimension of a
metric, and neither pictures, bodies nor tokens are logged.
"""

from aws_lambda_powertools import Logger, Metrics

NAMESPACE = "Oriel"

logger = Logger(service="oriel", utc=True)
metrics = Metrics(namespace=NAMESPACE, service="oriel")
