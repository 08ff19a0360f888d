"""Where the bundled samples lie: inside the installed package, or in `data/` of a checkout."""

from __future__ import annotations

from pathlib import Path

from rejoinder.errors import UsageError


def root() -> Path:
    """The folder of the samples."""
    package = Path(__file__).resolve().parent
    installed = package / "data"
    return installed if installed.is_dir() else package.parents[1] / "data"


def names() -> list[str]:
    """The samples there are."""
    return sorted(path.parent.name for path in root().glob("*/SOURCE.md"))


def sample(name: str) -> Path:
    """The folder of one sample; UsageError names those there are."""
    if name not in names():
        raise UsageError(f"There is no sample called {name}.", "The samples are: " + ", ".join(names()))
    return root() / name
