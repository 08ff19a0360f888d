"""From the rows of all stages to everything the archive will hold of their order: arrays by post number, and the acts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np

from rejoinder.archive.body import Byline, Member, kept
from rejoinder.archive.sqlite.fold import Telling, fold
from rejoinder.archive.sqlite.loading import Ints, Reader, Rows, load
from rejoinder.archive.sqlite.order import Forest, Mask, forest, groups, named, snowflake_times, timeline
from rejoinder.archive.sqlite.register import People, Register
from rejoinder.archive.stage import IS_CONTEXT, IS_OLD, IS_REPLY, LIKE, MENTION, REPLY, Names, Stage, StagedLike, halves
from rejoinder.archive.stage import UNKNOWN as UNKNOWN_TIME


class Tallied(msgspec.Struct):
    """What came of one source's posts."""

    posts: int = 0
    context: int = 0
    duplicates: int = 0


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
    acts: tuple[Ints, Ints, Ints, Ints]
    """(source account, target account, kind, post), sorted; likes of posts that are not here are not among them."""
    likes: list[tuple[StagedLike, int, int]]
    """(like, byline, member), each like once."""
    tallied: dict[int, Tallied]
    """By number of the sources that something was read of."""
    names: list[Names]
    numbered: list[tuple[list[int], list[int]]]
    """Per stage: numbers of its bylines and members."""


def plan(stages: Sequence[Path], register: Register, folder: Path) -> Plan:
    """Work out the archive that these stages make together."""
    rows, names = load(stages, register)
    tallied = _tally(rows, register)
    doubled = _doubled(rows, _platforms(register)[1])
    alive = np.ones(rows.count, bool)
    if doubled:
        path = _fold(rows, register, doubled, folder, tallied)
        del rows  # both at once would be the most memory that an import ever takes
        rows, names = load([*stages, path], register)
        alive = np.ones(rows.count, bool)
        alive[np.concatenate(doubled)] = False
    return _planned(rows, alive, register, names, tallied)


def _platforms(register: Register) -> tuple[list[str], Ints]:
    """(platform names in order, position by manner number)."""
    platforms = sorted({manner.platform for manner in register.manners})
    at = {platform: n for n, platform in enumerate(platforms)}
    return platforms, np.array([at[manner.platform] for manner in register.manners] or [0], np.int64)


_NO_OTHERS = (np.empty(0, np.int64),) * 3


def _doubled(rows: Rows, platform_of: Ints) -> list[Ints]:
    """The rows that are one post, for every post that has several or was read several times."""
    if not rows.count:
        return []
    _, of, _, _ = named(rows, platform_of, _NO_OTHERS)  # type: ignore[arg-type]
    counts = np.bincount(of)
    again = np.zeros(rows.count, bool)
    again[list(rows.echoes)] = True
    several = np.flatnonzero((counts[of] > 1) | again)
    several = several[np.argsort(of[several], kind="stable")]
    return np.split(several, np.flatnonzero(np.diff(of[several])) + 1) if len(several) else []


def _tally(rows: Rows, register: Register) -> dict[int, Tallied]:
    """Every new row counted as a post (or context post) of its source; folding takes back what was double."""
    source = _sources(rows, register)
    context, new = (rows.flags & IS_CONTEXT) != 0, (rows.flags & IS_OLD) == 0
    tallied = {}
    for number in np.unique(source[new]).tolist():
        own = new & (source == number)
        tallied[number] = Tallied(int((own & ~context).sum()), int((own & context).sum()))
    return tallied


def _sources(rows: Rows, register: Register) -> Ints:
    return np.array([member.source for member in register.members] or [0], np.int64)[rows.member]


def _fold(rows: Rows, register: Register, doubled: list[Ints], folder: Path, tallied: dict[int, Tallied]) -> Path:
    """A stage of the posts that several rows told; members are numbered as in the register."""
    path = folder / "folded"
    members = register.members
    stage = Stage(path, members, register.base)
    reader = Reader(rows, register)
    for group in doubled:
        tellings = sorted((reader.telling(row) for row in group.tolist()), key=lambda t: (not t.old, t.place))
        folded = fold(tellings)
        _take_back(tellings, folded.kept, folded.telling, members, tallied)
        told = folded.telling
        stage.post(told.post, told.place[0], told.places, told.others)
    reader.close()
    stage.close()
    return path


def _take_back(
    tellings: Sequence[Telling], kept_at: int, folded: Telling, members: list[Member], tallied: dict[int, Tallied]
) -> None:
    """Of several rows one is a new post of its source (none if it was here before); other collected ones are doubles."""
    credited = None if any(telling.old for telling in tellings) else kept_at
    for number, telling in enumerate(tellings):
        line = tallied.get(members[telling.place[0]].source)
        if line is None or telling.old:
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


