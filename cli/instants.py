"""Instants, days and periods as arguments of a command."""

from __future__ import annotations

from datetime import date, datetime

import click

from care.errors import PeriodError
from care.periods import Period


class _Instant(click.ParamType[datetime]):
    name = "ISO"

    def convert(self, value: str | datetime, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is not an instant; write 2026-07-06T09:00:00-04:00", param, ctx)
        if instant.tzinfo is None:
            self.fail(f"'{value}' has no time zone; write {value}Z for UTC", param, ctx)
        return instant


class _Day(click.ParamType[date]):
    name = "DATE"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is not a day; write 2026-07-06", param, ctx)


class _Period(click.ParamType[Period]):
    name = "PERIOD"

    def convert(self, value: str | Period, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        try:
            return value if isinstance(value, Period) else Period.parse(value)
        except PeriodError as error:
            self.fail(error.message, param, ctx)


INSTANT, DAY, PERIOD = _Instant(), _Day(), _Period()
