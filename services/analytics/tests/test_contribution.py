"""Over all deals behind a number the contributions add up to it, for every number that opens to deals."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from services.analytics.domain.measure.declared import VOCABULARY
from services.analytics.projections.figures import money
from services.analytics.tests.histories import ACTIONS, Action, deals_log, directory
from services.analytics.tests.running import Running, running
from services.analytics.tests.tables import applied, emptied
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

NOT_OF_DEALS = {
    "pipeline_start", "contribution", "bar_amount", "bar_count", "quota", "idle_days", "slipped_amount", "slip_moves",
    "moves_forward", "planned", "done", "overdue",
}  # fmt: skip
OUTCOMES = {"advanced": "advanced", "lost": "lost_here", "moved_back": "moved_back", "still_there": "still_there"}
Number = tuple[str, str, Any]


@pytest.fixture(scope="module")
async def service(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Running]:
    async with running(fresh_database, token_issuer) as service:
        await applied(service.pool, directory().events)
        yield service


def test_a_measure_is_explained_by_deals_or_by_its_parts_or_its_report_lists_what_it_is_made_of() -> None:
    assert {one.key for one in VOCABULARY.measures if one.per_deal is None and not one.parts} == NOT_OF_DEALS
    keys = {one.key for one in VOCABULARY.measures}
    assert {part for one in VOCABULARY.measures for part in one.parts} <= keys


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(actions=ACTIONS)
async def test_contributions_add_up_to_the_number(service: Running, actions: list[Action]) -> None:
    await emptied(service.pool)
    await applied(service.pool, directory().events)
    await applied(service.pool, deals_log(actions).events)
    expected = {(measure, drill): number async for drill, measure, number in numbers(service)}
    found = {(measure, drill): await added_up(service, drill, measure) for measure, drill in expected}
    assert found == expected


async def numbers(service: Running) -> AsyncIterator[Number]:
    """(address, measure, number) of whatever the reports show now."""
    desk = service.desk("admin")
    for name, query, read in REPORTS:
        answer = await desk.get(f"/reports/{name}", query)
        assert answer.status_code == 200, answer.text
        for drill, measure, number in read(answer.json()):
            yield drill, measure, number


async def added_up(service: Running, drill: str, measure: str) -> Any:
    """What the deals contribute: a sum, (value, whole) of what is divided, or the sums per currency."""
    address = f"/api/v1/explain/number?{drill.partition('?')[2]}&measure={measure}&limit=200"
    answer = await service.desk("admin").get(address)
    assert answer.status_code == 200, answer.text
    parts = [row["contribution"] for row in answer.json()["items"] if row["contribution"]]
    sums: dict[str | None, Decimal] = {}
    for part in parts:
        sums[part["currency"]] = sums.get(part["currency"], Decimal(0)) + Decimal(part["value"])
    kind = VOCABULARY.keyed(measure, "").kind
    if kind == "money":
        return amounts([{"currency": one, "amount": money(amount, one).amount} for one, amount in sums.items() if one])
    total = sums.get(None, Decimal(0))
    wholes = sum(Decimal(part["whole"]) for part in parts) if kind in ("ratio", "duration") else None
    if wholes is None:
        return total
    return rounded(total / wholes, kind) if wholes else None


def rounded(value: Decimal, kind: str) -> Decimal:
    return value.quantize(Decimal("0.0001" if kind == "ratio" else "0.01"), ROUND_HALF_UP)


def amounts(listed: list[dict[str, str]]) -> dict[str, Decimal]:
    return {one["currency"]: Decimal(one["amount"]) for one in listed if Decimal(one["amount"])}


def told(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def of_won(answer: Any) -> Iterator[Number]:
    for one in answer["by_product"]:
        yield one["drill"] + f"&currency={one['currency']}", "won_value_by_product", amounts([one])
    for one in (*answer["total"], *answer["by_owner"], *answer["by_quarter"], *answer["groups"]):
        yield one["drill"], "won_value", amounts([one])
        yield one["drill"], "deals", Decimal(one["deals"])


def of_funnel(answer: Any) -> Iterator[Number]:
    for step in (step for process in answer["processes"] for step in process["steps"]):
        yield step["drill_entered"], "entered", Decimal(step["entered"])
        yield step["drill_entered"], "re_entries", Decimal(step["re_entries"])
        for outcome, measure in OUTCOMES.items():
            yield step["drill_outcomes"][outcome], measure, Decimal(step[outcome])
        if step["reached"] is not None:
            yield step["drill"], "reached", Decimal(step["reached"])


def of_forecast(answer: Any) -> Iterator[Number]:
    for period in answer["periods"]:
        for one in period["categories"]:
            yield one["drill"], "forecast_deals", Decimal(one["deals"])
            for measure, name in (("forecast_amount", "amount"), ("forecast_weighted", "weighted")):
                yield one["drill"], measure, amounts([{"currency": period["currency"], "amount": one[name]}])


def of_times(answer: Any) -> Iterator[Number]:
    for stage in answer["stages"]:
        for clock in ("latest", "cumulative", "current_age"):
            drill = stage["drill_now" if clock == "current_age" else "drill"]
            yield f"{drill}&clock={clock}", "time_in_stage_mean", told(stage[clock]["mean_days"])


def of_cohort(answer: Any) -> Iterator[Number]:
    whole = answer["whole"]
    yield whole["drill"], "cohort_opened", Decimal(whole["opened"])
    yield whole["drill"], "cohort_win_rate", told(whole["win_rate"])
    yield whole["drill"], "cohort_open_share", told(whole["open_share"])


def of_rotting(answer: Any) -> Iterator[Number]:
    for stage in answer["stages"]:
        yield stage["drill"], "idle_deals", Decimal(stage["idle_deals"])
        yield stage["drill"], "idle_amount", amounts(stage["amounts"])


def of_losses(answer: Any) -> Iterator[Number]:
    for loss in answer["losses"]:
        yield loss["drill"], "losses", Decimal(loss["deals"])
        yield loss["drill"], "loss_value", amounts(loss["amounts"])


def of_leaders(answer: Any) -> Iterator[Number]:
    for place in answer["places"]:
        yield place["drill"], "leader_won", Decimal(place["won"])
        yield place["drill"], "leader_value", amounts(place["won_value"])


def of_slips(answer: Any) -> Iterator[Number]:
    yield answer["drill_overdue"], "overdue_deals", Decimal(answer["overdue_deals"])
    yield answer["drill_overdue"], "overdue_amount", amounts(answer["overdue_amounts"])


def of_cycle(answer: Any) -> Iterator[Number]:
    yield answer["drill"], "sales_cycle_mean", told(answer["mean_days"])


def of_speeds(answer: Any) -> Iterator[Number]:
    yield answer["speeds"][0]["drill"], "open_deals", Decimal(sum(one["open_deals"] for one in answer["speeds"]))


REPORTS: list[tuple[str, dict[str, str], Any]] = [
    ("won", {"group_by": "month"}, of_won),
    ("funnel", {"from": "2016-11-10", "to": "2017-01-31"}, of_funnel),
    ("funnel", {"kind": "flow", "from": "2016-11-10", "to": "2017-01-31"}, of_funnel),
    ("forecast", {}, of_forecast),
    ("time-in-stage", {"from": "2016-11-10", "to": "2017-06-30"}, of_times),
    ("win-rate", {"kind": "cohort"}, of_cohort),
    ("rotting", {}, of_rotting),
    ("loss-reasons", {}, of_losses),
    ("leaderboard", {}, of_leaders),
    ("slipped", {}, of_slips),
    ("sales-cycle", {}, of_cycle),
]


async def test_a_number_that_is_computed_names_its_parts_and_one_of_other_things_is_refused(service: Running) -> None:
    desk = service.desk("admin")
    velocity = (await desk.get("/explain/number", {"measure": "velocity"})).json()
    assert velocity["parts"] == ["open_deals", "mean_won", "trailing_win_rate", "trailing_days"]
    assert {row["contribution"] for row in velocity["items"]} <= {None}
    refused = await desk.get("/explain/number", {"measure": "planned"})
    assert (refused.status_code, refused.json()["code"]) == (422, "number-not-of-deals")
    assert refused.json()["errors"][0]["pointer"] == "/measure"
