"""What a kind of background work is, what a channel is, and how an attempt can end other than well.

At least once: an effect may be asked for again after a crash, with the same key; a channel makes one of both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from care.care_update import CareUpdate

if TYPE_CHECKING:
    from engine.application import Engine

Evidence = Mapping[str, Any]
"""What shows that the effect is there: JSON, kept with the row and in the case's history."""


class NotDelivered(Exception):
    """The attempt failed and another may not: it is tried again, later and later, then given up."""


class Undeliverable(Exception):
    """No further attempt would help: somebody has to change something."""


class Later(Exception):
    """Its time has not come; the attempt does not count."""

    def __init__(self, until: datetime, why: str) -> None:
        super().__init__(why)
        self.until = until


@dataclass(frozen=True, slots=True)
class Letter:
    """An update on its way: the row's id, the idempotency key of its effect, what it says and that content's digest."""

    id: int
    key: str
    update: CareUpdate
    sha256: str
    now: datetime

    @property
    def recipient(self) -> str | None:
        return self.update.recipient


@dataclass(frozen=True, slots=True)
class Files:
    """What an import carries: files with their names, for the patients of an organisation."""

    files: Sequence[tuple[str, bytes]]
    organisation: str
    requested_by: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A mail to people who work here: it names nobody, and leads to the page that does."""

    key: str
    to: Sequence[str]
    subject: str
    text: str
    now: datetime


class Importer(Protocol):
    """Reads files into the record; the same again changes nothing. Raises NotDelivered or Undeliverable."""

    def bring_in(self, engine: Engine, files: Files) -> Evidence: ...


class Mailer(Protocol):
    """Hands a notice over. Raises NotDelivered or Undeliverable; with a key seen before it is the same mail again."""

    def mail(self, notice: Notice) -> Evidence: ...


class Channel(Protocol):
    """A way to the PCP. ``send`` raises NotDelivered or Undeliverable; with a key seen before it adds nothing."""

    @property
    def name(self) -> str: ...

    def send(self, letter: Letter) -> Evidence: ...


Way = Channel | Importer | Mailer
"""What does a kind of work that this floor cannot do itself."""

Channels = Mapping[str, Way]
"""The ways at hand, by the operation whose work they carry; work without its way goes on waiting."""

Deliver = Callable[["Engine", Mapping[str, Any], Any, datetime], Evidence]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """``deliver(engine, row, channel, now)`` makes the effect of a row of the outbox and returns its evidence.

    ``words`` is what the kind is called on pages. An attempt has the row to itself for ``takes`` at least.
    """

    operation: str
    purpose: str
    needs_channel: bool
    deliver: Deliver
    words: str
    takes: timedelta = timedelta(minutes=1)
