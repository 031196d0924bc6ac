"""Measures are declared once: every number of every report is one, and none is declared that no report shows."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from fnmatch import fnmatchcase
from typing import Any

import pytest

from services.analytics.domain.measure.declared import VOCABULARY
from services.analytics.projections.answer_rows import place_of, rows_of
from services.analytics.tests.histories import directory
from services.analytics.tests.running import Running, running
from services.analytics.tests.tables import applied
from services.analytics.tests.test_api import small_company
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

NUMBER = re.compile(r"-?\d+(\.\d+)?")
NO_MEASURES = {"version", "process_version", "rank", "limit"}


@pytest.fixture(scope="module")
async def service(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Running]:
    async with running(fresh_database, token_issuer) as service:
        await applied(service.pool, directory().events)
        await applied(service.pool, small_company().events)
        yield service


async def leaves(service: Running) -> set[str]:
    """Every single value that an answer of a report may hold, as `report:path`."""
    schema = (await service.client.get("/openapi.json")).json()
    found = set()
    for path, operations in schema["paths"].items():
        report = re.fullmatch(r"/api/v1/reports/([a-z-]+)", path)
        if report and "get" in operations:
            answer = operations["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            found |= {f"{report[1]}:{leaf}" for leaf, _ in inside(schema, answer, "")}
    return found


def inside(schema: Any, part: Any, path: str) -> Iterator[tuple[str, Any]]:
    if "$ref" in part:
        part = schema["components"]["schemas"][part["$ref"].rpartition("/")[2]]
    for choice in part.get("anyOf", ()):
        yield from inside(schema, choice, path)
    if "items" in part:
        yield from inside(schema, part["items"], path)
    for name, inner in part.get("properties", {}).items():
        yield from inside(schema, inner, f"{path}.{name}" if path else name)
    if "type" in part and part["type"] not in ("object", "array", "null"):
        yield path, part


async def asked(service: Running) -> list[tuple[str, dict[str, Any]]]:
    admin = service.desk("admin")
    names = [one["name"] for one in (await admin.get("/reports")).json()]
    further: list[tuple[str, dict[str, str]]] = [
        ("funnel", {"kind": "snapshot"}),
        ("deals", {"by": "any"}),
        ("win-rate", {"kind": "cohort", "group_by": "owner"}),
        ("win-rate", {"group_by": "team"}),
        ("forecast", {"accuracy_at": "2026-01-10T00:00:00Z"}),
        ("waterfall", {"basis": "gross"}),
        ("slipped", {"close_to": "2026-03-31"}),
    ]
    found = []
    for name, query in [*((name, {}) for name in names), *further]:
        answer = await admin.get(f"/reports/{name}", query)
        assert answer.status_code == 200, (name, answer.text)
        found.append((name, answer.json()))
    return found


async def test_every_number_of_every_report_is_a_declared_measure(service: Running) -> None:
    unknown = set()
    for report, answer in await asked(service):
        for table, rows in rows_of(report, answer).items():
            numbers = {name for row in rows for name, value in row.items() if is_number(value)}
            unknown |= {f"{report}:{place_of(table, name)}" for name in numbers if not known(report, table, name)}
    assert unknown == set()


def is_number(value: Any) -> bool:
    text = isinstance(value, str) and NUMBER.fullmatch(value)
    return bool(text) or (isinstance(value, int | float) and not isinstance(value, bool))


def known(report: str, table: str, name: str) -> bool:
    place = place_of(table, name)
    return name.rpartition(".")[2] in NO_MEASURES or VOCABULARY.measure(report, place) is not None


async def test_no_measure_is_declared_that_no_report_shows(service: Running) -> None:
    shown = await leaves(service)
    declared = {field for measure in VOCABULARY.measures for field in measure.fields}
    assert {field for field in declared if not any(fnmatchcase(leaf, field) for leaf in shown)} == set()


async def test_a_field_is_one_measure_only(service: Running) -> None:
    for leaf in await leaves(service):
        report, _, path = leaf.partition(":")
        assert len([one.key for one in VOCABULARY.measures if one.stands_at(report, path)]) <= 1, leaf


def test_keys_and_names_are_unique_and_in_both_languages() -> None:
    for things in (VOCABULARY.measures, VOCABULARY.dimensions):
        for said in ("key", "en", "zh"):
            names = [getattr(thing, said) for thing in things]
            assert sorted(set(names)) == sorted(names)
            assert all(names)


async def test_measures_and_dimensions_can_be_asked_for(service: Running) -> None:
    rep = service.desk("rep")
    measures = {one["key"]: one for one in (await rep.get("/measures")).json()}
    assert measures["win_rate"]["name"] == {"en": "Win rate", "zh": "赢单率"}
    assert measures["win_rate"]["reports"] == ["overview", "win-rate"]
    dimensions = {one["key"]: one for one in (await rep.get("/dimensions")).json()}
    assert dimensions["owner"]["fields"] == ["owner", "owner_id"]
    assert (await service.desk("guest").get("/measures")).status_code == 403
