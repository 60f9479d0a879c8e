"""Where the configured measures are read from: a version's own file, a folder's, or the one that is shipped."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml

from care.errors import CareError
from care.measure_documents import measures_from
from care.measures import Measures
from engine.bundle import MEASURES_FILE
from engine.errors import DefinitionError
from engine.settings import SHIPPED_PATHWAYS
from engine.yaml_text import read_yaml


def measures_in(sources: Mapping[str, str]) -> Measures:
    """The measures of a version's sources, the shipped ones where it has none; raises DefinitionError."""
    text = sources.get(MEASURES_FILE)
    if text is None:
        return shipped_measures()
    try:
        return measures_from(read_yaml(text))
    except (CareError, yaml.YAMLError) as error:
        raise DefinitionError(MEASURES_FILE, None, "document", str(error)) from error


def measures_of_folder(folder: Path) -> Measures:
    """The measures of a folder of pathways, the shipped ones where it has none; raises DefinitionError."""
    file = folder / MEASURES_FILE
    return measures_in({MEASURES_FILE: file.read_text("utf-8")} if file.exists() else {})


@cache
def shipped_measures() -> Measures:
    """The measures that come with the program."""
    return measures_from(read_yaml((SHIPPED_PATHWAYS / MEASURES_FILE).read_text("utf-8")))
