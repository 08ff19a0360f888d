"""From the rows of all stages to all that the archive will hold of their order: arrays by post number, acts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np

from rejoinder.archive import facets
from rejoinder.archive.body import Byline, Id, Member, Place, kept
from rejoinder.archive.keeping import Keeping
from rejoinder.archive.marks import spaced
from rejoinder.archive.sqlite.acts import Acts, KeptLike, Kin, Refs, acts, targets, unique_likes
from rejoinder.archive.sqlite.departed import ALWAYS, mark, since
from rejoinder.archive.sqlite.fold import Telling, fold
from rejoinder.archive.sqlite.loading import Ints, Loaded, Mask, Reader, Rows, load
from rejoinder.archive.sqlite.order import Forest, forest, groups, named, snowflake_times, timeline
from rejoinder.archive.sqlite.order import Names as Identities
from rejoinder.archive.sqlite.pairs import Pairs, Posts, pairs
from rejoinder.archive.sqlite.register import Numbering, People, Register
from rejoinder.archive.stage import Stage
from rejoinder.archive.staged import IS_CONTEXT, IS_DELETED, IS_NOTICE, IS_OLD, REPOST, Names, StagedLike
from rejoinder.archive.staged import UNKNOWN as UNKNOWN_TIME
from rejoinder.archive.text import fold_handle
from rejoinder.id_times import id_time
from rejoinder.records import Post


class Tallied(msgspec.Struct):
    """What came of one source's posts."""

    posts: int = 0
    context: int = 0
    duplicates: int = 0
    deletions: int = 0


class Gone(msgspec.Struct, frozen=True):
    """Word of the deletion of a post that is not here (yet)."""

    platform: str
    id: Id
    time: int
    """Of the deletion; 0 where only the fact is known."""
    place: Place


class Late(msgspec.Struct):
    """Marks that only the parent could tell: addressees that a reply does not name, names typed at its head after all.

    `of` (by post number - 1) are positions in `marks`, of which the first is empty; where there are none, none is late.
    """

    of: Ints
    marks: list[bytes]


class Plan(msgspec.Struct):
    """An archive before it is written. Arrays are by post number - 1 unless said otherwise."""

    rows: Rows
    register: Register
    people: People
    order: Ints
    """Rows in the timeline's order."""
    forest: Forest
    group: Ints
    groups: list[tuple[int, list[int]]]
    """(platform's position in `platforms`, source numbers), the largest group first."""
    platforms: list[str]
    author: Ints
    """Account numbers."""
    ghosts: list[tuple[str, int | str, int, int | None, int]]
    """(platform, id, byline, time, replies), by ghost number."""
    acts: Acts
    pairs: Pairs
    late: Late
    likes: list[tuple[StagedLike, int, int]]
    """(like, byline, member), each like once."""
    more_likes: list[tuple[StagedLike, int, int]]
    """The same likes as other sources tell them."""
    gone: list[Gone]
    tallied: dict[int, Tallied]
    """By number of the sources that something was read of."""
    names: list[Names]
    numberings: list[Numbering]
    """Per stage, as `names`."""


def plan(
    stages: Sequence[Path], register: Register, folder: Path, keeping: Keeping, ordered: Callable[[Rows, Kin], None]
) -> Plan:
    """Work out the archive that these stages make together; `ordered` is called as soon as the order is known."""
    loaded = load(stages, register)
    rows = loaded.rows
    tallied = _tally(rows, register)
    platform_of = _platforms(register)[1]
    notices = (rows.flags & IS_NOTICE) != 0
    gone = since(loaded, register.bylines)
    mark(rows, gone)
    silenced = _silenced(rows, platform_of) if keeping.deleted != "keep-marked" else np.zeros(rows.count, bool)
    again = silenced | (gone > 0)
    doubled = [group for group in _doubled(rows, platform_of, again) if not notices[group].all()]
    alive = ~notices
    if doubled:
        alive[np.concatenate(doubled)] = notices[np.concatenate(doubled)] = False
        path = _fold(rows, register, doubled, silenced, gone, folder, tallied, keeping)
        loaded.append(load([path], register))
        alive = np.concatenate((alive, np.ones(rows.count - len(alive), bool)))
    return _planned(loaded, alive, np.flatnonzero(notices), register, tallied, ordered)


def _silenced(rows: Rows, platform_of: Ints) -> Mask:
    """The rows that repost a deleted post: its words stand in them too."""
    silenced = np.zeros(rows.count, bool)
    deleted = np.flatnonzero((rows.flags & IS_DELETED) != 0)
    refs = rows.refs[(rows.refs["kind"] == REPOST) & (rows.refs["half"] >= 0)]
    if len(deleted) and len(refs):
        names = Identities(
            np.concatenate((platform_of[rows.manner[deleted]], platform_of[rows.manner[refs["row"]]])),
            np.concatenate((rows.half[deleted], refs["half"])),
            np.concatenate((rows.id[deleted], refs["id"])),
        ).of
        silenced[refs["row"][np.isin(names[len(deleted) :], names[: len(deleted)])]] = True
    return silenced


