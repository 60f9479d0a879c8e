"""The processes of an installation, as an operator would run them: one web process and its workers."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
READY = {"web": "serving on", "worker": "worker started"}


@dataclass(slots=True)
class Life:
    """A running process: how often its place was filled before, and where its output goes."""

    name: str
    number: int
    pid: int
    log: Path

    @property
    def is_up(self) -> bool:
        """Whether it has come so far that it works."""
        return READY[self.name.split("-")[0]] in self.log.read_text(encoding="utf-8", errors="replace")


@dataclass
class Processes:
    """One web process on ``port`` and ``workers`` workers; one start in ``cold_every`` is from nothing."""

    env: Mapping[str, str]
    logs: Path
    workers: int
    cold_every: int = 20
    port: int = field(default_factory=lambda: _free_port())
    lives: dict[str, Life] = field(default_factory=dict)
    started: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Processes:
        self.logs.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "tests.soak.launcher"]
        pipe = subprocess.PIPE
        self._launcher = subprocess.Popen(command, cwd=ROOT, env=dict(self.env), stdin=pipe, stdout=pipe, text=True)
        assert "ready" in self._answer()
        for name in self.names:
            self.start(name)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._launcher.stdin is not None
        self._launcher.stdin.close()  # it kills what is left
        self._launcher.wait(timeout=30)

    @property
    def names(self) -> list[str]:
        return ["web", *(f"worker-{number}" for number in range(1, self.workers + 1))]

    def start(self, name: str) -> Life:
        """Fill a place: the first time, or after a death."""
        self.started += 1
        number = self.lives[name].number + 1 if name in self.lives else 1
        log = self.logs / f"{name}-{number}.log"
        log.touch()
        what = ["serve", "--port", str(self.port)] if name == "web" else ["worker"]
        cold = self.started % self.cold_every == 0
        pid = self._ordered({"start": what, "log": str(log), "cold": cold})["pid"]
        self.lives[name] = Life(name, number, pid, log)
        return self.lives[name]

    def kill(self, name: str) -> None:
        """SIGKILL: nothing of it runs any more when this returns."""
        died_of = self._ordered({"end": self.lives[name].pid, "signal": int(signal.SIGKILL)})["died_of"]
        assert died_of == signal.SIGKILL, f"{name} had ended by itself: {self.lives[name].log.read_text('utf-8')}"

    def stop(self) -> None:
        """SIGTERM, as an operator does in the end."""
        for life in self.lives.values():
            self._ordered({"end": life.pid, "signal": int(signal.SIGTERM)})

    def _ordered(self, order: dict[str, Any]) -> dict[str, Any]:
        with self._lock:
            assert self._launcher.stdin is not None
            self._launcher.stdin.write(json.dumps(order) + "\n")
            self._launcher.stdin.flush()
            return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._launcher.stdout is not None
        answer: dict[str, Any] = json.loads(self._launcher.stdout.readline())
        return answer


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
