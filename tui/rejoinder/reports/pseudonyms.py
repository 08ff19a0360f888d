"""Names and ids replaced by keyed pseudonyms, the same in every file that is made with one key.

HMAC-SHA-256 of what is replaced, under a key that lies in a file of its own: who has the key can tell that two files
mean the same account, who has not can't find it out by trying all handles.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from rejoinder.errors import RejoinderError
from rejoinder.folders import private_file
from rejoinder.reports.tables import REFERENCES

STILL = (
    "Verbatim text can be searched for, and its words, names in it, links and pictures may tell who wrote it.",
    "Times, languages and counts of likes narrow it down; --coarse-time leaves days alone.",
    "Display names that stand in a text are words like others: they are still there.",
)
"""What a pseudonymised file can still tell of a person."""
_RUN = re.compile(r"[\w.@:\-]+")
_PART = re.compile(r"\w+|[.@:\-]+")
_LONGEST = 9
"""Parts of a run that may be one name: `user@host.example.org` has seven."""
SHORTEST_ID = 5
"""Shorter numbers in a text are no ids to anybody."""
SURE_ID = 15
"""A number of so many digits is an id on some platform, whether or not it is one here."""


def read_key(path: Path) -> bytes:
    """The key of this file, which is made where there is none. Raises RejoinderError where it can't be read."""
    try:
        if not path.exists():
            private_file(path).write_text(secrets.token_hex(32) + "\n")
        key = bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no key"
        raise RejoinderError(
            f"{path} can't be used: {reason}.", "Name a file that is not there to have one made."
        ) from None
    if len(key) < 16:
        raise RejoinderError(f"{path} holds no key.", "Name a file that is not there to have one made.")
    return key


class Pseudonyms:
    """Replaces what names an account or a post, in fields and in text."""

    def __init__(
        self, key: bytes, handles: Collection[str], accounts: Collection[str], is_post: Callable[[str], bool]
    ) -> None:
        """`handles` (lower case) and ids of `accounts` are all that the archive knows; `is_post` knows a post's id."""
        self._key = key
        self._handles = handles if isinstance(handles, set | frozenset) else set(handles)
        self._accounts = accounts if isinstance(accounts, set | frozenset) else set(accounts)
        self._is_post = is_post
        self._known: dict[str, str] = {}

    def of(self, kind: str, name: str) -> str:
        """The pseudonym: `a_…` of an account's id, `u_…` of a handle, `p_…` of a post."""
        asked = f"{kind}\0{name}"
        known = self._known.get(asked)
        if known is None:
            known = f"{kind}_{hmac.new(self._key, asked.encode(), hashlib.sha256).hexdigest()[:16]}"
            self._known[asked] = known
        return known

    def row(self, row: dict[str, Any]) -> dict[str, Any]:
        """A row without names: fields, and what stands in texts, links, media and files."""
        made = {**row, "id": self.of("p", row["id"])}
        for name in REFERENCES:
            if made.get(name):
                made[name] = self.of("p", made[name])
        if "author" in made:
            made["author"] = self._account(made["author"])
            made["handle"] = self._handle(made["handle"])
            made["name"] = made["handle"] or made["author"]
            made["permalink"] = None
            made["reply_author"] = self._person(made["reply_author"])
            made["mentions"] = [self._person(mention) for mention in made["mentions"]]
        for name in ("text", "warning", "source", "member"):
            if made.get(name):
                made[name] = self.text(made[name])
        for name in ("links", "tags", "media", "origins"):
            if name in made:
                made[name] = [self._inside(item) for item in made[name]]
        if "codes" in made:
            made["codes"] = [{**code, "value": self.text(code["value"])} for code in made["codes"]]
        return made

    def text(self, text: str) -> str:
        """Every handle and id in a text replaced, wherever it stands as a word."""
        return _RUN.sub(lambda found: self._run(found[0]), text)

    def _run(self, run: str) -> str:
        """The longest names first, from the left."""
        parts = _PART.findall(run)
        made: list[str] = []
        at = 0
        while at < len(parts):
            for end in range(min(len(parts), at + _LONGEST), at, -1):
                if (other := self._word("".join(parts[at:end]))) is not None:
                    made.append(other)
                    at = end
                    break
            else:
                made.append(parts[at])
                at += 1
        return "".join(made)

    def _word(self, word: str) -> str | None:
        """What to write instead of a word that is a handle or an id."""
        folded = word.lower()
        if folded in self._handles:
            return self.of("u", folded)
        if len(word) >= SHORTEST_ID and any(sign.isdigit() for sign in word):
            if word in self._accounts:
                return self.of("a", word)
            if self._is_post(word) or (len(word) >= SURE_ID and word.isdigit()):
                return self.of("p", word)
        for begin in ("_", "."):  # `@mira_o_`: a name with a sign that is no part of it
            if word.endswith(begin) and (other := self._word(word[:-1])) is not None:
                return other + begin
        return None

    def _account(self, id: str | None) -> str | None:
        return self.of("a", id) if id else id

    def _handle(self, handle: str | None) -> str | None:
        return self.of("u", handle.lower()) if handle else handle

    def _person(self, person: Mapping[str, Any] | None) -> dict[str, Any] | None:
        if person is None:
            return None
        return {
            **{name: value for name, value in person.items() if name != "name"},
            "id": self._account(person.get("id")),
            "handle": self._handle(person.get("handle")),
        }

    def _inside(self, item: Any) -> Any:
        if isinstance(item, str):
            return self.text(item)
        return {name: self.text(value) if isinstance(value, str) else value for name, value in item.items()}
