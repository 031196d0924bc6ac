"""The process map over HTTP: filters → one snapshot → the answer, with its definition and the deals behind it."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response

from services.analytics.api.drawn_answers import FORMS, pictured
from services.analytics.api.map_query import GraphQuery, MapQuery, OverlayQuery, StepsQuery, VariantsQuery
from services.analytics.api.wishes import language_of
from services.analytics.domain.measure.measure import Language
from services.analytics.projections.process_map import map_answer, overlay, overlay_answer, paths, stays
from services.analytics.projections.process_map.asking import Asked, ProcessMaps
from services.analytics.projections.process_map.clock import AllHours, WorkingHours
from services.analytics.projections.process_map.picture import chart_of
from services.analytics.projections.process_map.sliders import simplified
from shared.http.answers import JSON, as_json
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.consistency import consistent

Asker = Annotated[Principal, Depends(reader("report.read"))]
DRAWN: dict[int | str, dict[str, Any]] = {200: {"content": FORMS}}


@dataclass(frozen=True, slots=True)
class Mapping:
    """What the routes are made of: where the map is, the company's working hours and the time."""

    maps: ProcessMaps
    working: WorkingHours
    now: Callable[[], datetime]

    def ask(self, process_id: UUID, asker: Principal, asked: MapQuery) -> AbstractAsyncContextManager[Asked]:
        """Open a snapshot of what the asker may see."""
        return self.maps.ask(asker.subject, asker.roles, process_id, asked.filters())


def said_in(request: Request) -> Language:
    """The language of a picture's own words."""
    return language_of(request.headers.get("accept-language", ""))


Spoken = Annotated[Language, Depends(said_in)]


def process_map_routes(mapping: Mapping) -> APIRouter:
    """`/process-map/{process_id}/…`; every answer waits for the writes that its Consistency-Token names."""
    consistently = [Depends(consistent("process_map", "directory"))]
    router = APIRouter(prefix="/process-map/{process_id}", tags=["process map"], dependencies=consistently)
    ask = mapping.ask

    @router.get(
        "",
        operation_id="getProcessMap",
        description=map_answer.DEFINITION,
        responses=DRAWN,
        response_model=map_answer.ProcessMap,
    )
    async def get_map(
        process_id: UUID, asker: Asker, asked: Annotated[GraphQuery, Query()], spoken: Spoken
    ) -> Response:
        clock = mapping.working if asked.calendar == "working" else AllHours()
        async with ask(process_id, asker, asked) as question:
            whole = await map_answer.process_map(question, clock)
        shown = simplified(whole, asked.activities, asked.paths)
        if asked.format == "json":
            return Response(as_json(shown), media_type=JSON)
        return pictured(chart_of(shown, asked.metric, spoken), asked.format)

    @router.get("/overlay", operation_id="getProcessOverlay", responses=DRAWN, response_model=overlay_answer.Overlay)
    async def get_overlay(
        process_id: UUID, asker: Asker, asked: Annotated[OverlayQuery, Query()], spoken: Spoken
    ) -> Response:
        """The designed drawing coloured by reality: used, never used, not allowed but happening."""
        async with ask(process_id, asker, asked) as question:
            if asked.format == "json":
                return Response(as_json(await overlay_answer.overlay_answer(question)), media_type=JSON)
            chart = await overlay.overlay(question, spoken)
        return pictured(chart, asked.format)

    @router.get("/variants", operation_id="getProcessVariants", description=paths.DEFINITION)
    async def get_variants(process_id: UUID, asker: Asker, asked: Annotated[VariantsQuery, Query()]) -> paths.Variants:
        async with ask(process_id, asker, asked) as question:
            return await paths.variants(question, asked.top)

    @router.get("/stays", operation_id="getStageStays", description=stays.DEFINITION)
    async def get_stays(process_id: UUID, asker: Asker, asked: Annotated[StepsQuery, Query()]) -> stays.Stays:
        async with ask(process_id, asker, asked) as question:
            return await stays.stays(question, mapping.now())

    return router
