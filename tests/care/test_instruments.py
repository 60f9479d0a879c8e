"""Instruments score as CMS publishes, refuse what cannot be scored, and say how they are asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.instruments import AnswerError, Instrument, InstrumentError, instrument_from, item_schema, score

Instruments = dict[str, Instrument]


def an_instrument(**overrides: Any) -> dict[str, Any]:
    """A whole valid instrument document of two items, with overrides."""
    return {
        "id": "two",
        "title": "Two items",
        "short_title": "Two",
        "owner": "nobody",
        "terms": "free",
        "source": "a test",
        "wording": "shipped",
        "better": "lower",
        "unit": "points",
        "items": [
            {"field": "two_1", "label": "First", "minimum": 0, "maximum": 3},
            {"field": "two_2", "label": "Second", "minimum": 0, "maximum": 3},
        ],
        "scoring": {"rule": "sum", "missing": {"allowed": 0, "note": "a test"}},
    } | overrides


@pytest.mark.parametrize(
    ("name", "answers", "raw", "expected"),
    [
        ("pf6b", [4, 3, 3, 4, 1, 2], 17, "36.8"),
        ("pi6a", [2, 2, 3, 2, 3, 3], 15, "58.6"),
        ("ndi", [2, 1, 2, 2, 3, 2, 2, 2, 2, 2], 20, "40"),
        ("quickdash", [3, 4, 3, 2, 2, 4, 3, 4, 3, 2, 3], 33, "50"),
        ("koosjr", [2, 2, 1, 3, 2, 2, 3], 15, "50.012"),
        ("hoosjr", [2, 2, 2, 3, 1, 1], 11, "55.985"),
        ("phq9", [1, 1, 2, 1, 0, 1, 1, 0, 0], 7, "7"),
        ("gad7", [1, 1, 1, 1, 0, 1, 1], 6, "6"),
        ("whodas12", [2, 3, 2, 2, 3, 2, 3, 1, 1, 2, 2, 3], 26, "26"),
        # CMS states 36 for its ODI answers, which add up to 19 of 50
        ("odi", [2, 1, 3, 1, 2, 2, 1, 2, 3, 2], 19, "38"),
        ("peg", [3, 4, 4], 11, "3.67"),
        ("nrs", [7], 7, "7"),
        ("pgic", [2], 2, "2"),
    ],
)
def test_published_answers_give_the_published_score(
    instruments: Instruments, name: str, answers: list[int], raw: int, expected: str
) -> None:
    """The answers CMS publishes in its MSK and BH report bundles score as it states."""
    result = score(instruments[name], answers)
    assert (result.raw, result.score, result.missing) == (Decimal(raw), Decimal(expected), 0)
    assert result.source == instruments[name].source


def test_every_shipped_instrument_has_its_items(instruments: Instruments) -> None:
    """The fifteen instruments are shipped with the right number of items."""
    assert {name: len(each.items) for name, each in instruments.items()} == {
        "pf6b": 6, "pi6a": 6, "nrs": 1, "peg": 3, "odi": 10, "ndi": 10, "quickdash": 11, "koosjr": 7,
        "hoosjr": 6, "phq9": 9, "gad7": 7, "whodas12": 12, "pgic": 1, "hrsn": 10, "prapare": 20,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["pf6b", "pi6a", "koosjr", "hoosjr"])
def test_a_higher_raw_sum_never_moves_a_table_score_back(instruments: Instruments, name: str) -> None:
    """Every conversion table is strictly monotone: a mistyped value would break the order."""
    table = instruments[name].scoring.table
    scores = [table[raw] for raw in sorted(table)]
    rising = name.startswith("p")
    assert scores == sorted(set(scores), reverse=not rising)


def test_phq9_bands_change_where_its_authors_put_them(instruments: Instruments) -> None:
    """A PHQ-9 sum is named by its band, from the band's first point on."""
    named = {points: instruments["phq9"].band(Decimal(points)) for points in (0, 4, 5, 10, 15, 20, 27)}
    assert list(named.values()) == [
        "minimal", "minimal", "mild", "moderate", "moderately severe", "severe", "severe",
    ]  # fmt: skip


def test_one_missing_quickdash_item_is_averaged_over(instruments: Instruments) -> None:
    """Ten of eleven items score by their mean; nine of eleven do not score."""
    ten: list[int | None] = [3] * 10
    assert score(instruments["quickdash"], [None, *ten]).score == Decimal(50)
    with pytest.raises(AnswerError, match="at most 1 may be left unanswered") as refused:
        score(instruments["quickdash"], [None, None, *ten[1:]])
    assert refused.value.field == "quickdash_1"


