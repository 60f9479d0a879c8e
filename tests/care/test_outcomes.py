"""How a track year stands to its targets, measure by measure and as a whole."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.access import AccessRules
from care.errors import UnknownName
from care.outcomes import CaseOutcome, MeasureOutcome, Reading, outcome_by
from care.targets import Targets

ALIGNED = date(2026, 8, 3)
Values = list[tuple[int, str]] | list[tuple[int, str, str]]  # day of the year, value, and source where it matters
LABORATORY = ("hba1c", "ldl", "egfr", "uacr")
SCORES = st.decimals(min_value=20, max_value=80, places=1)


class Judge:
    """Judges a year of shipped rules: `judge("bh", 100, phq9=[(0, "14"), (90, "9")])`."""

    def __init__(self, rules: AccessRules, targets: Targets) -> None:
        self.rules, self.targets = rules, targets

    def __call__(
        self, track: str, day: int, *, ended: int | None = None, reported: int | None = None, **series: Values
    ) -> CaseOutcome:
        readings = {measure: [_reading(measure, *each) for each in values] for measure, values in series.items()}
        return outcome_by(
            self.rules,
            self.targets,
            track,
            readings,
            aligned_on=ALIGNED,
            today=on(day),
            ended_on=None if ended is None else on(ended),
            reported_on=None if reported is None else on(reported),
        )

    def one(self, measure: str, day: int, values: Values, *, reported: int | None = None) -> MeasureOutcome:
        (track, *_) = self.targets.target(measure).tracks
        outcome = self(track, day, reported=reported, **{measure: values})
        (found,) = [each for each in outcome.measures if each.measure == measure]
        return found


def on(day: int) -> date:
    return ALIGNED + timedelta(days=day)


def _reading(measure: str, day: int, value: str, source: str | None = None) -> Reading:
    """A value of a source that CMS takes, unless one is given."""
    return Reading(Decimal(value), on(day), source or ("lab" if measure in LABORATORY else "device"))


@pytest.fixture(scope="session")
def judge(rules: AccessRules, targets: Targets) -> Judge:
    return Judge(rules, targets)


@pytest.mark.parametrize(
    ("measure", "day", "values", "sentence"),
    [
        ("systolic", 100, [(0, "152"), (90, "138")],
         "Systolic blood pressure went from 152 to 138 mmHg; target below 130 or 15 less than at baseline (137): "
         "1 mmHg short, on course."),
        ("systolic", 100, [(0, "152"), (90, "128")],
         "Systolic blood pressure went from 152 to 128 mmHg; target below 130 or 15 less than at baseline (137): met."),
        ("systolic", 100, [(0, "131"), (90, "130")],
         "Systolic blood pressure went from 131 to 130 mmHg; target below 130 or 15 less than at baseline (116): "
         "just short, on course."),
        ("pf6b", 200, [(0, "36.8"), (190, "37.1")],
         "Function (PF 6b) went from 36.8 to 37.1 T; target 2 more than at baseline (38.8): 1.7 T short, at risk."),
        ("pf6b", 10, [(0, "36.8")],
         "Function (PF 6b) was 36.8 T at baseline, not measured since; target 2 more than at baseline (38.8)."),
        ("pf6b", 430, [(0, "36.8"), (400, "40")],
         "Function (PF 6b) went from 36.8 to 40 T; target 2 more than at baseline (38.8): missed, no end-of-period "
         "report was made in its window."),
        ("weight", 100, [(0, "91.3"), (90, "92.3")],
         "Body weight went from 91.3 to 92.3 kg; target 5% less than at baseline (86.7): 1 kg worse than at baseline, "
         "at risk."),
        ("nrs", 100, [(0, "5"), (90, "8")],
         "Pain (NRS) went from 5 to 8 points; limit 2 more than at baseline (7): beyond it, at risk."),
        ("ldl", 100, [(0, "150"), (90, "120")],
         "LDL cholesterol went from 150 to 120 mg/dL; reported only, no target is published or configured."),
        ("hba1c", 100, [(0, "8.1"), (90, "8.1")],
         "HbA1c has stayed at 8.1%; target below 7: 1.1% short, at risk."),
    ],
)  # fmt: skip
def test_a_measure_is_said_in_a_sentence(judge: Judge, measure: str, day: int, values: Values, sentence: str) -> None:
    """From where to where, the target, and how it stands."""
    assert judge.one(measure, day, values).sentence == sentence


@pytest.mark.parametrize(
    ("measure", "day", "latest", "state"),
    [
        ("pf6b", 182, "38.8", "met"),
        ("pf6b", 182, "36.9", "on course"),  # up to half of the year anything better is
        ("pf6b", 183, "37.8", "on course"),
        ("pf6b", 183, "37.7", "at risk"),
        ("pf6b", 100, "37.0", "on course"),
        ("pf6b", 100, "36.8", "at risk"),
        ("pi6a", 183, "34.8", "met"),
        ("pi6a", 183, "35.9", "at risk"),
        ("systolic", 100, "135", "at risk"),  # the baseline is 120, below the line
    ],
)
def test_at_risk_is_late_with_little_or_worse(judge: Judge, measure: str, day: int, latest: str, state: str) -> None:
    """No better than at baseline at any time; less than half of the change after half of the year."""
    baseline = "120" if measure == "systolic" else "36.8"
    assert judge.one(measure, day, [(0, baseline), (day - 1, latest)]).state == state


def test_the_baseline_is_the_first_value_that_was_fresh_at_alignment(judge: Judge) -> None:
    """A score 15 days before alignment is, 16 days before is not; a laboratory value may be a year old."""
    assert judge.one("phq9", 30, [(-16, "20"), (-15, "14"), (5, "12")]).baseline == _reading("phq9", -15, "14")
    found = judge.one("hba1c", 30, [(-366, "9"), (-365, "8"), (5, "7.5")])
    assert found.baseline == _reading("hba1c", -365, "8")


@pytest.mark.parametrize(
    ("measure", "values", "verdict"),
    [
        ("pf6b", [(0, "36.8"), (395, "38")], "0.8 T short, missed."),
        ("pf6b", [(0, "36.8"), (385, "39")], "met."),
        ("pf6b", [(0, "36.8"), (384, "39")],
         "reached, but its value was too old for the end-of-period report, missed."),
        ("systolic", [(0, "160"), (390, "140"), (395, "150", "form")], "met."),
        ("hba1c", [(0, "8.1"), (35, "6.8")], "met."),
        ("hba1c", [(0, "8.1"), (34, "6.8")],
         "reached, but its value was too old for the end-of-period report, missed."),
    ],
)  # fmt: skip
def test_a_reported_year_is_judged_by_what_the_report_could_hold(
    judge: Judge, measure: str, values: Values, verdict: str
) -> None:
    """On its day, here 400: scores and pressures of 15 days before, laboratory values of a year, not what was typed."""
    assert judge.one(measure, 401, values, reported=400).sentence.split(": ", 1)[1] == verdict


def test_a_year_without_a_report_is_missed(judge: Judge) -> None:
    """However good the values were, the window passed, or the case closed, before the report."""
    better: dict[str, Values] = {"pf6b": [(0, "36.8"), (364, "40")], "pi6a": [(0, "60"), (364, "55")]}
    assert judge("msk", 425, **better).state == "met"
    assert judge("msk", 426, **better).sentence == (
        "0 of 2 targets met: no end-of-period report was made in its window."
    )
    assert judge("msk", 430, ended=430, **better).sentence == judge("msk", 426, **better).sentence
    closed = judge("msk", 430, ended=370, **better)
    assert (closed.state, closed.sentence) == (
        "missed",
        "0 of 2 targets met: the case closed before the end-of-period report.",
    )
    assert judge("msk", 430, ended=370, reported=365, **better).all_met


@given(
    report=st.integers(170, 430),
    ended=st.none() | st.integers(100, 430),
    later=st.lists(st.tuples(st.integers(1, 200), SCORES), max_size=4),
    day=st.integers(0, 60),
)
def test_what_comes_after_the_report_changes_nothing(
    judge: Judge, report: int, ended: int | None, later: list[tuple[int, Decimal]], day: int
) -> None:
    """An early success stays met; a report outside its window, or after the case had closed, is none."""
    values = [(0, "36.8"), (report, "38.8")]
    worse = [(report + after, str(score)) for after, score in later]
    found = judge("msk", report + day, ended=ended, reported=report, pf6b=[*values, *worse], pi6a=[(0, "60")])
    (function, _) = found.measures
    if 185 <= report <= 425 and (ended is None or ended >= report):
        assert function.state == "met"
        assert function.latest == _reading("pf6b", report, "38.8")
    elif ended is not None or report + day > 425:
        assert function.state == "missed"


@pytest.mark.parametrize(
    ("values", "baseline", "final", "sentence"),
    [
        ([(1, "160", "form"), (60, "150"), (399, "135")], "150", "met", ""),
        ([(1, "160", "form"), (61, "150"), (399, "144")], "160", "missed",
         " The baseline was typed into a form and is not reportable to CMS: only the level counts in the end."),
        ([(61, "160"), (399, "144")], "160", "missed",
         " The baseline came after day 60 and is not reportable to CMS: only the level counts in the end."),
        ([(1, "160", "form"), (399, "129")], "160", "met",
         " The baseline was typed into a form and is not reportable to CMS: only the level counts in the end."),
        ([(1, "140", "form"), (399, "129")], "140", "met", ""),  # control is the easier way all the same
    ],
)  # fmt: skip
def test_an_improvement_is_counted_from_a_baseline_that_cms_can_have(
    judge: Judge, values: Values, baseline: str, final: str, sentence: str
) -> None:
    """The cuff's first value by day 60; without one the first of any source serves on the way, and control decides."""
    on_the_way, reported = judge.one("systolic", 400, values), judge.one("systolic", 400, values, reported=400)
    assert on_the_way.state == "met"
    assert reported.state == final
    for found in (on_the_way, reported):
        assert found.baseline is not None
        assert found.baseline.value == Decimal(baseline)
        assert found.sentence.endswith(f"{final if found is reported and final == 'met' else ''}.{sentence}")
    whole = judge("ckm", 400, systolic=values)
    assert whole.is_reportable == (final == "met")  # so that no early report is made that would be missed


