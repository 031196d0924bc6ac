"""The inbox over HTTP: one's own notifications, what they say, and what is unread."""

# ruff: noqa: RUF001 -- Chinese punctuation is meant as it stands

from typing import Any
from uuid import UUID, uuid4

from services.notify.tests.happenings import opened, sealed_contact, won
from services.notify.tests.running import Running
from services.notify.tests.world import MIGRATIONS, event, soon
from shared.testing.databases import Databases


def unique(name: str) -> str:
    """A subject of one's own."""
    return f"{name}-{uuid4().hex[:8]}"


def about(thing: UUID) -> str:
    """A condition that keeps a rule from telling of other tests' events."""
    return f"event.stream_id == '{thing}'"


async def test_a_notification_is_read_in_both_languages(service: Running) -> None:
    name = unique("ada")
    person, deal = await service.person(name), uuid4()
    await service.desk("admin", subject="root").made(name="Wins", condition=about(deal), recipients=[{"kind": "owner"}])
    await service.happen(opened(deal, "云杉", owner_id=str(person)), won(deal, "1234.50"))
    desk = service.desk("rep", subject=name)
    assert await desk.texts() == ["Deal 云杉 was won: 1,234.50 USD"]
    assert await desk.texts("zh-CN") == ["商机「云杉」赢单：1,234.50 USD"]
    (item,) = (await desk.get("/inbox")).json()["items"]
    assert item["link"] == {"kind": "deal", "id": str(deal), "href": f"/api/v1/deals/{deal}"}
    assert (item["rule_name"], item["event_type"], item["read"]) == ("Wins", "DealWon", False)
    assert item["actor"] == {"subject": "somebody", "name": None}


async def test_an_inbox_is_ones_own(service: Running) -> None:
    mine, other = unique("mine"), unique("other")
    desk = service.desk("rep", subject=mine)
    await desk.made(recipients=[{"kind": "subject", "subject": mine}])
    await service.happen(won(uuid4()))
    (item,) = (await desk.get("/inbox")).json()["items"]
    stranger = service.desk("admin", subject=other)
    assert await stranger.texts() == []
    marked = await stranger.send("POST", "/inbox/mark-read", {"notification_ids": [item["id"]]})
    assert (marked.status_code, marked.json()["code"]) == (404, "notification-unknown")
    assert (await service.desk("guest", subject=mine).get("/inbox")).status_code == 403


async def test_reading_is_counted(service: Running) -> None:
    name = unique("reader")
    desk = service.desk("rep", subject=name)
    await desk.made(recipients=[{"kind": "subject", "subject": name}])
    await service.happen(*(won(uuid4()) for _ in range(5)))
    items = (await desk.get("/inbox")).json()["items"]
    assert await desk.unread() == 5
    marked = await desk.send("POST", "/inbox/mark-read", {"notification_ids": [items[0]["id"], items[3]["id"]]})
    assert marked.status_code == 200
    assert await desk.unread() == 3
    unread = (await desk.get("/inbox", unread="true")).json()["items"]
    assert [item["id"] for item in unread] == [items[1]["id"], items[2]["id"], items[4]["id"]]
    await desk.send("POST", "/inbox/mark-read", {"all": True})
    assert await desk.unread() == 0
    await service.happen(won(uuid4()))
    assert await desk.unread() == 1


async def test_marking_says_either_which_or_all(service: Running) -> None:
    desk = service.desk("rep", subject=unique("x"))
    bodies: list[dict[str, Any]] = [{}, {"all": False}, {"all": True, "notification_ids": [str(uuid4())]}]
    for body in (*bodies, {"notification_ids": []}):
        assert (await desk.send("POST", "/inbox/mark-read", body)).status_code == 422, body


async def test_an_inbox_has_pages(service: Running) -> None:
    name = unique("pages")
    desk = service.desk("rep", subject=name)
    await desk.made(recipients=[{"kind": "subject", "subject": name}])
    deals = [uuid4() for _ in range(5)]
    await service.happen(*(won(deal) for deal in deals))
    first = (await desk.get("/inbox", limit=2)).json()
    second = (await desk.get("/inbox", limit=2, cursor=first["page"]["next"])).json()
    third = (await desk.get("/inbox", limit=2, cursor=second["page"]["next"])).json()
    pages = [item["link"]["id"] for page in (first, second, third) for item in page["items"]]
    assert sorted(pages) == sorted(map(str, deals))
    assert third["page"]["next"] is None
    foreign = await desk.get("/inbox", limit=2, cursor=first["page"]["next"], unread="true")
    assert (foreign.status_code, foreign.json()["code"]) == (400, "cursor-mismatch")


async def test_a_person_hears_of_one_event_and_rule_once(service: Running) -> None:
    """Though the rule names them as owner, as a person, by subject and in their team."""
    name, team = unique("many"), await service.team("T")
    person, deal = await service.person(name, team), uuid4()
    recipients = [
        {"kind": "owner"},
        {"kind": "person", "person_id": str(person)},
        {"kind": "subject", "subject": name},
        {"kind": "team", "team_id": str(team)},
    ]
    await service.desk("admin", subject="root").made(condition=about(deal), recipients=recipients)
    await service.happen(opened(deal, owner_id=str(person)), won(deal, at=soon()))
    desk = service.desk("rep", subject=name)
    assert len(await desk.texts()) == 1
    assert await desk.unread() == 1