def _planned(rows: Rows, alive: Mask, register: Register, names: list[Names], tallied: dict[int, Tallied]) -> Plan:
    platforms, platform_of = _platforms(register)
    numbered = [(n.bylines, n.members) for n in map(register.take, names)]
    people = People(register.bylines)
    account_of = np.array(people.of, np.int64)
    likes = _unique_likes(names, numbered, people)
    refs = rows.refs[alive[rows.refs["row"]]]
    aimed = refs["half"] >= 0
    targets = _targets(rows, platform_of, refs[aimed], likes, platforms)
    naming, name_of, parent_of, target_of = named(rows, platform_of, targets)
    reader = Reader(rows, register)
    live = np.flatnonzero(alive)

    def text_of(at: int) -> tuple[int, str]:
        return int(platform_of[rows.manner[live[at]]]), reader.body(int(live[at])).rest.id or ""

    order = live[timeline(rows.time[live], name_of[live], rows.half[live], text_of)]
    trees = forest(name_of[order], parent_of[order], naming.count)
    author = account_of[rows.author[order]]
    number_of = np.zeros(naming.count, np.int64)
    number_of[name_of[order]] = np.arange(1, len(order) + 1)
    ghosts = _ghosts(rows, order, trees, naming.platform, naming.half, naming.id, platforms, reader)
    target = np.zeros(len(refs), np.int64)
    target[aimed] = number_of[target_of[: int(aimed.sum())]]
    acts = _acts(rows, order, trees, author, account_of, refs, target, likes, number_of[target_of[int(aimed.sum()) :]])
    source = _sources(rows, register)
    of_member = [member.source for member in register.members]
    several = {row: frozenset([int(source[row]), *(of_member[m] for m in ms)]) for row, ms in rows.places.items()}
    group, listed = groups(platform_of[rows.manner], source, several)
    reader.close()
    return Plan(
        rows, register, people, order, trees, group[order], listed, platforms, author, ghosts, acts, likes, tallied,
        names, numbered,
    )  # fmt: skip


def _unique_likes(
    names: Sequence[Names], numbered: Sequence[tuple[list[int], list[int]]], people: People
) -> list[tuple[StagedLike, int, int]]:
    """Each account's like of each post once: the first read, unless a later one knows its time and that one does not."""
    found: dict[tuple[str, int | str, int], tuple[StagedLike, int, int]] = {}
    for stage, (bylines, members) in zip(names, numbered, strict=True):
        for like in stage.likes:
            byline = bylines[like.byline]
            key = (like.platform, like.post, people.of[byline] or -byline)
            known = found.get(key)
            if known is None or (known[0].time is None and like.time is not None):
                found[key] = (like, byline, members[like.place[0]])
    return list(found.values())


def _targets(
    rows: Rows,
    platform_of: Ints,
    refs: np.ndarray,
    likes: Sequence[tuple[StagedLike, int, int]],
    platforms: list[str],  # type: ignore[type-arg]
) -> tuple[Ints, Ints, Ints]:
    """(platform, half, id) of the posts that refs and likes point at."""
    at = {platform: n for n, platform in enumerate(platforms)}
    liked = [(at.get(like.platform, -1), *reversed(halves(like.post))) for like, _, _ in likes]
    wide = np.array(liked, np.int64).reshape(-1, 3)
    return (
        np.concatenate((platform_of[rows.manner[refs["row"]]], wide[:, 0])),
        np.concatenate((refs["half"], wide[:, 1])),
        np.concatenate((refs["id"], wide[:, 2])),
    )


def _ghosts(
    rows: Rows, order: Ints, trees: Forest, platform: Ints, half: Ints, id: Ints, platforms: list[str], reader: Reader
) -> list[tuple[str, int | str, int, int | None, int]]:
    """What is known of each missing parent; its account is the one that the earliest reply names."""
    names = trees.ghost_names
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
        ids[n] = kept(str(reader.body(int(child[n])).reply_to))
    return [
        (platforms[p], i, b, None if t == UNKNOWN_TIME else t, r)
        for p, i, b, t, r in zip(
            platform[names].tolist(), ids, byline.tolist(), times.tolist(), trees.ghost_replies.tolist(), strict=True
        )
    ]


def _acts(
    rows: Rows,
    order: Ints,
    trees: Forest,
    author: Ints,
    account_of: Ints,
    refs: np.ndarray,  # type: ignore[type-arg]
    target: Ints,
    likes: Sequence[tuple[StagedLike, int, int]],
    liked: Ints,
) -> tuple[Ints, Ints, Ints, Ints]:
    """Who addressed whom, where: replies, typed mentions (of others than the addressee), quotes, reposts, likes."""
    numbers = np.arange(1, len(order) + 1)
    wrote = np.concatenate(([0], author))
    parent, flags = np.maximum(trees.parent, 0), rows.flags[order]
    reply_to = np.where(parent > 0, wrote[parent], account_of[rows.addressee[order]])
    is_reply = (flags & IS_REPLY) != 0
    number_of = np.zeros(rows.count, np.int64)
    number_of[order] = numbers
    post = number_of[refs["row"]]
    aim = np.where(target > 0, wrote[target], account_of[refs["byline"]])
    answered = np.concatenate(([0], np.where(is_reply, reply_to, 0)))[post]
    aim[(refs["kind"] == MENTION) & (aim == answered)] = 0
    liker = np.array([account_of[byline] for _, byline, _ in likes], np.int64)
    liker[liked == 0] = 0
    return _sorted(
        (author[is_reply], reply_to[is_reply], np.full(int(is_reply.sum()), REPLY), numbers[is_reply]),
        (wrote[post], aim, refs["kind"], post),
        (liker, wrote[liked], np.full(len(liker), LIKE), liked),
    )


def _sorted(*parts: tuple[Ints, Ints, Ints, Ints]) -> tuple[Ints, Ints, Ints, Ints]:
    """The acts between two different known accounts, by source, target, kind and post."""
    columns = [np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True)]
    source, target = columns[0], columns[1]
    real = (source > 0) & (target > 0) & (source != target)
    columns = [column[real] for column in columns]
    order = np.lexsort(columns[::-1])
    source, target, kind, post = (column[order] for column in columns)
    return source, target, kind, post
