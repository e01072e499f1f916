"""`poe demo`: the main job on real pictures, from nothing to a trained and billed service."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

from infra.local.demo import steps
from infra.local.demo.client import CallFailed, Client
from infra.local.demo.figures import Figures, Trained
from infra.local.demo.progress import say
from infra.local.demo.sample import Picture, read_part
from infra.local.demo.summary import write_summary
from infra.local.failures import LocalFailure
from infra.local.stack import running_stack
from infra.local.stopping import Stopped, stoppable

SINGLES = 50
SHOWN = 10
TIME_BUDGET_SECONDS = 240


def main() -> int:
    """Run the demo; 0 when it went well and what was billed is exactly what was answered."""
    arguments = _parse_arguments()
    try:
        with stoppable(), tempfile.TemporaryDirectory(prefix="oriel-demo-") as state:
            return _run(arguments, Path(state))
    except (LocalFailure, steps.DemoFailed, CallFailed) as failure:
        say(f"\nThe demo stopped: {failure}")
        return 2
    except Stopped:
        say("\nStopped; nothing was left running.")
        return 130


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="poe demo", description=__doc__)
    parser.add_argument("--fast", action="store_true", help="train the instant mode only, no torch")
    parser.add_argument(
        "--summary",
        type=Path,
        default=Path("summary/demo.html"),
        help="where to leave the page with the results (default: %(default)s)",
    )
    return parser.parse_args()


def _run(arguments: argparse.Namespace, state: Path) -> int:
    started = time.monotonic()
    training, held_out = read_part("train"), read_part("held_out")
    labels = list(dict.fromkeys(picture.label for picture in training))
    say("1. Bringing up the stacks on this machine")
    with running_stack(state, with_training_jobs=not arguments.fast) as stack:
        client = Client(stack.url, stack.token)
        say(f"   answering below {stack.url}")
        figures = _main_job(client, training, held_out, labels, fast=arguments.fast)
    write_summary(arguments.summary, figures, labels)
    _say_results(figures, arguments.summary, time.monotonic() - started)
    return 0 if figures.records_answered == figures.records_billed else 1


def _main_job(
    client: Client,
    training: list[Picture],
    held_out: list[Picture],
    labels: list[str],
    *,
    fast: bool,
) -> Figures:
    say(f"2. Uploading {len(training):,} labelled pictures")
    task_id, label_ids = client.create_task("Garments", labels)
    uploaded = steps.upload_all(client, training, label_ids)
    steps.wait_for_ingest(client, uploaded)
    say("3. Training version 1 (instant: a head on the stored embeddings)")
    instant = _train(client, task_id, held_out, mode="instant")
    full = None
    if fast:
        say("4. No full training (leave --fast away to see one)")
    else:
        say("4. Training version 2 (full: a fine-tuning job)")
        full = _train(
            client, task_id, held_out, mode="full", time_budget_seconds=TIME_BUDGET_SECONDS
        )
    latest = full or instant
    say(f"5. Classifying {SINGLES} pictures one at a time")
    singles = steps.classify_singly(client, task_id, latest.version, held_out[:SINGLES])
    batches = [trained.held_out for trained in (instant, full) if trained]
    answered = sum(len(answers.answers) for answers in (*batches, singles))
    usage = steps.wait_for_usage(client, answered)
    price = f"{usage['price_micros'] / 1e6:.2f} {usage['currency']}"
    return Figures(uploaded, instant, full, singles, answered, usage["units"], price)


def _train(
    client: Client, task_id: str, held_out: list[Picture], mode: str, **options: int
) -> Trained:
    model, seconds = steps.train(client, task_id, mode=mode, **options)
    say(
        f"   version {model['version']} is live after {seconds:.1f} s; "
        f"accuracy {model['accuracy']:.1%} on its own test split"
    )
    answers = steps.classify_by_tens(client, task_id, model["version"], held_out)
    say(f"   {answers.accuracy:.1%} right of {len(held_out):,} pictures not seen")
    return Trained(mode, model["version"], seconds, model["accuracy"], answers)


def _say_results(figures: Figures, summary: Path, seconds: float) -> None:
    say("\n   answer          truth           probability")
    for answer in figures.singles.answers[:SHOWN]:
        mark = " " if answer.label == answer.picture.label else "x"
        say(f" {mark} {answer.label:<15} {answer.picture.label:<15} {answer.probability:.0%}")
    say(
        f"\n   {figures.p50_ms:.0f} ms for one picture (median), "
        f"{figures.batch_ms_per_picture:.0f} ms a picture by tens with four callers\n"
        f"   {figures.records_answered:,} records answered, {figures.records_billed:,} billed "
        f"({figures.price})\n"
        f"   done in {seconds / 60:.1f} minutes; everything that was started is stopped\n\n"
        f"6. See the confusion matrix and the pictures: {summary.resolve().as_uri()}\n"
        "   Next: `uv run poe up` keeps a stack running for your own pictures; README.md has a "
        "curl and a Python example;\n   docs/operations.md says how to deploy to your AWS account."
    )
    say(figures.to_json())


if __name__ == "__main__":
    sys.exit(main())
