import uuid
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import pytest
from botocore.exceptions import ClientError
from oriel.adapters.lean_aws.s3 import LeanBlobs
from oriel.adapters.s3 import S3Blobs
from oriel.domain.errors import NotFound, PayloadTooLarge, TemporarilyUnavailable
from oriel.ports import Blobs

from infra.local.emulator import Emulator
from tests.fakes.blobs import MemoryBlobs
from tests.functional.tables import lean_access


@pytest.fixture(scope="session")
def bucket(emulator: Emulator) -> str:
    name = f"blobs-{uuid.uuid4()}"
    emulator.client("s3").create_bucket(Bucket=name)
    return name


@pytest.fixture(params=["memory", "s3", "lean"])
def blobs(request: pytest.FixtureRequest) -> Blobs:
    if request.param == "memory":
        return MemoryBlobs()
    emulator: Emulator = request.getfixturevalue("emulator")
    client, bucket = emulator.client("s3"), request.getfixturevalue("bucket")
    if request.param == "lean":
        return LeanBlobs(lean_access(emulator), client, bucket)
    return S3Blobs(client, bucket)


class TestBlobs:
    def test_an_object_comes_back_byte_for_byte(self, blobs: Blobs) -> None:
        for data in (b"", bytes(range(256))):
            blobs.put("ws/a/images/1", data, "image/png")
            assert blobs.get("ws/a/images/1") == data

    def test_what_is_not_there_is_not_found(self, blobs: Blobs) -> None:
        with pytest.raises(NotFound):
            blobs.get("ws/a/nothing")

    def test_a_larger_object_than_is_wanted_is_refused(self, blobs: Blobs) -> None:
        blobs.put("large", bytes(11), "application/octet-stream")
        assert len(blobs.get("large", 11)) == 11
        with pytest.raises(PayloadTooLarge):
            blobs.get("large", 10)

    def test_objects_are_removed_whether_they_exist_or_not(self, blobs: Blobs) -> None:
        blobs.put("one", b"1", "text/plain")
        blobs.put("two", b"2", "text/plain")
        blobs.delete(["one", "never"])
        blobs.delete([])
        with pytest.raises(NotFound):
            blobs.get("one")
        assert blobs.get("two") == b"2"

    def test_objects_below_a_prefix_are_removed_a_thousand_at_a_time(self, blobs: Blobs) -> None:
        folder = f"ws/{uuid.uuid4()}"
        for number in range(3):
            blobs.put(f"{folder}/{number}", b"", "text/plain")
        blobs.put(f"{folder}-other/0", b"kept", "text/plain")
        assert blobs.delete_below(f"{folder}/") == 3
        assert blobs.delete_below(f"{folder}/") == 0
        assert blobs.get(f"{folder}-other/0") == b"kept"

    def test_a_signed_url_ends_in_the_keys_last_segment(self, blobs: Blobs) -> None:
        path = blobs.sign_get("derived/ws/a/pictures/1.png", 60).partition("?")[0]
        assert path.endswith("derived/ws/a/pictures/1.png")


class TestS3Blobs:
    def test_anyone_may_fetch_a_signed_url(self, emulator: Emulator, bucket: str) -> None:
        blobs = S3Blobs(emulator.client("s3"), bucket)
        blobs.put("signed/1.png", b"picture", "image/png")
        direct = build_opener(ProxyHandler({}))
        with direct.open(blobs.sign_get("signed/1.png", 60), timeout=10) as answer:
            assert answer.read() == b"picture"
            assert answer.headers["Content-Type"] == "image/png"

    def test_a_signed_url_that_leads_nowhere_says_so(self, emulator: Emulator, bucket: str) -> None:
        direct = build_opener(ProxyHandler({}))
        url = S3Blobs(emulator.client("s3"), bucket).sign_get("signed/none", 60)
        with pytest.raises(HTTPError) as refused, direct.open(url, timeout=10):
            pass
        assert refused.value.code == 404
        refused.value.close()

    def test_more_than_a_thousand_objects_are_removed(
        self, emulator: Emulator, bucket: str
    ) -> None:
        blobs = S3Blobs(emulator.client("s3"), bucket)
        blobs.put("last", b"", "text/plain")
        blobs.delete([*(f"none/{number}" for number in range(1000)), "last"])
        with pytest.raises(NotFound):
            blobs.get("last")

    def test_a_busy_store_is_temporarily_unavailable_and_a_wrong_bucket_is_not(
        self, emulator: Emulator
    ) -> None:
        class Busy:
            def get_object(self, **_: object) -> None:
                raise ClientError({"Error": {"Code": "SlowDown", "Message": ""}}, "GetObject")

        with pytest.raises(TemporarilyUnavailable):
            S3Blobs(Busy(), "any").get("key")  # type: ignore[arg-type]
        with pytest.raises(ClientError):
            S3Blobs(emulator.client("s3"), f"none-{uuid.uuid4()}").put("key", b"", "text/plain")
