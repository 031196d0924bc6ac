"""The table of rights, cell by cell, and that every route asks for one of its actions."""

from __future__ import annotations

import pytest

from services.pipeline.api.rights import RIGHTS

# One line per action: who may do it.
TABLE = {
    "product.read": "rep manager admin service",
    "product.add": "admin service",
    "product.change": "admin service",
    "product.retire": "admin service",
    "process.read": "rep manager admin service",
    "process.create": "admin service",
    "process.draft": "admin service",
    "process.review": "manager admin service",
    "process.publish": "manager admin service",
    "process.retire": "admin service",
    "deal.read": "rep manager admin service",
    "deal.open": "rep manager admin service",
    "deal.move": "rep manager admin service",
    "deal.win": "rep manager admin service",
    "deal.lose": "rep manager admin service",
    "deal.change": "rep manager admin service",
    "deal.correct": "rep manager admin service",
    "deal.assign": "rep manager admin service",
    "deal.reopen": "manager admin service",
    "deal.delete": "manager admin service",
    "deal.restore": "manager admin service",
    "task.read": "rep manager admin service",
    "task.create": "rep manager admin service",
    "task.change": "rep manager admin service",
    "task.assign": "rep manager admin service",
    "task.complete": "rep manager admin service",
    "task.reopen": "rep manager admin service",
    "task.cancel": "rep manager admin service",
    "quota.read": "rep manager admin service",
    "quota.set": "manager admin service",
    "rate.read": "rep manager admin service",
    "rate.set": "admin service",
    "deal.override": "manager admin",
    "process.migrate": "admin service",
    "process.try": "manager admin service",
    "backdate": "admin service",
    "events.read": "admin service",
    "operations": "admin",
}
ROLES = ("rep", "manager", "admin", "service", "guest")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", TABLE)
def test_each_role_has_exactly_the_actions_of_the_table(role: str, action: str) -> None:
    assert (action in RIGHTS[role]) == (role in TABLE[action].split())


def test_the_table_is_complete() -> None:
    assert set(RIGHTS) == set(ROLES)
    assert frozenset().union(*RIGHTS.values()) == set(TABLE)
