from __future__ import annotations

import inspect
from typing import get_args

import pytest

from rejoinder.app.app import RejoinderApp
from rejoinder.app.commands import BY_ID, COMMANDS, GROUPS, Command, Place, spoken, strokes, valid_in
from rejoinder.app.keys import Dispatcher, over
from rejoinder.app.screens.browse import BrowseScreen
from rejoinder.app.screens.coding import Coding
from rejoinder.app.screens.contacts import Contacting, ContactsScreen
from rejoinder.app.screens.copying import Copying
from rejoinder.app.screens.growing import Growing
from rejoinder.app.screens.jumping import Jumping
from rejoinder.app.screens.naming import Naming
from rejoinder.app.screens.overlay import Overlay
from rejoinder.app.screens.panes import Panes
from rejoinder.app.screens.reviewing import Reviewing
from rejoinder.app.screens.saving import Saving
from rejoinder.app.screens.searching import Searching
from rejoinder.app.screens.selecting import Selecting
from rejoinder.app.screens.showing import Showing
from rejoinder.app.screens.sides import SidesScreen, Siding
from rejoinder.app.screens.tallies import TalliesScreen, Tallying
from rejoinder.app.screens.timing import Timing
from rejoinder.app.screens.typing_line import TypingLine
from rejoinder.app.screens.writing_out import WritingOut
from rejoinder.app.widgets.contact_list import ContactList
from rejoinder.app.widgets.links_page import LinksPage
from rejoinder.app.widgets.page import Page
from rejoinder.app.widgets.post_view import PostView
from rejoinder.app.widgets.reply_chain import ReplyChain
from rejoinder.app.widgets.sides_page import SidesPage
from rejoinder.app.widgets.tally_page import TallyPage
from rejoinder.app.widgets.time_strip import TimeStrip
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.errors import UsageError

PLACES: tuple[Place, ...] = get_args(Place)


@pytest.mark.parametrize("place", PLACES)
def test_no_key_means_two_things_in_one_place(place: Place) -> None:
    Dispatcher(valid_in(place))


def test_a_key_claimed_twice_is_an_error_that_names_both_commands() -> None:
    with pytest.raises(UsageError, match=r"zz.*align_middle.*other"):
        Dispatcher([BY_ID["align_middle"], Command("other", ("zz",), "other", "Other.", "Move")])


def test_a_key_that_begins_another_is_an_error() -> None:
    with pytest.raises(UsageError, match=r"align_middle.*other"):
        Dispatcher([BY_ID["align_middle"], Command("other", ("z",), "other", "Other.", "Move")])


def test_every_command_has_words_and_a_group() -> None:
    for command in COMMANDS:
        assert command.label, command.id
        assert command.help.endswith("."), command.id
        assert command.group in GROUPS
        assert command.id.isidentifier()
    assert len(BY_ID) == len(COMMANDS)


@pytest.mark.parametrize("place", PLACES)
def test_a_verdict_key_in_the_wrong_place_does_nothing(place: Place) -> None:
    dispatcher = Dispatcher(valid_in(place))
    for key in "axsdp":
        step = dispatcher.feed(key, key)
        assert step.command is None
        assert not step.taken


@pytest.mark.parametrize("place", PLACES)
def test_no_default_needs_alt_a_multiplexer_prefix_or_what_a_terminal_cannot_tell_apart(place: Place) -> None:
    keys = {stroke for command in valid_in(place) for key in command.keys for stroke in strokes(key)}
    assert not keys & {"ctrl+b", "ctrl+a", "ctrl+i", "ctrl+m", "ctrl+h"}
    assert not any("alt+" in key for key in keys)


BROWSE = (
    BrowseScreen, Panes, Reviewing, Coding, Selecting, WritingOut, TypingLine, Jumping, Searching, Saving, Timing,
    Tallying, Contacting, Siding, Copying, Naming, Showing, Growing, Timeline, RejoinderApp,
)  # fmt: skip
OWNERS: dict[Place, tuple[type, ...]] = {
    "timeline": (Timeline, *BROWSE),
    "chain": (ReplyChain, *BROWSE),
    "post": (PostView, *BROWSE),
    "strip": (TimeStrip, *BROWSE),
    "overlay": (Page, Overlay, RejoinderApp),
    "contacts": (ContactList, ContactsScreen, RejoinderApp),
    "sides": (SidesPage, SidesScreen, RejoinderApp),
    "links": (LinksPage, Overlay, RejoinderApp),
    "tallies": (TallyPage, TalliesScreen, RejoinderApp),
}
"""Where the action of a command is looked for, in order."""


@pytest.mark.parametrize("place", PLACES)
def test_every_command_finds_an_action_that_takes_a_count(place: Place) -> None:
    for command in valid_in(place):
        actions = [action for owner in OWNERS[place] if (action := getattr(owner, f"action_{command.id}", None))]
        assert actions, f"{command.id} does nothing in {place}"
        inspect.signature(actions[0]).bind(None, 3)  # Textual has actions of its own, which take none


def test_symbols_that_hide_on_other_layouts_have_a_plain_alias() -> None:
    for command in COMMANDS:
        if command.keys and set(command.keys[0]) & set("&@^{}[]\\"):
            aliases = [key for key in command.keys if not set(key) & set("&@^{}[]\\")]
            assert aliases, command.id


def test_keys_are_written_as_people_say_them() -> None:
    assert [spoken(key) for key in ("ctrl+d", "pagedown", "zz", "up", "?")] == ["Ctrl-D", "PgDn", "zz", "↑", "?"]
    assert spoken("up", ascii=True) == "Up"
    assert all(spoken(key, ascii=True).isascii() for command in COMMANDS for key in command.keys)


MODE = [command for command in COMMANDS if command.scope == "review"]


@pytest.mark.parametrize("place", PLACES)
def test_in_a_review_its_keys_go_before_those_of_the_panes(place: Place) -> None:
    dispatcher = Dispatcher(over(MODE, valid_in(place)))
    for command in MODE:
        for key in command.keys:
            assert dispatcher.feed(key, key if len(key) == 1 else None).command is command
    down = dispatcher.feed("j", "j").command
    assert down is not None and down.id == "down"


def test_every_command_of_a_review_does_something() -> None:
    by_value = {"decide", "pin"}
    """Carried out by the value that the codebook gives to the key."""
    for command in MODE:
        assert command.id in by_value or hasattr(Reviewing, f"action_{command.id}")
