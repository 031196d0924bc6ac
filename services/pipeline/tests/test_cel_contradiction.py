"""A guard in free CEL that is warned of is passed by no deal, and one that a deal may pass is not warned of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from services.pipeline.domain.sales_process.cel_contradiction import unpassable
from services.pipeline.domain.sales_process.contradiction import impossible
from services.pipeline.domain.sales_process.drawing import Drawing, Guard, GuardRow
from services.pipeline.domain.sales_process.guard import cel_of, checked, judged
from services.pipeline.domain.sales_process.guard_facts import DealFacts
from services.pipeline.domain.sales_process.guard_samples import samples
from services.pipeline.domain.sales_process.lint import faults, findings
from services.pipeline.tests.examples import MOVES, STAGES
from services.pipeline.tests.test_guard import deals, guard, rows
from services.pipeline.tests.test_lint import move

HERE = frozenset({"engaging"})
SECOND = "timestamp('2026-01-02T00:00:00Z')"
AFTER = "deal.expected_close > timestamp('2026-01-01T00:00:00Z')"
BRACKET = "(deal.region == 'a' && deal.region in ['b'])"
CHOICE = "deal.amount > 9 || false ? false : deal.age_days < 0"
BEGINS = "deal.name.startsWith('a')"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("deal.amount > 10 && deal.amount < 5", ["deal.amount > 10", "deal.amount < 5"]),
        ("deal.source == 'web' && deal.source == \"fair\"", ["deal.source == 'web'", 'deal.source == "fair"']),
        ("deal.has_owner && deal.name != '' && !deal.has_owner", ["deal.has_owner", "!deal.has_owner"]),
        (f"deal.amount > 1 && {BRACKET}", [BRACKET]),
        ("deal.amount < -1", ["deal.amount < -1"]),
        ("deal.probability > 100", ["deal.probability > 100"]),
        ("deal.probability > 3 && deal.probability < 4", ["deal.probability > 3", "deal.probability < 4"]),
        ("false", ["false"]),
        (CHOICE, [CHOICE]),
        ("deal.stage == 'moon'", ["deal.stage == 'moon'"]),
        ("!has(deal.source) && deal.source != 'web'", ["!has(deal.source)", "deal.source != 'web'"]),
        (f"{BEGINS} && deal.name.startsWith('b')", [BEGINS, "deal.name.startsWith('b')"]),
        (f"{AFTER} && deal.expected_close < {SECOND}", [AFTER, f"deal.expected_close < {SECOND}"]),
        ("'a' in deal.checklist && !('a' in deal.checklist)", ["'a' in deal.checklist", "!('a' in deal.checklist)"]),
        (
            "(deal.amount < 1 || deal.amount > 5) && deal.amount > 2 && deal.amount < 4",
            ["(deal.amount < 1 || deal.amount > 5)", "deal.amount > 2", "deal.amount < 4"],
        ),
        ("deal.amount * 2.0 > 1.0 && deal.amount > 3 && deal.amount < 3", ["deal.amount > 3", "deal.amount < 3"]),
    ],
)
def test_a_text_that_no_deal_passes_names_the_parts_to_blame(text: str, parts: list[str]) -> None:
    assert unpassable(checked(Guard(cel=text)), HERE) == tuple(parts)


@pytest.mark.parametrize(
    "text",
    [
        "deal.amount > 5 && deal.amount < 5.01",
        "deal.amount > 10 || deal.amount < 5",
        "deal.source != 'web' && deal.source != 'fair'",
        "deal.name.contains('a') && deal.name.contains('b') && !deal.name.contains('ab') && !deal.name.endsWith('b')",
        "deal.name.startsWith('a') && deal.name < 'aA' && deal.name != 'a'",
        "'a' in deal.products && 'b' in deal.products && !('c' in deal.products)",
        "!has(deal.amount) || deal.amount >= -1",
        "deal.stage == 'engaging' && deal.forecast_category == 'commit'",
        "deal.amount > deal.age_days && deal.age_days > deal.probability",
        "deal.amount / 7.0 > 100",
        "deal.expected_close >= now",
        "size(deal.lines) > 3",
        "deal.lines.exists(line, line.quantity > 10.0)",
        "has(deal.region) ? deal.region == 'a' : deal.amount > 3",
    ],
)
def test_a_text_that_a_deal_may_pass_or_that_is_not_simple_is_not_warned_of(text: str) -> None:
    assert unpassable(checked(Guard(cel=text)), HERE) == ()


SIMPLE = ["amount", "probability", "age_days", "expected_close", "has_owner", "source", "stage"]


@settings(max_examples=200, deadline=None)
@given(st.lists(rows(SIMPLE), min_size=1, max_size=3), st.sampled_from(["all", "any"]), deals())
def test_free_cel_is_impossible_exactly_when_the_same_rows_are(
    asked: list[GuardRow], match: str, facts: DealFacts
) -> None:
    drawn = guard(*asked, match=match)
    assume(samples(cel_of(drawn), HERE) is not None)
    excluding = unpassable(cel_of(drawn), HERE)
    assert bool(excluding) == (impossible(drawn, HERE) is not None)
    assert not (excluding and judged(drawn, replace(facts, stage="engaging")).passed)


def test_what_contradicts_itself_is_a_warning_with_its_reason_and_keeps_nothing_from_review() -> None:
    text = "has(deal.amount) && deal.amount > 10 && deal.amount < 5"
    drawing = Drawing(STAGES, (*MOVES, move("paused", "won", Guard(cel=text))))
    (found,) = [finding for finding in findings(drawing) if finding.code == "guard-contradiction"]
    assert found.sentence == (
        "Move 'paused' → 'won': no deal can pass, because deal.amount > 10 and deal.amount < 5 exclude each other."
    )
    assert (found.element, found.warning) == ("paused->won", True)
    assert faults(drawing) == ()
