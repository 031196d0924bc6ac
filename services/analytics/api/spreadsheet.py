"""Tables as CSV and XLSX; a text that a spreadsheet would run as a formula is kept from it, a number stays a number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import IO, Any

import xlsxwriter

from services.analytics.api.tables import Cell, Table
from services.analytics.domain.measure.measure import Kind
from shared.errors import Invalid

# What begins a formula in Excel, LibreOffice or Google Sheets, the full-width signs as they are typed in China too.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BOM = "\ufeff"
LONGEST_TEXT = 32_767  # characters in a cell of XLSX
MOST_CELLS = 500_000  # of XLSX, about 6 s of computing; CSV takes a tenth of it
LONGEST_NAME = 31  # characters in the name of a sheet
FORMATS: dict[Kind | None, str] = {"money": "#,##0.00#", "ratio": "0.00%", "duration": "0.00"}


class TextTooLongForXlsx(Invalid):
    """A text is longer than a cell of XLSX can hold; ask for CSV."""

    code = "text-too-long-for-xlsx"


class TooManyCellsForXlsx(Invalid):
    """XLSX has at most 500,000 cells here; ask for CSV, for one table, or for a shorter period."""

    code = "too-many-cells-for-xlsx"


def is_dangerous(text: str) -> bool:
    """Whether a spreadsheet might take the text for a formula."""
    return text.startswith(DANGEROUS) or text.lstrip(" \u00a0\u3000").startswith(DANGEROUS)


def guarded(cell: Cell) -> str:
    """A cell of CSV: numbers as they are, dangerous texts behind an apostrophe (OWASP, CSV injection)."""
    match cell:
        case None:
            return ""
        case str():
            return f"'{cell}" if is_dangerous(cell) else cell
        case Decimal():
            return format(cell, "f")
        case int():
            return str(cell)


def csv_table(table: Table, *, named: bool) -> Iterator[str]:
    """RFC 4180 lines, some at a time: the name where it is wanted, the headings, the rows."""
    head: list[Sequence[Cell]] = [[table.name]] if named else []
    yield _lines([*head, [column.heading for column in table.columns]])
    for start in range(0, len(table.rows), 1000):
        yield _lines(table.rows[start : start + 1000])


def _lines(rows: Iterable[Sequence[Cell]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([guarded(cell) for cell in row] for row in rows)
    return text.getvalue()


def write_xlsx(tables: Sequence[Table], file: IO[bytes]) -> None:
    """One sheet per table, row by row without keeping them; raises TooManyCellsForXlsx and TextTooLongForXlsx."""
    if sum(len(table.rows) * len(table.columns) for table in tables) > MOST_CELLS:
        raise TooManyCellsForXlsx(field="/format")
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as book:
        styles = Styles(book)
        taken: set[str] = set()
        for table in tables:
            _sheet(book.add_worksheet(_sheet_name(table.name, taken)), table, styles)


class Styles:
    """The few formats of our sheets."""

    def __init__(self, book: Any) -> None:
        self.heading = book.add_format({"bold": True, "bottom": 1})
        self.quoted = book.add_format({"quote_prefix": True})
        self.numbers = {kind: book.add_format({"num_format": pattern}) for kind, pattern in FORMATS.items()}


def _sheet(sheet: Any, table: Table, styles: Styles) -> None:
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, 14 if column.kind else 24)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.heading, styles.heading)
    for line, row in enumerate(table.rows, 1):
        for place, cell in enumerate(row):
            _write(sheet, (line, place), cell, styles, table.columns[place].kind)


def _write(sheet: Any, place: tuple[int, int], cell: Cell, styles: Styles, kind: Kind | None) -> None:
    match cell:
        case None:
            return
        case str():
            if len(cell) > LONGEST_TEXT:
                raise TextTooLongForXlsx
            sheet.write_string(*place, cell, styles.quoted if is_dangerous(cell) else None)
        case _:
            sheet.write_number(*place, cell, styles.numbers.get(kind))


def _sheet_name(name: str, taken: set[str]) -> str:
    """A name of a list as one of a sheet: no signs that Excel forbids, short, and only once."""
    plain = name.replace(".", " ").replace("/", " ")
    for attempt in range(1, 1000):
        mark = "" if attempt == 1 else f" {attempt}"
        found = plain[: LONGEST_NAME - len(mark)] + mark
        if found.lower() not in taken:
            taken.add(found.lower())
            return found
    raise ValueError(f"too many sheets are called {name!r}")
