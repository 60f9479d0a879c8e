"""A set of scenarios is run: all of a folder, or those of a track, a diagram, a file; what they reach is counted."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from care.errors import did_you_mean
from engine.bundle import PathwayFiles
from engine.errors import InvalidInput
from engine.scenarios.coverage import Coverage, Footprints, coverage_of
from engine.scenarios.document import ScenarioError, read_document
from engine.scenarios.playing import Report, run_file
from engine.scenarios.reach import reachable_diagrams, tracks_of
from engine.scenarios.stage import stage

SCENARIOS = "scenarios"
Progress = Callable[[Sequence[Path]], Iterable[Path]]


@dataclass(frozen=True, slots=True)
class Choice:
    """The scenarios to run, and the diagrams whose coverage is asked."""

    folder: Path
    files: tuple[Path, ...]
    diagrams: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """How all of them went; where there was none, nothing is shown to hold."""

    reports: tuple[Report, ...]
    coverage: Coverage

    @property
    def passed(self) -> bool:
        return bool(self.reports) and all(report.passed for report in self.reports)


def choose(folder: Path, what: str | None = None) -> Choice:
    """All scenarios of a folder of pathways, or those of a track, of a diagram, or one file.

    Raises InvalidInput when ``what`` is none of these.
    """
    files, diagrams = PathwayFiles(folder), PathwayFiles(folder).diagrams()
    tracks = {path: _track_of(path) for path in sorted((folder / SCENARIOS).glob("*.yaml"))}
    known = tracks_of(files)
    if what is None:
        return Choice(folder, tuple(tracks), tuple(diagrams))
    if what in known:
        return Choice(folder, _of(tracks, {what}), tuple(reachable_diagrams(files, {what})))
    path = Path(what)
    if path.suffix in (".yaml", ".yml") and path.is_file():
        return Choice(folder, (path,), tuple(reachable_diagrams(files, _tracks_in(path) & known)))
    if path.suffix == ".bpmn" and path.is_file():
        return _of_diagram(folder, path, tracks, known)
    raise InvalidInput({"what": f"'{what}' is no track, scenario or diagram; {did_you_mean(what, known)}"})


def folder_of(what: str | None, otherwise: Path) -> Path:
    """The folder of pathways that a file stands in, else the other one."""
    if what is None or not Path(what).is_file():
        return otherwise
    parent = Path(what).resolve().parent
    return parent.parent if parent.name in (SCENARIOS, "shared") else parent


def run_all(choice: Choice, progress: Progress = lambda files: files) -> Result:
    """Run the scenarios one after the other; ``progress`` hands the files on and may show how far it is."""
    footprints = Footprints()
    with stage(choice.folder) as place:
        reports = tuple(run_file(path, place, footprints) for path in progress(choice.files))
    return Result(reports, coverage_of(PathwayFiles(choice.folder), choice.diagrams, footprints))


def _of_diagram(folder: Path, path: Path, tracks: dict[Path, str], known: set[str]) -> Choice:
    """The scenarios of the tracks that can reach a diagram, and the coverage of it alone."""
    files, main = PathwayFiles(folder), path.resolve().relative_to(folder.resolve()).as_posix()
    reaching = {track for track in known if main in reachable_diagrams(files, {track})}
    return Choice(folder, _of(tracks, reaching), (main,))


def _of(tracks: dict[Path, str], wanted: Collection[str]) -> tuple[Path, ...]:
    return tuple(path for path, track in tracks.items() if track in wanted)


def _track_of(path: Path) -> str:
    """The track that a file names; nothing when it cannot be read, which running it will say."""
    try:
        return str(read_document(path).values.get("track", ""))
    except ScenarioError:
        return ""


def _tracks_in(path: Path) -> set[str]:
    """The track that a file names, and those that its patient enters later."""
    try:
        steps = read_document(path).values.get("steps")
    except ScenarioError:
        return set()
    lists = [step.get("when") for step in steps if isinstance(step, dict)] if isinstance(steps, list) else []
    lines = [line for each in lists if isinstance(each, list) for line in each if isinstance(line, dict)]
    return {_track_of(path)} | {str(line["start"]) for line in lines if "start" in line}
