"""A form from its file to its facts: read it, draw it as JSON Schema, check answers, take their facts."""

from care.errors import FormError
from care.form_checks import check
from care.form_documents import Form, FormField, InstrumentField, MeasureField, WhenAnswer, form_from
from care.form_facts import FactValue, facts_of, instrument_facts
from care.form_schema import json_schema

__all__ = [
    "FactValue",
    "Form",
    "FormError",
    "FormField",
    "InstrumentField",
    "MeasureField",
    "WhenAnswer",
    "check",
    "facts_of",
    "form_from",
    "instrument_facts",
    "json_schema",
]
