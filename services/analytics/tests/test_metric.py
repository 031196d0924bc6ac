"""Metrics: the grammar of formulas, what a metric answers to a wish, and its values over all history."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analytics.domain.metric.base_counts import (
    BASE_COUNTS,
    CountNotKnown,
    UnitsDoNotMatch,
    called,
    unit_of,
)
from services.analytics.domain.metric.commands import (
    DefineMetric,
    DropRedefinition,
    ProposeRedefinition,
    RecordRebuild,
    SwapVersion,
)
from services.analytics.domain.metric.decider import (
    METRIC,
    MetricExists,
    MetricNotFound,
    MetricVersionNotFound,
    ReasonMissing,
    SameFormula,
    UnitChanged,
    VersionNotRebuilt,
    VersionWasLive,
)
from services.analytics.domain.metric.events import MetricRedefinitionDropped, MetricVersionSwapped
from services.analytics.domain.metric.formula import (
    Binary,
    Count,
    Formula,
    FormulaNotUnderstood,
    FormulaTooLong,
    Negative,
    Number,
    Operator,
    parsed,
    printed,
    value_of,
)
from services.analytics.projections.metric_values import _rounded
from services.analytics.tests.examples import METRIC_DEFINED, METRIC_EXAMPLES, REBUILT, REDEFINED, SWAPPED
from shared.eventstore.catalogue import Catalogue
from shared.testing.scenario import Scenario

metric = Scenario(METRIC)
DEFINE = DefineMetric(
    **{name: getattr(METRIC_DEFINED, name) for name in ("key", "name", "name_zh", "formula", "reason", "author")}
)
PROPOSE = ProposeRedefinition(formula=REDEFINED.formula, reason=REDEFINED.reason, author="ada")
REBUILD = RecordRebuild(
    version=2, values=24, as_of=REBUILT.as_of, first_month=REBUILT.first_month, last_month=REBUILT.last_month
)
SWAP = SwapVersion(version=2, reason=SWAPPED.reason)

NUMBERS = st.integers(0, 10**9).map(lambda n: Number(Fraction(n, 10**3)))
OPERATORS: st.SearchStrategy[Operator] = st.sampled_from(("+", "-", "*", "/"))
FORMULAS: st.SearchStrategy[Formula] = st.recursive(
    NUMBERS | st.sampled_from(sorted(BASE_COUNTS)).map(Count),
    lambda inner: st.builds(Negative, inner) | st.builds(Binary, OPERATORS, inner, inner),
    max_leaves=8,
)
COUNTS = st.fixed_dictionaries({key: st.integers(0, 50).map(Fraction) for key in BASE_COUNTS})


@settings(deadline=None)
@given(FORMULAS)
def test_what_is_printed_is_read_as_the_same_formula(formula: Formula) -> None:
    assert parsed(printed(formula)) == formula


@settings(deadline=None)
@given(FORMULAS, COUNTS)
def test_its_value_is_exact_arithmetic(formula: Formula, counts: dict[str, Fraction]) -> None:
    text = fractions_in(printed(formula))
    try:
        expected = eval(text, {"Fraction": Fraction, **counts})  # noqa: S307 - the test's own oracle, on our own text
    except ZeroDivisionError:
        expected = None
    assert value_of(parsed(printed(formula)), counts) == expected


def fractions_in(text: str) -> str:
    """The same text with its numbers as exact fractions."""
    return re.sub(r"(?<![\w.])\d+(\.\d+)?", lambda number: f"Fraction('{number[0]}')", text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "ends too early at character 1"),
        ("won +", "ends too early at character 6"),
        ("won lost", "has 'l' at character 5"),
        ("won / (won + lost", "ends too early at character 18"),
        ("won)", "has ')' at character 4"),
        ("won ** 2", "has '*' at character 6"),
        ("won; drop", "has ';' at character 4"),
        ("__import__('os')", "has '_' at character 1"),
        ("won.real", "has '.' at character 4"),
        ("1e9", "has '1' at character 1"),
        ("Won", "has 'W' at character 1"),
        ("1.2.3", "has '1' at character 1"),
        ("赢单", "has '赢' at character 1"),
        ("won // lost", "has '/' at character 6"),
    ],
)
def test_what_is_no_formula_is_refused_by_its_place(text: str, place: str) -> None:
    with pytest.raises(FormulaNotUnderstood) as refused:
        parsed(text)
    assert (refused.value.field, refused.value.message) == ("/formula", f"The formula {place}.")


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_formula_or_refused_and_nothing_else(text: str) -> None:
    try:
        formula = parsed(text)
    except (FormulaNotUnderstood, FormulaTooLong):
        return
    assert parsed(printed(formula)) == formula


@pytest.mark.parametrize("text", ["(" * 21 + "won" + ")" * 21, "-" * 25 + "won", "won+" * 130 + "won", "won " * 130])
def test_a_formula_is_bounded_in_length_and_depth(text: str) -> None:
    with pytest.raises(FormulaTooLong):
        parsed(text)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("won / (won + lost)", "1"),
        ("won_amount / won", "money/deals"),
        ("won * won_amount / cycle_days", "deals*money/days"),
        ("won * won", "deals^2"),
        ("2 * won - lost", "deals"),
        ("1 / cycle_days / cycle_days", "1/days^2"),
    ],
)
def test_a_formula_has_a_unit(text: str, unit: str) -> None:
    assert called(unit_of(parsed(text))) == unit


@pytest.mark.parametrize("text", ["won + won_amount", "won - 1", "won / lost + cycle_days", "-(won + moves)"])
def test_what_cannot_be_added_is_refused(text: str) -> None:
    with pytest.raises(UnitsDoNotMatch):
        unit_of(parsed(text))


@settings(deadline=None)
@given(st.fractions(), st.sampled_from((1, -1)))
def test_values_are_rounded_half_away_from_zero(value: Fraction, sign: int) -> None:
    rounded = _rounded(value * sign)
    assert rounded is not None
    assert abs(Fraction(rounded) - value * sign) <= Fraction(1, 2 * 10**6)
    assert _rounded(Fraction(sign, 2 * 10**6)) == Fraction(sign, 10**6)


def test_a_metric_is_defined_once_with_a_formula_that_makes_sense() -> None:
    metric.when(DEFINE).then(METRIC_DEFINED)
    metric.given(METRIC_DEFINED).when(DEFINE).then_rejected(MetricExists)
    asked = {"key": "x", "name": "x", "name_zh": "x", "author": "ada"}
    metric.when(DefineMetric(formula="luck", reason="x", **asked)).then_rejected(CountNotKnown)
    metric.when(DefineMetric(formula="won +", reason="x", **asked)).then_rejected(FormulaNotUnderstood)
    metric.when(DefineMetric(formula="won", reason=" ", **asked)).then_rejected(ReasonMissing)


def test_a_redefinition_is_proposed_rebuilt_and_swapped_in_one_step() -> None:
    proposed = metric.given(METRIC_DEFINED).when(PROPOSE).then(REDEFINED)
    proposed.when(SWAP).then_rejected(VersionNotRebuilt)
    rebuilt = proposed.when(REBUILD).then(REBUILT)
    swapped = rebuilt.when(SWAP).then(SWAPPED)
    swapped.when(SWAP).then_nothing()


def test_the_old_version_can_come_back() -> None:
    swapped = metric.given(METRIC_DEFINED, REDEFINED, REBUILT, SWAPPED)
    back = SwapVersion(version=1, reason="no")
    swapped.when(back).then_rejected(VersionNotRebuilt)
    first = RecordRebuild(version=1, values=1, as_of=REBUILT.as_of)
    [made] = METRIC.decide(swapped.state, first)
    swapped.given(made).when(back).then(MetricVersionSwapped(before=2, after=1, reason="no"))


def test_a_redefinition_keeps_the_unit_and_is_another_formula() -> None:
    made = metric.given(METRIC_DEFINED, REDEFINED)
    for formula, refusal in (("won", UnitChanged), ("won/(won+lost)", SameFormula), (REDEFINED.formula, SameFormula)):
        wish = ProposeRedefinition(formula=formula, reason="x", author="ada")
        made.when(wish).then_rejected(refusal)


def test_only_a_proposal_can_be_dropped_and_is_then_gone() -> None:
    made = metric.given(METRIC_DEFINED, REDEFINED)
    drop = DropRedefinition(version=2, reason="no")
    dropped = made.when(drop).then(MetricRedefinitionDropped(version=2, reason="no"))
    for wish in (drop, SWAP, REBUILD):
        dropped.when(wish).then_rejected(MetricVersionNotFound)
    again = dropped.when(PROPOSE)
    assert [getattr(event, "version", None) for event in again.decided] == [3]
    made.when(DropRedefinition(version=1, reason="no")).then_rejected(VersionWasLive)
    metric.given(METRIC_DEFINED, REDEFINED, REBUILT, SWAPPED).when(
        DropRedefinition(version=1, reason="no")
    ).then_rejected(VersionWasLive)


def test_what_is_not_there_cannot_be_changed() -> None:
    for wish in (PROPOSE, REBUILD, SWAP, DropRedefinition(version=1, reason="x")):
        metric.when(wish).then_rejected(MetricNotFound)


def test_there_is_one_example_of_every_event() -> None:
    names = [type(example).__name__ for example in METRIC_EXAMPLES]
    assert sorted(names) == sorted(Catalogue("analytics", [METRIC]).names())
