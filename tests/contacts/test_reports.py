"""Reports, bundles and graphs: complete, harmless, checkable, and read back by others."""

from __future__ import annotations

import hashlib
import subprocess
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import networkx
import pytest

from rejoinder import samples
from rejoinder.app.glyphs import UNICODE
from rejoinder.app.lanes import lanes
from rejoinder.app.meetings import End, meet
from rejoinder.archive.opening import open_archive
from tests.conftest import Command, make_post

HOSTILE = (
    "<script>alert(1)</script> [x](javascript:alert(1)) ![i](http://t.example/p.gif) "
    '"><img src=x onerror=y>\n# no\n- no'
)


@pytest.fixture
def harbour(rejoinder: Command, tmp_path: Path) -> Path:
    target = tmp_path / "harbour.rejoinder"
    rejoinder("import", target, samples.sample("harbour"))
    return target


@pytest.fixture
def hostile(rejoinder: Command, write_posts: Any, tmp_path: Path) -> Path:
    target = tmp_path / "hostile.rejoinder"
    to = [{"handle": "ben", "id": "a-ben"}]
    posts = [
        make_post(1, "ada", HOSTILE, mentions=to, name="=A<b>", permalink="javascript:alert(1)"),
        make_post(2, "ben", "yes", reply_to="1"),
    ]
    rejoinder("import", target, write_posts(*posts))
    return target


