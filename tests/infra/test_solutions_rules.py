"""cdk-nag runs in every synthesis: the fixtures would not exist if a rule were broken."""

import json
from pathlib import Path

import pytest
from aws_cdk import App, Stack, aws_s3

from infra.nag import acknowledge, check_solutions
from tests.infra.assembly import Assembly  # noqa: TC001


@pytest.mark.parametrize("which", ["real", "real_here", "local"])
def test_every_synthesis_passes_the_rules(request: pytest.FixtureRequest, which: str) -> None:
    assembly: Assembly = request.getfixturevalue(which)
    report = json.loads((assembly.folder / "validation-report.json").read_text())

    assert [one for one in report["pluginReports"] if one["conclusion"] != "success"] == []


def test_a_broken_rule_ends_the_synthesis(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    aws_s3.Bucket(Stack(app, "Careless"), "Open")
    check_solutions(app)

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()


def test_what_is_acknowledged_with_a_reason_passes(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    bucket = aws_s3.Bucket(Stack(app, "Careful"), "Logs", enforce_ssl=True)
    acknowledge(bucket, "S1", "This bucket is a test.")
    check_solutions(app)

    app.synth()

    assert (tmp_path / "Careful.template.json").is_file()


@pytest.mark.parametrize("which", ["real", "local"])
def test_every_acknowledgement_gives_a_reason(request: pytest.FixtureRequest, which: str) -> None:
    assembly: Assembly = request.getfixturevalue(which)
    reasons = [
        reason
        for file in assembly.folder.glob("*.metadata.json")
        for entries in json.loads(file.read_text()).values()
        for entry in entries
        if entry["type"] == "aws:cdk:acknowledged-rules"
        for reason in entry["data"].values()
    ]

    assert reasons
    assert all(len(reason.split()) >= 5 for reason in reasons)
