"""`flowline mine` says of logs what is known of them, exactly, however they are delivered; it draws and exports."""

from __future__ import annotations

import gzip
import json
import random
import sys
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from typer.testing import CliRunner

from flowline.__main__ import app, main
from flowline.mining.answer import answer
from flowline.mining.findings import Findings, Skipped
from flowline.mining.request import Reading, Request
from flowline.tests.process_logs import KnownLog, made_log, real_logs
from shared.mining.columns import Columns
from shared.mining.discovery import Discovery
from shared.mining.log import Event, by_case
from shared.mining.process_map import process_map

LOGS = [known.path.name for known in real_logs()]
TABLE = "case,activity,time,version\n"
SMALL = TABLE + "A,Qualify,2026-02-13,1\nA,Offer,2026-02-15,2\nB,Qualify,2026-02-13,1\nA,Won,2026-02-25,3\n"


@pytest.fixture(scope="module", params=[*LOGS, "made.csv"])
def known(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> KnownLog:
    if request.param == "made.csv":
        return made_log(tmp_path_factory.mktemp("logs"))
    return next(log for log in real_logs() if log.path.name == request.param)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.csv"
    path.write_text(SMALL)
    return path


@cache
def mined_once(path: Path) -> dict[str, Any]:
    return mined(path)


def mined(*arguments: object) -> dict[str, Any]:
    result = CliRunner().invoke(app, ["mine", *map(str, arguments), "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: object) -> str:
    """What is said when the command fails."""
    monkeypatch.setattr(sys, "argv", ["flowline", "mine", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    return capsys.readouterr().err


def compared(found: dict[str, Any], golden: dict[str, Any]) -> dict[str, Any]:
    return {key: found[key] for key in golden if key != "tool"}


def test_the_command_answers_what_is_known_of_a_log(known: KnownLog) -> None:
    golden = known.golden
    expected = {key: value for key, value in golden.items() if key != "tool"}
    assert compared(mined_once(known.path), golden) == expected


def in_the_order_of_the_file(events: Sequence[Event], _: random.Random) -> list[Event]:
    return list(events)


def shuffled_across_cases(events: Sequence[Event], dice: random.Random) -> list[Event]:
    waiting = {case: iter(of_case) for case, of_case in by_case(events).items()}
    turns = [event.case for event in events]
    dice.shuffle(turns)
    return [next(waiting[case]) for case in turns]


def twice(events: Sequence[Event], dice: random.Random) -> list[Event]:
    """Every event comes again at once or, as after a crash, with a whole stretch."""
    shuffled = shuffled_across_cases(events, dice)
    again = [each for event in shuffled for each in (event, event)]
    return [*again, *again[len(again) // 2 :]]


Delivery = Callable[[Sequence[Event], random.Random], list[Event]]


@pytest.mark.parametrize("delivered", [in_the_order_of_the_file, shuffled_across_cases, twice])
def test_batches_shuffled_and_delivered_twice_answer_the_same(known: KnownLog, delivered: Delivery) -> None:
    dice, golden = random.Random(3), known.golden
    request = Request(reading=Reading(file=known.path, columns=Columns()))
    events = delivered(list(request.reading.events()), dice)
    discovery = Discovery()
    while events:
        size = dice.randint(1, 4000)
        discovery.feed(events[:size])
        events = events[size:]
    expected = {key: value for key, value in golden.items() if key != "tool"}
    assert compared(answered(discovery, request), golden) == expected


def answered(discovery: Discovery, request: Request) -> dict[str, Any]:
    counts = discovery.counts()
    whole = process_map(counts, discovery.moves)
    return answer(Findings(discovery, counts, whole, whole, None, Skipped(), []), request)


def test_the_share_of_cases_that_fits_is_that_of_exact_alignments(known: KnownLog) -> None:
    found = mined(known.path, "--conform-with", "0.02")["conformance"]
    assert known.fit_percent in (None, found["fit_percent"])
    assert (found["cost"] == 0) == (found["fitting"] == found["cases"])
    assert mined(known.path, "--conform-with", "0")["conformance"]["fit_percent"] == 100


def test_a_log_written_as_xes_is_mined_to_the_same(known: KnownLog, tmp_path: Path) -> None:
    copy = tmp_path / known.path.with_suffix("").with_suffix(".xes").name
    first = mined(known.path, "--export", "xes", copy)
    assert mined(copy) == first
    assert list(tmp_path.iterdir()) == [copy]


def test_a_log_is_written_as_objects_and_events(known: KnownLog, tmp_path: Path) -> None:
    found = mined(known.path, "--export", "ocel", tmp_path / "log.json")
    written = json.loads((tmp_path / "log.json").read_bytes())
    assert len(written["events"]) == found["events"]
    assert sum(each["type"] == "case" for each in written["objects"]) == found["cases"]
    assert [each["name"] for each in written["eventTypes"]] == found["activities"]


def test_the_map_is_drawn(known: KnownLog, tmp_path: Path) -> None:
    few = ("--activities", "0.2", "--paths", "0.1")
    found = mined(known.path, "--map", "svg", tmp_path / "map.svg", *few)["map"]
    picture = ET.fromstring((tmp_path / "map.svg").read_bytes())  # noqa: S314  we have just written it
    words = "".join(picture.itertext())
    assert all(activity["name"].split()[0] in words for activity in found["activities"])
    mined(known.path, "--map", "mermaid", tmp_path / "map.mmd", *few)
    text = (tmp_path / "map.mmd").read_text()
    assert text.count("-->") + text.count("==>") >= len(found["moves"])


def test_sliders_leave_the_happy_path(known: KnownLog) -> None:
    whole, least = mined_once(known.path), mined(known.path, "--activities", "0", "--paths", "0")
    happy = whole["top_variants"][0][0]
    assert {each["name"] for each in least["map"]["activities"]} == set(happy)
    assert len(least["map"]["moves"]) == len({*pairwise(happy)})
    assert least["map"]["hidden"]["moves"] == len(whole["map"]["moves"]) - len(least["map"]["moves"])
    assert least["dfg"] == whole["dfg"]


def test_shares_of_variants_add_up(known: KnownLog) -> None:
    variants = mined(known.path, "--top", "100000")["variants"]
    assert variants[-1]["cumulative_share"] == 1
    assert sum(each["cases"] for each in variants) == mined_once(known.path)["cases"]


def test_tables_are_printed_for_people(small: Path) -> None:
    result = CliRunner().invoke(app, ["mine", str(small)], catch_exceptions=False)
    assert "Qualify\tOffer\t1\t1\tyes\t2 d\t2 d\t2 d" in result.stdout
    assert "Qualify → Offer → Won" in result.stdout


def test_working_time_leaves_out_the_spring_festival(small: Path) -> None:
    found = mined(small, "--working-time", "china", "--zone", "Asia/Shanghai")
    took = {(move["from"], move["to"]): move["seconds"]["total"] for move in found["map"]["moves"]}
    assert took == {("Qualify", "Offer"): 2 * 7.5 * 3600, ("Offer", "Won"): 7.5 * 3600}
    assert found["time"] == "working time (china)"


def test_a_model_may_be_given_and_open_cases_need_not_be_at_an_end(small: Path, tmp_path: Path) -> None:
    model = tmp_path / "model.json"
    moves = [["Qualify", "Offer"], ["Offer", "Sign"], ["Sign", "Won"]]
    model.write_text(
        json.dumps(
            {"activities": ["Qualify", "Offer", "Sign", "Won"], "starts": ["Qualify"], "ends": ["Won"], "moves": moves}
        )
    )
    found = mined(small, "--model", model)["conformance"]
    assert (found["fitting"], found["cost"]) == (0, 4)
    found = mined(small, "--model", model, "--closed-by", "Won")["conformance"]
    assert (found["fitting"], found["cost"]) == (1, 1)
    assert found["deviations"] == [{"kind": "skipped", "activity": "Sign", "moves": 1, "cases": 1}]


@pytest.mark.parametrize("gaps", ["park", "accept"])
def test_missing_versions_wait_or_do_not_matter(tmp_path: Path, gaps: str) -> None:
    path = tmp_path / "gaps.csv"
    path.write_text(
        TABLE + "A,a,2026-01-01,1\nA,c,2026-01-03,3\nA,a,2026-01-01,1\nB,b,2026-01-01,2\nB,a,2026-01-01,1\n"
    )
    found = mined(path, "--index", "version", "--gaps", gaps)
    waits = {"park": (3, [["a", "b", 1]], 1, 1), "accept": (3, [["a", "c", 1]], 0, 2)}
    assert (found["events"], found["dfg"], found["waiting_cases"], found["duplicates"]) == waits[gaps]


def test_a_missing_version_is_refused_unless_asked_otherwise(
    small: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    small.write_text(TABLE + "A,a,2026-01-01,1\nA,c,2026-01-03,3\n")
    assert "case 'A' goes on with event 3, but event 2 is missing" in said(
        capsys, monkeypatch, small, "--index", "version"
    )


def test_bad_rows_are_refused_or_counted(
    small: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    small.write_text(SMALL + "C,,2026-01-01,1\n")
    assert "flowline: line 6, activity: is empty" in said(capsys, monkeypatch, small)
    assert mined(small, "--skip-bad")["skipped"] == {"count": 1, "first": ["line 6, activity: is empty"]}


MODELS = {
    "no JSON": "{",
    "no list of moves": '{"activities": [], "starts": [], "ends": []}',
    "an activity that is none of its own": '{"activities": [], "starts": ["A"], "ends": [], "moves": []}',
    "no way to an end": '{"activities": ["A"], "starts": ["A"], "ends": [], "moves": []}',
}


@pytest.mark.parametrize("content", MODELS.values(), ids=MODELS)
def test_a_model_that_is_none_is_said(
    small: Path, tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model.json").write_text(content)
    assert said(capsys, monkeypatch, small, "--model", tmp_path / "model.json").startswith("flowline: ")


@pytest.mark.parametrize(
    "arguments",
    [
        ("none.csv",),
        ("{small}", "--case", "nobody"),
        ("{small}", "--zone", "Mars/Base"),
        ("{small}", "--export", "xes", "/nowhere/log.xes"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    small: Path, arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    words = said(capsys, monkeypatch, *(each.format(small=small) for each in arguments))
    assert words.startswith("flowline: ")
    assert words.count("\n") == 1


def test_an_empty_log_has_an_empty_answer(small: Path) -> None:
    small.write_bytes(gzip.compress(TABLE.encode()))
    found = mined(small)
    assert (found["events"], found["case_duration_hours"], found["map"]["moves"]) == (0, None, [])
    assert CliRunner().invoke(app, ["mine", str(small)], catch_exceptions=False).exit_code == 0


def test_nothing_common_enough_is_no_model(small: Path) -> None:
    small.write_text(TABLE + "".join(f"{n},a{n},2026-01-01,1\n" for n in range(60)))
    assert mined(small)["conformance"] is None
