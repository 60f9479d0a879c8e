"""How the demo's patients fare: who gets better, who does not, and what happens to whom on the way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import exp
from random import Random


class Trajectory(Enum):
    """Where the pain goes. The shares follow what digital programmes report: most patients get better."""

    IMPROVING = "improving"
    FLAT = "flat"
    WORSE = "worse"


class Story(Enum):
    """What else happens to a patient."""

    NOTHING = "nothing"
    DECLINES = "declines to take part"
    SLOW_BASELINE = "has no baseline after a month"
    NO_BASELINE = "never gives a baseline"
    RED_FLAG = "has just named a red flag"
    DISCHARGED = "was in hospital"
    DISCHARGED_TWICE = "was in hospital twice in a week"
    JUST_DISCHARGED = "has just come home from hospital"
    ED_VISIT = "was in the emergency department"
    JUST_ADMITTED = "has just been admitted"
    SURGERY = "had surgery and came back"
    AWAITS_SURGERY = "is paused until surgery"
    WITHDREW = "left the programme"
    DIED = "died"
    LOST = "cannot be reached any more"
    CRISIS = "had a day on which safety came first"
    DRIFT = "drifted day by day before anybody asked"
    SWITCHED = "went to another participant"
    UNALIGNED = "was unaligned by CMS"


# How many of sixty.
_STORIES = {
    Story.DECLINES: 1,
    Story.SLOW_BASELINE: 2,
    Story.NO_BASELINE: 1,
    Story.RED_FLAG: 1,
    Story.DISCHARGED: 4,
    Story.DISCHARGED_TWICE: 1,
    Story.JUST_DISCHARGED: 2,
    Story.ED_VISIT: 3,
    Story.JUST_ADMITTED: 1,
    Story.SURGERY: 2,
    Story.AWAITS_SURGERY: 1,
    Story.WITHDREW: 2,
    Story.DIED: 1,
    Story.LOST: 2,
    Story.CRISIS: 3,
    Story.DRIFT: 2,
    Story.SWITCHED: 1,
    Story.UNALIGNED: 1,
}
# Of whom a track's demo is made; a story of the joints is MSK's.
_TRACKS = {"msk": 0.4, "eckm": 0.2, "ckm": 0.2, "bh": 0.2}
_MSK_ONLY = (Story.RED_FLAG, Story.SURGERY, Story.AWAITS_SURGERY)
_TWO_TRACKS = 0.06  # of the MSK patients in care: depression or anxiety is treated beside the pain
_TRAJECTORIES = {Trajectory.IMPROVING: 0.7, Trajectory.FLAT: 0.2, Trajectory.WORSE: 0.1}
# Days between alignment and the end of the walk that a story needs, where it needs any.
_ENROLLED = {
    Story.SLOW_BASELINE: (33, 52),
    Story.RED_FLAG: (6, 6),
    Story.NO_BASELINE: (70, 150),
    Story.DIED: (60, 150),
    Story.WITHDREW: (50, 150),
    Story.LOST: (92, 125),
    Story.SURGERY: (120, 180),
    Story.DISCHARGED: (60, 180),
    Story.DISCHARGED_TWICE: (80, 180),
    Story.CRISIS: (60, 180),
    Story.DRIFT: (90, 180),
    Story.SWITCHED: (110, 180),
    Story.UNALIGNED: (40, 150),
}


@dataclass(frozen=True, slots=True)
class Course:
    """One patient's way: ``severity`` is 0 without trouble and 1 at its worst; ``adherence`` answers kept of asked.

    ``tracks`` are the tracks of the patient's cases, ``weight`` in kg and ``height`` in cm at alignment.
    """

    trajectory: Trajectory
    story: Story
    enrolled_days: int
    severity: float
    change: float
    adherence: float
    has_needs: bool
    tracks: tuple[str, ...] = ("msk",)
    weight: float = 88.0
    height: int = 170

    @property
    def third(self) -> int:
        """The day after alignment on which a story of the middle of the year begins."""
        return max(self.enrolled_days // 3, 1)

    def severity_on(self, day: int) -> float:
        """How bad it is on a day after alignment, between 0 and 1."""
        reached = self.severity + self.change * (1 - exp(-day / 45))
        return min(max(reached, 0.04), 0.98)


def courses(count: int, days: int, chance: Random) -> list[Course]:
    """The ways of ``count`` patients who were aligned one after the other over the last ``days`` days."""
    stories = [story for story, of_sixty in _STORIES.items() for _ in range(round(of_sixty * count / 60))]
    stories = (stories + [Story.NOTHING] * count)[:count]
    chance.shuffle(stories)
    trajectories = [kind for kind, share in _TRAJECTORIES.items() for _ in range(round(share * count))]
    trajectories = (trajectories + [Trajectory.IMPROVING] * count)[:count]
    chance.shuffle(trajectories)
    tracks = [track for track, share in _TRACKS.items() for _ in range(round(share * count))]
    tracks = (tracks + ["msk"] * count)[:count]
    chance.shuffle(tracks)
    enrolled = [_days_of_story(story, days, chance) for story in stories]
    free = [place for place, fixed in enumerate(enrolled) if fixed is None]
    for rank, place in enumerate(free):  # spread evenly, so that every stage of the year is on the list
        enrolled[place] = max(round(days * (1 - rank / len(free))), 1)
    return [
        _course(story, trajectory, _tracks(story, track, chance), since or 1, chance)
        for story, trajectory, track, since in zip(stories, trajectories, tracks, enrolled, strict=True)
    ]


def _course(
    story: Story, trajectory: Trajectory, tracks: tuple[str, ...], enrolled_days: int, chance: Random
) -> Course:
    change = {
        Trajectory.IMPROVING: chance.uniform(-0.45, -0.22),
        Trajectory.FLAT: chance.uniform(-0.03, 0.02),
        Trajectory.WORSE: chance.uniform(0.12, 0.25),
    }
    height = round(chance.gauss(169, 9))
    return Course(
        tracks=tracks,
        weight=round(chance.uniform(25.5, 38) * (height / 100) ** 2, 1),
        height=height,
        trajectory=trajectory,
        story=story,
        enrolled_days=enrolled_days,
        severity=chance.uniform(0.45, 0.75),
        change=change[trajectory],
        adherence=chance.choice((0.98, 0.97, 0.93, 0.8)),
        has_needs=chance.random() < 0.25,
    )


def _days_of_story(story: Story, days: int, chance: Random) -> int | None:
    """Days since alignment that a story needs, where it needs any."""
    if story not in _ENROLLED:
        return None
    least, most = _ENROLLED[story]
    return min(chance.randint(least, most), days)


def _tracks(story: Story, track: str, chance: Random) -> tuple[str, ...]:
    if story in _MSK_ONLY:
        return ("msk",)
    beside = track == "msk" and story is Story.NOTHING and chance.random() < _TWO_TRACKS
    return (track, "bh") if beside else (track,)
