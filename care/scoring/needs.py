"""The rule of social needs screens (AHC-HRSN, PRAPARE): which domains of need the answers show."""

from __future__ import annotations

from decimal import Decimal

from care.questionnaires import Domain, Instrument, Points
from care.scoring.answers import Answers


def needs(instrument: Instrument, answers: Answers) -> Points:
    """Raw and score are the number of domains with a need; `domains` says which.

    A person may decline an item. A domain is then a need when what was answered shows one, no need when the
    rest of it cannot show one any more, and undecided (absent) otherwise: silence is not "no need".
    """
    decided = {domain.name: _need(instrument, domain, answers) for domain in instrument.scoring.domains}
    domains = {name: need for name, need in decided.items() if need is not None}
    count = Decimal(sum(domains.values()))
    return Points(count, count, domains)


def _need(instrument: Instrument, domain: Domain, answers: Answers) -> bool | None:
    if domain.at_least is not None:
        return _sum_reaches(instrument, domain, domain.at_least, answers)
    asked = [(answers[number - 1], shows) for number, shows in domain.answers.items()]
    if any(answer in shows for answer, shows in asked):
        return True
    return None if any(answer is None for answer, _ in asked) else False


def _sum_reaches(instrument: Instrument, domain: Domain, threshold: int, answers: Answers) -> bool | None:
    """The least and the most the sum can be, given what was declined, decide where both fall on one side."""
    least = most = 0
    for number in domain.summed:
        answer, item = answers[number - 1], instrument.items[number - 1]
        least += item.minimum if answer is None else answer
        most += item.maximum if answer is None else answer
    if least >= threshold:
        return True
    return False if most < threshold else None
