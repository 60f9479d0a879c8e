"""The decisions in a pathway's file, compiled once for all that ask for the same text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from engine.dmn import DecisionModel, parse_decisions
from engine.functions import FUNCTIONS


@lru_cache(maxsize=64)  # lint, the catalogue and each version that uses the file want the same; nothing writes to them
def decisions_in(text: str, path: str) -> Mapping[str, DecisionModel]:
    """The decisions by id, which may call what pathways may. Raises what ``parse_decisions`` raises."""
    return MappingProxyType(parse_decisions(text.encode(), path, functions=FUNCTIONS))
