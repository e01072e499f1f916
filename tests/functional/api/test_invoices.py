"""Invoices and usage facts, as customers fetch them."""

import csv
import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from oriel.adapters.price_lists import FOLDER, FilePriceLists
from oriel.domain.billing.invoices import Invoice, InvoiceState
from oriel.domain.billing.invoicing import Basis, lines_of
from oriel.domain.billing.periods import Period
from oriel.domain.usage import StoredReply, UsageFact

from tests.functional.api.conftest import Client, World
from tests.unit.billing.lists import DECEMBER, NOVEMBER, answered

INVOICES, FACTS = "/account/v2/invoice", "/account/v2/usage/facts"
PLAN = FilePriceLists().version("2026-11").plan("professional-1m")
LONGEST = "key." + 247 * '"'
AT = datetime(2026, 11, 20, 12, tzinfo=UTC)


def made(world: World, client: Client, period: Period, units: int, number: int = 0) -> Invoice:
    at = datetime(2026, 12, 4, 2, tzinfo=UTC)
    lines = lines_of(Basis(period, PLAN, units))
    invoice = Invoice(client.workspace, period, PLAN.id, "2026-11", "EUR", at, lines)
    if number:
        final = InvoiceState.FINAL
        invoice = replace(invoice, number=number, state=final, finalised=at)
    return world.invoice_store.save(invoice)


def commit(world: World, facts: list[UsageFact]) -> None:
    by_key = groupby(facts, key=lambda fact: (fact.workspace_id, fact.request_key))
    for (workspace_id, key), some in by_key:
        world.usage.commit(workspace_id, key, list(some), StoredReply("", None), AT)


def table_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_invoices_are_listed_the_latest_first(world: World, client: Client) -> None:
    made(world, client, NOVEMBER, 5, 42)
    made(world, client, DECEMBER, 7)
    first = client.get(INVOICES, page_size="1").json

    assert [(one["period"], one["state"]) for one in first["results"]] == [("2026-12-01", "draft")]
    assert first["results"][0]["number"] is None
    second = client.call("GET", INVOICES, query={"page_size": "1", "page": "2026-12-01"}).json
    assert [(one["number"], one["units"]) for one in second["results"]] == [("000042", 5)]
    assert second["next"] is None


def test_one_is_shown_with_what_its_total_is_made_of(world: World, client: Client) -> None:
    made(world, client, NOVEMBER, 1_000_003, 42)
    shown = client.get(f"{INVOICES}/2026-11-01").json

    assert shown["total_micros"] == PLAN.monthly_micros + 3 * PLAN.price_micros
    assert shown["total_micros"] == sum(line["amount_micros"] for line in shown["lines"])
    assert (shown["after"], shown["final_from"]) == ("2026-12-01", "2026-12-04")


@pytest.mark.parametrize("ending", ["", ".csv", ".html"])
@pytest.mark.parametrize("period", ["2026-10-01", "nothing", "2026-11-01.csv.csv", 2_000 * "a"])
def test_one_that_is_not_there_is_not_found(client: Client, period: str, ending: str) -> None:
    assert client.get(f"{INVOICES}/{period}{ending}").status == 404


@pytest.mark.parametrize("ending", ["", ".csv", ".html"])
def test_anothers_is_not_there(world: World, client: Client, stranger: Client, ending: str) -> None:
    made(world, stranger, NOVEMBER, 5, 42)

    assert client.get(f"{INVOICES}/2026-11-01{ending}").status == 404
    assert stranger.get(f"{INVOICES}/2026-11-01{ending}").status == 200


def test_one_comes_as_a_page_that_runs_nothing(world: World, client: Client) -> None:
    made(world, client, NOVEMBER, 5, 42)
    page = client.get(f"{INVOICES}/2026-11-01.html")

    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "Invoice 000042" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["Cache-Control"] == "private, no-store"


def test_facts_come_as_a_table_of_the_days_that_are_asked_for(
    world: World, client: Client, stranger: Client
) -> None:
    commit(world, answered(client.workspace, 12, AT, apart=timedelta(hours=6)))
    commit(world, answered(stranger.workspace, 3, AT))
    reply = client.call("GET", FACTS, query={"from": "2026-11-20", "to": "2026-11-21"})
    rows = table_of(reply.text)

    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert [row["occurred"][:13] for row in rows] == [
        *("2026-11-20T12", "2026-11-20T18"),
        *("2026-11-21T00", "2026-11-21T06", "2026-11-21T12", "2026-11-21T18"),
    ]
    assert rows[0]["id"] == "req.a-0/0/0"
    assert "Link" not in reply.headers


def test_facts_that_do_not_fit_into_an_answer_follow_in_others(
    world: World, client: Client
) -> None:
    facts = answered(client.workspace, 9_000, AT, key=LONGEST, apart=timedelta(minutes=1))
    commit(world, facts)
    query, texts = {"from": "2026-11-20", "to": "2026-11-30"}, []
    while True:
        reply = client.call("GET", FACTS, query=query)
        texts.append(reply.text)
        if "Link" not in reply.headers:
            break
        link, _, relation = reply.headers["Link"].partition("; ")
        assert relation == 'rel="next"'
        query = dict(parse_qsl(link.strip("<>").partition("?")[2]))

    assert [row["id"] for row in table_of("".join(texts))] == [fact.id for fact in facts]
    # As Lambda passes it on, which takes 6 MB at most.
    assert [len(json.dumps(text)) > 4_000_000 for text in texts] == [True, True, False]
    assert max(len(json.dumps(text)) for text in texts) < 6_000_000


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-11-21", "to": "2026-11-20"},
        {"from": "yesterday"},
        {"from": "2020-01-01", "to": "2026-11-20"},
        {"page": "nonsense"},
        {"page": "Ä"},
        {"page": "MjAyNi0xMy00NVQwMDowMDowMC4wMDAwMDBaI2tleS5hLzAvMA"},
        {"page": "MjAyNi0xMC0wMVQwMDowMDowMC4wMDAwMDBaI2tleS5hLzAvMA"},
    ],
)
def test_what_cannot_be_asked_for_is_refused(client: Client, query: dict[str, str]) -> None:
    reply = client.call("GET", FACTS, query=query)
    assert (reply.status, reply.json["code"]) == (400, "invalid_input")


def test_what_a_customer_downloads_gives_the_invoice_again(
    world: World, client: Client, tmp_path: Path
) -> None:
    facts = answered(client.workspace, 1_234, AT, key="key.mine")
    commit(world, facts)
    made(world, client, NOVEMBER, len(facts), 42)
    files = {
        "facts.csv": client.call("GET", FACTS, query={"from": "2026-11-01", "to": "2026-11-30"}),
        "invoice.csv": client.get(f"{INVOICES}/2026-11-01.csv"),
    }
    for name, reply in files.items():
        (tmp_path / name).write_text(reply.text, newline="")
    script = Path(__file__).parents[3] / "docs" / "check_invoice.py"
    names = [script, FOLDER / "2026-11.json", *(tmp_path / name for name in files)]
    done = subprocess.run(
        [sys.executable, "-I", *map(str, names)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == "000042 from 2026-11-01: 499000000 worked out, 499000000 said\n"
