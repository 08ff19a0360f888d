"""One reviewer's journal, read: what stands at present, what was done when, and where the work stopped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import apsw
import msgspec

from rejoinder.errors import ReviewError
from rejoinder.review.acts import Act, Change, Code, PostName
from rejoinder.review.codebook import Codebook
from rejoinder.review.tables import SUFFIX, VERSION, check_header, is_unfinished, told

_BATCH = 500
WAIT = 5_000
"""ms that a reader waits for a writer's transaction, and a writer for readers."""


class Journal:
    """A journal, open for reading. It sees every act that was made durable, whoever writes meanwhile."""

    def __init__(self, path: Path) -> None:
        """Raises ReviewError where it is missing, no journal, cut short, damaged, or newer than this version."""
        self.path = path
        self.version = check_header(path)
        self.connection = self._open()
        try:
            self.meta: dict[str, str] = dict(self.connection.execute("select key, value from meta"))
        except apsw.Error as error:
            self.connection.close()
            raise told(path, error) from error
        self.reviewer = self.meta.get("reviewer") or path.name.removesuffix(SUFFIX)

    def _open(self) -> apsw.Connection:
        """Read-only. After a cut-off write SQLite must roll back first, and for that it must be allowed to write."""
        flags = apsw.SQLITE_OPEN_READWRITE if is_unfinished(self.path) else apsw.SQLITE_OPEN_READONLY
        try:
            connection = apsw.Connection(f"file:{quote(str(self.path.absolute()))}", flags | apsw.SQLITE_OPEN_URI)
            connection.set_busy_timeout(WAIT)
            connection.execute("pragma query_only=1")
        except apsw.Error as error:
            raise told(self.path, error) from error
        return connection

    def close(self) -> None:
        """Let the file go."""
        self.connection.close()

    @property
    def is_older(self) -> bool:
        """Whether its tables are of an older version; the writer brings them up to date."""
        return self.version < VERSION

    def ask(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of an answer. Raises ReviewError."""
        try:
            return list(self.connection.execute(statement, values))
        except apsw.Error as error:
            raise told(self.path, error) from error

    # What stands

    def codes_of(self, posts: Sequence[PostName]) -> list[Code]:
        """Every code of these posts, by post."""
        found: list[Code] = []
        for at in range(0, len(posts), _BATCH):
            part = posts[at : at + _BATCH]
            marks = ",".join("?" * len(part))
            found += self._codes(f"where p.name in ({marks})", part)
        return found

    def standing(self, posts: Sequence[PostName]) -> list[tuple[PostName, str, str]]:
        """(post, variable, value) of every code of these posts: no more than a sign in the gutter needs."""
        found: list[tuple[Any, ...]] = []
        for at in range(0, len(posts), _BATCH):
            part = posts[at : at + _BATCH]
            found += self.ask(
                "select p.name, s.variable, s.value from post p join state s on s.post = p.number "
                f"where p.name in ({','.join('?' * len(part))})",
                part,
            )
        return [(str(name), str(variable), str(value)) for name, variable, value in found]

    def codes(self) -> list[Code]:
        """Every code that stands."""
        return self._codes("where p.name is not null", ())

    def _codes(self, where: str, values: Sequence[Any]) -> list[Code]:
        seen = "a.open" if not self.is_older else "0"
        rows = self.ask(
            f"select p.name, s.variable, s.value, ?, a.time, a.number, c.hash, coalesce(q.name, ''), {seen} "
            "from post p join state s on s.post = p.number join act a on a.number = s.act "
            f"join codebook c on c.number = a.codebook left join queue q on q.number = a.queue {where} "
            "order by s.post, s.act",
            (self.reviewer, *values),
        )
        return [
            Code(p, v, w, who, time, act, hash, queue, bool(seen))
            for p, v, w, who, time, act, hash, queue, seen in rows
        ]

    def numbers_with(self, variable: str, value: str | None = None) -> list[int]:
        """Numbers (see `names`) of the posts on which a variable has this value, or any."""
        if value is None:
            return self._numbers("select distinct post from state where variable = ?", (variable,))
        return self._numbers("select post from state where variable = ? and value = ?", (variable, value))

    def numbers_noted(self, words: str, variable: str = "note") -> list[int]:
        """Numbers of the posts whose note holds these words, case ignored."""
        wanted = words.casefold()
        rows = self.ask("select post, value from state where variable = ?", (variable,))
        return [int(post) for post, text in rows if wanted in text.casefold()]

    def numbers_coded(self) -> list[int]:
        """Numbers of the posts of which anything stands but private marks and what was put off."""
        return self._numbers("select distinct post from state where variable not in ('mark', 'later')", ())

    def _numbers(self, statement: str, values: Sequence[Any]) -> list[int]:
        """As one JSON array: a third of the time that a row for each number would take."""
        (found,) = self.ask(f"select json_group_array(post) from ({statement})", values)[0]
        return msgspec.json.decode(found, type=list[int])

    def names(self, since: int = 0) -> list[tuple[int, PostName | None]]:
        """Number and name of each post that the journal knows, from a number on; None of erased ones."""
        return [(int(n), name) for n, name in self.ask("select number, name from post where number > ?", (since,))]

    def decided(self, variable: str) -> dict[PostName, str]:
        """The posts on which a variable of one value has one, with it."""
        found: dict[PostName, str] = {}
        for value, _ in self.values_used(variable):
            rows = self.ask(
                "select json_group_array(p.name) from state s join post p on p.number = s.post "
                "where s.variable = ? and s.value = ?",
                (variable, value),
            )
            found.update(dict.fromkeys(msgspec.json.decode(rows[0][0], type=list[str]), value))
        return found

    def values_used(self, variable: str) -> list[tuple[str, int]]:
        """Values of a variable that stand anywhere, in the order of their first use, with their number of posts."""
        return [
            (str(value), int(count))
            for value, count in self.ask(
                "select value, count(*) from state where variable = ? group by value order by min(act)", (variable,)
            )
        ]

    def values_standing(self, variable: str) -> list[str]:
        """Values of a variable that stand anywhere, by name. One step in the index for each value, however many posts
        have it: 60 ms less for 100,000 coded posts than counting them."""
        found: list[str] = []
        while True:
            ((value,),) = self.ask(
                "select min(value) from state where variable = ? and value > ? and variable <> 'note'",
                (variable, found[-1] if found else ""),
            )
            if value is None:
                return found
            found.append(str(value))

    # What was done

    def acts(self, since: int = 0) -> Iterator[Act]:
        """The acts with a greater number, in order, with their changes."""
        seen = "open" if not self.is_older else "0"
        rows = self.ask(
            f"select a.number, time, kind, c.hash, coalesce(q.name, ''), of, {seen} from act a "
            "join codebook c on c.number = codebook left join queue q on q.number = queue "
            "where a.number > ? order by a.number",
            (since,),
        )
        for row in rows:
            number, time, kind, codebook, queue, of, is_open = row
            yield Act(number, time, kind, codebook, queue, of, bool(is_open), tuple(self.changes(number)))

    def changes(self, act: int) -> list[Change]:
        """What an act changed, in order."""
        rows = self.ask(
            "select p.name, variable, value, held, was from change join post p on p.number = post "
            "where act = ? order by place",
            (act,),
        )
        return [Change(name, variable, value, bool(held), was) for name, variable, value, held, was in rows]

    @property
    def last(self) -> int:
        """Number of the last act; 0 where there is none."""
        return int(self.ask("select coalesce(max(number), 0) from act")[0][0])

    def codebooks(self) -> dict[str, Codebook]:
        """Every version of the codebook that an act carries, by hash."""
        rows = self.ask("select hash, record from codebook")
        return {str(hash): msgspec.json.decode(record, type=Codebook) for hash, record in rows}

    def backward_clocks(self) -> int:
        """How many acts carry an earlier time than the one before: somebody set the clock back."""
        return int(
            self.ask("select count(*) from (select time < lag(time) over (order by number) b from act) where b")[0][0]
        )

    # Where the work stopped

    def place(self, queue: str) -> PostName | None:
        """The post of a queue that was last looked at, unless something was decided since."""
        rows = self.ask(
            "select p.name, l.act from place l join queue q on q.number = l.queue join post p on p.number = l.post "
            "where q.name = ?",
            (queue,),
        )
        return rows[0][0] if rows and rows[0][1] == self.last_in(queue) else None

    def last_decided(self, queue: str) -> PostName | None:
        """The post of the last act that was made in a queue."""
        rows = self.ask(
            "select p.name from change join post p on p.number = post where act = ? order by place desc limit 1",
            (self.last_in(queue),),
        )
        return rows[0][0] if rows else None

    def last_in(self, queue: str) -> int:
        """Number of the last act that was made in a queue; 0 where there is none."""
        rows = self.ask(
            "select coalesce(max(a.number), 0) from act a join queue q on q.number = a.queue where q.name = ?", (queue,)
        )
        return int(rows[0][0])

    def draft(self, post: PostName, variable: str) -> str | None:
        """The words of a note that was never finished."""
        if self.is_older:
            return None
        rows = self.ask(
            "select text from draft d join post p on p.number = d.post where p.name = ? and variable = ?",
            (post, variable),
        )
        return str(rows[0][0]) if rows else None

    def drafts(self) -> list[tuple[PostName, str]]:
        """Posts with an unfinished note, the newest last."""
        if self.is_older:
            return []
        rows = self.ask(
            "select p.name, d.text from draft d join post p on p.number = d.post where p.name is not null order by time"
        )
        return [(str(name), str(text)) for name, text in rows]


def open_all(paths: Iterable[Path]) -> tuple[list[Journal], list[ReviewError]]:
    """The journals that can be read, and what is wrong with the others: one bad file costs one reviewer."""
    journals: list[Journal] = []
    wrong: list[ReviewError] = []
    for path in paths:
        try:
            journals.append(Journal(path))
        except ReviewError as error:
            wrong.append(error)
    return journals, wrong
