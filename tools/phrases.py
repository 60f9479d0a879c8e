"""Writes a list of phrases for packing the record's details: `python tools/phrases.py NUMBER`.

Walks the demo's patients of every track through a year and keeps what their records say most, without their names.
A list that a release has used is never written again: records are packed with it (engine/store/packing.py).
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file, from anywhere

from sqlalchemy import select

from bench import ground
from bench.disk import walk
from engine.store.entry_form import opened, reading
from engine.store.tables import patients

PATIENTS = 12  # of each track
MOST_BYTES = 32_000  # zlib looks back 32 KiB
FOLDER = Path(__file__).parents[1] / "engine" / "store"


def main() -> int:
    (number,) = map(int, sys.argv[1:])
    file = FOLDER / f"phrases_{number}.json"
    if file.exists():
        print(f"{file.name} is there: a list that was used is never changed", file=sys.stderr)
        return 1
    with ground.an_engine("sqlite") as engine:
        walk(engine, PATIENTS)
        with engine.db.reading() as connection:
            names = {word for (name,) in connection.execute(select(patients.c.name)) for word in name.split()}
            entries = [opened(row) for row in connection.execute(reading()).mappings()]
    named = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in sorted(names)))
    said: dict[tuple[str, str | None], list[str]] = defaultdict(list)
    for entry in entries:
        said[entry["kind"], entry["element_id"]].append(named.sub("Ann", entry["detail"]))
    phrases = _chosen(said)
    file.write_text(json.dumps(phrases, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{file.name}: {len(phrases)} phrases, SHA-256 {sha256(''.join(phrases).encode()).hexdigest()}")
    return 0


def _chosen(said: dict[tuple[str, str | None], list[str]]) -> list[str]:
    """Of each kind of entry at each element one to three examples, those of what is said most at the end."""
    weighed: list[tuple[float, str]] = []
    for texts in said.values():
        texts.sort(key=lambda text: (len(text), text))
        middle = texts[len(texts) // 2]
        weight = len(texts) * len(middle)
        weighed.append((weight, middle))
        weighed += [(weight * 0.9, texts[len(texts) * 3 // 4])] if len(texts) > 60 else []
        weighed += [(weight * 0.8, texts[len(texts) // 4])] if len(texts) > 200 else []
    chosen: dict[str, None] = {}
    left = MOST_BYTES
    for _, text in sorted(weighed, reverse=True):
        if text not in chosen and len(text.encode()) <= left:
            chosen[text] = None
            left -= len(text.encode())
    return list(reversed(chosen))


if __name__ == "__main__":
    sys.exit(main())
