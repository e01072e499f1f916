"""Roles and what they permit."""

import pytest
from oriel.domain.access import PERMISSIONS_OF, Permission, Role

from functions.api.app import ROUTES
from functions.api.route import Route
from functions.api.routes.tasks import list_tasks

READ, ANNOTATE, MANAGE = Permission.READ, Permission.ANNOTATE, Permission.MANAGE


def test_each_role_permits_exactly_this() -> None:
    everything = set(Permission)
    assert {role: set(PERMISSIONS_OF[role]) for role in Role} == {
        Role.OWNER: everything,
        Role.EDITOR: everything - {MANAGE},
        Role.ANNOTATOR: {READ, ANNOTATE},
        Role.VIEWER: {READ},
    }


def test_a_route_cannot_be_made_without_saying_what_it_needs() -> None:
    with pytest.raises(TypeError, match="needs"):
        Route("GET", "/recognition/v2/thing", list_tasks, None)  # type: ignore[call-arg]


_MODEL = "/recognition/v2/model/<model_id>"
OTHERWISE = {
    # A question whose tasks do not fit into an address.
    ("POST", "/account/v2/quote"): READ,
    # A question whose costs do not fit into an address.
    ("POST", f"{_MODEL}/evaluation"): READ,
    # Whoever has the file needs oriel no longer.
    ("GET", f"{_MODEL}/export"): Permission.EDIT,
}


def test_only_reading_needs_no_more_than_reading() -> None:
    for route in ROUTES:
        if (route.method, route.path) in OTHERWISE:
            assert route.needs is OTHERWISE[route.method, route.path]
        elif route.method == "GET":
            assert route.needs in {READ, None}, route.path
        else:
            assert route.needs is not READ, route.path
