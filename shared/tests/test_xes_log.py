"""XES logs are read as a stream in every shape the standard allows; hostile and broken ones are refused."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.mining.log import BadRecord, Event, Nested, UnreadableLog
from shared.mining.xes_log import XesFormat, read_xes
from shared.mining.xes_traces import XesKeys

EVENT = """<event><string key="concept:name" value="{}"/>\
<date key="time:timestamp" value="2026-01-31T08:00:00+08:00"/>{}</event>"""


def event(activity: str, more: str = "") -> str:
    return EVENT.format(activity, more)


def trace(name: str, *events: str) -> str:
    return f'<trace><string key="concept:name" value="{name}"/>{"".join(events)}</trace>'


def log(*traces: str) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?><log xes.version="1849-2016">{"".join(traces)}</log>'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "log.xes"


def read(path: Path, content: str | bytes, given: XesFormat | None = None) -> list[Event]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_xes(path, given or XesFormat()))


WHOLE = """<?xml version="1.0" encoding="UTF-8"?>
<x:log xmlns:x="http://www.xes-standard.org/" xes.version="1.0">
  <x:extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <x:global scope="event"><x:string key="concept:name" value="UNKNOWN"/></x:global>
  <x:classifier name="Activity" keys="concept:name"/>
  <x:string key="origin" value="test"/>
  <x:trace>
    <x:event>
      <x:string key="concept:name" value="报价 &amp; &lt;b&gt;"/>
      <x:date key="time:timestamp" value="2026-01-31T08:00:00.123456Z"/>
      <x:string key="org:resource" value="Nora"/>
      <x:int key="amount" value="-7"/><x:float key="share" value="0.5"/><x:boolean key="urgent" value="true"/>
      <x:id key="uuid" value="abc"/>
      <x:string key="city" value="Bern"><x:string key="country" value="CH"/></x:string>
      <x:list key="tags"><x:values><x:string key="tag" value="a"/><x:string key="tag" value="b"/></x:values></x:list>
    </x:event>
    <x:float key="worth" value="1.5"/>
    <x:string key="concept:name" value="case 1"/>
  </x:trace>
</x:log>"""

READ = Event(
    case="case 1",
    index=1,
    activity="报价 & <b>",
    at=datetime(2026, 1, 31, 8, 0, 0, 123456, tzinfo=UTC),
    resource="Nora",
    attributes={
        "amount": -7,
        "share": 0.5,
        "urgent": True,
        "uuid": "abc",
        "city": Nested("Bern", (("country", "CH"),)),
        "tags": Nested(None, (("tag", "a"), ("tag", "b"))),
    },
    case_attributes={"worth": 1.5},
)


def test_all_that_a_trace_may_hold_is_read(file: Path) -> None:
    assert read(file, WHOLE) == [READ]


def test_one_line_packed_and_other_encodings_are_the_same(file: Path) -> None:
    line = "".join(part.strip() for part in WHOLE.replace("\n      ", " ").splitlines())
    for content in (
        line.encode(),
        gzip.compress(WHOLE.encode()),
        WHOLE.encode("utf-8-sig"),
        WHOLE.replace("UTF-8", "GB18030").encode("gb18030"),
        WHOLE.replace("UTF-8", "UTF-16").encode("utf-16"),
    ):
        assert read(file, content) == [READ]


def test_traces_longer_than_what_is_read_at_once_come_whole(file: Path) -> None:
    long = [event(f"a{number}") for number in range(3000)]
    found = read(file, log(trace("A", *long), trace("B", event("b"))))
    assert [each.index for each in found] == [*range(1, 3001), 1]


def test_two_traces_of_one_name_are_one_case(file: Path) -> None:
    found = read(file, log(trace("A", event("a")), trace("B", event("b")), trace("A", event("c"))))
    assert [(each.case, each.index) for each in found] == [("A", 1), ("B", 1), ("A", 2)]


def test_other_keys_may_say_what_is_done(file: Path) -> None:
    more = '<string key="phase" value="start"/><int key="at" value="4"/>'
    keys = XesKeys(activity="phase", index="at")
    found = read(file, log(trace("A", event("a", more))), XesFormat(keys=keys))
    assert [(each.activity, each.index, each.attributes) for each in found] == [("start", 4, {"concept:name": "a"})]


@pytest.mark.parametrize(
    ("content", "field", "reason"),
    [
        ("<trace>" + event("a") + "</trace>", "concept:name", "the trace has no name"),
        (trace("A", "<event/>"), "concept:name", "the event has no activity"),
        (
            trace("A", '<event><string key="concept:name" value="a"/></event>'),
            "time:timestamp",
            "the event has no time",
        ),
        (trace("A", event("a", '<date key="due" value="soon"/>')), "due", "is no date: 'soon' is no time"),
        (trace("A", event("a", '<int key="n" value="1.5"/>')), "n", "is no int"),
        (trace("A", event("a", '<boolean key="b" value="maybe"/>')), "b", "is no boolean"),
        (trace("A", event("a", '<string key="s"/>')), "s", "is no string: 'value'"),
        (trace("A", event("a", '<list key="l">' * 40 + "</list>" * 40)), "l", "attributes deep"),
        (event("a"), "event", "is in no trace"),
    ],
)
def test_what_is_wrong_is_named_by_line_and_field(file: Path, content: str, field: str, reason: str) -> None:
    whole = log("\n\n", content, trace("good", event("g")))
    with pytest.raises(BadRecord) as bad:
        read(file, whole)
    assert (bad.value.line, bad.value.field) == (3, field)
    assert reason in bad.value.reason
    noted: list[BadRecord] = []
    assert [each.case for each in read_xes(file, on_bad=noted.append)] == ["good"]
    assert len(noted) == 1


BOMB = '<!DOCTYPE log [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;">]>' + log(trace("&b;", event("a"))).partition("?>")[2]
FETCH = '<!DOCTYPE log SYSTEM "file:///etc/passwd">' + log().partition("?>")[2]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (BOMB, "document type"),
        (FETCH, "document type"),
        ("<html><body/></html>", "no <log>"),
        (log(trace("A", event("a")))[:-9], "no well-formed XML"),
        ("<log>\0</log>", "no well-formed XML"),
        (b'<?xml version="1.0" encoding="gb18030"?><log>\x81\x20\xff</log>', "not in the encoding"),
        (b'<?xml version="1.0" encoding="no-such"?><log/>', "not in the encoding"),
    ],
)
def test_hostile_and_broken_files_are_refused(file: Path, content: str | bytes, words: str) -> None:
    with pytest.raises(UnreadableLog, match=words):
        read(file, content)


def test_an_empty_log_has_no_events(file: Path) -> None:
    assert read(file, log()) == []
