"""Computes figures with the vision layer's arithmetic."""

from collections.abc import Sequence
