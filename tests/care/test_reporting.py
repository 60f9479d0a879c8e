"""Reports follow each other in windows that open, nest and close as CMS says, whatever the calendar does."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from care.access import CASE_DATES, FRESHNESS_DATES, AccessRules
from care.calendars import BusinessCalendar, add_period, local_date
from care.deadlines import care_update_deadline, deadlines
from care.errors import UnknownName
from care.periods import Period
from care.reporting import early_success_from, quarterly_windows

ALIGNED = date(2026, 7, 5)
TRACKS = st.sampled_from(["msk", "bh", "ckm", "eckm"])
DAYS = st.dates(date(2026, 7, 5), date(2036, 6, 30))
ZONES = st.sampled_from(["America/New_York", "America/Phoenix", "Pacific/Honolulu"])


def day(number: int) -> date:
    """A day counted from alignment."""
    return ALIGNED + timedelta(days=number)


def test_the_dates_of_a_first_period_have_their_names(rules: AccessRules) -> None:
    """What expressions read as access.<name>, of a CKM case with a baseline sent on day 58."""
    dates = rules.case_dates("ckm", ALIGNED, 1, day(58))
    assert dates == {
        "baseline_closes_on": day(60),
        "period_ends_on": day(365),
        "lock_in_ends_on": day(90),
        "end_of_period_opens_on": day(275),
        "end_of_period_closes_on": day(425),
        "quarterly_opens_on": day(128),
        "quarterly_closes_on": day(168),
        "follow_on_consent_opens_on": day(306),
        "follow_on_starts_on": day(366),
    }


@given(track=TRACKS, aligned_on=DAYS, period=st.integers(1, 3), sent=st.none() | st.integers(0, 400), today=DAYS)
def test_every_name_is_there_whether_or_not_it_applies(
    rules: AccessRules, track: str, aligned_on: date, period: int, sent: int | None, today: date
) -> None:
    """A name that does not apply is None, not absent; the lock-in is of the first period, follow-on not of MSK."""
    last = None if sent is None else aligned_on + timedelta(days=sent)
    dates = rules.case_dates(track, aligned_on, period, last, today)
    assert tuple(dates) == CASE_DATES
    assert (dates["lock_in_ends_on"] is None) == (period > 1)
    assert (dates["follow_on_starts_on"] is None) == (track == "msk")
    assert tuple(rules.freshness_dates(today)) == FRESHNESS_DATES


@given(track=TRACKS, aligned_on=DAYS)
def test_windows_nest_and_are_in_order(rules: AccessRules, track: str, aligned_on: date) -> None:
    """The baseline closes before the lock-in ends, that before the last report opens, whose window spans the end."""
    dates = rules.case_dates(track, aligned_on, 1, None)
    names = ["baseline_closes_on", "lock_in_ends_on", "end_of_period_opens_on", "period_ends_on"]
    order = [each for name in [*names, "end_of_period_closes_on"] if (each := dates[name]) is not None]
    assert order == sorted(order)
    assert early_success_from(rules, aligned_on, track) == dates["end_of_period_opens_on"]
    consent, starts = dates["follow_on_consent_opens_on"], dates["follow_on_starts_on"]
    if consent is not None and starts is not None:
        assert (starts - consent).days == 60
        assert starts == rules.period_ends(aligned_on) + timedelta(days=1)


@given(track=TRACKS, aligned_on=DAYS, zone=ZONES)
def test_clock_changes_leap_days_and_holidays_shift_no_deadline(
    rules: AccessRules, track: str, aligned_on: date, zone: str
) -> None:
    """A deadline of n days is the n-th local day, on a holiday, a month's end and over a clock change alike."""
    place = ZoneInfo(zone)
    opened = datetime.combine(aligned_on, time(0, 30), place).astimezone(UTC)
    counted = {
        n: local_date(add_period(opened, Period(days=n), place, BusinessCalendar()), place) for n in (60, 90, 365, 425)
    }
    dates = rules.case_dates(track, aligned_on, 1, None)
    assert [
        dates[n] for n in ("baseline_closes_on", "lock_in_ends_on", "period_ends_on", "end_of_period_closes_on")
    ] == [counted[n] for n in (60, 90, 365, 425)]


@given(opened=DAYS, count=st.integers(1, 30))
def test_business_days_are_never_sooner_than_calendar_days(opened: date, count: int) -> None:
    """Only what is counted in business days waits for weekends and holidays, and it ends on a working day."""
    calendar = BusinessCalendar()
    ended = calendar.add_business_days(opened, count)
    assert ended >= opened + timedelta(days=count)
    assert calendar.is_business_day(ended)


