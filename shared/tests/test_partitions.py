"""Partitions are those of Kafka's default partitioner."""

from __future__ import annotations

from uuid import UUID

import pytest
from aiokafka.partitioner import murmur2 as murmur2_of_the_client
from hypothesis import given
from hypothesis import strategies as st

from shared.eventstore.partitions import murmur2, partition_of


@pytest.mark.parametrize(
    ("data", "signed"),
    [  # from Apache Kafka's own UtilsTest
        (b"21", -973932308),
        (b"foobar", -790332482),
        (b"a-little-bit-long-string", -985981536),
        (b"a-little-bit-longer-string", -1486304829),
        (b"lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971),
        (b"abc", 479470107),
    ],
)
def test_known_answers_of_kafka(data: bytes, signed: int) -> None:
    assert murmur2(data) == signed % 2**32


@given(st.binary(max_size=80))
def test_the_python_client_agrees(data: bytes) -> None:
    assert murmur2(data) == murmur2_of_the_client(data) % 2**32


def test_a_stream_keeps_its_partition() -> None:
    stream_id = UUID("018f3c5e-0000-7000-8000-000000000001")
    assert [partition_of(stream_id, 3), partition_of(stream_id, 12)] == [partition_of(stream_id, n) for n in (3, 12)]
    assert {partition_of(UUID(int=n), 3) for n in range(50)} == {0, 1, 2}
