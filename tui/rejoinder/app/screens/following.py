"""The chain pane follows the timeline: which conversation it shows, and the texts of the posts in sight."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rejoinder.app.questions import Questions
from rejoinder.app.widgets.reply_chain import ReplyChain
from rejoinder.archive.protocol import Archive, Entry, Key, Node
from rejoinder.records import Ghost

MOST = 5_000
"""Posts of one conversation that are asked for."""


class Following:
    """Asks the archive what the chain pane shows."""

    def __init__(self, archive: Archive, questions: Questions, chain: ReplyChain) -> None:
        self._archive = archive
        self._questions = questions
        self._chain = chain
        self._texts: set[Key] = set()
        self.shown: Callable[[Sequence[Entry]], None] = lambda entries: None
        """Called with posts before they are shown."""

    def _rest(self) -> None:
        """There is no post to follow."""
        self._questions.forget("chain", "texts")
        self._texts.clear()
        self._chain.clear()

    def follow(self, entry: Entry | None) -> None:
        """Show the conversation of this post, if the pane is open; a post that stands alone needs no question."""
        if entry is None:
            self._rest()
        elif not self._chain.display:
            return
        elif entry.parent is None and not entry.replies_here:
            self._chain.show((Node(entry.key, None, entry.author, entry.post.time),), {}, entry.key, False)
        elif not self._chain.mark(entry.key):
            self._questions.ask("chain", lambda: self._conversation(entry), lambda found: self._show(entry, *found))

    def _conversation(self, entry: Entry) -> tuple[Sequence[Node], dict[Key, Ghost]]:
        nodes = self._archive.conversation(entry.key, MOST)
        ghosts = ((node.key, self._archive.ghost(node.key)) for node in nodes if node.key < 0)
        return nodes, {key: ghost for key, ghost in ghosts if ghost is not None}

    def _show(self, entry: Entry, nodes: Sequence[Node], ghosts: dict[Key, Ghost]) -> None:
        self._chain.show(nodes, ghosts, entry.key, len(nodes) >= MOST)

    def fetch(self, keys: Sequence[Key]) -> None:
        """The texts of these posts, and of those that were asked for before and have not come."""
        self._texts.update(keys)
        wanted = tuple(self._texts)
        self._questions.ask("texts", lambda: self._archive.posts(wanted), self._take)

    def _take(self, entries: Sequence[Entry]) -> None:
        self._texts.clear()
        self.shown(entries)
        self._chain.texts({entry.key: entry for entry in entries})
