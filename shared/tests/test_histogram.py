"""Histograms of durations: within 1 %, added and taken away exactly, and Postgres counts into the same buckets."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from datetime import timedelta
from fractions import Fraction

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.mining.histogram import (
    RELATIVE_ERROR,
    Histogram,
    NothingToTakeAway,
    bucket_of,
    bucket_sql,
    milliseconds_of,
    value_of,
    value_sql,
)

TEN_YEARS = 3653 * 86_400_000
CENTURY = 100 * 366 * 86_400_000
milliseconds = st.integers(-CENTURY, CENTURY)
durations = st.lists(milliseconds.map(lambda each: timedelta(milliseconds=each)), max_size=30)


def counted(each: list[timedelta]) -> Histogram:
    histogram = Histogram()
    for duration in each:
        histogram.add(duration)
    return histogram


def test_no_bound_of_a_bucket_is_mistaken_within_ten_years() -> None:
    """On both sides of every bound, computed in fractions, the whole numbers are put where they belong."""
    bound, index = Fraction(1), 1
    while bound < TEN_YEARS:
        below = math.floor(bound)
        assert bucket_of(below) <= index < bucket_of(below + 1)
        bound, index = bound * Fraction(102, 100), index + 1
    assert index > 1300


@given(milliseconds)
def test_a_value_stands_for_its_bucket_within_the_error(length: int) -> None:
    assert abs(value_of(bucket_of(length)) - length) <= abs(length) * RELATIVE_ERROR * (1 + 1e-12)


@given(milliseconds, milliseconds)
def test_buckets_keep_the_order(one: int, other: int) -> None:
    assert (bucket_of(one) <= bucket_of(other)) or one > other


@given(durations, st.floats(0, 1))
def test_a_percentile_is_the_duration_of_that_rank(each: list[timedelta], share: float) -> None:
    found = counted(each).percentile(share)
    if not each:
        assert found is None
        return
    exact = sorted(map(milliseconds_of, each))[max(1, math.ceil(share * len(each))) - 1]
    assert found == timedelta(milliseconds=value_of(bucket_of(exact)))


@given(durations, durations)
def test_histograms_add_up_and_are_taken_away(one: list[timedelta], other: list[timedelta]) -> None:
    both = counted(one) + counted(other)
    assert both.counts == counted(one + other).counts
    assert (both - counted(other)).counts == counted(one).counts
    assert len(both) == len(one) + len(other)


@given(durations, st.timedeltas(timedelta(), timedelta(days=900)))
def test_excess_is_what_lies_beyond_the_limit(each: list[timedelta], limit: timedelta) -> None:
    exact = sum((max(timedelta(), duration - limit) for duration in each), timedelta())
    room = sum((abs(duration) for duration in each), timedelta()) * RELATIVE_ERROR + timedelta(
        milliseconds=len(each) + 1
    )
    assert abs(counted(each).excess(limit) - exact) <= room


def test_what_was_never_added_cannot_be_taken_away() -> None:
    with pytest.raises(NothingToTakeAway):
        counted([timedelta(hours=1)]) - counted([timedelta(hours=2)])


async def test_postgres_finds_the_same_buckets_and_values(fresh_database: Callable[..., Awaitable[str]]) -> None:
    connection = await asyncpg.connect(await fresh_database())
    edges = [math.floor(1.02**power) + step for power in range(0, 1450, 3) for step in (0, 1)]
    lengths = [0, *edges, *(-edge for edge in edges)]
    try:
        query = f"SELECT {bucket_sql('ms')} AS bucket, {value_sql(bucket_sql('ms'))} AS value"
        rows = await connection.fetch(f"{query} FROM unnest($1::bigint[]) AS ms", lengths)
    finally:
        await connection.close()
    assert [row["bucket"] for row in rows] == [bucket_of(length) for length in lengths]
    assert [row["value"] for row in rows] == pytest.approx([value_of(bucket_of(length)) for length in lengths])


async def test_postgres_cuts_off_milliseconds_as_we_do(fresh_database: Callable[..., Awaitable[str]]) -> None:
    lengths = [timedelta(microseconds=each) for each in (0, 999, 1000, 1999, -1, -1001, 86_400_000_001_234)]
    connection = await asyncpg.connect(await fresh_database())
    try:
        rows = await connection.fetch(
            "SELECT trunc(extract(epoch FROM each) * 1000)::bigint AS ms FROM unnest($1::interval[]) AS each", lengths
        )
    finally:
        await connection.close()
    assert [row["ms"] for row in rows] == [milliseconds_of(length) for length in lengths]
