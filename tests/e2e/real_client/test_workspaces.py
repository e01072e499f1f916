"""A second workspace, as the client names it."""

from pathlib import Path

from conftest import eventually
from ximilar.client.recognition import RecognitionClient


def test_two_workspaces_of_one_user_are_apart(
    client: RecognitionClient, url: str, token: str, pictures: list[Path]
) -> None:
    made = client.post("account/v2/workspace", data={"name": "second"})
    second = RecognitionClient(token, url, workspace=made["id"], resource_name=None)
    label, _ = second.create_label("only here")
    task, _ = second.create_task("only here")
    assert (task.workspace, label.workspace) == (made["id"], made["id"])
    (image,), _ = label.upload_images([{"_file": str(pictures[0])}])
    task.add_label(label.id)
    assert [one.id for one in task.get_labels()[0]] == [label.id]
    assert client.get_labels_by_substring("only here")[0] is None
    assert client.get_tasks_by_name("only here")[0] is None
    # Without a workspace an id is enough: the caller may see it.
    assert client.get_image(image.id)[0].workspace == made["id"]
    assert client.get_task(task.id)[0].id == task.id
    second.modify_images([image.id], test=True)
    assert eventually(lambda: second.get_training_images(test=True)[2]["count"] == 1)
    label.wipe()
    eventually(lambda: second.get_image(image.id)[0] is None)
    task.remove()
