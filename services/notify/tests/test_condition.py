"""Conditions written by users: what they can say, what is refused, and that none of them can hurt."""

import time
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notify.domain.rule.condition import checked, compiled, matter_of, warnings
from services.notify.reactions.facts import vocabulary
from services.notify.upstream.reading import EVENTS
from shared.conditions.condition import ConditionRefused, NotDecidable
from shared.conditions.scan import MAX_TEXT
from shared.conditions.vocabulary import Facts

WORDS = vocabulary(EVENTS)
OPENED = WORDS["DealOpened"]


def opened(**data: Any) -> Facts:
    known: dict[str, Any] = {"name": "Deal", "lines": [], "amount": {"amount": 20000.0, "currency": "USD"}}
    return {
        "type": "DealOpened",
        "actor": "ada",
        "stream_id": "s",
        "occurred_at": datetime(2026, 3, 1, 12, tzinfo=UTC),
        "data": known | data,
    }


TRUE = [
    "",
    "   ",
    "true",
    "event.data.amount.amount > 10000.0",
    "event.data.amount.amount > 10000",
    "event.data.amount.amount >= 20000.0 && event.data.amount.currency == 'USD'",
    "!has(event.data.source)",
    "!has(event.data.source) || event.data.source == 'web'",
    "event.data.name.startsWith('De') && event.data.name.contains(\"ea\")",
    "event.actor in ['ada', 'bob']",
    "event.occurred_at >= timestamp('2026-01-01T00:00:00Z')",
    "event.occurred_at.getFullYear() == 2026",
    "event.type == 'DealOpened'",
    "event.data.lines.all(line, line.quantity > 1.0)",
    "!event.data.lines.exists(line, line.product_name == 'GTX Pro')",
    "size(event.data.lines) == 0 ? true : false",
    "'it\\'s // no comment' != event.data.name",
]


@pytest.mark.parametrize("text", TRUE)
def test_a_condition_holds(text: str) -> None:
    assert checked(text, OPENED).holds(matter_of(opened()))


@pytest.mark.parametrize("text", ["false", "event.data.amount.amount > 20000.5", "event.data.name == 'x'"])
def test_a_condition_does_not_hold(text: str) -> None:
    assert not checked(text, OPENED).holds(matter_of(opened()))


REFUSED = {
    "event.data.nope == 1": "Unknown field event.data.nope",
    "has(event.data.nope)": "Unknown field event.data.nope",
    "event.dta.name == 'x'": "Unknown field event.dta",
    "false && event.data.nope > 1": "Unknown field event.data.nope",
    "amount > 1": "Unknown variable amount",
    "event.data.lines.exists(l, m.quantity > 1.0)": "Unknown variable m",
    "event.data.name == 5": "is a text, 5 is a number",
    "event.data.amount.amount == '5'": "is a number",
    "event.data.amount == true": "is a group of fields",
    "event.data.name > 5": "On a sample DealOpened",
    "event.data.name": "answers a text",
    "event.data.process_version + 1": "answers a number",
    "event.data.amount.amount >": "",
    "event.data.amount.amount > 1 1": "",
    "event.data.name.matches('a+')": "Unknown function matches",
    "event.data.lines.map(l, l.quantity) == []": "Unknown function map",
    "now() > event.occurred_at": "Unknown function now",
    "event.data.name == 'a' // comment": "Comments",
    "r'a' == event.data.name": "cannot follow r",
    "'''a''' == event.data.name": "cannot follow",
    "[1, 2].exists(x, x > 1)": "directly behind a field",
    "event.data.lines.filter(l, true).exists(l, true)": "Unknown function filter",
    "event.data['lines'].exists(l, true)": "directly behind a field",
    "event.data.lines.exists(event, true)": "name of its own",
    "event.data.lines.exists(1, true)": "name of its own",
    "event.data.lines.all(l, event.data.lines.all(m, true))": "cannot stand inside another",
    "event.data.lines.all(l, (event.data.lines.all(m, true)))": "cannot stand inside another",
    "event.data.lines.all(l, l.product_name + 'x' == 'y')": "joined with +",
    " && ".join(["event.data.lines.all(l, true)"] * 4): "More than 3",
    "(" * 17 + "true" + ")" * 17: "nested deeper",
    "[" * 40: "nested deeper",
    "event.Foo{a: 1} == 1": "cannot be built",
    "`event`.type == 'a'": "Unexpected '`'",
    "event.type == 'a\nb'": "Unexpected",
    "event.type == '\0'": "",
    "5u == 5u": "Unknown variable u",
    "event.type == 'x' #": "Unexpected '#'",
    "\uff19 > 1": "Unexpected",
    "'" + "x" * MAX_TEXT + "' == event.type": "at most 2000 characters",
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.items(), ids=[text[:40] for text in REFUSED])
def test_a_condition_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ConditionRefused) as refusal:
        checked(text, OPENED)
    assert reason in refusal.value.message
    assert refusal.value.field == "/condition"


