"""Commands on their way to the handler, counted by aggregate and outcome."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from shared.errors import DomainError, WrongVersion
from shared.eventstore.append import Answer
from shared.eventstore.intent import Request
from shared.http.context import ServiceContext

AnyRequest = Request[Any, Any, Any]


async def handled(service: ServiceContext, request: AnyRequest) -> Answer:
    """One command; raises its refusal."""
    began = time.perf_counter()
    try:
        answer = await service.handler.handle(request)
    except DomainError as refusal:
        _count(service, request, refusal)
        raise
    service.metrics.append_duration.observe(time.perf_counter() - began)
    _count(service, request, answer)
    return answer


async def handled_many(service: ServiceContext, requests: list[AnyRequest]) -> Sequence[Answer | DomainError]:
    """Many commands, each with its own outcome, in the order given."""
    began = time.perf_counter()
    outcomes = await service.handler.handle_many(requests)
    service.metrics.append_duration.observe(time.perf_counter() - began)
    for request, outcome in zip(requests, outcomes, strict=True):
        _count(service, request, outcome)
    return outcomes


def _count(service: ServiceContext, request: AnyRequest, outcome: Answer | DomainError) -> None:
    if isinstance(outcome, WrongVersion):
        service.metrics.append_conflicts.inc()
    said = outcome.code if isinstance(outcome, DomainError) else "replayed" if outcome.replayed else "written"
    service.metrics.appends.labels(request.decider.category, said).inc()
