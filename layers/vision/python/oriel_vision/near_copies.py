"""Finds pictures that look like copies of earlier ones, among up to a hundred thousand.

Two pictures are copies where both their perceptual hashes and their embeddings are close: hashes
see a picture that was scaled or compressed, embeddings one that was cropped a little, and either
alone takes different pictures of one thing for copies. docs/adr/0018-training-data.md has the
figures. Every pair is compared, tile by tile, so memory does not grow with the pairs; its downside
is that time does: 100,000 pictures are 5,000,000,000 pairs.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LIMITS = ((2, 0.50), (4, 0.20), (8, 0.10), (20, 0.06))
"""Differing bits of 64, and how far embeddings may lie apart then: 1 less their cosine."""
LIMITS_OF_SMALL = ((2, 0.50), (4, 0.06))
"""Where a picture has so few pixels that many different ones nearly agree, copies have to."""
MOST_NEAR = 16
"""Earlier pictures that are kept of each one."""

_TILE_ROWS, _TILE_COLUMNS = 1024, 8192
_PROJECTED = 128
_SAMPLE = 4096
_SLACK = 1e-3
_STEPS = 1 << 14
"""Cosines are computed in whole numbers of so many steps, so that every processor agrees."""

_NEVER = -1.0
_Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Looks:
    """How pictures look, in the order in which they were added.

    `hashes` uint64 [n] and `embeddings` float16 [n, dim]; `known` bool [n] says which have an
    embedding: others are copies only of pictures with the very same hash. `small` bool [n].
    """

    hashes: NDArray[np.uint64]
    embeddings: NDArray[np.float16]
    known: NDArray[np.bool_]
    small: NDArray[np.bool_]


def near_copies(looks: Looks) -> dict[int, list[int]]:
    """Return for each picture the earlier ones that it looks like a copy of, the likest first."""
    found: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
    if not len(looks.hashes):
        return {}
    sides = _Sides.of(looks.embeddings)
    for rows, columns in _tiles(len(looks.hashes)):
        later, earlier, bits = _likely(looks, sides, rows, columns)
        distances, proven = _proven(looks, later, earlier, bits)
        for row, column, distance in zip(
            later[proven].tolist(),
            earlier[proven].tolist(),
            distances[proven].tolist(),
            strict=True,
        ):
            found[row].append((distance, column))
        for row in range(rows.start, rows.stop):
            if len(found.get(row, ())) > MOST_NEAR:
                found[row] = sorted(found[row])[:MOST_NEAR]
    return {row: [column for _, column in sorted(near)] for row, near in found.items()}


def _tiles(count: int) -> Iterator[tuple[slice, slice]]:
    """Cut the pairs below the diagonal of [count, count] into tiles."""
    for row in range(0, count, _TILE_ROWS):
        last = min(count, row + _TILE_ROWS)
        for column in range(0, last, _TILE_COLUMNS):
            yield slice(row, last), slice(column, min(last, column + _TILE_COLUMNS))


@dataclass(frozen=True, slots=True)
class _Sides:
    """Embeddings of length 1 in the few directions in which they differ most.

    The product of a row of each is half the squared distance in these directions, so at most 1 less
    the cosine in all of them: looking here first loses no pair.
    """

    later: NDArray[np.float32]
    earlier: NDArray[np.float32]

    @classmethod
    def of(cls, embeddings: NDArray[np.float16]) -> "_Sides":
        basis = _basis(embeddings)
        projected = np.concatenate(
            [
                _unit(embeddings[start : start + _TILE_COLUMNS]) @ basis
                for start in range(0, len(embeddings), _TILE_COLUMNS)
            ]
        )
        halves = (projected**2).sum(axis=1, keepdims=True) / 2
        ones = np.ones_like(halves)
        return cls(np.hstack([-projected, halves, ones]), np.hstack([projected, ones, halves]))


def _basis(embeddings: NDArray[np.float16]) -> NDArray[np.float32]:
    sample = _unit(embeddings[:: -(-len(embeddings) // _SAMPLE)])
    centred = sample - sample.mean(axis=0)
    directions: NDArray[np.float32] = np.linalg.eigh(centred.T @ centred)[1]
    return directions[:, -_PROJECTED:]


def _unit(embeddings: NDArray[np.float16]) -> NDArray[np.float32]:
    wide = embeddings.astype(np.float32)
    lengths = np.linalg.norm(wide, axis=1, keepdims=True)
    return (wide / np.where(lengths > 0, lengths, 1)).astype(np.float32)


def _likely(
    looks: Looks, sides: _Sides, rows: slice, columns: slice
) -> tuple[_Rows, _Rows, NDArray[np.uint8]]:
    """Return pairs of a tile, later and earlier, that may be copies, and how many bits differ."""
    bits = np.bitwise_count(looks.hashes[rows, None] ^ looks.hashes[None, columns])
    close = np.flatnonzero(bits <= LIMITS[-1][0])
    # A tile is one product, which is faster than looking up the few pairs that are close.
    gaps = (sides.later[rows] @ sides.earlier[columns].T).ravel()[close]
    here, there = np.divmod(close, bits.shape[1])
    later, earlier, chosen = here + rows.start, there + columns.start, bits.ravel()[close]
    kept = gaps <= _limits(looks, later, earlier, chosen) + _SLACK
    kept &= earlier < later
    return later[kept], earlier[kept], chosen[kept]


def _limits(
    looks: Looks, later: _Rows, earlier: _Rows, bits: NDArray[np.uint8]
) -> NDArray[np.float64]:
    """Return how far the embeddings of pairs may lie apart, less than 0 for those that may not."""
    small = looks.small[later] | looks.small[earlier]
    limits = np.where(small, _TABLES[1][bits], _TABLES[0][bits])
    known = looks.known[later] & looks.known[earlier]
    return np.where(known, limits, np.where(bits == 0, 1.0, _NEVER))


def _table(limits: tuple[tuple[int, float], ...]) -> NDArray[np.float64]:
    """Write limits out for each number of differing bits."""
    table = np.full(65, _NEVER)
    for bits, limit in reversed(limits):
        table[: bits + 1] = limit
    return table


_TABLES = (_table(LIMITS), _table(LIMITS_OF_SMALL))


def _proven(
    looks: Looks, later: _Rows, earlier: _Rows, bits: NDArray[np.uint8]
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return how far the embeddings of pairs really lie apart, and which pairs are copies."""
    distances = np.empty(len(later))
    for start in range(0, len(later), _SAMPLE):
        some = slice(start, start + _SAMPLE)
        products = _whole(looks.embeddings[later[some]]) * _whole(looks.embeddings[earlier[some]])
        distances[some] = 1 - products.sum(axis=1) / _STEPS**2
    return distances, distances <= _limits(looks, later, earlier, bits)


def _whole(embeddings: NDArray[np.float16]) -> NDArray[np.int64]:
    wide = embeddings.astype(np.float64)
    lengths = np.linalg.norm(wide, axis=1, keepdims=True)
    return np.rint(wide / np.where(lengths > 0, lengths, 1) * _STEPS).astype(np.int64)
