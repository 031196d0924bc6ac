"""CSV logs are read as they are found, and what cannot be read is named with its line and field."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shared.mining.columns import Columns, NoSuchColumn
from shared.mining.csv_log import CsvFormat, read_csv
from shared.mining.log import BadRecord, Event, UnreadableLog
from shared.mining.times import NotATime, point_in_time

PLAIN = (
    "Case ID,Activity,Complete Timestamp,Resource,case:region,note\n7,Qualify,2026-01-31T08:00:00+08:00,Nora,华东,\n"
)


def read(path: Path, content: str | bytes, given: CsvFormat | None = None) -> list[Event]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_csv(path, given or CsvFormat()))


def refused(path: Path, content: str) -> BadRecord:
    with pytest.raises(BadRecord) as bad:
        read(path, content)
    return bad.value


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "log.csv"


EXPECTED = Event(
    case="7",
    index=1,
    activity="Qualify",
    at=datetime.fromisoformat("2026-01-31T08:00:00+08:00"),
    resource="Nora",
    case_attributes={"region": "华东"},
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found(file: Path, encoding: str, delimiter: str) -> None:
    assert read(file, PLAIN.replace(",", delimiter).encode(encoding)) == [EXPECTED]


def test_a_packed_file_is_known_by_its_first_bytes(file: Path) -> None:
    assert read(file, gzip.compress(PLAIN.encode())) == [EXPECTED]


def test_a_comma_in_text_is_no_delimiter(file: Path) -> None:
    rows = "".join(f'c{n};"a, b, c, d";2026-01-0{n}\n' for n in range(1, 5))
    assert [event.activity for event in read(file, "case;activity;time\n" + rows)] == ["a, b, c, d"] * 4


def test_columns_may_be_named(file: Path) -> None:
    given = CsvFormat(columns=Columns(case="who", activity="what", timestamp="when", resource="by"), delimiter=";")
    event = read(file, "what;who;when;by;case\nCall;A;2026-01-31;;x\n", given)[0]
    assert (event.case, event.activity, event.resource, event.attributes) == ("A", "Call", None, {"case": "x"})


def test_order_is_that_of_the_file_also_against_the_times(file: Path) -> None:
    events = read(file, "case,activity,time\nA,one,2026-01-02\nB,one,2026-01-02\nA,two,2026-01-01\n")
    assert [(event.case, event.index, event.activity) for event in events] == [
        ("A", 1, "one"),
        ("B", 1, "one"),
        ("A", 2, "two"),
    ]


def test_an_index_column_says_the_order(file: Path) -> None:
    given = CsvFormat(columns=Columns(index="version"))
    assert [
        each.index for each in read(file, "case,activity,time,version\nA,x,2026-01-01,3\nA,y,2026-01-01,2\n", given)
    ] == [3, 2]
    with pytest.raises(BadRecord, match="line 2, version: '0' is no whole number from 1 on"):
        read(file, "case,activity,time,version\nA,x,2026-01-01,0\n", given)


def test_cells_may_hold_anything_that_is_quoted(file: Path) -> None:
    event = read(file, 'case,activity,time\n"A\r\n1","say ""end"", <b>; 😀",2026-01-01\n')[0]
    assert (event.case, event.activity) == ("A\r\n1", 'say "end", <b>; 😀')


@pytest.mark.parametrize(
    ("row", "line", "field", "reason"),
    [
        ("A,x", 3, "row", "2 cells, but the header has 3"),
        ("A,x,2026-01-01,more", 3, "row", "4 cells"),
        (" ,x,2026-01-01", 3, "case", "is empty"),
        ("A,,2026-01-01", 3, "activity", "is empty"),
        ("A,x,", 3, "time", "is empty"),
        ("A,x,03/04/2026", 3, "time", "read in one way only"),
        ("A,x,2026-02-30", 3, "time", "read in one way only"),
        ('A,"x"y,2026-01-01', 3, "row", "expected after"),
        ('A,"x,2026-01-01', 3, "row", "unexpected end of data"),
    ],
)
def test_a_bad_row_is_named_by_line_and_field(file: Path, row: str, line: int, field: str, reason: str) -> None:
    bad = refused(file, f"case,activity,time\nA,good,2026-01-01\n{row}\n")
    assert (bad.line, bad.field) == (line, field)
    assert reason in bad.reason


def test_bad_rows_can_be_passed_over_and_do_not_count(file: Path) -> None:
    file.write_text('case,activity,time\nA,one,2026-01-01\nA,bad,never\nA,"x"y,2026-01-01\nA,two,2026-01-02\n')
    bad: list[BadRecord] = []
    assert [(event.index, event.activity) for event in read_csv(file, on_bad=bad.append)] == [(1, "one"), (2, "two")]
    assert [(record.line, record.field) for record in bad] == [(3, "time"), (4, "row")]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"case activity time\nA x 2026\n", "name the delimiter"),
        (b"case,activity,time\n\x81\x20\xff", "neither UTF-8 nor GB 18030"),
        (gzip.compress(b"case,activity,time\n", mtime=0)[:-9], "log.csv"),
    ],
)
def test_a_file_that_is_no_table_is_refused(file: Path, content: bytes, words: str) -> None:
    with pytest.raises(UnreadableLog, match=words):
        read(file, content)


def test_an_encoding_that_does_not_fit_is_refused(file: Path) -> None:
    for encoding in ("ascii", "no-such-encoding"):
        with pytest.raises(UnreadableLog, match="cannot be read as"):
            read(file, PLAIN, CsvFormat(encoding=encoding))


def test_missing_columns_are_named_with_those_that_are_there(file: Path) -> None:
    with pytest.raises(NoSuchColumn, match=r"no column looks like the activity \(--activity names it\).*'colour'"):
        read(file, "case,colour,time\nA,red,2026-01-01\n")
    with pytest.raises(NoSuchColumn, match="no column 'nobody' for the resource"):
        read(file, PLAIN, CsvFormat(columns=Columns(resource="nobody")))


def test_a_column_that_is_there_twice_is_numbered(file: Path) -> None:
    assert read(file, "case,activity,time,x,x\nA,b,2026-01-01,1,2\n")[0].attributes == {"x": "1", "x (2)": "2"}


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableLog, match="No such file"):
        list(read_csv(tmp_path / "none.csv"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T08:00:00Z", "2026-01-31T08:00:00+00:00"),
        ("2011-10-11 13:45:40.276000+02:00", "2011-10-11T13:45:40.276000+02:00"),
        ("2026-01-31 08:00:00 +0800", "2026-01-31T08:00:00+08:00"),
        ("2026-01-31 08:00", "2026-01-31T08:00:00+08:00"),
        ("2026/1/31 8:00", "2026-01-31T08:00:00+08:00"),
        ("31.1.2026 08:00:30", "2026-01-31T08:00:30+08:00"),
        ("2026年1月31日", "2026-01-31T00:00:00+08:00"),
    ],
)
def test_times_are_read_with_their_offset_or_in_the_zone_given(text: str, expected: str) -> None:
    assert point_in_time(text, ZoneInfo("Asia/Shanghai")).isoformat() == expected


def test_a_format_settles_what_could_be_read_in_two_ways() -> None:
    assert point_in_time("03/04/2026", UTC, "%d/%m/%Y") == datetime(2026, 4, 3, tzinfo=UTC)
    assert point_in_time("03/04/2026 +0200", UTC, "%m/%d/%Y %z").utcoffset() == timedelta(hours=2)
    with pytest.raises(NotATime):
        point_in_time("2026-01-01", UTC, "%d/%m/%Y")