def test_a_missing_optional_field_is_warned_of_and_never_matches() -> None:
    condition = checked("event.data.region == 'EU'", OPENED)
    assert "region" in warnings(condition, OPENED)[0]
    with pytest.raises(NotDecidable, match="region"):
        condition.holds(matter_of(opened()))


def test_a_guarded_field_is_not_warned_of() -> None:
    condition = checked("has(event.data.region) && event.data.region == 'EU'", OPENED)
    assert warnings(condition, OPENED) == ()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"lines": [{}] * 201}, "event.data.lines has more than 200 items"),
        ({"name": "x" * 4001}, "event.data.name is longer than 4000 characters"),
        ({"amount": {str(n): 1 for n in range(201)}}, "event.data.amount has more than 200 fields"),
        ({"amount": {"amount": "much"}}, "No such overload"),
    ],
)
def test_an_event_beyond_the_bounds_is_not_decided(data: dict[str, Any], reason: str) -> None:
    with pytest.raises(NotDecidable, match=reason):
        checked("event.data.amount.amount > 1.0", OPENED).holds(matter_of(opened(**data)))


@pytest.mark.parametrize("text", ["1 / 0 == 1", "9223372036854775807 + 1 == 0", "int(event.data.name) == 1"])
def test_an_engine_fault_is_a_reason_not_a_crash(text: str) -> None:
    with pytest.raises(NotDecidable):
        compiled(text).holds(matter_of(opened()))


WORST = [
    "event.data.lines.all(l, " + " && ".join(["event.data.name.contains('yyyyyyyyy')"] * 45) + " || true)",
    "event.data.lines.all(l, " + " && ".join(["l.product_name != 'y'"] * 75) + ")",
    " + ".join(["event.data.name"] * 110) + " == 'x'",
    " && ".join(["event.data.lines.all(l, l.product_name.size() > 1 && l.unit_price.amount >= 1.0)"] * 3),
    "!" * 1990 + "true",
]


@pytest.mark.parametrize("text", WORST, ids=range(len(WORST)))
def test_the_costliest_condition_stays_cheap(text: str) -> None:
    """Triple nested tests took seconds with the interpreter locked; what the bounds let through takes milliseconds."""
    line = {"product_id": "p", "product_name": "x" * 100, "quantity": 2.0, "unit_price": {"amount": 1.0}}
    event = opened(name="x" * 4000, lines=[line] * 200)
    condition = compiled(text)
    assert min(_seconds(condition, event) for _ in range(2)) < 0.4


def _seconds(condition: Any, event: Facts) -> float:
    began = time.thread_time()
    condition.holds(matter_of(event))
    return time.thread_time() - began


PIECES = [
    "event", "event.data.name", "event.data.lines", ".exists(", "l", ",", "(", ")", "[", "]", "{", "}", "'", '"', "\\",
    "+", "-", "/", "%", "==", "&&", "||", "!", "?", ":", ".", "1", "9223372036854775807", "1e308", "true", "null", "in",
    "size(", "int(", "timestamp(", "duration('1h')", "has(", "string(", "\n", "//", "\0", "中", "\u202e", "💥",
]  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join)))
def test_any_text_is_refused_or_decided(text: str) -> None:
    try:
        condition = checked(text, OPENED)
    except ConditionRefused:
        return
    with suppress(NotDecidable):
        assert condition.holds(matter_of(opened())) in (True, False)
