from typing import Any

import pytest

from infra import app as real_app
from infra.context import new_app
from infra.deployment import Deployment, InvalidContext, read_choices
from infra.layers import BuiltLayers
from infra.repository import BUILD


def test_the_written_context_is_what_a_deployment_has_anyway() -> None:
    layers = BuiltLayers(BUILD, BUILD, BUILD)
    written = read_choices(new_app().node)

    assert Deployment(layers=layers, require_tls=True, **written) == Deployment(
        layers=layers, require_tls=True
    )


def test_a_choice_goes_before_what_is_written() -> None:
    choices = read_choices(new_app(stage="dev-ada", min_images_per_label="5").node)

    assert (choices["stage"], choices["min_images_per_label"]) == ("dev-ada", 5)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stage", "Main Street"),
        ("stage", "größe"),
        ("architecture", "sparc"),
        ("training_instance_type", "g5.xlarge"),
        ("min_images_per_label", "0"),
        ("min_images_per_label", "many"),
        ("ingest_concurrency", "1"),
        ("inference_start", "0"),
        ("inference_start", "warm"),
        ("ingest_concurrency", "1001"),
        ("inference_concurrency", "0"),
        ("inference_concurrency", "all"),
        ("monthly_budget", "-1"),
        ("notification_email", "nobody"),
        ("fetch_plain_http", "perhaps"),
        ("free_playground", "yes please"),
        ("training_price_per_hour", "0"),
        ("training_price_per_hour", "NaN"),
        ("training_price_per_hour", "0.0000001"),
        ("training_max_instances", "0"),
        ("training_spot", "often"),
        ("stripe_key_parameter", "sk_live_key"),
        ("stripe_key_parameter", "/oriel/a key"),
        ("stripe_meter", "m" * 101),
    ],
)
def test_a_choice_that_cannot_be_used_is_named(name: str, value: str) -> None:
    choice: dict[str, Any] = {name: value}
    with pytest.raises(InvalidContext, match=f"context {name}='{value}'"):
        read_choices(new_app(**choice).node)


def test_no_more_processes_are_kept_started_than_may_run() -> None:
    enough = read_choices(new_app(inference_start="5", inference_concurrency="5").node)
    assert (enough["inference_start"].kept, enough["inference_concurrency"]) == (5, 5)
    with pytest.raises(InvalidContext, match=r"inference_start=6 .* inference_concurrency=5"):
        read_choices(new_app(inference_start="6", inference_concurrency="5").node)


def test_an_account_needs_its_region() -> None:
    with pytest.raises(InvalidContext, match="both"):
        real_app.build(new_app(account="123456789012"))


def test_only_the_main_stage_has_stacks_without_a_suffix() -> None:
    layers = BuiltLayers(BUILD, BUILD, BUILD)
    main = Deployment(layers=layers, require_tls=True)
    other = Deployment(layers=layers, require_tls=True, stage="dev")

    assert (main.stack_name("Data"), other.stack_name("Data")) == ("OrielData", "OrielData-dev")
