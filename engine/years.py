"""The performance years that a folder of pathways configures: ACCESS's clockwork and the targets, read once.

A case goes by the year in which its period began. Before CMS has published a year's rules, those of the last one hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from care.access import AccessRules, access_rules_from
from care.targets import Targets, targets_from
from engine.settings import SHIPPED_PATHWAYS
from engine.yaml_text import read_yaml

_T = TypeVar("_T")


def access_rules_in(folder: Path, on: date | None = None) -> AccessRules:
    """The rules of the year of a day, or of the newest year; raises ConfigurationError for a wrong file."""
    return of_year(_access(folder), on.year if on else None)


def targets_in(folder: Path, on: date | None = None) -> Targets:
    """The targets of the year of a day, or of the newest year; raises ConfigurationError for a wrong file."""
    return of_year(_targets(folder), on.year if on else None)


def configuration_files(folder: Path, pattern: str) -> list[Path]:
    """Files of `configuration/` by a pattern, in order; those shipped where the folder has none of them."""
    own = sorted((folder / "configuration").glob(pattern))
    return own or sorted((SHIPPED_PATHWAYS / "configuration").glob(pattern))


def by_year(folder: Path, pattern: str, read: Callable[[Path], Any]) -> dict[int, Any]:
    """What files of `configuration/` say, each of one performance year, by that year."""
    return {each.performance_year: each for each in map(read, configuration_files(folder, pattern))}


def of_year(found: Mapping[int, _T], year: int | None) -> _T:
    """What holds in a year, or in the newest; before a year's own is published, that of the year before."""
    earlier = [each for each in found if year is None or each <= year]
    return found[max(earlier) if earlier else min(found)]


def document(path: Path) -> Mapping[str, Any]:
    """One file of `configuration/`."""
    found: Mapping[str, Any] = read_yaml(path.read_text(encoding="utf-8"))
    return found


@cache
def _access(folder: Path) -> dict[int, AccessRules]:
    diagnoses = [document(path) for path in configuration_files(folder, "diagnoses-*.yaml")]
    exclusions = {path.stem: document(path) for path in configuration_files(folder, "exclusions-*.yaml")}

    def read(path: Path) -> AccessRules:
        return access_rules_from(document(path), diagnoses, exclusions.get(path.stem.replace("access", "exclusions")))

    return by_year(folder, "access-*.yaml", read)


@cache
def _targets(folder: Path) -> dict[int, Targets]:
    return by_year(folder, "targets-*.yaml", lambda path: targets_from(document(path)))