def _platforms(register: Register) -> tuple[list[str], Ints]:
    """(platform names in order, position by manner number)."""
    platforms = sorted({manner.platform for manner in register.manners})
    at = {platform: n for n, platform in enumerate(platforms)}
    return platforms, np.array([at[manner.platform] for manner in register.manners] or [0], np.int32)


def _doubled(rows: Rows, platform_of: Ints, changed: Mask) -> list[Ints]:
    """The rows that are one post, for every post that has several, was read several times, or is to be `changed`."""
    if not rows.count:
        return []
    of = Identities(platform_of[rows.manner], rows.half, rows.id).of
    counts = np.bincount(of)
    again = changed.copy()
    again[list(rows.echoes)] = True
    several = np.flatnonzero((counts[of] > 1) | again)
    several = several[np.argsort(of[several], kind="stable")]
    return np.split(several, np.flatnonzero(np.diff(of[several])) + 1) if len(several) else []


def _tally(rows: Rows, register: Register) -> dict[int, Tallied]:
    """Every new row counted as a post (or context post) of its source; folding takes back what was double."""
    source = _sources(rows, register)
    context, new, notice = ((rows.flags & flag) != 0 for flag in (IS_CONTEXT, IS_OLD, IS_NOTICE))
    new = ~new
    tallied = {}
    for number in np.unique(source[new]).tolist():
        own = new & (source == number)
        tallied[number] = Tallied(
            posts=int((own & ~context).sum()),
            context=int((own & context & ~notice).sum()),
            deletions=int((own & notice).sum()),
        )
    return tallied


def _sources(rows: Rows, register: Register) -> Ints:
    return np.array([member.source for member in register.members] or [0], np.int64)[rows.member]


def _fold(
    rows: Rows,
    register: Register,
    doubled: list[Ints],
    silenced: Mask,
    departed: Ints,
    folder: Path,
    tallied: dict[int, Tallied],
    keeping: Keeping,
) -> Path:
    """A stage of the posts that several rows told; members are numbered as in the register."""
    path = folder / "folded"
    members = register.members
    stage = Stage(path, members, register.base, keeping)
    reader = Reader(rows, register)
    for group in doubled:
        tellings = sorted((reader.telling(row) for row in group.tolist()), key=lambda t: (not t.old, t.place))
        folded = fold(tellings)
        _take_back(tellings, folded.kept, folded.telling, members, tallied)
        told, gone = folded.telling, bool(silenced[group].any())
        post = _without_author(told.post, int(departed[group].max()))
        stage.post(post, told.place[0], told.places, told.others, contexts=told.contexts, gone=gone)
    reader.close()
    stage.close()
    return path


def _without_author(post: Post, since: int) -> Post:
    """The post, deleted where its author went `since` (0: is still there)."""
    if not since or post.deleted is not None:
        return post
    return msgspec.structs.replace(post, deleted=0 if since == ALWAYS else since)


def _take_back(
    tellings: Sequence[Telling], kept_at: int, folded: Telling, members: list[Member], tallied: dict[int, Tallied]
) -> None:
    """Of several rows one is a new post of its source (none if it was here before); others collected double it."""
    credited = None if any(telling.old and not telling.notice for telling in tellings) else kept_at
    for number, telling in enumerate(tellings):
        line = tallied.get(members[telling.place[0]].source)
        if line is None or telling.old or telling.notice:
            continue
        if telling.post.context:
            line.context -= 1
        else:
            line.posts -= 1
        if number == credited:
            line.context += folded.post.context
            line.posts += not folded.post.context
        elif not telling.post.context:
            line.duplicates += 1


def _planned(
    loaded: Loaded,
    alive: Mask,
    notices: Ints,
    register: Register,
    tallied: dict[int, Tallied],
    ordered: Callable[[Rows, Kin], None],
) -> Plan:
    rows = loaded.rows
    platforms, platform_of = _platforms(register)
    people = People(register.bylines, _earlier(loaded))
    account_of = np.array(people.of, np.int32)
    likes, more_likes = unique_likes(loaded, people, [member.source for member in register.members])
    refs = rows.refs[alive[rows.refs["row"]]]
    gone = _gone(notices, Reader(rows, register))
    kin = _kin(rows, np.flatnonzero(alive), Reader(rows, register), platforms, platform_of, refs, likes)
    ordered(rows, kin)
    rows.forget_names()
    author = account_of[rows.author[kin.order]]
    group, listed = _groups(rows, register, platform_of)
    done = acts(rows, kin, author, account_of, refs, likes)
    return Plan(
        rows=rows,
        register=register,
        people=people,
        order=kin.order,
        forest=kin.forest,
        group=group[kin.order],
        groups=listed,
        platforms=platforms,
        author=author,
        ghosts=kin.ghosts,
        acts=done,
        pairs=pairs(done, Posts(rows.time[kin.order], author, kin.forest)),
        late=_late(rows, kin, register, done.typed),
        likes=likes,
        more_likes=more_likes,
        gone=gone,
        tallied=tallied,
        names=loaded.names,
        numberings=loaded.numberings,
    )