@given(aligned_on=DAYS, baseline=st.integers(0, 60), gaps=st.lists(st.integers(70, 110), max_size=5))
def test_a_report_inside_its_window_always_opens_the_next(
    rules: AccessRules, aligned_on: date, baseline: int, gaps: list[int]
) -> None:
    """Until the period ends: then no further quarterly window opens, because the end-of-period report follows."""
    sent = [aligned_on + timedelta(days=baseline)]
    for gap in gaps:
        following = rules.next_quarterly(aligned_on, sent[-1])
        assume(following is not None)
        sent.append(sent[-1] + timedelta(days=gap))
    chain = quarterly_windows(rules, aligned_on, sent, sent[-1])
    assert [each.standing for each in chain.quarters if each.reported_on] == ["reported"] * len(gaps)
    assert chain.missed == ()
    opens = sent[-1] + timedelta(days=70)
    if opens <= rules.period_ends(aligned_on):
        assert chain.next is not None
        assert chain.next.opens_on == opens
    else:
        assert chain.next is None


def test_after_a_missed_quarter_the_chain_goes_on_from_its_last_day(rules: AccessRules) -> None:
    """Baseline on day 30: window 100 to 140 is missed, so the next is 70 to 110 days after day 140."""
    chain = quarterly_windows(rules, ALIGNED, [day(30)], day(141))
    assert [(each.window.opens_on, each.standing) for each in chain.quarters] == [
        (day(100), "missed"),
        (day(210), "ahead"),
    ]
    assert rules.case_dates("msk", ALIGNED, 1, day(30), day(141))["quarterly_opens_on"] == day(210)
    assert rules.case_dates("msk", ALIGNED, 1, day(30))["quarterly_opens_on"] == day(100)


def test_a_report_outside_every_window_begins_the_chain_anew(rules: AccessRules) -> None:
    """Accepted all the same on day 60, it is the prior submission of the next window."""
    chain = quarterly_windows(rules, ALIGNED, [day(30), day(60)], day(61))
    assert [(each.window.opens_on, each.standing) for each in chain.quarters] == [(day(130), "ahead")]


@given(aligned_on=DAYS, sent=st.lists(st.integers(0, 425), max_size=6), today=st.integers(0, 500))
def test_windows_of_a_chain_never_overlap(rules: AccessRules, aligned_on: date, sent: list[int], today: int) -> None:
    """Whatever was sent when, each window opens after the one before was reported or closed."""
    days = [aligned_on + timedelta(days=n) for n in sent]
    quarters = quarterly_windows(rules, aligned_on, days, aligned_on + timedelta(days=today)).quarters
    ends = [each.reported_on or each.window.closes_on for each in quarters]
    assert all(end < following.window.opens_on for end, following in zip(ends, quarters[1:], strict=False))
    assert all(each.standing in ("reported", "missed") for each in quarters[:-1])


def test_without_a_submission_there_is_no_quarter(rules: AccessRules) -> None:
    """The chain begins with the baseline."""
    chain = quarterly_windows(rules, ALIGNED, [], day(100))
    assert (chain.quarters, chain.next) == ((), None)


def test_each_deadline_says_what_missing_it_leads_to(rules: AccessRules) -> None:
    """A BH case with its baseline in, by last day; each with its own due day inside the window and its source."""
    found = deadlines(rules, "bh", ALIGNED, 1, [day(50)])
    assert [(each.id, each.opens_on, each.due_on, each.closes_on) for each in found] == [
        ("baseline", day(0), day(46), day(60)),
        ("care_update_initiation", day(50), day(57), day(60)),
        ("lock_in", day(90), day(90), day(90)),
        ("quarterly", day(120), day(146), day(160)),
        ("follow_on", day(306), day(352), day(366)),
        ("care_update_completion", day(365), day(388), day(395)),
        ("end_of_period", day(185), day(365), day(425)),
    ]
    baseline = next(each for each in found if each.id == "baseline")
    assert (baseline.consequence, baseline.notice) == ("CMS unaligns the patient.", "baseline-reporting-window")
    assert all(each.source and each.consequence and each.consequence_source for each in found)


def test_the_update_on_the_start_counts_from_the_baseline(rules: AccessRules) -> None:
    """Care starts when the first report is in, whichever follows; before it there is no such deadline."""
    update = {each.id: each for each in deadlines(rules, "bh", ALIGNED, 1, [day(130), day(50)], day(140))}
    assert update["care_update_initiation"].closes_on == day(60)
    assert "care_update_initiation" not in {each.id for each in deadlines(rules, "bh", ALIGNED, 1, [], day(40))}


