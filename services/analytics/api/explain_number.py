"""A number explained over HTTP: what it is, and all deals and events that it is made of with what each contributes."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from services.analytics.api.explain import Asker, Explainer
from services.analytics.api.number_parts import PartBehind
from services.analytics.api.number_query import Asking, NumberQuery
from services.analytics.api.numbers_of_changes import of_bar, of_deeds, of_slips
from services.analytics.api.numbers_of_deals import of_deals
from services.analytics.api.numbers_of_work import of_quotas, of_work
from services.analytics.domain.measure.declared import VOCABULARY
from services.analytics.domain.measure.measure import MadeOf, Measure
from shared.http.consistency import consistent
from shared.http.pages import Page, PageRequest, page_request

Paged = Annotated[PageRequest, Depends(page_request)]
BEHIND: Mapping[MadeOf, Callable[[Asking], Awaitable[Page[Any]]]] = MappingProxyType(
    {"deals": of_deals, "bar": of_bar, "deeds": of_deeds, "slips": of_slips, "work": of_work, "quotas": of_quotas}
)


class NumberExplained(Page[PartBehind]):
    """What a number is and, page by page, all that it is made of: over all pages the contributions add up to it.

    `parts`: the measures that it is computed from, each of which is explained by itself. Items are deals, changes of
    deals (bars of waterfalls, deeds of owners, slips), activities and tasks, or quotas.
    """

    measure: str
    name: str
    name_zh: str
    formula: str
    unit: str
    source: tuple[str, ...]
    parts: tuple[str, ...]


def number_routes(explainer: Explainer) -> APIRouter:
    """`/explain/number`; the answer waits for the writes that its Consistency-Token names."""
    consistently = [Depends(consistent("deals", "deal_events", "directory"))]
    router = APIRouter(prefix="/explain", tags=["explain"], dependencies=consistently)

    @router.get("/number", operation_id="explainNumber")
    async def explain_number(asker: Asker, asked: Annotated[NumberQuery, Query()], page: Paged) -> NumberExplained:
        """A number of a report: its definition, and the deals and events behind it with what each contributes."""
        measure = VOCABULARY.keyed(asked.measure, "/measure")
        return _explained(measure, await BEHIND[measure.made_of](Asking(explainer, asker, asked, measure, page)))

    return router


def _explained(measure: Measure, page: Page[Any]) -> NumberExplained:
    return NumberExplained(
        items=page.items,
        page=page.page,
        measure=measure.key,
        name=measure.en,
        name_zh=measure.zh,
        formula=measure.formula,
        unit=measure.unit,
        source=measure.source,
        parts=measure.parts,
    )
