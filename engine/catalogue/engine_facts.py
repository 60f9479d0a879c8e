"""The types of the names that the engine itself gives: the case, the patient, the event, measures and contacts."""

from __future__ import annotations

from typing import Final, get_args

from care.access import CASE_DATES, FRESHNESS_DATES
from care.measure_outcomes import State
from engine.bpmn.extension import TRACKS
from engine.events import EVENTS, INTERNAL
from engine.feel.static import (
    ANY,
    BOOLEAN,
    CONTEXT,
    DATE,
    DATE_AND_TIME,
    DAYS,
    NUMBER,
    STRING,
    Type,
    bounded,
    choice_of,
    context_of,
    list_of,
)
from engine.measures import MEASURES, RANGES
from engine.statuses import FINAL, RUNNING

#: What `engine.scope.case_values` holds; a test compares the two.
CASE: Final = context_of(
    {
        "id": STRING,
        "track": choice_of(TRACKS),
        "status": choice_of((*RUNNING, *FINAL)),
        "aligned_on": DATE,
        "period": bounded(1, None),
        "day": NUMBER,
        "week": NUMBER,
    }
)
PATIENT: Final = context_of(
    {
        "name": STRING,
        "first_name": STRING,
        "age": bounded(0, None),
        "pcp": STRING,
        "language": STRING,
        "conditions": list_of(STRING),
    }
)
UPDATE_OCCASIONS: Final = ("initiation", "escalation", "setting_change", "completion")
#: What `engine.computed` works out; a test compares the two.
ACCESS: Final = context_of(
    {
        **dict.fromkeys((*CASE_DATES, *FRESHNESS_DATES), DATE),
        **dict.fromkeys((f"{each}_update_within" for each in UPDATE_OCCASIONS), DAYS),
        "may_leave": BOOLEAN,
        "eligibility": STRING,
        "eligibility_sentence": STRING,
        "loss_of_contact_attempts": bounded(1, None),
        "loss_of_contact_within": DAYS,
    }
)
OUTCOME: Final = context_of(
    {
        "all_met": BOOLEAN,
        "is_reportable": BOOLEAN,
        "met": bounded(0, None),
        "of": bounded(0, None),
        "state": choice_of(get_args(State)),
        "sentence": STRING,
        "measured_on": DATE,
    }
)
# what events of the engine's own carry beside a reason
_RAISED: Final = dict.fromkeys(("occasion", "signal", "fact", "measure", "sentence"), STRING)
_PAYLOAD: Final = {"value": NUMBER, "components": list_of(ANY), "answers": list_of(NUMBER)}


def event_type() -> Type:
    """The event that a process was started by: its type, its day and what the payloads of all events may hold."""
    members = {name: _PAYLOAD.get(name, STRING) for event in EVENTS.values() for name in event.members}
    types = choice_of((*EVENTS, *INTERNAL))
    return context_of({**members, "type": types, "on": DATE, "at": STRING, "reason": STRING, **_RAISED})


def engine_names() -> dict[str, Type]:
    """Every name that stands in a scope whatever the pathways are."""
    measures = {name: bounded(*RANGES.get(name, (0, None))) for name in MEASURES.values()}
    return {
        **measures,
        "access": ACCESS,
        "outcome": OUTCOME,
        "social_needs": CONTEXT,
        "case": CASE,
        "patient": PATIENT,
        "event": event_type(),
        "counter": bounded(1, None),
        "today": DATE,
        "now": DATE_AND_TIME,
        "contact.unanswered_count": bounded(0, None),
        "contact.first_unanswered_on": DATE,
        "contact.last_reached_on": DATE,
    }
