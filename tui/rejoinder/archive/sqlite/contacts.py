"""Pairs of accounts and their acts, as an archive file keeps them; what they mean is the contacts wing's business."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import msgspec

from rejoinder.acts import Act, ActKind, Coverage, Pair, Party
from rejoinder.archive.body import decode
from rejoinder.archive.protocol import UNTIMED, Choice, ContactSign, Key
from rejoinder.archive.sqlite.choosing import Columns, chosen
from rejoinder.archive.sqlite.entries import Entries
from rejoinder.archive.sqlite.rows import Column, Tables
from rejoinder.archive.sqlite.schema import PAIR
from rejoinder.archive.text import fold_handle
from rejoinder.records import Like

KINDS: tuple[ActKind, ...] = ("reply", "quote", "mention", "repost", "like")
"""By the numbers that an archive file keeps (`staged.REPLY` …)."""
_NO_NUMBER = -(2**31)
_PARTY = (
    "select number, platform, id, handle, name, posts, coalesce(addressed, 0), coalesce(answered, 0), "
    "coalesce(context, 0) from account"
)
_Row = tuple[int, int, int]
"""An act as it is kept: key of the two accounts, kind × 2 + (the higher account acts), post."""


class Contacts:
    """Answers what is asked of pairs and acts."""

    def __init__(
        self,
        connection: Tables,
        entries: Entries,
        run: Callable[[str], Column],
        listen: Callable[[], None],
        answered: int,
        untimed: int,
    ) -> None:
        """`answered` pairs have an answer; the first `untimed` posts have no time."""
        self._connection, self._entries, self._run, self._listen = connection, entries, run, listen
        self._answered, self._untimed = answered, untimed
        self._chosen: tuple[Choice, Sequence[int]] | None = None

    # Pairs

    def pairs(self, choice: Choice, at: int, limit: int) -> list[Pair]:
        rows, first = self._rows(choice), self._answered if choice.one_way else 0
        return [self._pair(first + row) for row in rows[at : at + limit if limit else None]]

    def count(self, choice: Choice) -> int:
        return len(self._rows(choice))

    def _rows(self, choice: Choice) -> Sequence[int]:
        """Places of the chosen pairs among the answered, or the one-way ones; the last choice is remembered."""
        if self._chosen is None or self._chosen[0] != choice:
            low, high = (self._answered, self._run("pair.a").rows) if choice.one_way else (0, self._answered)
            columns = Columns(self._run, low, high, self._listen)
            rows = chosen(choice, high - low, columns, lambda: self._name_ranks, self._shares, self._months)
            self._chosen = (choice, rows)
        return self._chosen[1]

    def _pair(self, rank: int) -> Pair:
        values = {}
        for name in PAIR:
            run = self._run(f"pair.{name}")
            values[name] = run.block(rank // run.step)[0][rank % run.step]
        return pair_of(values)

    @cached_property
    def _name_ranks(self) -> array[int]:
        """By an account's number: its place among all names, the same for those of one name. 4 bytes an account are
        kept, so that names, which are slow to compare, are sorted once and not with every order asked for."""
        rows = self._connection.execute("select coalesce(handle, name, id, '') from account order by number")
        return places([name for (name,) in rows])

    def _shares(self) -> dict[int, float]:
        """The share of the posts addressing it that an account replied to."""
        rows = self._connection.execute(
            "select number, coalesce(answered, 0) * 1.0 / addressed from account where addressed"
        )
        return dict(rows)

    def _months(self, least: int) -> set[int]:
        """The accounts with posts in so many months."""
        run, counts = self._run("months"), dict[int, int]()
        for number in range(-(-run.rows // run.step)):
            self._listen()
            for account in run.block(number)[0]:
                counts[account] = counts.get(account, 0) + 1
        return {account for account, months in counts.items() if months >= least}

    # Accounts

    def parties(self, numbers: Sequence[int]) -> list[Party]:
        found: dict[int, Party] = {}
        wanted = sorted(set(numbers))
        for at in range(0, len(wanted), 500):
            listed = ",".join(map(str, wanted[at : at + 500]))
            found |= {row[0]: Party(*row) for row in self._connection.execute(f"{_PARTY} where number in ({listed})")}
        return [found[number] for number in numbers if number in found]

    def named(self, name: str, part: bool) -> list[Party]:
        if part:
            return self._holding(fold_handle(name))
        platform, colon, rest = name.partition(":")
        found = self._called(rest, platform) if colon else []
        return found or self._called(name, None)

    def _called(self, name: str, platform: str | None) -> list[Party]:
        handle = name.removeprefix("@")
        rows = self._connection.execute(
            f"{_PARTY} where number > 0 and (platform = ?1 or ?1 is null) and (id = ?2 and not ?4 or "
            "number in (select account from handle where folded = ?3)) order by posts desc, number",
            (platform, handle, fold_handle(handle), name != handle),
        )
        return [Party(*row) for row in rows]

    def _holding(self, letters: str) -> list[Party]:
        rows = self._connection.execute(f"{_PARTY} where number > 0")
        return [Party(*row) for row in rows if letters in fold_handle(f"{row[3] or ''} {row[4] or ''} {row[2] or ''}")]

    def coverage(self, accounts: Sequence[int]) -> list[Coverage]:
        return [self._covered(account) for account in accounts]

    def _covered(self, account: int) -> Coverage:
        row: tuple[Any, ...] = self._connection.execute(
            "select (select time from post where number = first), (select time from post where number = last), "
            "coalesce(missing, 0), coalesce(undated, 0), posts, coalesce(context, 0) "
            "from account where number = ? and number > 0",
            (account,),
        ).fetchone() or (None, None, 0, 0, 0, 0)
        return Coverage(row[0], row[1], tuple(self._run("months").values(account)), *row[2:])

    # Acts

    def acts(self, ones: Sequence[int], others: Sequence[int]) -> list[Act]:
        keys = {min(one, other) << 32 | max(one, other) for one in ones for other in others if one != other}
        run = self._run("acts")
        rows = [(key, code, post) for key, code, post in run.among(sorted(keys))]
        return sorted(self._made(rows), key=lambda act: (not act.dated, act.key, KINDS.index(act.kind)))

    def between(self, one: str, other: str) -> list[int]:
        """The posts in which an account called so replies to, quotes, names or reposts one called otherwise."""
        pairs = [(a.number, b.number) for a in self._called(one, None) for b in self._called(other, None)]
        run, like = self._run("acts"), KINDS.index("like")
        found = run.among([min(pair) << 32 | max(pair) for pair in pairs])
        return [post for _, code, post in found if code >> 1 != like]

    def every(self, meant: Callable[[Sequence[int]], set[int]]) -> Iterator[Act]:
        """All acts, by pairs; `meant` says which of some posts are wanted."""
        run = self._run("acts")
        for number in range(-(-run.rows // run.step)):
            self._listen()
            rows: list[_Row] = list(zip(*run.block(number), strict=True))
            wanted = meant([post for _, _, post in rows])
            yield from self._made([row for row in rows if row[2] in wanted])

    def _made(self, rows: Sequence[_Row]) -> Iterator[Act]:
        posts = self._posts({row[2] for row in rows})
        likes = self._likes([row for row in rows if row[1] >> 1 == KINDS.index("like")])
        parents = self._times({posts[row[2]].parent or 0 for row in rows if row[1] >> 1 == KINDS.index("reply")})
        for key, code, number in rows:
            low, high = key >> 32, key & 0xFFFFFFFF
            source, target = (high, low) if code & 1 else (low, high)
            kind = KINDS[code >> 1]
            proof = posts[number]
            if kind == "like":
                yield _liked(likes.get((source, number)), source, target, proof)
            else:
                yield msgspec.structs.replace(
                    proof,
                    kind=kind,
                    source=source,
                    target=target,
                    parent=proof.parent if kind == "reply" else None,
                    parent_time=parents.get(proof.parent or 0) if kind == "reply" else None,
                    asserted=proof.asserted and kind == "reply",
                )

    def _posts(self, numbers: Iterable[int]) -> dict[int, Act]:
        """The posts as acts of nobody: time, clock, precision, parent."""
        found: dict[int, Act] = {}
        wanted = sorted(numbers)
        for at in range(0, len(wanted), 500):
            listed = ",".join(map(str, wanted[at : at + 500]))
            for number, time, id, manner, parent, body in self._connection.execute(
                "select number, time, id, manner, parent, case when id = 0 then body end from post "
                f"where number in ({listed})"
            ):
                how = self._entries.manner(manner)
                name = (decode(body).rest.id if body is not None else None) or str(id)
                known = None if time == UNTIMED else time
                found[number] = Act(
                    "reply", 0, 0, number, name, how.platform, known, None, how.precision, how.clock, parent or None,
                    None, how.reply_asserted, known is not None,
                )  # fmt: skip
        return found

    def _times(self, numbers: Iterable[int]) -> dict[int, int]:
        """The known times of posts."""
        wanted = sorted(number for number in numbers if number > 0)
        found: dict[int, int] = {}
        for at in range(0, len(wanted), 500):
            listed = ",".join(map(str, wanted[at : at + 500]))
            found.update(self._connection.execute(f"select number, time from post where number in ({listed})"))
        return {number: time for number, time in found.items() if time != UNTIMED}

    def _likes(self, rows: Sequence[_Row]) -> dict[tuple[int, int], Like]:
        """The likes by who liked and what."""
        numbers = {post: self._run("liked").values(post) for post in {row[2] for row in rows}}
        listed = ",".join(str(like) for likes in numbers.values() for like in likes)
        records = dict(self._connection.execute(f"select number, record from liked where number in ({listed})"))
        bearers = self._likers(records.values())
        found: dict[tuple[int, int], Like] = {}
        for post, likes in numbers.items():
            for like in (msgspec.json.decode(records[number], type=Like) for number in likes):
                found[bearers[like.platform, like.account.id, like.account.handle], post] = like
        return found

    def _likers(self, records: Iterable[bytes]) -> dict[tuple[str, str | None, str | None], int]:
        who = {(like.platform, like.account.id, like.account.handle) for like in map(_like, records)}
        return {each: self._account_of(*each) for each in who}

    def _account_of(self, platform: str, id: str | None, handle: str | None) -> int:
        """The account that bylines with this id and handle are; they are few, and each is one account's."""
        row = self._connection.execute(
            "select a.number from byline b join account a on a.number = b.account where a.platform = ? "
            "and b.id is not distinct from ? and b.handle is not distinct from ? limit 1",
            (platform, id, handle),
        ).fetchone()
        return int(row[0]) if row else 0

    # Signs

    def signs(self, keys: Sequence[Key]) -> dict[Key, ContactSign]:
        found: dict[Key, ContactSign] = {}
        unanswered, exchange = self._run("unanswered"), self._run("exchange")
        for key in keys:
            if 0 < key <= unanswered.rows:
                before, turns = (_at(run, key) for run in (unanswered, exchange))
                if before is not None or turns is not None:
                    found[key] = ContactSign(before, turns)
        return found


