"""The JSON export: complete, about nobody more than it must be, and verifiable by anybody without us."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from engine.application import Engine
from engine.chain import HASHED
from interop.exports.as_json import as_json
from tests.engine.builders import Case, a_case, on_sqlite
from tests.interop.exported import a_told_case, record_of


@pytest.fixture
def case(engine: Engine) -> Case:
    return a_told_case(engine)


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_it_is_complete(case: Case) -> None:
    """Every task, fact, attempt, process and entry of the case, and each version that an entry names, by its hash."""
    found = json.loads(as_json(record_of(case)))
    assert [entry["hash"] for entry in found["history"]] == [entry["hash"] for entry in case.history()]
    assert {task["id"] for task in found["tasks"]} == {task["id"] for task in case.tasks()}
    assert [fact["seq"] for fact in found["facts"]] == [fact["seq"] for fact in case.facts()]
    assert len(found["attempts"]) == 1
    assert {row["id"] for row in found["processes"]} == {e["process_id"] for e in found["history"] if e["process_id"]}
    assert {row["hash"] for row in found["versions"]} == {e["version"] for e in found["history"]}
    (track,) = [row for row in found["versions"] if row["hash"] == found["case"]["version"]]
    assert "<bpmn:process id=" in track["sources"]["msk.bpmn"]
    assert found["people"]["dana@example.org"] == "Dana Reed"


def test_it_says_no_more_of_the_patient_than_it_must(case: Case) -> None:
    """No phone, no answers to equity questions, no inner state of a process."""
    found = json.loads(as_json(record_of(case)))
    names = ["id", "name", "birth_date", "sex", "mbi", "language", "pcp", "conditions"]
    assert list(found["patient"]) == names
    assert all("state" not in row for row in found["processes"])


def test_anybody_can_verify_it(case: Case) -> None:
    """Chain, path, root and signature by a few lines of Python, as docs/proof.md says, from the file alone."""
    found = json.loads(as_json(record_of(case)))
    before = "0" * 64
    for entry in found["history"]:
        assert entry["prev_hash"] == before
        before = hashlib.sha256(canonical({name: entry[name] for name in HASHED})).hexdigest()
        assert before == entry["hash"]
    proof = found["checkpoint"]
    assert found["history"][proof["leaf"]["length"] - 1]["hash"] == proof["leaf"]["head"]
    at = hashlib.sha256(b"\x00" + canonical(proof["leaf"])).digest()
    for step in proof["path"]:
        pair = (bytes.fromhex(step["hash"]), at) if step["side"] == "left" else (at, bytes.fromhex(step["hash"]))
        at = hashlib.sha256(b"\x01" + b"".join(pair)).digest()
    assert at.hex() == proof["statement"]["root"]
    key: Any = load_pem_public_key(proof["public_key"].encode())
    key.verify(bytes.fromhex(proof["signature"]), canonical(proof["statement"]))


@on_sqlite
def test_a_young_case_has_no_proof_yet(engine: Engine) -> None:
    """It is exported all the same, and says so."""
    assert json.loads(as_json(record_of(a_case(engine))))["checkpoint"] is None
