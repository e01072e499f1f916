"""Each patch works; and without it the emulator still has the defect, so that it stays needed."""

import base64
import time
from pathlib import Path

import pytest

from infra.local.emulator import Emulator
from infra.local.failures import EmulatorDied
from tests.integration.probes import (
    ROLE,
    emulator_at,
    eventually,
    execute,
    invoke,
    make_function,
    zipped,
)

RAISES = """
class Missing(Exception):
    pass

def handler(event, context):
    raise Missing("nothing there")
"""
LAYER_SIZE = 400_000


def state_after(emulator: Emulator, code: str) -> str:
    """The state that a machine reaches when a task's named error is caught."""
    arn = f"arn:aws:lambda:us-east-1:000000000000:function:{make_function(emulator, code)}"
    task = {
        "Type": "Task",
        "Resource": arn,
        "Catch": [
            {"ErrorEquals": ["Missing"], "Next": "Named"},
            {"ErrorEquals": ["States.ALL"], "Next": "Unnamed"},
        ],
        "End": True,
    }
    ends = {name: {"Type": "Pass", "Result": name, "End": True} for name in ("Named", "Unnamed")}
    described = execute(emulator, {"StartAt": "Task", "States": {"Task": task, **ends}})
    return str(described["output"]).strip('"')


def test_a_handlers_exception_is_caught_by_its_class_name(emulator: Emulator) -> None:
    assert state_after(emulator, RAISES) == "Named"


def test_the_emulator_alone_loses_the_name_of_an_exception(tmp_path: Path) -> None:
    with emulator_at(tmp_path, without="named_errors") as plain:
        assert state_after(plain, RAISES) == "Unnamed"


WAIT_SECONDS = 0.05
"""How long the emulator alone waits after each call that logged nothing."""


def fastest_warm_call(emulator: Emulator) -> float:
    """Seconds of the fastest of many, which a busy machine slows down least."""
    name = make_function(emulator, "def handler(event, context):\n    return 1\n")
    invoke(emulator, name)
    times = []
    for _ in range(40):
        started = time.perf_counter()
        invoke(emulator, name)
        times.append(time.perf_counter() - started)
    return min(times)


def test_a_warm_call_that_logs_nothing_does_not_wait_for_a_log(emulator: Emulator) -> None:
    assert fastest_warm_call(emulator) < WAIT_SECONDS


def test_the_emulator_alone_waits_for_a_log_line_that_never_comes(tmp_path: Path) -> None:
    with emulator_at(tmp_path, without="log_wait") as plain:
        assert fastest_warm_call(plain) >= WAIT_SECONDS


def test_every_line_of_a_log_belongs_to_its_own_invocation(emulator: Emulator) -> None:
    name = make_function(
        emulator,
        "def handler(event, context):\n    for i in range(200):\n        print('line', event, i)\n",
    )
    for call in range(3):
        log = base64.b64decode(invoke(emulator, name, call)[1]).decode()
        assert f"line {call} 199" in log
        assert f"line {call - 1} " not in log


INTERPRETER = "import sys\n\ndef handler(event, context):\n    return sys.prefix\n"


def test_functions_run_on_the_interpreter_of_the_functions_runtime(emulator: Emulator) -> None:
    assert invoke(emulator, make_function(emulator, INTERPRETER))[0].endswith("tools/runtime")


def test_the_emulator_alone_runs_functions_on_its_own_interpreter(tmp_path: Path) -> None:
    with emulator_at(tmp_path, without="function_runtime") as plain:
        assert invoke(plain, make_function(plain, INTERPRETER))[0].endswith("tools/emulator")


def unpacked_copies(emulator: Emulator, folder: Path) -> int:
    """How many copies of a layer lie on the disk when two functions use it."""
    layer = emulator.client("lambda").publish_layer_version(
        LayerName="probe",
        Content={"ZipFile": zipped({"python/weight.py": f"WEIGHT = '{'x' * LAYER_SIZE}'\n"})},
    )["LayerVersionArn"]
    code = "import weight\n\ndef handler(event, context):\n    return len(weight.WEIGHT)\n"
    for _ in range(2):
        assert invoke(emulator, make_function(emulator, code, Layers=[layer]))[0] == LAYER_SIZE
    return len(list((folder / "tmp").rglob("weight.py")))


def test_a_layer_is_unpacked_once_for_all_functions(tmp_path: Path) -> None:
    with emulator_at(tmp_path) as patched:
        assert unpacked_copies(patched, tmp_path) == 1


def test_the_emulator_alone_unpacks_a_layer_for_every_worker(tmp_path: Path) -> None:
    with emulator_at(tmp_path, without="shared_unpacking") as plain:
        assert unpacked_copies(plain, tmp_path) == 2


