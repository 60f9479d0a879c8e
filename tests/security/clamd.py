"""A ClamAV daemon of our own, which knows one virus: for tests of who asks it."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.errors import ScannerAway
from engine.virus_scanner import VirusScanner

CLAMD = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
MARK = b"throughline: this text is the virus of our tests"  # what the one signature looks for
LARGEST = 4_000_000  # bytes that it takes


@contextmanager
def a_clamd(folder: Path, port: int | None = None) -> Iterator[VirusScanner]:
    """At a socket in the folder, or at a port of this machine; ready when it is given."""
    (folder / "signatures").mkdir()
    (folder / "signatures" / "ours.ndb").write_text(f"Ours.Test:0:*:{MARK.hex()}\n")
    address = str(folder / "clamd.ctl") if port is None else f"127.0.0.1:{port}"
    listens = f"LocalSocket {address}" if port is None else f"TCPSocket {port}\nTCPAddr 127.0.0.1"
    (folder / "clamd.conf").write_text(
        f"Foreground yes\nDatabaseDirectory {folder / 'signatures'}\nTemporaryDirectory {folder}\n{listens}\n"
        f"StreamMaxLength {LARGEST}\nMaxThreads 2\n"
    )
    with (folder / "clamd.log").open("wb") as log:
        command = [str(CLAMD), "--config-file", str(folder / "clamd.conf")]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _until_it_answers(VirusScanner(address), process, folder / "clamd.log")
        yield VirusScanner(address)
    finally:
        process.terminate()
        process.wait(timeout=20)


def _until_it_answers(scanner: VirusScanner, process: subprocess.Popen[bytes], log: Path) -> None:
    pause = threading.Event()
    for _ in range(600):
        try:
            scanner.version()
        except ScannerAway:
            assert process.poll() is None, log.read_text()
            pause.wait(0.05)
        else:
            return
    raise AssertionError(f"clamd does not answer: {log.read_text()}")
