"""Which pathways a draft would give a new version, which it leaves alone, and what stands against publishing it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, RowMapping

from engine.bpmn.extension import TRACKS, PathwaySettings, pathway_settings
from engine.bundle import BPMN, PathwayTexts, is_started, main_process
from engine.errors import DefinitionError
from engine.library import main_file
from engine.lint import Finding
from engine.safe_xml import parse_xml
from engine.scenarios.document import ScenarioError, document_of
from engine.store.scenarios import saved_scenarios
from engine.store.studio import files_of
from engine.store.versions import newest_sources, version
from engine.studio.drafts import Draft, draft
from engine.studio.findings import Findings, changed_paths, findings_between, without_place
from engine.studio.origins import fingerprint
from engine.studio.paths import kind_of_path
from engine.studio.titles import file_title
from engine.studio.workspace import published_sources, sources_of


@dataclass(frozen=True, slots=True)
class Concerned:
    """A pathway that would get version ``number``. ``replaces`` is its newest one, None for a new pathway, and
    ``replaces_from`` the instant from which that one is taken.

    ``own`` tells the pathway that the draft was made for from those that share a file with it; ``begun`` are the texts
    that it begins as; ``overtaken`` are the files that were published since with another text, which this one would
    take back. ``tracks`` are those whose patients it concerns or did before.
    """

    process_id: str
    title: str
    main: str
    number: int
    replaces: str | None
    tracks: tuple[str, ...]
    changed: tuple[str, ...]
    own: bool
    begun: Mapping[str, str]
    sources: Mapping[str, str]
    overtaken: tuple[str, ...] = ()
    replaces_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class LeftAlone:
    """A pathway that holds another text of a changed file than the draft began as, and keeps it."""

    title: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replaced:
    """A scenario that is there already and gets another text; ``overtaken`` when somebody saved it since."""

    path: str
    title: str
    overtaken: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """``scenarios`` are the draft's own, ``unused`` its files that no pathway takes; ``against`` says in words why it
    cannot be published, without regard to the findings; ``texts`` is the folder of pathways as it would be."""

    draft: Draft
    changed: tuple[str, ...]
    scenarios: tuple[str, ...]
    replaced: tuple[Replaced, ...]
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
    origins = {path: row["made_from"] for path, row in files_of(connection, draft_id).items()}
    newest = newest_sources(connection)
    base = None if about.base is None else version(connection, about.base)
    concerned, left = _by_newest(base, newest, origins, own, after)
    concerned += _new_pathways(about, own, newest, after)
    unused = tuple(sorted(set(own) - {path for each in concerned for path in each.sources}))
    return Plan(
        draft=about,
        changed=tuple(sorted(own)),
        scenarios=tuple(sorted(scenarios)),
        replaced=tuple(_replaced(sorted(scenarios), before, saved_scenarios(connection), origins)),
        findings=_findings(about, before, after, concerned),
        concerned=tuple(sorted(concerned, key=lambda each: (not each.own, each.title))),
        left=tuple(left),
        unused=unused,
        against=(
            *_against(about, bool(own or scenarios), concerned, newest, left, unused),
            *_unreadable(sorted(scenarios), after),
        ),
        texts=after,
    )


def _findings(
    about: Draft, before: Mapping[str, str], after: Mapping[str, str], concerned: Sequence[Concerned]
) -> Findings:
    """Those of the draft as it is drawn, and of each version that it would become: it may hold other shared texts."""
    found = list(findings_between(before, after, {about.main}).found)
    for each in concerned:
        alone = findings_between({**before, **each.begun}, {**after, **each.sources}, each.changed)
        found += [finding for finding in alone.found if finding.file in each.sources]
    once: dict[Finding, Finding] = {}
    for finding in found:
        once.setdefault(without_place(finding), finding)
    return Findings(tuple(sorted(once.values(), key=lambda finding: finding.severity)))


def _replaced(
    scenarios: Sequence[str], before: Mapping[str, str], saved: Mapping[str, str], origins: Mapping[str, str | None]
) -> Iterator[Replaced]:
    for path in scenarios:
        if path in before:
            overtaken = path in saved and fingerprint(saved[path]) != origins[path]
            yield Replaced(path, file_title(path, before[path]), overtaken)


def _unreadable(scenarios: Sequence[str], texts: Mapping[str, str]) -> Iterator[str]:
    """A scenario without a track would be kept and never be played again."""
    for path in scenarios:
        try:
            track = document_of(texts[path], path).values.get("track")
        except ScenarioError as error:
            yield f"A scenario cannot be read: {error.message}. Mend it, or take its change back."
            continue
        if track not in TRACKS:
            yield f"{path} names no track, so it would never be played: give it one of {', '.join(TRACKS)}."


def _by_newest(
    base: RowMapping | None,
    newest: Sequence[RowMapping],
    origins: Mapping[str, str | None],
    own: Mapping[str, str],
    after: Mapping[str, str],
) -> tuple[list[Concerned], list[LeftAlone]]:
    """What becomes of each published pathway: the draft's own begins as the draft did, the others as they are.

    Another pathway's shared file is left alone where it is not the text that the draft's was made from; its own
    diagram, which nobody else holds, is overtaken.
    """
    concerned, left = [], []
    for row in newest:
        is_own = base is not None and row["process_id"] == base["process_id"]
        begun = base["sources"] if is_own and base is not None else row["sources"]
        held = own.keys() & begun.keys()
        main = main_file(row["sources"], row["process_id"])
        other = {path for path in held if not is_own and fingerprint(begun[path]) != origins[path]}
        if other - {main}:
            left.append(LeftAlone(row["title"], tuple(sorted(other - {main}))))
        elif held:
            newer = {path for path, text in row["sources"].items() if begun.get(path) != text}
            since = {path for path in newer if fingerprint(row["sources"][path]) != origins.get(path)}
            concerned.append(_next(row, begun, own, after, is_own, other | since))
    return concerned, left


def _next(
    row: RowMapping,
    begun: Mapping[str, str],
    own: Mapping[str, str],
    after: Mapping[str, str],
    is_own: bool,
    overtaken: Collection[str],
) -> Concerned:
    """The next version of a process: what it begins as, with the draft's files over it."""
    main = main_file(row["sources"], row["process_id"])
    sources = _bundle({**after, **begun, **own}, main, {**begun, **own})
    before = (row["track"], *(row["tracks"] or ()))
    return Concerned(
        process_id=row["process_id"],
        title=row["title"],
        main=main,
        number=row["number"] + 1,
        replaces=row["hash"],
        tracks=tuple(dict.fromkeys(track for track in (*before, *_tracks(sources[main], main)) if track)),
        changed=tuple(sorted(own.keys() & sources.keys())),
        own=is_own,
        begun=begun,
        sources=sources,
        overtaken=tuple(sorted(overtaken)),
        replaces_from=row["effective_from"],
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
            begun={},
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
    about: Draft,
    changes: bool,
    concerned: Sequence[Concerned],
    newest: Sequence[RowMapping],
    left: Sequence[LeftAlone],
    unused: Sequence[str],
) -> Iterator[str]:
    """What stands against publishing, each with what to do."""
    if not about.is_open:
        yield f"This draft was {about.status} already."
    elif not changes:
        yield "The draft changes nothing yet: draw something first."
    if unused and not concerned and left:
        yield (
            f"Every pathway that uses {', '.join(unused)} holds another text by now: begin a draft from the newest "
            "version of one of them."
        )
    elif unused and not concerned:
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
    yield from _given_up(concerned, newest)


def _twice(concerned: Sequence[Concerned], newest: Sequence[RowMapping]) -> Iterator[str]:
    """A track has one pathway: two that claim it."""
    claims = {row["process_id"]: (row["track"], row["title"]) for row in newest if row["track"]}
    for each in concerned:
        for settings in _settings(each.sources[each.main], each.main):
            for process_id, (track, title) in claims.items():
                if settings.track == track and process_id != each.process_id:
                    yield f"The track {track} has a pathway already, “{title}”: give {each.main} another, or none."


def _given_up(concerned: Sequence[Concerned], newest: Sequence[RowMapping]) -> Iterator[str]:
    """A track that has a pathway keeps one: else nobody could enter it any more."""
    tracks = {row["process_id"]: row["track"] for row in newest if row["track"]}
    for each in concerned:
        track = tracks.get(each.process_id)
        if track and track not in {settings.track for settings in _settings(each.sources[each.main], each.main)}:
            yield (
                f"The process of {each.main} was that of the track {track} and is so no more: no patient could enter "
                f"{track}. Give it its track back."
            )
