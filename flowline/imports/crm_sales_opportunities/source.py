"""Reads the four CSV files of the CRM Sales Opportunities data set as rows that know where they stand."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

FILES = {
    "accounts.csv": (
        "account",
        "sector",
        "year_established",
        "revenue",
        "employees",
        "office_location",
        "subsidiary_of",
    ),
    "products.csv": ("product", "series", "sales_price"),
    "sales_teams.csv": ("sales_agent", "manager", "regional_office"),
    "sales_pipeline.csv": (
        *("opportunity_id", "sales_agent", "product", "account"),
        *("deal_stage", "engage_date", "close_date", "close_value"),
    ),
}


class NotThisDataSet(Exception):
    """The folder does not hold the four files with their columns."""


class Unreadable(Exception):
    """A cell does not hold what its column promises."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file: `at` names the file and line for messages."""

    at: str
    cells: dict[str, str]

    def text(self, column: str) -> str:
        """Return the cell without surrounding blanks; empty when there is none."""
        return self.cells[column]

    def day(self, column: str) -> datetime | None:
        """Return the cell as midnight UTC of its ISO date, None when empty; raises Unreadable."""
        if not self.text(column):
            return None
        try:
            day = date.fromisoformat(self.text(column))
        except ValueError as error:
            raise Unreadable(f"{column} {self.text(column)!r} is not a date") from error
        return datetime(day.year, day.month, day.day, tzinfo=UTC)

    def number(self, column: str) -> Decimal | None:
        """Return the cell as a finite, not negative number, None when empty; raises Unreadable."""
        if not self.text(column):
            return None
        try:
            number = Decimal(self.text(column))
        except InvalidOperation as error:
            raise Unreadable(f"{column} {self.text(column)!r} is not a number") from error
        if not number.is_finite() or number < 0:
            raise Unreadable(f"{column} {self.text(column)!r} is not an amount")
        return number


@dataclass(frozen=True, slots=True)
class Source:
    """The four files as rows."""

    accounts: Sequence[Row]
    products: Sequence[Row]
    teams: Sequence[Row]
    opportunities: Sequence[Row]


def read(folder: Path) -> Source:
    """Read the files; raise NotThisDataSet naming the file or column that is missing."""
    return Source(*(_rows(folder / name, columns) for name, columns in FILES.items()))


def _rows(path: Path, columns: Iterable[str]) -> list[Row]:
    if not path.exists():
        raise NotThisDataSet(f"{path} is missing")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, restval="")
        if missing := [column for column in columns if column not in (reader.fieldnames or ())]:
            raise NotThisDataSet(f"{path} has no column {missing[0]!r}")
        return [
            Row(f"{path.name}:{reader.line_num}", {column: (row[column] or "").strip() for column in columns})
            for row in reader
        ]