def test_a_baseline_that_does_not_count_can_still_be_mended_by_day_60(judge: Judge) -> None:
    """The sentence says so while there is time; after the year it gives the level alone as the target."""
    typed: Values = [(1, "160", "form"), (10, "158", "form")]
    assert judge.one("systolic", 60, typed).sentence.endswith(
        "is not reportable to CMS: only the level counts in the end, unless a reportable one comes by day 60."
    )
    assert judge.one("systolic", 400, [*typed, (399, "144")], reported=400).sentence == (
        "Systolic blood pressure went from 160 to 144 mmHg; target below 130: 14 mmHg short, missed. The baseline was "
        "typed into a form and is not reportable to CMS: only the level counts in the end."
    )


def test_a_typed_in_blood_pressure_counts_for_care_and_not_for_the_report(judge: Judge) -> None:
    """CMS takes a cuff's own transmission: typed in, it meets the target until the year is reported."""
    typed = [(0, "152", "device"), (380, "125", "form")]
    found = judge.one("systolic", 400, typed)
    assert (found.state, found.is_reportable) == ("met", False)
    assert found.sentence.endswith("was typed into a form: it counts for care, but is not reportable to CMS.")
    assert judge.one("systolic", 400, typed, reported=390).sentence.endswith(
        "reached, but CMS does not take its value in the end-of-period report, missed. The latest value was typed into "
        "a form: it counts for care, but is not reportable to CMS."
    )
    assert judge.one("systolic", 400, [*typed, (385, "126", "device")], reported=390).state == "met"


