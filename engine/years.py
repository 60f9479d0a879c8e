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
from engine.bundle import read_yaml
from engine.settings import SHIPPED_PATHWAYS

_T = TypeVar("_T")


def access_rules_in(folder: Path, on: date | None = None) -> AccessRules:
    """The rules of the year of a day, or of the newest year; raises ConfigurationError for a wrong file."""
    return _of_year(_access(folder), on)


def targets_in(folder: Path, on: date | None = None) -> Targets:
    """The targets of the year of a day, or of the newest year; raises ConfigurationError for a wrong file."""
    return _of_year(_targets(folder), on)


def configuration_files(folder: Path, pattern: str) -> list[Path]:
    """Files of `configuration/` by a pattern, in order; those shipped where the folder has none of them."""
    own = sorted((folder / "configuration").glob(pattern))
    return own or sorted((SHIPPED_PATHWAYS / "configuration").glob(pattern))


@cache
def _access(folder: Path) -> dict[int, AccessRules]:
    diagnoses = [_document(path) for path in configuration_files(folder, "diagnoses-*.yaml")]
    exclusions = {path.stem: _document(path) for path in configuration_files(folder, "exclusions-*.yaml")}

    def read(path: Path) -> AccessRules:
        return access_rules_from(_document(path), diagnoses, exclusions.get(path.stem.replace("access", "exclusions")))

    return _by_year(configuration_files(folder, "access-*.yaml"), read)


@cache
def _targets(folder: Path) -> dict[int, Targets]:
    return _by_year(configuration_files(folder, "targets-*.yaml"), lambda path: targets_from(_document(path)))


def _by_year(paths: list[Path], read: Callable[[Path], Any]) -> dict[int, Any]:
    return {each.performance_year: each for each in map(read, paths)}


def _of_year(by_year: Mapping[int, _T], on: date | None) -> _T:
    earlier = [year for year in by_year if on is None or year <= on.year]
    return by_year[max(earlier) if earlier else min(by_year)]


def _document(path: Path) -> Mapping[str, Any]:
    found: Mapping[str, Any] = read_yaml(path.read_text(encoding="utf-8"))
    return found
