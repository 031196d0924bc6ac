"""What an automation asks to say reaches the owner, the owner's team and named people, each of them once."""

# ruff: noqa: RUF001 -- Chinese punctuation is meant as it stands

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from services.notify.reactions.when_an_automation_asks_notify import heard_since
from services.notify.tests.happenings import STAGE, opened
from services.notify.tests.running import Running
from services.notify.tests.test_api_inbox import about, unique
from services.notify.tests.world import MIGRATIONS, event, soon
from shared.eventstore.recorded import Recorded
from shared.projections.live import connected

MIGRATION = MIGRATIONS[-1] / "20261126150000_automations_heard.sql"


def asked(deal: UUID, owner: UUID | None, at: datetime | None = None, **said: Any) -> Recorded:
    """An automation asks to notify; recorded after everything so far, or at another time."""
    fields: dict[str, Any] = {"automation": "idle", "text": "Call {them} <b>今天</b>", "deal_name": "Fir 云杉", **said}
    owner_id = None if owner is None else str(owner)
    return event("pipeline", deal, "DealNotificationRequested", at=at or soon(), owner_id=owner_id, **fields)


async def told(service: Running, subject: str, language: str = "en") -> list[str]:
    """What is in somebody's inbox."""
    return await service.desk("rep", subject=subject).texts(language)


async def test_the_owner_reads_it_in_both_languages(service: Running) -> None:
    name, deal = unique("owner"), uuid4()
    person = await service.person(name)
    await service.happen(opened(deal, "Old name", owner_id=str(uuid4())), asked(deal, person))
    assert await told(service, name) == ["Deal Fir 云杉: Call {them} <b>今天</b>"]
    assert await told(service, name, "zh") == ["商机「Fir 云杉」：Call {them} <b>今天</b>"]
    (item,) = (await service.desk("rep", subject=name).get("/inbox")).json()["items"]
    assert (item["rule_name"], item["event_type"]) == ("automation:idle", "DealNotificationRequested")
    assert item["link"] == {"kind": "deal", "id": str(deal), "href": f"/api/v1/deals/{deal}"}


async def test_the_owners_team_is_who_was_in_it_when_it_was_asked(service: Running) -> None:
    team, other = await service.team("A"), await service.team("B")
    names = {key: unique(key) for key in ("owner", "peer", "gone", "late", "other")}
    people = {key: await service.person(names[key], other if key in {"other", "late"} else team) for key in names}
    deal = uuid4()
    away = event("customer", people["gone"], "PersonMovedToTeam", team_id=str(other))
    request = asked(deal, people["owner"], to_owner=False, to_team=True)
    joined = event("customer", people["late"], "PersonMovedToTeam", at=soon(2), team_id=str(team))
    left = event("customer", people["owner"], "PersonMovedToTeam", at=soon(3), team_id=str(other))
    await service.happen(opened(deal, owner_id=str(people["owner"])), away, request, joined, left)
    assert {key: len(await told(service, name)) for key, name in names.items()} == {
        "owner": 1, "peer": 1, "gone": 0, "late": 0, "other": 0,
    }  # fmt: skip


async def test_the_team_hears_though_the_directory_comes_later(service: Running) -> None:
    team, owner, peer, deal, name = uuid4(), uuid4(), uuid4(), uuid4(), unique("peer")
    directory = [
        event("customer", team, "TeamCreated", name="T"),
        event("customer", owner, "PersonAdded", name="O", subject=unique("o"), team_id=str(team)),
        event("customer", peer, "PersonAdded", name="P", subject=name, team_id=str(team)),
    ]
    await service.happen(opened(deal, owner_id=str(owner)), asked(deal, owner, to_team=True))
    assert await told(service, name) == []
    await service.happen(*directory)
    assert len(await told(service, name)) == 1


async def test_everybody_meant_twice_hears_once(service: Running) -> None:
    name, peer, team = unique("many"), unique("peer"), await service.team("T")
    person, other = await service.person(name, team), await service.person(peer, team)
    deal = uuid4()
    request = asked(deal, person, to_team=True, people=[str(person), str(other)])
    await service.happen(opened(deal, owner_id=str(person)), request)
    for subject in (name, peer):
        assert (len(await told(service, subject)), await service.desk("rep", subject=subject).unread()) == (1, 1)


async def test_without_an_owner_only_named_people_hear(service: Running) -> None:
    name, deal = unique("named"), uuid4()
    person = await service.person(name)
    before = await _stored(service)
    await service.happen(opened(deal), asked(deal, None, to_team=True, people=[str(person)]))
    assert len(await told(service, name)) == 1
    assert await _stored(service) - before == Counter({f"person:{person}": 1})


async def test_an_owner_who_is_not_meant_hears_nothing(service: Running) -> None:
    name, deal = unique("owner"), uuid4()
    person = await service.person(name, await service.team("T"))
    before = await _stored(service)
    await service.happen(opened(deal, owner_id=str(person)), asked(deal, person, to_owner=False))
    assert (await told(service, name), await _stored(service) - before) == ([], Counter())


