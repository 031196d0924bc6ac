"""Who may do what: every role and action has an expectation, every route and batch command an action."""

from __future__ import annotations

import inspect
from typing import Any, cast

import pytest
from fastapi import APIRouter
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from services.customer.api import activity_bodies, contact_bodies, customer_bodies, people_bodies, team_bodies
from services.customer.api.activities import activity_routes
from services.customer.api.contact_queries import contact_query_routes
from services.customer.api.contacts import contact_routes
from services.customer.api.customer_queries import customer_query_routes
from services.customer.api.customers import customer_routes
from services.customer.api.people import people_routes
from services.customer.api.reads import Reads
from services.customer.api.rights import RIGHTS
from services.customer.api.teams import team_routes
from services.customer.tests.running import Running
from shared.http.batch import BatchItem, BatchRight
from shared.http.calls import Reader, Right

EXPECTED = {
    "activity.cancel": "admin service manager rep",
    "activity.complete": "admin service manager rep",
    "activity.plan": "admin service manager rep",
    "activity.read": "admin service manager rep",
    "activity.record": "admin service manager rep",
    "backdate": "admin service",
    "contact.add": "admin service manager rep",
    "contact.correct": "admin service manager rep",
    "contact.delete": "admin service manager",
    "contact.erase": "admin",
    "contact.link": "admin service manager rep",
    "contact.read": "admin service manager rep",
    "contact.restore": "admin service",
    "customer.archive": "admin service manager rep",
    "customer.assign": "admin service manager rep",
    "customer.correct": "admin service manager rep",
    "customer.create": "admin service manager rep",
    "customer.delete": "admin service manager",
    "customer.read": "admin service manager rep",
    "customer.restore": "admin service",
    "events.read": "admin service",
    "operations": "admin",
    "person.add": "admin service",
    "person.correct": "admin service",
    "person.deactivate": "admin service",
    "person.move": "admin service",
    "person.reactivate": "admin service",
    "person.read": "admin service manager rep",
    "team.create": "admin service",
    "team.read": "admin service manager rep",
    "team.rename": "admin service",
}
ROLES = ("admin", "service", "manager", "rep", "guest")
BODIES = (team_bodies, people_bodies, customer_bodies, contact_bodies, activity_bodies)


def routes() -> list[APIRoute]:
    """All routes of the service; without the queries behind them, they can be looked at but not asked."""
    nothing = cast(Reads, None)
    routers: list[APIRouter] = [
        team_routes(nothing),
        people_routes(nothing),
        customer_routes(nothing),
        customer_query_routes(nothing),
        contact_routes(nothing),
        contact_query_routes(nothing),
        activity_routes(nothing),
    ]
    return [route for router in routers for route in router.routes if isinstance(route, APIRoute)]


def calls_of(dependant: Dependant) -> list[Any]:
    """What is called before the endpoint."""
    return [call for inner in dependant.dependencies for call in (inner.call, *calls_of(inner))]


def batch_items() -> list[type[BatchItem]]:
    """Every command that a batch can hold."""
    found = [thing for module in BODIES for _, thing in inspect.getmembers(module, inspect.isclass)]
    return [thing for thing in found if issubclass(thing, BatchItem) and thing is not BatchItem]


@pytest.mark.parametrize("role", ROLES)
def test_every_role_has_exactly_the_rights_expected(role: str) -> None:
    assert RIGHTS[role] == {action for action, roles in EXPECTED.items() if role in roles.split()}


def test_there_are_no_other_roles() -> None:
    assert set(RIGHTS) == set(ROLES)


@pytest.mark.parametrize("route", routes(), ids=lambda route: f"{route.operation_id}")
def test_every_route_has_an_action(route: APIRoute) -> None:
    guards = [call for call in calls_of(route.dependant) if isinstance(call, Reader | Right | BatchRight)]
    assert len(guards) == 1
    writes = not isinstance(guards[0], Reader)
    assert writes == (route.methods != {"GET"})
    assert isinstance(guards[0], BatchRight) or guards[0].action in EXPECTED


@pytest.mark.parametrize("item", batch_items(), ids=lambda item: item.__name__)
def test_every_command_of_a_batch_has_an_action(item: type[BatchItem]) -> None:
    assert item.action in EXPECTED


def test_every_action_is_asked_for_somewhere() -> None:
    guards = [call for route in routes() for call in calls_of(route.dependant)]
    asked = {guard.action for guard in guards if isinstance(guard, Reader | Right)}
    assert asked == set(EXPECTED) - {"backdate", "events.read", "operations"}
    assert {item.action for item in batch_items()} <= asked


@pytest.mark.parametrize("route", routes(), ids=lambda route: f"{route.operation_id}")
async def test_a_guest_is_refused_everywhere(service: Running, route: APIRoute) -> None:
    path = route.path
    for name in route.param_convertors:
        path = path.replace(f"{{{name}}}", "01890000-0000-7000-8000-000000000001")
    guest = service.desk("guest", subject="guest")
    if path.endswith(":batch"):
        return
    method = next(iter(route.methods or ()))
    answer = await (guest.get(path) if method == "GET" else guest.send(method, path, {}, version=1))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
