"""What the functions run on in the cloud (see docs/adr/0001-python-runtime.md)."""

LAMBDA_PYTHON = "3.13"

DEFAULT_ARCHITECTURE = "x86_64"

ARCHITECTURES = ("x86_64", "arm64")
"""arm64 costs a fifth less, but its int8 kernels have not been measured: see the ADR."""
