"""A report's answer as rows: its single figures and every list in it, flat, each with what it stands in; pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.analytics.domain.measure.declared import VOCABULARY

Row = dict[str, Any]


def rows_of(report: str, answer: Mapping[str, Any]) -> dict[str, list[Row]]:
    """The rows of a JSON answer by the path of their list, such as `processes.steps`; "" = the single figures.

    A value inside a value gets a path (`amount.currency`). A row also has the fields of the row around it, but for
    numbers and links, under that one's path (`processes.process`). A list of plain values is one text.
    """
    found: dict[str, list[Row]] = {}
    _collect(found, report, "", answer, {})
    return {path: rows for path, rows in found.items() if any(rows)}


def place_of(table: str, field: str) -> str:
    """Where in the answer a field of a row comes from: its own list, or the one around it."""
    from_around = table and field.startswith(f"{table.partition('.')[0]}.")
    return field if from_around or not table else f"{table}.{field}"


def is_link(field: str) -> bool:
    """Whether a field leads to the deals behind a number."""
    return any(part.startswith("drill") for part in field.split("."))


def _collect(found: dict[str, list[Row]], report: str, path: str, row: Mapping[str, Any], around: Row) -> None:
    flat, lists = flattened(row)
    found.setdefault(path, []).append({**around, **flat})
    within = {**around, **_handed_down(report, path, flat)} if path and lists else {}
    for name, items in lists.items():
        for item in items:
            _collect(found, report, f"{path}.{name}" if path else name, item, within)


def _handed_down(report: str, path: str, flat: Row) -> Row:
    placed = {f"{path}.{name}": value for name, value in flat.items() if not is_link(name)}
    return {place: value for place, value in placed.items() if VOCABULARY.measure(report, place) is None}


def flattened(row: Mapping[str, Any], before: str = "") -> tuple[Row, dict[str, list[Mapping[str, Any]]]]:
    """The single values of a row by path, and the lists of rows in it by path."""
    flat: Row = {}
    lists: dict[str, list[Mapping[str, Any]]] = {}
    for name, value in row.items():
        match value:
            case Mapping():
                more, further = flattened(value, f"{before}{name}.")
                flat |= more
                lists |= further
            case list() if not value or isinstance(value[0], Mapping):
                lists[f"{before}{name}"] = value
            case list():
                flat[f"{before}{name}"] = "; ".join(map(str, value))
            case _:
                flat[f"{before}{name}"] = value
    return flat, lists
