"""Reading an XLSX file back by its XML, as a spreadsheet would, and seeing whether a cell is a formula."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from xml.etree import ElementTree as ET
from zipfile import ZipFile

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """Texts as str, numbers as float, empty cells left out; `formulas`: how many cells compute something."""

    name: str
    rows: list[list[str | float]]
    formulas: int


def sheets_of(file: bytes) -> list[Sheet]:
    """The sheets in their order."""
    with ZipFile(io.BytesIO(file)) as archive:
        book = ET.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 - our own file
        names = [sheet.attrib["name"] for sheet in book.iter(f"{SPACE}sheet")]
        parts = [archive.read(f"xl/worksheets/sheet{place}.xml") for place in range(1, len(names) + 1)]
    return [_sheet(name, part) for name, part in zip(names, parts, strict=True)]


def _sheet(name: str, part: bytes) -> Sheet:
    root = ET.fromstring(part)  # noqa: S314
    rows = [[_value(cell) for cell in row if len(cell)] for row in root.iter(f"{SPACE}row")]
    return Sheet(name, rows, len(list(root.iter(f"{SPACE}f"))))


def _value(cell: ET.Element) -> str | float:
    if cell.attrib.get("t") == "inlineStr":
        text = "".join(text.text or "" for text in cell.iter(f"{SPACE}t"))
        return re.sub(
            r"_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), text
        )  # as ECMA-376 writes control signs
    return float(cell.findtext(f"{SPACE}v") or "nan")
