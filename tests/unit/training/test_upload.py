import pytest
from oriel.domain.upload import Arrival, Upload, waiting_at

from tests.unit.training.samples import TASK, WORKSPACE


def test_a_key_that_an_upload_has_is_read_back() -> None:
    for upload in (Upload(WORKSPACE, TASK), Arrival(WORKSPACE, TASK)):
        assert waiting_at(upload.key) == upload


@pytest.mark.parametrize(
    "key",
    [
        "",
        f"ws/{WORKSPACE}/images/",
        f"ws/{WORKSPACE}/images/{TASK}/more",
        f"ws/{WORKSPACE}/incoming/{TASK}/files/1.png",
        f"ws/../images/{TASK}",
        f"derived/ws/{WORKSPACE}/images/{TASK}",
        f"ws/{WORKSPACE}/images/{TASK.upper()}x",
    ],
)
def test_any_other_key_is_no_upload(key: str) -> None:
    assert waiting_at(key) is None
