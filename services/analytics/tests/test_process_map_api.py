"""The process map and conformance over HTTP: the shape of the answers, who gets them, and what is refused."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4
from xml.etree import ElementTree as ET

import pytest

from services.analytics.tests.happening import Log, named
from services.analytics.tests.histories import directory
from services.analytics.tests.mapped import told
from services.analytics.tests.running import Desk, Running, running
from services.analytics.tests.ways import FIRST_DAY, LOST, OFFER, ROUTE, SIGN, TALK, WON, drawings
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

MAP, CONFORMANCE = f"/process-map/{ROUTE}", f"/conformance/{ROUTE}"
NAMES = {stage["key"]: stage for stage in (TALK, OFFER, SIGN, WON, LOST)}
DAY = timedelta(days=1)

# Six deals, each step a day after the one before: two go the happy path, one of them is Cleo's.
STORIES = {
    0: ("anna", "talk offer sign won"),
    1: ("cleo", "talk offer sign won"),
    2: ("anna", "talk sign won"),
    3: ("ben", "talk offer talk lost"),
    4: (None, "offer sign"),
    5: ("anna", "talk offer sign won talk"),
}


def six_deals() -> Log:
    log = drawings()
    for deal, (owner, story) in STORIES.items():
        stages = [NAMES[key] for key in story.split()]
        opening = {"name": f"Deal {deal}", "process_id": ROUTE, "process_version": 1, "lines": []}
        opening |= {"owner_id": owner and named("person", owner), "source": ("web", "fair")[deal % 2], "amount": None}
        log.happened(named("deal", deal), "DealOpened", FIRST_DAY, stage=stages[0], **opening)
        for number, (here, there) in enumerate(pairwise(stages), 1):
            log.happened(named("deal", deal), *step(here, there), FIRST_DAY + number * DAY, **told_of(here, there))
    return log


def step(here: dict[str, Any], there: dict[str, Any]) -> tuple[str]:
    by_category = {"won": "DealWon", "lost": "DealLost"}
    return ("DealReopened" if here["category"] == "won" else by_category.get(there["category"], "DealStageChanged"),)


def told_of(here: dict[str, Any], there: dict[str, Any]) -> dict[str, Any]:
    plain = there["category"] == "open" and here["category"] == "open"
    override = {"override": {"reason": "in a hurry", "rules": ["guard"]}} if there is SIGN and here is TALK else {}
    return {"from_stage": here, "to_stage" if plain else "stage": there, "reason": "price"} | override


@pytest.fixture(scope="module")
async def service(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Running]:
    async with running(fresh_database, token_issuer) as service:
        await told(service.pool, directory().events, zone="UTC")
        await told(service.pool, six_deals().events, zone="UTC")
        yield service


async def got(desk: Desk, path: str, **query: Any) -> Any:
    answer = await desk.get(path, query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_map_counts_ways_by_activity_and_by_deal(service: Running) -> None:
    shown = await got(service.desk("admin"), MAP)
    flows = {(one["source"], one["target"]): (one["times"], one["deals"], one["kind"]) for one in shown["flows"]}
    assert flows == {
        ("talk", "offer"): (4, 4, "forward"),
        ("offer", "sign"): (4, 4, "forward"),
        ("sign", "won"): (4, 4, "forward"),
        ("talk", "sign"): (1, 1, "forward"),
        ("offer", "talk"): (1, 1, "backward"),
        ("talk", "lost"): (1, 1, "forward"),
        ("won", "talk"): (1, 1, "reopened"),
    }
    assert shown["happy_path"] == ["talk", "offer", "sign", "won"]
    assert (shown["deals"], shown["closed"], shown["open"], shown["compared_with"]) == (6, 4, 2, 1)
    assert shown["rework"] == {"self_loops": 0, "backward": 1, "reopened": 1}
    talk = next(one for one in shown["activities"] if one["key"] == "talk")
    assert (talk["times"], talk["deals"], talk["repeats"], talk["starts"], talk["open"]) == (7, 5, 2, 5, 1)
    assert float(talk["stay"]["median_hours"]) == pytest.approx(24, rel=0.01)
    assert talk["stay"]["mean_hours"] == "24.00"


async def test_bottlenecks_are_hours_beyond_the_sla_else_beyond_the_median(service: Running) -> None:
    shown = await got(service.desk("admin"), MAP, version=2)
    assert shown["bottlenecks"] == []
    first = await got(service.desk("admin"), MAP, version=1)
    limits = {one["stage"]: (one["limit_hours"], one["limit_is"], one["excess_hours"]) for one in first["bottlenecks"]}
    assert limits["talk"] == ("72.00", "sla", "0.00")
    assert limits["sign"][1] == "median"


async def test_less_of_the_map_keeps_the_happy_path_and_every_number(service: Running) -> None:
    desk = service.desk("admin")
    whole, least = await got(desk, MAP), await got(desk, MAP, activities=0, paths=0)
    assert [one["key"] for one in least["activities"]] == ["talk", "offer", "sign", "won"]
    assert [(one["source"], one["target"]) for one in least["flows"]] == [
        ("offer", "sign"),
        ("sign", "won"),
        ("talk", "offer"),
    ]
    assert (least["hidden_activities"], least["hidden_flows"]) == (1, 4)
    assert all(one in whole["flows"] for one in least["flows"])


@pytest.mark.parametrize("form", ["svg", "mermaid", "bpmn", "drawio"])
async def test_map_and_overlay_are_drawn_in_every_form(service: Running, form: str) -> None:
    for path in (MAP, f"{MAP}/overlay"):
        answer = await service.desk("admin").get(path, {"format": form, "version": "1"})
        assert answer.status_code == 200, answer.text
        assert "Offer" in answer.text
        if form != "mermaid":
            ET.fromstring(answer.text)  # noqa: S314 - our own


async def test_the_overlay_is_told_as_data_with_the_deals_behind_it(service: Running) -> None:
    desk = service.desk("admin")
    shown = await got(desk, f"{MAP}/overlay", version=1, format="json")
    flows = {(one["source"], one["target"]): one for one in (await got(desk, MAP, version=1))["flows"]}
    assert shown["version"] == 1
    for arrow in shown["arrows"]:
        flow = flows.get((arrow["source"], arrow["target"]))
        assert arrow["mark"] in {"used", "unused"} or flow is not None, arrow
        if arrow["drill"]:
            listed = (await desk.get(arrow["drill"])).json()["items"]
            assert len(listed) == (flow["deals"] if flow else 0), arrow
    marks = {one["mark"] for one in (*shown["nodes"], *shown["arrows"])}
    assert {"used", "unused", "violation"} <= marks


async def test_every_number_of_the_map_leads_to_its_deals(service: Running) -> None:
    desk = service.desk("admin")
    shown = await got(desk, MAP, version=1)
    for one in (*shown["flows"], *shown["activities"]):
        listed = (await desk.get(one["drill"])).json()["items"]
        assert len(listed) == one["deals"], one
    for one in (await got(desk, f"{MAP}/variants"))["variants"]:
        assert len((await desk.get(one["drill"])).json()["items"]) == one["deals"]
    for one in (await got(desk, CONFORMANCE))["violations"]:
        assert len((await desk.get(one["drill"])).json()["items"]) == one["deals"]


async def test_a_list_goes_on_page_by_page(service: Running) -> None:
    desk, names, query = service.desk("admin"), [], {"activity": "offer", "limit": "2"}
    while True:
        page = (await desk.get(f"{MAP}/deals", query)).json()
        names += [deal["name"] for deal in page["items"]]
        if page["page"]["next"] is None:
            break
        query |= {"cursor": page["page"]["next"]}
    assert sorted(names) == ["Deal 0", "Deal 1", "Deal 3", "Deal 4", "Deal 5"]


async def test_variants_come_with_their_share_and_time(service: Running) -> None:
    answer = await got(service.desk("admin"), f"{MAP}/variants", top=1)
    (first,) = answer["variants"]
    assert [stop["stage"] for stop in first["stops"]] == ["talk", "offer", "sign", "won"]
    assert (first["deals"], first["share"], answer["variants_total"], answer["deals"]) == (2, "0.3333", 5, 6)
    assert first["duration"]["mean_hours"] == "72.00"


async def test_the_map_of_a_variant_is_its_way_alone_and_leads_to_its_deals(service: Running) -> None:
    desk = service.desk("admin")
    for one in (await got(desk, f"{MAP}/variants"))["variants"]:
        shown = await got(desk, MAP, variant=one["id"])
        gone = [(here["stage"], there["stage"]) for here, there in pairwise(one["stops"])]
        assert {(flow["source"], flow["target"]): flow["times"] for flow in shown["flows"]} == {
            way: one["deals"] * gone.count(way) for way in gone
        }
        assert shown["deals"] == one["deals"]
        for part in (*shown["flows"], *shown["activities"]):
            assert len((await desk.get(part["drill"])).json()["items"]) == one["deals"], part


async def test_what_a_new_version_has_not_built_yet_is_answered_later(service: Running) -> None:
    await service.pool.execute("ALTER VIEW read.process_path RENAME COLUMN verdict_id TO before")
    try:
        answer = await service.desk("admin").get(CONFORMANCE)
    finally:
        await service.pool.execute("ALTER VIEW read.process_path RENAME COLUMN before TO verdict_id")
    assert (answer.status_code, answer.json()["code"]) == (503, "projection-behind")


async def test_everybody_sees_a_map_of_what_they_may_see(service: Running) -> None:
    seen = {
        who: (await got(service.desk(role, subject=who), MAP))["deals"]
        for who, role in (("anna", "manager"), ("ben", "rep"), ("cleo", "rep"), ("stranger", "rep"))
    }
    assert seen == {"anna": 5, "ben": 2, "cleo": 2, "stranger": 1}
    assert (await service.desk("guest").get(MAP)).status_code == 403
    hidden = await service.desk("rep", subject="ben").get(f"{CONFORMANCE}/deals/{named('deal', 0)}")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "deal-not-found")


async def test_working_hours_leave_nights_and_weekends_out(service: Running) -> None:
    answer = await got(service.desk("admin"), MAP, calendar="working")
    flow = next(one for one in answer["flows"] if (one["source"], one["target"]) == ("talk", "offer"))
    assert answer["clock"] == "working_hours"
    # 15:30 UTC is 23:30 in Shanghai, so a day later a Thursday has been worked: 7.5 hours
    assert (flow["duration"]["mean_hours"], flow["duration"]["median_hours"]) == ("7.50", "7.50")
    assert flow["times"] == 4


async def test_deals_that_are_still_there_count_as_lasting_longer(service: Running) -> None:
    stages = {one["stage"]: one for one in (await got(service.desk("admin"), f"{MAP}/stays"))["stages"]}
    assert (stages["sign"]["finished"]["times"], stages["sign"]["going_on"]["times"]) == (4, 1)
    assert stages["sign"]["censored_share"] == "0.2000"
    assert float(stages["sign"]["kaplan_meier_median_hours"]) == pytest.approx(24, rel=0.01)
    assert "won" not in stages


async def test_conformance_tells_how_and_with_what_effect_deals_leave_the_drawing(service: Running) -> None:
    answer = await got(service.desk("admin"), CONFORMANCE)
    found = {(one["kind"], one["stage"], one["source"], one["target"]): one["deals"] for one in answer["violations"]}
    assert found == {
        ("skipped", "offer", "talk", "sign"): 1,
        ("guard_overridden", "sign", "talk", "sign"): 1,
        ("wrong_start", "offer", None, "offer"): 1,
    }
    assert (answer["deals"], answer["fitting"], answer["rate"], answer["not_judged"]) == (6, 4, "0.6667", 0)
    skipped = next(one for one in answer["violations"] if one["kind"] == "skipped")
    assert skipped["with_it"] == {"deals": 1, "closed": 1, "win_rate": "1.0000", "mean_cycle_hours": "48.00"}
    assert skipped["without_it"] == {"deals": 5, "closed": 3, "win_rate": "0.6667", "mean_cycle_hours": "72.00"}


async def test_one_deal_is_told_move_by_move(service: Running) -> None:
    answer = await got(service.desk("admin"), f"{CONFORMANCE}/deals/{named('deal', 2)}")
    assert (answer["fits"], answer["cost"]) == (False, 1)
    assert [(one["kind"], one["stage"]) for one in answer["moves"]] == [
        ("sync", "talk"),
        ("skipped", "offer"),
        ("sync", "sign"),
        ("sync", "won"),
    ]
    assert [one["overridden"] for one in answer["path"]] == [False, True, False]
    missing = await service.desk("admin").get(f"{CONFORMANCE}/deals/{uuid4()}")
    assert missing.status_code == 404


async def test_an_accepted_deviation_counts_as_right_until_that_is_withdrawn(service: Running) -> None:
    manager, rep = service.desk("manager", subject="mia"), service.desk("rep", subject="ben")
    start = next(
        one for one in (await got(service.desk("admin"), CONFORMANCE))["violations"] if one["kind"] == "wrong_start"
    )
    wish = {"violation": start["id"], "reason": "Tenders begin with the offer"}
    assert (await rep.send("POST", f"{CONFORMANCE}/accepted-deviations", wish)).status_code == 403
    made = await manager.send("POST", f"{CONFORMANCE}/accepted-deviations", wish)
    assert made.status_code == 201, made.text
    again = await manager.send("POST", f"{CONFORMANCE}/accepted-deviations", wish)
    assert again.status_code == 409, again.text
    after = await got(service.desk("admin"), CONFORMANCE)
    assert (after["fitting"], after["conforming"], after["rate"]) == (4, 5, "0.8333")
    shown = next(one for one in after["violations"] if one["id"] == start["id"])
    assert (shown["accepted"], shown["accepted_because"]) == (True, wish["reason"])
    (listed,) = await got(rep, f"{CONFORMANCE}/accepted-deviations")
    assert (listed["author"], listed["kind"], listed["target"]) == ("mia", "wrong_start", "offer")
    path = f"{CONFORMANCE}/accepted-deviations/{made.json()['id']}/withdraw"
    assert (await manager.send("POST", path, {"reason": "No more tenders"}, version=1)).status_code == 200
    assert (await got(service.desk("admin"), CONFORMANCE))["rate"] == "0.6667"
    assert (await manager.send("POST", path, {"reason": "again"}, version=2)).status_code == 404
    refused = await manager.send("POST", f"{CONFORMANCE}/accepted-deviations", wish | {"violation": "nothing"})
    assert (refused.status_code, refused.json()["code"]) == (422, "no-such-violation")


async def test_conformance_has_a_trend_by_month_or_week_of_closing(service: Running) -> None:
    months = (await got(service.desk("admin"), f"{CONFORMANCE}/trend"))["periods"]
    assert [(one["begins"], one["deals"], one["conforming"]) for one in months] == [("2024-11-01", 4, 3)]
    weeks = (await got(service.desk("admin"), f"{CONFORMANCE}/trend", unit="week"))["periods"]
    assert [(one["begins"], one["deals"]) for one in weeks] == [("2024-11-18", 4)]


async def test_a_process_without_recent_closings_does_not_drift(service: Running) -> None:
    answer = await got(service.desk("admin"), f"{CONFORMANCE}/drift")
    assert (answer["deals"], answer["share"], answer["drifting"]) == (0, None, False)


async def test_the_log_behind_the_map_can_be_mined_elsewhere(service: Running) -> None:
    desk = service.desk("admin")
    xes = ET.fromstring((await desk.get(f"{MAP}/log", {"source": "web"})).content)  # noqa: S314 - our own
    spaces = {"xes": "http://www.xes-standard.org/"}
    events = [
        [one.attrib["value"] for one in trace.findall("xes:event/xes:string[@key='concept:name']", spaces)]
        for trace in xes.findall("xes:trace", spaces)
    ]
    assert sorted(events) == sorted([["Talk", "Offer", "Sign", "Won"], ["Talk", "Sign", "Won"], ["Offer", "Sign"]])
    ocel = (await desk.get(f"{MAP}/log", {"format": "ocel"})).json()
    assert (len(ocel["events"]), len([one for one in ocel["objects"] if one["type"] == "case"])) == (22, 6)


@pytest.mark.parametrize(
    ("path", "query", "names"),
    [
        (MAP, {"ownre": "x"}, "ownre"),
        (MAP, {"activities": "1.5"}, "activities"),
        (MAP, {"paths": "nan"}, "paths"),
        (MAP, {"format": "gif"}, "format"),
        (MAP, {"from": "2026-03-01", "to": "2026-02-01"}, "from"),
        (MAP, {"version": "0"}, "version"),
        (f"{MAP}/deals", {"outcome": "lazy"}, "outcome"),
        (f"{MAP}/deals", {"activity": "a\0b"}, ""),
        (f"{CONFORMANCE}/trend", {"unit": "age"}, "unit"),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused_by_name(
    service: Running, path: str, query: dict[str, str], names: str
) -> None:
    answer = await service.desk("admin").get(path, query)
    assert answer.status_code == 422, answer.text
    assert names in answer.text


async def test_a_process_or_version_that_is_not_there_is_not_found(service: Running) -> None:
    for path in (f"/process-map/{uuid4()}", f"/conformance/{uuid4()}"):
        answer = await service.desk("admin").get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "process-not-found")
    missing = await service.desk("admin").get(f"{MAP}/overlay", {"version": "9"})
    assert (missing.status_code, missing.json()["code"]) == (404, "process-version-not-found")


async def test_of_a_past_variant_only_the_deals_are_told(service: Running) -> None:
    asked = {"as_of": "2025-01-01T00:00:00Z", "variant": str(uuid4())}
    for path in (MAP, CONFORMANCE):
        refused = await service.desk("admin").get(path, asked)
        assert (refused.status_code, refused.json()["code"]) == (422, "no-map-of-a-past-variant")
        assert "/variant" in refused.text
    assert (await got(service.desk("admin"), f"{MAP}/deals", **asked))["items"] == []
