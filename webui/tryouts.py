"""Where a director's walk through a draft stands: what was kept of it, played on the draft as it is now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from flask import current_app

from engine.store.walks import keep_walk, walk_of
from engine.studio.drafts import Draft, draft
from engine.studio.workspace import sources_of
from engine.tryout import CannotBegin, Fault, Played, Step, Theatre, Tryout, tryout_of
from engine.tryout.theatre import content_key
from webui.access import visitor
from webui.extension import engine

EXTENSION = "throughline.theatre"  # where the application keeps its stages


@dataclass(frozen=True, slots=True)
class Standing:
    """A draft with the walk that its visitor is on: ``played`` is None before it begins, and where it ``cannot``."""

    draft: Draft
    sources: Mapping[str, str]
    tryout: Tryout | None
    has_changed: bool  # the draft, since the walk's last step
    played: Played | None
    cannot: Fault | None

    @property
    def steps(self) -> int:
        """How many steps are kept: what the next one names, so that of two windows one wins."""
        return 0 if self.tryout is None else len(self.tryout.steps)


def theatre() -> Theatre:
    """The stages of this web process."""
    return cast(Theatre, current_app.extensions.setdefault(EXTENSION, Theatre()))


def standing(draft_id: int) -> Standing:
    """The walk as it stands; raises NotFound for a draft that is not there."""
    with engine().db.reading() as connection:
        found = draft(connection, draft_id)
        sources = sources_of(connection, draft_id, engine().settings.pathways_dir)
        kept = walk_of(connection, draft_id, visitor().email)
    if kept is None:
        return Standing(found, sources, None, False, None, None)
    tryout = tryout_of(kept["patient"], kept["steps"])
    has_changed = kept["patient"].get("played_on") != content_key(sources)
    try:
        played = theatre().play(sources, tryout, found.main)
    except CannotBegin as error:
        return Standing(found, sources, tryout, has_changed, None, error.fault)
    return Standing(found, sources, tryout, has_changed, played, None)


def take(here: Standing, step: Step) -> Fault | None:
    """Take one step more and keep it; the fault when it cannot be taken, and then nothing has changed.

    Raises InvalidInput for one step too many, WalkedOn when another window was faster.
    """
    assert here.tryout is not None
    further = here.tryout.and_then(step)
    played = theatre().play(here.sources, further, here.draft.main)
    if played.fault is not None:
        return played.fault
    keep(here, further, after=here.steps)
    return None


class WalkedOn(Exception):
    """The walk has gone on in another window since the form was opened."""


def keep(here: Standing, tryout: Tryout, *, after: int | None) -> None:
    """Keep the walk as it is now; raises WalkedOn when it has not as many steps any more as ``after``."""
    patient = {**tryout.kept_start(), "played_on": content_key(here.sources)}
    now, steps = engine().clock.now(), tryout.kept_steps()
    with engine().db.writing() as connection:
        kept = keep_walk(connection, here.draft.id, visitor().email, patient=patient, steps=steps, now=now, after=after)
    if not kept:
        raise WalkedOn
