"""The commands that take a post out: copied to the clipboard, or printed outside the app."""

from __future__ import annotations

import sys
from collections.abc import Callable

from textual.app import App, SuspendNotSupported

from rejoinder.app.moments import Zone, when
from rejoinder.app.post_lines import address, facts, origin
from rejoinder.app.questions import Questions
from rejoinder.app.terminal.clipboard import copy
from rejoinder.app.terminal.outside import wait_for_enter
from rejoinder.app.wrapping import safe
from rejoinder.archive.protocol import Archive, Entry
from rejoinder.records import Ghost
from rejoinder.reports.jsonl import encode, post_row

RETURN = "Enter comes back."


class Copying:
    """Copies what a key asks for, and says what was copied."""

    def __init__(
        self,
        app: Callable[[], App[object]],
        archive: Archive,
        questions: Questions,
        entry: Callable[[], Entry | None],
        say: Callable[[str], None],
    ) -> None:
        """`entry` gives the post that the person looks at."""
        self._app = app
        self._archive = archive
        self._questions = questions
        self._entry = entry
        self._say = say

    def action_copy_words(self, count: int | None = None) -> None:
        self._copy(lambda entry: safe(entry.post.text), "text", "This post has no text.")

    def action_copy_url(self, count: int | None = None) -> None:
        self._copy(lambda entry: safe(address(entry.post) or ""), "address", "No address of this post is known.")

    def action_copy_id(self, count: int | None = None) -> None:
        self._copy(lambda entry: safe(entry.post.id), "id", "")

    def action_copy_json(self, count: int | None = None) -> None:
        """The line that `rejoinder search --json` prints; its conversation's id is asked of the archive."""
        if (entry := self._entry_or_word()) is not None:
            self._questions.ask(
                "json", lambda: json_line(self._archive, entry), lambda line: self._say(copy(self._app(), line, "JSON"))
            )

    def action_copy_citation(self, count: int | None = None) -> None:
        self._copy(citation, "citation", "")

    def action_copy_all(self, count: int | None = None) -> None:
        self._copy(everything, "whole post", "")

    def action_print_out(self, count: int | None = None) -> None:
        """Leave the screen until Enter: what the terminal shows then can be selected with its own means."""
        entry = self._entry_or_word()
        if entry is None:
            return
        try:
            with self._app().suspend():
                print(printed(entry), file=sys.stdout, flush=True)
                wait_for_enter()
        except SuspendNotSupported:
            self._say("This terminal can't be left and come back to.")

    def _copy(self, part: Callable[[Entry], str], what: str, nothing: str) -> None:
        if (entry := self._entry_or_word()) is not None:
            text = part(entry)
            self._say(copy(self._app(), text, what) if text else nothing)

    def _entry_or_word(self) -> Entry | None:
        entry = self._entry()
        if entry is None:
            self._say("There is no post here.")
        return entry


def json_line(archive: Archive, entry: Entry) -> str:
    """The post as a line of JSON, as the command line prints it."""
    root = archive.post(entry.conversation) if entry.conversation > 0 else archive.ghost(entry.conversation)
    id = None if root is None else root.id if isinstance(root, Ghost) else root.post.id
    return encode(post_row(entry.post, id, entry.replies_here)).decode()


def citation(entry: Entry) -> str:
    """`Mira Okafor (@mira_o), 3 Jun 2021 14:07 UTC, https://…, harbour.jsonl, record 12`."""
    post = entry.post
    name, handle = post.name or entry.author.name, post.handle or entry.author.handle
    who = f"{name} (@{handle})" if name and handle else entry.author.label
    parts = (who, when(post, Zone()), address(post) or f"{post.platform} post {post.id}", origin(post.origin))
    return safe(", ".join(part for part in parts if part))


def everything(entry: Entry) -> str:
    """Who, when, the text and the address, on lines of their own."""
    post = entry.post
    name, handle = post.name or entry.author.name, post.handle or entry.author.handle
    head = " ".join(part for part in (name, handle and f"@{handle}") if part) or entry.author.label
    where = address(post) or f"{post.platform} post {post.id}"
    return safe(f"{head}\n{when(post, Zone())}\n\n{post.text}\n\n{where}")


def printed(entry: Entry) -> str:
    """The post with every fact, unwrapped, so that what is selected has no line break of ours in it."""
    known = "\n".join(f"{label}: {value}" for label, value in facts(entry, Zone()))
    return safe(f"\n{everything(entry)}\n\n{known}\n\n{RETURN}")
