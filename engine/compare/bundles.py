"""What is different between two bundles, file by file: a file came, went, or says something else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import yaml

from engine.compare.change import Change
from engine.compare.decisions import compare_decisions
from engine.compare.diagrams import compare_diagrams
from engine.compare.documents import compare_documents
from engine.safe_xml import UnsafeXml

_SORTS: dict[str, Callable[[str, str, str], list[Change]]] = {
    ".bpmn": compare_diagrams,
    ".dmn": compare_decisions,
    ".yaml": compare_documents,
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """``changes`` in the order of the files; ``rewritten`` are files whose text differs and that say the same."""

    changes: tuple[Change, ...]
    rewritten: tuple[str, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether nothing that a person or the engine would notice is different."""
        return not self.changes

    def by_file(self) -> dict[str, tuple[Change, ...]]:
        """The changes of each file that has any."""
        files = dict.fromkeys(change.file for change in self.changes)
        return {file: tuple(each for each in self.changes if each.file == file) for file in files}


def compare(before: Mapping[str, str], after: Mapping[str, str]) -> Comparison:
    """The differences between two bundles (path to text). Spacing and the order of attributes are none."""
    changes: list[Change] = []
    rewritten: list[str] = []
    for file in sorted({*before, *after}, key=_place):
        if file not in before:
            changes.append(Change(file, None, file, "added", f"The file {file} was added."))
        elif file not in after:
            changes.append(Change(file, None, file, "removed", f"The file {file} was taken out."))
        elif before[file] != after[file]:
            found = _in_file(file, before[file], after[file])
            changes += found
            rewritten += [] if found else [file]
    return Comparison(tuple(changes), tuple(rewritten))


def _place(file: str) -> tuple[int, str]:
    """Diagrams first, those of the tracks before the shared ones, then tables, then forms and the rest."""
    order = (file.endswith(".bpmn") and "/" not in file, file.endswith(".bpmn"), file.endswith(".dmn"), True)
    return order.index(True), file


def _in_file(file: str, before: str, after: str) -> list[Change]:
    sort = next((each for ending, each in _SORTS.items() if file.endswith(ending)), None)
    if sort is None:
        return [Change(file, None, file, "changed", f"The text of {file} is another one.")]
    try:
        return sort(file, before, after)
    except UnsafeXml as error:
        reason = f"line {error.line}: {error.message}" if error.line else error.message
    except yaml.YAMLError as error:
        mark, problem = (getattr(error, name, None) for name in ("problem_mark", "problem"))
        reason = f"line {mark.line + 1}: {problem}" if mark else problem or "it is no YAML"
    return [Change(file, None, file, "changed", f"{file} cannot be compared, for one text cannot be read ({reason}).")]
