import io

import numpy as np
import pytest
from oriel.domain.errors import InvalidPicture
from oriel.domain.picture_header import ACCEPTED, read_header
from oriel_vision.backbone import Backbone
from oriel_vision.decode import FORMATS
from PIL import Image

from functions.ingest.vision import BackboneEmbedder, PillowReader

ORIENTATION = 0x0112
RANDOM = np.random.default_rng(3)
PIXELS = RANDOM.integers(0, 255, (30, 40, 3), dtype=np.uint8)


def encoded(kind: str, *, orientation: int | None = None) -> bytes:
    buffer = io.BytesIO()
    exif = Image.Exif()
    if orientation is not None:
        exif[ORIENTATION] = orientation
    Image.fromarray(PIXELS).save(buffer, kind, exif=exif)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def backbone() -> Backbone:
    return Backbone.load("lite0-int8")


def test_a_plain_picture_is_measured_hashed_and_made_small() -> None:
    picture = PillowReader(224).read(encoded("PNG"))
    assert (picture.width, picture.height) == (40, 30)
    assert len(bytes.fromhex(picture.perceptual_hash)) == 8
    assert picture.brightness == pytest.approx(PIXELS.mean(), abs=2)
    assert picture.model_input.shape == (224, 224, 3)
    with Image.open(io.BytesIO(picture.thumbnail)) as small:
        assert (small.format, small.size) == ("JPEG", (40, 30))


def test_a_turned_picture_is_seen_and_served_upright() -> None:
    picture = PillowReader(224).read(encoded("JPEG", orientation=6))
    assert (picture.width, picture.height) == (30, 40)
    assert picture.served is not None
    with Image.open(io.BytesIO(picture.served.data)) as served:
        assert served.size == (30, 40)
        assert not served.getexif()


@pytest.mark.parametrize("kind", FORMATS)
def test_what_uploads_let_in_is_what_can_be_read(kind: str) -> None:
    """And each format is named where somebody is told which there are."""
    data = encoded(kind)
    header = read_header(data)
    assert header.content_type == f"image/{kind.lower()}"
    assert kind.lower() in ACCEPTED.lower()
    picture = PillowReader(224).read(data)
    assert (picture.width, picture.height) == (header.width, header.height) == (40, 30)


@pytest.mark.parametrize("kind", ["JPEG2000", "ICO", "TGA", "PPM"])
def test_what_uploads_keep_out_is_not_read(kind: str) -> None:
    data = encoded(kind)
    with pytest.raises(InvalidPicture, match="formats"):
        read_header(data)
    with pytest.raises(InvalidPicture, match="known format"):
        PillowReader(224).read(data)


@pytest.mark.parametrize("data", [b"", b"no picture", encoded("PNG")[:200]])
def test_what_cannot_be_decoded_is_refused_with_a_reason(data: bytes) -> None:
    with pytest.raises(InvalidPicture) as refusal:
        PillowReader(224).read(data)
    assert str(refusal.value).startswith("The ")


def test_embeddings_are_the_backbones_in_half_precision(backbone: Backbone) -> None:
    embedder, reader = BackboneEmbedder(backbone), PillowReader(backbone.input_size)
    inputs = [reader.read(encoded(kind)).model_input for kind in ("PNG", "JPEG")]
    vectors = embedder.embed(inputs)
    assert embedder.name == "lite0-int8"
    for one, vector in zip(inputs, vectors, strict=True):
        expected = backbone.embed(one[None])[0]
        got = np.frombuffer(vector, "<f2")
        assert got.shape == (backbone.dim,)
        np.testing.assert_allclose(got, expected, rtol=2e-2, atol=2e-2)
