"""What a request is told that it waited for."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from oriel.domain.errors import InvalidInput
from oriel.ports import Fetched
from oriel.services.prepared_pictures import PicturePreparer, Prepared
from oriel.services.records import Record, Unanswered
from oriel.services.stopwatch import Stopwatch

from tests.fakes.recognizer import FakePicture, FakeRecognizer

RECORD = Record("https://pictures.test/coat", None, {})


@dataclass
class Clock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class SlowFetcher:
    clock: Clock

    def fetch(self, url: str) -> Fetched:
        self.clock.seconds += 3
        if "nowhere" in url:
            raise InvalidInput("The host of _url is unknown")
        return Fetched(b"30x20:2", "image/png")


class SlowRecognizer(FakeRecognizer):
    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock

    def decode(self, data: bytes, side: int) -> FakePicture:
        self.clock.seconds += 1
        return super().decode(data, side)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def preparer(clock: Clock) -> PicturePreparer:
    return PicturePreparer(SlowFetcher(clock), SlowRecognizer(clock), ThreadPoolExecutor(1))


def test_fetching_ends_with_the_last_bytes_and_decoding_with_the_last_picture(
    clock: Clock, preparer: PicturePreparer
) -> None:
    watch = Stopwatch(clock)
    (found,) = preparer.prepare([RECORD], {224}, watch, keeps=False)
    assert isinstance(found, Prepared)
    assert watch.stages == {"fetch": 3, "decode": 1}


def test_what_is_decoded_before_the_last_bytes_come_is_not_waited_for(
    clock: Clock, preparer: PicturePreparer
) -> None:
    watch = Stopwatch(clock)
    preparer.prepare([RECORD, RECORD], {224}, watch, keeps=False)
    assert watch.stages == {"fetch": 7, "decode": 1}


def test_a_picture_that_never_came_was_waited_for_too(
    clock: Clock, preparer: PicturePreparer
) -> None:
    watch = Stopwatch(clock)
    nowhere = Record("https://nowhere.test/", None, {})
    (found,) = preparer.prepare([nowhere], {224}, watch, keeps=True)
    assert isinstance(found, Unanswered)
    assert watch.stages == {"fetch": 3, "decode": 0}


def test_the_bytes_are_kept_where_they_are_needed_later(preparer: PicturePreparer) -> None:
    for keeps, original in ((True, b"30x20:2"), (False, b"")):
        (found,) = preparer.prepare([RECORD], {224}, Stopwatch(), keeps=keeps)
        assert isinstance(found, Prepared)
        assert found.original == original
