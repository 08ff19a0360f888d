"""Where Rejoinder keeps its files, and how it keeps them private: folders 0700, files 0600, whatever the umask.

`REJOINDER_HOME` puts everything under one folder; otherwise the platform's own places are used (platformdirs).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

Kind = Literal["data", "state", "config"]


def folder(kind: Kind) -> Path:
    """The private folder for archives (`data`), positions, histories and the log (`state`), or settings (`config`)."""
    home = os.environ.get("REJOINDER_HOME")
    if home:
        path = Path(home).expanduser() / kind
    else:
        import platformdirs  # costs 3 ms, and never needed where REJOINDER_HOME is set

        path = Path(getattr(platformdirs, f"user_{kind}_dir")("rejoinder"))
    return private_folder(path)


def private_folder(path: Path) -> Path:
    """Make the folder (and those above it) if it is missing, for its owner alone; an existing one is left as it is."""
    if not path.is_dir():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700, exist_ok=True)
        path.chmod(0o700)
    return path


def private_file(path: Path) -> Path:
    """Make sure that the file exists and that only its owner may read it, before anything is written to it."""
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
    finally:
        os.close(descriptor)
    return path
