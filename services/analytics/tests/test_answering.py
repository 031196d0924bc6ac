"""Every report can be had as a file and beside another period, through one route class."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.analytics.api import answering
from services.analytics.api.sending import COMPARISON
from services.analytics.api.wishes import CSV, XLSX
from services.analytics.tests.happening import usd
from services.analytics.tests.histories import directory
from services.analytics.tests.running import Running, running
from services.analytics.tests.sheets import sheets_of
from services.analytics.tests.tables import applied
from services.analytics.tests.test_api import REPORTS, small_company
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

FIRST_QUARTER = {"from": "2026-01-01", "to": "2026-03-31"}


@pytest.fixture(scope="module")
async def service(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Running]:
    async with running(fresh_database, token_issuer) as service:
        await applied(service.pool, directory().events)
        await applied(service.pool, small_company().events)
        yield service


async def rows(service: Running, path: str, **query: Any) -> list[list[str]]:
    answer = await service.desk("admin").get(path, query | {"format": "csv", "bom": "false"})
    assert answer.status_code == 200, answer.text
    return list(csv.reader(io.StringIO(answer.text)))


@pytest.mark.parametrize("name", REPORTS)
async def test_every_report_comes_as_csv_and_as_xlsx(service: Running, name: str) -> None:
    admin = service.desk("admin")
    text = await admin.get(f"/reports/{name}", {"format": "csv"})
    assert (text.status_code, text.headers["content-type"]) == (200, f"{CSV}; charset=utf-8")
    assert text.content.startswith(b"\xef\xbb\xbf")
    assert text.headers["content-disposition"] == f'attachment; filename="{name}.csv"'
    book = await admin.get(f"/reports/{name}", accept=f"{XLSX}, application/json;q=0.5")
    assert (book.status_code, book.headers["content-type"]) == (200, XLSX)
    sheets = sheets_of(book.content)
    assert sheets[0].name == "summary"
    assert len(sheets) > (name != "sales-cycle")


async def test_one_list_of_an_answer_is_a_clean_table_with_numbers(service: Running) -> None:
    found = await rows(service, "/reports/won", table="by_owner")
    assert found[0][:4] == ["Won value", "Currency", "Deals", "drill"]
    assert found[1][:3] == ["401.00", "USD", "2"]


async def test_headings_follow_the_accepted_language(service: Running) -> None:
    asked = {"format": "csv", "bom": "false", "table": "by_owner"}
    answer = await service.desk("admin").get("/reports/won", asked, accept_language="zh-CN,zh;q=0.9")
    assert answer.text.startswith("赢单金额,币种,商机数")
    assert answer.headers["content-language"] == "zh"


async def test_a_list_of_deals_is_exported_whole_page_by_page(
    service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "ROWS_PER_PAGE", 1)
    found = await rows(service, "/reports/deals", by="any", limit="2")
    names = found[0].index("Deal")
    assert sorted(row[names + 2] for row in found[1:]) == ["Deal 0", "Deal 1", "Deal 2", "Deal 3"]


async def test_an_export_that_is_too_long_is_refused_before_it_begins(
    service: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "ROWS_PER_PAGE", 1)
    monkeypatch.setattr(answering, "MOST_ROWS", 2)
    answer = await service.desk("admin").get("/reports/deals", {"by": "any", "format": "csv"})
    assert (answer.status_code, answer.json()["code"]) == (422, "export-too-large")


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"format": "pdf"}, "format-not-known"),
        ({"format": "csv", "bom": "maybe"}, "wish-not-understood"),
        ({"format": "csv", "table": "by_moon"}, "no-such-table"),
        ({"format": ["csv", "xlsx"]}, "wish-not-understood"),
        ({"format": "csv", "ownre": "x"}, "validation-failed"),
        ({"compare_to": "previous_year"}, "comparison-needs-a-period"),
        ({"compare_to": "previous_year", "from": "2026-01-01"}, "comparison-needs-a-period"),
        ({"compare_to": "last_week", **FIRST_QUARTER}, "comparison-not-understood"),
        ({"compare_to": "2026-02-01..2026-01-01", **FIRST_QUARTER}, "comparison-not-understood"),
        ({"compare_to": "previous_year", "from": "0001-01-01", "to": "0001-02-01"}, "comparison-not-understood"),
        ({"compare_to": "previous_period", "from": "0001-01-01", "to": "9999-12-30"}, "comparison-not-understood"),
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused_by_name(
    service: Running, query: dict[str, Any], code: str
) -> None:
    answer = await service.desk("admin").get("/reports/won", query)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_who_may_not_read_gets_no_file(service: Running) -> None:
    assert (await service.desk("guest").get("/reports/won", {"format": "csv"})).status_code == 403


async def test_two_quarters_stand_side_by_side(service: Running) -> None:
    second = {"from": "2026-04-01", "to": "2026-06-30", "compare_to": "previous_period"}
    answer = await service.desk("admin").get("/reports/won", second)
    assert answer.status_code == 200, answer.text
    said = answer.json()
    assert (said["compared"]["first_day"], said["compared"]["last_day"]) == ("2026-01-01", "2026-03-31")
    assert said["current"]["answer"]["total"][0]["amount"] == "250.50"
    quarters = next(table for table in said["differences"] if table["table"] == "by_quarter")
    [row] = quarters["rows"]
    assert row["about"] == {"currency": "USD", "quarter": "2026-Q2"}
    assert row["differences"]["amount"] == {
        "measure": "won_value",
        "unit": "currency",
        "current": "250.50",
        "compared": "150.50",
        "difference": "100.00",
        "relative": "0.6645",
    }


async def test_a_period_without_anything_counts_as_nothing(service: Running) -> None:
    said = (
        await service.desk("admin").get("/reports/win-rate", {"compare_to": "previous_year", **FIRST_QUARTER})
    ).json()
    figures = next(table for table in said["differences"] if table["table"] == "")["rows"][0]["differences"]
    assert (figures["by_count.won"]["difference"], figures["by_count.won"]["relative"]) == ("1", None)
    assert (figures["by_count.win_rate"]["current"], figures["by_count.win_rate"]["difference"]) == ("0.5000", None)


async def test_a_comparison_comes_as_a_file_too(service: Running) -> None:
    found = await rows(service, "/reports/won", table="total", compare_to="2025-01-01..2025-12-31", **FIRST_QUARTER)
    assert found[0] == [
        "Currency", "Won value", "Won value, compared", "Won value, difference", "Won value, relative",
        "Deals", "Deals, compared", "Deals, difference", "Deals, relative",
    ]  # fmt: skip
    assert found[1] == ["USD", "150.50", "", "150.50", "", "1", "", "1", ""]


async def test_single_deals_are_not_compared(service: Running) -> None:
    answer = await service.desk("admin").get("/reports/deals", {"compare_to": "previous_year", **FIRST_QUARTER})
    assert (answer.status_code, answer.json()["code"]) == (422, "nothing-to-compare")


async def test_the_description_names_the_wishes_and_points_to_nothing_that_is_not_there(service: Running) -> None:
    text = (await service.client.get("/openapi.json")).text
    said = json.loads(text)
    for pointer in set(re.findall(r'"\$ref":\s*"#/([^"]+)"', text)):
        part = said
        for step in pointer.split("/"):
            part = part[step]
    won = said["paths"]["/api/v1/reports/won"]["get"]
    assert {"format", "bom", "table", "compare_to"} <= {one.get("name") for one in won["parameters"]}
    assert {CSV, XLSX, COMPARISON, "application/json"} == set(won["responses"]["200"]["content"])
    side = won["responses"]["200"]["content"][COMPARISON]["schema"]["properties"]["current"]
    assert set(side["properties"]) == {"first_day", "last_day", "answer"}


async def test_the_plain_answer_is_the_same_as_ever(service: Running) -> None:
    admin = service.desk("admin")
    plain = (await admin.get("/reports/won")).json()
    assert (await admin.get("/reports/won", {"format": "json"})).json() == plain
    assert plain["total"][0] | {"drill": ""} == {**usd("401.00"), "deals": 2, "drill": ""}
