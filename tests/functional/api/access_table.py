"""Who may do what, spelled out: a route that is added has to be added here as well."""

from dataclasses import dataclass

from oriel.domain.access import Permission, Role

ANYBODY = frozenset({Role.VIEWER, Role.ANNOTATOR, Role.EDITOR, Role.OWNER})
ANNOTATORS = frozenset({Role.ANNOTATOR, Role.EDITOR, Role.OWNER})
EDITORS = frozenset({Role.EDITOR, Role.OWNER})
OWNERS = frozenset({Role.OWNER})


@dataclass(frozen=True)
class Rule:
    """The roles that may, and the scope that a token needs, None where any will do."""

    roles: frozenset[Role]
    scope: Permission | None


ANY_TOKEN = Rule(ANYBODY, None)
READ = Rule(ANYBODY, Permission.READ)
ANNOTATE = Rule(ANNOTATORS, Permission.ANNOTATE)
EDIT = Rule(EDITORS, Permission.EDIT)
TRAIN = Rule(EDITORS, Permission.TRAIN)
MANAGE = Rule(OWNERS, Permission.MANAGE)
OWN_THINGS = Rule(ANYBODY, Permission.MANAGE)
"""What is the caller's own; of others' things only what an owner may."""

TABLE = {
    "POST /authorization/v2/authorize": ANY_TOKEN,
    "GET /account/v2/user": ANY_TOKEN,
    "GET /account/v2/details": READ,
    "GET /account/v2/usage": READ,
    "GET /account/v2/plan": READ,
    "GET /account/v2/caps": READ,
    "PUT /account/v2/caps": MANAGE,
    "POST /account/v2/quote": READ,
    "GET /account/v2/reports": READ,
    "GET /account/v2/resource": READ,
    "GET /account/v2/invoice": READ,
    "GET /account/v2/invoice/<period>": READ,
    "GET /account/v2/invoice/<period>.csv": READ,
    "GET /account/v2/invoice/<period>.html": READ,
    "GET /account/v2/usage/facts": READ,
    "GET /account/v2/limits": ANY_TOKEN,
    "GET /account/v2/config/<config_type>": ANY_TOKEN,
    "GET /account/v2/workspace": ANY_TOKEN,
    "POST /account/v2/workspace": MANAGE,
    "GET /account/v2/workspace/<workspace_id>": READ,
    "PUT /account/v2/workspace/<workspace_id>": MANAGE,
    "PATCH /account/v2/workspace/<workspace_id>": MANAGE,
    "DELETE /account/v2/workspace/<workspace_id>": MANAGE,
    "GET /account/v2/workspace/<workspace_id>/member": READ,
    "POST /account/v2/workspace/<workspace_id>/member": MANAGE,
    "PUT /account/v2/workspace/<workspace_id>/member/<user_id>": MANAGE,
    "PATCH /account/v2/workspace/<workspace_id>/member/<user_id>": MANAGE,
    "DELETE /account/v2/workspace/<workspace_id>/member/<user_id>": OWN_THINGS,
    "GET /account/v2/deletion": READ,
    "POST /account/v2/deletion/<subject_id>/resume": MANAGE,
    "GET /account/v2/notification": READ,
    "POST /account/v2/notification": MANAGE,
    "DELETE /account/v2/notification/<notification_id>": MANAGE,
    "GET /account/v2/token": READ,
    "POST /account/v2/token": OWN_THINGS,
    "DELETE /account/v2/token/<token_id>": OWN_THINGS,
    "GET /recognition/v2/task": READ,
    "POST /recognition/v2/task": EDIT,
    "GET /recognition/v2/task/<task_id>": READ,
    "PUT /recognition/v2/task/<task_id>": EDIT,
    "PATCH /recognition/v2/task/<task_id>": EDIT,
    "DELETE /recognition/v2/task/<task_id>": EDIT,
    "POST /recognition/v2/task/<task_id>/add-label": EDIT,
    "POST /recognition/v2/task/<task_id>/remove-label": EDIT,
    "POST /recognition/v2/task/<task_id>/train": TRAIN,
    "GET /recognition/v2/task/<task_id>/traffic": READ,
    "POST /recognition/v2/task/<task_id>/feedback": ANNOTATE,
    "GET /recognition/v2/task/<task_id>/suspects": READ,
    "GET /recognition/v2/label": READ,
    "POST /recognition/v2/label": EDIT,
    "GET /recognition/v2/label/<label_id>": READ,
    "PUT /recognition/v2/label/<label_id>": EDIT,
    "PATCH /recognition/v2/label/<label_id>": EDIT,
    "DELETE /recognition/v2/label/<label_id>": EDIT,
    "POST /recognition/v2/label/<label_id>/add-task": EDIT,
    "POST /recognition/v2/label/<label_id>/remove-task": EDIT,
    "DELETE /recognition/v2/label/<label_id>/wipe": EDIT,
    "GET /recognition/v2/training-image": READ,
    "POST /recognition/v2/training-image": EDIT,
    "GET /recognition/v2/training-image/<image_id>": READ,
    "PUT /recognition/v2/training-image/<image_id>": ANNOTATE,
    "PATCH /recognition/v2/training-image/<image_id>": ANNOTATE,
    "DELETE /recognition/v2/training-image/<image_id>": EDIT,
    "POST /recognition/v2/training-image/<image_id>/add-label": ANNOTATE,
    "POST /recognition/v2/training-image/<image_id>/update-label": ANNOTATE,
    "POST /recognition/v2/training-image/<image_id>/update-value": ANNOTATE,
    "POST /recognition/v2/training-image/<image_id>/remove-label": ANNOTATE,
    "POST /recognition/v2/training-image/update": ANNOTATE,
    "POST /recognition/v2/training-image/upload": EDIT,
    "GET /recognition/v2/training-image/upload/<upload_id>": READ,
    "GET /recognition/v2/import": READ,
    "POST /recognition/v2/import": EDIT,
    "GET /recognition/v2/import/<import_id>": READ,
    "POST /recognition/v2/import/<import_id>/form": EDIT,
    "POST /recognition/v2/import/<import_id>/start": EDIT,
    "GET /recognition/v2/import/<import_id>/file": READ,
    "GET /annotate/v2/verification": READ,
    "POST /annotate/v2/verification": ANNOTATE,
    "DELETE /annotate/v2/verification/<verification_id>": ANNOTATE,
    "GET /annotate/v2/point": READ,
    "POST /annotate/v2/point": ANNOTATE,
    "DELETE /annotate/v2/point/<point_id>": ANNOTATE,
    "GET /recognition/v2/model": READ,
    "GET /recognition/v2/model/<model_id>": READ,
    "GET /recognition/v2/model/<model_id>/training-report": READ,
    "DELETE /recognition/v2/model/<model_id>": EDIT,
    "POST /recognition/v2/model/<model_id>/activate": EDIT,
    "GET /recognition/v2/model/<model_id>/evaluation": READ,
    "POST /recognition/v2/model/<model_id>/evaluation": READ,
    "GET /recognition/v2/model/<model_id>/failed-images": READ,
    "GET /recognition/v2/model/<model_id>/comparison": READ,
    "GET /recognition/v2/model/<model_id>/card": READ,
    "GET /recognition/v2/model/<model_id>/export": EDIT,
    "POST /recognition/v2/model/<model_id>/cancel": TRAIN,
}