def test_no_quarter_is_due_once_the_year_is_reported(rules: AccessRules) -> None:
    """Nor the end-of-period report; what is left is the update on the end, and the consent."""
    found = deadlines(rules, "bh", ALIGNED, 1, [day(50)], day(200), reported_on=day(190))
    left = ["baseline", "care_update_initiation", "lock_in", "follow_on", "care_update_completion"]
    assert [each.id for each in found] == left


@pytest.mark.parametrize(("submitted", "opens"), [(295, 365), (296, None)])
def test_a_quarter_exists_while_its_window_opens_in_the_year(
    rules: AccessRules, submitted: int, opens: int | None
) -> None:
    """On day 365 it still does; on the day after the end-of-period report takes its place."""
    found = {each.id: each for each in deadlines(rules, "msk", ALIGNED, 1, [day(submitted)], day(300))}
    quarter = found.get("quarterly")
    assert (None if quarter is None else quarter.opens_on) == (None if opens is None else day(opens))


def test_an_escalation_is_told_to_the_pcp_within_ten_days(rules: AccessRules) -> None:
    """It has no planned day: its deadline is counted from when it happened."""
    found = care_update_deadline(rules, "escalation", day(100))
    assert (found.opens_on, found.due_on, found.closes_on) == (day(100), day(107), day(110))
    with pytest.raises(UnknownName, match="did you mean 'escalation'"):
        care_update_deadline(rules, "escalations", day(100))


@given(track=TRACKS, aligned_on=DAYS, period=st.integers(1, 2), today=st.integers(0, 500))
def test_a_deadline_is_due_inside_its_window(
    rules: AccessRules, track: str, aligned_on: date, period: int, today: int
) -> None:
    """The day we want it is never before the task opens nor after the last day; MSK has no follow-on deadline."""
    on = aligned_on + timedelta(days=today)
    found = deadlines(rules, track, aligned_on, period, [aligned_on + timedelta(days=30)], on)
    assert all(each.opens_on <= each.due_on <= each.closes_on for each in found)
    assert any(each.id == "follow_on" for each in found) == (track != "msk")
    assert any(each.id == "lock_in" for each in found) == (period == 1)


@pytest.mark.parametrize(
    ("track", "consented", "necessary", "words"),
    [
        ("msk", day(350), True, "no follow-on period"),
        ("bh", None, True, "between 2027-05-07 and 2027-07-06"),
        ("bh", day(305), True, "between 2027-05-07 and 2027-07-06"),
        ("bh", day(306), None, "Medical necessity"),
        ("bh", day(306), True, None),
    ],
)
def test_a_follow_on_period_needs_recent_consent_and_necessity(
    rules: AccessRules, track: str, consented: date | None, necessary: bool | None, words: str | None
) -> None:
    """Consent at most 60 days before its start, and medical necessity found again; never for MSK."""
    reason = rules.follow_on.hindrance(track, ALIGNED, consented, necessary)
    assert (reason is None) if words is None else (reason is not None and words in reason)


def test_a_stale_measure_is_taken_again_for_the_next_period(rules: AccessRules) -> None:
    """A PROM of three weeks ago is no baseline, a laboratory value of ten months ago is."""
    start = day(366)
    fresh = {"phq9.score": rules.fresh_from("prom", start), "hba1c": rules.fresh_from("laboratory", start)}
    measured = {"phq9.score": start - timedelta(days=21), "hba1c": start - timedelta(days=300)}
    assert rules.follow_on.stale_measures(measured, fresh) == ("phq9.score",)
    assert rules.follow_on.stale_measures({}, fresh) == ("phq9.score", "hba1c")


def test_each_notice_of_cms_is_about_a_date_of_ours(rules: AccessRules) -> None:
    """The seven event types; an unalignment tells what has happened, so no date of ours announces it."""
    dates = rules.case_dates("bh", ALIGNED, 1, day(50))
    assert {event: notice.day(dates) for event, notice in rules.notices.items()} == {
        "participant-lock-ending": day(90),
        "control-group-ending": None,
        "alignment-renewal": day(365),
        "baseline-reporting-window": day(60),
        "quarterly-reporting-window": day(160),
        "eoy-reporting-window": day(425),
        "unalignment": None,
    }
    waiting = {"control_group_ends_on": rules.alignment.control_group_ends(ALIGNED)}
    assert rules.notices["control-group-ending"].day(waiting) == date(2027, 7, 5)
