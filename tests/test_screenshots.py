"""The pictures that the README shows are those of the scenes, stroke for stroke."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.scenes import SCENES, Scene, draw

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where each sample is imported once."""
    return tmp_path_factory.mktemp("samples")


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_the_picture_is_that_of_the_scene(scene: Scene, imported: Path) -> None:
    picture = (SCREENSHOTS / f"{scene.name}.svg").read_text(encoding="utf-8")
    drawn = draw(scene, imported)
    assert words(drawn) == words(picture), "draw it anew with `make screenshots`, and look at it"
    assert drawn == picture, "only its styles differ: draw it anew with `make screenshots`, and look at it"


def test_there_is_no_picture_of_a_scene_that_is_gone_and_at_least_eight_scenes() -> None:
    assert {path.stem for path in SCREENSHOTS.iterdir()} == {scene.name for scene in SCENES}
    assert len(SCENES) >= 8


@pytest.mark.parametrize("path", sorted(SCREENSHOTS.glob("*.svg")), ids=lambda path: path.stem)
def test_a_picture_loads_nothing_from_elsewhere(path: Path) -> None:
    svg = path.read_text(encoding="utf-8")
    assert not re.search(r"url\(\s*[\"']?http|@import|@font-face|<image|href=\"http", svg)


def words(svg: str) -> list[str]:
    """The text of a picture, line by line as it is drawn."""
    return re.findall(r">([^<>]+)</text>", svg)