def pair_of(values: Mapping[str, int]) -> Pair:
    """A pair, of the columns that are kept of it."""
    waited = {name: None if values[name] == _NO_NUMBER else values[name] for name in ("a_waited", "b_waited")}
    return msgspec.convert({**values, **waited, "kind": KINDS[values["kind"]]}, Pair)


def places(names: Sequence[str]) -> array[int]:
    """Of each name its place among all, case ignored: the same for those that are alike."""
    folded = [fold_handle(name) for name in names]
    place = {name: n for n, name in enumerate(sorted(set(folded)))}
    return array("i", [place[name] for name in folded])


def _at(run: Column, number: int) -> int | None:
    value = run.block((number - 1) // run.step)[0][(number - 1) % run.step]
    return None if value == _NO_NUMBER else value


def _like(record: bytes) -> Like:
    return msgspec.json.decode(record, type=Like)


def _liked(like: Like | None, source: int, target: int, post: Act) -> Act:
    """A like: dated, or only between the time of the post and the day of the export."""
    time, until = (like.time, like.until) if like is not None else (None, None)
    dated = time is not None
    return Act(
        "like", source, target, post.key, post.post, post.platform, time if dated else post.time,
        None if dated else until, "second" if dated else post.precision, "platform" if dated else post.clock,
        None, None, False, dated,
    )  # fmt: skip
