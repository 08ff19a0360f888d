"""From the rows of all stages to all that the archive will hold of their order: columns by post number, acts, pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from rejoinder.archive import facets
from rejoinder.archive.body import Byline, Id, Place, kept
from rejoinder.archive.keeping import Keeping
from rejoinder.archive.marks import spaced
from rejoinder.archive.sqlite.acts import Acts, KeptLike, Kin, acts, refs, targets, unique_likes
from rejoinder.archive.sqlite.departed import mark, since
from rejoinder.archive.sqlite.folding import Doubles, Tallied, silenced, tally, write_folded
from rejoinder.archive.sqlite.ghosts import Ghosts, ghosts
from rejoinder.archive.sqlite.loading import Loaded, Reader, Rows
from rejoinder.archive.sqlite.order import NO_NAMES, Parents, depths, named, numbers, parents, timeline, trees
from rejoinder.archive.sqlite.pairs import Pairs, pairs
from rejoinder.archive.sqlite.register import Numbering, People, Register
from rejoinder.archive.sqlite.shelf import Ints, Mask, Shelf, distinct, stretches
from rejoinder.archive.sqlite.write import POST_COLUMNS
from rejoinder.archive.staged import IS_NOTICE, Names
from rejoinder.archive.text import fold_handle


class Gone(msgspec.Struct, frozen=True):
    """Word of the deletion of a post that is not here (yet)."""

    platform: str
    id: Id
    time: int
    """Of the deletion; 0 where only the fact is known."""
    place: Place


class Plan(msgspec.Struct):
    """An archive before it is written."""

    rows: Rows
    posts: Shelf
    """Columns by post number - 1: those of `write.POST_COLUMNS`, `row`, `flags`, `told_parent` (as the data say, where
    `parent` has no cycles), `depth`, `account` (of the author), `group`; of acts `act.NAME`; of pairs see `Pairs`."""
    count: int
    register: Register
    people: People
    groups: list[tuple[int, list[int]]]
    """(platform's position in `platforms`, source numbers), the largest group first."""
    platforms: list[str]
    ghosts: Ghosts
    acts: Acts
    pairs: Pairs
    late: list[bytes]
    """Marks that only the parent could tell: addressees that a reply does not name, names typed at its head after all.
    The column `late` holds positions in it, of which the first is empty; where there are none, none is late."""
    likes: list[KeptLike]
    """Each like once."""
    more_likes: list[KeptLike]
    """The same likes as other sources tell them."""
    gone: list[Gone]
    tallied: dict[int, Tallied]
    """By number of the sources that something was read of."""
    names: list[Names]
    numberings: list[Numbering]
    """Per stage, as `names`."""


class _Whose:
    """Whose posts and likes: accounts behind bylines, likes each once, platforms."""

    def __init__(self, loaded: Loaded, register: Register) -> None:
        self.people = People(register.bylines, _earlier(loaded, register.bylines))
        sources = [member.source for member in register.members]
        self.likes, self.more_likes = unique_likes(loaded, self.people, sources)
        self.platforms = sorted({manner.platform for manner in register.manners})
        self.at = {platform: n for n, platform in enumerate(self.platforms)}
        self.platform_of = np.array([self.at[manner.platform] for manner in register.manners] or [0], np.int32)


class _Linked:
    """Who mentions what: refs of the rows that count, and the names of all."""

    def __init__(self, rows: Rows, alive: Mask, whose: _Whose) -> None:
        self.refs, aims = refs(rows, alive)
        pointing = self.refs.row[self.refs.aims]
        self.names = named(
            rows, whose.platform_of, targets(rows, whose.platform_of, pointing, aims, whose.likes, whose.at)
        )


def plan(
    stages: Sequence[Path], register: Register, folder: Path, keeping: Keeping, ordered: Callable[[Rows, Shelf], None]
) -> Plan:
    """Work out the archive that these stages make together; `ordered` is called as soon as the order is known."""
    loaded = Loaded(stages, register, folder)
    rows = loaded.rows
    tallied = tally(rows, register.members)
    whose = _Whose(loaded, register)
    alive = (rows.flags & IS_NOTICE) == 0
    notices = ~alive
    departed = since(loaded, register.bylines)
    mark(rows, departed)
    silent = silenced(rows, whose.platform_of) if keeping.deleted != "keep-marked" else np.zeros(rows.count, bool)
    changed = silent if departed is None else silent | (departed > 0)
    doubles = Doubles(rows, whose.platform_of, changed)
    if len(doubles.rows):
        known = len(register.bylines), len(register.manners)
        alive[doubles.rows] = notices[doubles.rows] = False
        loaded.add(write_folded(rows, register, doubles, silent, departed, folder, tallied, keeping))
        alive = np.concatenate((alive, np.ones(rows.count - len(alive), bool)))
        if known != (len(register.bylines), len(register.manners)):  # what was told twice mostly names nobody new
            whose = _Whose(loaded, register)
    return _planned(loaded, alive, np.flatnonzero(notices), register, whose, tallied, folder, ordered)


def _planned(
    loaded: Loaded,
    alive: Mask,
    notices: Ints,
    register: Register,
    whose: _Whose,
    tallied: dict[int, Tallied],
    folder: Path,
    ordered: Callable[[Rows, Shelf], None],
) -> Plan:
    rows, posts = loaded.rows, Shelf(folder, "column")
    linked = _Linked(rows, alive, whose)
    found, kin = _write_order(rows, alive, whose, register, linked, posts)
    pointing = linked.refs
    del linked
    ordered(rows, posts)
    account_of = np.array(whose.people.of, np.int32)
    posts.put("account", "i", account_of[posts.get("author")])
    done = acts(posts, rows, kin, account_of, pointing, whose.likes)
    del pointing, kin
    return Plan(
        rows=rows,
        posts=posts,
        count=posts.count("row"),
        register=register,
        people=whose.people,
        groups=_write_groups(rows, posts, register, whose.platform_of),
        platforms=whose.platforms,
        ghosts=found,
        acts=done,
        pairs=pairs(posts, len(whose.people.people)),
        late=_write_late(posts, register, done.typed),
        likes=whose.likes,
        more_likes=whose.more_likes,
        gone=_gone(notices, Reader(rows, register)),
        tallied=tallied,
        names=loaded.names,
        numberings=loaded.numberings,
    )


def _write_order(
    rows: Rows, alive: Mask, whose: _Whose, register: Register, linked: _Linked, posts: Shelf
) -> tuple[Ghosts, Kin]:
    """Order and kin of the rows that are posts (`alive`): the columns that the crew writes posts by."""
    reader = Reader(rows, register)

    def text_of(row: int) -> tuple[int, str]:
        return int(whose.platform_of[rows.shelf.at("manner", np.array([row]))[0]]), reader.body(row).rest.id or ""

    order = timeline(rows, alive, whose.platform_of, text_of)
    reader.close()
    posts.put("row", "i", order)
    above, kin = _kin(order, linked)
    found = ghosts(rows, order, above.of, above.ghost_replies, whose.platforms, whose.platform_of)
    posts.put("flags", "B", rows.flags[order])
    posts.put("stage", "h", rows.stages(order))
    for name, letter in POST_COLUMNS:
        if name in rows.shelf and name != "parent":
            posts.take(name, letter, rows.shelf, name, order)
    if "half" in rows.shelf:
        posts.put("id", "q", np.where(rows.halves(order) == 0, posts.get("id"), 0))
    posts.put("told_parent", "i", above.of)
    del order, above
    _write_trees(posts)
    return found, kin


def _kin(order: Ints, linked: _Linked) -> tuple[Parents, Kin]:
    """Parents, and what refs and likes point at. The names are given back: nothing else needs them."""
    names, refs = linked.names, linked.refs
    of, above, others, count = names.posts[order], names.parents[order], names.others.copy(), names.size
    linked.names = names = NO_NAMES
    number_of, aims = numbers(of, count), len(refs.aims)
    target = np.zeros(len(refs.row), np.int32)
    target[refs.aims] = number_of[others[:aims]]
    liked = number_of[others[aims:]]
    del number_of
    return parents(of, above, count), Kin(target, liked)


def _write_trees(posts: Shelf) -> None:
    """What follows from the parents; each column as it is known, so that few are in memory."""
    found, count = trees(posts.get("told_parent")), posts.count("row")
    posts.put("parent", "i", found.parent)
    found.root[found.root == np.arange(1, count + 1, dtype=np.int32)] = 0
    posts.put("root", "i", found.root)
    up = found.up
    del found
    posts.put("depth", "i", depths(up, count))
    del up
    parent = posts.get("told_parent")
    posts.put("replies", "i", np.bincount(parent[parent > 0], minlength=count + 1)[1:])


def _write_late(posts: Shelf, register: Register, typed: tuple[Ints, Ints]) -> list[bytes]:
    """For replies whose parent is here: the byline of its author, where they name no account, and names typed."""
    of = posts.get("addressee")
    unnamed = np.flatnonzero((of == 0) & (posts.get("told_parent") > 0))
    of[:] = 0
    of[unnamed] = posts.at("author", posts.at("told_parent", unnamed) - 1)
    if not of.any() and not len(typed[0]):
        return []
    bylines = register.bylines
    named = distinct(of)
    marks = [b"", *(_mark(facets.addressee, bylines, n) for n in named[named > 0].tolist())]
    of = np.searchsorted(named[named > 0], of, "right").astype(np.int32)  # 0 stays 0
    positions: dict[bytes, int] = {}
    for post, byline in zip(typed[0].tolist(), typed[1].tolist(), strict=True):
        mark = marks[of[post - 1]] + _mark(facets.mention, bylines, byline)
        at = of[post - 1] = positions.setdefault(mark, len(marks))
        if at == len(marks):
            marks.append(mark)
    posts.put("late", "i", of)
    return marks


def _mark(of: Callable[[str], str], bylines: Sequence[Byline], number: int) -> bytes:
    identity = _identity(bylines[number - 1])
    return spaced(of(identity)) if identity else b""


def _identity(byline: Byline) -> str:
    handle = fold_handle(byline.handle) if byline.handle else None
    return facets.account(byline.platform, byline.id, handle, byline.name)


def _earlier(loaded: Loaded, bylines: Sequence[Byline]) -> Iterator[tuple[int, str]]:
    """(byline, handle) of the handles that accounts with an id bore before, as their exports say."""
    for stage, numbering in zip(loaded.names, loaded.numberings, strict=True):
        for each in stage.accounts:
            byline = numbering.bylines[each.byline]
            if bylines[byline - 1].id is not None:
                yield from ((byline, handle) for handle, _, _ in each.handles if handle)


def _gone(notices: Ints, reader: Reader) -> list[Gone]:
    """Each post once that is only known to be deleted."""
    found: dict[tuple[str, Id], Gone] = {}
    for row in notices.tolist():
        telling = reader.telling(row)
        id = kept(telling.post.id)
        one = Gone(telling.post.platform, id, telling.post.deleted or 0, telling.place)
        known = found.get((one.platform, id))
        if known is None or (one.time and not known.time):
            found[one.platform, id] = one
    reader.close()
    return list(found.values())


def _write_groups(rows: Rows, posts: Shelf, register: Register, platform_of: Ints) -> list[tuple[int, list[int]]]:
    """Which (platform, sources) each post belongs to; the groups, the largest first."""
    sources = [member.source for member in register.members] or [0]
    source_of, wide = np.array(sources, np.int32), max(sources) + 1
    several = _of_several(rows, posts, sources)
    sets: dict[tuple[int, frozenset[int]], int] = {}
    found: list[Ints] = []
    for low, high in stretches(posts.count("row")):
        platform, source = platform_of[posts.get("manner", low, high)], source_of[posts.get("member", low, high)]
        codes = platform.astype(np.int64) * wide + source
        counts = np.bincount(codes)
        known = np.zeros(len(counts), np.int32)
        for code in np.flatnonzero(counts).tolist():
            known[code] = sets.setdefault((code // wide, frozenset((code % wide,))), len(sets))
        group = known[codes]
        for post in [post for post in several if low <= post < high]:
            group[post - low] = sets.setdefault((int(platform[post - low]), several.pop(post)), len(sets))
        found.append(group)
    return _by_size(posts, found, sets)


def _of_several(rows: Rows, posts: Shelf, sources: Sequence[int]) -> dict[int, frozenset[int]]:
    """The sources of posts that were read in several members, by post number - 1."""
    if not rows.places:
        return {}
    number_of = numbers(posts.get("row"), rows.count)
    there = {int(number_of[row]) - 1: (row, members) for row, members in rows.places.items() if number_of[row]}
    own = rows.shelf.at("member", np.array([row for row, _ in there.values()], np.int32)).tolist()
    return {
        post: frozenset([sources[member], *(sources[m] for m in members)])
        for (post, (_, members)), member in zip(there.items(), own, strict=True)
    }


def _by_size(
    posts: Shelf, found: list[Ints], sets: dict[tuple[int, frozenset[int]], int]
) -> list[tuple[int, list[int]]]:
    """Number the groups by their sizes and keep each post's."""
    counts = np.zeros(len(sets), np.int64)
    for group in found:
        counts += np.bincount(group, minlength=len(sets))
    groups = [(platform, sorted(sources)) for platform, sources in sets]
    by_size = sorted(np.flatnonzero(counts).tolist(), key=lambda n: (-int(counts[n]), groups[n]))
    rank = np.empty(len(sets), np.int32)
    rank[by_size] = np.arange(len(by_size))
    posts.put("group", "i", np.empty(0))
    for group in found:
        posts.add("group", "i", rank[group])
    return [groups[n] for n in by_size]
