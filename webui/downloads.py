"""Files that a browser keeps: one text, or several as a .zip, under names that are safe on every machine."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

from flask import Response, send_file

from engine.studio.paths import file_name

# Every file of a .zip has this day: the same content is the same .zip.
_DAY = (2026, 1, 1, 0, 0, 0)


def download_text(path: str, text: str) -> Response:
    """One file of a folder of pathways, under its own name."""
    return send_file(
        io.BytesIO(text.encode()),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=_safe(PurePosixPath(path).name),
    )


def download_zip(name: str, texts: Mapping[str, str]) -> Response:
    """Several files in their folders; ``name`` is the .zip's without its ending."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in sorted(texts.items()):
            inside = "/".join(_safe(part) for part in PurePosixPath(path).parts)
            archive.writestr(zipfile.ZipInfo(inside, _DAY), text.encode(), zipfile.ZIP_DEFLATED)
    packed.seek(0)
    return send_file(packed, mimetype="application/zip", as_attachment=True, download_name=f"{file_name(name)}.zip")


def _safe(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return f"{file_name(stem)}.{file_name(ending)}" if dot and stem else file_name(name)
