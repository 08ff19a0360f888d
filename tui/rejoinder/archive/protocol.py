"""The archive protocol: the questions anyone may ask, small, synchronous and reading only.

A post is named by its *key*, an opaque integer that is stable for as long as one archive file is (what is kept beyond
that, such as the post last read or a review, is platform + id). A *place* is a post's spot in the timeline's order. The
timeline runs oldest (first) to newest (last). No SQL, cursor, offset or search string crosses this protocol.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Literal, Protocol

import msgspec

from rejoinder.acts import Act, Coverage, Pair, Party
from rejoinder.archive.conditions import Condition
from rejoinder.archive.tally import By, Tallied
from rejoinder.archive.values import Ordering
from rejoinder.records import Account, DeletedText, Ghost, Origin, Post, Problem, Source, hidden

Key = int
"""A post's key in this archive file. Negative keys are ghosts'."""
Direction = Literal["newer", "older"]


UNTIMED = -(2**63)
"""The time of a place where a post has none: before all others."""


class Place(msgspec.Struct, frozen=True, order=True):
    """Where a post stands: its time (ms; UNTIMED, and so first, without one) and its key, which breaks ties."""

    time: int
    key: Key


class Face(msgspec.Struct, frozen=True):
    """An account as a card names it. `handle` and `name` may be empty; `label` is never empty."""

    account: int
    """The account's number in this archive file."""
    id: str
    handle: str
    name: str

    @property
    def label(self) -> str:
        """The name to show first: display name, else @handle, else id."""
        return self.name or ("@" + self.handle if self.handle else self.id)


class Entry(msgspec.Struct, frozen=True):
    """A post as the archive keeps it: the record, and what the archive knows around it."""

    key: Key
    place: Place
    post: Post
    author: Face
    parent: Key | None
    """Key of the parent: positive = here, negative = a ghost, None = no reply, or only the account is known."""
    addressee: Face | None
    """The account replied to, where known."""
    conversation: Key
    """Key of the conversation's root (negative: the root is a ghost)."""
    replies_here: int
    """Direct replies that are in this archive."""
    original: Quoted | None = None
    """What a quote or repost shows of the other post, where it is here."""
    origins: tuple[Origin, ...] = ()
    """Every place where the post was read, that of `post` first."""
    versions: tuple[Post, ...] = ()
    """The post as other sources tell it, where they say something else (differing counts alone are not kept)."""

    def exported(self, include_deleted: bool = False) -> Post:
        """The post as it leaves the archive: a deleted one, or a repost of one, without its words unless asked for."""
        deleted = self.post.deleted is not None or (
            self.post.repost is not None and self.original is not None and self.original.deleted
        )
        return hidden(self.post) if deleted and not include_deleted else self.post


class Quoted(msgspec.Struct, frozen=True):
    """A glimpse of a quoted or reposted post that is in this archive."""

    key: Key
    author: Face
    text: str
    deleted: bool = False


class Node(msgspec.Struct, frozen=True):
    """One post of a conversation's skeleton: no text. Ghosts have negative keys."""

    key: Key
    parent: Key | None
    author: Face | None
    time: int | None


class ContactSign(msgspec.Struct, frozen=True):
    """What a post is among the contacts."""

    unanswered: int | None = None
    """Of an answer: how often its author had been addressed before."""
    turns: int | None = None
    """Posts of the longest exchange that it is part of."""


class Count(msgspec.Struct, frozen=True):
    """How many; `exact` is False while it is only an estimate."""

    n: int
    exact: bool = True


class Figures(msgspec.Struct, frozen=True):
    """What `rejoinder info` tells."""

    posts: int
    """Collected posts, without the context ones."""
    context: int
    accounts: int
    """Accounts that wrote at least one post here."""
    replies: int
    ghosts: int
    conversations: int
    """Trees of at least two posts (ghosts counted)."""
    likes: int
    problems: int
    sources: int
    """Imported exports; sources that these only cite are not counted."""
    first: int | None
    last: int | None
    """Earliest and latest time in ms."""
    bytes: int
    deleted: DeletedText = "keep-marked"
    """What becomes of the words of deleted posts."""
    private: int = 0
    """Posts that exports hold, left out because they were not meant for everybody."""
    unloaded: int = 0
    """Posts that exports name and that their collectors did not load."""


