"""Marks, tags, notes and what is done again or taken back: the reviewer's acts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Protocol

import msgspec
from textual.app import App

from rejoinder.app.act_words import act_words, dated_words, post_words
from rejoinder.app.desk import Desk, name_of
from rejoinder.app.layout import Look
from rejoinder.app.screens.selecting import Names, Selecting
from rejoinder.app.widgets.ask_line import AskLine
from rejoinder.app.widgets.note_editor import NoteEditor
from rejoinder.archive.protocol import Entry
from rejoinder.errors import RejoinderError, UsageError
from rejoinder.review.acts import Act, PostName
from rejoinder.review.codebook import MARK, NOTE, YES, Variable, check_word


class Verb(msgspec.Struct, frozen=True):
    """What is done to posts: a value of a variable is set, or turned on or off."""

    variable: Variable
    value: str | None
    toggles: bool = False


class Screen(Protocol):
    """What coding is handed by its screen."""

    look: Look

    @property
    def app(self) -> App[object]: ...

    def looked_at(self) -> Entry | None: ...

    def say(self, text: str) -> None: ...

    def fail(self, error: RejoinderError) -> None: ...

    def asked(self, is_open: bool) -> None: ...

    def hold(self, text: str) -> None: ...

    def signs_changed(self, posts: Collection[PostName] | None = None) -> None: ...


class Coding:
    """Carries acts out: durable first, then shown."""

    def __init__(
        self,
        screen: Screen,
        selection: Selecting,
        desk: Desk,
        line: AskLine,
        editor: NoteEditor,
    ) -> None:
        self.desk = desk
        self.after: Callable[[Act, str], None] = lambda act, words: screen.say(words)
        """Told of each act, which is durable, and of the words that say what it did."""
        self._screen = screen
        self.selection = selection
        self._line = line
        self._editor = editor
        self._last: Verb | None = None
        self._answer: Callable[[str], None] | None = None
        self._noted: Names = ()

    # Acts

    def do(self, verb: Verb) -> None:
        """Carry out on the range, or on the post looked at; whoever has no name yet is asked for it first."""
        self.with_name(lambda: self.selection.with_posts(lambda posts: self._do(verb, posts)))

    def _do(self, verb: Verb, posts: Names) -> None:
        """Write, then show."""
        if not posts:
            self._screen.say("There is no post here.")
            return
        try:
            act = self._write(verb, posts)
        except RejoinderError as error:
            self._screen.fail(error)
            return
        self._last = verb
        self.selection.end()
        if act is None:
            self._screen.say("Nothing changes: they have it already." if len(posts) > 1 else "It has it already.")
        else:
            self._show(act, f"{self.told(act)}    {self.key('undo')} takes it back")

    def _write(self, verb: Verb, posts: Names) -> Act | None:
        pen = self.desk.pen
        if verb.variable.kind == "many":
            on = not verb.toggles or not all(pen.has(post, verb.variable.name, verb.value or "") for post in posts)
            return pen.add(posts, verb.variable, verb.value or "", on=on, queue=self.selection.queue)
        value = verb.value
        if verb.toggles and all(pen.has(post, verb.variable.name, value or "") for post in posts):
            value = None
        return pen.set(posts, verb.variable, value, self.selection.queue)

    def _show(self, act: Act, words: str) -> None:
        self._screen.signs_changed({change.post for change in act.changes if change.post is not None})
        self.after(act, words)

    def told(self, act: Act) -> str:
        """`+ include  @mira_o 14:07`."""
        look, entry = self._screen.look, self._screen.looked_at()
        words = act_words(act, self.desk.codebook, look.glyphs)
        names = {change.post for change in act.changes}
        return f"{words}  {post_words(entry, look)}" if entry is not None and names == {name_of(entry)} else words

    def key(self, command: str) -> str:
        """The key of a command, as it is to be said."""
        return self._screen.look.keys.key(command, self._screen.look.glyphs.bar.isascii())

    # Who

    def with_name(self, then: Callable[[], None]) -> None:
        """Go on when it is known who reviews."""
        if self.desk.reviewer:
            then()
            return
        from rejoinder.review.custody import user

        def sit_down(name: str) -> None:
            self.desk.sit_down(name)
            self._screen.signs_changed()
            then()

        self.ask("Your name in this review:", user(), "Every act carries it.   Enter goes on   Esc", (), sit_down)

    def ask(self, label: str, text: str, help: str, words: Sequence[str], answer: Callable[[str], None]) -> None:
        """Ask for a line."""
        self._answer = answer
        self._screen.asked(True)
        self._line.open(label, text, help, words)

    def answered(self, text: str) -> None:
        """What was asked for came; what can't be understood stays to be mended."""
        answer = self._answer
        if answer is None:
            return
        try:
            self._line.close()
            self._screen.asked(False)
            answer(text)
        except UsageError as error:
            self._screen.asked(True)
            self._line.open(self._line.label, text, self._line.help, self._line.words)
            self._line.complain(f"{error.message} {error.advice}")

    def gave_up(self) -> None:
        """Esc in the line."""
        self._answer = None
        self._line.close()
        self._screen.asked(False)

    # Commands

    def action_mark(self, count: int | None = None) -> None:
        self.do(Verb(self._variable(MARK), YES, toggles=True))

    def action_mark_all(self, count: int | None = None) -> None:
        if self.selection.select_matches():
            self.do(Verb(self._variable(MARK), YES))

    def action_again(self, count: int | None = None) -> None:
        if self._last is None:
            self._screen.say("Nothing was done yet that could be done again.")
        else:
            self.do(msgspec.structs.replace(self._last, toggles=False))

    def action_tags(self, count: int | None = None) -> None:
        tags = self.desk.codebook.tags
        if tags is None:
            self._screen.say("The codebook of this review has no tags.")
            return
        self.with_name(lambda: self._ask_tags(tags))

    def _ask_tags(self, tags: Variable) -> None:
        used = self.desk.own.values_used(tags.name) if self.desk.own is not None else []
        words = list(dict.fromkeys([*(value.name for value in tags.values), *(name for name, _ in used)]))
        known = "  ".join(words[:12])
        help = f"+word sets it, -word takes it away, Tab completes   {known}"
        self.ask("Tags:", "", help, words, lambda text: self._tagged(tags, text, words))

    def _tagged(self, tags: Variable, text: str, known: Sequence[str]) -> None:
        """`+cost -rumour safety`. Raises UsageError for a word that can be no tag."""
        wishes = [(word.lstrip("+-").removeprefix("#"), not word.startswith("-")) for word in text.split()]
        for word, _ in wishes:
            check_word(word)
            if not tags.free and word not in known:
                raise UsageError(f"{word} is no tag of this codebook.", f"There are: {', '.join(known)}")
        if wishes:
            self.selection.with_posts(lambda posts: self._tag(tags, wishes, posts))

    def _tag(self, tags: Variable, wishes: Sequence[tuple[str, bool]], posts: Names) -> None:
        """All that was written is one act."""
        try:
            act = self.desk.pen.tag(posts, tags, wishes, self.selection.queue)
        except RejoinderError as error:
            self._screen.fail(error)
            return
        self._last = Verb(tags, wishes[-1][0]) if wishes[-1][1] else self._last
        self.selection.end()
        if act is None:
            self._screen.say("Nothing changes.")
        else:
            self._show(act, f"{self.told(act)}    {self.key('undo')} takes it back")

    def action_note(self, count: int | None = None) -> None:
        self.with_name(lambda: self.selection.with_posts(self._open_note))

    def _open_note(self, posts: Names) -> None:
        entry = self._screen.looked_at()
        if not posts or entry is None:
            self._screen.say("There is no post here.")
            return
        try:
            pen, (first, *others) = self.desk.pen, posts
            standing = "" if others else next((v for _, name, v in pen.standing([first]) if name == NOTE), "")
            draft = pen.draft(first, NOTE)
        except RejoinderError as error:
            self._screen.fail(error)
            return
        self._noted = posts
        whose = f"{len(posts):,} posts" if others else dated_words(entry, self._screen.look)
        again = "   (not finished the last time)" if draft is not None else ""
        self._screen.asked(True)
        self._editor.open(f"Note of {whose}{again}", draft if draft is not None else standing)

    def paused(self, text: str) -> None:
        """The note so far is kept as a draft."""
        try:
            self.desk.pen.keep_draft(self._noted[0], NOTE, text)
        except RejoinderError as error:
            self._screen.fail(error)

    def note_ended(self, text: str, keep: bool) -> None:
        """The note is done. Where it can't be written it stays open, with every word."""
        text, posts = text.strip(), self._noted
        try:
            pen = self.desk.pen
            act = pen.set(posts, self._variable(NOTE), text or None, self.selection.queue) if keep else None
            pen.keep_draft(posts[0], NOTE, None)
        except RejoinderError as error:
            self._screen.fail(error)
            return
        self._editor.close()
        self._screen.asked(False)
        self.selection.end()
        if act is not None:
            self._show(act, f"{self.told(act)}    {self.key('undo')} takes it back")
        else:
            self._screen.say("" if keep else "The note is as it was.")

    def leaving(self) -> None:
        """The app ends: what is being typed is kept as a draft, if it can be."""
        if self._editor.is_open and self._noted:
            self.paused(self._editor.text)
        self.desk.close()

    def action_undo(self, count: int | None = None) -> None:
        self.with_name(lambda: self._step(back=True))

    def action_redo(self, count: int | None = None) -> None:
        self.with_name(lambda: self._step(back=False))

    def _step(self, back: bool) -> None:
        try:
            act = self.desk.pen.undo() if back else self.desk.pen.redo()
        except RejoinderError as error:
            self._screen.fail(error)
            return
        if act is None:
            self._screen.say("Nothing is left to take back." if back else "Nothing was taken back.")
            return
        other = f"    {self.key('redo')} does it again" if back else f"    {self.key('undo')} takes it back"
        verb = "taken back" if back else "done again"
        self._show(act, f"{verb}: {act_words(act, self.desk.codebook, self._screen.look.glyphs)}{other}")

    def _variable(self, name: str) -> Variable:
        found = self.desk.codebook.variable(name)
        assert found is not None
        return found
