"""Pictures that take long, and what becomes of their neighbours."""

import pytest
from oriel.domain.image import ImageStatus

from tests.functional.ingest.intake import Intake, InvocationOver, body, message, told


def test_what_there_is_no_time_for_comes_again_and_the_rest_is_ingested() -> None:
    intake = Intake()
    intake.read_slowly(costs_ms=15_000)
    first, second, third, late, later = (intake.upload() for _ in range(5))
    answer = intake.deliver(first, second, third, late, later)
    assert answer == sorted([late.image_id, later.image_id])
    for done in (first, second, third):
        assert intake.image(done).status is ImageStatus.READY
    assert intake.image(late).status is ImageStatus.PENDING


def test_a_message_whose_uploads_are_taken_in_by_half_comes_again_as_a_whole() -> None:
    intake = Intake()
    intake.read_slowly(costs_ms=45_000)
    taken, late = intake.upload(), intake.upload()
    assert intake.deliver_raw(message("1", body(taken.key, late.key))) == ["1"]
    assert intake.image(taken).status is ImageStatus.READY
    assert intake.image(late).status is ImageStatus.PENDING


def test_new_messages_go_first_and_then_those_that_came_least_often() -> None:
    intake = Intake()
    reader = intake.read_slowly()
    fifth, second, new = intake.upload(b"5"), intake.upload(b"2"), intake.upload(b"1")
    assert intake.deliver_raw(told(fifth, 5), told(second, 2), told(new)) == []
    assert reader.read_in == [b"1", b"2", b"5"]


def test_messages_that_come_again_are_each_taken_in_on_their_own() -> None:
    intake = Intake()
    again = [intake.upload() for _ in range(3)]
    new = [intake.upload() for _ in range(2)]
    told_again = [told(upload, 2) for upload in again]
    assert intake.deliver_raw(*told_again, *(told(upload) for upload in new)) == []
    assert intake.embedder.calls == [2, 1, 1, 1]


def test_a_picture_that_ends_the_invocation_again_takes_no_new_one_with_it() -> None:
    intake = Intake()
    intake.read_slowly()
    endless, again, new = intake.upload(b"endless"), intake.upload(), intake.upload()
    with pytest.raises(InvocationOver):
        intake.deliver_raw(told(endless, 3), told(again, 2), told(new))
    assert intake.image(new).status is ImageStatus.READY
    assert intake.image(again).status is ImageStatus.READY


def test_the_neighbours_of_a_picture_that_ends_the_invocation_have_their_turn_after_two() -> None:
    intake = Intake()
    intake.read_slowly()
    before, endless, behind = intake.upload(), intake.upload(b"endless"), intake.upload()
    for times in (2, 3):
        with pytest.raises(InvocationOver):
            intake.deliver_raw(
                message("a", body(before.key), times),
                message("b", body(endless.key), times),
                message("c", body(behind.key), times),
            )
    assert intake.image(before).status is ImageStatus.READY
    assert intake.image(behind).status is ImageStatus.READY
