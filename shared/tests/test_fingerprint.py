"""A read model is built anew when anything that makes its rows has changed."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.eventstore.instances import fingerprint
from shared.eventstore.read_model import ReadModel


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "made_services" / "shop"
    folder.mkdir(parents=True)
    (folder / "rows.py").write_text("from made_services.shop import sums\n\n\nasync def apply(c, e):\n    sums.of(e)\n")
    (folder / "sums.py").write_text("def of(events):\n    return 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.startswith("made_services")]:
        del sys.modules[name]


def made(tables: str = "CREATE TABLE rows (id uuid)") -> str:
    rows = importlib.import_module("made_services.shop.rows")
    return fingerprint(ReadModel("rows", tables, rows.apply))


def test_the_same_code_has_the_same_fingerprint(service: Path) -> None:
    assert service.exists()
    assert made() == made()


def test_other_tables_have_another_one(service: Path) -> None:
    assert service.exists()
    assert made() != made("CREATE TABLE rows (id uuid, name text)")


def test_a_change_in_a_module_that_apply_uses_gives_another_one(service: Path) -> None:
    before = made()
    (service / "sums.py").write_text("def of(events):\n    return 2  # another sum\n")
    assert made() != before
