"""Every command once: its keys, words and place. Keys, footer, help, palette and README are made of this table.

A command's `id` names the method `action_<id>(count: int | None = None)`, looked for on the focused pane, then on the
screen, then on the app. Keys are written as typed: one character a stroke (`zz`, `]d`), or a name (`pagedown`).
The keys a x s d p are free but in a review, where they give verdicts: one pressed in the wrong place must do nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal, get_args

import msgspec

Group = Literal["Move", "Chain", "Search", "Time", "Contacts", "Review", "Copy and out", "App"]
Scope = Literal[
    "any", "browse", "timeline", "chain", "post", "strip", "review", "contacts", "sides", "links", "tallies"
]
"""Where a key works: everywhere, on the browse screen whatever pane has the focus, or only in one pane, a review, the
contacts, the sides, the links, the tallies."""
Place = Literal["timeline", "chain", "post", "strip", "overlay", "contacts", "sides", "links", "tallies"]
"""What can have the focus: a pane of the browse screen, or a screen over it (help, inspector: `overlay`)."""
OVER: frozenset[Place] = frozenset(("overlay", "contacts", "sides", "links", "tallies"))
"""Places where the keys of the browse screen do not work."""
Needs = Literal["", "post", "conversation", "query", "count"]
"""What must be there for the command to make sense; `count` is a typed number."""

GROUPS: tuple[Group, ...] = get_args(Group)


SPOKEN = {
    "up": "↑", "down": "↓", "left": "←", "right": "→", "home": "Home", "end": "End",
    "pageup": "PgUp", "pagedown": "PgDn", "space": "Space", "tab": "Tab", "shift+tab": "Shift-Tab",
    "enter": "Enter", "escape": "Esc", "backspace": "Backspace", "f1": "F1",
}  # fmt: skip
"""Keys that are no single character (those that begin with `ctrl+` are others), and how a person calls them."""


class Command(msgspec.Struct, frozen=True):
    """A thing that a key does."""

    id: str
    keys: tuple[str, ...]
    """The first is the one that is shown; a command without any is run from the list of commands."""
    label: str
    """A few words, for the footer and the palette."""
    help: str
    """One sentence, for the help screen and the README."""
    group: Group
    scope: Scope = "browse"
    needs: Needs = ""
    hint: str = ""
    """One word for the line that shows how a sequence may go on; the label where empty."""


def _rows(group: Group, scope: Scope, needs: Needs, *rows: tuple[str, ...]) -> Iterator[Command]:
    """Rows of (id, keys apart by spaces, label, help) or (…, hint)."""
    for id, keys, label, sentence, *hint in rows:
        yield Command(id, tuple(keys.split()), label, sentence, group, scope, needs, *hint)


COMMANDS: tuple[Command, ...] = (
    *_rows("Move", "any", "",
        ("down", "j down", "next post", "Next post; in a text, one line down."),
        ("up", "k up", "previous post", "Previous post; in a text, one line up."),
        ("first", "g home", "first", "First post."),
        ("last", "G end", "last", "Last post; 200G goes to the 200th."),
        ("page_down", "space pagedown", "page down", "One page down."),
        ("page_up", "b pageup", "page up", "One page up."),
        ("half_page_down", "ctrl+d", "half page down", "Half a page down."),
        ("half_page_up", "ctrl+u", "half page up", "Half a page up."),
        ("line_down", "ctrl+e", "scroll down", "Scroll one line down; the cursor stays."),
        ("line_up", "ctrl+y", "scroll up", "Scroll one line up; the cursor stays."),
    ),
    *_rows("Move", "browse", "post",
        ("align_middle", "zz", "to the middle", "Put this post in the middle.", "middle"),
        ("align_top", "zt", "to the top", "Put this post at the top.", "top"),
        ("align_bottom", "zb", "to the bottom", "Put this post at the bottom.", "bottom"),
        ("next_by_author", "]a ;a", "next by author", "Next post by the same author.", "author"),
        ("previous_by_author", "[a ,a", "previous by author", "Previous post by the same author.", "author"),
    ),
    *_rows("Move", "browse", "",
        ("jump_back", "< ctrl+o", "jump back", "Back to where the last jump began."),
        ("jump_forward", ">", "jump forward", "Forward again in the list of jumps."),
    ),
    *_rows("Move", "browse", "post",
        ("go_to_named", "'", "go to a named place", "'a goes to the place named a; ''a names this one for a while."),
        ("name_place", "", "name this place", "A letter names this place; ' and the letter come back to it."),
    ),
    *_rows("Move", "timeline", "post",
        ("zoom", "enter", "post in full", "The post in full, with all that is known of it; opens a content warning."),
    ),
    *_rows("Move", "post", "",
        ("unzoom", "enter", "back", "Back to the timeline."),
    ),
    *_rows("Move", "timeline", "",
        ("pane_left", "h left", "pane left", "Go to the pane on the left."),
        ("pane_right", "l right", "pane right", "Go to the pane on the right, or below."),
    ),
    *_rows("Move", "browse", "",
        ("next_pane", "tab", "next pane", "Go to the next pane."),
        ("previous_pane", "shift+tab", "previous pane", "Go to the previous pane."),
    ),
    *_rows("Chain", "browse", "",
        ("toggle_chain", "t", "chain", "Show the reply chain of the post, go to it, hide it."),
    ),
    *_rows("Chain", "browse", "post",
        ("parent", "P", "parent", "The post that this one replies to."),
        ("first_reply", "r", "first reply", "The first reply to this post."),
        ("root", "O", "root", "The post that began the conversation."),
    ),
    *_rows("Chain", "chain", "",
        ("next_sibling", "J", "next sibling", "Next reply to the same post."),
        ("previous_sibling", "K", "previous sibling", "Previous reply to the same post."),
    ),
    *_rows("Chain", "timeline", "post",
        ("next_in_conversation", "J", "next in conversation", "Next post of the same conversation."),
        ("previous_in_conversation", "K", "previous in conversation", "Previous post of the same conversation."),
    ),
    *_rows("Chain", "browse", "",
        ("next_conversation", "]t ;t", "next conversation", "Next post that begins one.", "conversation"),
        ("previous_conversation", "[t ,t", "previous conversation", "Previous post that begins one.", "conversation"),
        ("next_contact", "]c ;c", "next contact", "Next first reply of one account to another, or answer.", "contact"),
        ("previous_contact", "[c ,c", "previous contact", "The one before.", "contact"),
    ),
    *_rows("Chain", "chain", "post",
        ("open", "enter", "open in the timeline", "Make this post the timeline's; < comes back."),
    ),
    *_rows("Chain", "chain", "",
        ("collapse", "h left", "fold, or parent", "Fold the replies away; if they are, go to the parent."),
        ("expand", "l right", "unfold, or first reply", "Unfold the replies; if they are open, go to the first."),
        ("fold", "zc", "fold", "Fold the replies to this post away.", "fold"),
        ("unfold", "zo", "unfold", "Show the folded replies again.", "unfold"),
        ("toggle_fold", "za", "fold or unfold", "Fold the replies to this post, or unfold them.", "turn"),
        ("fold_all", "zM", "fold all", "Fold every fork of the conversation.", "fold all"),
        ("unfold_all", "zR", "unfold all", "Unfold the whole conversation.", "unfold all"),
    ),
    *_rows("Search", "browse", "",
        ("find", "/", "find", "Find: the timeline stays whole, hits are marked, n and N go from one to the next."),
        ("filter", "& \\ L", "filter", "Filter: only the posts that match stay, and their number is shown."),
    ),
    *_rows("Search", "browse", "query",
        ("next_hit", "n", "next hit", "Next post that matches."),
        ("previous_hit", "N", "previous hit", "Previous post that matches."),
    ),
    *_rows("Search", "browse", "post",
        ("filter_author", "fa", "filter by author", "Only posts by this author.", "author"),
        ("filter_pair", "fp", "filter by pair", "Only what the author and the addressee did to each other.", "pair"),
        ("filter_conversation", "ft", "filter by conversation", "Only this conversation.", "conversation"),
        ("filter_hashtag", "fh", "filter by hashtag", "Only posts with the first hashtag of this one.", "hashtag"),
        ("filter_day", "fd", "filter by day", "Only the day of this post.", "day"),
    ),
    *_rows("Search", "browse", "",
        ("saved_searches", "ff", "saved searches", "Filter by a search that was saved under a name.", "saved"),
        ("save_search", "fw", "save the search", "Save the search in force under a name, for every archive.", "save"),
    ),
    *_rows("Search", "timeline", "query",
        ("widen", "+", "widen the filter", "Show more around each match: ancestors, conversations, neighbours."),
        ("unwiden", "-", "narrow the filter", "Show less around each match again."),
    ),
    *_rows("Search", "any", "",
        ("dismiss", "escape", "back", "Leave the search line, close what lies on top, clear find or filter."),
    ),
    *_rows("Time", "browse", "",
        ("goto", "D @", "go to date", "Go to a date (2013-10, -2w), a share (50%), a post's id or its address."),
    ),
    *_rows("Time", "browse", "count",
        ("goto_percent", "%", "go to percent", "Go to a share of the timeline: 50% is the middle."),
    ),
    *_rows("Time", "browse", "",
        ("next_day", "} ]d ;d", "next day", "Next day that has posts.", "day"),
        ("previous_day", "{ [d ,d", "previous day", "Previous day that has posts.", "day"),
        ("next_year", "]y ;y", "next year", "Next year that has posts.", "year"),
        ("previous_year", "[y ,y", "previous year", "Previous year that has posts.", "year"),
    ),
    *_rows("Time", "browse", "",
        ("follow", "F", "follow", "Go along with the newest posts of an archive that grows; again: stay."),
    ),
    *_rows("Time", "browse", "",
        ("toggle_strip", "H", "time strip", "Show the time strip, posts or hits over time, go to it, hide it."),
    ),
    *_rows("Time", "strip", "",
        ("strip_left", "h left", "earlier bar", "The bar before; the timeline goes to its first post."),
        ("strip_right", "l right", "later bar", "The bar after."),
        ("zoom_in", "+", "zoom in", "Half the time, in finer bars."),
        ("zoom_out", "-", "zoom out", "Twice the time."),
        ("filter_period", "enter", "filter by bar", "Only the posts of this bar's time."),
    ),
    *_rows("Search", "browse", "",
        ("tally", "B", "tallies", "Count the posts by month, account, hashtag, language, source, site or hour."),
    ),
    *_rows("Search", "tallies", "",
        ("filter_row", "enter", "filter", "Filter by the row under the cursor."),
        ("next_tally", "l right tab", "next tally", "Count by the next value."),
        ("previous_tally", "h left shift+tab", "tally before", "Count by the value before."),
    ),
    *_rows("Contacts", "browse", "",
        ("contacts", "C", "contacts", "Who first answered whom: the pairs of accounts, and the evidence."),
        ("sides", "S", "sides", "Name groups of accounts, add the account of this post, see what the groups did."),
    ),
    *_rows("Contacts", "contacts", "",
        ("open_pair", "enter", "timeline", "The pair's timeline, at the answer; C comes back."),
        ("filter_pairs", "/ &", "filter", "Filter: a name, side:x, unanswered:>5, turns:3, months:6, one-way."),
        ("sort_next", "l right", "next column", "Sort by the next column."),
        ("sort_previous", "h left", "column before", "Sort by the column before."),
        ("turn_round", "o", "turn round", "Turn the order round."),
        ("one_way", "u", "one-way", "The pairs in which nobody has answered, and back."),
        ("write_report", "w", "report", "Write a report of the pair beside the archive: HTML, Markdown, JSON."),
        ("sides_of_pair", "S", "sides", "The sides, with the two accounts at hand."),
        ("switch_pane", "tab", "list or pair", "Go from the list to the pair below, and back."),
    ),
    *_rows("Contacts", "sides", "",
        ("add_to_side", "enter", "add", "Add the account to the side under the cursor."),
        ("new_side", "n", "new side", "Name a new side and put the account into it."),
        ("take_from_side", "backspace", "take away", "Take the account, or the whole side, under the cursor away."),
        ("other_account", "tab", "other account", "Have the other account of the post, or pair, at hand."),
    ),
    *_rows("Review", "browse", "",
        ("review", "R", "review", "Review the posts of the filter, or go on where you stopped."),
    ),
    *_rows("Review", "browse", "post",
        ("mark", "m", "mark", "Mark the post, or take the mark away; marks are yours alone."),
        ("note", "e", "note", "Write a note of several lines; Esc keeps it."),
        ("tags", "T", "tags", "Set tags by name: +cost -rumour."),
        ("select", "v", "select", "Begin a range, or end it: what you do next is done to all of its posts at once."),
        ("again", ".", "again", "Do to this post what you did last."),
    ),
    *_rows("Review", "browse", "query",
        ("mark_all", "M", "mark all", "Mark every post of the filter."),
        ("select_all", "V", "select all", "Select every post of the filter."),
    ),
    *_rows("Review", "browse", "",
        ("undo", "u", "undo", "Take the last act back, and go to its post."),
        ("redo", "ctrl+r", "redo", "Do again what was taken back."),
        ("next_marked", "]m ;m", "next marked", "Next post that you marked.", "mark"),
        ("previous_marked", "[m ,m", "previous marked", "Previous post that you marked.", "mark"),
        ("next_noted", "]n ;n", "next note", "Next post with a note.", "note"),
        ("previous_noted", "[n ,n", "previous note", "Previous post with a note.", "note"),
        ("next_undecided", "]u ;u", "next undecided", "Next post without a verdict.", "undecided"),
        ("previous_undecided", "[u ,u", "previous undecided", "Previous post without a verdict.", "undecided"),
    ),
    *_rows("Review", "review", "post",
        ("decide", "a x s", "decide", "Include, exclude, unsure, and on to the next; your codebook has its own keys."),
        ("pin", "1 2 3 4 5 6 7 8 9", "tag", "One of the nine pinned tags, on or off."),
        ("postpone", "space", "later", "Put the post off: it comes again when the others are done."),
    ),
    *_rows("Review", "review", "",
        ("step_back", "backspace", "undo", "Take the last act back, and go to its post."),
        ("leave_review", "q", "leave", "Come back from looking around; leave the review. The place is kept."),
    ),
    *_rows("Copy and out", "browse", "post",
        ("copy_words", "yt", "copy text", "Copy the text.", "text"),
        ("copy_url", "yu", "copy URL", "Copy the post's address on the web.", "URL"),
        ("copy_id", "yi", "copy id", "Copy the id.", "id"),
        ("copy_json", "yj", "copy JSON", "Copy the post as a line of JSON.", "JSON"),
        ("copy_citation", "yc", "copy citation", "Copy a citation: who, when, where, from which source.", "citation"),
        ("copy_all", "yy", "copy all", "Copy who, when, the text and the address.", "all"),
        ("print_out", "Y", "print outside", "Print the post outside this screen, to be selected by hand."),
        ("export", "w", "export", "Write the posts of the filter and their codes to a file: a table, lines, a report."),
        ("links", "o", "links", "List the links and media of the post, to be copied."),
        ("inspect", "i", "inspector", "Show the record as it lies in the export, and where."),
        ("account", "A", "account", "All that is known of the account: its handles over time, its posts, the gaps."),
    ),
    *_rows("Copy and out", "links", "",
        ("copy_link", "y enter", "copy", "Copy the address or the name under the cursor."),
        ("open_link", "o", "open", "Open it in a browser, where the settings allow that; over SSH it asks first."),
        ("open_link_anyway", "O", "open over SSH", "After o, over SSH: open it all the same."),
    ),
    *_rows("App", "browse", "",
        ("problems", "E", "problems", "List the records that could not be read: where, why, and what stands there."),
        ("palette", ": ctrl+p", "commands", "Search among all commands and run one."),
    ),
    *_rows("App", "any", "",
        ("help", "? f1", "keys", "This help."),
        ("next_theme", "", "next theme", "Other colours: the terminal's own, ink, paper, high contrast."),
        ("redraw", "ctrl+l", "draw anew", "Draw the screen anew, where another program has written on it."),
        ("close", "q", "close", "Close what lies on top; at the bottom, leave."),
        ("quit", "Q", "quit", "Leave at once; the place is kept."),
        ("stop", "ctrl+c", "stop", "Stop the running search, leave the search line; else leave Rejoinder."),
    ),
)  # fmt: skip

BY_ID: dict[str, Command] = {command.id: command for command in COMMANDS}


def valid_in(place: Place) -> tuple[Command, ...]:
    """The commands whose keys work while this has the focus; no two of them share a key."""
    return within(COMMANDS, place)


def within(commands: Iterable[Command], place: Place) -> tuple[Command, ...]:
    """Those of the commands whose keys work while this has the focus."""
    scopes = {"any", place} if place in OVER else {"any", "browse", place}
    return tuple(command for command in commands if command.scope in scopes)


def strokes(key: str) -> tuple[str, ...]:
    """The strokes that a key of the table is made of: ("z", "z") for zz, ("ctrl+d",) for ctrl+d."""
    return (key,) if key in SPOKEN or _NAMED.fullmatch(key) else tuple(key)


_NAMED = re.compile(r"(?:ctrl|alt|shift)\+.+|f[0-9]{1,2}|insert|delete")
"""Keys with a name, beside those of SPOKEN, that the user's own may be."""
_ASCII = {"up": "Up", "down": "Down", "left": "Left", "right": "Right"}


def spoken(key: str, ascii: bool = False) -> str:
    """A key as help and footer write it: `Ctrl-D`, `PgDn`, `zz`, `↓` (`Down` in ASCII)."""
    for modifier in ("ctrl", "alt", "shift"):
        if key not in SPOKEN and key.startswith(modifier + "+") and len(key) > len(modifier) + 1:
            rest = key[len(modifier) + 1 :]
            return f"{modifier.title()}-" + (rest.upper() if len(rest) == 1 else spoken(rest, ascii))
    if ascii and key in _ASCII:
        return _ASCII[key]
    return SPOKEN.get(key, key.title() if _NAMED.fullmatch(key) else key)
