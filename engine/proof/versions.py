"""Are the versions that a record names still the texts whose hash is their name?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from engine.bundle import content_hash
from engine.errors import NotFound
from engine.proof.faults import ProofFault
from engine.store.versions import version


def faults_of_versions(connection: Connection, digests: Iterable[str]) -> Iterator[ProofFault]:
    """Versions that are gone, or whose texts (diagrams, tables, forms) are not those that were published."""
    for digest in digests:
        try:
            is_named = content_hash(version(connection, digest)["sources"]) == digest
        except NotFound:
            yield ProofFault(f"version {digest[:16]} is missing: entries of the record name it")
            continue
        except (ValueError, AttributeError, TypeError):  # no JSON any more, or no object of texts
            is_named = False
        if not is_named:
            yield ProofFault(f"the files of version {digest[:16]} were changed after it was published")
