import pytest
from oriel.domain.upload import Upload, upload_of

from tests.unit.training.samples import TASK, WORKSPACE


def test_a_key_that_an_upload_has_is_read_back() -> None:
    upload = Upload(WORKSPACE, TASK)
    assert upload_of(upload.key) == upload


@pytest.mark.parametrize(
    "key",
    [
        "",
        f"ws/{WORKSPACE}/images/",
        f"ws/{WORKSPACE}/images/{TASK}/more",
        f"ws/{WORKSPACE}/incoming/{TASK}",
        f"ws/../images/{TASK}",
        f"derived/ws/{WORKSPACE}/images/{TASK}",
        f"ws/{WORKSPACE}/images/{TASK.upper()}x",
    ],
)
def test_any_other_key_is_no_upload(key: str) -> None:
    assert upload_of(key) is None