def test_msk_needs_function_interference_and_its_region_with_pain_as_guard_rail(judge: Judge) -> None:
    """The region's questionnaire counts where it was asked; more pain undoes what else was met."""
    better: dict[str, Values] = {"pf6b": [(0, "36.8"), (180, "40")], "pi6a": [(0, "60"), (180, "55")]}
    assert judge("msk", 190, **better).all_met
    with_knee = judge("msk", 190, **better, koosjr=[(0, "50"), (180, "52")])
    assert (with_knee.met, with_knee.of, with_knee.state) == (2, 3, "at risk")
    in_pain = judge("msk", 190, **better, nrs=[(0, "4"), (180, "7")])
    assert (in_pain.met, in_pain.of, in_pain.all_met, in_pain.state) == (2, 2, False, "at risk")
    assert in_pain.sentence == "2 of 2 targets met; Pain (NRS) beyond the limit."


def test_bh_is_judged_by_what_has_a_baseline(judge: Judge) -> None:
    """Depression, anxiety or both; without either nothing is met."""
    assert judge("bh", 100).sentence == "No measure that has a target has a baseline."
    assert judge("bh", 100).state == "not measured"
    assert not judge("bh", 100).all_met
    assert judge("bh", 100, phq9=[(0, "14"), (90, "9")]).all_met
    both = judge("bh", 100, phq9=[(0, "14"), (90, "9")], gad7=[(0, "12"), (90, "9")])
    assert (both.met, both.of, both.state) == (1, 2, "on course")
    assert both.sentence == "1 of 2 targets met; Anxiety (GAD-7) 1 point short, on course."


