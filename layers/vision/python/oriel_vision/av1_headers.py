"""Reads how many pixels AV1 data makes a decoder compute, without decoding it.

Source: AV1 Bitstream & Decoding Process Specification, 5.3 (OBUs) and 5.5 (sequence header).
"""

from collections.abc import Iterator

MAX_PARTS = 2000
"""OBUs of one picture: a tile group each at most, of which a frame has a few dozen."""
MAX_FRAMES = 8
"""Frames of one picture: one, or four layers that refine each other."""
_SEQUENCE_HEADER, _FRAME_HEADER, _FRAME = 1, 3, 6
_LARGEST_PLAIN_LEVEL = 7


class BrokenStream(Exception):
    """The data is no AV1, or has more parts than a picture needs."""


def pixels_to_decode(stream: bytes) -> int:
    """Return the most pixels that decoding a picture can take; raises BrokenStream."""
    frames, largest = 0, 0
    for kind, content in _parts(stream):
        if kind == _SEQUENCE_HEADER:
            largest = max(largest, _largest_frame(content))
        frames += kind in {_FRAME_HEADER, _FRAME}
    if not frames or not largest or frames > MAX_FRAMES:
        raise BrokenStream(f"{frames} frames")
    return frames * largest


def _parts(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield type and content of each OBU."""
    place = count = 0
    while place < len(stream):
        header = stream[place]
        place += 2 if header & 4 else 1
        size = len(stream) - place
        if header & 2:
            size, place = _leb128(stream, place)
        end, count = place + size, count + 1
        if end > len(stream) or size < 0 or count > MAX_PARTS:
            raise BrokenStream("parts do not fit")
        yield header >> 3 & 15, stream[place:end]
        place = end


def _leb128(stream: bytes, place: int) -> tuple[int, int]:
    value = 0
    for index, byte in enumerate(stream[place : place + 8]):
        value |= (byte & 127) << 7 * index
        if byte < 128:  # noqa: PLR2004 - the last byte has no mark
            return value, place + index + 1
    raise BrokenStream("a length without end")


def _largest_frame(header: bytes) -> int:
    """Return the pixels of the largest frame that may follow a sequence header."""
    bits = _Bits(header)
    bits.read(4)  # profile, still picture
    is_reduced = bits.read(1)
    if is_reduced:
        bits.read(5)
    else:
        _skip_timing(bits)
    width_bits, height_bits = bits.read(4) + 1, bits.read(4) + 1
    width, height = bits.read(width_bits) + 1, bits.read(height_bits) + 1
    # Only a reduced header keeps frames from announcing a size of their own in as many bits.
    return width * height if is_reduced else 1 << width_bits + height_bits


def _skip_timing(bits: "_Bits") -> None:
    delay_bits = 0
    if bits.read(1):  # timing info
        bits.read(64)
        if bits.read(1):
            bits.skip_uvlc()
        if bits.read(1):  # decoder model
            delay_bits = bits.read(5) + 1
            bits.read(42)
    has_display_delay = bits.read(1)
    for _ in range(bits.read(5) + 1):  # operating points
        bits.read(12)
        if bits.read(5) > _LARGEST_PLAIN_LEVEL:
            bits.read(1)
        if delay_bits and bits.read(1):
            bits.read(2 * delay_bits + 1)
        if has_display_delay and bits.read(1):
            bits.read(4)


class _Bits:
    """Reads bits from the most significant on; raises BrokenStream at the end."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data[:64], "big")
        self._left = 8 * len(data[:64])

    def read(self, count: int) -> int:
        self._left -= count
        if self._left < 0:
            raise BrokenStream("a header is cut off")
        return self._value >> self._left & (1 << count) - 1

    def skip_uvlc(self) -> None:
        zeros = 0
        while not self.read(1):
            zeros += 1
        self.read(zeros if zeros < 32 else 0)  # noqa: PLR2004 - 4.10.3
