"""A bundle's files held against its manifest, as `sha256sum -c SHA256SUMS` does it after unpacking."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from rejoinder.errors import RejoinderError
from rejoinder.reports.bundle import MANIFEST


def is_bundle(path: Path) -> bool:
    """Whether this is a zip with a manifest."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as bundle:
        return MANIFEST in bundle.namelist()


def verify_bundle(path: Path) -> list[tuple[str, str]]:
    """(file, `unchanged`, `changed`, `missing` or `not in the manifest`) of everything in a bundle.

    Raises RejoinderError where the zip or its manifest can't be read.
    """
    try:
        with zipfile.ZipFile(path) as bundle:
            lines = bundle.read(MANIFEST).decode("utf-8").splitlines()
            told = {name.removeprefix("*"): sum for sum, _, name in (line.partition("  ") for line in lines if line)}
            here = set(bundle.namelist()) - {MANIFEST}
            states = {name: _state(bundle, name, sum) if name in here else "missing" for name, sum in told.items()}
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise RejoinderError(f"{path} can't be read: {error}.", "It may be damaged: ask for it again.") from None
    return [*states.items(), *((name, "not in the manifest") for name in sorted(here - told.keys()))]


def _state(bundle: zipfile.ZipFile, name: str, sum: str) -> str:
    try:
        with bundle.open(name) as file:
            return "unchanged" if hashlib.file_digest(file, "sha256").hexdigest() == sum else "changed"  # type: ignore[arg-type]
    except zipfile.BadZipFile:
        return "changed"