def _late(rows: Rows, kin: Kin, register: Register, typed: tuple[Ints, Ints]) -> Late:
    """For replies whose parent is here: the byline of its author, where they name no account, and names typed."""
    own = rows.addressee[kin.order]
    wrote = np.concatenate(([0], rows.author[kin.order]))
    of = np.where(own == 0, wrote[np.maximum(kin.forest.parent, 0)], 0)
    if not of.any() and not len(typed[0]):
        return Late(of, [])
    identities = ["", *map(_identity, register.bylines)]
    marks = [spaced(facets.addressee(identity)) if identity else b"" for identity in identities]
    positions: dict[bytes, int] = {}
    for post, byline in zip(typed[0].tolist(), typed[1].tolist(), strict=True):
        mark = marks[of[post - 1]] + spaced(facets.mention(identities[byline]))
        at = of[post - 1] = positions.setdefault(mark, len(marks))
        if at == len(marks):
            marks.append(mark)
    return Late(of, marks)


def _identity(byline: Byline) -> str:
    handle = fold_handle(byline.handle) if byline.handle else None
    return facets.account(byline.platform, byline.id, handle, byline.name)


def _earlier(loaded: Loaded) -> Iterator[tuple[int, str]]:
    """(byline, handle) of the handles that accounts with an id bore before, as their exports say."""
    for stage, numbering in zip(loaded.names, loaded.numberings, strict=True):
        for each in stage.accounts:
            if stage.bylines[each.byline].id is not None:
                yield from ((numbering.bylines[each.byline], handle) for handle, _, _ in each.handles if handle)


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


def _groups(rows: Rows, register: Register, platform_of: Ints) -> tuple[Ints, list[tuple[int, list[int]]]]:
    source = _sources(rows, register)
    of = [member.source for member in register.members]
    several = {row: frozenset([int(source[row]), *(of[m] for m in members)]) for row, members in rows.places.items()}
    return groups(platform_of[rows.manner], source, several)


def _kin(
    rows: Rows,
    live: Ints,
    reader: Reader,
    platforms: list[str],
    platform_of: Ints,
    refs: Refs,
    likes: Sequence[KeptLike],
) -> Kin:
    """Order and kin of the rows that are posts (`live`)."""
    aimed = refs["half"] >= 0
    naming, name_of, parent_of, target_of = named(
        rows, platform_of, targets(rows, platform_of, refs[aimed], likes, platforms)
    )

    def text_of(at: int) -> tuple[int, str]:
        return int(platform_of[rows.manner[live[at]]]), reader.body(int(live[at])).rest.id or ""

    order = live[timeline(rows.time[live], name_of[live], rows.half[live], text_of)]
    trees = forest(name_of[order], parent_of[order], naming.count)
    number_of = np.zeros(naming.count, np.int32)
    number_of[name_of[order]] = np.arange(1, len(order) + 1)
    target = np.zeros(len(refs), np.int32)
    split = int(aimed.sum())
    target[aimed] = number_of[target_of[:split]]
    found = _ghosts(rows, order, trees, naming, platforms, reader)
    reader.close()
    return Kin(order, trees, found, target, number_of[target_of[split:]])


def _ghosts(
    rows: Rows, order: Ints, trees: Forest, naming: Identities, platforms: list[str], reader: Reader
) -> list[tuple[str, int | str, int, int | None, int]]:
    """What is known of each missing parent; its account is the one that the earliest reply names."""
    names = trees.ghost_names
    platform, half, id = naming.platform, naming.half, naming.id
    replies = np.flatnonzero(trees.parent < 0)[::-1]
    ghost = -trees.parent[replies] - 1
    byline, child = np.zeros(len(names), np.int64), np.zeros(len(names), np.int64)
    addressee = rows.addressee[order[replies]]
    byline[ghost[addressee > 0]] = addressee[addressee > 0]
    child[ghost] = order[replies]
    twitter = platform[names] == (platforms.index("twitter") if "twitter" in platforms else -1)
    times = snowflake_times(twitter, half[names], id[names])
    ids: list[int | str] = id[names].tolist()
    for n in np.flatnonzero(half[names]).tolist():
        parent = str(reader.body(int(child[n])).reply_to)
        told = id_time(platforms[platform[names[n]]], parent)
        times[n] = UNKNOWN_TIME if told is None else told
        ids[n] = kept(parent)
    return [
        (platforms[p], i, b, None if t == UNKNOWN_TIME else t, r)
        for p, i, b, t, r in zip(
            platform[names].tolist(), ids, byline.tolist(), times.tolist(), trees.ghost_replies.tolist(), strict=True
        )
    ]
