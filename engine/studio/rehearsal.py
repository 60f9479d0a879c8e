"""Whether the scenarios still hold with a draft: those of the tracks that it concerns, played in its own folder."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock

from engine.errors import Refused
from engine.scenarios import Choice, Report, ScenarioError, run_all
from engine.scenarios.document import document_of
from engine.scenarios.running import SCENARIOS
from engine.studio.workspace import folder_of

_ONE_AT_A_TIME = Lock()  # a form sent twice waits for the first and finds what it found
SECONDS_EACH = 0.5  # about, on a small machine: for people who wait


@dataclass(frozen=True, slots=True)
class Performance:
    """Scenarios to play in a folder of pathways as a version of one of them would find it."""

    texts: Mapping[str, str]
    scenarios: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How the scenarios went, in the order of their files."""

    reports: tuple[Report, ...]

    @property
    def failed(self) -> tuple[Report, ...]:
        return tuple(report for report in self.reports if not report.passed)


class ScenariosFailed(Refused):
    """Some scenarios do not hold with a draft; ``rehearsal`` says which, and where."""

    code = "scenarios-failed"

    def __init__(self, rehearsal: Rehearsal) -> None:
        count = len(rehearsal.failed)
        words = "1 scenario does not hold" if count == 1 else f"{count} scenarios do not hold"
        super().__init__(f"{words} with this draft; mend the draft, or say why that is meant")
        self.rehearsal = rehearsal


def scenarios_for(texts: Mapping[str, str], tracks: Collection[str]) -> tuple[str, ...]:
    """The scenarios of these tracks."""
    found = [path for path in sorted(texts) if path.startswith(f"{SCENARIOS}/")]
    return tuple(path for path in found if _track(texts[path], path) in tracks)


def rehearse(performances: Iterable[Performance]) -> Rehearsal:
    """Play scenarios in their folders; the same again, also at once, is played once by the same server."""
    with _ONE_AT_A_TIME:
        played = [_played(tuple(sorted(each.texts.items())), each.scenarios) for each in performances]
    return Rehearsal(tuple(dict.fromkeys(report for each in played for report in each.reports)))


@lru_cache(maxsize=8)  # who reads why a scenario fails, gives a reason and sends the form again does not wait again
def _played(texts: tuple[tuple[str, str], ...], scenarios: tuple[str, ...]) -> Rehearsal:
    with folder_of(dict(texts)) as folder:
        chosen = Choice(folder, tuple(folder / path for path in scenarios), ())
        return Rehearsal(run_all(chosen).reports)


def _track(text: str, path: str) -> str:
    """The track that a scenario names; nothing when it cannot be read, which playing it would say."""
    try:
        return str(document_of(text, path).values.get("track", ""))
    except ScenarioError:
        return ""
