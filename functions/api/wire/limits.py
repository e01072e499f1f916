"""Every limit in numbers, on the wire. Sizes are in bytes where nothing else is said."""

from pydantic import Field

from functions.api.wire.base import Answer


class RequestLimits(Answer):
    """Of requests. The first five are null where nothing limits them, as without a gateway."""

    per_second: int | None = Field(description="Of all callers of this deployment together.")
    burst: int | None = Field(
        description="How many may come at once; from then on `per_second` is what comes back."
    )
    public_per_second: int | None = Field(description="Of what is read without a token.")
    public_burst: int | None = Field(description="Of what is read without a token, at once.")
    seconds: int | None = Field(description="After which a request is given up.")
    body: int = Field(description="Bytes of a request's body, which base64 makes a third longer.")
    answer: int = Field(description="Bytes of an answer.")
    form_fields: int = Field(description="Fields of a form.")
    page_size: int = Field(description="Things on one page of a listing.")
    page_number: int = Field(description="Up to which pages have numbers; `next` leads further.")


class ClassifyLimits(Answer):
    """Of a classification."""

    records: int = Field(description="Pictures of one request.")
    tasks: int = Field(description="Tasks of one request.")
    own_fields: int = Field(description="Bytes of a record's own fields as JSON.")
    url_characters: int = Field(description="Characters of a `_url`.")
    url_seconds: float = Field(description="In which a `_url` has to be fetched whole.")
    url_redirects: int = Field(description="Redirects of a `_url`.")
    sticky_id_characters: int = Field(description="Characters of a `sticky_id`.")
    idempotency_key_characters: int = Field(description="Characters of an `Idempotency-Key`.")


class PictureLimits(Answer):
    """Of a picture, classified or uploaded."""

    file: int = Field(description="Bytes of its file.")
    pixels: int = Field(description="Width times height.")


class ImageLimits(Answer):
    """Of a training image."""

    labels_of_upload: int = Field(description="Labels that an upload carries along.")
    labels: int = Field(description="Labels and proposals that it carries.")
    points: int = Field(description="Points on it.")
    meta_data: int = Field(description="Bytes of its `meta_data` as JSON.")
    meta_data_levels: int = Field(description="Levels of its `meta_data`.")
    update: int = Field(description="Images that one request changes.")


class TaskLimits(Answer):
    """Of a task."""

    labels: int = Field(description="Labels that it has.")
    label_names: int = Field(description="Bytes of all their names together as JSON.")


class WorkspaceLimits(Answer):
    """Of a workspace and its members."""

    tasks: int = Field(description="Tasks in it.")
    labels: int = Field(description="Labels in it.")
    members: int = Field(description="Users who belong to it.")
    tokens: int = Field(description="Tokens of all members together.")
    tokens_of_member: int = Field(description="Tokens of one member.")
    notifications: int = Field(description="Addresses that hear of trainings.")
    of_user: int = Field(description="Workspaces that one user belongs to.")


class ImportLimits(Answer):
    """Of an import."""

    files: int = Field(description="Pictures of one import.")
    archive: int = Field(description="Bytes of an archive.")
    manifest: int = Field(description="Bytes of a list of files.")
    unpacked: int = Field(description="Bytes of all pictures of an archive together.")


class Range(Answer):
    """What a number has to lie between, both ends included."""

    least: float = Field(description="The lowest.")
    most: float = Field(description="The highest.")


class TrainingLimits(Answer):
    """Of a training."""

    labels_at_least: int = Field(description="Labels that a task needs, but for a regression.")
    images_of_label_at_least: int = Field(description="Images that each label needs.")
    instances: int = Field(description="Machines of one training in this deployment.")
    job_overhead_seconds: int = Field(
        description="After which, beside its time budget, a job is ended."
    )
    options: dict[str, Range] = Field(description="Of each number that may be chosen, by name.")


class AccountLimitsAnswer(Answer):
    """Every limit of this deployment; what is over one is refused with words that name it."""

    requests: RequestLimits = Field(description="Of any request, however it is meant.")
    classify: ClassifyLimits = Field(description="Of one classification.")
    picture: PictureLimits = Field(description="Of one picture.")
    image: ImageLimits = Field(description="Of one training image.")
    task: TaskLimits = Field(description="Of one task.")
    workspace: WorkspaceLimits = Field(description="Of one workspace.")
    imports: ImportLimits = Field(description="Of one import.")
    training: TrainingLimits = Field(description="Of one training.")
