"""Following one correlation id through lines as the parts write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from lxml.etree import fromstring

from flowline.tracing.lines import read
from flowline.tracing.picture import drawn
from flowline.tracing.timeline import Moment, reaches, timeline
from shared.eventstore.partitions import partition_of

BEGAN = datetime(2026, 11, 26, 9, tzinfo=UTC)
STREAM = "0197a000-0000-7000-8000-0000000000e1"
TOPIC = "flowline.pipeline.events"


def at(milliseconds: float) -> str:
    return (BEGAN + timedelta(milliseconds=milliseconds)).isoformat()


def partition(number: int) -> int:
    return partition_of(UUID(STREAM), number)


def event(position: int = 7) -> dict[str, Any]:
    return {
        "source": "/flowline/pipeline",
        "type": "flowline.pipeline.DealWon.v1",
        "subject": STREAM,
        "sequence": "00000000000000000005",
        "epoch": "1",
        "position": str(position),
        "recordedtime": at(10),
        "correlationid": "order-66",
        "id": "e",
    }


def lines() -> dict[str, list[dict[str, Any] | str]]:
    """What the parts wrote: one request, its publication among others, and three projections' batches."""
    mine, other = partition(3), (partition(3) + 1) % 3
    own = {"correlation_id": "order-66", "method": "POST"}
    moved = {"event": "applied", "events": 1, "level": "info"}
    return {
        "gateway": [
            "not JSON",
            {**own, "timestamp": at(0), "path": "/api/v1/deals/x/win", "status": 200, "duration_ms": 20},
        ],
        "pipeline": [
            {**own, "time": at(12), "service": "pipeline", "event": "answered", "route": "/deals/{deal_id}/win",
             "status": 200, "seconds": 0.008, "written": "pipeline@1=0:7"},
            {"time": at(15), "service": "pipeline", "event": "published", "epoch": 1, "first": 5, "last": 9,
             "partitions": 3, "correlation_ids": ["other", "order-66"]},
            {"time": at(16), "service": "pipeline", "event": "answered", "correlation_id": "other", "method": "POST",
             "route": "/deals", "status": 201, "seconds": 0.001},
        ],
        "analytics": [
            {**moved, "time": at(30), "service": "analytics", "projection": "deals", "moved": [[TOPIC, mine, 4, 9]]},
            {**moved, "time": at(31), "service": "analytics", "projection": "map", "moved": [[TOPIC, other, 4, 9]]},
            {**moved, "time": at(32), "service": "analytics", "projection": "late", "moved": [[TOPIC, mine, 7, 9]]},
        ],
    }  # fmt: skip


def followed(place: Path) -> list[Moment]:
    for part, said in lines().items():
        text = [line.encode() if isinstance(line, str) else orjson.dumps(line) for line in said]
        (place / f"{part}.log").write_bytes(b"\n".join(text) + b'\n{"time": "cut off')
    read_lines = read(sorted(place.glob("*.log")), "order-66")
    [reach] = reaches(read_lines, "order-66")
    assert (reach.service, reach.first, reach.last) == ("pipeline", 5, 9)
    return timeline(read_lines, "order-66", [event()])


def test_a_request_is_followed_to_its_event_to_kafka_and_to_who_applied_it(tmp_path: Path) -> None:
    told = [(round((moment.at - BEGAN) / timedelta(milliseconds=1)), moment.lane) for moment in followed(tmp_path)]
    assert told == [
        (0, "gateway"), (4, "pipeline"), (10, "pipeline log"), (15, "Kafka"), (30, "analytics/deals"),
    ]  # fmt: skip


def test_the_moments_say_what_happened(tmp_path: Path) -> None:
    said = [moment.says for moment in followed(tmp_path)]
    assert said == [
        "POST /api/v1/deals/x/win → 200",
        "POST /deals/{deal_id}/win → 200, wrote pipeline@1=0:7",
        f"1:7 DealWon, version 5 of {STREAM}",
        f"{TOPIC} has 1:7",
        "applied 1:7",
    ]


def test_the_picture_has_a_lane_for_each_part_and_a_way_from_log_to_kafka_to_effect(tmp_path: Path) -> None:
    picture = fromstring(drawn("order-66 <&>", followed(tmp_path)).encode())
    svg = "{http://www.w3.org/2000/svg}"
    lanes = [text.text for text in picture.iter(f"{svg}text")]
    assert {"gateway", "pipeline", "pipeline log", "Kafka", "analytics/deals"} <= set(lanes)
    assert len(list(picture.iter(f"{svg}path"))) == 2
    assert picture.findtext(f"{svg}title") == "What order-66 <&> set in motion"
