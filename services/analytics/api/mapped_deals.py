"""The deals behind the map over HTTP: as a list for people, as an event log for other tools."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse

from services.analytics.api.drawn_answers import LOGS, logged
from services.analytics.api.map_query import LogQuery, PassedQuery
from services.analytics.api.process_map import Asker, Mapping
from services.analytics.projections.process_map import case_list
from services.analytics.projections.process_map.chosen_ways import chosen_ways
from services.analytics.projections.process_map.event_log import cases_of
from shared.http.consistency import consistent
from shared.http.pages import Page, PageRequest, page_request


def mapped_deal_routes(mapping: Mapping) -> APIRouter:
    """`/process-map/{process_id}/deals` and `/log`; every answer waits for the writes of its Consistency-Token."""
    consistently = [Depends(consistent("process_map", "directory"))]
    router = APIRouter(prefix="/process-map/{process_id}", tags=["process map"], dependencies=consistently)
    ask = mapping.ask

    @router.get("/log", operation_id="getProcessLog", responses=LOGS, response_class=StreamingResponse)
    async def get_log(process_id: UUID, asker: Asker, asked: Annotated[LogQuery, Query()]) -> StreamingResponse:
        """The event log behind the map, whole ways of at most 50,000 deals, to be mined by other tools."""
        async with ask(process_id, asker, asked) as question:
            cases = await cases_of(question)
        return logged(cases, asked.format)

    @router.get("/deals", operation_id="listDealsOnTheMap", description=case_list.DEFINITION)
    async def list_deals(
        process_id: UUID,
        asker: Asker,
        asked: Annotated[PassedQuery, Query()],
        page: Annotated[PageRequest, Depends(page_request)],
    ) -> Page[case_list.MappedDeal]:
        after = page.after[0] if page.after else None
        async with ask(process_id, asker, asked) as question:
            ways = await chosen_ways(question, asked.wanted())
            deals = await case_list.deals_passed(question, asked.passed(ways), after, page.limit + 1)
        return page.of(deals, key=lambda deal: (deal.id,))

    return router
