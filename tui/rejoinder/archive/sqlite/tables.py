"""The small tables of a planned archive: sources, members, bylines, accounts, ghosts, likes, problems, days."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np

from rejoinder.archive.body import Byline
from rejoinder.archive.ingest import Line
from rejoinder.archive.sqlite.columns import firsts
from rejoinder.archive.sqlite.departed import departed
from rejoinder.archive.sqlite.ghosts import table
from rejoinder.archive.sqlite.plan import Plan
from rejoinder.archive.sqlite.register import Person
from rejoinder.archive.sqlite.rows import Tables
from rejoinder.archive.sqlite.shelf import Mask, Shelf
from rejoinder.archive.staged import IS_CONTEXT, IS_REPLY, UNKNOWN
from rejoinder.records import Account, Like, Origin, Ref

_DAY = 86_400_000
_json = msgspec.json.encode


def write_tables(connection: Tables, plan: Plan, lines: Mapping[int, Line], problems: Sequence[bytes]) -> None:
    """Sources, members, manners, bylines, accounts, ghosts, likes, problems, days."""
    register, people = plan.register, plan.people
    owners, citers = _owners(plan), register.citers
    many = connection.executemany
    many(
        "insert into source values(?, ?, ?, ?, ?)",
        (
            (n, _json(source), _json(lines[n]), owners.get(n, 0), _json(sorted(citers[n])) if n in citers else None)
            for n, source in enumerate(register.sources)
        ),
    )
    used = _used_members(plan)
    many(
        "insert into member values(?, ?, ?)",
        ((n, *member) for n, member in enumerate(register.members) if n in used),
    )
    many("insert into manner values(?, ?)", ((n, _json(manner)) for n, manner in enumerate(register.manners)))
    many(
        "insert into byline values(?, ?, ?, ?, ?)",
        ((n, people.of[n], b.id, b.handle, b.name) for n, b in enumerate(register.bylines, 1)),
    )
    _write_accounts(connection, plan)
    many("insert into ghost values(?, ?, ?, ?, ?, ?)", table(plan.ghosts, plan.platforms, plan.rows, register))
    bylines = register.bylines
    likes = [*((like, 0) for like in plan.likes), *((like, 1) for like in plan.more_likes)]
    many(
        "insert into liked values(?, ?, ?)",
        ((n, _like(bylines, *like), again) for n, (like, again) in enumerate(likes, 1)),
    )
    many("insert into gone values(?, ?, ?, ?, ?)", ((g.platform, g.id, g.time, *g.place) for g in plan.gone))
    many("insert into problem values(?, ?)", enumerate(problems, 1))
    days, numbers = firsts(plan.posts, _DAY)
    counts = np.diff(numbers, append=plan.count + 1)
    many("insert into day values(?, ?)", zip(days.tolist(), counts.tolist(), strict=True))


def _used_members(plan: Plan) -> set[int]:
    """The members that something in the archive names: where nothing does (any more), the name is not kept."""
    used = set(np.flatnonzero(np.bincount(plan.posts.get("member"))).tolist())
    used.update(member for members in plan.rows.places.values() for member in members)
    used.update(member for _, _, member in (*plan.likes, *plan.more_likes))
    used.update(gone.place[0] for gone in plan.gone)
    return used


def _like(bylines: Sequence[Byline], like: Any, byline: int, member: int) -> bytes:
    """A like as the record that it was, in JSON; its source is looked up by the member's number in `origin.source`."""
    who = bylines[byline - 1]
    return _json(
        Like(
            like.platform, str(like.post), Ref(who.id, who.handle, who.name), like.time, like.until, like.text,
            like.permalink, Origin(str(member), "", like.place[1]),
        )
    )  # fmt: skip


