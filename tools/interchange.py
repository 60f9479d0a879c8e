"""Which BPMN files of a folder can be brought to the studio, and which run: a table, and exit 1 when one crashes it.

python tools/interchange.py FOLDER, for instance with a checkout of an interchange test suite. Each file goes through
the doors of the studio: it is brought along, linted among the shipped pathways, and compiled where nothing is found.
"""

from __future__ import annotations

import argparse
import re
import sys
import traceback
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from cli.answers import table
from engine.bundle import PathwayTexts
from engine.definitions import compile_definition
from engine.errors import DefinitionError, InvalidInput
from engine.lint import Finding
from engine.lint.diagram import Diagram, local
from engine.settings import SHIPPED_PATHWAYS
from engine.studio.brought import Brought, brought
from engine.studio.findings import findings_between
from engine.studio.workspace import shipped_texts

_REFUSED = re.compile(r"bpmn:(\w+)")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file. ``kinds`` counts the errors by the type of the element that is named; none: "file"."""

    file: str
    imports: bool
    ending: str  # runs, refused, crashed
    findings: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    said: str = ""


def outcomes(folder: Path) -> list[Outcome]:
    """What becomes of each BPMN file in a folder and those below it."""
    shipped = shipped_texts(SHIPPED_PATHWAYS)
    files = sorted(each for each in folder.rglob("*") if each.suffix.lower() == ".bpmn" and each.is_file())
    return [outcome(each.read_bytes(), each.relative_to(folder).as_posix(), shipped) for each in files]


def outcome(data: bytes, name: str, shipped: Mapping[str, str]) -> Outcome:
    """What becomes of a file that is brought to the shipped pathways; a crash is what this looks for, and is kept."""
    with ThreadPoolExecutor(max_workers=1) as apart:
        tried = apart.submit(_through_the_doors, data, name, shipped)
    error = tried.exception()
    if error is None:
        return tried.result()
    if isinstance(error, InvalidInput):
        return Outcome(name, imports=False, ending="refused", said="; ".join(error.errors.values()))
    return Outcome(name, imports=False, ending="crashed", said="".join(traceback.format_exception(error)))


def _through_the_doors(data: bytes, name: str, shipped: Mapping[str, str]) -> Outcome:
    found = brought(data, name, shipped)
    texts = {**shipped, found.path: found.text}
    findings = findings_between(shipped, texts, {found.path}).found
    errors = [each for each in findings if each.severity == "error"]
    if not errors:
        try:
            compile_definition(PathwayTexts(texts, "this file").bundle(found.path), found.path)
        except DefinitionError as error:
            return Outcome(name, imports=True, ending="refused", findings=1, kinds={error.rule: 1}, said=str(error))
    kinds = kinds_of(found, errors)
    return Outcome(name, imports=True, ending="refused" if errors else "runs", findings=len(findings), kinds=kinds)


def kinds_of(found: Brought, errors: Iterable[Finding]) -> Counter[str]:
    """The errors by the type of their element: the one that the finding says is not run, else the one it is about."""
    root = Diagram.read(found.path, found.text).root
    types = {each.get("id"): local(each) for each in root.iter() if each.get("id")}
    named = ((_REFUSED.match(each.message), each.element) for each in errors)
    return Counter(said[1] if said else types.get(element, "file") for said, element in named)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    found = outcomes(parser.parse_args(arguments).folder)
    rows = [(each.file, "yes" if each.imports else "no", each.ending, each.findings, _words(each)) for each in found]
    print(table(("file", "imports", "ending", "findings", "errors by element type"), rows))
    for each in found:
        if each.said:
            print(f"\n{each.file}: {each.said}")
    return 1 if any(each.ending == "crashed" for each in found) else 0


def _words(found: Outcome) -> str:
    return ", ".join(f"{kind} {number}" for kind, number in sorted(found.kinds.items())) or "-"


if __name__ == "__main__":
    sys.exit(main())
