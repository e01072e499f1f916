"""What can go wrong, in the product's own words.

OrielError
|-- InvalidInput            400  the caller can correct it
|   |-- InvalidPicture      400  not a picture that can be decoded
|   |-- TooFewImages        400  training needs more pictures; says how many are missing
|   `-- NotTrained          400  the task has no such model to answer with
|-- Unauthenticated         401  no token, or one that is unknown or revoked
|-- Forbidden               403  the token may not do this
|   |-- CreditsExhausted    403  plan, packs or a cap leave no room for the request
|   `-- PlanLimitReached    403  the plan has no room for one more
|-- NotFound                404  unknown here, or another workspace's
|-- Conflict                409  the thing's present state forbids it
|   |-- AlreadyTraining     409  one training of a task at a time
|   `-- RequestRunning      409  a request with this Idempotency-Key is being answered
|-- PayloadTooLarge         413  more bytes than the limit
|-- IdempotencyMismatch     422  the key was used before with another body
|-- ModelBroken             500  a published model is gone or changed; only its owner can replace it
|-- ExportFailed            500  this model cannot be given as a file; says why (seen on the model)
|-- TrainingFailed          500  this training cannot give a model; says why (seen on the model)
`-- TemporarilyUnavailable  503  try again; nothing was lost
    `-- ImagesStillProcessing    503  uploads of a task that wants to train are being ingested
"""

from typing import ClassVar


class OrielError(Exception):
    """Anything the product says no to; the message may be shown to the caller as it is."""

    code: ClassVar[str] = "error"


class InvalidInput(OrielError):
    """The caller sent something that cannot be accepted and can correct it."""

    code = "invalid_input"


class InvalidPicture(InvalidInput):
    """The bytes are not a picture that is accepted here."""

    code = "invalid_picture"


class TooFewImages(InvalidInput):
    """Training needs more labels or more pictures than there are."""

    code = "too_few_images"


class NotTrained(InvalidInput):
    """The task has no model, or not the version that was asked for."""

    code = "not_trained"


class Unauthenticated(OrielError):
    """There is no token, or it is unknown or revoked."""

    code = "unauthenticated"


class Forbidden(OrielError):
    """The token is good, but may not do this."""

    code = "forbidden"


class CreditsExhausted(Forbidden):
    """What the plan and its packs give, or a cap, leaves no room for what the request may need."""

    code = "credits_exhausted"


class PlanLimitReached(Forbidden):
    """The workspace holds as many of a kind as its plan allows."""

    code = "plan_limit"


class NotFound(OrielError):
    """The thing does not exist in the caller's workspace."""

    code = "not_found"


class Conflict(OrielError):
    """The present state of the thing forbids it."""

    code = "conflict"


class AlreadyTraining(Conflict):
    """A training of the task is under way."""

    code = "already_training"


class RequestRunning(Conflict):
    """A request with this key is being answered; its answer will be there for the next one."""

    code = "request_running"


class PayloadTooLarge(OrielError):
    """The request or picture holds more bytes than the limit."""

    code = "payload_too_large"


class IdempotencyMismatch(OrielError):
    """The idempotency key was used before with another body."""

    code = "idempotency_mismatch"


class TemporarilyUnavailable(OrielError):
    """Something this depends on did not answer; nothing was lost."""

    code = "temporarily_unavailable"


class ModelBroken(OrielError):
    """What is stored of a published model is gone, or is not what was published."""

    code = "model_broken"


class ExportFailed(OrielError):
    """A model cannot be given as a file that answers as it does; the message is kept with it."""

    code = "export_failed"


class TrainingFailed(OrielError):
    """A training cannot give a model that may go live; the message becomes the model's failure."""

    code = "training_failed"


class ImagesStillProcessing(TemporarilyUnavailable):
    """Pictures that belong to a training set are still being ingested."""

    code = "images_still_processing"
