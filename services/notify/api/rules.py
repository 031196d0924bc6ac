"""Rules over HTTP: request → command → answer; query → row."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response

from services.notify.api.recipients import check_only_self
from services.notify.api.rule_bodies import (
    ChangeRule,
    CreateRule,
    ErrorView,
    RuleView,
    change,
    creation,
    error_view,
    reach_of,
    rule_view,
)
from services.notify.domain.rule import commands
from services.notify.domain.rule.decider import RuleDecider
from services.notify.projections.inbox import ConditionErrors
from services.notify.projections.readers import Readers
from services.notify.projections.rules import Rules
from shared.http.answers import found
from shared.http.auth import Principal
from shared.http.calls import Call, reader, right
from shared.http.consistency import consistent
from shared.http.pages import Page, PageRequest, page_request


def rule_routes(decider: RuleDecider, rules: Rules, readers: Readers) -> APIRouter:
    """The routes that change rules."""
    router = APIRouter(tags=["rules"])

    async def visible(rule_id: UUID, principal: Principal) -> None:
        await rules.one(rule_id, await readers.authors_seen_by(principal.subject, principal.roles))

    @router.post("/rules", operation_id="createRule", status_code=201)
    async def create_rule(
        body: CreateRule, call: Annotated[Call, Depends(right("rule.make", creates=True))]
    ) -> Response:
        command = creation(body, reach_of(call))
        if not call.allows("rule.address-others"):
            check_only_self(command.recipients, await readers.of(call.principal.subject))
        return await call.run(decider, call.new_id(body.id), command)

    @router.patch("/rules/{rule_id}", operation_id="changeRule")
    async def change_rule(
        rule_id: UUID, body: ChangeRule, call: Annotated[Call, Depends(right("rule.make"))]
    ) -> Response:
        await visible(rule_id, call.principal)
        command = change(body)
        if not call.allows("rule.address-others"):
            check_only_self(command.recipients or (), await readers.of(call.principal.subject))
        return await call.run(decider, rule_id, command)

    @router.post("/rules/{rule_id}/enable", operation_id="enableRule")
    async def enable_rule(rule_id: UUID, call: Annotated[Call, Depends(right("rule.make"))]) -> Response:
        await visible(rule_id, call.principal)
        return await call.run(decider, rule_id, commands.EnableRule())

    @router.post("/rules/{rule_id}/disable", operation_id="disableRule")
    async def disable_rule(rule_id: UUID, call: Annotated[Call, Depends(right("rule.make"))]) -> Response:
        await visible(rule_id, call.principal)
        return await call.run(decider, rule_id, commands.DisableRule())

    @router.delete("/rules/{rule_id}", operation_id="deleteRule")
    async def delete_rule(rule_id: UUID, call: Annotated[Call, Depends(right("rule.make"))]) -> Response:
        await visible(rule_id, call.principal)
        return await call.run(decider, rule_id, commands.DeleteRule())

    return router


def rule_reading_routes(rules: Rules, readers: Readers, errors: ConditionErrors) -> APIRouter:
    """The routes that show rules."""
    router = APIRouter(tags=["rules"])

    async def authors(principal: Principal) -> list[str] | None:
        return await readers.authors_seen_by(principal.subject, principal.roles)

    @router.get("/rules", operation_id="listRules")
    async def list_rules(
        principal: Annotated[Principal, Depends(reader("rule.read"))],
        page: Annotated[PageRequest, Depends(page_request)],
    ) -> Page[RuleView]:
        before = page.after[0] if page.after else None
        rows = await rules.list(await authors(principal), before, page.limit + 1)
        return page.of([rule_view(row) for row in rows], key=lambda row: (row.id,))

    @router.get("/rules/{rule_id}", operation_id="getRule", response_model=RuleView)
    async def get_rule(
        rule_id: UUID, request: Request, principal: Annotated[Principal, Depends(reader("rule.read"))]
    ) -> Response:
        rule = await rules.one(rule_id, await authors(principal))
        return found(request, rule_view(rule), rule.version)

    @router.get("/rules/{rule_id}/errors", operation_id="listRuleErrors", dependencies=[Depends(consistent("inbox"))])
    async def list_errors(
        rule_id: UUID, principal: Annotated[Principal, Depends(reader("rule.read"))]
    ) -> list[ErrorView]:
        await rules.one(rule_id, await authors(principal))
        return [error_view(error) for error in await errors.of(rule_id)]

    return router
