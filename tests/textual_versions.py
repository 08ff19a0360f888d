"""Tries the painter with other versions of Textual, each in an environment of its own: `… FOLDER 8.1 8.2`."""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
TESTS = ("tests/app/test_painter.py", "tests/app/test_textual_seams.py")


def environment(folder: Path, version: str) -> Path:
    """The Python of an environment with the newest patch of this version; made once."""
    python = folder / f"textual-{version}" / "bin" / "python"
    if not python.exists():
        venv.create(python.parents[1], with_pip=True)
        wanted = (ROOT / "requirements-dev.in").read_text().splitlines()
        others = [line for line in wanted if line and not line.startswith(("#", "textual"))]
        pip = [str(python), "-m", "pip", "install", "--quiet", f"textual=={version}.*", *others]
        subprocess.run(pip, check=True)
        # Not the lock file's hashes, and not our own bounds: the point is to go beyond them.
        own = [str(python), "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "-e", str(ROOT)]
        subprocess.run(own, check=True)
    return python


def main(folder: Path, versions: list[str]) -> int:
    """Run the painter's tests and a walk with each version; 1 if one fails."""
    failed = 0
    for version in versions:
        python = str(environment(folder, version))
        told = subprocess.run(
            [python, "-c", "import textual; print(textual.__version__)"], capture_output=True, text=True
        )
        print(f"Textual {told.stdout.strip()}", flush=True)
        failed |= subprocess.run([python, "-m", "pytest", "-q", *TESTS], cwd=ROOT).returncode
        failed |= subprocess.run([python, "-m", "tests.app.comparing", "20"], cwd=ROOT).returncode
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
