"""A process that starts the processes of an installation and kills them: `python -m tests.soak.launcher`.

It has imported the program and compiled the pathways, and forks a child for each start: a life costs milliseconds and
runs `throughline serve` or `throughline worker` as any other would. A cold start executes the command from nothing. One
order a line comes in as JSON, one answer goes out; when its input ends it kills what still runs.
"""

from __future__ import annotations

import gc
import json
import os
import random
import signal
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

COMMAND = "from cli.main import main; main()"


def main() -> None:
    """Warm up, then do as told."""
    _warm_up()
    running: set[int] = set()
    print(json.dumps({"ready": os.getpid()}), flush=True)
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        if "start" in order:
            pid = _start(order["start"], Path(order["log"]), cold=order["cold"])
            running.add(pid)
            print(json.dumps({"pid": pid}), flush=True)
        else:
            running.remove(order["end"])
            print(json.dumps({"died_of": _end(order["end"], order["signal"])}), flush=True)
    for pid in running:
        _end(pid, signal.SIGKILL)


def _warm_up() -> None:
    """What a start does before it looks at anything that may change; no connection is carried over a fork."""
    import reportlab.platypus  # noqa: F401  the first update to be drawn would import it
    import waitress  # noqa: F401

    import cli.serve
    import cli.worker  # noqa: F401
    import webui.app  # noqa: F401
    from cli.installation import current_database
    from engine.outgoing import queue_carrier  # noqa: F401

    with current_database() as installation, installation.db.reading() as connection:
        engine = installation.engine()
        installation.channels()
        engine.library.warm(connection, engine.clock.now())
    gc.collect()
    gc.freeze()


def _start(arguments: Sequence[str], log: Path, *, cold: bool) -> int:
    pid = os.fork()
    if pid:
        return pid
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for number, target in ((nothing, 0), (output, 1), (output, 2)):
        os.dup2(number, target)
    if cold:
        os.execv(sys.executable, [sys.executable, "-c", COMMAND, *arguments])
    _run(arguments)


def _run(arguments: Sequence[str]) -> NoReturn:
    """The command, to its end or to its death."""
    from cli.main import main as throughline

    random.seed()  # else all children would draw the same pauses
    code = 70
    try:
        throughline(list(arguments), prog_name="throughline")
    except SystemExit as done:
        code = int(done.code or 0)
    except BaseException:
        traceback.print_exc()
        raise
    finally:  # the child must not go on as the launcher
        sys.stdout.flush()
        os._exit(code)


def _end(pid: int, number: int) -> int:
    """Send a signal and wait until the process is gone; returns the signal that it died of, 0 if of none."""
    os.kill(pid, number)
    _, status = os.waitpid(pid, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


if __name__ == "__main__":
    main()
