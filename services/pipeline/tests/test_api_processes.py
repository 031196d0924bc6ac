"""Sales processes over HTTP: drawing, review, rights, and what bad input is answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
from uuid_utils.compat import uuid7

from services.pipeline.tests.calling import Caller, calling, drawing, opening, refused
from services.pipeline.tests.examples import REDRAWN
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

WHY = {"reason": "it is right"}
HOSTILE = (
    "end",
    '"quotes"',
    "<script>alert(1)</script>",
    "💥 emoji",
    "需求确认",
    "\u202eright to left عربى",
    "x" * 200,
)


@pytest.fixture(scope="module")
async def admin(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Caller]:
    async with calling(fresh_database, token_issuer) as caller:
        yield caller


async def new_process(admin: Caller, drawn: dict[str, Any] | None = None) -> str:
    """A process with a draft; the path of its versions."""
    process_id = str(uuid7())
    assert (await admin.post("/processes", {"id": process_id, "name": "New"})).status_code == 201
    path = f"/processes/{process_id}/versions"
    answer = await admin.post(path, drawn or drawing())
    assert answer.status_code == 200, answer.text
    return path


def everything() -> dict[str, Any]:
    """A drawing with every element that there is, as a request."""
    drawn = msgspec.json.decode(msgspec.json.encode(REDRAWN))
    return {part: drawn[part] for part in ("stages", "moves", "decisions", "notes")}


async def test_a_version_goes_from_its_draft_to_its_retirement(admin: Caller) -> None:
    path = await new_process(admin)
    grace, comment = admin.as_("manager", subject="grace"), str(uuid7())
    said = {"id": comment, "text": "Why not?", "element": "prospecting->engaging"}
    for who, step, body in (
        (admin, "submit", WHY),
        (grace, "comments", said),
        (grace, "return", {"reason": "see there"}),
        (admin, "redraw", everything()),
        (admin, "submit", WHY),
        (admin, f"comments/{comment}/resolve", None),
        (grace, f"comments/{comment}/reopen", None),
    ):
        answer = await who.post(f"{path}/1/{step}", body)
        assert answer.status_code == 200, answer.text
    refused(await grace.post(f"{path}/1/publish", WHY), 422, "comments-unresolved")
    await admin.post(f"{path}/1/comments/{comment}/resolve")
    refused(await admin.post(f"{path}/1/publish", WHY), 422, "approver-is-author")
    assert (await grace.post(f"{path}/1/publish", WHY)).status_code == 200
    assert (await admin.get(path.removesuffix("/versions"))).json()["latest"] == 1
    retiring = WHY | {"no_new_deals": True}
    refused(await admin.post(f"{path}/1/retire", WHY), 422, "last-published-version", "/no_new_deals")
    assert (await admin.post(f"{path}/1/retire", retiring)).status_code == 200
    page = (await admin.get(f"{path}/1")).json()
    assert [(step["what"], step["who"], step["why"]) for step in page["history"]] == [
        ("drafted", "ada", None),
        ("submitted", "ada", "it is right"),
        ("changes_requested", "grace", "see there"),
        ("redrawn", "ada", None),
        ("submitted", "ada", "it is right"),
        ("published", "grace", "it is right"),
        ("retired", "ada", "it is right"),
    ]
    (shown,) = page["comments"]
    assert (shown["id"], shown["author"], shown["closed_by"], shown["gone"]) == (comment, "grace", "ada", False)
    assert (page["status"], page["published"], page["open_comments"]) == ("retired", True, 0)


async def test_everything_that_is_drawn_is_shown_again(admin: Caller) -> None:
    drawn = everything()
    path = await new_process(admin, drawn)
    page = (await admin.get(f"{path}/1")).json()
    assert {part: page[part] for part in drawn} == drawn
    assert page["findings"] == []


@pytest.mark.parametrize("name", HOSTILE)
async def test_any_name_is_kept_as_it_is(admin: Caller, name: str) -> None:
    drawn = everything()
    drawn["stages"][0]["name"] = name
    drawn["decisions"][0]["name"] = f"{name}?"[-200:]
    drawn["moves"][0]["label"] = name
    drawn["notes"][0]["text"] = name
    drawn["moves"][-2]["guard"]["rows"][1] = {"field": "name", "operator": "!=", "value": name}
    path = await new_process(admin, drawn)
    assert (await admin.post(f"{path}/1/submit", WHY)).status_code == 200
    page = (await admin.get(f"{path}/1")).json()
    assert {part: page[part] for part in drawn} == drawn


async def test_a_draft_can_copy_a_version(admin: Caller) -> None:
    path = await new_process(admin, everything())
    assert (await admin.post(path, {"based_on": 1, "reason": "next year"})).status_code == 200
    copy = (await admin.get(f"{path}/2")).json()
    assert copy["decisions"] == (await admin.get(f"{path}/1")).json()["decisions"] != []
    assert (copy["based_on"], copy["history"][0]["why"]) == (1, "next year")
    refused(await admin.post(path, {"based_on": 9}), 404, "process-version-not-found")
    refused(await admin.post(path, {}), 422, "stages-missing", "/stages")


async def test_a_faulty_drawing_says_what_is_wrong_and_is_not_submitted(admin: Caller) -> None:
    path = await new_process(admin, {"stages": drawing()["stages"][:2]})
    found = (await admin.get(f"{path}/1")).json()["findings"]
    assert {k: found[0][k] for k in found[0] if k != "sentence"} == {
        "code": "won-stage",
        "element": None,
        "warning": False,
    }
    assert found[0]["sentence"] == "There must be exactly one won stage, not 0."
    refused(await admin.post(f"{path}/1/submit", WHY), 422, "process-not-sound")
    refused(await admin.get(f"{path}/2"), 404, "process-version-not-found")
    refused(await admin.post(f"{path}/2/publish", WHY), 404, "process-version-not-found")
    refused(await admin.post(f"/processes/{uuid7()}/versions/1/publish", WHY), 404, "process-not-found")
    process_id = path.split("/")[2]
    assert (await admin.get(f"/processes/{process_id}")).json()["latest"] is None
    assert process_id in [item["id"] for item in (await admin.get("/processes")).json()["items"]]


@pytest.mark.parametrize(
    ("at", "value", "pointer"),
    [
        (("stages", 0, "key"), "Not A Key", "/stages/0/key"),
        (("stages", 0, "key"), "a->b", "/stages/0/key"),
        (("stages", 0, "name"), "", "/stages/0/name"),
        (("stages", 0, "name"), "x" * 201, "/stages/0/name"),
        (("stages", 0, "probability"), 101, "/stages/0/probability"),
        (("stages", 0, "idle_days"), -1, "/stages/0/idle_days"),
        (("stages", 0, "category"), "maybe", "/stages/0/category"),
        (("stages", 0, "automations", 0, "reason"), "", "/stages/0/automations/0/reason"),
        (("stages", 0, "automations", 0, "action", "kind"), "explode", "/stages/0/automations/0/action"),
        (("moves", 8, "guard", "rows", 0, "operator"), "~", "/moves/8/guard/rows/0/operator"),
        (("moves", 8, "guard", "rows", 0, "field"), "nope", "/moves/8/guard/rows/0/field"),
        (("moves", 8, "guard", "rows", 0, "value"), "much", "/moves/8/guard/rows/0/value"),
        (("moves", 8, "guard", "rows", 1, "operator"), "<", "/moves/8/guard/rows/1/operator"),
        (("moves", 8, "guard", "rows"), [], "/moves/8/guard/rows"),
        (("moves", 8, "guard"), {"cel": "deal.nope == 1"}, "/moves/8/guard/cel"),
        (("moves", 8, "guard"), {"cel": "x" * 2001}, "/moves/8/guard/cel"),
        (("moves", 8, "colour"), "red", "/moves/8/colour"),
        (("notes", 0, "text"), "x" * 2001, "/notes/0/text"),
    ],
)
async def test_bad_input_is_refused_with_its_place(
    admin: Caller, at: tuple[str | int, ...], value: Any, pointer: str
) -> None:
    drawn: Any = everything()
    inner = drawn
    for step in at[:-1]:
        inner = inner[step]
    inner[at[-1]] = value
    process_id = str(uuid7())
    await admin.post("/processes", {"id": process_id, "name": "New"})
    answer = await admin.post(f"/processes/{process_id}/versions", drawn)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["pointer"].startswith(pointer), answer.text


async def test_a_drawing_that_is_too_large_is_refused_by_name(admin: Caller) -> None:
    drawn: Any = everything()
    drawn["notes"] = [{"key": f"n{at}", "text": "注" * 1500} for at in range(200)]
    process_id = str(uuid7())
    await admin.post("/processes", {"id": process_id, "name": "Large"})
    answer = await admin.post(f"/processes/{process_id}/versions", drawn)
    refused(answer, 422, "invalid")
    assert "An event may have 524288 bytes" in answer.json()["detail"]
    drawn["notes"] = [{"key": "n", "text": "a\0b"}]
    answer = await admin.post(f"/processes/{process_id}/versions", drawn)
    refused(answer, 422, "nul-character", "/notes/0/text")


async def test_reps_see_what_is_published_and_managers_what_is_drawn(admin: Caller) -> None:
    path = await new_process(admin)
    rep, manager = admin.as_("rep", subject="darcel"), admin.as_("manager", subject="grace")
    refused(await rep.get(f"{path}/1"), 404, "process-version-not-found")
    assert (await rep.get(path.removesuffix("/versions"))).json()["versions"] == []
    assert (await manager.get(f"{path}/1")).status_code == 200
    await admin.post(f"{path}/1/submit", WHY)
    for step, body in (("comments", {"text": "hm"}), ("publish", WHY), ("return", WHY), ("submit", WHY)):
        refused(await rep.post(f"{path}/1/{step}", body), 403, "forbidden")
    for step, body in (("redraw", drawing()), ("submit", WHY), ("retire", WHY)):
        refused(await manager.post(f"{path}/1/{step}", body), 403, "forbidden")
    assert (await manager.post(f"{path}/1/publish", WHY)).status_code == 200
    assert (await rep.get(f"{path}/1")).json()["status"] == "published"
    listed = (await rep.get("/processes", limit=200)).json()["items"]
    assert all(version["published"] for item in listed for version in item["versions"])


async def test_no_deal_is_opened_on_a_retired_version(admin: Caller) -> None:
    process_id = path_id = str(uuid7())
    await admin.post("/processes", {"id": process_id, "name": "Two"})
    await admin.publish(process_id, drawing())
    deal = await admin.open(process_id=process_id, process_version=1)
    await admin.publish(process_id, drawing(), number=2)
    retire = f"/processes/{path_id}/versions/{{}}/retire"
    assert (await admin.post(retire.format(1), WHY)).status_code == 200
    old = opening(process_id=process_id, process_version=1)
    refused(await admin.post("/deals", old), 422, "process-version-retired", "/process_version")
    assert (await admin.post(f"/deals/{deal}/move-stage", {"to_stage": "paused"})).status_code == 200
    newest = await admin.open(process_id=process_id)
    assert (await admin.deal(newest))["process_version"] == 2
    await admin.post(retire.format(2), WHY | {"no_new_deals": True})
    refused(await admin.post("/deals", opening(process_id=process_id)), 422, "process-not-published", "/process_id")


DRAWN_AS = {
    "svg": ("image/svg+xml", "<svg", ".svg"),
    "mermaid": ("text/vnd.mermaid; charset=utf-8", "flowchart", ".mmd"),
    "bpmn": ("application/bpmn+xml", "<bpmn:definitions", ".bpmn"),
    "drawio": ("application/vnd.jgraph.mxfile", "<mxfile", ".drawio"),
}


@pytest.mark.parametrize("format_", DRAWN_AS)
async def test_a_version_is_drawn_in_each_format(admin: Caller, format_: str) -> None:
    media_type, inside, ending = DRAWN_AS[format_]
    path = await new_process(admin, everything())
    await admin.post(path, drawing())
    for asked in (f"{path}/1/drawing", f"{path}/1/difference/2"):
        answer = await admin.get(asked, format=format_, language="zh")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == media_type
        assert inside in answer.text
        assert answer.headers["content-disposition"].startswith("inline; filename*=UTF-8''New%20v1")
        assert answer.headers["content-disposition"].endswith(ending)
        assert "sandbox" in answer.headers["content-security-policy"]
    assert (await admin.get(f"{path}/1/drawing")).headers["content-type"] == "image/svg+xml"


async def test_a_difference_is_told_in_sentences(admin: Caller) -> None:
    path = await new_process(admin)
    drawn = drawing()
    drawn["stages"][0]["required"] = ["amount"]
    drawn["moves"].pop(0)
    await admin.post(path, drawn)
    found = (await admin.get(f"{path}/1/difference/2")).json()
    assert (found["before"], found["after"]) == (1, 2)
    assert [change["sentence"]["en"] for change in found["changes"]] == [
        "Stage Prospecting now requires amount",
        "Move Prospecting → Engaging removed",
    ]
    assert [(change["kind"], change["element"]) for change in found["changes"]] == [
        ("changed", "prospecting"),
        ("removed", "prospecting->engaging"),
    ]
    assert (await admin.get(f"{path}/2/difference/2")).json()["changes"] == []


async def test_a_drawing_is_shown_to_whom_its_version_is(admin: Caller) -> None:
    path = await new_process(admin)
    rep = admin.as_("rep", subject="darcel")
    refused(await rep.get(f"{path}/1/drawing"), 404, "process-version-not-found")
    refused(await rep.get(f"{path}/1/difference/1"), 404, "process-version-not-found")
    refused(await admin.get(f"{path}/1/difference/9"), 404, "process-version-not-found")
    refused(await admin.get(f"{path}/1/drawing", format="gif"), 422, "validation-failed")
    refused(await admin.get(f"/processes/{uuid7()}/versions/1/drawing"), 404, "process-not-found")


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_name_cannot_leave_its_drawing(admin: Caller, name: str) -> None:
    process_id = str(uuid7())
    await admin.post("/processes", {"id": process_id, "name": name})
    drawn = everything()
    drawn["stages"][0]["name"] = name
    assert (await admin.post(f"/processes/{process_id}/versions", drawn)).status_code == 200
    for format_ in ("svg", "bpmn", "drawio"):  # the title of a Mermaid text is no markup
        answer = await admin.get(f"/processes/{process_id}/versions/1/drawing", format=format_)
        assert answer.status_code == 200, answer.text
        assert "<script>" not in answer.text
