"""What a person has chosen to see, from an address and back."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from worklists.filters import MOST, STEP, VIEWS, Filter

texts = st.none() | st.sampled_from(["msk", "prom", "Ada Long"])
filters = st.builds(
    Filter,
    view=st.sampled_from(VIEWS),
    track=texts,
    kind=texts,
    due=st.none() | st.sampled_from(["overdue", "today", "week"]),
    q=texts,
    show=st.sampled_from([STEP, 2 * STEP]),
)


@given(filters)
def test_an_address_shows_again_what_was_chosen(chosen: Filter) -> None:
    """A bookmarked list opens as it was."""
    args = {name: str(value) for name, value in chosen.args().items()}
    assert Filter.from_args(args) == chosen


def test_what_an_address_does_not_know_is_passed_over() -> None:
    """An old or mistyped bookmark opens the usual list, and never asks for more than there may be."""
    chosen = Filter.from_args({"view": "everything", "due": "soon", "show": "999999"})
    assert chosen == Filter(show=MOST)


def test_a_role_that_shares_its_tasks_sees_the_pool_in_mine() -> None:
    """A safety review that nobody has stands in every director's list; a case manager's pool is a list of its own."""
    mine = Filter("mine")
    assert mine.query("omar@example.org", "clinical_director")["role"] == "clinical_director"
    assert mine.query("dana@example.org", "case_manager")["role"] is None
    assert replace(mine, view="unassigned").query("dana@example.org", "case_manager")["assignee"] == "none"
