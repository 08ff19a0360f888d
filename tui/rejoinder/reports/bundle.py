"""Files put together in one zip with a manifest of their SHA-256 that `sha256sum -c SHA256SUMS` checks."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path

from rejoinder.folders import private_file

MANIFEST = "SHA256SUMS"


def write_bundle(path: Path, files: Iterable[tuple[str, bytes]]) -> list[str]:
    """Write the files and their manifest; the names written. The zip is there whole or not at all.

    Names are relative and unlike each other; who unpacks it checks all of it by `sha256sum -c SHA256SUMS`.
    """
    new = private_file(path.with_name(path.name + ".new"))
    sums: list[str] = []
    names: list[str] = []
    try:
        with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files:
                archive.writestr(_entry(name), data)
                sums.append(f"{hashlib.sha256(data).hexdigest()}  {name}\n")
                names.append(name)
            archive.writestr(_entry(MANIFEST), "".join(sums))
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)  # there is none where it has taken its place
    return [*names, MANIFEST]


def _entry(name: str) -> zipfile.ZipInfo:
    """An entry that is the same whenever it is written, readable by its owner alone."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry


def fingerprint(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
