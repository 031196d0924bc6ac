"""How a deal begins: on a published version, in an open stage of it, with what that stage requires."""

from __future__ import annotations

from services.pipeline.domain.deal.commands import OpenDeal
from services.pipeline.domain.deal.conversion import converted
from services.pipeline.domain.deal.events import DealOpened
from services.pipeline.domain.deal.hurdles import fields_missing, missing
from services.pipeline.domain.deal.lines import checked_lines, opening_amount
from services.pipeline.domain.deal.refusals import ProcessNotPublished, ProcessVersionRetired, StageNotOpen
from services.pipeline.domain.deal.stages import seen, stage_of
from services.pipeline.domain.deal.state import content_of
from services.pipeline.domain.naming import named
from services.pipeline.domain.sales_process.definition import CLOSED
from services.pipeline.domain.sales_process.drawing import Stage


def opening(command: OpenDeal) -> DealOpened:
    """The fact that there is a deal."""
    stage, lines = _first_stage(command), checked_lines(command.lines, command.retired)
    amount = opening_amount(command.amount, lines)
    event = DealOpened(
        name=named(command.name),
        process_id=command.definition.process_id,
        process_version=command.definition.version,
        stage=seen(stage),
        lines=lines,
        owner_id=command.owner_id,
        customer_id=command.customer_id,
        amount=amount,
        expected_close=command.expected_close,
        source=command.source,
        region=command.region,
        converted=converted(amount, command.rates),
    )
    if lacking := missing(stage, content_of(event)):
        raise fields_missing(stage, lacking)
    return event


def _first_stage(command: OpenDeal) -> Stage:
    definition = command.definition
    if not definition.published:
        raise ProcessNotPublished(field="/process_version")
    if definition.retired:
        raise ProcessVersionRetired(field="/process_version")
    stage = definition.first("open") if command.stage is None else stage_of(definition, command.stage, "/stage")
    if stage is None or stage.category in CLOSED:
        raise StageNotOpen(field="/stage")
    return stage