def test_odi_is_a_percentage_of_the_answered_maximum(instruments: Instruments) -> None:
    """An unanswered ODI section lowers the maximum, not the score: 18 of 45 is 40%."""
    result = score(instruments["odi"], [2, 2, 2, 2, 2, 2, 2, None, 2, 2])
    assert (result.raw, result.score, result.missing) == (Decimal(18), Decimal(40), 1)


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        ([1, 1, 1, 1, 1, 6], "pf6b_6", "a whole number from 1 to 5"),
        ([0, 1, 1, 1, 1, 1], "pf6b_1", "a whole number from 1 to 5"),
        ([1, True, 1, 1, 1, 1], "pf6b_2", "True is not allowed"),
        ([1, 1, None, 1, 1, 1], "pf6b_3", "all items must be answered"),
        ([1, 1], "pf6b", "takes 6 answers"),
    ],
)
def test_an_unusable_answer_names_its_item_and_what_is_allowed(
    instruments: Instruments, answers: list[int | None], field: str, words: str
) -> None:
    """What cannot be scored is refused at the item, with the rule it breaks."""
    with pytest.raises(AnswerError, match=words) as refused:
        score(instruments["pf6b"], answers)
    assert refused.value.field == field


def test_an_option_out_of_the_list_is_answered_with_the_options(instruments: Instruments) -> None:
    """A wrong option is refused with the numbers and words that are right."""
    with pytest.raises(AnswerError, match=r"2 \(More than half the days\)"):
        score(instruments["gad7"], [4, 0, 0, 0, 0, 0, 0])


@given(data=st.data())
def test_any_allowed_answers_score_within_the_range(instruments: Instruments, data: st.DataObject) -> None:
    """Every instrument scores between its all-lowest and its all-highest answers."""
    instrument = data.draw(st.sampled_from([each for each in instruments.values() if not each.scoring.domains]))
    answers = [data.draw(st.integers(item.minimum, item.maximum)) for item in instrument.items]
    lowest = score(instrument, [item.minimum for item in instrument.items]).score
    highest = score(instrument, [item.maximum for item in instrument.items]).score
    ends = sorted([lowest, highest])
    assert ends[0] <= score(instrument, answers).score <= ends[1]


class TestSocialNeeds:
    """The AHC-HRSN screen answers by domain."""

    def test_no_need_is_found_where_none_is_answered(self, instruments: Instruments) -> None:
        """A person without needs has five domains, all decided, none with a need."""
        result = score(instruments["hrsn"], [0, 0, 0, 0, 0, 0, 1, 1, 1, 1])
        assert result.domains == dict.fromkeys(["housing", "utilities", "food", "transport", "safety"], False)
        assert result.needs == ()

    def test_each_domain_is_found_by_its_own_items(self, instruments: Instruments) -> None:
        """Mold is a housing need, food that sometimes did not last a food need."""
        result = score(instruments["hrsn"], [0, 2, 0, 0, 1, 0, 1, 1, 1, 1])
        assert (result.needs, result.score) == (("housing", "food"), Decimal(2))

    @pytest.mark.parametrize(("answers", "unsafe"), [([3, 3, 2, 2], False), ([3, 3, 3, 2], True)])
    def test_a_hits_sum_of_eleven_is_unsafe(
        self, instruments: Instruments, answers: list[int], unsafe: bool
    ) -> None:
        """Ten is not yet a safety need, eleven is."""
        assert score(instruments["hrsn"], [0, 0, 0, 0, 0, 0, *answers]).domains["safety"] is unsafe

    def test_a_declined_item_never_counts_as_no_need(self, instruments: Instruments) -> None:
        """A domain that silence leaves open is absent; one that the rest decides is not."""
        result = score(instruments["hrsn"], [None, 0, 0, None, 2, None, 5, 5, None, 1])
        assert result.domains == {"utilities": False, "food": True, "safety": True}


class TestPrapare:
    """PRAPARE answers by domain, by the same rule."""

    def test_each_domain_has_its_answers(self, instruments: Instruments) -> None:
        """No housing, no food, both kinds of missed trips and much stress are four needs; a veteran is none."""
        answers: list[int | None] = [0, 1, 1, 0, 2, 1, 0, 1, 0, 0, 0, 0, 0, 3, 0, 3, 0, 0, 0, 3]
        assert score(instruments["prapare"], answers).needs == ("housing", "food", "transport", "stress")

    def test_who_chooses_not_to_answer_has_no_decided_domain(self, instruments: Instruments) -> None:
        """One answer decides its own domain and no other."""
        result = score(instruments["prapare"], [*[None] * 12, 1, *[None] * 7])
        assert (result.domains, result.missing) == ({"phone": True}, 19)


