"""Which pathways a draft would give a new version, which it leaves alone, and what stands against publishing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, RowMapping

from engine.bpmn.extension import PathwaySettings, pathway_settings
from engine.bundle import BPMN, PathwayTexts, is_started, main_process
from engine.errors import DefinitionError
from engine.library import main_file
from engine.safe_xml import parse_xml
from engine.store.studio import files_of
from engine.store.versions import newest_sources, version
from engine.studio.drafts import Draft, draft
from engine.studio.findings import Findings, changed_paths, findings_between
from engine.studio.paths import kind_of_path
from engine.studio.titles import file_title
from engine.studio.workspace import published_sources, sources_of


@dataclass(frozen=True, slots=True)
class Concerned:
    """A pathway that would get version ``number``. ``replaces`` is its newest one, None for a new pathway.

    ``own`` tells the pathway that the draft was made for from those that share a file with it; ``overtaken`` are the
    files of a version that was published since the draft began, which this one would take back.
    """

    process_id: str
    title: str
    main: str
    number: int
    replaces: str | None
    tracks: tuple[str, ...]
    changed: tuple[str, ...]
    own: bool
    sources: Mapping[str, str]
    overtaken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A pathway that holds another text of a changed file than the draft began as, and keeps it."""

    title: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """``scenarios`` are the draft's own; ``against`` says in words why it cannot be published, without regard to the
    findings; ``texts`` is the folder of pathways as it would be."""

    draft: Draft
    changed: tuple[str, ...]
    scenarios: tuple[str, ...]
    findings: Findings
    concerned: tuple[Concerned, ...]
    left: tuple[LeftAlone, ...]
    unused: tuple[str, ...]
    against: tuple[str, ...]
    texts: Mapping[str, str]

    @property
    def can_be_published(self) -> bool:
        return not self.against and self.findings.errors == 0


def plan_of(connection: Connection, draft_id: int, shipped: Path) -> Plan:
    """The plan of a draft as it stands; raises NotFound."""
    about = draft(connection, draft_id)
    before, after = published_sources(connection, about.base, shipped), sources_of(connection, draft_id, shipped)
    changed = changed_paths(before, after)
    scenarios = {path for path in changed if kind_of_path(path) == "scenario"}
    own = {path: after[path] for path in changed - scenarios}
    newest = newest_sources(connection)
    base = None if about.base is None else version(connection, about.base)
    concerned, left = _by_newest(base, newest, before, own, after)
    concerned += _new_pathways(about, own, newest, after)
    used = {path for each in concerned for path in each.sources} | {path for each in left for path in each.paths}
    unused = tuple(sorted(set(own) - used))
    return Plan(
        draft=about,
        changed=tuple(sorted(own)),
        scenarios=tuple(sorted(scenarios & files_of(connection, draft_id).keys())),
        findings=findings_between(before, after, {about.main}),
        concerned=tuple(sorted(concerned, key=lambda each: (not each.own, each.title))),
        left=tuple(left),
        unused=unused,
        against=tuple(_against(about, bool(own or scenarios), concerned, newest, unused)),
        texts=after,
    )


def _by_newest(
    base: RowMapping | None,
    newest: Sequence[RowMapping],
    before: Mapping[str, str],
    own: Mapping[str, str],
    after: Mapping[str, str],
) -> tuple[list[Concerned], list[LeftAlone]]:
    """What becomes of each published pathway: the draft's own begins as the draft did, the others as they are."""
    concerned, left = [], []
    for row in newest:
        is_own = base is not None and row["process_id"] == base["process_id"]
        begun = base["sources"] if is_own and base is not None else row["sources"]
        held = own.keys() & begun.keys()
        other = sorted(path for path in held if begun[path] != before.get(path))
        if other:
            left.append(LeftAlone(row["title"], tuple(other)))
        elif held:
            concerned.append(_next(row, begun, own, after, is_own))
    return concerned, left


def _next(
    row: RowMapping, begun: Mapping[str, str], own: Mapping[str, str], after: Mapping[str, str], is_own: bool
) -> Concerned:
    """The next version of a process: what it begins as, with the draft's files over it."""
    main = main_file(row["sources"], row["process_id"])
    sources = _bundle({**after, **begun, **own}, main, {**begun, **own})
    newer = {path for path, text in row["sources"].items() if begun.get(path) != text}
    return Concerned(
        process_id=row["process_id"],
        title=row["title"],
        main=main,
        number=row["number"] + 1,
        replaces=row["hash"],
        tracks=_tracks(sources[main], main),
        changed=tuple(sorted(own.keys() & sources.keys())),
        own=is_own,
        sources=sources,
        overtaken=tuple(sorted(newer)),
    )


def _new_pathways(
    about: Draft, own: Mapping[str, str], newest: Sequence[RowMapping], after: Mapping[str, str]
) -> list[Concerned]:
    """The pathways of the draft of which nothing is published yet."""
    known = {main_file(row["sources"], row["process_id"]) for row in newest}
    return [
        Concerned(
            process_id=_process_of(text, path) or path,
            title=file_title(path, text),
            main=path,
            number=1,
            replaces=None,
            tracks=_tracks(text, path),
            changed=(path,),
            own=path == about.main,
            sources=_bundle(after, path, {path: text}),
        )
        for path, text in own.items()
        if path.endswith(".bpmn") and path not in known and is_started(text, path)
    ]


def _bundle(texts: Mapping[str, str], main: str, otherwise: Mapping[str, str]) -> Mapping[str, str]:
    """What a pathway takes along; ``otherwise`` where it names something that is not there, which lint says."""
    try:
        return PathwayTexts(texts, "this draft").bundle(main)
    except DefinitionError:
        return otherwise


def _process_of(text: str, path: str) -> str | None:
    try:
        return main_process(text, path)
    except DefinitionError:
        return None


def _tracks(text: str, path: str) -> tuple[str, ...]:
    """The tracks whose patients a pathway concerns."""
    return tuple(track for each in _settings(text, path) for track in (each.track, *each.tracks) if track)


def _settings(text: str, path: str) -> list[PathwaySettings]:
    processes = parse_xml(text.encode(), path).iter(BPMN + "process")
    return [found for found in map(pathway_settings, processes) if found is not None]


def _against(
    about: Draft, changes: bool, concerned: Sequence[Concerned], newest: Sequence[RowMapping], unused: Sequence[str]
) -> Iterator[str]:
    """What stands against publishing, each with what to do."""
    if not about.is_open:
        yield f"This draft was {about.status} already."
    elif not changes:
        yield "The draft changes nothing yet: draw something first."
    if unused and not concerned:
        yield (
            f"Nothing that is published uses {', '.join(unused)}: call it from a pathway, "
            "or give its process a track or an event that starts it."
        )
    for each in concerned:
        found = _process_of(each.sources[each.main], each.main)
        if found is not None and found != each.process_id:
            yield (
                f"The process of {each.main} is called “{found}”, it was “{each.process_id}”: give it its old id back, "
                "for patients who are on it are known by that."
            )
    yield from _twice(concerned, newest)


def _twice(concerned: Sequence[Concerned], newest: Sequence[RowMapping]) -> Iterator[str]:
    """A track has one pathway: two that claim it."""
    claims = {row["process_id"]: (row["track"], row["title"]) for row in newest if row["track"]}
    for each in concerned:
        for settings in _settings(each.sources[each.main], each.main):
            for process_id, (track, title) in claims.items():
                if settings.track == track and process_id != each.process_id:
                    yield f"The track {track} has a pathway already, “{title}”: give {each.main} another, or none."
