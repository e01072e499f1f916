import re

from oriel_vision.decode import decode
from oriel_vision.fingerprint import perceptual_hash
from PIL import Image

from infra.local.demo.sample import read_part
from tests.unit.vision.pictures import MAX_PIXELS, encode, photo


def distance(a: str, b: str) -> int:
    return (int(a, 16) ^ int(b, 16)).bit_count()


def test_a_hash_is_sixteen_hexadecimal_digits() -> None:
    for picture in (photo(300, 200), Image.new("RGB", (1, 1)), Image.new("RGB", (9, 9), "white")):
        assert re.fullmatch("[0-9a-f]{16}", perceptual_hash(picture))


def test_another_container_changes_nothing() -> None:
    for encoding in ("PNG", "BMP", "TIFF"):
        copy = decode(encode(photo(300, 200), encoding), max_pixels=MAX_PIXELS)
        assert perceptual_hash(copy) == perceptual_hash(photo(300, 200))


def test_compression_and_scaling_change_few_bits() -> None:
    for seed in range(10):
        original = photo(300, 200, seed)
        smaller = original.resize((150, 100))
        copy = decode(encode(smaller, "JPEG", quality=70), max_pixels=MAX_PIXELS)
        assert distance(perceptual_hash(copy), perceptual_hash(original)) <= 6


def test_other_pictures_are_far_away() -> None:
    hashes = [perceptual_hash(photo(300, 200, seed)) for seed in range(20)]
    assert min(distance(a, b) for a in hashes for b in hashes if a != b) > 10


def test_even_similar_clothes_are_told_apart() -> None:
    trousers = [picture for picture in read_part("train") if picture.label == "Trouser"]
    hashes = {perceptual_hash(decode(p.data, max_pixels=MAX_PIXELS)) for p in trousers}
    assert len(trousers) == len(hashes) == 200
