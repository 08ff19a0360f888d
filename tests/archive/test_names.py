"""Names that hold outside of the file, looked up many at a time, are those of one post at a time."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from rejoinder.archive import conditions as c
from rejoinder.archive.opening import open_archive
from rejoinder.cli.importing import import_paths
from tests.conftest import make_post


@pytest.mark.parametrize("platforms", [("test",), ("test", "other")])
@pytest.mark.parametrize("texts", [False, True])
def test_names_and_keys_find_each_other(tmp_path: Path, write_posts, platforms, texts) -> None:
    posts = [
        make_post(n, "ada", f"post {n}", platform=platform, reply_to=str(n + 9000) if n % 7 == 0 else None)
        for platform in platforms
        for n in range(1, 1501)
    ]
    if texts:
        one = make_post(1, "ada", "a text id", platform=platforms[-1])
        posts += [msgspec.structs.replace(one, id=f"3k{n}") for n in range(5)]
    path = tmp_path / "a.rejoinder"
    import_paths(path, [write_posts(*posts)])
    archive = open_archive(path)
    keys = archive.keys(c.Everything())
    assert len(keys) == len(posts) and list(keys) == sorted(keys)
    names = archive.names_of(keys)
    assert set(names) == {f"{post.platform}:{post.id}" for post in posts}
    assert archive.keys_of(names) == keys
    mixed = [*names[::3], "test:9007", "test:nobody", "nowhere:1", "no name", "", *names[1::3]]
    assert list(archive.keys_of(mixed)) == [*keys[::3], 0, 0, 0, 0, 0, *keys[1::3]]
    for name in mixed[:20]:
        assert archive.keys_of([name])[0] in archive.find(name)
    assert archive.names_of([keys[3], keys[0], len(posts) + 9]) == [names[3], names[0]]
    assert sorted(archive.keys(c.Words(("post", "7")))) == sorted(archive.keys_of([f"{p}:7" for p in platforms]))
    archive.close()
