"""The committed schemas are those of the code, were never broken, and every consumer can read every example."""

import importlib
import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from shared.domain import Event
from tests.contracts.compatibility import breaks
from tests.contracts.promises import EVENTS, ROOT, SERVICES, Promise, promise_of, text_of

PROMISES = {service: promise_of(service) for service in SERVICES}


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_committed_is_what_the_code_publishes(service: str) -> None:
    for path, value in PROMISES[service].files().items():
        assert path.exists(), f"{path.relative_to(ROOT)} is missing: run `make contracts`"
        assert path.read_text() == text_of(value), f"{path.relative_to(ROOT)} is old: run `make contracts`"


@pytest.mark.parametrize("service", SERVICES)
def test_no_event_that_was_promised_is_gone_or_broken(service: str) -> None:
    now = {path.name: value for path, value in PROMISES[service].files().items()}
    for name, promised in promised_ever(service):
        assert name in now, f"{service} does not publish {name} any more"
        assert breaks(promised, now[name]) == [], name


def promised_ever(service: str) -> list[tuple[str, dict[str, Any]]]:
    """Every schema file of the service in every commit that changed it, and as it stands."""
    folder = EVENTS / service
    found = [(path.name, json.loads(path.read_text())) for path in sorted(folder.glob("*.json"))]
    for line in git("log", "--format=%H", "--", str(folder)).split():
        paths = git("ls-tree", "--name-only", line, f"{folder.relative_to(ROOT)}/").split()
        found += [(Path(path).name, json.loads(git("show", f"{line}:{path}"))) for path in paths]
    return found


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("service", SERVICES)
def test_there_is_one_example_of_every_event(service: str) -> None:
    promise = PROMISES[service]
    assert sorted({type(event).__name__ for event in promise.examples}) == promise.catalogue.names()


def published(promise: Promise) -> list[tuple[Event, bytes]]:
    """The examples as they are published, personal fields as envelopes."""
    return [(event, published_data(promise, event)) for event in promise.examples]


def published_data(promise: Promise, event: Event) -> bytes:
    schema = promise.catalogue.schemas()[f"{type(event).__name__}.v{event.schema_version}"]
    data = json.loads(msgspec.json.encode(event))
    for name, field in schema["$defs"][type(event).__name__]["properties"].items():
        if "Envelope" in json.dumps(field) and data.get(name) is not None:
            data[name] = {"$enc": 1, "k": "01890000-0000-7000-8000-000000000000", "n": "bm9uY2U=", "c": "Y2lwaGVy"}
    return json.dumps(data).encode()


@pytest.mark.parametrize("service", SERVICES)
def test_every_example_fits_its_published_schema(service: str) -> None:
    promise = PROMISES[service]
    schemas = promise.catalogue.schemas()
    for event, data in published(promise):
        jsonschema.validate(json.loads(data), schemas[f"{type(event).__name__}.v{event.schema_version}"])


@pytest.mark.parametrize(
    "consumer", ["pipeline.upstream", "analytics.upstream", "analytics.upstream_process", "notify.upstream.reading"]
)
def test_a_consumer_reads_every_example_of_its_producers(consumer: str) -> None:
    upstream = importlib.import_module(f"services.{consumer}")
    read = 0
    for producer in SERVICES:
        for event, data in published(PROMISES[producer]) if producer != consumer.partition(".")[0] else ():
            wanted = getattr(upstream, "EVENTS", vars(upstream)).get(type(event).__name__)
            if isinstance(wanted, type):
                msgspec.json.decode(data, type=wanted)
                read += 1
    assert read, f"{consumer} reads nothing of what others publish"


@pytest.mark.parametrize("service", SERVICES)
def test_all_references_of_the_asyncapi_document_lead_somewhere(service: str) -> None:
    path = EVENTS / f"{service}.asyncapi.json"
    document = json.loads(path.read_text())
    references = list(found_references(document))
    assert references
    for reference in references:
        if reference.startswith("./"):
            assert (path.parent / reference).exists(), reference
        else:
            assert resolved(document, reference) is not None, reference


def found_references(value: Any) -> Any:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "$ref":
                yield inner
            else:
                yield from found_references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from found_references(inner)


def resolved(document: Any, reference: str) -> Any:
    for part in reference.removeprefix("#/").split("/"):
        document = document.get(part) if isinstance(document, dict) else None
    return document