PairSort = Literal["unanswered", "waited", "a", "b", "a_to_b", "b_to_a", "first", "answer", "turns", "likes", "habit"]
"""What pairs can be sorted by; A is who waited, B who answered (`Pair.answerer`), `habit` the share that B answers."""


class Choice(msgspec.Struct, frozen=True):
    """Which pairs of accounts, and in which order: the answers most waited for come first, if nothing else is said."""

    one_way: bool = False
    """The pairs of which neither has answered, instead of those of which one has."""
    ones: tuple[int, ...] | None = None
    """One of the two is one of these accounts …"""
    others: tuple[int, ...] | None = None
    """… and the other one of these."""
    unanswered: int = 0
    """At least so many addresses before the answer."""
    addresses: int = 0
    """At least so many addresses in both directions together."""
    turns: int = 0
    """An exchange of at least so many posts."""
    months: int = 0
    """Each of the two has posts here in at least so many months."""
    sort: PairSort = "unanswered"
    reverse: bool = False
    """The other way round."""


class Borne(msgspec.Struct, frozen=True):
    """A handle and a display name as an account's posts here bear them."""

    handle: str
    name: str
    posts: int
    first: int | None
    """Earliest and latest time (ms) of those posts; None where none has a time."""
    last: int | None


class Archive(Protocol):
    """An open archive. Every method may be called from any one thread at a time; `cancel` from any thread, any time.

    All of them raise ArchiveError when the file fails, and Cancelled when `cancel()` interrupted them.
    """

    path: str

    def figures(self) -> Figures: ...

    def page(self, condition: Condition, at: Place | None, direction: Direction, limit: int) -> Sequence[Entry]:
        """Up to `limit` posts that meet the condition, next to a place, **oldest first** whatever the direction.

        `at=None` starts from the first post (newer) or the last (older). The post at the place itself is left out.
        """
        ...

    def count(self, condition: Condition) -> Count: ...

    def rank(self, condition: Condition, at: Place) -> Count:
        """How many posts that meet the condition stand before this place."""
        ...

    def seek(
        self,
        condition: Condition,
        *,
        time: int | None = None,
        fraction: float | None = None,
        key: Key | None = None,
    ) -> Place | None:
        """The place of the first matching post at or after a time, at a fraction (0 oldest, 1 newest), or of a key.

        Exactly one of the three is given. Past the end it is the last matching post; None if nothing matches. For a key
        that does not match: the nearest matching post after it, else before it.
        """
        ...

    def ordered(self, condition: Condition, order: Ordering, limit: int = 0) -> Sequence[Key]:
        """Matching posts, the newest, oldest, most liked or most answered (here) first, or by conversation.

        Of equals the older comes first; unknown likes come last. Conversations come in the order of their first
        matching post, each in the order of time. At most `limit`; 0 is all.
        """
        ...

    def post(self, key: Key) -> Entry | None: ...

    def posts(self, keys: Sequence[Key]) -> Sequence[Entry]:
        """Those of the keys that are here (ghosts are not posts), in the order asked for."""
        ...

    def find(self, id: str) -> Sequence[Key]:
        """Keys of the posts with this id: the platform's id, `platform:id`, or a permalink. Several: ambiguous."""
        ...

    def keys(self, condition: Condition) -> array[int]:
        """The keys of all posts that meet the condition, in the timeline's order: 8 bytes each, and no post is read."""
        ...

    def names_of(self, keys: Sequence[Key]) -> Sequence[str]:
        """The names (`platform:id`) of these posts, in this order; those that are not here are left out."""
        ...

    def keys_of(self, names: Sequence[str]) -> array[int]:
        """The keys of the posts of these names (`platform:id`), in this order; 0 where there is none here."""
        ...

    def ghost(self, key: Key) -> Ghost | None: ...

    def ancestors(self, key: Key) -> Sequence[Key]:
        """From the root (perhaps a ghost) down to the post itself. Cycles are cut."""
        ...

    def replies(self, key: Key) -> Sequence[Key]:
        """Direct replies to a post or ghost, oldest first."""
        ...

    def conversation(self, key: Key, limit: int = 5_000) -> Sequence[Node]:
        """The skeleton of the conversation that holds this post or ghost, in time order, ghosts first, at most `limit`.

        The ancestors of `key` are always among them.
        """
        ...

    def ghosts(self, condition: Condition, limit: int = 0) -> Sequence[Ghost]:
        """Missing parents of the posts that meet the condition, most replies first; `limit=0` means all."""
        ...

    def accounts(self, prefix: str, limit: int = 20) -> Sequence[tuple[Face, int]]:
        """Accounts whose handle begins so (case ignored), with their number of posts, most first."""
        ...

    def account(self, number: int) -> Account | None: ...

    def borne(self, number: int) -> Sequence[Borne]:
        """The names that an account's posts here bear, in the order in which they first do."""
        ...

    def account_names(self) -> tuple[set[str], set[str]]:
        """(handles, ids) of all accounts: every handle that one ever bore here, lower case, and every account id."""
        ...

    def sources(self) -> Sequence[Source]: ...

    def problems(self, limit: int = 0) -> Sequence[Problem]: ...

    def histogram(self, condition: Condition, edges: Sequence[int]) -> Sequence[int]:
        """How many matching posts lie between each two of these moments (ms, ascending), the second excluded.

        One number less than there are edges; `tally.edges` gives those of calendar units. Posts without a time are
        nowhere.
        """
        ...

    def tally(self, condition: Condition, by: By, *, limit: int = 0, zone: tzinfo = UTC) -> Sequence[Tallied]:
        """Matching posts counted by a value; a post with several (tags, hosts, sources) counts in each of their rows.

        Months, empty ones too, and the 24 hours of the day in order (by the clock of `zone`), all else by number, the
        most first, at most `limit` (0: all). A last row without a label counts the posts that have no such value.
        """
        ...

    def tags(self, prefix: str, limit: int = 20) -> Sequence[tuple[str, int]]:
        """Hashtags (folded, without #) that begin so, with their number of posts, most first."""
        ...

    def tally_days(self) -> Sequence[tuple[int, int]]:
        """(day as days since 1970-01-01, posts) for every day that has posts, in order."""
        ...

    def pairs(self, choice: Choice, at: int = 0, limit: int = 50) -> Sequence[Pair]:
        """Pairs of accounts in the order chosen, from this position on; `limit=0` means all."""
        ...

    def count_pairs(self, choice: Choice) -> int: ...

    def acts(self, ones: Sequence[int], others: Sequence[int]) -> Sequence[Act]:
        """All acts between accounts of the one group and those of the other, in both directions, by time.

        Acts without a time come last. Reposts and likes are among them.
        """
        ...

    def all_acts(self, condition: Condition) -> Iterator[Act]:
        """Every act that is proved by a post that meets the condition, by pairs."""
        ...

    def parties(self, numbers: Sequence[int]) -> Sequence[Party]:
        """These accounts, in this order."""
        ...

    def parties_named(self, name: str, part: bool = False) -> Sequence[Party]:
        """The accounts that are called so: `@handle`, `handle`, `id`, or one of them after `platform:`.

        `part`: those whose handle or name holds these letters, case ignored.
        """
        ...

    def coverage(self, accounts: Sequence[int]) -> Sequence[Coverage]:
        """What the archive holds of each of these accounts, in this order."""
        ...

    def owners(self) -> Mapping[str, int]:
        """Names of the sources that are an account's own export, with the account's number."""
        ...

    def contact_signs(self, keys: Sequence[Key]) -> Mapping[Key, ContactSign]:
        """Of these posts, those that are an answer or part of an exchange."""
        ...

    def cancel(self) -> None:
        """Interrupt whatever is being asked right now; that call raises Cancelled."""
        ...

    def close(self) -> None: ...
