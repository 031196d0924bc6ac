"""Conditions over HTTP: what they can speak about, and whether one would be accepted."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from services.notify.api.rule_bodies import Condition, EventName
from services.notify.domain.rule.condition import checked, warnings
from services.notify.domain.rule.decider import EventTypeUnknown
from services.notify.domain.rule.vocabulary import Vocabulary
from shared.conditions.condition import ConditionRefused
from shared.conditions.vocabulary import Fact
from shared.http.auth import Principal
from shared.http.calls import reader
from shared.http.payload import Payload


class CheckCondition(Payload):
    """A condition that may become part of a rule."""

    event_type: EventName
    condition: Condition


class Checked(BaseModel):
    """What is wrong with a condition (then a rule with it is refused), and what to think of."""

    valid: bool
    problems: list[str]
    warnings: list[str]


class EventTypeView(BaseModel):
    """An event type and a sample of the variable `event`, which shows its fields and their types."""

    name: str
    sample: dict[str, Any]
    optional: list[str]


def condition_routes(vocabulary: Vocabulary) -> APIRouter:
    """The routes that help to write a condition; mounted before those of single rules."""
    router = APIRouter(tags=["rules"])

    @router.post("/rules:check", operation_id="checkCondition")
    async def check_condition(
        body: CheckCondition, principal: Annotated[Principal, Depends(reader("rule.read"))]
    ) -> Checked:
        del principal
        return verdict(vocabulary, body)

    @router.get("/rules/event-types", operation_id="listRuleEventTypes")
    async def list_event_types(principal: Annotated[Principal, Depends(reader("rule.read"))]) -> list[EventTypeView]:
        del principal
        return event_types(vocabulary)

    return router


def verdict(vocabulary: Vocabulary, body: CheckCondition) -> Checked:
    """What a rule with this condition would be answered; raises EventTypeUnknown."""
    event_type = vocabulary.get(body.event_type)
    if event_type is None:
        raise EventTypeUnknown(field="/event_type")
    try:
        condition = checked(body.condition, event_type)
    except ConditionRefused as refusal:
        return Checked(valid=False, problems=[refusal.message], warnings=[])
    return Checked(valid=True, problems=[], warnings=list(warnings(condition, event_type)))


def event_types(vocabulary: Vocabulary) -> list[EventTypeView]:
    """Every event type with its sample."""
    return [
        EventTypeView(name=name, sample=dict(known.full), optional=sorted(_optional(known.full, known.sparse)))
        for name, known in sorted(vocabulary.items())
    ]


def _optional(full: dict[str, Fact], sparse: dict[str, Fact]) -> set[str]:
    data, always = full["data"], sparse["data"]
    assert isinstance(data, dict)
    assert isinstance(always, dict)
    return data.keys() - always.keys()
