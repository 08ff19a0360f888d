"""The one writer of a journal: each act is a transaction, durable before anything shows it."""

from __future__ import annotations

import fcntl
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Literal

import apsw
import msgspec

from rejoinder import __version__
from rejoinder.errors import ReviewError
from rejoinder.folders import private_file
from rejoinder.review.acts import Act, ActKind, Change, PostName, inverse
from rejoinder.review.codebook import Codebook, Variable
from rejoinder.review.journal import WAIT, Journal
from rejoinder.review.tables import APPLICATION_ID, TABLES, VERSION, told, upgrade

_CACHE = 4 << 10
"""KiB of pages kept."""

_OUT = (
    "delete from state where (post, variable, value) in "
    "(select post, variable, case held when 1 then was else value end from change where act = ?)"
)
_IN = "insert into state select post, variable, value, act from change where act = ? and held"
"""An act folded into the state: what it replaces or clears goes, what it sets comes. It names no value twice."""


class Held(ReviewError):
    """Another window of the same reviewer holds the journal: it can be read, not written."""


class Pen(Journal):
    """The journal of a reviewer, open for writing; only one in the world at a time."""

    def __init__(self, path: Path, reviewer: str, codebook: Codebook, now: Callable[[], int] | None = None) -> None:
        """Make the journal where there is none. Raises Held where it is written elsewhere, ReviewError otherwise."""
        self._lock = _Lock(path)
        with ExitStack() as unless_opened:
            unless_opened.callback(self._lock.free)
            if not path.exists():
                _make(path, reviewer)
            super().__init__(path)
            unless_opened.pop_all()
        self._now = now or (lambda: time.time_ns() // 1_000_000)
        self._codebook = codebook
        self._codebook_number = 0
        self.open = False
        """Whether the codes of others are in sight."""

    def _open(self) -> apsw.Connection:
        """TRUNCATE is a rollback journal whose end is made durable too, which deleting one is not."""
        try:
            connection = apsw.Connection(str(self.path), flags=apsw.SQLITE_OPEN_READWRITE)
            connection.set_busy_timeout(WAIT)
            connection.execute("pragma journal_mode=truncate")
            for setting in ("synchronous=full", "secure_delete=on", f"cache_size=-{_CACHE}"):
                connection.execute(f"pragma {setting}")  # one by one: what stands behind one that answers is not done
            if self.version < VERSION:
                upgrade(connection, self.version)
                self.version = VERSION
            connection.execute("begin immediate; rollback")
        except apsw.Error as error:
            raise told(self.path, error) from error
        return connection

    def close(self) -> None:
        """Let the journal go, for the next window."""
        super().close()
        self._lock.free()

    # Coding

    def set(self, posts: Sequence[PostName], variable: Variable, value: str | None, queue: str = "") -> Act | None:
        """Give posts a value of a variable of one value (or text); None clears it. None where nothing would change.

        A decision ends that a post is put off. One post that has the value already is decided again: that is evidence.
        """
        changes: list[Change] = []
        for post, values in self._standing(posts, variable.name):
            was = values[0] if values else None
            if value is None and was is not None:
                changes.append(Change(post, variable.name, was, on=False))
            elif value is not None and (was != value or len(posts) == 1):
                changes.append(Change(post, variable.name, value, was=was))
        if variable.name not in ("later", "mark"):
            put_off = self._standing([c.post for c in changes if c.post is not None], "later")
            changes += [Change(post, "later", values[0], on=False) for post, values in put_off if values]
        return self.record(changes, queue) if changes else None

    def add(
        self, posts: Sequence[PostName], variable: Variable, value: str, on: bool = True, queue: str = ""
    ) -> Act | None:
        """Give posts one more value of a variable of several, or take it away. None where nothing would change."""
        return self.tag(posts, variable, [(value, on)], queue)

    def tag(
        self, posts: Sequence[PostName], variable: Variable, wishes: Sequence[tuple[str, bool]], queue: str = ""
    ) -> Act | None:
        """Several values on (True) or off, as one act. None where nothing would change."""
        wanted = dict(wishes)
        changes = [
            Change(post, variable.name, value, on=on)
            for post, values in self._standing(posts, variable.name)
            for value, on in wanted.items()
            if (value in values) != on
        ]
        return self.record(changes, queue) if changes else None

    def has(self, post: PostName, variable: str, value: str) -> bool:
        """Whether a value stands."""
        return any(value in values for _, values in self._standing([post], variable))

    def record(self, changes: Sequence[Change], queue: str = "") -> Act:
        """One act of these changes, durable when this returns. Raises ReviewError, and then nothing was written."""
        return self._write("code", changes, queue, None)

    def undo(self) -> Act | None:
        """Take the last act back that stands; None where none does."""
        top = self._pointer()
        if not top:
            return None
        below = self.ask("select coalesce(max(act), 0) from stack where act < ?", (top,))[0][0]
        return self._write("undo", [inverse(c) for c in reversed(self.changes(top))], self._queue_of(top), top, below)

    def redo(self) -> Act | None:
        """Do the act again that was taken back last; None where there is none."""
        rows = self.ask("select min(act) from stack where act > ?", (self._pointer(),))
        if rows[0][0] is None:
            return None
        return self._write("redo", self.changes(rows[0][0]), self._queue_of(rows[0][0]), rows[0][0], rows[0][0])

    def _pointer(self) -> int:
        """The last act that stands and can be taken back."""
        rows = self.ask("select value from meta where key = 'pointer'")
        return int(rows[0][0]) if rows else 0

    def _queue_of(self, act: int) -> str:
        rows = self.ask("select q.name from act a join queue q on q.number = a.queue where a.number = ?", (act,))
        return str(rows[0][0]) if rows else ""

    def _standing(self, posts: Sequence[PostName], variable: str) -> list[tuple[PostName, list[str]]]:
        """Each post with the values that the variable has on it."""
        found: dict[PostName, list[str]] = {post: [] for post in posts}
        for at in range(0, len(posts), 500):
            part = posts[at : at + 500]
            rows = self.ask(
                "select p.name, s.value from post p join state s on s.post = p.number and s.variable = ? "
                f"where p.name in ({','.join('?' * len(part))})",
                (variable, *part),
            )
            for name, value in rows:
                found[name].append(value)
        return list(found.items())

    # Beside the acts

    def stand_at(self, queue: str, post: PostName) -> None:
        """Remember the post of a queue that is looked at."""
        with self._transaction():
            number = self._number("queue", queue)
            self._run("insert or replace into place values(?, ?, ?)", (number, self._post(post), self.last_in(queue)))

    def keep_draft(self, post: PostName, variable: str, text: str | None) -> None:
        """Keep what was typed of a note so far; None where it is done or given up."""
        with self._transaction():
            if text is None:
                self._run("delete from draft where post = ? and variable = ?", (self._post(post), variable))
            else:
                values = (self._post(post), variable, text, self._now())
                self._run("insert or replace into draft values(?, ?, ?, ?)", values)

    def erase(self, posts: Iterable[PostName]) -> int:
        """Take out of the journal what it says of these posts, and their names; entries without content stay.

        How many posts it knew. The file is written anew, so that nothing of it is left in free pages.
        """
        with self._transaction():
            numbers = [row[0] for post in posts for row in self.ask("select number from post where name = ?", (post,))]
            for number in numbers:
                self._run("delete from state where post = ?", (number,))
                self._run("delete from draft where post = ?", (number,))
                self._run("delete from place where post = ?", (number,))
                self._run("update change set value = null, was = null where post = ?", (number,))
                self._run("update post set name = null where number = ?", (number,))
            if numbers:
                self._insert("erased", "", None, [])
        if numbers:
            self._run("vacuum", ())
        return len(numbers)

    # Writing

    def _write(
        self, kind: ActKind, changes: Sequence[Change], queue: str, of: int | None, pointer: int | None = None
    ) -> Act:
        """Act, state and stack in one transaction."""
        changes = [change for change in changes if change.post is not None and change.value is not None]
        with self._transaction():
            number, moment = self._insert(kind, queue, of, changes)
            self._run(_OUT, (number,))
            self._run(_IN, (number,))
            if kind == "code":
                self._run("delete from stack where act > ?", (self._pointer(),))
                self._run("insert into stack values(?)", (number,))
            at = str(number if pointer is None else pointer)
            self._run("insert or replace into meta values('pointer', ?)", (at,))
        return Act(number, moment, kind, self._codebook.hash, queue, of, self.open, tuple(changes))

    def _insert(self, kind: str, queue: str, of: int | None, changes: Sequence[Change]) -> tuple[int, int]:
        number, moment = self.last + 1, self._now()
        codebook, line = self._codebook_row(), self._number("queue", queue) if queue else 0
        self._run(
            "insert into act values(?, ?, ?, ?, ?, ?, ?)", (number, moment, kind, codebook, line, of, int(self.open))
        )
        names = sorted({change.post for change in changes if change.post is not None})
        self.connection.executemany("insert or ignore into post(name) values(?)", ((name,) for name in names))
        self.connection.executemany(
            "insert into change values(?, ?, (select number from post where name = ?), ?, ?, ?, ?)",
            (
                (number, place, change.post, change.variable, change.value, int(change.on), change.was)
                for place, change in enumerate(changes)
            ),
        )
        return number, moment

    def _codebook_row(self) -> int:
        """Of the codebook in force, kept in full, so that old acts stay readable whatever becomes of the file."""
        if not self._codebook_number:
            record = msgspec.json.encode(self._codebook).decode()
            self._run("insert or ignore into codebook(hash, record) values(?, ?)", (self._codebook.hash, record))
            rows = self.ask("select number from codebook where hash = ?", (self._codebook.hash,))
            self._codebook_number = int(rows[0][0])
        return self._codebook_number

    def _post(self, name: PostName) -> int:
        return self._number("post", name)

    def _number(self, table: Literal["post", "queue"], name: str) -> int:
        rows = self.ask(f"select number from {table} where name = ?", (name,))
        if rows:
            return int(rows[0][0])
        self._run(f"insert into {table}(name) values(?)", (name,))
        return int(self.connection.last_insert_rowid())

    def _run(self, statement: str, values: Sequence[Any]) -> None:
        self.connection.execute(statement, values)

    def _transaction(self) -> _Transaction:
        return _Transaction(self)

    def forget_codebook_row(self) -> None:
        """After a transaction that failed: the row may not be there."""
        self._codebook_number = 0


class _Transaction:
    """`with` one: all of it is durable at its end, or nothing of it was written and ReviewError says why."""

    def __init__(self, pen: Pen) -> None:
        self._pen = pen

    def __enter__(self) -> None:
        try:
            self._pen.connection.execute("begin immediate")
        except apsw.Error as error:
            raise told(self._pen.path, error) from error

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        connection = self._pen.connection
        try:
            if error is None:
                connection.execute("commit")
                return
        except apsw.Error as failed:
            error = failed
        self._pen.forget_codebook_row()
        if connection.in_transaction:
            connection.execute("rollback")
        if isinstance(error, apsw.Error):
            raise told(self._pen.path, error) from error


class _Lock:
    """A file beside the journal that its writer holds: the system lets it go when the writer ends, however it ends."""

    def __init__(self, path: Path) -> None:
        beside = path.with_name(f".{path.name}.lock")
        try:
            self._file = os.open(private_file(beside), os.O_RDWR | os.O_CLOEXEC)
        except OSError as error:
            raise ReviewError(
                f"{path} can't be written: {error.strerror}.", "Check your rights in its folder."
            ) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            who = os.read(self._file, 200).decode(errors="replace") or "another program"
            os.close(self._file)
            name = path.name.rpartition(".")[0]
            raise Held(
                f"{name} is being reviewed in another window ({who}).", "Here it can be read; close that one to write."
            ) from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, f"process {os.getpid()} on {socket.gethostname()}".encode(), 0)

    def free(self) -> None:
        """Let it go."""
        os.close(self._file)


def _make(path: Path, reviewer: str) -> None:
    """A new, empty journal; it stands under its name only when it is whole."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    try:
        connection = apsw.Connection(
            str(private_file(draft)), flags=apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE
        )
        connection.execute("pragma page_size=4096; pragma synchronous=full")
        with connection:
            connection.execute(f"pragma application_id={APPLICATION_ID}; pragma user_version={VERSION}")
            connection.execute(TABLES)
            about = {"reviewer": reviewer, "file": secrets.token_hex(16), "tool": __version__}
            connection.executemany("insert into meta values(?, ?)", about.items())
        connection.close()
        draft.replace(path)
        sync_folder(path.parent)
    except (apsw.Error, OSError) as error:
        draft.unlink(missing_ok=True)
        raise told(path, error) from error


def sync_folder(path: Path) -> None:
    """Make a new name in a folder durable."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
