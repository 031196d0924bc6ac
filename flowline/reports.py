"""`flowline report NAME`: a report of analytics as JSON or as tables."""

from __future__ import annotations

from typing import Any

import typer

from flowline.gateway import Gateway
from flowline.output import print_json, print_table


async def show(gateway: Gateway, name: str, where: list[str], *, json: bool) -> None:
    """Fetch the report with its filters and print it."""
    report = await gateway.get(f"/reports/{name}", dict(_filter(pair) for pair in where))
    if json:
        print_json(report)
    else:
        _tables(report)


def _filter(pair: str) -> tuple[str, str]:
    name, found, value = pair.partition("=")
    if not found:
        raise typer.BadParameter(f"{pair!r} is not name=value")
    return name, value


def _tables(report: dict[str, Any]) -> None:
    single = [(name, _cell(value)) for name, value in report.items() if not _is_rows(value)]
    print_table(("what", "value"), single)
    for name, rows in report.items():
        if _is_rows(rows):
            columns = list(rows[0])
            print_table(columns, [[_cell(row.get(column)) for column in columns] for row in rows], title=name)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _cell(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"amount", "currency"}:
        return f"{value['amount']} {value['currency']}"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_cell(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(str(_cell(inner)) for inner in value)
    return value
