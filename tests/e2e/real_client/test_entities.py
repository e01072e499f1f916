"""Tasks, labels and the links between them."""

import uuid

import pytest
from ximilar.client.recognition import Label, RecognitionClient, Task

OK = {"status": "OK"}


@pytest.fixture
def task(client: RecognitionClient) -> Task:
    task, status = client.create_task("Shoes", description="What kind", task_type="multi_class")
    assert status == OK
    return task


@pytest.fixture
def label(client: RecognitionClient) -> Label:
    label, status = client.create_label(f"boot {uuid.uuid4()}", "Any", "Boot", "category")
    assert status == OK
    return label


def test_the_caller_is_known_by_id(client: RecognitionClient) -> None:
    assert uuid.UUID(client.get_user_details()["id"])


def test_a_new_task_is_found_by_id_in_lists_and_by_name(
    client: RecognitionClient, task: Task
) -> None:
    found, status = client.get_task(task.id)
    assert status == OK
    assert (found.name, found.type, found.description) == ("Shoes", "multi_class", "What kind")
    assert (found.production_version, found.last_train_status) == (-1, "NOT_TRAINED")
    tasks, _ = client.get_all_tasks()
    assert task.id in {one.id for one in tasks}
    named, _ = client.get_tasks_by_name("Shoes")
    assert task.id in {one.id for one in named}
    assert client.get_tasks_by_name("No such name")[0] is None
    assert str(found) == "Shoes"


def test_what_is_missing_is_none_with_a_reason(client: RecognitionClient) -> None:
    unknown = str(uuid.uuid4())
    for ask in (client.get_task, client.get_label, client.get_model, client.get_image):
        found, status = ask(unknown)
        assert found is None
        assert "status" in status
    assert "detail" in client.remove_task(unknown)
    assert "detail" in client.remove_label(unknown)
    assert "detail" in client.remove_image(unknown)
    assert "detail" in client.remove_model(unknown)


def test_a_label_is_found_by_id_substring_and_name(client: RecognitionClient, label: Label) -> None:
    found, status = client.get_label(label.id)
    assert status == OK
    assert (found.type, found.description, found.output_name) == ("category", "Any", "Boot")
    assert found.get_images_count() == 0
    assert client.get_label_by_name(label.name)[0].id == label.id
    assert client.get_label_by_name(label.name, "category")[0].id == label.id
    assert client.get_label_by_name(label.name, "tag")[0] is None
    some, _ = client.get_labels_by_substring(label.name[-12:].upper())
    assert [one.id for one in some] == [label.id]
    assert client.get_labels_by_substring("no-label-has-this")[0] is None
    everything, _ = client.get_all_labels()
    assert label.id in {one.id for one in everything}
    assert found.to_json()["label_id"] == label.id


def test_labels_of_one_name_are_different_labels(client: RecognitionClient) -> None:
    made = [client.create_label("same name", label_type="tag")[0] for _ in range(3)]
    assert len({label.id for label in made}) == 3
    for label in made:
        assert label.remove().status_code == 204


def test_labels_join_and_leave_a_task(client: RecognitionClient, task: Task, label: Label) -> None:
    task.add_label(label.id)
    task.add_label(label.id)
    assert [one.id for one in task.get_labels()[0]] == [label.id]
    assert task.get_label_by_name(label.name)[0].id == label.id
    assert task.get_label_by_name("another")[0] is None
    assert task.to_json()["labels"] == [label.id]
    assert client.get_label(label.id)[0].tasks_count == 1
    task.detach_label(label.id)
    task.detach_label(label.id)
    assert task.get_labels()[0] == []


def test_a_label_of_another_type_is_refused(client: RecognitionClient, task: Task) -> None:
    tag, _ = client.create_label("shiny", label_type="tag")
    assert "category" in task.add_label(tag.id)["detail"]


def test_a_tagging_task_has_exactly_one_negative_label(client: RecognitionClient) -> None:
    tagging, _ = client.create_task("Tags", task_type="multi_label")
    negative, status = tagging.get_negative_label()
    assert status == OK
    assert negative.negative_for_task == tagging.id
    assert negative.type == "tag"
    assert len(tagging.get_labels()[0]) == 1
    tagging.remove()
    assert client.get_label(negative.id)[0] is None


def test_a_categorization_task_has_no_negative_label(task: Task) -> None:
    assert task.get_negative_label() == (None, OK)


def test_follow_up_tasks_hang_on_a_label(task: Task, label: Label) -> None:
    label.add_annotate_task(task.id)
    follow_ups, status = label.get_annotate_tasks()
    assert status == "OK"
    assert [one.id for one in follow_ups] == [task.id]
    label.detach_annotate_task(task.id)
    assert label.get_annotate_tasks()[0] == []


def test_removing_is_once(client: RecognitionClient, task: Task, label: Label) -> None:
    task.add_label(label.id)
    assert client.remove_task(task.id).status_code == 204
    assert client.get_label(label.id)[0].tasks_count == 0
    assert client.remove_label(label.id).status_code == 204
    assert client.get_task(task.id)[0] is None
    assert client.get_label(label.id)[0] is None
