"""The page Replay: who would have gone another way, for the one who decides about moving cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from engine.application import Engine
from engine.bundle import content_hash
from engine.store.tables import versions
from tests.webui.builders import Visit, a_patient, days_pass


@pytest.fixture
def later(engine: Engine) -> str:
    """A second version of MSK, whose check-ins come every six days; new cases take it a month from now."""
    with engine.db.writing() as connection:
        row: dict[str, Any] = dict(
            connection.execute(select(versions).where(versions.c.process_id == "msk")).mappings().one()
        )
        row["sources"] = {**row["sources"], "msk.bpmn": row["sources"]["msk.bpmn"].replace(">R/P7D<", ">R/P6D<")}
        row |= {"hash": content_hash(row["sources"]), "number": 2, "note": "sooner"}
        row["effective_from"] = engine.clock.now() + timedelta(days=30)
        connection.execute(insert(versions).values(**row))
    return str(row["hash"])


def test_a_director_sees_who_would_have_gone_another_way(engine: Engine, visit: Visit, later: str) -> None:
    """Two patients: one who was never enrolled goes the same way, the other would have been asked on another day."""
    a_patient(engine, name="Ada Long").enrolled()
    a_patient(engine, name="Ben Short")
    days_pass(engine, 8)
    page = visit.signed_in("omar").get(f"/pathways/{later}/replay")
    assert "2 running cases are on another version" in page.text("main")
    found = visit.send(page, "/replay")
    assert "2 of 2 played again" in found.text("main")
    assert "1 would have gone the very same way" in found.text("main")
    (card,) = found.texts(".replayed")
    assert "Ada Long" in card
    assert "it would fire on" in card


def test_with_htmx_the_next_cases_are_played_by_themselves(engine: Engine, visit: Visit, later: str) -> None:
    """More than fit into one request: the part asks for the next one and keeps the count."""
    for number in range(9):
        a_patient(engine, name=f"Patient {number}")
    page = visit.signed_in("omar").get(f"/pathways/{later}/replay")
    first = visit.send(page, "/replay", htmx=True)
    assert "8 of 9 played again" in first.text()
    second = visit.send(first, "/replay", htmx=True)
    assert "9 of 9 played again" in second.text()
    assert "9 would have gone the very same way" in second.text()


def test_a_case_manager_does_not_replay(visit: Visit, later: str) -> None:
    """It shows patients of all, and is the director's question."""
    assert visit.signed_in("dana").get(f"/pathways/{later}/replay").status == 403
