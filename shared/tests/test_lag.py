"""Lag in seconds: a bound that also grows when nobody looks any more."""

from __future__ import annotations

from shared.messaging.kafka import TopicPartition
from shared.projections.lag import Lag

FIRST, SECOND = TopicPartition("shop", 0), TopicPartition("shop", 1)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_who_waits_for_nothing_has_no_lag() -> None:
    clock = Clock()
    lag = Lag(10, clock)
    lag.look({FIRST: 0, SECOND: 0})
    clock.now += 9
    assert lag.seconds("shop") == 0


def test_an_event_that_is_not_applied_makes_the_lag_grow_from_when_all_was_applied() -> None:
    clock = Clock()
    lag = Lag(10, clock)
    lag.look({FIRST: 0, SECOND: 0})
    for _ in range(6):
        clock.now += 5
        lag.look({FIRST: 1, SECOND: 0})
    assert lag.seconds("shop") == 30


def test_a_steady_stream_in_which_something_always_waits_is_as_late_as_what_was_applied_last() -> None:
    clock = Clock()
    lag = Lag(10, clock)
    lag.look({FIRST: 3})
    for _ in range(100):
        clock.now += 5
        lag.applied(FIRST, clock.now - 1)
        lag.look({FIRST: 3})
    assert lag.seconds("shop") == 0


def test_a_backlog_is_as_old_as_its_events_not_as_this_process() -> None:
    clock = Clock()
    lag = Lag(10, clock)
    lag.look({FIRST: 500})
    lag.applied(FIRST, clock.now - 3600)
    lag.look({FIRST: 400})
    assert lag.seconds("shop") >= 3600 - 10


def test_a_consumer_that_does_not_look_any_more_falls_behind() -> None:
    clock = Clock()
    lag = Lag(10, clock)
    lag.look({FIRST: 0})
    clock.now += 120
    assert lag.seconds("shop") == 120


def test_a_partition_that_went_to_another_member_is_not_counted_here() -> None:
    clock = Clock()
    lag = Lag(10, clock)
    lag.look({FIRST: 7, SECOND: 0})
    clock.now += 60
    lag.look({SECOND: 0})
    assert lag.seconds("shop") == 0
