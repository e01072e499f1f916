"""What lies under the entities: headers, tokens, configuration, pictures in memory."""

from pathlib import Path

import cv2
import pytest
from ximilar.client.recognition import RecognitionClient


@pytest.fixture
def own(client: RecognitionClient) -> RecognitionClient:
    """A client that a test may change."""
    return RecognitionClient(client.token, client.endpoint, resource_name=None)


def test_headers_that_nobody_knows_do_not_matter(own: RecognitionClient) -> None:
    own.add_header({"X-Whatever": "1", "collection-id": "2"})
    assert own.get_user_details()["id"]


def test_a_token_that_nobody_knows_opens_nothing(own: RecognitionClient) -> None:
    own.update_token("0" * 40)
    assert own.get_all_tasks() == (None, {"detail": "Invalid token.", "status": "ERROR"})


def test_the_limits_can_be_asked_for(own: RecognitionClient) -> None:
    assert own.get_config("limits")["records"] == 10
    assert own.get_config("limits", version=1) == own.get_config("limits")
    assert "detail" in own.get_config("nothing")


def test_a_picture_in_memory_arrives_in_its_colours(
    own: RecognitionClient, pictures: list[Path], tmp_path: Path
) -> None:
    red = cv2.imread(str(pictures[0]))
    red[:] = (0, 0, 200)
    own.cv2_imwrite({"_img_data": red, "_color_space": "BGR"}, str(tmp_path / "red.png"))
    record = {"_img_data": cv2.cvtColor(red, cv2.COLOR_BGR2RGB), "_color_space": "RGB"}
    images, _ = own.upload_images([record, {"_file": str(tmp_path / "red.png")}])
    for image in images:
        seen = cv2.imread(image.download(f"{tmp_path}/"))
        assert seen[0, 0, 2] > 190
        assert seen[0, 0, 0] < 10
        image.remove()
