"""Metrics over HTTP: defined, redefined beside the live version, rebuilt over all history, compared, swapped."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import Field

from services.analytics.domain.metric.base_counts import BASE_COUNTS, BaseCount
from services.analytics.domain.metric.commands import (
    DefineMetric,
    DropRedefinition,
    ProposeRedefinition,
    RecordRebuild,
    SwapVersion,
)
from services.analytics.domain.metric.decider import METRIC, MetricNotFound, MetricVersionNotFound
from services.analytics.projections.metric_values import ComparedValue, MetricValues, Series, Value, compared
from services.analytics.projections.metrics import FormulaVersion, Metrics, MetricView
from shared.http.answers import Written, found
from shared.http.auth import Principal
from shared.http.calls import Call, reader, right
from shared.http.consistency import consistent
from shared.http.pages import Page, PageRequest, page_request
from shared.http.payload import Payload

KEY = r"^[a-z][a-z0-9_]{0,40}$"
Key = Annotated[str, Path(pattern=KEY)]
Number = Annotated[int, Field(ge=1, le=10_000)]
Formula = Annotated[str, Field(min_length=1, max_length=500)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Reason = Annotated[str, Field(min_length=1, max_length=1000)]
Asker = Annotated[Principal, Depends(reader("metric.read"))]
Change = Annotated[Call, Depends(right("metric.define"))]
Create = Annotated[Call, Depends(right("metric.define", creates=True))]
Chosen = Annotated[int | None, Query(ge=1, le=10_000, description="A version; left out = the live one")]
Day = Annotated[date | None, Query()]


class Define(Payload):
    """A number per month and process; `formula` over the keys of GET /metrics/base-counts with + - * / and ( )."""

    key: Annotated[str, Field(pattern=KEY)]
    name: Name
    name_zh: Name
    formula: Formula
    reason: Reason


class Redefine(Payload):
    """Another formula of the same unit."""

    formula: Formula
    reason: Reason


class Which(Payload):
    """A version of the metric."""

    version: Number


class Decided(Payload):
    """A version of the metric, and why."""

    version: Number
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesOf(Series):
    """The values of one version of a metric by month and process, in the metric's unit."""

    key: str
    version: int
    formula: str
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two versions of a metric side by side."""

    key: str
    unit: str
    left: FormulaVersion
    right: FormulaVersion
    values: list[ComparedValue]


@dataclass(frozen=True, slots=True)
class Gauges:
    """The metrics and their values."""

    metrics: Metrics
    values: MetricValues

    async def one(self, key: str) -> MetricView:
        """Raise MetricNotFound, or say what is known of the metric."""
        metric = await self.metrics.one(key)
        if metric is None:
            raise MetricNotFound
        return metric

    async def series(self, metric: MetricView, number: int, first: date | None, last: date | None) -> list[Value]:
        """The values of a version that was not dropped."""
        return (await self.values.series(metric.id, version_of(metric, number).number, first, last)).values


def metric_id(key: str) -> UUID:
    """The stream of a metric: its key is taken once and for ever."""
    return uuid5(NAMESPACE_URL, f"flowline/metric/{key}")


def version_of(metric: MetricView, number: int | None) -> FormulaVersion:
    """A version, None = the live one; raises MetricVersionNotFound also for a dropped one."""
    wanted = metric.live if number is None else number
    known = next((one for one in metric.versions if one.number == wanted and one.stand != "dropped"), None)
    if known is None:
        raise MetricVersionNotFound(field="/version")
    return known


def metric_routes(gauges: Gauges) -> APIRouter:
    """`/metrics/…`; the values are the whole company's, so that reading them is a right of its own."""
    consistently = [Depends(consistent("deals"))]
    router = APIRouter(prefix="/metrics", tags=["metrics"], dependencies=consistently)
    _add_reading(router, gauges)
    _add_values(router, gauges)
    _add_changing(router, gauges)
    return router


