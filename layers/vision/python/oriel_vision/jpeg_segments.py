"""Counts the segments and scans of a JPEG without decoding it (ITU-T T.81, annex B).

A decoder pays for each scan with a pass over the whole picture, however few bytes the scan has.
"""

import numpy as np

MAX_SCANS = 100
"""Ten make a usual progressive photograph; libtiff draws its line here too."""
MAX_SEGMENTS = 1000
"""A file of 10 MB needs no more, at 64 KB a segment and a few tables a scan."""
_SCAN, _END = 0xDA, 0xD9
_BEGIN, _FIRST, _LAST, _RESTART = 0xFF, 0xC0, 0xFE, 0xD0
# Start and end of a picture have no length, and decoders do not read one after FFF0 to FFFD either.
_WITHOUT_LENGTH = {0xC8, 0xD8, 0xD9, *range(0xF0, 0xFE)}


def is_reasonable(data: bytes) -> bool:
    """Tell whether a JPEG's first picture keeps to MAX_SCANS and MAX_SEGMENTS."""
    is_marker = _markers(data)
    scans = segments = position = 0
    while (place := is_marker.find(True, position)) >= 0:
        marker = data[place + 1]
        if marker == _END and scans:
            break
        position = place + 2
        if marker not in _WITHOUT_LENGTH:
            position += max(2, int.from_bytes(data[position : position + 2], "big"))
        segments += 1
        scans += marker == _SCAN
        if scans > MAX_SCANS or segments > MAX_SEGMENTS:
            return False
    return True


def _markers(data: bytes) -> bytes:
    """Return for each byte, but the last, 1 where a marker may begin, else 0.

    Stuffed bytes (FF00) and restarts (FFD0 to FFD7) belong to a scan's data; below FFC0 is no
    marker. Megabytes are compared as one: a regular expression takes four times as long.
    """
    content = np.frombuffer(data, np.uint8)
    code = content[1:]
    found = content[:-1] == _BEGIN
    # Differences wrap around, so that one comparison tells a range.
    found &= code - np.uint8(_FIRST) <= _LAST - _FIRST
    found &= code - np.uint8(_RESTART) > 7  # noqa: PLR2004 - eight restarts
    marks: bytes = found.tobytes()
    return marks