async def test_however_often_it_is_delivered_it_is_told_once(service: Running) -> None:
    name, deal = unique("again"), uuid4()
    person = await service.person(name)
    requests = [asked(deal, person) for _ in range(3)]
    for batch in ([opened(deal), requests[0]], requests[:2], requests[:2], requests, requests):
        await service.happen(*batch)
    assert len(await told(service, name)) == 3


async def test_what_was_asked_before_this_service_was_there_is_history_and_not_news(service: Running) -> None:
    name, deal = unique("history"), uuid4()
    person = await service.person(name)
    before = await _stored(service)
    await service.happen(opened(deal, owner_id=str(person)), asked(deal, person, at=datetime(2026, 1, 2, tzinfo=UTC)))
    assert (await told(service, name), await _stored(service) - before) == ([], Counter())
    await service.happen(asked(deal, person))
    assert len(await told(service, name)) == 1


async def test_a_service_that_was_there_before_it_knew_of_this_has_heard_automations_always(service: Running) -> None:
    up, down = MIGRATION.read_text().removeprefix("-- migrate:up").split("-- migrate:down")
    async with connected(service.database) as connection, connection.transaction():
        fresh = await heard_since(connection)
        await connection.execute(down + up)
        assert (await heard_since(connection)).timestamp() == 0 < fresh.timestamp()
        await connection.execute("UPDATE public.automations_heard SET since = $1", fresh)


async def test_rules_meet_what_automations_and_tasks_do(service: Running) -> None:
    name = unique("ruler")
    person, deal, task = await service.person(name), uuid4(), uuid4()
    admin, me = service.desk("admin", subject="root"), [{"kind": "owner"}]
    ran = "event.data.done == false"
    await admin.made(event_type="DealAutomationRan", condition=f"{about(deal)} && {ran}", recipients=me)
    await admin.made(event_type="TaskCreated", condition=f"{about(task)} && has(event.data.deal_id)", recipients=me)
    await admin.made(event_type="TaskCompleted", condition=about(task), recipients=me)
    fields: dict[str, Any] = {
        "automation": "a", "stage": "s", "when": "enter", "action": "assign", "trigger_version": 1, "reason": "r",
        "detail": "Nobody",
    }  # fmt: skip
    await service.happen(
        opened(deal, "Fir", owner_id=str(person)),
        event("pipeline", deal, "DealAutomationRan", done=True, **fields),
        event("pipeline", deal, "DealAutomationRan", done=False, **fields),
        event(
            "pipeline", task, "TaskCreated", title="Call", due="2026-07-01", assignee_id=str(person), deal_id=str(deal)
        ),
        event("pipeline", task, "TaskCorrected", title="Write"),
        event("pipeline", task, "TaskCompleted", due="2026-07-01", outcome="sent"),
    )
    assert sorted(await told(service, name)) == [
        "Automation a on deal Fir: Nobody", f"New task Call, due on 2026-07-01, for {name.title()}",
        "Task Write was done: sent",
    ]  # fmt: skip


async def test_a_task_is_told_to_who_may_see_it(service: Running) -> None:
    rep, other = unique("rep"), unique("other")
    mine, theirs = await service.person(rep), await service.person(other)
    to_me = [{"kind": "subject", "subject": rep}]
    await service.desk("rep", subject=rep).made(event_type="TaskCreated", recipients=to_me)
    deals = {owner: uuid4() for owner in (mine, theirs)}
    for owner, deal in deals.items():
        await service.happen(opened(deal, owner_id=str(owner)))
        made = event("pipeline", uuid4(), "TaskCreated", title=str(owner), due="2026-07-01", deal_id=str(deal))
        await service.happen(made)
    assert [str(mine) in text for text in await told(service, rep)] == [True]


async def _stored(service: Running) -> Counter[str]:
    rows = await service.assembly.context.log.pool.fetch("SELECT recipient FROM read.notification")  # type: ignore[attr-defined]
    return Counter(row["recipient"] for row in rows)


async def test_events_of_a_deal_keep_their_stage(service: Running) -> None:
    """Fields that conditions see are those of the new events too."""
    name, deal = unique("migrated"), uuid4()
    person = await service.person(name)
    condition = f"{about(deal)} && event.data.to_version > 1 && event.data.to_stage.key == 's'"
    await service.desk("admin", subject="root").made(
        event_type="DealMigrated", condition=condition, recipients=[{"kind": "owner"}]
    )
    fields: dict[str, Any] = {
        "from_version": 1,
        "to_version": 2,
        "from_stage": STAGE,
        "to_stage": STAGE,
        "reason": "better",
    }
    await service.happen(opened(deal, "Fir", owner_id=str(person)), event("pipeline", deal, "DealMigrated", **fields))
    assert await told(service, name) == ["Deal Fir runs on version 2 of its process now, in Stage"]
