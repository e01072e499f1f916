"""What a line of the log holds."""

import json
from typing import Any

import pytest
from oriel.observability import Log, logger


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_line_is_an_object_with_the_facts_as_its_keys(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logger.info("request answered", extra={"task_id": "1"}, records=2)
    (line,) = lines(capsys)
    assert line.pop("timestamp").endswith("Z")
    assert line.pop("location").startswith("test_observability.test_a_line_is_an_object")
    assert line == {
        "level": "INFO",
        "message": "request answered",
        "service": "oriel",
        "task_id": "1",
        "records": 2,
    }


def test_an_exception_is_one_line_with_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise KeyError("no\nsuch")  # noqa: TRY301 - to have one
    except KeyError as problem:
        logger.exception("request failed", request_id="r")
        kept = problem
    logger.error("picture not stored", exc_info=kept)
    logger.warning("usage deferred")
    raised, kept_line, plain = lines(capsys)
    for line in (raised, kept_line):
        assert (line["level"], line["exception_name"]) == ("ERROR", "KeyError")
        assert "Traceback" in line["exception"]
    assert raised["request_id"] == "r"
    assert plain["level"] == "WARNING"
    assert "exception" not in plain


def test_a_fact_that_json_does_not_know_is_written_as_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logger.info("model loaded", size=1j)
    assert lines(capsys)[0]["size"] == "1j"


def test_lambdas_trace_is_named(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1")
    logger.info("request answered")
    assert lines(capsys)[0]["xray_trace_id"] == "1-5759e988-bd862e3fe1be46a994272793"


@pytest.mark.parametrize(
    ("least", "said"), [("debug", 3), ("INFO", 3), ("WARNING", 2), ("ERROR", 1), ("CRITICAL", 0)]
)
def test_what_is_below_the_least_level_is_not_written(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, least: str, said: int
) -> None:
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", least)
    log = Log()
    for say in (log.info, log.warning, log.error):
        say("request answered")
    assert len(lines(capsys)) == said


def test_an_unknown_level_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "LOUD")
    with pytest.raises(ValueError, match="LOUD"):
        Log()
