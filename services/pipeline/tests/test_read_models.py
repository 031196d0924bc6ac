"""The read models on a real Postgres: what they show is what the events add up to, as far as one may see."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace as altered
from datetime import date
from decimal import Decimal
from random import Random
from uuid import UUID

import pytest
from msgspec.structs import replace as struct_replace
from uuid_utils.compat import uuid7

from services.pipeline.domain.deal import commands
from services.pipeline.domain.deal.decider import DEAL
from services.pipeline.domain.deal.facts import facts_of
from services.pipeline.domain.deal.state import DeletedDeal, NoDeal
from services.pipeline.domain.product.commands import AddProduct, ChangeProductPrice, RenameProduct, RetireProduct
from services.pipeline.domain.product.decider import PRODUCT
from services.pipeline.domain.sales_process.commands import DraftSalesProcessVersion
from services.pipeline.domain.sales_process.decider import SALES_PROCESS
from services.pipeline.domain.sales_process.drawing import ChecklistItem
from services.pipeline.projections import deals
from services.pipeline.projections.board import Board, BoardFilter
from services.pipeline.projections.customers import CUSTOMERS
from services.pipeline.projections.deal_list import KEYS, DealFilter, DealList
from services.pipeline.projections.deal_story import story
from services.pipeline.projections.people import PEOPLE, People
from services.pipeline.projections.processes import Processes
from services.pipeline.projections.products import Products
from services.pipeline.projections.scope import EVERYTHING, NOTHING, Scope, Scopes
from services.pipeline.tests.examples import (
    ANNA_ID,
    DARCEL_ID,
    GTX_PRO,
    GTX_PRO_ID,
    ISDOM_ID,
    MG_SPECIAL,
    MG_SPECIAL_ID,
    NOW,
    PROCESS_ID,
    STAGES,
    definition,
    usd,
)
from services.pipeline.tests.selling import MIGRATIONS, Selling, heard, same_stream, selling
from shared.domain import Command
from shared.testing.databases import Databases

HERE = definition()
CALLED = ChecklistItem(key="called", text="Somebody has called")
THERE = altered(definition(version=2), stages=tuple(struct_replace(stage, checklist=(CALLED,)) for stage in STAGES))
SAME = {"prospecting": "prospecting", "engaging": "engaging", "paused": "engaging"}


@pytest.fixture
async def service(fresh_database: Databases) -> AsyncIterator[Selling]:
    async with selling(await fresh_database(MIGRATIONS)) as running:
        await running.publish_process()
        yield running


def opening(name: str = "a deal", **fields: object) -> commands.OpenDeal:
    return commands.OpenDeal(name=name, definition=HERE, **fields)  # type: ignore[arg-type]


async def lived(service: Selling, seed: int, number: int) -> list[UUID]:
    """Deals with random lives; refused commands are part of it."""
    dice, ids = Random(seed), [uuid7() for _ in range(number)]
    await service.try_all([(DEAL, id_, _opening(dice, at)) for at, id_ in enumerate(ids)])
    for day in range(1, 7):
        await service.try_all([(DEAL, id_, _wish(dice)) for id_ in ids], day=day)
    return ids


def _opening(dice: Random, at: int) -> Command:
    return opening(
        f"deal {at}",
        stage=dice.choice([None, "engaging", "paused"]),
        owner_id=dice.choice([None, ANNA_ID, DARCEL_ID]),
        customer_id=dice.choice([None, ISDOM_ID]),
        lines=tuple(dice.sample([GTX_PRO, MG_SPECIAL], dice.randrange(3))),
        amount=dice.choice([None, usd(str(dice.randrange(9)))]),
        expected_close=dice.choice([None, date(2017, 1, 1 + dice.randrange(28))]),
    )


def _wish(dice: Random) -> Command:
    return dice.choice(
        [
            commands.MoveDealToStage(definition=HERE, at=NOW, to_stage=dice.choice(STAGES).key),
            commands.WinDeal(definition=HERE, at=NOW, amount=dice.choice([None, usd("7")])),
            commands.LoseDeal(definition=HERE, at=NOW, reason="price", competitor="Initech"),
            commands.ReopenDeal(definition=HERE),
            commands.ChangeDealLines(lines=(MG_SPECIAL,)),
            commands.ChangeDealAmount(amount=dice.choice([None, usd("5")])),
            commands.ChangeDealExpectedClose(expected_close=date(2017, 5, 5)),
            commands.AssignDeal(owner_id=dice.choice([None, ANNA_ID])),
            commands.CorrectDeal(name="better", customer_id=dice.choice([None, ISDOM_ID])),
            commands.ChangeDealForecast(category=dice.choice([None, "commit"]), probability=dice.choice([None, 66])),
            commands.MigrateDeal(from_version=1, definition=THERE, stages=SAME, reason="the next one"),
            commands.TickDealChecklistItem(
                definition=THERE, stage="engaging", item=CALLED.key, done=dice.random() < 0.8
            ),
            commands.MoveDealToStage(definition=THERE, at=NOW, to_stage=dice.choice(STAGES).key),
            commands.DeleteDeal(),
            commands.RestoreDeal(),
        ]
    )


async def test_the_deals_shown_are_the_fold_of_the_log(service: Selling) -> None:
    await lived(service, seed=1, number=60)
    folded: dict[UUID, deals.DealRow] = {}
    for event in await service.log():
        if event.type in deals.DECODERS:
            row = deals.evolve(folded.get(event.stream_id), event)
            assert row is not None
            folded[event.stream_id] = row
    shown = await service.store.pool.fetch(f"SELECT {deals.COLUMNS} FROM read.deals")  # noqa: S608
    assert {row["id"]: _comparable(deals.DealRow(**row)) for row in shown} == {
        id_: _comparable(row) for id_, row in folded.items()
    }


def _comparable(row: deals.DealRow) -> tuple[object, ...]:
    plain = (getattr(row, name) for name in deals.FIELDS if name not in {"lines", "ticked"})
    return (*plain, frozenset(row.done()), row.lines.replace(" ", "").count("id"))


async def test_the_deals_shown_agree_with_the_aggregate(service: Selling) -> None:
    for id_ in await lived(service, seed=2, number=25):
        state, version = await service.handler.load(DEAL, id_)
        row = await service.store.pool.fetchrow("SELECT * FROM read.deals WHERE id = $1", id_)
        assert row is not None
        living = state.was if isinstance(state, DeletedDeal) else state
        assert not isinstance(living, NoDeal)
        assert (row["version"], row["stage"], row["deleted"]) == (version, living.stage.key, state is not living)
        content, shown = living.content, deals.DealRow(**{name: row[name] for name in deals.FIELDS})
        assert (shown.process_version, frozenset(shown.done())) == (content.process_version, content.done)
        assert (shown.said_forecast, shown.said_probability) == (content.forecast_category, content.probability)
        assert (shown.opened_at, shown.stage_entered_at) == (content.opened_at, content.entered_at)
        facts = facts_of(content, living.stage, NOW)
        assert (shown.forecast_category, shown.probability) == (facts.forecast_category, facts.probability)
        amount = living.content.amount
        assert (row["amount"], row["currency"]) == ((amount.amount, amount.currency) if amount else (None, None))


async def test_rebuilding_every_inline_model_gives_the_same_rows(service: Selling) -> None:
    await service.do(PRODUCT, GTX_PRO_ID, AddProduct(name="GTX Pro", list_price=usd("1")), RetireProduct())
    await lived(service, seed=3, number=20)
    for name in ("products", "processes", "deals"):
        comparison = await service.store.rebuild(name, swap=False)
        assert comparison.equal, comparison


async def test_products_show_their_last_price_and_name(service: Selling) -> None:
    await service.do(PRODUCT, GTX_PRO_ID, AddProduct(name="GTX Pro", sku="G", list_price=usd("1"), series="GTX"))
    changes = (ChangeProductPrice(list_price=usd("2")), RenameProduct(name="GTX"), RetireProduct())
    await service.do(PRODUCT, GTX_PRO_ID, *changes)
    products = Products(service.store.pool)
    (row,) = await products.list(None, 10, retired=True, text="gt")
    assert (row.name, row.amount, row.retired, row.version) == ("GTX", Decimal("2.00"), True, 4)
    assert await products.list(None, 10, retired=False, text=None) == []
    assert await products.list((row.name, row.id), 10, retired=None, text=None) == []


async def test_a_draft_is_no_published_version_and_a_published_one_is_remembered(service: Selling) -> None:
    await service.do(SALES_PROCESS, PROCESS_ID, DraftSalesProcessVersion(author="ada", stages=STAGES[:1]))
    processes = Processes(service.store.pool)
    found = await processes.definitions([(PROCESS_ID, 1), (PROCESS_ID, 2), (PROCESS_ID, 3), (uuid7(), 1)])
    assert found[PROCESS_ID, 1] == HERE
    assert not found[PROCESS_ID, 2].published
    assert set(found) == {(PROCESS_ID, 1), (PROCESS_ID, 2)}
    assert await processes.latest([PROCESS_ID, uuid7()]) == {PROCESS_ID: 1}
    assert (await processes.definitions([(PROCESS_ID, 1)]))[PROCESS_ID, 1] is found[PROCESS_ID, 1]


async def test_every_order_of_the_list_walks_through_all_deals_once(service: Selling) -> None:
    ids = await lived(service, seed=4, number=30)
    shown = DealList(service.store.pool)
    living = {id_ for id_, deal in (await shown.touched(EVERYTHING, ids)).items() if not deal.deleted}
    for sort in [*KEYS, *(f"-{key}" for key in KEYS)]:
        walked, after = [], None
        while page := await shown.page(EVERYTHING, DealFilter(), sort, after=after, limit=7):  # type: ignore[arg-type]
            walked += page
            after = (page[-1].sort_key, page[-1].deal.id)
        keys = [row.sort_key for row in walked]
        assert keys == sorted(keys, reverse=sort.startswith("-")) or "name" in sort  # type: ignore[type-var]
        assert len(walked) == len(living)
        assert {row.deal.id for row in walked} == living


async def test_each_filter_of_the_list_leaves_what_it_says(service: Selling) -> None:
    one, two = uuid7(), uuid7()
    first = opening("100% Isdom", owner_id=ANNA_ID, customer_id=ISDOM_ID, lines=(GTX_PRO,), stage="engaging")
    await service.do(DEAL, one, first)
    await service.do(DEAL, two, opening("Other", owner_id=DARCEL_ID, expected_close=date(2017, 6, 30)))
    shown = DealList(service.store.pool)

    async def named(**wanted: object) -> list[str]:
        rows = await shown.page(EVERYTHING, DealFilter(**wanted), "name", after=None, limit=9)  # type: ignore[arg-type]
        return [row.deal.name for row in rows]

    assert await named() == ["100% Isdom", "Other"]
    for wanted in (
        {"owner_id": ANNA_ID},
        {"team": [ANNA_ID]},
        {"customer_id": ISDOM_ID},
        {"stage": "engaging"},
        {"product_id": GTX_PRO_ID},
        {"currency": "USD"},
        {"text": "100% is"},
        {"text": "%"},
    ):
        assert await named(**wanted) == ["100% Isdom"], wanted
    assert await named(closes_from=date(2017, 6, 1), closes_to=date(2017, 6, 30)) == ["Other"]
    assert await named(closes_to=date(2017, 6, 29)) == []
    for wanted in ({"product_id": MG_SPECIAL_ID}, {"category": "won"}, {"process_id": uuid7()}, {"text": "_ther"}):
        assert await named(**wanted) == []
    assert len(await named(process_id=PROCESS_ID, category="open")) == 2


async def test_nobody_sees_or_counts_beyond_their_scope(service: Selling) -> None:
    ids = {"anna": uuid7(), "darcel": uuid7(), "nobody": uuid7()}
    owners = {"anna": ANNA_ID, "darcel": DARCEL_ID, "nobody": None}
    for name, id_ in ids.items():
        await service.do(DEAL, id_, opening(name, owner_id=owners[name], amount=usd("1")))
    shown, board = DealList(service.store.pool), Board(service.store.pool)
    anna = Scope(everything=False, owners=(ANNA_ID,), unowned=True)
    for scope, seen in ((EVERYTHING, set(ids)), (NOTHING, set()), (anna, {"anna", "nobody"})):
        page = await shown.page(scope, DealFilter(), "name", after=None, limit=9)
        assert {row.deal.name for row in page} == seen
        assert {name for name, id_ in ids.items() if await shown.one(scope, id_)} == seen
        touched = await shown.touched(scope, list(ids.values()))
        assert {name for name, id_ in ids.items() if touched[id_].visible} == seen
        sums, cards = await board.whole(scope, BoardFilter(process_id=PROCESS_ID), None, 9)
        assert sum(found.deals for found in sums) == len(cards) == len(seen)
        assert sum(found.amount or 0 for found in sums) == len(seen)


async def test_the_board_counts_all_and_shows_pages(service: Selling) -> None:
    for day in range(5):
        amount = (usd("1.10"), usd("2.20"), None, usd("4.40"), usd("8.80"))[day]
        await service.do(DEAL, uuid7(), opening(f"deal {day}", amount=amount), day=day)
    deleted = uuid7()
    await service.do(DEAL, deleted, opening("gone", amount=usd("99")), commands.DeleteDeal())
    board, wanted = Board(service.store.pool), BoardFilter(process_id=PROCESS_ID)
    sums, cards = await board.whole(EVERYTHING, wanted, None, 2)
    found = {entry.currency: (entry.deals, entry.amount) for entry in sums}
    assert found == {"USD": (4, Decimal("16.50")), None: (1, None)}
    assert [card.name for card in cards] == ["deal 4", "deal 3"]
    after = (cards[-1].place, cards[-1].id)
    more = await board.more(EVERYTHING, wanted, "prospecting", after=after, limit=9)
    assert [card.name for card in more] == ["deal 2", "deal 1", "deal 0"]


async def test_the_story_says_who_did_what_with_before_and_after(service: Selling) -> None:
    id_ = uuid7()
    await service.do(DEAL, id_, opening("Isdom", stage="engaging", amount=usd("10")))
    lose = commands.LoseDeal(definition=HERE, at=NOW, reason="price", competitor="Initech")
    await service.do(DEAL, id_, commands.ChangeDealAmount(amount=usd("9")), lose, day=3)
    entries = story((await service.store.read_streams([id_]))[id_])
    assert [entry.what for entry in entries] == [
        "Opened in Engaging for 10.00 USD",
        "Amount changed for 9.00 USD",
        "Lost: price (to Initech)",
    ]
    assert entries[1].before == {"amount": {"amount": "10.00", "currency": "USD"}}
    assert entries[1].after == {"amount": {"amount": "9.00", "currency": "USD"}}
    assert [(entry.who, entry.version, entry.occurred_at.day) for entry in entries] == [
        ("darcel", 1, 1), ("darcel", 2, 4), ("darcel", 3, 4),
    ]  # fmt: skip


async def test_scopes_follow_teams_down_and_people_who_move(service: Selling) -> None:
    east, north, boss = uuid7(), uuid7(), uuid7()
    await service.hear(
        PEOPLE,
        *same_stream(
            heard("TeamCreated", east, name="East"),
            heard("TeamCreated", north, name="North", parent_id=east),
            heard("PersonAdded", boss, name="Boss", subject="boss", team_id=east),
            heard("PersonAdded", ANNA_ID, name="Anna", subject="anna"),
            heard("PersonAdded", DARCEL_ID, name="Darcel", subject="darcel", team_id=north),
            heard("PersonMovedToTeam", ANNA_ID, team_id=north),
            heard("PersonDeactivated", DARCEL_ID),
            heard("PersonGivenADesk", ANNA_ID, desk=5),
            heard("CustomerCreated", ISDOM_ID, name="Isdom"),
        ),
    )
    scopes, people = Scopes(service.store.pool), People(service.store.pool)
    assert set((await scopes.of("boss", {"manager"})).owners) == {boss, ANNA_ID, DARCEL_ID}
    assert (await scopes.of("anna", {"rep"})).owners == (ANNA_ID,)
    assert (await scopes.of("anna", {"guest"})) == NOTHING
    assert (await scopes.of("anna", {"guest", "admin"})) == EVERYTHING
    assert await people.active([ANNA_ID, DARCEL_ID, ISDOM_ID]) == {ANNA_ID}
    assert set(await people.team_members(east) or ()) == {boss, ANNA_ID, DARCEL_ID}
    assert await people.person_of("anna") == ANNA_ID
    assert await people.person_of("darcel") is None


async def test_names_come_from_the_customer_service_when_they_are_known(service: Selling) -> None:
    id_ = uuid7()
    await service.do(DEAL, id_, opening("a", customer_id=ISDOM_ID, owner_id=ANNA_ID))
    shown = DealList(service.store.pool)
    before = await shown.one(EVERYTHING, id_)
    assert before is not None
    assert (before.customer_name, before.owner_name) == (None, None)
    renamed = {"name": {"before": "Isdom", "after": "Isdom 伊斯顿"}}
    events = heard("CustomerCreated", ISDOM_ID, name="Isdom"), heard("CustomerCorrected", ISDOM_ID, changes=renamed)
    await service.hear(CUSTOMERS, *same_stream(*events))
    await service.hear(PEOPLE, heard("PersonAdded", ANNA_ID, name="Anna"))
    found = await shown.page(EVERYTHING, DealFilter(text="伊斯顿"), "name", after=None, limit=9)
    assert [(row.customer_name, row.owner_name) for row in found] == [("Isdom 伊斯顿", "Anna")]