async def test_nothing_is_lost_when_the_directory_comes_later(service: Running) -> None:
    name, team, person, deal = unique("late"), uuid4(), uuid4(), uuid4()
    made = event("customer", team, "TeamCreated", name="T")
    added = event("customer", person, "PersonAdded", name="Late", subject=name, team_id=str(team))
    admin = service.desk("admin", subject="root")
    await admin.made(condition=about(deal), recipients=[{"kind": "owner"}])
    await admin.made(event_type="DealOpened", recipients=[{"kind": "team", "team_id": str(team)}])
    await service.happen(opened(deal, owner_id=str(person), at=soon()), won(deal))
    desk = service.desk("rep", subject=name)
    assert await desk.texts() == []
    await service.happen(made, added)
    assert len(await desk.texts()) == 2


async def test_a_team_hears_while_one_is_in_it(service: Running) -> None:
    name, team, other = unique("mover"), await service.team("A"), await service.team("B")
    person = await service.person(name, team)
    await service.desk("admin", subject="root").made(recipients=[{"kind": "team", "team_id": str(team)}])
    desk = service.desk("rep", subject=name)
    before = won(uuid4())
    away = event("customer", person, "PersonMovedToTeam", team_id=str(other))
    meanwhile = won(uuid4())
    back = event("customer", person, "PersonMovedToTeam", team_id=str(team))
    await service.happen(meanwhile, away, back, before, won(uuid4(), at=soon()))
    items = (await desk.get("/inbox")).json()["items"]
    assert len(items) == 2
    assert str(meanwhile.stream_id) not in {item["link"]["id"] for item in items}


async def test_a_rule_tells_no_more_than_its_author_may_see(service: Running) -> None:
    north, west = await service.team("North"), await service.team("West")
    below = await service.team("Below", north)
    boss, rep, other = unique("boss"), unique("rep"), unique("other")
    people = {boss: await service.person(boss, north), rep: await service.person(rep, below)}
    people[other] = await service.person(other, west)
    for subject, role in ((boss, "manager"), (rep, "rep")):
        await service.desk(role, subject=subject).made(recipients=[{"kind": "subject", "subject": subject}])
    owned: dict[str | None, UUID] = {subject: uuid4() for subject in (boss, rep, other, None)}
    for owner, deal in owned.items():
        person = None if owner is None else str(people[owner])
        await service.happen(opened(deal, str(owner), owner_id=person), won(deal, at=soon()))
    seen = {subject: await _deals(service, subject) for subject in (boss, rep)}
    assert seen == {boss: {owned[boss], owned[rep], owned[None]}, rep: {owned[rep], owned[None]}}
    assert await service.desk("rep", subject=rep).unread() == 2


async def _deals(service: Running, subject: str) -> set[UUID]:
    items = (await service.desk("rep", subject=subject).get("/inbox")).json()["items"]
    return {UUID(item["link"]["id"]) for item in items}


async def test_an_activity_without_owner_belongs_to_who_owns_its_customer(service: Running) -> None:
    rep, other = unique("rep"), unique("other")
    mine, theirs = await service.person(rep), await service.person(other)
    await service.desk("rep", subject=rep).made(
        event_type="ActivityRecorded", recipients=[{"kind": "subject", "subject": rep}]
    )
    for owner in (mine, theirs):
        customer = uuid4()
        created = event("customer", customer, "CustomerCreated", name="C", kind="company", owner_id=str(owner))
        call = event(
            "customer", uuid4(), "ActivityRecorded", kind="call", customer_id=str(customer), subject=str(owner)
        )
        await service.happen(created, call)
    assert await service.desk("rep", subject=rep).texts("zh") == [f"电话：{mine}"]


async def test_names_of_people_and_customers_are_looked_up(service: Running) -> None:
    name, deal = unique("ann"), uuid4()
    person = await service.person(name)
    await service.desk("admin", subject="root").made(event_type="DealAssigned", recipients=[{"kind": "owner"}])
    assigned = event("pipeline", deal, "DealAssigned", owner_id=str(person))
    await service.happen(opened(deal, "Fir"), assigned)
    assert await service.desk("rep", subject=name).texts() == [f"Deal Fir belongs to {name.title()} now"]


async def test_a_contacts_name_is_opened_with_its_key_until_it_is_erased(
    service: Running, fresh_database: Databases
) -> None:
    name, contact = unique("root"), uuid4()
    admin = service.desk("admin", subject=name)
    await admin.made(event_type="ContactDeleted", recipients=[{"kind": "subject", "subject": name}])
    changes = ({"name": {"before": "X", "after": "李雷"}}, {"title": {"before": None, "after": "CEO"}})
    sealed = await sealed_contact(await fresh_database(MIGRATIONS), service.kek, contact, "X", *changes)
    await service.happen(*sealed.events, event("customer", contact, "ContactDeleted"))
    assert await admin.texts() == ["Contact [erased] was deleted"], "its key has not come yet"
    await service.keep(sealed.keys)
    assert await admin.texts() == ["Contact 李雷 was deleted"]
    assert await admin.texts("zh") == ["联系人「李雷」已删除"]
    await service.happen(event("customer", contact, "ContactErased"))
    await service.keep(sealed.keys)
    assert await admin.texts("zh") == ["联系人「[已删除]」已删除"], "a key that comes again is not taken back"
