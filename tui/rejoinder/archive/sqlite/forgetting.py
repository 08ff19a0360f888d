"""Forgetting: what is to go is looked up once, and the archive is written anew without it; nothing is struck out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from rejoinder.archive.ingest import Forgotten, Progress, Wish
from rejoinder.archive.keeping import Keeping
from rejoinder.archive.sqlite.carry import NOTHING, Carried, Without
from rejoinder.archive.sqlite.engine import Engine
from rejoinder.archive.sqlite.fold import Telling
from rejoinder.archive.sqlite.importing import rewrite
from rejoinder.errors import ArchiveError
from rejoinder.records import Post


def forget(engine: Engine, target: Path, wish: Wish, progress: Callable[[Progress], None]) -> Forgotten:
    """See `ingest.forget`. `target` is the file that stands here for the archive that the engine keeps."""
    old = engine.carried(NOTHING)
    if old is None:
        raise ArchiveError(f"There is nothing in {target.name} yet.", "Import something first.")
    try:
        without, posts, exports = _Search(old, wish).found()
    finally:
        old.close()
    rewrite(engine, target, progress, without)
    return Forgotten(posts, exports)


class _Search:
    """One look through an archive for all that a wish means."""

    def __init__(self, old: Carried, wish: Wish) -> None:
        self._old, self._wish = old, wish
        self._keeping: Keeping = old.keeping
        self._sources = self._numbers_of_sources()
        self._accounts = set(wish.accounts)
        self._named = self._keeping.hashes_of_ids(wish.posts)
        self._hashes = set(self._named)
        self._touched: set[int] = set()
        """Numbers of the sources that hold something of what is forgotten."""

    def found(self) -> tuple[Without, int, tuple[str, ...]]:
        """(what is left behind, how many posts that are, paths of the exports that still hold them)."""
        for account in self._old.people(self._accounts):
            self._hashes.update(self._keeping.of_account(account))
        posts = 0
        for author, told in self._old.authored():
            if self._is_meant(author, told.post):
                self._hashes.update(self._keeping.of_post(told.post))
                self._touched.update(self._sources_of(told))
                posts += 1
            elif self._sources and all(source in self._sources for source in self._sources_of(told)):
                posts += 1
        names = frozenset(self._old.sources[number].name for number in self._touched)
        paths = sorted({self._old.sources[number].path for number in self._touched | self._sources} - {""})
        return Without(frozenset(self._sources), frozenset(self._hashes), names), posts, tuple(paths)

    def _is_meant(self, author: int, post: Post) -> bool:
        if author in self._accounts:
            return True
        return bool(self._named) and any(
            self._keeping.hash("post", post.platform, id) in self._named for id in (post.id, *post.versions)
        )

    def _sources_of(self, told: Telling) -> Iterator[int]:
        return (self._old.members[place[0]].source for place in (told.place, *told.places))

    def _numbers_of_sources(self) -> set[int]:
        """The sources that are named, and those that only these cite."""
        found = {number for number, source in enumerate(self._old.sources) if source.name in self._wish.sources}
        missing = set(self._wish.sources) - {self._old.sources[number].name for number in found}
        if missing:
            raise ArchiveError(
                f"No source {', '.join(sorted(missing))} in this archive.", "rejoinder sources ARCHIVE lists them."
            )
        return found | {number for number, citers in self._old.citers.items() if citers <= found}
