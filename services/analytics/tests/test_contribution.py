"""Over all deals behind a number the contributions add up to it, for every number that opens to deals."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from services.analytics.domain.measure.declared import VOCABULARY
from services.analytics.domain.measure.measure import Measure
from services.analytics.projections.figures import money
from services.analytics.tests.happening import Log, named, usd
from services.analytics.tests.histories import ACTIONS, FIRST_DAY, Action, deals_log, directory
from services.analytics.tests.running import Desk, Running, running
from services.analytics.tests.tables import applied, emptied
from services.analytics.tests.test_outlook_cuts import drawn
from shared.testing.databases import Databases
from shared.testing.tokens import TokenIssuer

OUTCOMES = {"advanced": "advanced", "lost": "lost_here", "moved_back": "moved_back", "still_there": "still_there"}
Number = tuple[str, str, Any]
Asked = tuple[str, dict[str, str], Any]


@pytest.fixture(scope="module")
async def service(fresh_database: Databases, token_issuer: TokenIssuer) -> AsyncIterator[Running]:
    async with running(fresh_database, token_issuer) as service:
        await applied(service.pool, directory().events)
        yield service


def test_a_measure_is_explained_by_deals_by_its_parts_or_by_what_else_it_is_made_of() -> None:
    assert [one.key for one in VOCABULARY.measures if not (one.per_deal or one.parts or one.made_of != "deals")] == []
    keys = {one.key for one in VOCABULARY.measures}
    assert {part for one in VOCABULARY.measures for part in one.parts} <= keys


@settings(max_examples=6, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(actions=ACTIONS)
async def test_contributions_add_up_to_the_number(service: Running, actions: list[Action]) -> None:
    await emptied(service.pool)
    await applied(service.pool, directory().events)
    await applied(service.pool, deals_log(actions).events)
    desk = service.desk("admin")
    expected = {(measure, drill): number async for drill, measure, number in numbers(desk, REPORTS)}
    found = {(measure, drill): await added_up(desk, drill, measure) for measure, drill in expected}
    assert found == expected


@pytest.mark.parametrize("reader", [("admin",), ("manager", "anna")])
async def test_changes_work_and_quotas_add_up_to_the_number(service: Running, reader: tuple[str, ...]) -> None:
    await emptied(service.pool)
    await applied(service.pool, [*directory().events, *calls().events], batch=1000)
    await applied(service.pool, [*deals_log(drawn(3)).events, *quotas().events], batch=1000)
    desk = service.desk(reader[0], subject=reader[-1])
    expected = {(measure, drill): number async for drill, measure, number in numbers(desk, OF_CHANGES)}
    assert {measure for measure, _ in expected} == {one.key for one in VOCABULARY.measures if is_of_changes(one)}
    found = {(measure, drill): await added_up(desk, drill, measure) for measure, drill in expected}
    assert found == expected
    for stage in (await desk.get("/reports/rotting")).json()["stages"]:
        silent = [int(part["value"]) for part in await contributed(desk, stage["drill"], "idle_days")]
        assert [days > stage["idle_days"] for days in silent] == [True] * stage["idle_deals"]


def is_of_changes(measure: Measure) -> bool:
    return measure.made_of != "deals" or measure.key.startswith("quota_")


def calls() -> Log:
    """Anna planned and did some, Ben did not."""
    log = Log("customer")
    for number, who in enumerate(("anna", "anna", "ben", "cleo")):
        stream, owner = named("activity", number), named("person", who)
        due = FIRST_DAY + timedelta(days=20 * number)
        log.happened(stream, "ActivityPlanned", FIRST_DAY, kind="call", owner_id=owner, subject="s", due_at=due)
        if who == "anna":
            log.happened(stream, "ActivityCompleted", due)
    return log


def quotas() -> Log:
    """Of Anna and of her team."""
    log = Log("pipeline")
    for kind, name in (("person", "anna"), ("team", "east")):
        told: dict[str, Any] = {"of": kind, "of_id": named(kind, name), "period": "2016-Q4", "amount": usd("1000")}
        log.happened(named("quota", name), "QuotaSet", **told)
    return log


async def numbers(desk: Desk, reports: Sequence[Asked]) -> AsyncIterator[Number]:
    """(address, measure, number) of whatever the reports show now."""
    for name, query, read in reports:
        answer = await desk.get(f"/reports/{name}", query)
        assert answer.status_code == 200, answer.text
        for drill, measure, number in read(answer.json()):
            yield drill, measure, number


async def added_up(desk: Desk, drill: str, measure: str) -> Any:
    """What the deals contribute: a sum, (value, whole) of what is divided, or the sums per currency."""
    parts = await contributed(desk, drill, measure)
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


async def contributed(desk: Desk, drill: str, measure: str) -> list[Any]:
    address = f"/api/v1/explain/number?{drill.partition('?')[2]}&measure={measure}&limit=200"
    answer = await desk.get(address)
    assert answer.status_code == 200, answer.text
    return [row["contribution"] for row in answer.json()["items"] if row["contribution"]]


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
        yield stage["drill_deals"], "rotting_among", Decimal(stage["deals"])


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


def of_bars(answer: Any) -> Iterator[Number]:
    for one in answer["currencies"]:
        for bar in one["bars"]:
            size, currency = abs(Decimal(bar["contribution"])), one["currency"]
            if bar["bar"] in ("start", "end"):
                yield bar["drill"], f"pipeline_{bar['bar']}", amounts([{"currency": currency, "amount": str(size)}])
            yield bar["drill"], "bar_count", Decimal(bar["count"])
            yield bar["drill"], "bar_amount", amounts([{"currency": currency, "amount": bar["amount"]}])
            yield bar["drill"], "contribution", amounts([{"currency": currency, "amount": bar["contribution"]}])


def of_deeds(answer: Any) -> Iterator[Number]:
    for place in answer["places"]:
        yield place["drill_opened"], "leader_opened", Decimal(place["opened"])
        yield place["drill_moves_forward"], "moves_forward", Decimal(place["moves_forward"])


def of_moved_closes(answer: Any) -> Iterator[Number]:
    for one in answer["groups"]:
        if one["drill"]:
            yield one["drill"], "slip_moves", Decimal(one["slips"])
            yield one["drill"], "slipped_amount", amounts(one["slipped_amounts"])
    yield answer["drill_slipped"], "slip_moves", Decimal(answer["slips"])
    yield answer["drill_slipped"], "slipped_amount", amounts(answer["slipped_amounts"])


def of_work(answer: Any) -> Iterator[Number]:
    for one in (answer, *answer["rows"]):
        for what in ("planned", "done", "overdue"):
            yield one[f"drill_{what}"], what, Decimal(one[what])


def of_quotas(answer: Any) -> Iterator[Number]:
    for one in answer["quotas"]:
        yield one["drill_quota"], "quota", amounts([{"currency": one["currency"], "amount": one["quota"]}])
        for part in (one, *one["groups"]):
            for drill, measure, name in (("drill", "quota_won", "won"), ("drill_commit", "quota_commit", "commit")):
                yield part[drill], measure, amounts([{"currency": one["currency"], "amount": part[name]}])


STRETCH = {"from_instant": "2016-11-20T00:00:00Z", "to_instant": "2017-02-10T00:00:00Z"}
OF_CHANGES: list[Asked] = [
    ("waterfall", STRETCH, of_bars),
    ("waterfall", {**STRETCH, "basis": "gross", "close_to": "2016-12-20"}, of_bars),
    ("leaderboard", {"from": "2016-11-10", "to": "2017-01-31"}, of_deeds),
    ("slipped", {"close_to": "2016-12-05", "group_by": "owner"}, of_moved_closes),
    ("activity", {"to": "2017-01-31"}, of_work),
    ("quota", {"group_by": "owner", "currency": "USD"}, of_quotas),
]
REPORTS: list[Asked] = [
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


async def test_a_number_that_is_computed_names_its_parts_and_a_list_of_other_things_is_refused(
    service: Running,
) -> None:
    desk = service.desk("admin")
    velocity = (await desk.get("/explain/number", {"measure": "velocity"})).json()
    assert velocity["parts"] == ["open_deals", "mean_won", "trailing_win_rate", "trailing_days"]
    assert {row["contribution"] for row in velocity["items"]} <= {None}
    for measure, query, field in (("planned", {}, "/what"), ("deals", {"bar": "won"}, "/bar")):
        refused = await desk.get("/explain/number", {"measure": measure, **query})
        assert (refused.status_code, refused.json()["code"]) == (422, "filter-not-understood")
        assert refused.json()["errors"][0]["pointer"] == field
