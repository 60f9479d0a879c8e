"""Users with known passwords, patients with tasks, and a browser that follows links and sends forms as people do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from lxml import html
from lxml.html import FormElement, HtmlElement
from sqlalchemy import insert
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from engine.application import Engine
from engine.clock import SetClock
from engine.commands import Actor, CompleteTask, StartCase
from engine.store.patients import add_patient
from engine.store.people import add_user
from engine.store.tables import sandbox_clock
from engine.store.tasks import open_tasks_of_case
from tests.engine.builders import answers_for
from tests.webui.selectors import xpath

PASSWORD = "correct horse battery"
PEOPLE = {
    "dana": ("Dana Reed", "case_manager"),
    "lee": ("Lee Chen", "case_manager"),
    "omar": ("Omar Reyes", "clinical_director"),
    "iris": ("Iris Lang", "auditor"),
}
SCORES = {"pf6b": 3, "pi6a": 3, "nrs": 6}
# As strong as the tests need: the real parameters cost a tenth of a second each time.
_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


def as_sandbox(engine: Engine) -> None:
    """Give the database a clock of its own, though it holds users already: the demo has both."""
    with engine.db.writing() as connection:
        connection.execute(insert(sandbox_clock).values(id=1, now=engine.clock.now()))


def email(name: str) -> str:
    return f"{name}@example.org"


def actor(name: str) -> Actor:
    return Actor(email(name), PEOPLE[name][0])


def with_people(engine: Engine) -> None:
    """One user of each role that pages tell apart, and a second case manager."""
    with engine.db.writing() as connection:
        for name, (full_name, role) in PEOPLE.items():
            add_user(
                connection,
                email=email(name),
                name=full_name,
                role=role,
                password_hash=_QUICK,
                one_time=False,
                now=engine.clock.now(),
            )


@dataclass
class Patient:
    """A patient enrolled today in MSK, with a case manager: `a_patient(engine).at("Task_baseline")`."""

    engine: Engine
    id: str
    case_id: str
    name: str

    def tasks(self) -> list[dict[str, Any]]:
        with self.engine.db.reading() as connection:
            return [dict(row) for row in open_tasks_of_case(connection, self.case_id)]

    def task(self, form: str) -> dict[str, Any]:
        """The open task with a form; there must be one."""
        (found,) = [task for task in self.tasks() if task["form"] == form]
        return found

    def answers(self, task: Mapping[str, Any], **given: Any) -> dict[str, Any]:
        with self.engine.db.reading() as connection:
            schema = self.engine.task_schema(connection, task)
        return answers_for(schema, today=self.engine.today(), given=given, scores=SCORES)

    def answer(self, form: str, by: str = "dana", **given: Any) -> None:
        task = self.task(form)
        self.engine.execute(CompleteTask(task["id"], self.answers(task, **given)), actor=actor(by))

    def enrolled(self) -> Patient:
        """Past intake and baseline: the first update, the social needs screen and check-ins wait."""
        self.answer("intake", region="knee")
        self.answer("baseline")
        return self


def a_patient(engine: Engine, name: str = "Ada Long", assignee: str | None = "dana", **about: Any) -> Patient:
    values: dict[str, Any] = {"birth_date": date(1950, 3, 1), "pcp": "Dr. Bell", "phone": "(555) 0142"} | about
    with engine.db.writing() as connection:
        patient_id = add_patient(connection, name=name, now=engine.clock.now(), **values)
    command = StartCase(patient_id, "msk", assignee=email(assignee) if assignee else None)
    case_id = engine.execute(command, actor=actor("dana")).case_id
    return Patient(engine, patient_id, case_id, name)


def days_pass(engine: Engine, days: int) -> None:
    """Time goes on, and what is due happens."""
    assert isinstance(engine.clock, SetClock)
    engine.clock.instant += timedelta(days=days)
    engine.tick()


@dataclass
class Answer:
    """What came back: its status, and its content to look into."""

    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def headers(self) -> Headers:
        return self.response.headers

    @property
    def path(self) -> str:
        """The address that answered in the end."""
        request = self.response.request
        return request.full_path.rstrip("?")

    @property
    def tree(self) -> HtmlElement:
        return html.document_fromstring(self.response.text)

    def all(self, selector: str) -> list[HtmlElement]:
        return chosen(self.tree, selector)

    def texts(self, selector: str) -> list[str]:
        return [" ".join(each.text_content().split()) for each in self.all(selector)]

    def text(self, selector: str = "body") -> str:
        """The text of the only element that fits."""
        (found,) = self.texts(selector)
        return found

    def form(self, action: str) -> FormElement:
        """The only form whose address holds ``action``."""
        (found,) = [form for form in self.tree.forms if action in (form.action or "")]
        return found


@dataclass
class Visit:
    """A browser without JavaScript; ``htmx`` sends as the script would."""

    client: FlaskClient
    last: Answer | None = field(default=None)

    def signed_in(self, name: str) -> Visit:
        door = self.get("/sign-in")
        answer = self.send(door, "/sign-in", email=email(name), password=PASSWORD)
        assert answer.status == 200, answer.text()
        return self

    def get(self, path: str, *, htmx: bool = False) -> Answer:
        headers = {"HX-Request": "true"} if htmx else {}
        return Answer(self.client.get(path, headers=headers, follow_redirects=True))

    def send(self, page: Answer, action: str, *, htmx: bool = False, **given: Any) -> Answer:
        """Sends a form of a page, filled as it stands there but for what is given (None leaves a field out)."""
        form = page.form(action)
        data: dict[str, list[str]] = {}
        for name, value in form.form_values():
            data.setdefault(name, []).append(value)
        for name, value in given.items():
            data[name] = [] if value is None else [str(v) for v in value] if isinstance(value, list) else [str(value)]
        headers = {"HX-Request": "true"} if htmx else {}
        path = form.action or page.path
        return Answer(self.client.post(path, data=data, headers=headers, follow_redirects=not htmx))


def chosen(within: HtmlElement, selector: str) -> list[HtmlElement]:
    """The elements inside one that fit a simple CSS selector, in the document's order."""
    return list(within.xpath(xpath(selector)))


def fields(answers: Mapping[str, Any]) -> dict[str, Any]:
    """A form's answers under the names that a page gives its fields."""
    return {f"answer-{name}": value for name, value in answers.items()}
