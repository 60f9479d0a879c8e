"""A worker that is killed between handing an update over and noting it: one update, one note."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from engine.application import Engine
from engine.outgoing.delivery import deliver_outgoing
from engine.outgoing.outgoing import Evidence, Letter
from engine.store.database import Database
from interop.care_update_folder import FolderChannel
from tests.engine.builders import Case
from tests.engine.updates import a_case_with_an_update, later, rows


class KilledAfterwards:
    """A channel whose process is gone once the update is there, before anybody is told."""

    name = "folder"

    def __init__(self, root: Path) -> None:
        self.channel = FolderChannel(root)

    def send(self, letter: Letter) -> Evidence:
        self.channel.send(letter)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("nobody gets here")


def test_a_kill_between_the_effect_and_its_note_doubles_nothing(engine: Engine, tmp_path: Path) -> None:
    """The next attempt finds the folder by the key of the row and notes what stands there."""
    case, root = a_case_with_an_update(engine), tmp_path / "outgoing"
    assert in_another_process(case, KilledAfterwards(root)) == -signal.SIGKILL
    assert [path.name for path in root.iterdir()] == [str(rows(case)[0]["id"])]
    receipt = next(root.iterdir()) / "receipt.json"
    first = receipt.read_bytes()
    assert rows(case)[0]["status"] == "waiting"
    later(case, minutes=1)
    sent = deliver_outgoing(engine, {"care_update.send": FolderChannel(root)}, case.clock())
    assert len(sent.delivered) == 1
    assert (len(list(root.iterdir())), receipt.read_bytes()) == (1, first)
    assert len(case.history("care_update.delivered")) == 1
    assert case.faults() == []


def in_another_process(case: Case, channel: Any) -> int:
    """Deliver in a child; how it ended, a signal as its negative number."""
    case.engine.db.dispose()  # a connection must not be shared with the child
    child = os.fork()
    if child == 0:
        engine = case.engine
        own = Engine(Database(engine.db.url), engine.clock, engine.settings, engine.library)
        deliver_outgoing(own, {"care_update.send": channel}, engine.clock.now())
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
