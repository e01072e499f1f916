"""What can be had of a published model: comparison, card and export."""

from oriel.domain.access import Permission
from oriel.domain.card.html import STYLE
from oriel.domain.errors import InvalidInput, NotFound
from oriel.domain.ids import is_id

from functions.api.call import Call
from functions.api.private_text import PRIVATE, confined
from functions.api.product import Product
from functions.api.route import Parameter, Route, an_id
from functions.api.wire.base import Request
from functions.api.wire.model_records import ComparisonAnswer, ExportLinkAnswer, Text

_MODEL = "/recognition/v2/model/<model_id>"
MARKDOWN, HTML = "text/markdown; charset=utf-8", "text/html; charset=utf-8"
_FORMATS = {"markdown": MARKDOWN, "html": HTML}


def compare(product: Product, call: Call[Request]) -> ComparisonAnswer:
    """Tell whether a model does better than another version of its task.

    Both must have been measured on the same test pictures; otherwise this is refused with 409 and
    the reason. The test is paired: only pictures on which they differ tell which is better.
    """
    model = product.model_store.get(call.workspace_id, call.ids["model_id"])
    other = call.query.get("with")
    if not other:
        raise InvalidInput("with: the id of the other model is required")
    if not is_id(other):
        raise NotFound("There is no model with this id")
    compared = product.model_records.compare(call.workspace_id, model.id, other)
    return ComparisonAnswer.from_domain(compared)


def card(product: Product, call: Call[Request]) -> Text:
    """Give a model's card: what it is for, what it was made of, how well it does, and its limits.

    HTML with plots where `format` or the Accept header says so, Markdown otherwise. What it is for
    is the description of its task.
    """
    model = product.model_store.get(call.workspace_id, call.ids["model_id"])
    if _wants_html(call):
        page = product.cards.html(model)
        return Text(content_type=HTML, content=page, headers=confined(STYLE))
    text = product.cards.markdown(model)
    return Text(content_type=MARKDOWN, content=text, headers=dict(PRIVATE))


def export(product: Product, call: Call[Request]) -> ExportLinkAnswer:
    """Give a URL of the model as a ZIP that runs without this service.

    It holds an ONNX file that takes pictures and answers probabilities, its labels, pictures with
    the answers expected to them, an example in Python, the card, licences and checksums. It is made
    right after the training; 409 says why there is none, and how to get one.
    """
    link = product.model_records.export_link(call.workspace_id, call.ids["model_id"])
    return ExportLinkAnswer.from_domain(link)


def _wants_html(call: Call[Request]) -> bool:
    wanted = call.query.get("format")
    if wanted:
        if wanted not in _FORMATS:
            raise InvalidInput(f"format: use one of {', '.join(_FORMATS)}")
        return wanted == "html"
    accepted = [one.partition(";")[0].strip() for one in call.accept.lower().split(",")]
    return "text/html" in accepted and "text/markdown" not in accepted


ROUTES: tuple[Route, ...] = (  # type: ignore[type-arg]
    Route(
        "GET",
        f"{_MODEL}/comparison",
        compare,
        ComparisonAnswer,
        query={"with": an_id("The other model.", required=True)},
        needs=Permission.READ,
        also=(409,),
    ),
    Route(
        "GET",
        f"{_MODEL}/card",
        card,
        Text,
        query={
            "format": Parameter(
                "Without it the Accept header decides.",
                {"type": "string", "enum": sorted(_FORMATS)},
            )
        },
        needs=Permission.READ,
        also=(409,),
        texts=("text/markdown", "text/html"),
    ),
    Route("GET", f"{_MODEL}/export", export, ExportLinkAnswer, needs=Permission.EDIT, also=(409,)),
)
