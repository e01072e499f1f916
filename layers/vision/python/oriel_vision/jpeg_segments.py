"""Counts the segments and scans of a JPEG without decoding it (ITU-T T.81, annex B).

A decoder pays for each scan with a pass over the whole picture, however few bytes the scan has.
"""

import re

MAX_SCANS = 100
"""Ten make a usual progressive photograph; libtiff draws its line here too."""
MAX_SEGMENTS = 1000
"""A file of 10 MB needs no more, at 64 KB a segment and a few tables a scan."""
_SCAN, _END = 0xDA, 0xD9
# Stuffed bytes (FF00) and restarts (FFD0 to FFD7) belong to a scan's data; below FFC0 is no marker.
_MARKER = re.compile(rb"\xff([\xc0-\xcf\xd8-\xfe])")
# Start and end of a picture have no length, and decoders do not read one after FFF0 to FFFD either.
_WITHOUT_LENGTH = {0xC8, 0xD8, 0xD9, *range(0xF0, 0xFE)}


def is_reasonable(data: bytes) -> bool:
    """Tell whether a JPEG's first picture keeps to MAX_SCANS and MAX_SEGMENTS."""
    scans = segments = position = 0
    while found := _MARKER.search(data, position):
        marker = found[1][0]
        if marker == _END and scans:
            break
        position = found.end()
        if marker not in _WITHOUT_LENGTH:
            position += max(2, int.from_bytes(data[position : position + 2], "big"))
        segments += 1
        scans += marker == _SCAN
        if scans > MAX_SCANS or segments > MAX_SEGMENTS:
            return False
    return True