def after_restart(folder: Path, *, without: str | None) -> tuple[object, int]:
    """What a function with a layer returns after a restart, and the size of the kept state."""
    with emulator_at(folder, without=without) as first:
        layer = first.client("lambda").publish_layer_version(
            LayerName="probe",
            Content={"ZipFile": zipped({"python/weight.py": f"WEIGHT = '{'x' * LAYER_SIZE}'\n"})},
        )["LayerVersionArn"]
        code = "import weight\n\ndef handler(event, context):\n    return len(weight.WEIGHT)\n"
        name = make_function(first, code, Layers=[layer])
    kept = (folder / "emulator" / "lambda.json").stat().st_size
    with emulator_at(folder, without=without) as second:
        return invoke(second, name)[0], kept


def test_a_layer_survives_a_restart_as_a_file(tmp_path: Path) -> None:
    answer, kept = after_restart(tmp_path, without=None)
    assert answer == LAYER_SIZE
    assert kept < LAYER_SIZE


def test_the_emulator_alone_writes_layers_into_its_state(tmp_path: Path) -> None:
    assert after_restart(tmp_path, without="layer_files")[1] > LAYER_SIZE


STREAM_READER = """
import boto3, os

def handler(event, context):
    table = boto3.client("dynamodb")
    for record in event["Records"]:
        table.put_item(TableName="seen", Item=record["dynamodb"]["Keys"])
"""


def streamed(folder: Path, *, without: str | None) -> bool:
    """Whether a record written after a restart reaches the stream's reader."""
    key = {"AttributeName": "pk", "AttributeType": "S"}
    with emulator_at(folder, without=without) as first:
        tables = first.client("dynamodb")
        for name in ("source", "seen"):
            tables.create_table(
                TableName=name,
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                AttributeDefinitions=[key],
                BillingMode="PAY_PER_REQUEST",
                StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
            )
        first.client("lambda").create_event_source_mapping(
            EventSourceArn=tables.describe_table(TableName="source")["Table"]["LatestStreamArn"],
            FunctionName=make_function(first, STREAM_READER),
            StartingPosition="TRIM_HORIZON",
        )
        for number in range(5):
            tables.put_item(TableName="source", Item={"pk": {"S": f"before-{number}"}})
        eventually(lambda: tables.scan(TableName="seen")["Count"] == 5)
    with emulator_at(folder, without=without) as second:
        tables = second.client("dynamodb")
        tables.put_item(TableName="source", Item={"pk": {"S": "after"}})
        wanted = {"TableName": "seen", "Key": {"pk": {"S": "after"}}}
        deadline = time.monotonic() + 6
        while time.monotonic() < deadline:
            if "Item" in tables.get_item(**wanted):
                return True
            time.sleep(0.1)
    return False


def test_a_stream_goes_on_where_it_was_after_a_restart(tmp_path: Path) -> None:
    assert streamed(tmp_path, without=None)


def test_the_emulator_alone_skips_stream_records_after_a_restart(tmp_path: Path) -> None:
    assert not streamed(tmp_path, without="stream_records")


def waiting_subscription(emulator: Emulator) -> str:
    """How a subscription that nobody confirms is listed."""
    sns = emulator.client("sns")
    topic = sns.create_topic(Name="probe")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="https", Endpoint="https://127.0.0.1:9/")
    [listed] = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    return str(listed["SubscriptionArn"])


def test_a_subscription_that_waits_is_listed_as_such(emulator: Emulator) -> None:
    assert waiting_subscription(emulator) == "PendingConfirmation"


def test_the_emulator_alone_lists_a_waiting_subscription_as_a_confirmed_one(
    tmp_path: Path,
) -> None:
    with emulator_at(tmp_path, without="pending_subscriptions") as plain:
        assert waiting_subscription(plain).startswith("arn:aws:sns:")


def train(emulator: Emulator) -> str:
    task = {
        "Type": "Task",
        "Resource": "arn:aws:states:::sagemaker:createTrainingJob.sync",
        "Parameters": {"TrainingJobName": "no good name!", "RoleArn": ROLE},
        "End": True,
    }
    return str(execute(emulator, {"StartAt": "Train", "States": {"Train": task}})["error"])


def test_a_machine_reaches_the_training_service(emulator: Emulator) -> None:
    assert train(emulator) == "SageMaker.AmazonSageMakerException"


def test_the_emulator_alone_has_no_training_jobs(tmp_path: Path) -> None:
    with emulator_at(tmp_path, without="training_service") as plain:
        assert train(plain) == "States.Runtime"


def test_an_unknown_patch_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(EmulatorDied, match="no such patch: nothing"),
        emulator_at(tmp_path, without="nothing"),
    ):
        pytest.fail("the emulator started")
