"""Writes a list of phrases for packing the record's words: `python tools/phrases.py NUMBER`.

Walks the demo's patients of every track through a year and keeps what their records say most, without their names.
A list that a release has used is never written again: records are packed with it (engine/store/packing.py).
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from hashlib import sha256
from operator import itemgetter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file, from anywhere

from sqlalchemy import select

from bench import ground
from bench.disk import walk
from engine.store.entry_form import opened, packed_words, reading
from engine.store.tables import patients

PATIENTS = 12  # of each track
MOST_BYTES = 32_000  # zlib looks back 32 KiB
PIECE, WORD = 400, 8  # bytes
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
    phrases = _chosen([named.sub("Ann", packed_words(entry)).encode() for entry in entries])
    file.write_text(json.dumps(phrases, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    print(f"{file.name}: {len(phrases)} phrases, SHA-256 {sha256(''.join(phrases).encode()).hexdigest()}")
    return 0


def _chosen(texts: list[bytes]) -> list[str]:
    """Of each stretch of the records the piece whose words most entries have, those of most entries at the end.

    Words that a piece has covered count no more (the COVER algorithm of Liao, Petri, Moffat and Wirth, 2016).
    """
    counts = Counter(word for text in texts for word in set(_words(text)))
    whole = b"\n".join(texts)
    number = MOST_BYTES // PIECE
    span = len(whole) // number
    found = []
    for place in range(number):
        weight, piece = _best(whole[place * span : (place + 1) * span], counts)
        found.append((weight, piece))
        for word in _words(piece):
            counts[word] = 0
    return [piece.decode(errors="ignore") for weight, piece in sorted(found) if weight]


def _best(stretch: bytes, counts: Mapping[bytes, int]) -> tuple[int, bytes]:
    """The piece that weighs most; a word counts once in it."""
    words = list(_words(stretch))
    width = PIECE - WORD + 1
    held: Counter[bytes] = Counter()
    weight, best = 0, (0, 0)
    for place, word in enumerate(words):
        weight += 0 if held[word] else counts[word]
        held[word] += 1
        if place >= width:
            gone = words[place - width]
            held[gone] -= 1
            weight -= 0 if held[gone] else counts[gone]
        best = max(best, (weight, place), key=itemgetter(0))
    end = best[1] + WORD
    return best[0], stretch[max(0, end - PIECE) : end]


def _words(text: bytes) -> Iterator[bytes]:
    return (text[place : place + WORD] for place in range(len(text) - WORD + 1))


if __name__ == "__main__":
    sys.exit(main())