def test_every_instrument_says_all_that_scoring_and_reporting_need(instruments: Instruments) -> None:
    """Whose it is, on what terms, where the scoring comes from and what is done with a missing item, without a gap.

    No bands, change or code: what has none of its own (a needs screen, PGIC's answer, WHODAS), or no LOINC code.
    """
    for each in instruments.values():
        assert all((each.owner, each.terms, each.source, each.unit, each.scoring.missing_note)), each.id
    without = {
        "change": {name for name, each in instruments.items() if each.change_that_matters is None},
        "panel": {name for name, each in instruments.items() if each.loinc.panel is None},
        "bands": {name for name, each in instruments.items() if not each.bands},
    }
    assert without["change"] == {"whodas12", "pgic", "hrsn", "prapare"}
    assert without["panel"] == {"quickdash", "whodas12", "pgic", "peg"}
    assert instruments.keys() - without["bands"] == {"phq9", "gad7", "pgic"}


class TestItemSchema:
    """An item as any client can draw it."""

    def test_options_become_titles(self, instruments: Instruments) -> None:
        """A PHQ-9 item offers its four answers in words."""
        schema = item_schema(instruments["phq9"].items[0])
        assert schema["type"] == "integer"
        assert schema["oneOf"][3] == {"const": 3, "title": "Nearly every day"}

    def test_a_scale_says_what_its_ends_mean(self, instruments: Instruments) -> None:
        """Pain is asked from 0 to 10 with words for both ends."""
        schema = item_schema(instruments["nrs"].items[0])
        assert (schema["minimum"], schema["maximum"]) == (0, 10)
        assert schema["description"] == "0 = no pain, 10 = worst pain imaginable"

    def test_what_is_printed_before_an_item_is_shown(self, instruments: Instruments) -> None:
        """The safety questions open with why they are asked."""
        assert item_schema(instruments["hrsn"].items[6])["description"].startswith(
            "Because violence and abuse"
        )


@pytest.mark.parametrize(
    ("overrides", "words"),
    [
        ({"id": "Two"}, "instruments/Two: id"),
        ({"betterr": "lower"}, "did you mean 'better'"),
        ({"better": "hihger"}, "did you mean 'higher'"),
        ({"items": []}, "items: must hold at least one item"),
        (
            {"items": [{"field": "two_2", "label": "x", "minimum": 0, "maximum": 3}]},
            r"items\[1\].field.*'two_1'",
        ),
        ({"items": [{"field": "two_1", "label": "x", "minimum": 3, "maximum": 3}]}, "minimum below maximum"),
        ({"scoring": {"rule": "summ", "missing": {"allowed": 0, "note": "x"}}}, "did you mean 'sum'"),
        ({"scoring": {"rule": "code", "missing": {"allowed": 0, "note": "x"}}}, "takes one item"),
        ({"scoring": {"rule": "sum", "missing": {"allowed": 2, "note": "x"}}}, "from 0 to 1"),
        (
            {"scoring": {"rule": "table", "table": {0: 1, 1: 2}, "missing": {"allowed": 0, "note": "x"}}},
            "each sum from 0 to 6",
        ),
        ({"bands": [{"from": 5, "label": "high"}, {"from": 0, "label": "low"}]}, "bands: must rise"),
        ({"loinc": {"panel": "44249"}}, "loinc.panel.*not a LOINC code"),
        ({"change_that_matters": {"note": "x"}}, "needs points or percent"),
    ],
)
def test_a_faulty_instrument_file_is_refused_by_file_and_field(overrides: dict[str, Any], words: str) -> None:
    """A fault in an instrument's file is found when it is read, not when a patient answers."""
    with pytest.raises(InstrumentError, match=words):
        instrument_from(an_instrument(**overrides))


def test_a_domain_that_names_no_item_is_refused() -> None:
    """A needs screen can only ask about items it has, and answers they allow."""
    missing = {"allowed": 1, "note": "x"}
    for needs in ([{"item": 3, "answers": [1]}], [{"item": 1, "answers": [9]}]):
        domains = [{"name": "food", "title": "Food", "needs": needs}]
        with pytest.raises(InstrumentError, match=r"domains\[1\]"):
            instrument_from(
                an_instrument(scoring={"rule": "needs", "missing": missing, "domains": domains})
            )


def test_licensed_instruments_ship_neutral_labels_only(instruments: Instruments) -> None:
    """Every instrument whose wording is its owner's says where the licensed text belongs."""
    licensed = {name for name, each in instruments.items() if each.wording == "owner"}
    assert licensed == {
        "pf6b", "pi6a", "peg", "odi", "ndi", "quickdash", "koosjr", "hoosjr", "whodas12", "prapare",
    }  # fmt: skip
    for name in licensed:
        assert instruments[name].licensed_text == f"licensed/{name}.yaml"
        assert all(item.label.startswith("Item ") for item in instruments[name].items)
