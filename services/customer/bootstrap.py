"""Builds the customer service from its settings; the only file here that names concrete adapters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.customer.api.activities import activity_routes
from services.customer.api.contact_queries import contact_query_routes
from services.customer.api.contacts import contact_routes
from services.customer.api.customer_queries import customer_query_routes
from services.customer.api.customers import customer_routes
from services.customer.api.people import people_routes
from services.customer.api.reads import Reads
from services.customer.api.rights import RIGHTS
from services.customer.api.teams import team_routes
from services.customer.domain.activity.decider import ACTIVITY
from services.customer.domain.contact.decider import CONTACT
from services.customer.domain.customer.decider import CUSTOMER
from services.customer.domain.person.decider import PERSON
from services.customer.domain.team.decider import TEAM
from services.customer.projections.activities import ACTIVITIES
from services.customer.projections.activity_list import Activities
from services.customer.projections.contact_list import Contacts
from services.customer.projections.contacts import CONTACTS
from services.customer.projections.customer_list import Customers
from services.customer.projections.customers import CUSTOMERS
from services.customer.projections.people import PEOPLE, People
from services.customer.projections.scope import Scopes
from services.customer.projections.story import STORY
from services.customer.projections.story_entries import Stories
from services.customer.projections.teams import TEAMS, Teams
from services.customer.settings import Settings
from shared.eventstore.catalogue import Catalogue
from shared.eventstore.handling import CommandHandler
from shared.eventstore.personal import Vault, erasure
from shared.eventstore.postgres import PostgresEventStore, list_pool
from shared.eventstore.read_model import Pool
from shared.eventstore.wrapping import Wrapping
from shared.http.auth import Verifier
from shared.http.context import ServiceContext
from shared.http.service import Assembly
from shared.http.supervisor import Loop
from shared.messaging.outbox import OutboxWatch
from shared.messaging.relay import Relay, RelaySettings
from shared.observability.metrics import Metrics
from shared.projections.machinery import Machinery

SERVICE = "customer"
DECIDERS = (TEAM, PERSON, CUSTOMER, CONTACT, ACTIVITY)
READ_MODELS = (TEAMS, PEOPLE, CUSTOMERS, CONTACTS, ACTIVITIES, STORY, erasure("ContactErased"))


@asynccontextmanager
async def assemble(settings: Settings) -> AsyncIterator[Assembly]:
    """The whole service; what it opens is closed when the context ends."""
    store = PostgresEventStore(settings.database_url, SERVICE, READ_MODELS, partitions=settings.partitions)
    async with Verifier.of(settings) as verifier, list_pool(settings.database_url) as reading:
        await store.start()
        try:
            yield _assembly(settings, store, verifier, reading)
        finally:
            await store.stop()


def _assembly(settings: Settings, store: PostgresEventStore, verifier: Verifier, reading: Pool) -> Assembly:
    metrics = Metrics(SERVICE)
    vault = Vault(store.pool, _wrapping(settings))
    catalogue = Catalogue(SERVICE, DECIDERS, vault=vault)
    context = ServiceContext(
        name=SERVICE,
        rights=RIGHTS,
        verifier=verifier,
        handler=CommandHandler(store, catalogue),
        log=store,
        cursor_secret=settings.cursor_secret,
        metrics=metrics,
        operations=Machinery(store, (), settings.database_url, settings.kafka),
    )
    reads = _reads(store, catalogue, reading)
    return Assembly(
        context=context,
        routers=[
            team_routes(reads),
            people_routes(reads),
            customer_routes(reads),
            customer_query_routes(reads),
            contact_routes(reads),
            contact_query_routes(reads),
            activity_routes(reads),
        ],
        loops=_loops(settings, store, vault, metrics),
    )


def _reads(store: PostgresEventStore, catalogue: Catalogue, reading: Pool) -> Reads:
    return Reads(
        scopes=Scopes(store.pool),
        people=People(store.pool),
        teams=Teams(store.pool),
        customers=Customers(reading),
        contacts=Contacts(reading, store.read_streams, catalogue.open_many),
        activities=Activities(reading),
        stories=Stories(reading),
    )


def _loops(settings: Settings, store: PostgresEventStore, vault: Vault, metrics: Metrics) -> list[Loop]:
    places = RelaySettings(
        dsn=settings.database_url, kafka=settings.kafka, service=SERVICE, replicas=settings.topic_replicas
    )
    relay = Relay(store, places, keys=vault, metrics=metrics)
    outbox = OutboxWatch(store.pool, SERVICE, metrics)
    return [
        Loop("appender", "api", store.watch, progress=lambda: store.last_progress, vital=True),
        Loop("relay", "relay", relay.run, progress=lambda: relay.progress.last_progress, finish=relay.finish),
        Loop("outbox", "relay", outbox.run, progress=lambda: outbox.last_progress),
    ]


def _wrapping(settings: Settings) -> Wrapping:
    """The key-encryption keys, in a file that only this service and notify read."""
    if settings.kek_file is None:
        raise ValueError("CUSTOMER_KEK_FILE is not set: contacts cannot be kept without a key")
    return Wrapping.of_file(settings.kek_file)
