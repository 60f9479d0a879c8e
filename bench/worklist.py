"""One manager's page among a million open tasks: `python bench/worklist.py [--tasks N] [--database sqlite|postgresql]`.

Every query that the page makes is caught and timed with its rows fetched, beside one row by its primary key; then the
whole page, as the browser gets it; then what leads and directors ask: everybody's list, the pool, filters, a search.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from statistics import quantiles
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # run as a file, from anywhere

from flask.testing import FlaskClient
from sqlalchemy import event

from bench import ground
from bench.many_tasks import MANAGERS, PATIENTS, email_of, fill
from engine.application import Engine
from engine.clock import SystemClock
from engine.store.sign_in import add_session
from webui.app import create_app
from webui.sessions import stamp

TASKS = 1_000_000
MOST_A_QUERY = {"sqlite": 10.0, "postgresql": 2.0}  # milliseconds at p95
MOST_A_PAGE = 60.0
MOST_ANOTHER = {"postgresql": 50.0}  # each query of the other lists; on SQLite they are told, not judged
_ROUNDS = 60
_OTHER_ROUNDS = 8
_LOOKED_AT = 5  # managers whose pages are opened
Query = tuple[str, Any]

# Who looks, and at what: each is one page, its queries judged together.
OTHERS = (
    ("manager: due this week", "manager1@example.org", "/day?due=week"),
    ("manager: overdue", "manager1@example.org", "/day?due=overdue"),
    ("manager: one kind", "manager1@example.org", "/day?kind=prom"),
    ("manager: one track", "manager1@example.org", "/day?track=ckm"),
    ("manager: a search", "manager1@example.org", "/day?q=family17"),
    ("manager: snoozed", "manager1@example.org", "/day?view=snoozed"),
    ("lead: everybody's", "lead@example.org", "/day?view=team"),
    ("lead: the pool", "lead@example.org", "/day?view=unassigned"),
    ("lead: everybody's, one kind", "lead@example.org", "/day?view=team&kind=prom"),
    ("lead: everybody's, one track", "lead@example.org", "/day?view=team&track=ckm"),
    ("lead: everybody's, overdue", "lead@example.org", "/day?view=team&due=overdue"),
    ("lead: everybody's, this week", "lead@example.org", "/day?view=team&due=week"),
    ("lead: a search of all", "lead@example.org", "/day?view=team&q=family17"),
    ("lead: a search for a common title", "lead@example.org", "/day?view=team&q=milestone"),
    ("lead: a search for a name in titles", "lead@example.org", "/day?view=team&q=call+given17"),
    ("lead: a search that finds nothing", "lead@example.org", "/day?view=team&q=nobodyhere"),
    ("small organisation's lead", "north@example.org", "/day?view=team"),
    ("lead: mine and the pool", "lead@example.org", "/day"),
    ("director of all: mine and the pool", "director@example.org", "/day"),
    ("director of all: everybody's", "director@example.org", "/day?view=team"),
    ("the counts in the rail", "lead@example.org", "/counts"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tasks", type=int, default=TASKS)
    parser.add_argument("--patients", type=int, default=PATIENTS)
    parser.add_argument("--managers", type=int, default=MANAGERS)
    parser.add_argument("--database", choices=ground.DIALECTS, action="append")
    parser.add_argument("--keep", type=Path, help="make the databases in this folder, or use those that are there")
    parser.add_argument("--plans", action="store_true", help="print how each query of the page is answered")
    given = parser.parse_args()
    met = [_measured(dialect, given) for dialect in given.database or ground.DIALECTS]
    return 0 if all(met) else 1


def _measured(dialect: str, given: argparse.Namespace) -> bool:
    with _filled(dialect, given) as engine:
        faults = _page(engine, given.plans) + _others(engine)
    for fault in faults:
        print(f"  MISSED: {fault}")
    return not faults


@contextmanager
def _filled(dialect: str, given: argparse.Namespace) -> Iterator[Engine]:
    with ExitStack() as stack:
        if given.keep is None:
            engine, filled = stack.enter_context(ground.an_engine(dialect)), None
        else:
            engine, filled = stack.enter_context(ground.kept_engine(dialect, given.keep))
        if filled is not None and filled.exists():
            print(f"{dialect}: the database in {given.keep}")
        else:
            begun = perf_counter()
            fill(engine, given.tasks, given.patients, given.managers)
            print(f"{dialect}: {given.tasks} open tasks, made in {perf_counter() - begun:.0f} s")
        if filled is not None:
            filled.touch()
        yield engine


def _page(engine: Engine, plans: bool) -> list[str]:
    """The queries and the page of some managers."""
    client = create_app(engine).test_client()
    caught: list[list[Query]] = []
    taken: list[float] = []
    for number in range(1, _LOOKED_AT + 1):
        _sign_in(engine, client, email_of(number))
        _get(client, "/day")
        with _catching(engine) as queries:
            _get(client, "/day")
        caught.append(queries)
        taken += _times(lambda: _get(client, "/day"), _ROUNDS // _LOOKED_AT * 2)
    if plans:
        _tell_plans(engine, caught[0])
    one = _p(_raw(engine, [("SELECT * FROM tasks WHERE id = 'p2-x1'", ())] * _ROUNDS))[1]
    faults, most = [], MOST_A_QUERY[engine.db.dialect]
    print(f"  one row by its primary key: p95 {one:.2f} ms")
    for place, (statement, _) in enumerate(caught[0]):
        same = [queries[place] for queries in caught if len(queries) > place and queries[place][0] == statement]
        median, p95 = _p(_raw(engine, same * (_ROUNDS // len(same))))
        told = f"p50 {median:6.2f}  p95 {p95:6.2f} ms, ratio {p95 / one:5.1f}"
        print(f"  query {place + 1:2}: {told}  {_short(statement)}")
        faults += [] if p95 < most else [f"query {place + 1} under {most:g} ms at p95: {p95:.2f}"]
    median, p95 = _p(taken)
    print(f"  the page: p50 {median:.1f}  p95 {p95:.1f} ms, {len(caught[0])} queries, ratio {p95 / one:.0f}")
    return faults + ([] if p95 < MOST_A_PAGE else [f"the page under {MOST_A_PAGE:g} ms at p95: {p95:.1f}"])


def _others(engine: Engine) -> list[str]:
    faults, most = [], MOST_ANOTHER.get(engine.db.dialect)
    for words, email, path in OTHERS:
        client = create_app(engine).test_client()
        _sign_in(engine, client, email)
        _get(client, path)
        with _catching(engine) as queries:
            _get(client, path)
        slowest = max(_p(_raw(engine, [query] * _OTHER_ROUNDS, searched="q=" in path))[1] for query in queries)
        median, p95 = _p(_times(lambda c=client, p=path: _get(c, p), _OTHER_ROUNDS))
        print(f"  {words:36} slowest query p95 {slowest:7.2f} ms; page p50 {median:6.1f}  p95 {p95:6.1f} ms")
        faults += [f"{words}: each query under {most:g} ms at p95"] if most and slowest >= most else []
    return faults


def _sign_in(engine: Engine, client: FlaskClient, email: str) -> None:
    name = token_hex(16)
    with engine.db.writing() as connection:
        add_session(connection, sha256(name.encode()).hexdigest(), email, "bench", SystemClock().now())
    with client.session_transaction() as session:
        session["id"], session["stamp"] = name, stamp("")


def _get(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])


@contextmanager
def _catching(engine: Engine) -> Iterator[list[Query]]:
    """The queries about tasks that are made meanwhile, and about the patients that are looked for before them."""
    found: list[Query] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "WITH")) and ("tasks" in statement or "patients" in statement):
            found.append((statement, values))

    event.listen(engine.db._engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine.db._engine, "before_cursor_execute", note)


def _raw(engine: Engine, queries: list[Query], *, searched: bool = False) -> list[float]:
    """Milliseconds of each, by the driver itself, all rows fetched; the first tenth warms up."""
    with engine.db.reading(planned_once=not searched) as connection:  # as the page does
        cursor = connection.connection.driver_connection.cursor()  # type: ignore[union-attr]

        def ask(query: Query) -> None:
            cursor.execute(*query)
            cursor.fetchall()

        for query in queries[: max(6, len(queries) // 10)]:
            ask(query)
        taken = []
        for query in queries:
            begun = perf_counter()
            ask(query)
            taken.append(1000 * (perf_counter() - begun))
    return taken


def _times(work: Callable[[], Any], count: int) -> list[float]:
    taken = []
    for _ in range(count):
        begun = perf_counter()
        work()
        taken.append(1000 * (perf_counter() - begun))
    return taken


def _p(taken: list[float]) -> tuple[float, float]:
    """The median and the 95th percentile."""
    cut = quantiles(taken, n=20, method="inclusive")
    return cut[9], cut[18]


def _short(statement: str) -> str:
    words = " ".join(statement.split())
    return words[:40] + " ... " + words[-60:]


def _tell_plans(engine: Engine, queries: list[Query]) -> None:
    lead = "EXPLAIN QUERY PLAN " if engine.db.dialect == "sqlite" else "EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) "
    with engine.db.reading() as connection:
        for number, (statement, values) in enumerate(queries, start=1):
            print(f"  -- query {number}\n{statement}\n  {values}")
            for row in connection.exec_driver_sql(lead + statement, values):
                print("    ", row[-1])


if __name__ == "__main__":
    sys.exit(main())
