"""Where the walks through drafts are played: a stage for each state of a draft, made once and kept a while."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from care.errors import CareError
from engine.errors import ThroughlineError
from engine.scenarios.stage import Stage, stage
from engine.studio.workspace import folder_of
from engine.tryout.model import Tryout
from engine.tryout.playing import CannotBegin, Played, fault_of, play

MOST_STAGES = 4  # each is some megabytes of compiled pathways, and a folder with their template databases
MOST_PLAYED = 64  # a page is loaded again after each form: then its walk has just been played
_SCENARIOS = "scenarios/"  # have no part in how a patient walks


@dataclass(slots=True)
class _Kept:
    """A stage with what cleans up after it; one walk at a time is played on it."""

    stage: Stage
    closing: ExitStack
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_closed: bool = False


@dataclass(slots=True)
class Theatre:
    """The stages of one web process by the content of their pathways, the least used of which are given up."""

    _stages: OrderedDict[str, _Kept] = field(default_factory=OrderedDict)
    _played: OrderedDict[tuple[str, str, str], Played] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def play(self, sources: Mapping[str, str], tryout: Tryout, focus: str = "") -> Played:
        """Play a walk on these pathways, or recall how it went; raises CannotBegin."""
        key = (content_key(sources), _key(tryout.kept_start(), tryout.kept_steps()), focus)
        with self._lock:
            if key in self._played:
                self._played.move_to_end(key)
                return self._played[key]
        with self.stage(sources) as place:
            found = play(place, tryout, focus)
        with self._lock:
            self._played[key] = found
            while len(self._played) > MOST_PLAYED:
                self._played.popitem(last=False)
        return found

    @contextmanager
    def stage(self, sources: Mapping[str, str]) -> Iterator[Stage]:
        """The stage of these pathways, for one walk at a time; raises CannotBegin when they cannot be read."""
        kept = self._kept(sources)
        with kept.lock:
            if kept.is_closed:  # given up while this one waited
                with self.stage(sources) as again:
                    yield again
                return
            yield kept.stage

    def close(self) -> None:
        """Give up all stages."""
        with self._lock:
            kept = list(self._stages.values())
            self._stages.clear()
            self._played.clear()
        for each in kept:
            _close(each)

    def _kept(self, sources: Mapping[str, str]) -> _Kept:
        key = content_key(sources)
        with self._lock:
            found = self._stages.get(key)
            if found is None:
                found = self._stages[key] = _made(sources)
            self._stages.move_to_end(key)
            given_up = [self._stages.popitem(last=False)[1] for _ in range(len(self._stages) - MOST_STAGES)]
        for each in given_up:
            _close(each)
        return found


def content_key(sources: Mapping[str, str]) -> str:
    """What tells two states of a draft apart as far as a walk goes."""
    digest = hashlib.sha256()
    for path in sorted(sources):
        if not path.startswith(_SCENARIOS):
            text = sources[path].encode()
            digest.update(f"{path}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()


def _made(sources: Mapping[str, str]) -> _Kept:
    try:
        return _opened(sources)
    except (CareError, ThroughlineError) as error:
        raise CannotBegin(fault_of(error)) from error


def _opened(sources: Mapping[str, str]) -> _Kept:
    with ExitStack() as opened:
        texts = {path: text for path, text in sources.items() if not path.startswith(_SCENARIOS)}
        made = opened.enter_context(stage(opened.enter_context(folder_of(texts))))
        return _Kept(made, opened.pop_all())


def _close(kept: _Kept) -> None:
    with kept.lock:
        kept.is_closed = True
        kept.closing.close()


def _key(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
