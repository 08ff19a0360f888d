"""A stranger's format, as docs/formats.md teaches it: installed beside Rejoinder it works like a built-in one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rejoinder.formats import registry

PAGE = Path(__file__).parents[2] / "docs/formats.md"
LOG = (
    '{"no": 1, "who": "mira", "when": "2021-10-03T14:00:00Z", "said": "The ferry is late."}\n'
    '{"no": 2, "who": "gull", "when": "2021-10-03T14:05:00Z", "said": "It always is.", "re": 1}\n{"no": 3, "who": \n'
)


def files(page: str) -> dict[str, str]:
    """The files that the page shows, by name."""
    return dict(re.findall(r"^`([\w.]+)`:\n\n```\w+\n(.*?)^```$", page, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of the page, installed into a folder by pip, and the page's own test."""
    folder = tmp_path_factory.mktemp("stranger")
    shown = files(PAGE.read_text(encoding="utf-8"))
    assert set(shown) == {"harbourlog.py", "pyproject.toml", "test_harbourlog.py"}
    (folder / "package").mkdir()
    for name, text in shown.items():
        (folder / "package" / name).write_text(text, encoding="utf-8")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    pip += ["--disable-pip-version-check", "--target", str(folder / "site"), str(folder / "package")]
    subprocess.run(pip, check=True, capture_output=True)
    return folder


def test_the_page_names_every_built_in_format() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [name for name in registry.names() if f"`{name}`" not in page] == []


def ask(installed: Path, home: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """A command of Rejoinder, where the stranger's package is installed too."""
    environment = os.environ | {"PYTHONPATH": str(installed / "site"), "REJOINDER_HOME": str(home)}
    command = [sys.executable, "-m", "rejoinder", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)


def test_the_pages_own_test_passes(installed: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(installed / "site")}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_harbourlog.py"]
    ran = subprocess.run(
        command, cwd=installed / "package", capture_output=True, text=True, env=environment, timeout=120
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_strangers_format_works_like_a_built_in_one(installed: Path, tmp_path: Path) -> None:
    log = tmp_path / "october.jsonl"
    log.write_text(LOG)
    assert "harbourlog" in ask(installed, tmp_path, "formats").stdout
    imported = ask(installed, tmp_path, "import", "town", log)
    assert imported.returncode == 0 and "october.jsonl (harbourlog): 2 posts, 1 problem" in imported.stdout
    found = ask(installed, tmp_path, "search", "town", "platform:harbourlog to:mira", "--json").stdout
    assert '"text":"It always is."' in found
    assert "october.jsonl" in ask(installed, tmp_path, "problems", "town").stdout
    assert ask(installed, tmp_path, "verify", "town").returncode == 0


@pytest.mark.parametrize(
    "module",
    [
        "import no_such_package_at_all",
        "TITLE = 'Broken'\ndef recognise(export): raise KeyError('what')\nmembers = read = raw = recognise",
        "def recognise(export) return",
    ],
    ids=["import", "recognise", "syntax"],
)
def test_a_broken_format_warns_and_harms_nothing(installed: Path, tmp_path: Path, module: str) -> None:
    site = tmp_path / "site"
    (site / "broken-1.0.dist-info").mkdir(parents=True)
    (site / "brokenlog.py").write_text(module)
    (site / "broken-1.0.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n")
    (site / "broken-1.0.dist-info/entry_points.txt").write_text("[rejoinder.formats]\nbroken = brokenlog\n")
    log = tmp_path / "posts.jsonl"
    log.write_text('{"type":"post","id":"1","platform":"test","text":"tide"}\n')
    environment = os.environ | {"PYTHONPATH": str(site), "REJOINDER_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "rejoinder", "import", "town", str(log)]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert ran.returncode == 0 and "posts.jsonl (native): 1 post" in ran.stdout
    assert "The format broken is broken and was left out" in ran.stderr and "Traceback" not in ran.stderr
