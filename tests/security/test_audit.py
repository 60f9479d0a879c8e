"""The report on known weaknesses: what is found is told, and what could not be asked is never told as well."""

from __future__ import annotations

import re
from pathlib import Path

from tools.audit import LOCKS, answered, of_npm_audit, of_pip_audit

ROOT = Path(__file__).resolve().parents[2]


def test_a_weakness_is_told_with_the_version_that_mends_it() -> None:
    """By package, and how many could be looked up."""
    fault = {"id": "PYSEC-2026-1", "fix_versions": ["1.2"]}
    packages = [{"name": "a", "version": "1.1", "vulns": [fault]}, {"name": "b", "skip_reason": "not found"}]
    assert list(of_pip_audit({"dependencies": packages})) == [
        "a 1.1: PYSEC-2026-1, mended in 1.2", "1 of 2 packages were looked up",
    ]  # fmt: skip
    weak = {"x": {"severity": "high", "range": "<2"}}
    document = {"vulnerabilities": weak, "metadata": {"dependencies": {"total": 9}}}
    assert list(of_npm_audit(document)) == ["x: high, of <2", "9 of 9 packages were looked up"]


def test_what_could_not_be_asked_is_not_known() -> None:
    """No network, no list, no program: one line each, and no failure."""
    silent = [{"name": "b", "version": "1", "skip_reason": "not found"}]
    for lines in (of_pip_audit({}), of_pip_audit({"dependencies": silent}), of_npm_audit({"error": {}})):
        assert [line.partition(":")[0] for line in lines] == ["nothing is known"]
    assert answered(["/nonexistent/program"]) == {}
    assert answered(["true"]) == {}


def test_the_whole_check_ends_with_the_report() -> None:
    """As a report: it comes last, after what may fail; and every lock is in it, hashes and all."""
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8").rstrip().splitlines()
    assert script[-1] == "make audit"
    assert "\naudit:" in (ROOT / "Makefile").read_text(encoding="utf-8")
    for lock in LOCKS:
        text = (ROOT / lock).read_text(encoding="utf-8")
        pins = re.findall(r"^[a-z0-9][^ =]*==", text, re.MULTILINE)
        assert pins
        assert text.count("--hash=sha256:") >= len(pins), lock
