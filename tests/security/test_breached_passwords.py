"""A password that was stolen elsewhere is refused, where the operator has a list of those."""

from __future__ import annotations

from hashlib import sha1
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.application import Engine
from engine.breached_passwords import BREACHED_PASSWORDS, BreachedPasswords
from engine.errors import SettingsError
from tests.security.doors import House, comes_in
from tests.webui.builders import PASSWORD

STOLEN = "violet kettle under the moon"
line_forms = st.sampled_from(["{}:3\r\n", "{}:3\n", "{}\n"])


def written(
    folder: Path, passwords: set[str], form: str = "{}:3\r\n", *, cut: bool = False, small: bool = False
) -> Path:
    """A list of passwords as it is loaded down."""
    hashes = sorted(sha1(each.encode(), usedforsecurity=False).hexdigest().upper() for each in passwords)
    text = "".join(form.format(each.lower() if small else each) for each in hashes)
    file = folder / "by-hash.txt"
    file.write_bytes((text.rstrip() if cut else text).encode())
    return file


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    listed=st.sets(st.text(), min_size=1, max_size=40),
    others=st.sets(st.text(), max_size=10),
    form=line_forms,
    cut=st.booleans(),
    small=st.booleans(),
)
def test_each_password_of_the_list_is_found_and_no_other(
    tmp_path: Path, listed: set[str], others: set[str], form: str, cut: bool, small: bool
) -> None:
    """Whatever ends the lines, with counts or without, in capitals or not, with or without an end of the last line."""
    file = written(tmp_path, listed, form, cut=cut, small=small)
    known = BreachedPasswords.from_environment({BREACHED_PASSWORDS: str(file)})
    assert known is not None
    assert all(each in known for each in listed)
    assert not any(each in known for each in others - listed)


def test_who_chooses_one_is_told_and_keeps_the_old_one(engine: Engine, tmp_path: Path) -> None:
    """And another one is taken."""
    house = House.of(engine, breached=BreachedPasswords(written(tmp_path, {STOLEN, "another one"})))
    visit = house.visit()
    comes_in(visit, "dana")
    for new, status in ((STOLEN, 422), (STOLEN + " again", 200)):
        page = visit.get("/password")
        answer = visit.send(page, "/password", current=PASSWORD, new=new, again=new)
        assert answer.status == status, answer.text("main")
        assert ("stolen" in answer.text("main")) == (status == 422)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        ("", "is empty"),
        ("password\n", "line 1 of"),
        (f"{'A' * 40}:1\n{'B' * 39}:1\n", "line 2 of"),
        (f"{'B' * 40}:1\n{'A' * 40}:1\n", "not in order"),
    ],
)
def test_a_file_that_is_none_is_refused_at_the_start(tmp_path: Path, content: str | None, said: str) -> None:
    """In words that name the setting, not at the first password."""
    file = tmp_path / "list.txt"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SettingsError, match=said):
        BreachedPasswords.from_environment({BREACHED_PASSWORDS: str(file)})
