import io
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from oriel_vision import near_copies as under_test
from oriel_vision.backbone import Backbone
from oriel_vision.fingerprint import perceptual_hash
from oriel_vision.near_copies import LIMITS, MOST_NEAR, Looks, near_copies
from oriel_vision.preprocess import to_input
from PIL import Image


def looks(
    hashes: list[int],
    embeddings: NDArray[np.floating],
    known: list[bool] | None = None,
    *,
    small: bool = False,
) -> Looks:
    count = len(hashes)
    return Looks(
        np.array(hashes, np.uint64),
        embeddings.astype(np.float16),
        np.array([True] * count if known is None else known),
        np.full(count, small),
    )


def turned(cosine_distance: float) -> NDArray[np.floating]:
    """Two embeddings that lie so far apart."""
    cosine = 1 - cosine_distance
    return np.array([[1.0, 0.0, 0.0], [cosine, np.sqrt(1 - cosine**2), 0.0]])


@pytest.mark.parametrize(
    ("bits", "distance", "small", "copies"),
    [
        (0, 0.45, False, True),
        (2, 0.45, False, True),
        (2, 0.55, False, False),
        (4, 0.15, False, True),
        (4, 0.25, False, False),
        (8, 0.09, False, True),
        (8, 0.15, False, False),
        (20, 0.05, False, True),
        (20, 0.08, False, False),
        (22, 0.0, False, False),
        (2, 0.45, True, True),
        (4, 0.05, True, True),
        (4, 0.15, True, False),
        (8, 0.05, True, False),
    ],
)
def test_hashes_and_embeddings_have_to_agree(
    bits: int, distance: float, small: bool, copies: bool
) -> None:
    hashes = [0, (1 << bits) - 1]
    found = near_copies(looks(hashes, turned(distance), small=small))
    assert found == ({1: [0]} if copies else {})


def test_without_an_embedding_only_the_very_same_hash_is_a_copy() -> None:
    nothing = np.zeros((4, 8))
    known = [False] * 4
    assert near_copies(looks([7, 7, 6, 7], nothing, known)) == {1: [0], 3: [0, 1]}
    mixed = np.vstack([np.zeros(8), np.ones(8), np.ones(8)])
    assert near_copies(looks([7, 7, 6], mixed, [False, True, True])) == {1: [0], 2: [1]}


def test_the_likest_come_first_and_so_many_at_most() -> None:
    far = np.linspace(0.4, 0.0, 30)
    embeddings = np.stack([np.sqrt(1 - far), np.sqrt(far)], axis=1)
    found = near_copies(looks([0] * 30, embeddings))
    assert found[29] == list(range(28, 28 - MOST_NEAR, -1))
    assert set(found) == set(range(1, 30))


def test_no_pictures_have_no_copies() -> None:
    assert near_copies(looks([], np.zeros((0, 8)))) == {}


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 60))
def test_tiles_find_what_comparing_every_pair_finds(seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    centres = random.normal(size=(4, 160))
    embeddings = centres[random.integers(0, 4, count)] + random.normal(0, 0.2, (count, 160))
    embeddings = embeddings.astype(np.float16).astype(np.float64)
    flips = [1 << int(bit) for bit in random.integers(0, 64, count)]
    hashes = [0x0F0F0F0F0F0F0F0F ^ (flip if random.random() < 0.7 else 2**12 - 1) for flip in flips]
    unit = embeddings / np.linalg.norm(embeddings, axis=1, keepdims=True)
    expected: dict[int, set[int]] = {}
    for later in range(count):
        for earlier in range(later):
            bits = (hashes[later] ^ hashes[earlier]).bit_count()
            limit = next((limit for most, limit in LIMITS if bits <= most), -1.0)
            if 1 - unit[later] @ unit[earlier] <= limit:
                expected.setdefault(later, set()).add(earlier)
    with pytest.MonkeyPatch.context() as patch:
        # Tiles as small as that are crossed by every case.
        patch.setattr(under_test, "_TILE_ROWS", 7)
        patch.setattr(under_test, "_TILE_COLUMNS", 16)
        patch.setattr(under_test, "MOST_NEAR", count)
        found = near_copies(looks(hashes, embeddings))
    assert {later: set(earlier) for later, earlier in found.items()} == expected


def scene(seed: int) -> Image.Image:
    """A picture that hardly any two seeds share: coarse blobs with some detail."""
    random = np.random.default_rng(seed)
    coarse = Image.fromarray(random.integers(0, 256, (9, 12, 3), np.uint8))
    smooth = coarse.resize((320, 240), Image.Resampling.BICUBIC)
    detail = random.normal(0, 6, (240, 320, 3))
    return Image.fromarray((np.asarray(smooth) + detail).clip(0, 255).astype(np.uint8))


def compressed(picture: Image.Image, quality: int) -> Image.Image:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return Image.open(io.BytesIO(buffer.getvalue())).convert("RGB")


VARIANTS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "half the size": lambda picture: picture.resize((160, 120), Image.Resampling.LANCZOS),
    "twice the size": lambda picture: picture.resize((640, 480), Image.Resampling.BICUBIC),
    "compressed": lambda picture: compressed(picture, 60),
    "a little cropped": lambda picture: picture.crop((4, 3, 316, 237)),
    "brighter": lambda picture: picture.point(lambda value: min(255, round(value * 1.05))),
}


@pytest.fixture(scope="module")
def seen() -> Callable[[list[Image.Image]], Looks]:
    backbone = Backbone.load("lite0-int8")

    def look(pictures: list[Image.Image]) -> Looks:
        inputs = np.stack([to_input(picture, backbone.input_size) for picture in pictures])
        hashes = [int(perceptual_hash(picture), 16) for picture in pictures]
        return looks(hashes, backbone.embed(inputs))

    return look


def test_copies_of_a_picture_are_found_and_other_pictures_are_not(
    seen: Callable[[list[Image.Image]], Looks],
) -> None:
    originals = [scene(seed) for seed in range(3)]
    copies = [vary(picture) for picture in originals for vary in VARIANTS.values()]
    found = near_copies(seen(originals + copies))
    for place in range(len(copies)):
        later, original = len(originals) + place, place // len(VARIANTS)
        name = list(VARIANTS)[place % len(VARIANTS)]
        assert original in found.get(later, []), name
        others = {one for one in found[later] if one < len(originals)}
        assert others == {original}, name
    assert not set(found) & set(range(len(originals)))
