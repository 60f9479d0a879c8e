"""The shipped instruments, access rules and targets, read from their files as the care tests need them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from care.access import AccessRules, access_rules_from
from care.instruments import Instrument, instrument_from
from care.measure_documents import measures_from
from care.measures import Measures
from care.targets import Targets, targets_from

PATHWAYS = Path(__file__).parents[2] / "pathways"


def read(path: Path) -> Any:
    """One YAML file."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def instruments() -> dict[str, Instrument]:
    """Every shipped instrument by its id."""
    files = sorted((PATHWAYS / "instruments").glob("*.yaml"))
    return {path.stem: instrument_from(read(path)) for path in files}


@pytest.fixture(scope="session")
def access_document() -> dict[str, Any]:
    """The shipped rules of 2026 as they stand in their file."""
    document: dict[str, Any] = read(PATHWAYS / "configuration" / "access-2026.yaml")
    return document


@pytest.fixture(scope="session")
def rules(access_document: dict[str, Any]) -> AccessRules:
    """The shipped rules of 2026 with the diagnoses of all four tracks."""
    files = sorted((PATHWAYS / "configuration").glob("diagnoses-*.yaml"))
    return access_rules_from(access_document, [read(path) for path in files])


@pytest.fixture(scope="session")
def targets() -> Targets:
    """The shipped targets of 2026."""
    return targets_from(read(PATHWAYS / "configuration" / "targets-2026.yaml"))


@pytest.fixture(scope="session")
def measures() -> Measures:
    """The shipped measures."""
    return measures_from(read(PATHWAYS / "configuration" / "measures.yaml"))
