"""What fields mean wherever they occur, unless their model says it better."""

from collections.abc import Mapping
from typing import Any

WORDS: Mapping[str, str] = {
    "_base64": "The picture's file, with or without a data-URI prefix.",
    "_height": "Of the picture that was sent, upright, in pixels.",
    "_status": "Whether it was answered.",
    "_url": "Where the picture is fetched from.",
    "_width": "Of the picture that was sent, upright, in pixels.",
    "training": "How full trainings of the task are done.",
    "activation": "When a new version goes into production by itself.",
    "best_label": "The most probable label.",
    "code": "200, or the status of what is wrong.",
    "created": "When it was made (UTC).",
    "credits_counter": "Credits used since the first of the month.",
    "credits_limit": "Credits of a month; 2147483647 where there is no limit.",
    "currency": "ISO 4217.",
    "data": "Any JSON of the user's own, given back as it was sent; up to 4096 bytes.",
    "default_workspace": "The workspace that is meant where none is named.",
    "description": "In the user's own words.",
    "email": "For people; nothing is sent there.",
    "expires": "When it ends (UTC).",
    "failure": "Why the training failed, and what to do about it.",
    "f1": "The harmonic mean of precision and recall.",
    "fields": "Fields of the form, to be sent as they are.",
    "finished": "When the training ended (UTC).",
    "from": "The first day (UTC).",
    "groups": "The same by day, task or version.",
    "high": "Its upper end.",
    "id": "Lower-case UUID.",
    "image": "Id of an image.",
    "image_id": "Id of an image.",
    "images_count": "How many images carry it.",
    "img_height": "In pixels; of the upright picture once it is READY.",
    "img_path": "URL of the picture, for anyone and for an hour.",
    "img_width": "In pixels; of the upright picture once it is READY.",
    "kind": "What is deleted.",
    "key": "The day, task or version.",
    "label_id": "Id of a label.",
    "labels": "The labels that it carries, and those proposed.",
    "labels_of_task": "How many labels a task takes.",
    "labels_count": "How many labels it has.",
    "last_name": "Always empty: `first_name` is the whole name.",
    "last_train_status": "NOT_TRAINED, IN_TRAINING, TRAINED or FAILED.",
    "low": "Its lower end.",
    "meta_data": "The user's own JSON, given back as it was sent.",
    "mode": "How it was trained.",
    "model": "Id of a model.",
    "name": "For people; need not be unique.",
    "organization": "For people.",
    "output_name": "The name in answers of recognition, instead of `name`; null for none.",
    "overall": "Of all together.",
    "per_label": "Of each label.",
    "phone": "For people.",
    "precision": "The share of what is given that is right.",
    "previous": "Always null: pages lead forward.",
    "price_micros": "In millionths of the currency.",
    "production_version": "The version that answers; -1 before the first successful training.",
    "proposal": "Whether a model proposed it and nobody has confirmed it yet.",
    "real": "A photograph from life; false for a product on plain ground.",
    "recall": "The share that is found of what there is.",
    "recognition_tasks": "Tasks that go on where this label was found.",
    "records": "The pictures, in the order of the request.",
    "rejection": "Why the picture could not be taken.",
    "request_id": "Finds the request in the logs.",
    "requested": "When it was asked for (UTC).",
    "results": "The things of this page.",
    "role": "What the user may do in the workspace.",
    "service": "The service that is asked for.",
    "state": "How far it has come.",
    "status": "Whether it was answered.",
    "statistics": "How long it took, in seconds.",
    "stats": "How many tasks, labels and images there are.",
    "task": "Id of a task.",
    "task_id": "Id of a task.",
    "task_name": "The task's name when the training began.",
    "tasks_count": "How many tasks it belongs to.",
    "test_image": "Kept out of training; evaluates every model.",
    "text": "OK, or what is wrong.",
    "thumb_img_path": "URL of a small copy, for anyone and for an hour.",
    "to": "The last day (UTC), included.",
    "traffic": "The trial of a candidate version that is under way.",
    "train_status": "CREATED, IN_TRAINING, TRAINED or FAILED.",
    "type": "What kind it is.",
    "units": "Credits.",
    "url": "Where to send it.",
    "user": "Id of a user.",
    "user_id": "Id of a user.",
    "verified": "Whether the account is confirmed.",
    "verifyCount": "How many users have verified the image.",
    "version": "Counts up from 1 with each training; -1 until it is published.",
    "workspace": "Id of the workspace that it belongs to.",
}


def explained(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Add what fields mean where a schema does not say it."""
    fields = schema.get("properties")
    if not fields:
        return dict(schema)
    return {**schema, "properties": {name: _told(name, field) for name, field in fields.items()}}


def _told(name: str, field: Mapping[str, Any]) -> dict[str, Any]:
    if "description" in field or name not in WORDS:
        return dict(field)
    return {**field, "description": WORDS[name]}
