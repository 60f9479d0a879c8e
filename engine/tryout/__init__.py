"""Trying a draft: an imaginary patient is walked through it step by step, and the walk becomes a scenario."""

from engine.tryout.model import MOST_STEPS, Happens, Passes, Start, Step, Tryout, tryout_of
from engine.tryout.playing import CannotBegin, Fault, OpenTask, Played, PlayedStep, play
from engine.tryout.saving import Saved, scenario_text
from engine.tryout.theatre import Theatre
from engine.tryout.usual import usual_start

__all__ = [
    "MOST_STEPS",
    "CannotBegin",
    "Fault",
    "Happens",
    "OpenTask",
    "Passes",
    "Played",
    "PlayedStep",
    "Saved",
    "Start",
    "Step",
    "Theatre",
    "Tryout",
    "play",
    "scenario_text",
    "tryout_of",
    "usual_start",
]
