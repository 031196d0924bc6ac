"""Where a deal may go from here and what is in the way, asked without going."""

from __future__ import annotations

from datetime import datetime

from services.pipeline.domain.deal.hurdles import Hurdles, hurdles
from services.pipeline.domain.deal.stages import stage_of
from services.pipeline.domain.deal.state import LivingDeal, OpenedDeal
from services.pipeline.domain.sales_process.definition import Definition


def options(deal: LivingDeal, definition: Definition, now: datetime) -> list[Hurdles]:
    """What the deal would meet at `now` on its way to every stage that an arrow leads to; none of a decided deal."""
    if not isinstance(deal, OpenedDeal):
        return []
    here = stage_of(definition, deal.stage.key)
    return [hurdles(definition, here, there, deal.content, now) for there in definition.onward(here.key)]
