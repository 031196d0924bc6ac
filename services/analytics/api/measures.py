"""The measures and dimensions over HTTP: what every number of a report is, and what it can be split by."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from services.analytics.domain.measure.declared import VOCABULARY
from services.analytics.domain.measure.measure import Kind, MadeOf, PerDeal
from shared.http.auth import Principal
from shared.http.calls import reader

Asker = Annotated[Principal, Depends(reader("report.read"))]


class Name(BaseModel):
    """In both languages."""

    en: str
    zh: str


class MeasureInfo(BaseModel):
    """A number that reports show; `fields`: where it stands, as report:path with * for any part.

    `per_deal`: what each deal behind it contributes (GET /explain/number), null where it is not made of deals;
    `parts`: the measures that it is computed from; `made_of`: of what else than deals it is made, if it is.
    """

    key: str
    name: Name
    kind: Kind
    unit: str
    formula: str
    source: tuple[str, ...]
    reports: tuple[str, ...]
    fields: tuple[str, ...]
    per_deal: PerDeal | None
    parts: tuple[str, ...]
    made_of: MadeOf


class DimensionInfo(BaseModel):
    """What numbers are split or narrowed by; `fields`: the names that it has in answers and filters."""

    key: str
    name: Name
    source: tuple[str, ...]
    fields: tuple[str, ...]
    is_time: bool


def measure_routes() -> APIRouter:
    """`/measures` and `/dimensions`: whole, since they only change with a release."""
    router = APIRouter(tags=["measures"])

    @router.get("/measures", operation_id="listMeasures")
    async def list_measures(asker: Asker) -> list[MeasureInfo]:
        """Every number that reports show: its names, formula, unit and source."""
        del asker
        return [
            MeasureInfo(
                key=one.key,
                name=Name(en=one.en, zh=one.zh),
                kind=one.kind,
                unit=one.unit,
                formula=one.formula,
                source=one.source,
                reports=one.reports,
                fields=one.fields,
                per_deal=one.per_deal,
                parts=one.parts,
                made_of=one.made_of,
            )
            for one in VOCABULARY.measures
        ]

    @router.get("/dimensions", operation_id="listDimensions")
    async def list_dimensions(asker: Asker) -> list[DimensionInfo]:
        """What numbers can be split and narrowed by."""
        del asker
        return [
            DimensionInfo(
                key=one.key,
                name=Name(en=one.en, zh=one.zh),
                source=one.source,
                fields=one.fields,
                is_time=one.is_time,
            )
            for one in VOCABULARY.dimensions
        ]

    return router
