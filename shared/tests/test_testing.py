"""What the tests lean on holds: real servers, databases of one's own, scenarios that can fail, tokens that verify."""

from __future__ import annotations

from pathlib import Path

import asyncpg
import httpx
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from shared.domain import Command, Decider, Event
from shared.errors import Conflict, Rejected
from shared.testing.databases import Databases
from shared.testing.scenario import scenario
from shared.testing.tokens import TokenIssuer, new_key


class LampSwitchedOn(Event, frozen=True):
    """It shines."""


class SwitchOn(Command, frozen=True):
    """Make it shine."""


class AlreadyOn(Rejected):
    """The lamp shines already."""


def _decide(lit: int, command: SwitchOn) -> list[LampSwitchedOn]:
    del command
    if lit:
        raise AlreadyOn
    return [LampSwitchedOn()]


LAMP: Decider[int, SwitchOn, LampSwitchedOn] = Decider(
    category="lamp", initial=0, decide=_decide, evolve=lambda lit, _event: lit + 1, events=(LampSwitchedOn,)
)


def test_a_scenario_follows_the_decider() -> None:
    lit = scenario(LAMP).when(SwitchOn()).then(LampSwitchedOn())
    assert lit.state == 1
    lit.when(SwitchOn()).then_rejected(AlreadyOn)


def test_a_scenario_fails_when_something_else_follows() -> None:
    with pytest.raises(AssertionError):
        scenario(LAMP).when(SwitchOn()).then_nothing()
    with pytest.raises(AssertionError):
        scenario(LAMP).when(SwitchOn()).then_rejected(AlreadyOn)
    with pytest.raises(AssertionError):
        scenario(LAMP).given(LampSwitchedOn()).when(SwitchOn()).then_rejected(Conflict)
    with pytest.raises(AssertionError):
        scenario(LAMP).given(LampSwitchedOn()).when(SwitchOn()).then(LampSwitchedOn())


async def test_every_fresh_database_is_ones_own(fresh_database: Databases, tmp_path: Path) -> None:
    (tmp_path / "0001_lamp.sql").write_text("-- migrate:up\nCREATE TABLE lamp (id int);\n-- migrate:down\n")
    first, second = await fresh_database([tmp_path]), await fresh_database([tmp_path])
    connection = await asyncpg.connect(first)
    await connection.execute("INSERT INTO lamp VALUES (1)")
    await connection.close()
    connection = await asyncpg.connect(second)
    assert await connection.fetchval("SELECT count(*) FROM lamp") == 0
    assert await connection.fetchval("SHOW server_version_num") >= "180000"
    await connection.close()


async def test_a_migration_that_fails_says_why(fresh_database: Databases, tmp_path: Path) -> None:
    (tmp_path / "0001_broken.sql").write_text("-- migrate:up\nCREATE TABEL lamp (id int);\n-- migrate:down\n")
    with pytest.raises(RuntimeError, match="TABEL"):
        await fresh_database([tmp_path])


@pytest.mark.parametrize("_run", [1, 2])
async def test_kafka_starts_each_test_without_topics_and_takes_transactions(kafka: str, _run: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    answer = await admin.create_topics([NewTopic("lamps", 3, 1)])
    await admin.close()
    assert [error[1] for error in answer.topic_errors] == [0]
    producer = AIOKafkaProducer(bootstrap_servers=kafka, transactional_id="lamps", acks="all", enable_idempotence=True)
    await producer.start()
    async with producer.transaction():
        assert (await producer.send_and_wait("lamps", b"on", partition=2)).offset == 0
    await producer.stop()


async def test_a_minted_token_verifies_with_the_served_keys(token_issuer: TokenIssuer) -> None:
    async with httpx.AsyncClient() as client:
        keys = KeySet.import_key_set((await client.get(token_issuer.jwks_url)).json())
    claims = jwt.decode(token_issuer.token("rep", subject="bo"), keys).claims
    assert (claims["sub"], claims["roles"], claims["aud"]) == ("bo", ["rep"], "flowline")
    stranger = TokenIssuer(token_issuer.issuer, new_key())
    with pytest.raises(BadSignatureError):
        jwt.decode(stranger.token("rep"), keys)
