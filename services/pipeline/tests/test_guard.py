"""Guards: rows say what CEL says, bad ones are refused with their place, and no deal can make one fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from operator import contains, eq, ge, gt, le, lt
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as with_

from services.pipeline.domain.sales_process.drawing import Guard, GuardRow, Operator
from services.pipeline.domain.sales_process.guard import cautions, cel_of, checked, described, judged
from services.pipeline.domain.sales_process.guard_facts import FIELDS, DealFacts, LineFacts
from services.pipeline.domain.sales_process.guard_rows import OPERATORS, GuardRefused

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
GTX = UUID(int=7)


def deal(**fields: Any) -> DealFacts:
    usual: dict[str, Any] = {
        "now": NOW,
        "name": "Isdom: GTX Pro",
        "stage": "engaging",
        "stage_since": NOW - timedelta(days=3, hours=5),
        "opened_at": NOW - timedelta(days=30),
        "probability": 40,
    }
    return DealFacts(**(usual | fields))


def row(field: str, operator: Operator, value: str | tuple[str, ...] | None = None) -> GuardRow:
    return GuardRow(field=field, operator=operator, value=value)


def guard(*rows: GuardRow, match: str = "all") -> Guard:
    return Guard(match="any" if match == "any" else "all", rows=rows)


def test_rows_become_cel() -> None:
    rows = guard(row("amount", ">=", "1000"), row("source", "in", ("web", "fair")), row("region", "is_empty"))
    assert checked(rows) == (
        '(has(deal.amount) && deal.amount >= 1000.0) && (has(deal.source) && deal.source in ["web", "fair"])'
        " && !has(deal.region)"
    )
    assert described(rows) == "amount >= 1000 and source in web, fair and region is empty"


@pytest.mark.parametrize(
    ("asked", "facts"),
    [
        (row("amount", ">=", "1000"), {"amount": Decimal("1000.00")}),
        (row("amount", "=", "0.1"), {"amount": Decimal("0.10")}),
        (row("amount", "<", "-1"), {"amount": Decimal(-2)}),
        (row("amount", "is_empty"), {}),
        (row("amount", "!=", "5"), {}),
        (row("source", "not_in", ("web",)), {}),
        (row("name", "contains", "GTX"), {}),
        (row("expected_close", "<", "2026-04-01"), {"expected_close": date(2026, 3, 31)}),
        (row("days_in_stage", "=", "3"), {}),
        (row("age_days", ">=", "30"), {}),
        (row("has_owner", "=", "false"), {}),
        (row("has_owner", "=", "true"), {"owner_id": GTX}),
        (row("checklist", "contains", "budget"), {"checklist": frozenset({"budget"})}),
        (row("checklist", "is_empty"), {}),
        (
            row("products", "contains", str(GTX)),
            {"lines": (LineFacts(product_id=GTX, product_name="GTX", quantity=Decimal(1), unit_price=Decimal(2)),)},
        ),
    ],
)
def test_a_row_holds(asked: GuardRow, facts: dict[str, object]) -> None:
    assert judged(guard(asked), deal(**facts)).passed


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (guard(row("amount", ">", "5"), row("name", "is_set")), "amount > 5: not so."),
        (guard(row("amount", ">", "5"), row("source", "=", "x"), match="any"), "amount > 5 or source = x: not so."),
        (Guard(cel="deal.amount > 5.0"), "There is no field 'amount'."),
        (Guard(cel="deal.probability > 50"), "deal.probability > 50 does not hold."),
        (Guard(cel="1 / (deal.probability - 40) > 0"), "division by zero"),
        (Guard(cel="deal.probability + 1"), "The condition answers a number, not true or false."),
        (Guard(cel="deal.("), ""),
        (Guard(), "A guard has 1 to 20 rows, or a CEL text."),
    ],
)
def test_what_does_not_pass_has_a_reason(asked: Guard, reason: str) -> None:
    said = judged(asked, deal())
    assert not said.passed
    assert said.reason is not None
    assert reason in said.reason


def test_the_inputs_are_what_the_guard_asked_for_and_nothing_else() -> None:
    asked = guard(row("amount", ">", "5"))
    one, other = judged(asked, deal(amount=Decimal(9))), judged(asked, deal(amount=Decimal(9), region="West"))
    assert one.inputs == other.inputs
    assert one.inputs != judged(asked, deal(amount=Decimal(8))).inputs
    assert len(one.inputs) == 64


def test_now_is_the_time_of_the_command() -> None:
    asked = Guard(cel="deal.expected_close >= now")
    assert checked(asked) == "deal.expected_close >= now"
    assert not judged(asked, deal(expected_close=date(2026, 3, 1))).passed
    assert judged(asked, deal(expected_close=date(2026, 3, 2))).passed
    assert "expected_close" in cautions(asked)[0]
    assert cautions(Guard(cel="has(deal.expected_close) && deal.expected_close >= now")) == ()


@pytest.mark.parametrize(
    ("asked", "pointer", "reason"),
    [
        (guard(), "/guard/rows", "1 to 20 rows"),
        (guard(*[row("name", "is_set")] * 21), "/guard/rows", "1 to 20 rows"),
        (guard(row("nope", "=", "1")), "/guard/rows/0/field", "'nope'"),
        (guard(row("name", "is_set"), row("name", "<", "1")), "/guard/rows/1/operator", "<"),
        (guard(row("amount", ">", "much")), "/guard/rows/0/value", "A number"),
        (guard(row("amount", ">", "NaN")), "/guard/rows/0/value", "A number"),
        (guard(row("amount", ">", "1e999")), "/guard/rows/0/value", "A number"),
        (guard(row("amount", ">", "1234567890123456")), "/guard/rows/0/value", "15 digits"),
        (guard(row("amount", ">")), "/guard/rows/0/value", "one value"),
        (guard(row("amount", ">", ("1",))), "/guard/rows/0/value", "one value"),
        (guard(row("source", "in", "web")), "/guard/rows/0/value", "a list"),
        (guard(row("source", "in", ())), "/guard/rows/0/value", "a list"),
        (guard(row("amount", "in", ("1", "x"))), "/guard/rows/0/value/1", "A number"),
        (guard(row("expected_close", "=", "tomorrow")), "/guard/rows/0/value", "2026-01-31"),
        (guard(row("has_owner", "=", "yes")), "/guard/rows/0/value", "true or false"),
        (guard(row("name", "=", "x" * 501)), "/guard/rows/0/value", "500 characters"),
        (guard(*[row("name", "=", "x" * 400)] * 5), "/guard/rows", "2000 characters"),
        (Guard(rows=(row("name", "is_set"),), cel="true"), "/guard/cel", "not both"),
        (Guard(cel=" "), "/guard/cel", "empty"),
        (Guard(cel="amount > 1"), "/guard/cel", "Unknown variable amount; conditions speak about now and deal."),
        (Guard(cel="deal.nope"), "/guard/cel", "Unknown field deal.nope"),
        (Guard(cel="deal.name == 5"), "/guard/cel", "is a text, 5 is a number"),
        (Guard(cel="deal.name"), "/guard/cel", "answers a text"),
        (Guard(cel="deal.lines.all(l, deal.lines.all(m, true))"), "/guard/cel", "cannot stand inside another"),
        (Guard(cel="x" * 2001), "/guard/cel", "2000 characters"),
    ],
)
def test_a_guard_is_refused_with_its_place(asked: Guard, pointer: str, reason: str) -> None:
    with pytest.raises(GuardRefused) as refusal:
        checked(asked)
    assert refusal.value.field == pointer
    assert reason in refusal.value.message


@pytest.mark.parametrize(
    "text", ['"', "\\", "\n\r\t", "end", "a' || true", '" || true || "', "中文 💥 \u202eabc", "\x7f\x01"]
)
def test_a_value_cannot_leave_its_quotes(text: str) -> None:
    asked = guard(row("name", "=", text))
    checked(asked)
    assert judged(asked, deal(name=text)).passed
    assert not judged(asked, deal(name=text + "x")).passed


NUMBERS = st.decimals(-5, 5, places=1)
WHOLE = st.integers(0, 5)
TEXTS = st.sampled_from(["", "a", "b", "ab", "ä", '"'])
DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 5))


@st.composite
def rows(draw: st.DrawFn, fields: Iterable[str] = FIELDS) -> GuardRow:
    field = draw(st.sampled_from(sorted(fields)))
    operator = draw(st.sampled_from(sorted(OPERATORS[FIELDS[field]])))
    values = {"number": NUMBERS, "whole": WHOLE, "date": DAYS, "truth": st.sampled_from(["true", "false"])}
    one = values.get(FIELDS[field], TEXTS).map(str)
    if operator in {"is_set", "is_empty"}:
        return row(field, operator)
    if operator in {"in", "not_in"}:
        return row(field, operator, tuple(draw(st.lists(one, min_size=1, max_size=3))))
    return row(field, operator, draw(one))


@st.composite
def deals(draw: st.DrawFn) -> DealFacts:
    return deal(
        name=draw(TEXTS),
        stage=draw(TEXTS),
        stage_since=NOW - timedelta(days=draw(WHOLE)),
        opened_at=NOW - timedelta(days=draw(WHOLE)),
        probability=draw(WHOLE),
        amount=draw(st.none() | NUMBERS),
        currency=draw(st.none() | TEXTS),
        source=draw(st.none() | TEXTS),
        region=draw(st.none() | TEXTS),
        expected_close=draw(st.none() | DAYS),
        forecast_category=draw(st.none() | TEXTS),
        owner_id=draw(st.sampled_from([None, GTX])),
        checklist=draw(st.frozensets(TEXTS)),
    )


SIGNS: dict[str, Callable[[Any, Any], Any]] = {
    "=": eq,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "contains": contains,
}


def holds(asked: GuardRow, facts: DealFacts) -> bool:
    """What a row means, said once more in plain Python."""
    value = plainly(asked.field, facts)
    if asked.operator == "is_set":
        return value not in (None, [])
    if asked.operator == "is_empty":
        return value in (None, [])
    if isinstance(asked.value, tuple):
        among = value in [meant(asked.field, text) for text in asked.value]
        return among if asked.operator == "in" else not among
    assert asked.value is not None
    wanted = meant(asked.field, asked.value)
    if asked.operator == "!=":
        return bool(value != wanted)
    return value is not None and bool(SIGNS[asked.operator](value, wanted))


def plainly(field: str, facts: DealFacts) -> Any:
    match field:
        case "days_in_stage":
            return (facts.now - facts.stage_since).days
        case "age_days":
            return (facts.now - facts.opened_at).days
        case "has_owner":
            return facts.owner_id is not None
        case "products":
            return [str(line.product_id) for line in facts.lines]
        case "checklist":
            return sorted(facts.checklist)
        case "owner_id" | "customer_id":
            return None if (found := getattr(facts, field)) is None else str(found)
        case _:
            return getattr(facts, field)


def meant(field: str, text: str) -> Any:
    match FIELDS[field]:
        case "number" | "whole":
            return Decimal(text)
        case "date":
            return date.fromisoformat(text)
        case "truth":
            return text == "true"
        case _:
            return text


@settings(max_examples=400, deadline=None)
@given(st.lists(rows(), min_size=1, max_size=5), st.booleans(), deals())
def test_compiled_rows_say_what_the_rows_say(asked: list[GuardRow], every: bool, facts: DealFacts) -> None:  # noqa: FBT001
    drawn = Guard(match="all" if every else "any", rows=tuple(asked))
    checked(drawn)
    assert judged(drawn, facts).passed == (all if every else any)(holds(one, facts) for one in asked)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80), st.sampled_from(sorted(FIELDS)), st.sampled_from(["=", "<", "in", "contains", "is_set"]))
def test_any_value_is_refused_or_decided(text: str, field: str, operator: str) -> None:
    asked = with_(row(field, "="), operator=operator, value=(text,) if operator == "in" else text)
    try:
        cel_of(guard(asked))
    except GuardRefused:
        return
    assert judged(guard(asked), deal()).passed in (True, False)
