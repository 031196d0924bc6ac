"""Who sees and changes what is shared: the same matrix for saved reports and for dashboards."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.analytics.tests.happening import named
from services.analytics.tests.histories import directory
from services.analytics.tests.running import Desk, Running, running
from services.analytics.tests.tables import applied
from services.analytics.tests.test_api import small_company
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

EAST, FAR_EAST = named("team", "east"), named("team", "far east")
BODIES = {"dashboards": {"name": "Mine"}, "saved-reports": {"name": "Mine", "report": "won"}}
EVERYBODY = {"kind": "everybody"}
ROLES = {"anna": "rep", "ben": "rep", "cleo": "manager", "root": "admin", "stranger": "rep"}
TILE = {"key": "won", "report": "won", "chart": "bar"}


@pytest.fixture(scope="module")
async def service(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Running]:
    async with running(fresh_database, token_issuer) as service:
        await applied(service.pool, directory().events)
        await applied(service.pool, small_company().events)
        yield service


def desk(service: Running, who: str) -> Desk:
    return service.desk(ROLES[who], subject=who)


async def made(service: Running, kind: str, *shares: dict[str, Any]) -> str:
    """Something of Anna's, shared like this; its path."""
    anna = desk(service, "anna")
    answer = await anna.send("POST", f"/{kind}", BODIES[kind])
    assert answer.status_code == 201, answer.text
    path = f"/{kind}/{answer.json()['id']}"
    for version, share in enumerate(shares, 1):
        done = await anna.send("POST", f"{path}/share", share, version=version)
        assert done.status_code == 200, done.text
    return path


async def may(service: Running, path: str, who: str) -> str:
    """How far somebody gets with it."""
    reader = desk(service, who)
    shown = await reader.get(path)
    if shown.status_code == 404:
        assert (await reader.send("POST", f"{path}/rename", {"name": who}, version=1)).status_code == 404
        return "nothing"
    version = shown.json()["version"]
    renamed = await reader.send("POST", f"{path}/rename", {"name": f"{who} {version}"}, version=version)
    after = version + (renamed.status_code == 200)
    owned = await reader.send("POST", f"{path}/unshare", {"kind": "person", "id": str(EAST)}, version=after)
    found = {(403, 403): "view", (200, 403): "edit", (200, 200): "own"}[(renamed.status_code, owned.status_code)]
    assert shown.json()["access"] == found
    listed = await reader.get(path.rpartition("/")[0], {"limit": "200"})
    assert path.rpartition("/")[2] in [one["id"] for one in listed.json()["items"]]
    return found


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize(
    ("shares", "reach"),
    [
        ([], {"ben": "nothing", "cleo": "nothing", "stranger": "nothing"}),
        ([{"kind": "person", "id": "ben"}], {"ben": "view", "cleo": "nothing", "stranger": "nothing"}),
        ([{"kind": "person", "id": "ben", "right": "edit"}], {"ben": "edit", "cleo": "nothing"}),
        ([{"kind": "team", "id": "east"}], {"ben": "view", "cleo": "nothing"}),  # far east is below east
        ([{"kind": "team", "id": "far east", "right": "edit"}], {"ben": "edit", "cleo": "nothing"}),
        ([EVERYBODY], {"ben": "view", "cleo": "view", "stranger": "view"}),
        ([EVERYBODY | {"right": "edit"}], {"ben": "edit", "cleo": "edit", "stranger": "edit"}),
        ([EVERYBODY, {"kind": "person", "id": "ben", "right": "edit"}], {"ben": "edit", "cleo": "view"}),
        ([{"kind": "person", "id": "ben", "right": "edit"}, {"kind": "person", "id": "ben"}], {"ben": "view"}),
    ],
)
async def test_who_gets_how_far(
    service: Running, kind: str, shares: list[dict[str, Any]], reach: dict[str, str]
) -> None:
    path = await made(service, kind, *(share | ids(share) for share in shares))
    found = {who: await may(service, path, who) for who in reach}
    assert found == reach
    assert {who: await may(service, path, who) for who in ("anna", "root")} == {"anna": "own", "root": "own"}


def ids(share: dict[str, Any]) -> dict[str, str]:
    return {"id": str(named(share["kind"], share["id"]))} if "id" in share else {}


