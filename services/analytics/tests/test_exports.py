"""Any report's answer as a file: numbers stay numbers, texts stay texts, and no cell runs anything."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.api import spreadsheet
from services.analytics.api.spreadsheet import (
    TextTooLongForXlsx,
    TooManyCellsForXlsx,
    csv_table,
    guarded,
    is_dangerous,
    write_xlsx,
)
from services.analytics.api.tables import Column, Table, tables_of
from services.analytics.api.wishes import language_of
from services.analytics.tests.sheets import sheets_of

ATTACKS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    '=HYPERLINK("http://x","y")',
    "=cmd|' /C calc'!A0",
    "＝1+1",  # noqa: RUF001 - the full-width sign is the attack
)
ANSWER: dict[str, Any] = {
    "definition": "=what is won",
    "total": [{"amount": "-150.50", "currency": "USD", "deals": 2, "drill": "/api/v1/reports/deals?x=1"}],
    "by_owner": [
        {"owner": "=1+1", "owner_id": "0189", "amount": "250.00", "currency": "USD", "deals": 1, "drill": "/d"},
        {"owner": None, "owner_id": None, "amount": "0.00", "currency": "USD", "deals": 0, "drill": "/d"},
    ],
    "by_quarter": [],
}


def csv_text(*tables: Table, named: bool = False) -> str:
    return "".join(lines for table in tables for lines in csv_table(table, named=named))


def xlsx_of(*tables: Table) -> bytes:
    file = io.BytesIO()
    write_xlsx(tables, file)
    return file.getvalue()


def table(*cells: Any) -> Table:
    return Table("t", [Column("c", "C")] * len(cells), [cells])


@pytest.mark.parametrize("text", ATTACKS)
def test_a_text_that_begins_a_formula_is_kept_from_running(text: str) -> None:
    [_, row] = csv.reader(io.StringIO(csv_text(table(text)), newline=""))
    assert row == [f"'{text}"]
    [sheet] = sheets_of(xlsx_of(table(text)))
    assert (sheet.formulas, sheet.rows[1:]) == (0, [[text]])


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=4))
def test_a_number_is_never_mangled_be_it_negative_or_not(number: Decimal) -> None:
    assert Decimal(guarded(number)) == number
    [sheet] = sheets_of(xlsx_of(table(number)))
    assert sheet.rows[1] == [pytest.approx(float(number))]


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_comes_back_from_csv_and_only_a_dangerous_one_gets_an_apostrophe(text: str) -> None:
    [_, row] = csv.reader(io.StringIO(csv_text(table(text, "x")), newline=""))
    assert row[0] == (f"'{text}" if is_dangerous(text) else text)
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_an_answer_becomes_a_table_of_its_figures_and_one_of_every_list() -> None:
    summary, total, by_owner = tables_of("won", ANSWER, "en")
    assert (summary.name, summary.rows) == ("summary", [("definition", "=what is won")])
    assert [column.heading for column in by_owner.columns] == [
        "Owner", "Owner ID", "Won value", "Currency", "Deals", "drill",
    ]  # fmt: skip
    assert total.rows[0][:3] == [Decimal("-150.50"), "USD", 2]
    assert by_owner.rows[1][:3] == [None, None, Decimal("0.00")]


def test_headings_are_in_the_readers_language() -> None:
    headings = [column.heading for column in tables_of("won", ANSWER, "zh")[2].columns]
    assert headings[:5] == ["负责人", "负责人 ID", "赢单金额", "币种", "商机数"]


def test_a_list_in_a_list_repeats_what_it_belongs_to_but_not_its_numbers_and_links() -> None:
    steps = [{"stage": "Talk", "entered": 3, "drill": "/d"}]
    answer = {"processes": [{"process": "B2B", "process_id": "1", "drill": "/d", "steps": steps}]}
    [_, inner] = tables_of("funnel", answer, "en")
    assert [column.path for column in inner.columns] == [
        "processes.process", "processes.process_id", "stage", "entered", "drill",
    ]  # fmt: skip
    assert inner.rows == [["B2B", "1", "Talk", 3, "/d"]]


def test_several_tables_of_one_csv_are_named_and_a_single_one_is_a_clean_rectangle() -> None:
    assert csv_text(table("x")).splitlines() == ["C", "x"]
    assert csv_text(table("x"), named=True).splitlines() == ["t", "C", "x"]


def test_a_name_that_is_digits_stays_a_text() -> None:
    [items] = tables_of("deals", {"items": [{"name": "0042", "source": "-5"}]}, "en")
    assert items.rows == [["0042", "-5"]]


def test_sheets_get_names_that_excel_takes() -> None:
    long = "a" * 40
    names = [sheet.name for sheet in sheets_of(xlsx_of(Table(long, [], []), Table(long, [], []), Table("a.b", [], [])))]
    assert names == ["a" * 31, "a" * 29 + " 2", "a b"]


def test_xlsx_with_too_many_cells_is_refused_and_csv_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_CELLS", 2)
    with pytest.raises(TooManyCellsForXlsx):
        xlsx_of(table("a", "b"), table("c"))
    assert xlsx_of(table("a"), table("b"))
    assert csv_text(table("a", "b", "c"))


def test_a_text_that_xlsx_cannot_hold_is_refused_not_cut() -> None:
    with pytest.raises(TextTooLongForXlsx):
        xlsx_of(table("x" * 32_768))


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("zh", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB,en;q=0.9,zh;q=0.5", "en"),
        ("de, zh;q=nonsense", "en"),
    ],
)
def test_a_header_prefers_one_of_two_languages(header: str, language: str) -> None:
    assert language_of(header) == language
