"""Pictures: every way to send one, what they carry, and lists of them."""

import base64
import functools
import threading
import uuid
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import cv2
import numpy as np
import pytest
from conftest import eventually
from ximilar.client.recognition import Image, Label, RecognitionClient

OK = {"status": "OK"}


@pytest.fixture
def label(client: RecognitionClient) -> Iterator[Label]:
    label, _ = client.create_label(f"pictures {uuid.uuid4()}")
    yield label
    label.wipe()


@pytest.fixture
def image(client: RecognitionClient, pictures: list[Path]) -> Iterator[Image]:
    (image,), _ = client.upload_images([{"_file": str(pictures[0])}])
    yield image
    client.remove_image(image.id)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A photograph-sized picture of more than 0.1 MB that the client shrinks itself."""
    noise = np.random.default_rng().integers(0, 255, (700, 900, 3), np.uint8)
    file = tmp_path / "large.jpg"
    cv2.imwrite(str(file), noise)
    return file


@pytest.fixture
def served(pictures: list[Path]) -> Iterator[str]:
    """The address of a web server with the pictures."""
    handler = functools.partial(_Quiet, directory=str(pictures[0].parent))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def test_pictures_come_by_file_bytes_array_and_address(
    label: Label, pictures: list[Path], served: str
) -> None:
    array = cv2.imread(str(pictures[2]))
    records = [
        {"_file": str(pictures[0])},
        {"_base64": base64.b64encode(pictures[1].read_bytes())},
        {"_img_data": array, "_color_space": "BGR"},
        {"_url": served + pictures[3].name},
    ]
    images, status = label.upload_images(records)
    assert status == OK
    assert len({image.id for image in images}) == 4
    for image in images:
        assert [one.id for one in image.get_labels()[0]] == [label.id]
    listed, following, facts = eventually(lambda: _all_listed(label, 4))
    assert {image.id for image in listed} == {image.id for image in images}
    assert following is None
    assert facts == {"count": 4, "status": "ok"}
    assert label.get_images_count() == 0, "the count of the object the client had before"


def _all_listed(
    label: Label, count: int
) -> tuple[list[Image], str | None, dict[str, object]] | None:
    page = label.get_training_images()
    return page if len(page[0]) == count else None


def test_sizes_are_those_of_what_was_sent(client: RecognitionClient, large: Path) -> None:
    (whole,), _ = client.upload_images([{"_file": str(large), "noresize": True}])
    (small,), _ = client.upload_images([{"_file": str(large)}])
    assert (whole.img_width, whole.img_height) == (900, 700)
    assert small.img_height == client.max_image_size == 512
    assert small.img_width == 658
    client.remove_image(whole.id)
    client.remove_image(small.id)


def test_uploading_side_by_side(client: RecognitionClient, pictures: list[Path]) -> None:
    records = [{"_file": str(picture)} for picture in pictures[:4]]
    results = client.parallel_records_processing(records, client.upload_images)
    assert [status for _, status in results] == [OK] * 4
    for images, _ in results:
        images[0].remove()


def test_the_same_picture_twice_is_two_images(client: RecognitionClient, large: Path) -> None:
    record = {"_file": str(large), "noresize": True}
    (first, again), status = client.upload_images([record, record])
    assert status == OK
    assert first.id != again.id
    assert client.get(f"recognition/v2/training-image/{again.id}")["duplicate_of"] == first.id
    first.remove()
    assert client.get(f"recognition/v2/training-image/{again.id}")["duplicate_of"] is None
    again.remove()


def test_what_is_no_picture_is_refused_in_words(client: RecognitionClient) -> None:
    images, status = client.upload_images([{"_base64": base64.b64encode(b"no picture")}])
    assert images == []
    assert "not uploaded" in status["status"]


def test_labels_with_and_without_values(client: RecognitionClient, image: Image) -> None:
    category, _ = client.create_label("category")
    weight, _ = client.create_label("weight", label_type="value")
    image.add_label(category.id)
    client.add_label_to_image(image.id, category.id)
    assert image.add_label(weight.id, 2.5)["id"] == image.id
    labels = client.get(f"recognition/v2/training-image/{image.id}")["labels"]
    assert {one["id"]: one["value"] for one in labels} == {category.id: None, weight.id: 2.5}
    image.update_label(weight.id, 4)
    exactly = eventually(lambda: weight.get_training_images(value=4)[0])
    assert [one.id for one in exactly] == [image.id]
    assert weight.get_training_images(value=2.5)[0] == []
    image.detach_label(category.id)
    image.remove_label(weight.id)
    image.remove_label(weight.id)
    assert image.get_labels() == ([], OK)
    category.remove()
    weight.remove()


def test_a_label_lets_go_of_a_picture(label: Label, pictures: list[Path]) -> None:
    (image,), _ = label.upload_images([{"_file": str(pictures[0])}])
    label.detach_image(image.id)
    assert image.get_labels()[0] == []
    image.remove()


def test_uploads_carry_values_flags_and_meta_data(
    client: RecognitionClient, pictures: list[Path]
) -> None:
    weight, _ = client.create_label("weight", label_type="value")
    record = {
        "_file": str(pictures[0]),
        "test_image": True,
        "real": False,
        "meta_data": {"shelf": 7},
        "values": {weight.id: 1.25},
    }
    (image,), status = client.upload_images([record])
    assert status == OK
    stored, _ = client.get_image(image.id)
    assert (stored.test_image, stored.real_image) == (True, False)
    assert stored.get_meta_data() == {"shelf": 7}
    assert stored.to_json()["labels"] == [weight.id]
    image.remove()
    weight.remove()


def test_meta_data_grows_and_goes(client: RecognitionClient, image: Image) -> None:
    assert image.get_meta_data() == {}
    assert image.add_meta_data({"a": 1})
    assert image.add_meta_data({"b": {"c": [1.5, None]}})
    assert client.get_image(image.id)[0].get_meta_data() == {"a": 1, "b": {"c": [1.5, None]}}
    assert image.clear_meta_data()
    assert client.get_image(image.id)[0].get_meta_data() == {}


def test_verification_counts_a_user_once(client: RecognitionClient, image: Image) -> None:
    user = client.get_user_details()["id"]
    image.verify(user)
    image.verify(user)
    assert image.verifyCount == 1
    assert len(image.get_verifications()) == 1
    assert client.get_image(image.id)[0].verifyCount == 1
    verified = eventually(lambda: client.get_training_images(verification=1)[0])
    assert image.id in {one.id for one in verified}
    assert image.unverify()
    assert client.get_image(image.id)[0].verifyCount == 0


def test_points_lie_on_a_picture(client: RecognitionClient, image: Image) -> None:
    made, status = client.create_point(image.id, "corner", {"x": 3, "y": 4})
    assert status == "OK"
    points, _ = client.get_points(image.id)
    assert [(point.id, point.name, point.data) for point in points] == [
        (made["id"], "corner", {"x": 3, "y": 4})
    ]
    assert made["id"] in {point.id for point in client.get_points()[0]}
    assert "corner" in str(points[0])


def test_flags_are_set_and_listed(client: RecognitionClient, image: Image) -> None:
    image.set_test(True)
    image.set_real(False)
    stored, _ = client.get_image(image.id)
    assert (stored.test_image, stored.real_image) == (True, False)
    assert eventually(lambda: image.id in _ids(client.get_training_images(test=True)[0]))
    assert image.id in _ids(client.get_training_images(real=False)[0])
    assert image.id not in _ids(client.get_training_images(real=True)[0])
    image.set_test(False)
    assert client.get_image(image.id)[0].test_image is False


def _ids(images: list[Image]) -> set[str]:
    return {image.id for image in images}


def test_many_pictures_change_at_once(
    client: RecognitionClient, label: Label, pictures: list[Path]
) -> None:
    records = [{"_file": str(picture)} for picture in pictures[:6]]
    images, _ = label.upload_images(records)
    other, _ = client.create_label("other")
    ids = [image.id for image in images]
    client.modify_images(images=ids, add_labels=[other.id], test=True)
    client.modify_images(images=[*ids, str(uuid.uuid4())], add_labels=[other.id])
    assert client.get_label(other.id)[0].images_count == 6
    eventually(lambda: other.get_training_images(test=True)[2]["count"] == 6)
    assert other.get_training_images(not_label=True)[2]["count"] == _total(client) - 6
    eventually(lambda: len(other.get_training_images()[0]) == 6)
    client.modify_images(labels=[other.id], remove_labels=[label.id], test=False, real=False)
    assert client.get_label(label.id)[0].images_count == 0
    assert client.get_label(other.id)[0].images_count == 6
    client.modify_images(images=ids, real=True)
    other.wipe()
    eventually(lambda: client.get_image(ids[0])[0] is None)


def _total(client: RecognitionClient) -> int:
    count = client.get_training_images()[2]["count"]
    assert isinstance(count, int)
    return count


def test_120_pictures_are_listed_page_by_page(
    client: RecognitionClient, label: Label, pictures: list[Path]
) -> None:
    records = [{"_file": str(picture)} for picture in pictures[:120]]
    results = client.parallel_records_processing(records, label.upload_images)
    sent = {image.id for images, _ in results for image in images}
    assert len(sent) == 120
    first = f"recognition/v2/training-image/?labels={label.id}&page_size=50"
    eventually(lambda: len(_pages(label, first)) == 120)
    assert set(_pages(label, first)) == sent
    assert {image.id for image in label.training_images_iter(first)} == sent
    assert sum(len(some) for some in label.training_images_iter(first, batch_size=7)) == 120
    items, status = client.get_all_paginated_items(first)
    assert status == {"status": "OK", "count": 120}
    assert len(items) == 120
    label.wipe()
    assert client.get_label(label.id)[0] is None
    eventually(lambda: all(client.get_image(one)[0] is None for one in sorted(sent)))


def _pages(label: Label, url: str | None) -> list[str]:
    ids: list[str] = []
    while url:
        images, url, _ = label.get_training_images(page_url=url)
        ids += [image.id for image in images]
    return ids


def test_a_picture_comes_back_under_a_name_of_its_own(image: Image, tmp_path: Path) -> None:
    file = image.download(f"{tmp_path}/")
    assert image.id in file
    assert cv2.imread(file) is not None
    cut = image.extract_object_data([1, 2, 11, 22], f"{tmp_path}/")
    assert cut["_img_data"].shape == (20, 10, 3)


def test_removing_a_picture_is_once(client: RecognitionClient, pictures: list[Path]) -> None:
    (image,), _ = client.upload_images([{"_file": str(pictures[0])}])
    assert image.remove().status_code == 204
    assert client.get_image(image.id)[0] is None
    assert "detail" in image.remove()
