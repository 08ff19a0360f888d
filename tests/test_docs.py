"""What the docs promise is what the code does."""

from __future__ import annotations

import re

import pytest

from rejoinder.cli.manual import manual
from tests import docs

PAGES = sorted([*docs.ROOT.glob("*.md"), *(docs.ROOT / "docs").glob("*.md")])


def test_the_readme_lists_every_key_operator_and_command() -> None:
    text = docs.README.read_text("utf-8")
    assert docs.fill(text) == text, "run: python -m tests.docs"


def test_the_man_page_is_made_from_the_commands() -> None:
    assert docs.MANUAL.read_text("utf-8") == manual(), "run: python -m tests.docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_links_to_is_there(page) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_make_target_that_the_readme_names_is_there() -> None:
    makefile = (docs.ROOT / "Makefile").read_text("utf-8")
    for target in set(re.findall(r"\bmake (\w+)", docs.README.read_text("utf-8"))):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"make {target}"
