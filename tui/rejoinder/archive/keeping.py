"""What an archive keeps of what it is given: the words of deleted posts or not, and nothing of what was forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Literal

import msgspec

from rejoinder.archive.text import fold_handle
from rejoinder.records import Account, DeletedText, Deletion, Like, Post, Reading, Ref

Kind = Literal["post", "account", "handle", "bare handle", "repost"]
"""What a hash stands for. A `handle` was forgotten without knowing its id, so whoever bears it is meant; a `bare
handle` belongs to an account forgotten by id, so only those without an id are; a `repost` names no original."""
_BEGINNING = 40
_RELAY = re.compile(r"^RT @\w+:?\s*")


class Keeping(msgspec.Struct, frozen=True):
    """The rules of one archive, by which every record that is staged is judged. Picklable."""

    deleted: DeletedText = "keep-marked"
    key: bytes = b""
    """Of the hashes: 32 random bytes, so that nobody can tell by a table of ids what was forgotten."""
    forgotten: frozenset[bytes] = frozenset()

    def hash(self, kind: Kind, platform: str, *parts: str) -> bytes:
        """The keyed hash by which something forgotten is known again."""
        return blake2b("\0".join((kind, platform, *parts)).encode(), key=self.key, digest_size=16).digest()

    def forgets(self, record: Reading) -> bool:
        """Whether this record speaks for something forgotten: the post, its writer, what it reposts."""
        if isinstance(record, Post):
            return self._forgets_post(record)
        if isinstance(record, Like):
            return self._has("post", record.platform, record.post) or self.forgets_account(
                record.platform, record.account
            )
        if isinstance(record, Deletion):
            return self._has("post", record.platform, record.post)
        if isinstance(record, Account):
            return self.forgets_account(record.platform, Ref(record.id, record.handle))
        return False

    def _forgets_post(self, post: Post) -> bool:
        platform = post.platform
        if self._has("post", platform, post.id) or self.forgets_account(platform, Ref(post.author, post.handle)):
            return True
        if not post.is_repost and post.repost is None:
            return False
        original = post.repost_author
        if post.repost is not None and self._has("post", platform, post.repost):
            return True
        if original is None:
            return False
        return self.forgets_account(platform, original) or (
            post.repost is None
            and bool(original.handle)
            and self._has("repost", platform, *relayed(original, post.text))
        )

    def forgets_account(self, platform: str, who: Ref) -> bool:
        """Whether an account, named by id, handle or both, is forgotten."""
        if who.id is not None and self._has("account", platform, who.id):
            return True
        if not who.handle:
            return False
        folded = fold_handle(who.handle)
        return self._has("handle", platform, folded) or (who.id is None and self._has("bare handle", platform, folded))

    def _has(self, kind: Kind, platform: str, *parts: str) -> bool:
        return self.hash(kind, platform, *parts) in self.forgotten

    def scrubbed(self, post: Post) -> Post:
        """The post without the names of forgotten accounts, which others' posts may carry beside the handle."""
        changes: dict[str, object] = {}
        for field in ("reply_author", "quote_author", "repost_author"):
            ref: Ref | None = getattr(post, field)
            if ref is not None and ref.name and self.forgets_account(post.platform, ref):
                changes[field] = msgspec.structs.replace(ref, name=None)
        return msgspec.structs.replace(post, **changes) if changes else post

    def hashes_of_ids(self, posts: Iterable[tuple[str, str]]) -> frozenset[bytes]:
        """The hashes of posts by (platform, id)."""
        return frozenset(self.hash("post", platform, id) for platform, id in posts)

    def of_post(self, post: Post) -> Iterator[bytes]:
        """The hashes by which a post, its other versions and its reposts are known again."""
        for id in {post.id, *post.versions}:
            yield self.hash("post", post.platform, id)
        if post.handle and post.text:
            yield self.hash("repost", post.platform, *relayed(Ref(handle=post.handle), post.text))

    def of_account(self, account: Account) -> Iterator[bytes]:
        """The hashes by which an account is known again; `account.handles` are all handles it bore."""
        handles = {fold_handle(handle) for handle in (account.handle, *(each[0] for each in account.handles)) if handle}
        if account.id is not None:
            yield self.hash("account", account.platform, account.id)
        kind: Kind = "handle" if account.id is None else "bare handle"
        for handle in handles:
            yield self.hash(kind, account.platform, handle)


KEEP_ALL = Keeping()


def relayed(whose: Ref, text: str) -> tuple[str, str]:
    """(handle, beginning of the words) of a repost: where an export names no original, all that tells which it is.

    Links are written otherwise in the two, and long texts are cut, so only what comes before either counts.
    """
    words = _RELAY.sub("", text).partition("http")[0]
    return fold_handle(whose.handle or ""), words[:_BEGINNING].rstrip(" …\n")