@pytest.mark.parametrize("kind", BODIES)
async def test_what_is_not_shared_any_more_is_hidden_again(service: Running, kind: str) -> None:
    path = await made(service, kind, EVERYBODY)
    assert (await desk(service, "cleo").get(path)).status_code == 200
    assert (await desk(service, "anna").send("POST", f"{path}/unshare", EVERYBODY, version=2)).status_code == 200
    assert (await desk(service, "cleo").get(path)).status_code == 404


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize(
    ("share", "code"),
    [
        ({"kind": "person", "id": str(EAST)}, "share-target-unknown"),
        ({"kind": "person"}, "share-needs-one-target"),
        ({"kind": "everybody", "id": str(EAST)}, "share-needs-one-target"),
        ({"kind": "planet"}, "validation-failed"),
        ({"kind": "everybody", "right": "burn"}, "validation-failed"),
    ],
)
async def test_a_share_that_makes_no_sense_is_refused(
    service: Running, kind: str, share: dict[str, Any], code: str
) -> None:
    path = await made(service, kind)
    answer = await desk(service, "anna").send("POST", f"{path}/share", share, version=1)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_saved_report_asks_otherwise(service: Running) -> None:
    path, anna = await made(service, "saved-reports"), desk(service, "anna")
    changed = await anna.send("POST", f"{path}/change-filters", {"filters": {"region": ["North"]}}, version=1)
    assert changed.status_code == 200, changed.text
    assert (await anna.get(path)).json()["filters"] == {"region": ["North"]}
    refused = await anna.send("POST", f"{path}/change-filters", {"filters": {"kind": ["flow"]}}, version=2)
    assert (refused.status_code, refused.json()["code"]) == (422, "filter-not-understood")
    assert refused.json()["errors"][0]["pointer"] == "/filters/kind"


async def test_a_dashboard_is_arranged_deleted_and_restored(service: Running) -> None:
    path, anna, ben = await made(service, "dashboards", EVERYBODY), desk(service, "anna"), desk(service, "ben")
    tile = TILE | {"filters": {"region": ["North"]}, "period": "this_year", "compare_to": "previous_year"}
    assert (await anna.send("POST", f"{path}/arrange", {"tiles": [tile]}, version=2)).status_code == 200
    [shown] = (await ben.get(path)).json()["tiles"]
    assert (shown["filters"], shown["width"]) == ({"region": ["North"]}, 4)
    answer = await ben.get(shown["path"])
    assert (answer.status_code, "differences" in answer.json()) == (200, True)
    assert (await ben.send("DELETE", path, version=3)).status_code == 403
    assert (await anna.send("DELETE", path, version=3)).status_code == 200
    assert ((await ben.get(path)).status_code, (await anna.get(path)).json()["deleted"]) == (404, True)
    assert path.rpartition("/")[2] in [one["id"] for one in await listed(anna, deleted="true")]
    assert path.rpartition("/")[2] not in [
        one["id"] for one in [*await listed(anna), *await listed(ben, deleted="true")]
    ]
    assert (await ben.send("POST", f"{path}/restore", version=4)).status_code == 404
    assert (await anna.send("POST", f"{path}/restore", version=4)).status_code == 200
    assert (await ben.get(path)).status_code == 200


async def listed(reader: Desk, **query: str) -> list[Any]:
    found, query = [], {"limit": "2"} | query
    while True:
        page = (await reader.get("/dashboards", query)).json()
        found += page["items"]
        if page["page"]["next"] is None:
            return found
        query["cursor"] = page["page"]["next"]


@pytest.mark.parametrize(
    ("tile", "code", "pointer"),
    [
        ({"report": "weather"}, "report-not-known", "/tiles/0/report"),
        ({"filters": {"ownre": ["x"]}}, "filter-not-understood", "/tiles/0/filters/ownre"),
        ({"filters": {"from": "2026-02-01", "to": "2026-01-01"}}, "period-ends-before-it-begins", "/from"),
        ({"period": "this_year", "filters": {"from": "2026-02-01"}}, "period-said-twice", "/tiles/0/period"),
        ({"compare_to": "previous_year"}, "comparison-needs-a-period", "/tiles/0/compare_to"),
        ({"compare_to": "x", "period": "this_year"}, "comparison-not-understood", "/tiles/0/compare_to"),
        ({"measure": "luck"}, "measure-not-known", "/tiles/0/measure"),
        ({"chart": "hologram"}, "validation-failed", "/tiles/0/chart"),
        ({"width": 13}, "validation-failed", "/tiles/0/width"),
    ],
)
async def test_a_tile_that_makes_no_sense_is_refused_by_its_place(
    service: Running, tile: dict[str, Any], code: str, pointer: str
) -> None:
    answer = await desk(service, "anna").send("POST", "/dashboards", {"name": "x", "tiles": [TILE | tile]})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.json()["errors"][0]["pointer"] == pointer


async def test_the_default_dashboards_can_be_asked_and_copied(service: Running) -> None:
    for role, first in (("rep", "rep"), ("manager", "manager")):
        reader = service.desk(role, subject="anna")
        defaults = (await reader.get("/dashboards/defaults")).json()
        assert (defaults[0]["key"], {one["key"] for one in defaults}) == (first, {"rep", "manager"})
        for tile in (tile for one in defaults for tile in one["tiles"]):
            assert (await reader.get(tile["path"])).status_code == 200, tile["path"]
        tiles = [{name: value for name, value in tile.items() if name != "path"} for tile in defaults[0]["tiles"]]
        copied = await reader.send("POST", "/dashboards", {"name": "Copy", "tiles": tiles})
        assert copied.status_code == 201, copied.text


async def test_guests_see_no_dashboards(service: Running) -> None:
    assert (await service.desk("guest").get("/dashboards")).status_code == 403
    assert (await service.desk("guest").get("/dashboards/defaults")).status_code == 403