def _add_reading(router: APIRouter, gauges: Gauges) -> None:
    """What there is."""

    @router.get("", operation_id="listMetrics")
    async def list_metrics(asker: Asker, page: Annotated[PageRequest, Depends(page_request)]) -> Page[MetricView]:
        del asker
        rows = await gauges.metrics.listed(page.after[0] if page.after else None, page.limit + 1)
        return page.of(rows, key=lambda row: (row.key,))

    @router.get("/base-counts", operation_id="listBaseCounts")
    async def list_base_counts(asker: Asker) -> list[BaseCount]:
        """What formulas are made of."""
        del asker
        return list(BASE_COUNTS.values())

    @router.get("/{key}", operation_id="getMetric", response_model=MetricView)
    async def get_metric(key: Key, request: Request, asker: Asker) -> Response:
        del asker
        metric = await gauges.one(key)
        return found(request, metric, metric.version)


def _add_values(router: APIRouter, gauges: Gauges) -> None:
    """What the numbers are."""

    @router.get("/{key}/series", operation_id="getMetricSeries")
    async def get_series(
        key: Key,
        asker: Asker,
        version: Chosen = None,
        first: Annotated[Day, Query(alias="from")] = None,
        last: Annotated[Day, Query(alias="to")] = None,
    ) -> SeriesOf:
        """One value per month and process, and per month over all processes."""
        del asker
        metric = await gauges.one(key)
        one = version_of(metric, version)
        series = await gauges.values.series(metric.id, one.number, first, last)
        return SeriesOf(
            key=key,
            version=one.number,
            formula=one.formula,
            unit=metric.unit,
            as_of=series.as_of,
            built_at=series.built_at,
            values=series.values,
        )

    @router.get("/{key}/comparison", operation_id="compareMetricVersions")
    async def get_comparison(
        key: Key,
        asker: Asker,
        left: Annotated[int, Query(ge=1, le=10_000)],
        right: Annotated[int, Query(ge=1, le=10_000)],
        first: Annotated[Day, Query(alias="from")] = None,
        last: Annotated[Day, Query(alias="to")] = None,
    ) -> Comparison:
        """Two versions month by month: right less left."""
        del asker
        metric = await gauges.one(key)
        sides = [await gauges.series(metric, number, first, last) for number in (left, right)]
        versions = {"left": version_of(metric, left), "right": version_of(metric, right)}
        return Comparison(key=key, unit=metric.unit, values=compared(*sides), **versions)


def _add_changing(router: APIRouter, gauges: Gauges) -> None:
    """What may be done."""

    @router.post("", operation_id="defineMetric", status_code=201, response_model=Written)
    async def define(body: Define, call: Create) -> Response:
        return await call.run(METRIC, metric_id(body.key), DefineMetric(author=call.principal.subject, **dict(body)))

    @router.post("/{key}/redefine", operation_id="redefineMetric", response_model=Written)
    async def redefine(key: Key, body: Redefine, call: Change) -> Response:
        wish = ProposeRedefinition(formula=body.formula, reason=body.reason, author=call.principal.subject)
        return await call.run(METRIC, metric_id(key), wish)

    @router.post("/{key}/rebuild", operation_id="rebuildMetric", response_model=Written)
    async def rebuild(key: Key, body: Which, call: Change) -> Response:
        """Make the values of a version over all history; readers see the old ones or the new ones, never both."""
        metric = await gauges.one(key)
        one = version_of(metric, body.version)
        build = await gauges.values.build(metric.id, one.number, one.formula)
        told = {name: getattr(build, name) for name in ("values", "as_of", "first_month", "last_month")}
        return await call.run(METRIC, metric.id, RecordRebuild(version=one.number, **told))

    @router.post("/{key}/swap", operation_id="swapMetricVersion", response_model=Written)
    async def swap(key: Key, body: Decided, call: Change) -> Response:
        return await call.run(METRIC, metric_id(key), SwapVersion(version=body.version, reason=body.reason))

    @router.post("/{key}/drop", operation_id="dropMetricVersion", response_model=Written)
    async def drop(key: Key, body: Decided, call: Change) -> Response:
        return await call.run(METRIC, metric_id(key), DropRedefinition(version=body.version, reason=body.reason))
