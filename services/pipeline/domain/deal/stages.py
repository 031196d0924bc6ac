"""The stages of a process version as a deal meets them."""

from __future__ import annotations

from services.pipeline.domain.deal.events import StageRef
from services.pipeline.domain.deal.refusals import StageUnknown
from services.pipeline.domain.sales_process.definition import Definition
from services.pipeline.domain.sales_process.drawing import Stage


def stage_of(definition: Definition, key: str, field: str | None = None) -> Stage:
    """The stage with this key; raises StageUnknown, which names those that there are."""
    stage = definition.stage(key)
    if stage is None:
        known = ", ".join(stage.key for stage in definition.stages)
        raise StageUnknown(f"There is no stage {key!r}; the stages are {known}.", field=field)
    return stage


def seen(stage: Stage) -> StageRef:
    """What an event keeps of a stage."""
    return StageRef(
        key=stage.key,
        name=stage.name,
        category=stage.category,
        probability=stage.probability,
        forecast_category=stage.forecast_category,
    )
