"""Whatever ends an import, the archive that was there is whole, and the next import works."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from rejoinder.archive.opening import open_archive
from rejoinder.errors import ArchiveError
from rejoinder.records import Post
from tests.conftest import Command, make_post

PHASES = ("reading", "ordering", "writing", "checking")
SCRIPT = Path(__file__).with_name("killed_import.py")


@pytest.fixture
def kept(rejoinder: Command, write_posts, tmp_path: Path) -> Path:
    """An archive of one post."""
    path = tmp_path / "kept" / "old.rejoinder"
    assert rejoinder("import", path, write_posts(make_post(1, "ada", "old"), name="old.jsonl")).code == 0
    return path


@pytest.fixture
def more(write_posts) -> Path:
    """An export of a few thousand posts."""
    posts = (make_post(n, f"u{n % 50}", f"new words {n}", reply_to=str(n - 1)) for n in range(2, 4000))
    return write_posts(*posts, name="more.jsonl")


def fail(phase: str, who: str, archive: Path, export: Path) -> subprocess.CompletedProcess[str]:
    """An import in a process of its own that is hit in this phase."""
    command = [sys.executable, str(SCRIPT), phase, who, str(archive), str(export)]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=env)


def assert_whole_and_going_on(kept: Path, before: bytes, more: Path, rejoinder: Command) -> None:
    """The old file is untouched; the next import adds everything and leaves nothing behind."""
    assert kept.read_bytes() == before
    assert rejoinder("import", kept, more, "--json").rows()[-1]["posts"] == 3998
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


@pytest.mark.parametrize("phase", PHASES)
def test_an_import_that_is_killed_leaves_the_old_archive_whole(
    phase: str, kept: Path, more: Path, rejoinder: Command
) -> None:
    before = kept.read_bytes()
    assert fail(phase, "itself", kept, more).returncode == -signal.SIGKILL
    assert_whole_and_going_on(kept, before, more, rejoinder)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds the helpers through /proc")
@pytest.mark.parametrize("phase", ["reading", "writing"])
def test_a_helper_that_dies_fails_the_import_with_a_message(
    phase: str, kept: Path, more: Path, rejoinder: Command
) -> None:
    before = kept.read_bytes()
    done = fail(phase, "helper", kept, more)
    assert done.returncode == 1 and done.stderr.startswith("rejoinder: ") and "Traceback" not in done.stderr
    assert_whole_and_going_on(kept, before, more, rejoinder)


def test_a_write_that_fails_leaves_the_old_archive_whole(kept: Path, more: Path, rejoinder: Command) -> None:
    before = kept.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        answer = rejoinder("import", kept, more)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert answer.code == 1 and answer.err.startswith("rejoinder: ") and "Traceback" not in answer.err
    assert_whole_and_going_on(kept, before, more, rejoinder)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 12 MB of our own, where we may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("mounting a small disk takes root")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # an archive may still be open on it


def test_a_full_disk_is_told_before_anything_is_written(
    small_disk: Path, more: Path, write_posts, rejoinder: Command
) -> None:
    archive = small_disk / "old.rejoinder"
    assert rejoinder("import", archive, write_posts(make_post(1, "ada", "old"), name="old.jsonl")).code == 0
    before = archive.read_bytes()
    (small_disk / "ballast").write_bytes(b"\0" * (shutil.disk_usage(small_disk).free - 300_000))
    answer = rejoinder("import", archive, more)
    assert answer.code == 1 and "MB" in answer.err and "free" in answer.err
    (small_disk / "ballast").unlink()
    assert_whole_and_going_on(archive, before, more, rejoinder)


def test_read_only_media_are_read(small_disk: Path, more: Path, rejoinder: Command) -> None:
    archive = small_disk / "sealed.rejoinder"
    assert rejoinder("import", archive, more).code == 0
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert rejoinder("search", archive, "words", "--count").out == "3998\n"
    again = rejoinder("import", archive, more.with_name("more.jsonl"), "--json")
    assert again.rows()[-1]["posts"] == 0
    other = more.with_name("other.jsonl")
    other.write_bytes(msgspec.json.encode(make_post(9999, "bo", "late")) + b"\n")
    failed = rejoinder("import", archive, other)
    assert failed.code == 1 and "can't be written" in failed.err


def test_two_readers_and_an_import_at_once(kept: Path, more: Path, rejoinder: Command) -> None:
    first, second = open_archive(kept), open_archive(kept)
    assert rejoinder("import", kept, more).code == 0
    assert [archive.figures().posts for archive in (first, second)] == [1, 1], "a reader keeps the file it opened"
    assert open_archive(kept).figures().posts == 3999


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a Rejoinder archive"),
        (b"just text, and more of it, and more", "not a Rejoinder archive"),
    ],
)
def test_another_kind_of_file_is_refused(content: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "foreign.rejoinder"
    path.write_bytes(content)
    with pytest.raises(ArchiveError, match=words):
        open_archive(path)


def test_somebody_elses_database_is_refused_and_never_written_over(
    tmp_path: Path, more: Path, rejoinder: Command
) -> None:
    path = tmp_path / "theirs.rejoinder"
    with sqlite3.connect(path) as connection:
        connection.execute("create table theirs(x)")
    connection.close()
    before = path.read_bytes()
    answer = rejoinder("import", path, more)
    assert answer.code == 1 and "not a Rejoinder archive" in answer.err
    assert path.read_bytes() == before


def set_version(path: Path, version: int) -> None:
    """Let an archive say that it is of another version."""
    data = bytearray(path.read_bytes())
    data[60:64] = version.to_bytes(4, "big")
    path.write_bytes(data)


def test_a_newer_archive_is_refused_clearly(kept: Path, rejoinder: Command) -> None:
    set_version(kept, 99)
    answer = rejoinder("info", kept)
    assert answer.code == 1 and "newer" in answer.err and "99" in answer.err
    assert rejoinder("upgrade", kept).code == 1


def test_an_older_archive_is_upgraded_by_one_command(kept: Path, rejoinder: Command) -> None:
    set_version(kept, 0)
    answer = rejoinder("info", kept)
    assert answer.code == 1 and f"rejoinder upgrade {kept}" in answer.err
    assert rejoinder("upgrade", kept).code == 0
    assert rejoinder("search", kept, "old", "--json").rows()[0]["id"] == "1"


def test_an_archive_path_that_is_a_folder_is_an_error(tmp_path: Path, more: Path, rejoinder: Command) -> None:
    folder = tmp_path / "folder.rejoinder"
    folder.mkdir()
    for words in (["import", folder, more], ["info", folder]):
        answer = rejoinder(*words)
        assert answer.code == 1 and answer.err.startswith("rejoinder: ") and "Traceback" not in answer.err


def ring(size: int) -> list[Post]:
    """Posts each of which replies to the next, the last to the first."""
    return [make_post(n, "ada", "round", reply_to=str(n % size + 1)) for n in range(1, size + 1)]


@pytest.mark.parametrize("size", [1, 2, 20_000])
def test_a_ring_of_replies_neither_hangs_nor_loses_a_post(size: int, write_posts, rejoinder: Command) -> None:
    assert rejoinder("import", "ring", write_posts(*ring(size)), "--json").rows()[-1]["posts"] == size
    chain = rejoinder("chain", "ring", "1", "--json").rows()
    assert chain[-1]["id"] == "1" and len(chain) == len({row["id"] for row in chain}) <= size
    assert len(rejoinder("replies", "ring", "1", "--json").rows()) == size - 1


def test_a_post_of_two_exports_is_kept_once_with_both_origins_and_the_fuller_text(
    write_posts, rejoinder: Command
) -> None:
    cut = make_post(7, "ada", "The whole story is…", text_status="partial")
    whole = make_post(7, "ada", "The whole story is much longer")
    first, second = write_posts(cut, name="a.jsonl"), write_posts(whole, name="b.jsonl")
    *_, total = rejoinder("import", "both", first, second, "--json").rows()
    assert total["posts"] + total["context"] == 1 and total["duplicates"] == 1
    (row,) = rejoinder("search", "both", "story", "--json").rows()
    assert (row["text"], row["context"]) == ("The whole story is much longer", False)
    assert {origin["source"] for origin in row["origins"]} == {"a.jsonl", "b.jsonl"}
    info = rejoinder("info", "both", "--json").rows()[0]
    assert (info["posts"], info["context"], info["sources"]) == (1, 0, 2)


def test_a_context_post_that_another_export_collected_is_a_collected_one(write_posts, rejoinder: Command) -> None:
    quoted, collected = make_post(7, "ada", "Seen", context=True), make_post(7, "ada", "Seen")
    rejoinder("import", "both", write_posts(quoted, name="a.jsonl"))
    assert rejoinder("info", "both", "--json").rows()[0]["context"] == 1
    rejoinder("import", "both", write_posts(collected, name="b.jsonl"))
    info = rejoinder("info", "both", "--json").rows()[0]
    assert (info["posts"], info["context"]) == (1, 0)


def test_a_handle_alone_is_joined_to_the_one_id_that_bore_it(write_posts, rejoinder: Command) -> None:
    by_id = make_post(1, "ada", "with an id")
    by_handle = make_post(2, "Ada", "by handle alone", author=None)
    rejoinder("import", "joined", write_posts(by_id, name="a.jsonl"), write_posts(by_handle, name="b.jsonl"))
    assert rejoinder("search", "joined", "from:ada", "--count").out == "2\n"
    assert rejoinder("info", "joined", "--json").rows()[0]["accounts"] == 1


def test_two_exports_of_one_name_are_told_apart(write_posts, rejoinder: Command, tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for n, folder in enumerate(folders):
        folder.mkdir()
        write_posts(make_post(n, "ada", f"number {n}")).rename(folder / "posts.jsonl")
        rejoinder("import", "both", folder / "posts.jsonl")
    again = rejoinder("import", "both", folders[1] / "posts.jsonl", "--json").rows()[-1]
    assert (again["posts"], again["duplicates"]) == (0, 1)
    rows = rejoinder("search", "both", "number", "--json").rows()
    assert [row["source"] for row in rows] == ["posts.jsonl (2)", "posts.jsonl"]
    assert [row["name"] for row in rejoinder("sources", "both", "--json").rows()] == ["posts.jsonl", "posts.jsonl (2)"]
