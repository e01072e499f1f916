"""The operations that the inference function answers."""

from dataclasses import replace

from oriel.domain.access import Permission

from functions.api.document.operation import Operation
from functions.api.wire.classify import ClassifyAnswer, ClassifyRequest

_CLASSIFY = Operation(
    method="POST",
    path="/recognition/v2/classify",
    name="classify",
    summary="Classify up to ten pictures; each one that is answered costs a credit.",
    explained=(
        "A record that cannot be answered says so in its own `_status` and costs nothing; "
        "the others are answered all the same.\n\n"
        "With a list of up to five tasks each picture is fetched and decoded once and answered by "
        "all of them: the records hold `_tasks` in place of labels, and each answered record costs "
        "a credit a task. What is wrong with one of the tasks refuses the request.\n\n"
        "What plan, packs and caps leave is looked at before anything is answered: a request that "
        "may need more is a 403 with the code `credits_exhausted`. What an answer was billed by "
        "stands in `statistics.billing`, and in the headers `X-Oriel-Units`, "
        "`X-Oriel-Price-Version` and `X-Oriel-Remaining`."
    ),
    tag="inference",
    needs=Permission.CLASSIFY,
    answer=ClassifyAnswer,
    body=ClassifyRequest,
    forms=False,
    headers={
        "Idempotency-Key": (
            "Chosen by the caller: the same request under the same key is answered again "
            "from what was kept, for 400 days, and billed once; while it is still being answered "
            "it is a 409, with another body a 422."
        )
    },
    also=(409, 422),
)
_PREDICT = replace(
    _CLASSIFY,
    path="/custom/v2/predict",
    name="custom_predict",
    summary="The same as classify, by the name that custom models have in older clients.",
    explained="",
)

INFERENCE = (_CLASSIFY, _PREDICT)
