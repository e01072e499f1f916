"""How large a picture may be, wherever it comes from."""

MAX_PICTURE_BYTES = 10 * 1024 * 1024
MAX_PICTURE_PIXELS = 40_000_000
"""Checked from the header, before anything is decoded."""