def _write_accounts(connection: Tables, plan: Plan) -> None:
    people, author = plan.people, plan.posts.get("account")
    posts = np.bincount(author, minlength=len(people.people)).tolist()
    latest = np.zeros(len(people.people), np.int32)
    latest[author] = plan.posts.get("author")
    del author
    bylines = plan.register.bylines
    said = _told(plan)
    told = {number: _fullest(found.values()) for number, found in said.items()}
    connection.executemany(
        "insert into told values(?, ?, ?)",
        ((number, *telling) for number, found in said.items() for telling in found),
    )
    connection.executemany(
        "insert into account values(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (n, p.platform, p.id, *_names(p, bylines[b - 1] if b else None), count, told.get(n), *figures)
            for n, (p, b, count, *figures) in enumerate(
                zip(people.people, latest.tolist(), posts, *_spans(plan), strict=True)
            )
        ),
    )
    handles = (
        (folded, n, folded in person.joined)
        for n, person in enumerate(people.people)
        for folded in {*person.handles, *person.joined}
    )
    connection.executemany("insert into handle values(?, ?, ?)", sorted(handles))


def _owners(plan: Plan) -> dict[int, int]:
    """The account whose own export a source is."""
    found: dict[int, int] = {}
    for stage, numbering in zip(plan.names, plan.numberings, strict=True):
        for each in stage.accounts:
            if each.owner and each.source >= 0:
                found[each.source] = plan.people.of[numbering.bylines[each.byline]]
    return found


def _spans(plan: Plan) -> list[list[int | None]]:
    """Of each account: first and last post, missing parents, undated posts, context posts, addresses got, and how many
    answered."""
    accounts, posts = len(plan.people.people), plan.posts
    author, dated = posts.get("account"), posts.get("time") != UNKNOWN
    masks = (posts_without_parent(posts), ~dated, (posts.get("flags") & IS_CONTEXT) != 0)
    counts = [np.bincount(author[mask], minlength=accounts) for mask in masks]
    first, last = np.zeros(accounts, np.int64), np.zeros(accounts, np.int64)
    order, author = np.flatnonzero(dated).astype(np.int32) + 1, author[dated]
    first[author[::-1]], last[author] = order[::-1], order
    columns = [first, last, *counts, plan.pairs.was_addressed, plan.pairs.has_answered]
    return [[number or None for number in column.tolist()] for column in columns]


def posts_without_parent(posts: Shelf) -> Mask:
    """The replies whose parent is not here."""
    mask: Mask = ((posts.get("flags") & IS_REPLY) != 0) & (posts.get("told_parent") <= 0)
    return mask


def _names(person: Person, latest: Any) -> tuple[str | None, str | None]:
    """Handle and name of an account: those of its latest post here, as far as that has them."""
    handle = latest.handle if latest and latest.handle else person.handle
    return handle, (latest.name if latest and latest.name else person.name)


def _told(plan: Plan) -> dict[int, dict[tuple[int, bytes], Account]]:
    """What the sources say of accounts, by account: (source, record in JSON) and the record."""
    found: dict[int, dict[tuple[int, bytes], Account]] = {}
    bylines = plan.register.bylines
    gone = departed(plan.names, plan.numberings, bylines)
    for stage, numbering in zip(plan.names, plan.numberings, strict=True):
        for each in stage.accounts:
            number = plan.people.of[numbering.bylines[each.byline]]
            byline = bylines[numbering.bylines[each.byline] - 1]
            went = each.gone if (byline.platform, byline.id) in gone else None
            account = Account(*byline, each.created, each.bio, each.owner, each.handles, went)
            is_more = each.back is None and each.gone is None  # "is there" says nothing, once it was heeded
            if number and (is_more or went is not None):
                found.setdefault(number, {})[each.source, _json(account)] = account
    return found


def _fullest(accounts: Collection[Account]) -> bytes:
    """Of several records of one account the fullest, an owner's first; and whether it is gone, as any of them says."""
    best = max(accounts, key=lambda account: (account.owner, len(_json(account))))
    gone = max((account.gone for account in accounts if account.gone is not None), default=None)
    return _json(msgspec.structs.replace(best, gone=gone))
