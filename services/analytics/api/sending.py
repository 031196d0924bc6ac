"""Tables as a file to download: written aside first, so that a refusal comes before the first byte, then streamed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile
from typing import IO, cast

from fastapi import Response
from fastapi.responses import StreamingResponse

from services.analytics.api.spreadsheet import BOM, csv_table, write_xlsx
from services.analytics.api.tables import Table
from services.analytics.api.wishes import CSV, XLSX, Wishes

COMPARISON = "application/vnd.flowline.comparison+json"
IN_MEMORY = 1024 * 1024
CHUNK = 64 * 1024


async def sent(report: str, wishes: Wishes, tables: Sequence[Table]) -> Response:
    """The file, written in another thread because a long one takes seconds of computing."""
    file = cast(IO[bytes], SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - the response closes it
    kind = CSV if wishes.format == "csv" else XLSX
    try:
        await asyncio.to_thread(_write, file, wishes, tables)
    except BaseException:
        file.close()
        raise
    headers = {
        "Content-Disposition": f'attachment; filename="{report}.{wishes.format}"',
        "Content-Language": wishes.language,
        "Cache-Control": "no-store",
        "Vary": "Accept, Accept-Language",
    }
    return StreamingResponse(
        _chunks(file), headers=headers, media_type=f"{kind}; charset=utf-8" if kind == CSV else kind
    )


def _write(file: IO[bytes], wishes: Wishes, tables: Sequence[Table]) -> None:
    """CSV: a single table is a clean rectangle; several come one under another, each under its name."""
    if wishes.format == "xlsx":
        write_xlsx(tables, file)
        return
    file.write(BOM.encode() if wishes.bom else b"")
    for place, table in enumerate(tables):
        file.write(b"\r\n" if place else b"")
        for lines in csv_table(table, named=len(tables) > 1):
            file.write(lines.encode())


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while chunk := file.read(CHUNK):
            yield chunk
