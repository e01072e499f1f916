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
_HEAD = 10
"""Bytes of a segment up to the number of a frame's components; of a scan's that is the fifth."""
_FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_SEQUENTIAL = {0xC0, 0xC1}
"""Frames that are decoded in one pass where their first scan has all components."""
_PLAIN = {*range(_FIRST, _LAST + 1)} - _WITHOUT_LENGTH - {*range(_RESTART, _RESTART + 8)}
"""Segments that every decoder finds the end of by their length."""


def is_reasonable(data: bytes) -> bool:
    """Tell whether a JPEG's first picture keeps to MAX_SCANS and MAX_SEGMENTS."""
    return _has_one_scan(data) or _few_are_counted(data)


def _has_one_scan(data: bytes) -> bool:
    """Tell whether a decoder reads one scan and no more, as it does of most photographs.

    Only what comes before the scan has to be looked at then: plain segments, one after the other,
    and among them one frame, whose components are all in the scan.
    """
    position, components = 2, 0
    for _ in range(MAX_SEGMENTS):
        head = data[position : position + _HEAD]
        if len(head) < _HEAD or head[0] != _BEGIN or head[1] not in _PLAIN:
            return False
        if head[1] == _SCAN:
            return 0 < components == head[4]
        if head[1] in _FRAMES:
            if components or head[1] not in _SEQUENTIAL:
                return False
            components = head[9]
        position += 2 + max(2, head[2] << 8 | head[3])
    return False


def _few_are_counted(data: bytes) -> bool:
    """Count all of them."""
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
