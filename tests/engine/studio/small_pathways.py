"""Two tracks that share a process, in a folder of its own: small enough to publish and to play in a moment."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from engine.bundle import PathwayFiles
from engine.publish import publish
from engine.store.versions import newest_versions
from tests.engine.bpmn.diagrams import FORM, call, end, file, flow, process, start, user

NOW = datetime(2026, 1, 13, 14, 0, tzinfo=UTC)
RUTH, OMAR = "ruth@example.org", "omar@example.org"
CONVERSATION = "shared/talk.bpmn"
TRACKS = {"msk": "Muscles and joints", "ckm": "Heart and kidneys"}

SCENARIO = """title: The conversation is had
shows: It is the first thing that waits, and once it is had it does not wait any more.
track: {track}
meanwhile: nothing is done

steps:
  - at: day 1
    then:
      - task: first_talk
  - when:
      - answer: first_talk
  - at: day 2
    then:
      - no task: first_talk
"""


def small_folder(folder: Path) -> Path:
    """Writes it: `msk.bpmn` and `ckm.bpmn` call `shared/talk.bpmn`, which asks the form `answer`."""
    texts = {f"{track}.bpmn": track_diagram(track) for track in TRACKS}
    texts |= {f"scenarios/{track}-talk.yaml": SCENARIO.format(track=track) for track in TRACKS}
    texts |= {CONVERSATION: talk("first_talk"), "forms/answer.yaml": FORM}
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return folder


def track_diagram(track: str) -> str:
    settings = f'<tl:pathway track="{track}" title="{TRACKS[track]}"/>'
    return file(
        process(
            track,
            f"<bpmn:extensionElements>{settings}</bpmn:extensionElements>",
            start(),
            call("conversation", "talk"),
            end(),
            flow("start conversation end"),
        )
    )


def talk(*tasks: str) -> str:
    """The shared process: user tasks one after the other."""
    return file(process("talk", start(), *map(user, tasks), end(), flow(f"start {' '.join(tasks)} end")))


def published(connection: Connection, folder: Path, *mains: str, now: datetime = NOW) -> dict[str, str]:
    """Publishes diagrams of a folder; returns the hash of the newest version of each process."""
    for main in mains or ("msk.bpmn", "ckm.bpmn"):
        publish(connection, PathwayFiles(folder), main, note="the first", by="system:setup", now=now)
    return {row["process_id"]: row["hash"] for row in newest_versions(connection)}
