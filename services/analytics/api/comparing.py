"""A report asked for two periods: which days, which parameters, and what the answer looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel

from services.analytics.api.tables import Cell, Column, Table, number
from services.analytics.api.wishes import Wishes
from services.analytics.domain.measure.declared import VOCABULARY
from services.analytics.domain.measure.measure import Language
from services.analytics.projections.answer_rows import place_of
from services.analytics.projections.comparison import ComparedRow, ComparedTable, Part, differences
from services.analytics.projections.periods import ComparisonNeedsAPeriod, Period, compared_period

SAYS: dict[str, dict[Language, str]] = {
    "current": {"en": "{}", "zh": "{}"},
    "compared": {"en": "{}, compared", "zh": "{}（对比期）"},  # noqa: RUF001 - as Chinese is written
    "difference": {"en": "{}, difference", "zh": "{}（差额）"},  # noqa: RUF001
    "relative": {"en": "{}, relative", "zh": "{}（变化率）"},  # noqa: RUF001
}


class ComparedSide(BaseModel):
    """One period and the report's whole answer for it."""

    first_day: date
    last_day: date
    answer: dict[str, Any]


class Comparison(BaseModel):
    """Both answers, and for every row the measures of both with their differences."""

    current: ComparedSide
    compared: ComparedSide
    differences: list[dict[str, Any]]

    @classmethod
    def described(cls) -> dict[str, Any]:
        """The JSON Schema in one piece, because it stands alone in the description of every report."""
        schema = cls.model_json_schema()
        side = schema.pop("$defs")[ComparedSide.__name__]
        return {**schema, "properties": {**schema["properties"], "current": side, "compared": side}}


@dataclass(frozen=True, slots=True)
class AskedSide:
    """A period and the report's parameters that ask for it."""

    period: Period
    parameters: list[tuple[str, str]]


def sides_of(wishes: Wishes) -> tuple[AskedSide, AskedSide]:
    """What to ask; raises ComparisonNeedsAPeriod and ComparisonNotUnderstood."""
    said = dict(wishes.further)
    try:
        asked = Period(date.fromisoformat(said["from"]), date.fromisoformat(said["to"]))
    except (KeyError, ValueError) as reason:
        raise ComparisonNeedsAPeriod(field="/compare_to") from reason
    other = compared_period(asked, wishes.compare_to or "")
    kept = [(name, value) for name, value in wishes.further if name not in ("from", "to")]
    now, then = (
        AskedSide(period, [*kept, ("from", period.first.isoformat()), ("to", period.last.isoformat())])
        for period in (asked, other)
    )
    return now, then


def compared(
    report: str, current: tuple[AskedSide, Mapping[str, Any]], other: tuple[AskedSide, Mapping[str, Any]]
) -> dict[str, Any]:
    """The answer to a report with `compare_to`."""
    parts = [Part(answer, side.period.first) for side, answer in (current, other)]
    sides = {
        name: {"first_day": side.period.first, "last_day": side.period.last, "answer": answer}
        for name, (side, answer) in (("current", current), ("compared", other))
    }
    return {**sides, "differences": differences(report, *parts)}


def comparison_tables(report: str, comparison: Mapping[str, Any], language: Language) -> list[Table]:
    """The differences as tables: what a row is about, then four columns for every measure."""
    return [_table(report, table, language) for table in comparison["differences"]]


def _table(report: str, table: ComparedTable, language: Language) -> Table:
    about = list(dict.fromkeys(name for row in table.rows for name in row.about))
    measures = list(dict.fromkeys(name for row in table.rows for name in row.differences))
    columns = [Column(name, VOCABULARY.heading(report, place_of(table.table, name), language)) for name in about]
    for name in measures:
        columns += _four(report, place_of(table.table, name), language)
    return Table(table.table or "summary", columns, [_cells(row, about, measures) for row in table.rows])


def _four(report: str, place: str, language: Language) -> list[Column]:
    measure, heading = VOCABULARY.measure(report, place), VOCABULARY.heading(report, place, language)
    kind = measure.kind if measure else None
    return [
        Column(name, told[language].format(heading), "ratio" if name == "relative" else kind)
        for name, told in SAYS.items()
    ]


def _cells(row: ComparedRow, about: list[str], measures: list[str]) -> list[Cell]:
    numbers: list[Cell] = []
    for name in measures:
        one = row.differences[name]
        told = (one.current, one.compared, one.difference, one.relative)
        numbers += [None if value is None else number(value) for value in told]
    return [*(None if (value := row.about.get(name)) is None else str(value) for name in about), *numbers]