def test_of_weight_and_body_mass_index_one_is_enough(judge: Judge) -> None:
    """They are one measure: below 30, or 5% of the weight."""
    pressure: Values = [(0, "140"), (90, "125")]
    light = judge("eckm", 100, systolic=pressure, weight=[(0, "80"), (90, "80")], bmi=[(0, "29"), (90, "29")])
    assert (light.met, light.of) == (2, 2)
    heavy = judge("eckm", 100, systolic=pressure, weight=[(0, "120"), (90, "110")], bmi=[(0, "39"), (90, "35")])
    assert heavy.all_met


def test_a_ckm_patient_without_a_blood_pressure_is_not_yet_measured(judge: Judge) -> None:
    """It is required by default; what is only reported decides nothing."""
    outcome = judge("ckm", 100, hba1c=[(0, "8"), (90, "6.8")], egfr=[(0, "50"), (90, "52")])
    assert (outcome.met, outcome.of, outcome.state, outcome.measured_on) == (1, 2, "not measured", None)
    assert [each.role for each in outcome.measures] == ["counts", "counts", "reported"]


def test_measured_on_is_the_day_by_which_all_was_measured(judge: Judge) -> None:
    """The oldest of the latest days."""
    outcome = judge("bh", 100, phq9=[(0, "14"), (90, "9")], gad7=[(0, "12"), (80, "9")])
    assert outcome.measured_on == on(80)


@given(baseline=SCORES, first=SCORES, second=SCORES, day=st.integers(2, 424))
def test_a_better_value_never_stands_worse(
    judge: Judge, baseline: Decimal, first: Decimal, second: Decimal, day: int
) -> None:
    """Along the scale the state only rises and what remains only falls, for measures that run either way."""
    order = ["at risk", "on course", "met"]
    for measure in ("pf6b", "pi6a", "systolic"):
        low, high = sorted([first, second], reverse=judge.targets.target(measure).better == "lower")
        found = [judge.one(measure, day, [(0, str(baseline)), (day - 1, str(each))]) for each in (low, high)]
        ranks = [order.index(each.state) for each in found]
        assert ranks == sorted(ranks)
        assert found[0].remaining >= found[1].remaining
        assert all(each.sentence.endswith(".") for each in found)


@given(
    days=st.lists(st.integers(-30, 500), max_size=8),
    scores=st.lists(SCORES, min_size=8, max_size=8),
    day=st.integers(0, 500),
)
def test_counts_and_states_agree(judge: Judge, days: list[int], scores: list[Decimal], day: int) -> None:
    """All met is exactly the state "met"; an outcome is final after its window: met or missed, nothing between."""
    values = [(each, str(score)) for each, score in zip(days, scores, strict=False)]
    outcome = judge("msk", day, pf6b=values, pi6a=values, nrs=values)
    assert (outcome.state == "met") == outcome.all_met
    assert 0 <= outcome.met <= outcome.of
    assert outcome.remaining >= 0
    if day > 425:
        assert outcome.state in ("met", "missed")
    if outcome.all_met:
        assert outcome.remaining == 0


def test_an_unknown_track_is_refused(judge: Judge) -> None:
    """A mistyped track is named."""
    with pytest.raises(UnknownName, match="did you mean 'msk'"):
        judge("mks", 10)
