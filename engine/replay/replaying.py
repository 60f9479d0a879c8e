"""Who would have taken another path on a new version: recorded cases are played again on it, beside the old one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from engine.application import Engine
from engine.bundle import BPMN
from engine.clock import SetClock
from engine.replay.differences import Difference, Words, differences, unanswered
from engine.replay.playing import Playing, Unfit
from engine.replay.recorded import Entry, Input, Moved, Started, inputs
from engine.replay.scratch import Scratch, scratch
from engine.replay.trail import Trail, trail_of
from engine.safe_xml import parse_xml
from engine.store import history as history_store
from engine.store.cases import case, cases_of_patient
from engine.store.outbox import outgoing_of_case
from engine.store.patients import patient
from engine.store.replay import cases_on_other_versions
from engine.store.versions import every_version, version

Verdict = Literal["same", "differs", "stuck", "unsure"]
VERDICTS: Mapping[Verdict, str] = {
    "same": "would have gone the very same way",
    "differs": "would have gone another way",
    "stuck": "would have got stuck",
    "unsure": "cannot be told",
}


@dataclass(frozen=True, slots=True)
class Target:
    """The version on which cases are played: its row of `versions`, published or not."""

    row: Mapping[str, Any]

    @property
    def process_id(self) -> str:
        return str(self.row["process_id"])

    @property
    def hash(self) -> str:
        return str(self.row["hash"])


@dataclass(frozen=True, slots=True)
class Replay:
    """How one case would have gone. ``assumed`` is what had to be made up; ``inputs`` of its commands were compared.

    ``until`` is the last instant compared; ``moved`` says that it was moved to another version then, so that what came
    after is not compared. ``reason`` says why it cannot be told: the recorded case, played on its own version, does not
    come out as recorded.
    """

    case_id: str
    patient_id: str
    patient: str
    verdict: Verdict
    differences: tuple[Difference, ...]
    assumed: tuple[str, ...]
    inputs: int
    until: datetime
    moved: bool = False
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Recorded:
    """All that is recorded of a patient's cases, and of the one in question."""

    patient: Mapping[str, Any]
    entries: Mapping[str, Sequence[Entry]]
    outgoing: Mapping[int, tuple[str, int]]
    versions: Mapping[str, str]
    sources: Mapping[str, str]  # of the version on which the case in question is compared


@dataclass(slots=True)
class Replayer:
    """Plays cases of one installation again on a target."""

    engine: Engine
    target: Target
    place: Scratch

    def __call__(self, case_id: str) -> Replay:
        """How a case would have gone on the target; raises NotFound."""
        with self.engine.db.reading() as connection:
            recorded = _recorded(connection, case_id, self.target)
        found = _told(recorded)
        last = _last_compared(found, case_id)
        took = trail_of(recorded.entries[case_id], last)
        would, playing = self._play(recorded, found, case_id, last, self.target)
        words = Words({**_names(recorded.sources), **_names(self.target.row["sources"])}, self.engine.zone)
        compared = [each for each in found if each.case_id == case_id and (last is None or each.command <= last)]
        until = max(each.at for each in compared)
        unfit = playing.unfit.get(case_id, ())
        differs = [*_unfit(unfit), *differences(took, would, words, until)]
        reason = None
        if differs or not any(took.walked.values()):
            own, control = self._play(recorded, found, case_id, last, None)
            if not any(took.walked.values()):
                took.walked = own.walked  # recorded before a record told where tokens went
                differs = [*_unfit(unfit), *differences(took, would, words, until)]
            alone = [*_unfit(control.unfit.get(case_id, ())), *differences(took, own, words, until)]
            reason = f"on its own version it does not come out as recorded: {alone[0].sentence}" if alone else None
        return Replay(
            case_id,
            recorded.patient["id"],
            recorded.patient["name"],
            _verdict(differs, reason),
            () if reason else tuple(differs),
            (*sorted(playing.assumed.get(case_id, ())), *unanswered(took, would)),
            len(compared),
            until,
            last is not None,
            reason,
        )

    def _play(
        self, recorded: _Recorded, found: Sequence[Input], case_id: str, last: int | None, target: Target | None
    ) -> tuple[Trail, Playing]:
        """The trail of a case on the target, or on the versions it had; with what was met on the way."""
        clock = SetClock(found[0].at)
        pinned = {} if target is None else {target.process_id: target.hash}
        begins, new_steps = dict(recorded.versions), frozenset[str]()
        if target is not None:
            new_steps = _user_tasks(target.row["sources"]) - _user_tasks(recorded.sources)
            for each, digest in recorded.versions.items():
                if self._process_of(digest) == target.process_id:
                    begins[each] = target.hash
        with self.place.engine(recorded.patient, pinned, clock) as engine:
            playing = Playing(engine, clock, recorded.patient["id"], begins, new_steps, recorded.outgoing)
            playing.play([each for each in found if last is None or each.case_id != case_id or each.command <= last])
            with engine.db.reading() as connection:
                played = playing.cases.get(case_id)
                entries = [] if played is None else _entries(connection, played)
        return trail_of(entries), playing

    def _process_of(self, digest: str) -> str:
        with self.engine.db.reading() as connection:
            return self.engine.library.definition(connection, digest).process_id