class Page(HTMLParser):
    """What a page would load or run."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href") or name.startswith("on")]


def test_a_report_is_one_page_with_the_evidence_and_nothing_to_load(
    harbour: Path, rejoinder: Command, tmp_path: Path
) -> None:
    page = tmp_path / "r.html"
    assert rejoinder("contacts", harbour, "--pair", "oldquay_union", "harbourmaster", "--report", page).code == 0
    text = page.read_text(encoding="utf-8")
    parsed = Page()
    parsed.feed(text)
    assert not set(parsed.tags) & {"script", "link", "img", "iframe", "object", "embed"}
    assert "svg" in parsed.tags
    assert "harbourmaster answers oldquay_union: 2021-02-11, after 214 unanswered in 681 d" in text
    assert "witnessed" in text and "nothing in 2020-08" in text and "harbour:42594" in text
    assert hashlib.sha256(harbour.read_bytes()).hexdigest() in text
    assert "between:oldquay_union,harbourmaster" in text and "default-src &#x27;none&#x27;" not in text
    assert page.stat().st_mode & 0o777 == 0o600


def test_hostile_text_is_only_text(hostile: Path, rejoinder: Command, tmp_path: Path) -> None:
    page, words, row = (tmp_path / f"r{ending}" for ending in (".html", ".md", ".json"))
    for path in (page, words, row):
        assert rejoinder("contacts", hostile, "--report", path, "--pair", "ada", "ben").code == 0
    parsed = Page()
    parsed.feed(page.read_text(encoding="utf-8"))
    assert not set(parsed.tags) & {"script", "img"} and not parsed.addresses
    markdown = words.read_text(encoding="utf-8")
    assert "<script" not in markdown and "\\[x\\](javascript" in markdown and "> \\# no" in markdown
    assert msgspec.json.decode(row.read_bytes())["pieces"][0]["text"] == HOSTILE


def test_a_bundle_checks_itself_and_holds_the_raw_records(hostile: Path, rejoinder: Command, tmp_path: Path) -> None:
    target, out = tmp_path / "b.zip", tmp_path / "out"
    assert rejoinder("contacts", hostile, "--pair", "ada", "ben", "--bundle", target).code == 0
    with zipfile.ZipFile(target) as archive:
        archive.extractall(out)
    assert subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=out, capture_output=True).returncode == 0
    told = msgspec.json.decode((out / "report.json").read_bytes())
    assert sorted(path.name for path in out.iterdir()) == [
        "SHA256SUMS",
        "raw",
        "report.html",
        "report.json",
        "report.md",
    ]
    lines = (tmp_path / "posts.jsonl").read_bytes().splitlines()
    assert [(out / piece["raw"]).read_bytes().rstrip(b"\n") for piece in told["pieces"]] == lines
    assert rejoinder("verify", target).code == 0
    (out / "report.md").write_text("changed")
    assert subprocess.run(["sha256sum", "-c", "SHA256SUMS"], cwd=out, capture_output=True).returncode == 1


def test_a_deleted_posts_words_are_in_no_report_and_no_bundle_unless_asked_for(
    rejoinder: Command, write_posts: Any, tmp_path: Path
) -> None:
    target = tmp_path / "gone.rejoinder"
    to = [{"handle": "ben", "id": "a-ben"}]
    rejoinder(
        "import",
        target,
        write_posts(make_post(1, "ada", "seaweed", mentions=to, deleted=0), make_post(2, "ben", "yes", reply_to="1")),
    )
    for extra, present in (((), False), (("--include-deleted",), True)):
        for name in ("r.html", "r.md", "r.json"):
            path = tmp_path / name
            assert rejoinder("contacts", target, "--pair", "ada", "ben", "--report", path, *extra).code == 0
            assert (b"seaweed" in path.read_bytes()) == present, name
        path = tmp_path / "b.zip"
        assert rejoinder("contacts", target, "--pair", "ada", "ben", "--bundle", path, *extra).code == 0
        with zipfile.ZipFile(path) as bundle:
            assert any(b"seaweed" in bundle.read(name) for name in bundle.namelist()) == present


def test_a_graph_keeps_its_times(harbour: Path, rejoinder: Command, tmp_path: Path) -> None:
    target, table = tmp_path / "g.gexf", tmp_path / "g.csv"
    assert rejoinder("graph", harbour, "-o", target, "--kinds", "reply,mention", "since:2021-02").code == 0
    graph = networkx.read_gexf(target, relabel=False)
    names = {data["label"]: node for node, data in graph.nodes(data=True)}
    edges = graph.get_edge_data(names["harbourmaster"], names["oldquay_union"])
    edges = edges.values() if graph.is_multigraph() else [edges]
    (answer,) = [edge for edge in edges if edge["post"] == "harbour:42594"]
    assert (answer["act"], answer["time"], answer["start"]) == ("reply", "2021-02-11T09:15:00Z", "2021-02-11T09:15:00Z")
    assert {edge["act"] for *_, edge in graph.edges(data=True)} == {"reply", "mention"}
    assert min(edge["time"] for *_, edge in graph.edges(data=True)) >= "2021-02"
    assert rejoinder("graph", harbour, "-o", table).code == 0
    rows = table.read_text().splitlines()
    assert rows[0].startswith("source,source_handle,target") and any("2021-02-11T09:15:00Z" in row for row in rows)


def test_no_cell_of_a_graph_is_a_formula(hostile: Path, rejoinder: Command, tmp_path: Path) -> None:
    table = tmp_path / "g.csv"
    rejoinder("graph", hostile, "-o", table)
    assert not [
        cell for row in table.read_text().splitlines()[1:] for cell in row.split(",") if cell[:1] in "=+-@" and cell
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--report", "r.pdf", "--pair", "ada", "ben"], ".md, .html, .json"),
        (["--pair", "ada", "nobody"], "No account nobody"),
        (["--sides", "missing.toml"], "There is no file"),
        (["--bundle", "b.zip"], ""),
    ],
)
def test_what_is_asked_wrongly_is_told(
    words: list[str], told: str, hostile: Path, rejoinder: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = rejoinder("contacts", hostile, *words)
    assert told in answer.err and "Traceback" not in answer.err
    assert (answer.code == 0) == (words[0] == "--bundle")


def test_watching_tells_of_each_new_first_answer(rejoinder: Command, write_posts: Any, tmp_path: Path) -> None:
    from rejoinder.cli import watching

    target = tmp_path / "w.rejoinder"
    asked = {"pair": None, "account": None, "sides_file": None, "one_way": False, "min_unanswered": 0, "sort": "a"}
    first = make_post(1, "ada", "@ben", mentions=[{"handle": "ben", "id": "a-ben"}])
    watcher = watching.Watcher(target, False, asked)
    printed = []
    for number, posts in enumerate(([first], [make_post(2, "ben", "yes", reply_to="1")], [make_post(3, "cy", "")])):
        rejoinder("import", target, write_posts(*posts, name=f"{number}.jsonl"))
        lines: list[str] = []
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(watching, "say", lines.append)
            watcher.look()
            watcher.look()
        printed.append(lines)
    watcher.close()
    assert printed == [[], ["2020-09-13  ben answered ada, after 1 unanswered in 1 min  (witnessed)"], []]


def test_a_single_act_is_shown_with_its_time_of_day_and_a_day_only_where_no_more_is_known(
    rejoinder: Command, write_posts: Any, tmp_path: Path
) -> None:
    target, page = tmp_path / "one.rejoinder", tmp_path / "r.html"
    rejoinder("import", target, write_posts(make_post(1, "ada", "@ben", mentions=[{"handle": "ben", "id": "a-ben"}])))
    assert rejoinder("contacts", target, "--pair", "ada", "ben", "--report", page).code == 0
    (row,) = rejoinder("contacts", target, "--json", "--one-way").rows()
    day, time = row["a_to_b"]["first_address"]["time"].rstrip("Z").split("T")  # type: ignore[index]
    assert f">{day} {time}</text>" in page.read_text()
    archive = open_archive(target)
    one, other = (End((archive.parties_named(name)[0],)) for name in ("ada", "ben"))
    assert lanes(meet(archive, one, other), 60, UNICODE)[0][1][0].strip() == f"{day} {time}"
    archive.close()
