"""A small archive in memory, so that the app's tests need no file: posts, replies, ghosts, plain meanings."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, tzinfo

from tests.oracle import Town

from rejoinder.archive import conditions as c
from rejoinder.archive.protocol import (
    Borne,
    ContactSign,
    Count,
    Direction,
    Entry,
    Face,
    Figures,
    Key,
    Node,
    Place,
    Quoted,
)
from rejoinder.archive.tally import By, Tallied, by_hour, by_month, edges, lacking, ranked
from rejoinder.archive.values import Ordering
from rejoinder.records import Account, Ghost, Post, Problem, Source


class MemoryArchive:
    """Keeps the posts of a test; `asked` lists the questions that came."""

    def __init__(self, posts: Sequence[Post], path: str = "memory.rejoinder") -> None:
        self.path = path
        self.asked: list[str] = []
        ordered = sorted(posts, key=lambda post: (post.time or 0, int(post.id)))
        by_id = {post.id: key for key, post in enumerate(ordered, 1)}
        missing = sorted({post.reply_to for post in ordered if post.reply_to and post.reply_to not in by_id})
        self._ghosts = {-n: id for n, id in enumerate(missing, 1)}
        ghost_keys = {id: key for key, id in self._ghosts.items()}
        self._faces: dict[str, Face] = {}
        self._parents = {by_id[p.id]: by_id.get(p.reply_to) or ghost_keys[p.reply_to] for p in ordered if p.reply_to}
        self._posts = {by_id[post.id]: post for post in ordered}
        self._ids = by_id
        self._town = Town(posts)
        self._entries = {key: self._entry(key) for key in self._posts}

    def _face(self, post: Post) -> Face:
        handle = post.handle or "?"
        return self._faces.setdefault(handle, Face(len(self._faces), post.author or handle, handle, post.name or ""))

    def _entry(self, key: Key) -> Entry:
        post, parent = self._posts[key], self._parents.get(key)
        other = self._ids.get(post.quote or post.repost or "")
        quoted = Quoted(other, self._face(self._posts[other]), self._posts[other].text) if other else None
        addressee = self._face(self._posts[parent]) if parent and parent > 0 else None
        replies = sum(1 for at in self._parents.values() if at == key)
        place = Place(post.time or 0, key)
        return Entry(key, place, post, self._face(post), parent, addressee, self._root(key), replies, quoted)

    def _root(self, key: Key) -> Key:
        seen = {key}
        while (parent := self._parents.get(key)) is not None and parent not in seen:
            key = parent
            seen.add(key)
        return key

    def _matching(self, condition: c.Condition) -> list[Entry]:
        test = meaning(condition)
        return [entry for entry in self._entries.values() if test(entry)]

    def figures(self) -> Figures:
        self.asked.append("figures")
        posts = list(self._posts.values())
        context = sum(post.context for post in posts)
        times = [post.time for post in posts if post.time is not None]
        return Figures(
            posts=len(posts) - context, context=context, accounts=len({p.handle for p in posts}),
            replies=len(self._parents), ghosts=len(self._ghosts), conversations=0, likes=0, problems=0, sources=1,
            first=min(times, default=None), last=max(times, default=None), bytes=0,
        )  # fmt: skip

    def page(self, condition: c.Condition, at: Place | None, direction: Direction, limit: int) -> Sequence[Entry]:
        self.asked.append(f"page {direction}")
        found = self._matching(condition)
        if direction == "newer":
            return [entry for entry in found if at is None or entry.place > at][:limit]
        return [entry for entry in found if at is None or entry.place < at][-limit:]

    def count(self, condition: c.Condition) -> Count:
        self.asked.append("count")
        return Count(len(self._matching(condition)))

    def rank(self, condition: c.Condition, at: Place) -> Count:
        self.asked.append("rank")
        return Count(sum(entry.place < at for entry in self._matching(condition)))

    def seek(
        self, condition: c.Condition, *, time: int | None = None, fraction: float | None = None, key: Key | None = None
    ) -> Place | None:
        self.asked.append("seek")
        found = self._matching(condition)
        if not found:
            return None
        if fraction is not None:
            return found[round(fraction * (len(found) - 1))].place
        start = self._entries[key].place if key is not None else Place(time or 0, -(10**9))
        return next((entry.place for entry in found if entry.place >= start), found[-1].place)

    def ordered(self, condition: c.Condition, order: Ordering, limit: int = 0) -> Sequence[Key]:
        self.asked.append("ordered")
        keys = [entry.key for entry in sorted(self._matching(condition), key=by(order))]
        return keys[: limit or None]

    def post(self, key: Key) -> Entry | None:
        return self._entries.get(key)

    def posts(self, keys: Sequence[Key]) -> Sequence[Entry]:
        return [self._entries[key] for key in keys if key in self._entries]

    def keys(self, condition: c.Condition) -> array[int]:
        return array("q", [entry.key for entry in self._matching(condition)])

    def names_of(self, keys: Sequence[Key]) -> Sequence[str]:
        return [f"{self._posts[key].platform}:{self._posts[key].id}" for key in keys if key in self._posts]

    def keys_of(self, names: Sequence[str]) -> array[int]:
        return array("q", [self._ids.get(name.partition(":")[2], 0) for name in names])

    def find(self, id: str) -> Sequence[Key]:
        key = self._ids.get(id.rpartition(":")[2])
        return [key] if key else []

    def ghost(self, key: Key) -> Ghost | None:
        id = self._ghosts.get(key)
        return Ghost(id=id, platform="twitter", replies=len(self.replies(key))) if id else None

    def ancestors(self, key: Key) -> Sequence[Key]:
        chain = [key]
        while (parent := self._parents.get(chain[0])) is not None and parent not in chain:
            chain.insert(0, parent)
        return chain

    def replies(self, key: Key) -> Sequence[Key]:
        return [child for child, parent in self._parents.items() if parent == key]

    def conversation(self, key: Key, limit: int = 5_000) -> Sequence[Node]:
        self.asked.append("conversation")
        root = self._root(key)
        nodes = [Node(root, None, None, None)] if root < 0 else []
        for at, entry in self._entries.items():
            if self._root(at) == root:
                nodes.append(Node(at, entry.parent, entry.author, entry.post.time))
        return nodes[:limit]

    def ghosts(self, condition: c.Condition, limit: int = 0) -> Sequence[Ghost]:
        return [ghost for key in self._ghosts if (ghost := self.ghost(key))]

    def accounts(self, prefix: str, limit: int = 20) -> Sequence[tuple[Face, int]]:
        return [(face, 1) for handle, face in self._faces.items() if handle.startswith(prefix)][:limit]

    def account(self, number: int) -> Account | None:
        return None

    def borne(self, number: int) -> Sequence[Borne]:
        return []

    def account_names(self) -> tuple[set[str], set[str]]:
        return {handle.lower() for handle in self._faces}, {face.id for face in self._faces.values()}

    def sources(self) -> Sequence[Source]:
        return []

    def problems(self, limit: int = 0) -> Sequence[Problem]:
        return []

    def histogram(self, condition: c.Condition, edges: Sequence[int]) -> Sequence[int]:
        self.asked.append("histogram")
        return self._town.histogram(self._keys(condition), edges)

    def tally(self, condition: c.Condition, by: By, *, limit: int = 0, zone: tzinfo = UTC) -> Sequence[Tallied]:
        self.asked.append(f"tally {by}")
        entries = self._matching(condition)
        if by == "account":
            return ranked(Counter(entry.author.handle for entry in entries), by, limit)
        counts = self._town.tally(self._keys(condition), by, zone)
        rest = [Tallied("", counts.pop(""), lacking(by))] if "" in counts else []
        times = [entry.post.time for entry in entries if entry.post.time is not None]
        if by == "month" and times:
            months = edges(min(times), max(times) + 1, "month", zone)
            return [*by_month(months, self.histogram(condition, months), zone), *rest]
        if by == "hour":
            return [*(by_hour([(time, 1) for time in times], zone) if times else []), *rest]
        return [*ranked(counts, by, limit), *rest]

    def _keys(self, condition: c.Condition) -> c.Condition:
        return c.Ids(tuple(entry.post.id for entry in self._matching(condition)))

    def tags(self, prefix: str, limit: int = 20) -> Sequence[tuple[str, int]]:
        rows = self.tally(c.Everything(), "tag")
        return [(row.label, row.n) for row in rows if row.label.startswith(prefix) and row.label][:limit]

    def tally_days(self) -> Sequence[tuple[int, int]]:
        days: dict[int, int] = {}
        for post in self._posts.values():
            if post.time is not None:
                days[post.time // 86_400_000] = days.get(post.time // 86_400_000, 0) + 1
        return sorted(days.items())

    def contact_signs(self, keys: Sequence[Key]) -> dict[Key, ContactSign]:
        self.asked.append("contact_signs")
        return {}

    def cancel(self) -> None:
        self.asked.append("cancel")

    def close(self) -> None:
        self.asked.append("close")


def meaning(condition: c.Condition) -> Callable[[Entry], bool]:
    """A condition in plain Python; only those kinds that the app's tests use."""
    match condition:
        case c.Everything():
            return lambda entry: True
        case c.Words(tokens):
            words = " ".join(tokens)
            return lambda entry: words in entry.post.text.casefold()
        case c.From(account):
            return lambda entry: entry.post.handle == account
        case c.Is("reply"):
            return lambda entry: entry.post.reply_to is not None
        case c.Is("root"):
            return lambda entry: entry.post.reply_to is None
        case c.Tag(tag):
            return lambda entry: tag in entry.post.tags
        case c.Conversation(id):
            return lambda entry: str(entry.conversation) == id
        case c.Between(since, until):
            return lambda e: e.post.time is not None and (since or 0) <= e.post.time < (until or 1 << 62)
        case c.Pair(one, other):
            return lambda e: e.addressee is not None and {e.post.handle, e.addressee.handle} == {one, other}
        case c.To(account):
            return lambda entry: entry.addressee is not None and entry.addressee.handle == account
        case c.Among(keys):
            return lambda entry: entry.key in keys
        case c.Not(inner):
            return lambda entry: not meaning(inner)(entry)
        case c.All(inner):
            return lambda entry: all(meaning(each)(entry) for each in inner)
        case c.Any(inner):
            return lambda entry: any(meaning(each)(entry) for each in inner)
    raise NotImplementedError(condition)


def by(order: Ordering) -> Callable[[Entry], tuple[int, int]]:
    """What entries are sorted by."""
    return {
        "old": lambda entry: (0, entry.key),
        "new": lambda entry: (0, -entry.key),
        "likes": lambda entry: (-(entry.post.likes if entry.post.likes is not None else -1), entry.key),
        "replies": lambda entry: (-entry.replies_here, entry.key),
        "conversation": lambda entry: (abs(entry.conversation), entry.key),
    }[order]