@contextmanager
def replayer(engine: Engine, target: Target) -> Iterator[Callable[[str], Replay]]:
    """Plays one case after another on the target; the scratch database is thrown away at the end."""
    with engine.db.reading() as connection:
        rows = [dict(row) for row in every_version(connection)]
    if target.hash not in {row["hash"] for row in rows}:
        highest = max((row["number"] for row in rows if row["process_id"] == target.process_id), default=0)
        rows.append({**target.row, "number": highest + 1})
    with scratch(engine.settings, rows) as place:
        yield Replayer(engine, target, place)


def replay_case(engine: Engine, target: Target, case_id: str) -> Replay:
    """How one case would have gone on the target; raises NotFound."""
    with replayer(engine, target) as play:
        return play(case_id)


def target_of_version(connection: Connection, digest: str) -> Target:
    """A published version as a target; raises NotFound."""
    return Target(dict(version(connection, digest)))


def cases_to_replay(
    connection: Connection, target: Target, limit: int, *, organisation: str | None = None
) -> list[str]:
    """Open cases in which the target's diagram runs in another version, those with the longest record first.

    Those of one organisation's patients, of all for None.
    """
    return cases_on_other_versions(connection, target.process_id, target.hash, limit, organisation=organisation)


def _recorded(connection: Connection, case_id: str, target: Target) -> _Recorded:
    row = case(connection, case_id)
    who = dict(patient(connection, row["patient_id"]))
    ids = [each["id"] for each in reversed(cases_of_patient(connection, who["id"]))]
    entries = {each: _entries(connection, each) for each in ids}
    outgoing: dict[int, tuple[str, int]] = {}
    for each in ids:
        seen: dict[str, int] = {}
        for sent in outgoing_of_case(connection, each):
            outgoing[sent["id"]] = sent["operation"], seen.setdefault(sent["operation"], 0)
            seen[sent["operation"]] += 1
    begun = {each: str(entries[each][0]["version"]) for each in ids}
    return _Recorded(who, entries, outgoing, begun, _sources(connection, entries[case_id], target))


def _entries(connection: Connection, case_id: str) -> Sequence[Entry]:
    return [dict(entry) for entry in history_store.entries(connection, case_id)]


def _sources(connection: Connection, entries: Sequence[Entry], target: Target) -> Mapping[str, str]:
    """The sources of the version of the target's diagram with which the case was begun, else of the case's own."""
    begun = (entry["version"] for entry in entries if entry["kind"] in ("process.started", "case.started"))
    rows = [version(connection, digest) for digest in dict.fromkeys(begun)]
    same = [row for row in rows if row["process_id"] == target.process_id]
    found: Mapping[str, str] = (same or rows)[0]["sources"]
    return found


def _told(recorded: _Recorded) -> list[Input]:
    """The inputs of all the patient's cases in the order in which they came."""
    order = {case_id: place for place, case_id in enumerate(recorded.entries)}
    found = [each for entries in recorded.entries.values() for each in inputs(entries)]
    return sorted(found, key=lambda each: (each.at, not isinstance(each, Started), order[each.case_id], each.command))


def _last_compared(found: Sequence[Input], case_id: str) -> int | None:
    """The last command before a case was moved to another version: from then on the old one tells nothing of it."""
    moved = [each.command for each in found if each.case_id == case_id and isinstance(each, Moved)]
    return min(moved) - 1 if moved else None


def _unfit(found: Sequence[Unfit]) -> Iterator[Difference]:
    for each in found:
        sentence = each.sentence[:1].upper() + each.sentence[1:]
        yield Difference("stuck" if each.stops else "answer", sentence, each.element, each.at)


def _verdict(found: Sequence[Difference], reason: str | None) -> Verdict:
    if reason:
        return "unsure"
    if any(each.kind == "stuck" for each in found):
        return "stuck"
    return "differs" if found else "same"


def _user_tasks(sources: Mapping[str, str]) -> frozenset[str]:
    return frozenset(str(node.get("id")) for root in _roots(sources) for node in root.iter(BPMN + "userTask"))


def _names(sources: Mapping[str, str]) -> dict[str, str]:
    """What the elements of all diagrams are called."""
    nodes = (node for root in _roots(sources) for node in root.iter() if isinstance(node.tag, str))
    return {str(node.get("id")): str(node.get("name")) for node in nodes if node.get("id") and node.get("name")}


def _roots(sources: Mapping[str, str]) -> Iterator[Any]:
    return (parse_xml(text.encode(), path) for path, text in sources.items() if path.endswith(".bpmn"))
