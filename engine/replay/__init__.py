"""Replay: recorded histories of real cases are played again on another version, and what would differ is told."""

from engine.replay.differences import KINDS, Difference
from engine.replay.replaying import VERDICTS, Replay, Target, cases_to_replay, replay_case, replayer, target_of_version
from engine.replay.telling import Told, told

__all__ = [
    "KINDS",
    "VERDICTS",
    "Difference",
    "Replay",
    "Target",
    "Told",
    "cases_to_replay",
    "replay_case",
    "replayer",
    "target_of_version",
    "told",
]
