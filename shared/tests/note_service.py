"""The smallest whole service on the real machine: notes that can be written and renamed."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, assert_never
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import Field

from shared.domain import Command, Decider, Event
from shared.errors import NotFound, Rejected, Unavailable
from shared.eventstore.catalogue import Catalogue
from shared.eventstore.handling import CommandHandler
from shared.eventstore.intent import Request as CommandRequest
from shared.eventstore.postgres import PostgresEventStore
from shared.eventstore.read_model import Connection, Pool, ReadModel
from shared.eventstore.recorded import Recorded
from shared.http.answers import found
from shared.http.auth import Principal, Verifier
from shared.http.batch import Batch, BatchCall, BatchItem, ItemCall, batch_of
from shared.http.calls import Call, reader, right
from shared.http.consistency import consistent
from shared.http.context import ServiceContext
from shared.http.pages import Page, PageRequest, page_request
from shared.http.payload import Payload
from shared.http.service import Assembly, ServiceSettings
from shared.http.supervisor import Loop
from shared.observability.metrics import Metrics

RIGHTS = {
    "admin": frozenset({"note.read", "note.write", "note.rename", "backdate", "events.read", "operations"}),
    "rep": frozenset({"note.read", "note.write"}),
}


class NoteWritten(Event, frozen=True):
    title: str


class NoteRenamed(Event, frozen=True):
    before: str
    after: str


class WriteNote(Command, frozen=True):
    title: str


class RenameNote(Command, frozen=True):
    title: str


class NoteIsFinal(Rejected):
    """A final note keeps its name."""

    code = "note-is-final"


def decide(title: str | None, command: WriteNote | RenameNote) -> Sequence[NoteWritten | NoteRenamed]:
    match command:
        case WriteNote():
            return [NoteWritten(title=command.title)]
        case RenameNote():
            if title is None:
                raise NotFound
            if title == "final":
                raise NoteIsFinal(field="/title")
            return [NoteRenamed(before=title, after=command.title)]
        case _:
            assert_never(command)


def evolve(title: str | None, event: NoteWritten | NoteRenamed) -> str | None:
    del title
    return event.title if isinstance(event, NoteWritten) else event.after


NOTE: Decider[str | None, WriteNote | RenameNote, NoteWritten | NoteRenamed] = Decider(
    category="note", initial=None, decide=decide, evolve=evolve, events=(NoteWritten, NoteRenamed)
)

TABLES = "CREATE TABLE notes (id uuid PRIMARY KEY, version int NOT NULL, author text NOT NULL)"
SAVE = """
INSERT INTO notes SELECT DISTINCT ON (id) * FROM unnest($1::uuid[], $2::int[], $3::text[]) AS new (id, version, author)
ORDER BY id, version DESC
ON CONFLICT (id) DO UPDATE SET version = excluded.version
"""
READ_LIST = """
SELECT id, version FROM read.notes
WHERE ($1::text IS NULL OR author = $1) AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3
"""
READ_ONE = "SELECT id, version FROM read.notes WHERE id = $1"
# A batch sees its sender's own notes, as long as nobody has renamed them.
READ_VISIBLE = "SELECT id FROM read.notes WHERE id = ANY($1) AND author = $2 AND version = 1"


async def apply(connection: Connection, events: Sequence[Recorded]) -> None:
    rows = [(event.stream_id, event.version, event.metadata.actor) for event in events]
    await connection.execute(SAVE, *map(list, zip(*rows, strict=True)))


NOTES = ReadModel("notes", TABLES, apply)


class NoteBody(Payload):
    id: UUID | None = None
    title: Annotated[str, Field(min_length=1, max_length=100)]
    stars: int = 0
    weight: Decimal | None = None


class NewTitle(Payload):
    title: Annotated[str, Field(min_length=1)]


class WriteItem(NoteBody, BatchItem):
    action: ClassVar[str] = "note.write"
    creates: ClassVar[bool] = True
    command: Literal["write-note"]


class RenameItem(NewTitle, BatchItem):
    action: ClassVar[str] = "note.rename"
    command: Literal["rename-note"]


NoteItem = Annotated[WriteItem | RenameItem, Field(discriminator="command")]


class NoteRow(Payload):
    id: UUID
    version: int


def wish(item: WriteItem | RenameItem, call: ItemCall) -> CommandRequest[Any, Any, Any]:
    match item:
        case WriteItem():
            return call.request(NOTE, WriteNote(title=item.title))
        case RenameItem():
            return call.request(NOTE, RenameNote(title=item.title))
        case _:
            assert_never(item)


@dataclass(slots=True)
class Lagging:
    """A projection that has seen nothing yet, or everything."""

    behind: bool = False

    async def wait_for(self, token: str, seconds: float) -> None:
        assert token
        if self.behind:
            raise Unavailable(f"Not within {seconds:.0f} s.", retry_after=1)


def note_routes(pool: Pool) -> APIRouter:
    router = APIRouter(tags=["notes"])

    @router.post("/notes", operation_id="writeNote", status_code=201)
    async def write_note(body: NoteBody, call: Annotated[Call, Depends(right("note.write", creates=True))]) -> Response:
        return await call.run(NOTE, call.new_id(body.id), WriteNote(title=body.title))

    @router.post("/notes/{note_id}/rename", operation_id="renameNote")
    async def rename_note(
        note_id: UUID, body: NewTitle, call: Annotated[Call, Depends(right("note.rename"))]
    ) -> Response:
        return await call.run(NOTE, note_id, RenameNote(title=body.title))

    @router.post("/notes/{note_id}/finish", operation_id="finishNote")
    async def finish_note(note_id: UUID, call: Annotated[Call, Depends(right("note.rename"))]) -> Response:
        return await call.run(NOTE, note_id, RenameNote(title="final"))

    @router.post("/notes/{note_id}/withdraw", operation_id="withdrawNote")
    async def withdraw_note(note_id: UUID, call: Annotated[Call, Depends(right("note.rename"))]) -> Response:
        row = await pool.fetchrow(READ_ONE, note_id)
        if row is None or row["version"] > 1:
            raise NotFound
        return await call.run(NOTE, note_id, RenameNote(title="withdrawn"))

    @router.post("/notes:batch", operation_id="batchNotes")
    async def batch_notes(body: Batch[NoteItem], call: Annotated[BatchCall, Depends(batch_of())]) -> Response:
        rows = await pool.fetch(READ_VISIBLE, body.touched(), call.principal.subject)
        return await call.run(body, wish, visible={row["id"] for row in rows})

    @router.get("/notes", operation_id="listNotes")
    async def list_notes(
        reads: Annotated[Principal, Depends(reader("note.read"))],
        page: Annotated[PageRequest, Depends(page_request)],
        author: str | None = None,
    ) -> Page[NoteRow]:
        del reads
        rows = await pool.fetch(READ_LIST, author, page.after[0] if page.after else None, page.limit + 1)
        return page.of([NoteRow(**row) for row in rows], key=lambda row: (row.id,))

    @router.get("/notes/{note_id}", operation_id="getNote", dependencies=[Depends(consistent("notes"))])
    async def get_note(
        note_id: UUID, request: Request, reads: Annotated[Principal, Depends(reader("note.read"))]
    ) -> Response:
        del reads
        row = await pool.fetchrow(READ_ONE, note_id)
        if row is None:
            raise NotFound
        return found(request, NoteRow(**row), row["version"])

    @router.get("/broken", operation_id="breakDown")
    async def break_down() -> Response:
        raise RuntimeError("the secret is 42")

    return router


@asynccontextmanager
async def assemble(settings: ServiceSettings) -> AsyncIterator[Assembly]:
    async with Verifier.of(settings) as verifier:
        store = PostgresEventStore(settings.database_url, "note", [NOTES])
        await store.start()
        try:
            yield Assembly(
                context=ServiceContext(
                    name="note",
                    rights=RIGHTS,
                    verifier=verifier,
                    handler=CommandHandler(store, Catalogue("note", [NOTE])),
                    log=store,
                    cursor_secret=settings.cursor_secret,
                    metrics=Metrics("note"),
                    catching_up={"notes": Lagging().wait_for},
                ),
                routers=[note_routes(store.pool)],
                loops=[Loop("appender", "api", store.watch, vital=True)],
            )
        finally:
            await store.stop()
