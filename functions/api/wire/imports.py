"""Imports on the wire."""

from typing import Any

from oriel.domain.imports import Import, ImportedFile, ImportKind
from oriel.domain.label import LabelType
from oriel.services.imports import ImportForms
from oriel.upload_ports import PostForm
from pydantic import Field

from functions.api.wire.base import Answer, Moment, Request


class ImportCreate(Request):
    """Pictures that will be sent as an archive, or one by one with a manifest."""

    kind: ImportKind = Field(
        description="zip: an archive of folders, each named as its label; its arrival starts the "
        "import. csv or jsonl: a list of files with their labels; start it once all were sent."
    )
    label_type: LabelType | None = Field(
        default=None, description="What names of labels stand for; absent: as the task takes them."
    )
    task: str | None = Field(
        default=None, description="Id of a task that the labels of an archive shall answer."
    )
    test_image: bool = Field(default=False, description="Where the manifest does not say.")


class FormAnswer(Answer):
    """A form to post as multipart/form-data: all `fields`, then the object as `file`."""

    url: str
    fields: dict[str, str]

    @classmethod
    def from_domain(cls, form: PostForm) -> "FormAnswer":
        """Answer with a form."""
        return cls(url=form.url, fields=dict(form.fields))


class ImportAnswer(Answer):
    """An import; of each of its `total` files it becomes known that it is done or why not."""

    id: str
    workspace: str
    created: Moment
    kind: str = Field(description="zip, csv or jsonl.")
    label_type: str = Field(description="What names of labels stand for.")
    task: str | None = Field(description="Id of the task that the labels answer.")
    test_image: bool = Field(description="Whether its images are for tests alone, by default.")
    state: str = Field(description="WAITING until it is started, RUNNING, DONE or FAILED.")
    started: Moment | None = Field(description="When it was last started.")
    finished: Moment | None = Field(description="When it was DONE or FAILED.")
    failure: str | None = Field(description="Why a FAILED import ended; it can be started again.")
    total: int | None = Field(description="Null until the files have been counted.")
    done: int = Field(description="Files that are images now.")
    failed: int = Field(description="Files that could not be taken in; each says why.")
    skipped: int = Field(description="Files that belong to no person, or came before.")

    @classmethod
    def from_domain(cls, of: Import) -> "ImportAnswer":
        """Answer with an import."""
        return cls(**_fields(of))


class OpenImportAnswer(ImportAnswer):
    """An import with its forms, which hold for an hour."""

    upload: FormAnswer = Field(description="Takes the archive or the manifest.")
    upload_files: FormAnswer | None = Field(
        description="Takes every file of a manifest: its name goes into `key` in place of "
        "${filename}."
    )

    @classmethod
    def with_forms(cls, of: Import, forms: ImportForms) -> "OpenImportAnswer":
        """Answer with an import that files can be sent to."""
        files = forms.files_form
        return cls(
            **_fields(of),
            upload=FormAnswer.from_domain(forms.list_form),
            upload_files=None if files is None else FormAnswer.from_domain(files),
        )


class ImportedFileAnswer(Answer):
    """What became of a file."""

    name: str = Field(description="Its path in the archive, or what the manifest calls it.")
    status: str = Field(description="DONE, FAILED or SKIPPED.")
    image: str | None = Field(description="Id of the image that was made of it.")
    reason: str | None = Field(description="Why there is none.")

    @classmethod
    def from_domain(cls, file: ImportedFile) -> "ImportedFileAnswer":
        """Answer with a file."""
        return cls(name=file.name, status=file.status, image=file.image_id, reason=file.reason)


def _fields(of: Import) -> dict[str, Any]:
    return {
        "id": of.id,
        "workspace": of.workspace_id,
        "created": of.created,
        "kind": of.kind,
        "label_type": of.label_type,
        "task": of.task_id,
        "test_image": of.test_image,
        "state": of.state,
        "started": of.started,
        "finished": of.finished,
        "failure": of.failure,
        "total": of.total,
        "done": of.done,
        "failed": of.failed,
        "skipped": of.skipped,
    }
