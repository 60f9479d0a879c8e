"""The driver: it moves the clock from stand to stand, and at each does what is to be done in every case over the API.

The clock moves only once everything has come to rest, and nothing is done in a patient's cases while something is still
under way in them: so an act happens at the same instant and in the same order, whoever was killed in between.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from random import Random
from typing import Any, Protocol

from cli.demo.answers import Moment, answers
from cli.demo.staff import CASE_MANAGER
from tests.soak.acts import Act, beginning, happening, lateness, work_on
from tests.soak.calls import Answer, Caller
from tests.soak.people import FIRST_DAY, MORNING, ZONE, Person, Size, people

_AT_ONE_STAND = 5  # acts of a patient: the others wait for the next one
_PAGE = 500


class World(Protocol):
    """Where the walk takes place: with its processes, or undisturbed."""

    @property
    def caller(self) -> Caller: ...

    def move_clock(self, instant: datetime) -> None: ...

    def rest(self, patient: str | None = None) -> None:
        """Returns once nothing is due and nothing waits to be delivered: for a patient, or for all."""

    def each(self, work: Callable[[Person], None], whom: Iterable[Person]) -> None:
        """Do the work of several people, side by side where the world allows that."""


@dataclass
class Walk:
    """The walk of everybody; ``told`` is what each act was and how it was answered, by its key."""

    size: Size
    world: World
    told: dict[str, str] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    _agenda: dict[str, list[tuple[datetime, int, Act]]] = field(default_factory=dict)
    _order: count[int] = field(default_factory=count)
    _seen: set[str] = field(default_factory=set)

    def run(self, progress: Callable[[Iterable[datetime]], Iterable[datetime]] = iter) -> None:
        """Walk everybody from the first stand to the last."""
        self.people = {person.id: person for person in people(self.size)}
        self.world.move_clock(datetime.combine(FIRST_DAY, MORNING, ZONE))
        for person in self.people.values():
            self._add(person)
        for stand in progress(list(self.size.stands())):
            self._at(stand)

    def _add(self, person: Person) -> None:
        """One after the other: a patient's number is their place in the order."""
        added = self.world.caller.ask("POST", "/patients", CASE_MANAGER, person.body, f"{person.id}:add")
        assert (added.status, added.data["id"]) == (201, person.id), added
        self._agenda[person.id] = []
        for act in (*beginning(person), *happening(person)):
            self._plan(person, act)

    def _at(self, stand: datetime) -> None:
        self.world.move_clock(stand)
        self.world.rest()
        for task in self._open_tasks():
            if task["id"] not in self._seen:
                self._seen.add(task["id"])
                person = self.people[task["patient_id"]]
                for act in work_on(task, person, stand.date(), self.size.seed):
                    self._plan(person, act)
        busy = [person for person in self.people.values() if self._is_due(person, stand)]
        self.world.each(lambda person: self._act(person, stand), busy)
        self.world.rest()

    def _open_tasks(self) -> list[dict[str, Any]]:
        """What is open, in the order of ids: every page of the worklist."""
        found: list[dict[str, Any]] = []
        following: str | None = f"/worklist?limit={_PAGE}"
        while following is not None:
            page = self.world.caller.ask("GET", following, CASE_MANAGER)
            assert page.status == 200, page
            found += page.data["items"]
            following = None if page.data["next"] is None else str(page.data["next"]).partition("/api/v1")[2]
        return sorted(found, key=lambda task: str(task["id"]))

    # -- one patient --------------------------------------------------------------------------------------------------
    def _plan(self, person: Person, act: Act) -> None:
        heapq.heappush(self._agenda[person.id], (act.at, next(self._order), act))

    def _is_due(self, person: Person, stand: datetime) -> bool:
        agenda = self._agenda[person.id]
        return bool(agenda) and agenda[0][0] <= stand

    def _act(self, person: Person, stand: datetime) -> None:
        for number in range(_AT_ONE_STAND):
            if not self._is_due(person, stand):
                return
            if number:
                self.world.rest(person.id)
            act = heapq.heappop(self._agenda[person.id])[-1]
            answer = self._do(act, person, stand.date())
            assert answer.status < 500, (act, answer)
            self.told[act.key] = f"{act.kind} {_in_short(answer)}"

    def _do(self, act: Act, person: Person, today: date) -> Answer:
        body = act.body
        if act.task is not None:
            found = self.world.caller.ask("GET", f"/tasks/{act.task['id']}", act.by)
            if found.data["status"] != "open":
                return Answer(200, {"code": f"was {found.data['status']}"})
            body = {"data": self._answers(found.data, person, today)} | lateness(found.data, today)
        return self.world.caller.ask("POST", act.path, act.by, body, act.key)

    def _answers(self, task: dict[str, Any], person: Person, today: date) -> dict[str, Any]:
        track = task["case_id"].split("-")[1]
        moment = Moment(person.course, track, person.region, (today - person.aligned_on).days, today)
        chance = Random(f"{self.size.seed} {task['id']} answers")
        return answers(task["schema"], task["form"], moment, chance)


def _in_short(answer: Answer) -> str:
    """What an act was answered, without what must differ: ids of the tasks that it led to stand in the database."""
    code = answer.data.get("code") if isinstance(answer.data, dict) else None
    return f"{answer.status} {code or ''}".strip()
