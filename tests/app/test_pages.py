from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.app.pictures import Alone, awaited, controls, lines
from textual.app import App
from textual.pilot import Pilot

from rejoinder.app import originals
from rejoinder.app.commands import COMMANDS, GROUPS, Place, valid_in
from rejoinder.app.glyphs import ASCII, UNICODE
from rejoinder.app.help_lines import matching, sections, sheet
from rejoinder.app.keymap import keymap
from rejoinder.app.layout import Look
from rejoinder.app.post_lines import facts
from rejoinder.app.screens.copying import Copying, citation, everything, printed
from rejoinder.app.screens.overlay import Overlay
from rejoinder.app.widgets.card import DARK
from rejoinder.app.widgets.help_page import HelpPage
from rejoinder.app.widgets.links_page import LinksPage
from rejoinder.app.widgets.page import Page
from rejoinder.app.widgets.post_view import PostView
from rejoinder.app.widgets.record_page import MOST, RecordPage, pretty
from rejoinder.app.wrapping import cells
from rejoinder.archive.operators import rows
from rejoinder.archive.protocol import Entry, Face
from rejoinder.archive.protocol import Place as Spot
from rejoinder.errors import Cancelled, FormatError
from rejoinder.records import Ghost, Link, Media, Mention, Origin, Post, Ref, Source

LOOK = Look(80)
MIRA = Face(1, "1", "mira_o", "Mira Okafor")
NOON = 1_622_721_600_000
POST = Post(
    "1400000000000000001", "twitter", author="1", handle="mira_o", name="Mira Okafor", time=NOON + 127_000,
    text="Ferry desk: the 14:20 to Skerry is cancelled.\n\n" + "Next sailing 16:05. " * 40,
    reply_to="1399999", reply_author=Ref("7", "old_quay"), reply_asserted=True, conversation="1399999",
    quote="13", quote_author=Ref(handle="jonvale"),
    mentions=(Mention("7", "old_quay", "inherited"), Mention(handle="x")), tags=("harbourferry", "船"),
    links=(Link("https://example.org/a", "Timetable"), Link("https://example.org/b")),
    media=(Media("image", "https://example.org/p.jpg", "data/p.jpg", "empty quay in the rain", 41_700),), language="en",
    likes=41, reposts=0, edited=0, versions=("1", "2"), deleted=NOON, warning="storm damage", visibility="followers",
    context=True, app="Harbour for Tests", text_status="partial", origin=Origin("harbour.jsonl", "posts.jsonl", 12),
)  # fmt: skip
ENTRY = Entry(1, Spot(NOON, 1), POST, MIRA, -7, Face(2, "7", "old_quay", ""), -7, 3)
HOSTILE = msgspec.structs.replace(
    ENTRY,
    author=Face(3, "3", "x", "[bold]Bo[/oops] \x1b[31m"),
    post=msgspec.structs.replace(
        POST, name=None, text="[link=x]y[/link] \x1b]0;own\x07 [@click=app.quit]z[/]", tags=("\x1b[2J",), app="\x9b31m",
        links=(Link("https://example.org/\x1b[31m", "[/oops]"),), warning="\x07",
        origin=Origin("\x1b[1mexport", "[bold]", 1),
    ),
)  # fmt: skip


async def put(pilot: Pilot[None], page: Page) -> Overlay:
    screen = Overlay(page)
    pilot.app.push_screen(screen, lambda chosen: pilot.app.said.append(chosen))  # type: ignore[attr-defined]
    await pilot.pause()
    return screen


def app() -> Alone:
    return Alone(Page(LOOK, DARK, "below"))


Page.lay = lambda self, width: []  # type: ignore[method-assign]  # the page below shows nothing


# The post in full


@awaited
async def test_the_whole_text_and_every_known_fact_is_told_in_words() -> None:
    view = PostView(LOOK, DARK)
    async with Alone(view).run_test(size=(100, 80)):
        view.show(ENTRY)
        told = "\n".join(lines(view))
        assert told.count("16:05") == 40
        for words in (
            "Mira Okafor @mira_o", "1400000000000000001 on twitter", "3 Jun 2021 12:02:07 UTC, by the platform's clock",
            "https://x.com/mira_o/status/1400000000000000001", "@old_quay, post 1399999, not in this archive",
            "said by another source", "@jonvale, post 13, not in this archive", "3", "41 likes, 0 reposts",
            "@old_quay (inherited from the parent), @x", "#harbourferry #船", "https://example.org/a (Timetable)",
            "empty quay in the rain · https://example.org/p.jpg · data/p.jpg in the export", "storm damage",
            "only a part of it is known", "yes, it is not known when", "1 2", "3 Jun 2021 12:00 UTC",
            "for followers only", "here only because", "Harbour for Tests", "harbour.jsonl, posts.jsonl, record 12",
        ):  # fmt: skip
            assert words in told, words


@awaited
async def test_the_post_in_full_scrolls_and_stops_at_both_ends() -> None:
    view = PostView(LOOK, DARK)
    async with Alone(view).run_test(size=(60, 16)):
        view.show(ENTRY)
        first = lines(view)
        assert first[0].startswith("── Post ──") and "1–15 of" in first[0]
        view.action_down(3)
        assert lines(view)[1:10] == first[4:13]
        view.action_last()
        assert "record 12" in lines(view)[-1]
        view.action_page_down(999_999)
        assert "record 12" in lines(view)[-1]
        view.action_first()
        assert lines(view) == first


def test_no_more_is_told_than_is_known() -> None:
    bare = Entry(1, Spot(0, 1), Post("1", "test", text="hello"), Face(1, "9", "", ""), None, None, 1, 0)
    assert [label for label, _ in facts(bare, LOOK.zone)] == [
        "author",
        "id",
        "time",
        "address",
        "replies here",
        "source",
    ]
    assert dict(facts(bare, LOOK.zone))["time"] == "time not known"
    day = msgspec.structs.replace(
        bare, post=msgspec.structs.replace(bare.post, time=NOON, precision="day", clock="day")
    )
    assert dict(facts(day, LOOK.zone))["time"] == "3 Jun 2021, only the day is known"


# Hostile text, any size


@pytest.mark.parametrize("size", [(60, 16), (20, 4), (30, 40), (200, 60), (1, 1)])
@pytest.mark.parametrize("kind", [PostView, LinksPage, RecordPage])
def test_no_page_sends_control_bytes_or_parses_markup_and_each_fits(kind: type[Page], size: tuple[int, int]) -> None:
    @awaited
    async def drive() -> None:
        about = HOSTILE.post.origin if kind is RecordPage else HOSTILE
        page = kind(LOOK, DARK) if kind is PostView else kind(about, LOOK, DARK)  # type: ignore[arg-type,call-arg]
        async with Alone(page).run_test(size=size):
            if isinstance(page, PostView):
                page.show(HOSTILE)
            if isinstance(page, RecordPage):
                page.take(b'{"a": "[bold]x \x1b[31m"}' * 2)
            strips = [page.render_line(y) for y in range(size[1])]
            assert all(strip.cell_length == size[0] == cells(strip.text) for strip in strips)
            assert controls(page) == ""
            if size == (200, 60):
                assert any(mark in strip.text for strip in strips for mark in ("[bold]", "[/oops]"))

    drive()


# Links


@awaited
async def test_links_and_media_are_listed_and_copied() -> None:
    holder = app()
    async with holder.run_test(size=(80, 20)) as pilot:
        page = LinksPage(ENTRY, LOOK, DARK)
        screen = await put(pilot, page)
        told = "\n".join(lines(page))
        assert "▌ post    https://x.com/mira_o/status/1400000000000000001" in told
        assert "    link    https://example.org/a\n            Timetable" in told
        assert "  file    data/p.jpg" in told
        await pilot.press("j", "enter")
        await pilot.pause()
        assert holder.clipboard == "https://example.org/a"
        assert "Copied the link: https://example.org/a" in screen._status.text
        await pilot.press("G", "y")
        await pilot.pause()
        assert holder.clipboard == "data/p.jpg"
        await pilot.press("escape")
        await pilot.pause()
        assert holder.said == [None]


@awaited
async def test_the_keys_of_the_links_can_be_set_and_the_last_line_says_so() -> None:
    holder = app()
    look = msgspec.structs.replace(LOOK, keys=keymap({"copy_link": "c"}))
    async with holder.run_test(size=(80, 20)) as pilot:
        screen = await put(pilot, LinksPage(ENTRY, look, DARK))
        assert "c copies   o opens" in screen._status.text
        await pilot.press("j", "y")
        await pilot.pause()
        assert holder.clipboard == ""
        await pilot.press("c")
        await pilot.pause()
        assert holder.clipboard == "https://example.org/a"


@awaited
async def test_a_page_has_help_of_its_own_and_runs_what_is_chosen_there() -> None:
    holder = app()
    async with holder.run_test(size=(80, 24)) as pilot:
        links = await put(pilot, LinksPage(ENTRY, LOOK, DARK))
        await pilot.press("?")
        await pilot.pause()
        help_page = pilot.app.screen.query_one(HelpPage)
        assert "In the links" in "\n".join(lines(help_page))
        await pilot.press("?")
        await pilot.pause()
        assert pilot.app.screen is links
        await pilot.press("?", "enter")
        await pilot.pause()
        assert holder.clipboard == "https://x.com/mira_o/status/1400000000000000001"


@awaited
async def test_a_post_without_links_says_so() -> None:
    bare = Entry(1, Spot(0, 1), Post("1", "test"), MIRA, None, None, 1, 0)
    page = LinksPage(bare, LOOK, DARK)
    async with Alone(page).run_test(size=(80, 20)) as pilot:
        await pilot.press("enter")
        page.action_down()
        assert "no links" in "".join(lines(page))


# The record


@awaited
async def test_the_record_is_shown_indented_with_its_place() -> None:
    page = RecordPage(ENTRY.post.origin, LOOK, DARK)
    async with Alone(page).run_test(size=(80, 20)):
        assert "being read from the export" in "".join(lines(page))
        page.take(b'{"id_str":"20","entities":{"urls":[]}}')
        told = lines(page)
        assert "harbour.jsonl, posts.jsonl, record 12" in told[2]
        assert '  "id_str": "20",' in "\n".join(told)
        page.judge(True)
        assert "has changed" in "".join(lines(page))
        page.fail(FormatError("The export harbour.jsonl is not there any more.", "Put it back."))
        assert "not there any more" in "".join(lines(page)) and "Put it back." in "".join(lines(page))


@awaited
async def test_a_record_too_large_is_cut_and_says_so() -> None:
    page = RecordPage(ENTRY.post.origin, LOOK, DARK)
    async with Alone(page).run_test(size=(80, 20)):
        page.take(b'"' + b"a" * (MOST * 2) + b'"')
        assert "only the first 200,000 of 400,002 bytes" in "".join(lines(page))


@awaited
async def test_closing_the_page_stops_the_reading() -> None:
    holder = app()
    async with holder.run_test(size=(80, 20)) as pilot:
        page = RecordPage(ENTRY.post.origin, LOOK, DARK)
        await put(pilot, page)
        assert page.is_wanted
        await pilot.press("escape")
        await pilot.pause()
        assert page.closed.is_set() and not page.is_wanted


def test_a_reading_that_was_stopped_gives_no_record(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text('{"type": "post", "id": "1", "platform": "test", "text": "post"}\n')
    stop = Event()
    stop.set()
    post = Post("1", "test", origin=Origin("posts.jsonl", "posts.jsonl", 1))
    with pytest.raises(Cancelled):
        originals.read(post.origin, Source("posts.jsonl", "native", path=str(file)), stop)


@given(st.binary(max_size=200))
def test_any_bytes_can_be_shown(raw: bytes) -> None:
    assert not any(ord(letter) < 32 and letter != "\n" for letter in pretty(raw))


def test_a_record_is_read_again_from_its_export(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    records = [{"type": "post", "id": str(n), "platform": "test", "text": f"post {n}"} for n in range(1, 4)]
    file.write_text("".join(json.dumps(record) + "\n" for record in records))
    registry = pytest.importorskip("rejoinder.formats.registry")
    source = Source(
        "posts.jsonl", "native", path=str(file), size=file.stat().st_size,
        fingerprint=registry.fingerprint(file, "native"), modified=file.stat().st_mtime_ns,
    )  # fmt: skip
    post = Post("2", "test", origin=Origin("posts.jsonl", "posts.jsonl", 2))
    assert (
        originals.source_of(post.origin, [Source("other"), source, Source("posts.jsonl", title="a citation")]) is source
    )
    assert json.loads(originals.read(post.origin, source)) == records[1]
    assert not originals.has_changed(source)
    file.touch()
    assert not originals.has_changed(msgspec.structs.replace(source, modified=1))
    file.write_text(file.read_text() + "\n")
    assert originals.has_changed(source)
    file.unlink()
    with pytest.raises(FormatError, match=r"not at .* any more"):
        originals.read(post.origin, source)
    with pytest.raises(FormatError, match="is not known"):
        originals.source_of(Origin(), [source])


# Copying


class AtOnce:
    """Asks and answers without a thread."""

    def ask(self, kind: str, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        then(work())


class OnlyRoot:
    """An archive that knows one ghost."""

    def ghost(self, key: int) -> Ghost:
        return Ghost("1399999", "twitter")


def copying(holder: App[object], entry: Entry | None, said: list[str]) -> Copying:
    return Copying(lambda: holder, OnlyRoot(), AtOnce(), lambda: entry, said.append)  # type: ignore[arg-type]


@awaited
async def test_each_part_of_a_post_is_copied_and_named() -> None:
    holder, said = app(), list[str]()
    async with holder.run_test():
        copies = copying(holder, ENTRY, said)
        for action, start in (
            ("words", "Ferry desk"), ("url", "https://x.com/mira_o/status/14"), ("id", "1400000000000000001"),
            ("json", '{"id":"14'), ("citation", "Mira Okafor (@mira_o), 3 Jun 2021 12:02 UTC, https://x.com/mira_o"),
            ("all", "Mira Okafor @mira_o\n3 Jun 2021 12:02 UTC\n\nFerry desk"),
        ):  # fmt: skip
            getattr(copies, f"action_copy_{action}")()
            assert holder.clipboard.startswith(start), action
            assert said[-1].startswith("Copied the ")
            if action == "json":
                assert json.loads(holder.clipboard)["conversation"] == "1399999"
        copies.action_print_out()
        assert said[-1] == "This terminal can't be left and come back to."


@awaited
async def test_what_can_not_be_copied_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    holder, said = app(), list[str]()
    async with holder.run_test():
        bare = Entry(1, Spot(0, 1), Post("1", "test"), MIRA, None, None, 1, 0)
        copying(holder, bare, said).action_copy_words()
        copying(holder, bare, said).action_copy_url()
        copying(holder, None, said).action_copy_id()
        long = msgspec.structs.replace(ENTRY, post=msgspec.structs.replace(POST, text="船" * 50_000))
        copying(holder, long, said).action_copy_words()
        assert [words.split(" ")[0] for words in said] == ["This", "No", "There", "The"]
        assert "too long" in said[-1] and not holder.clipboard
        monkeypatch.setenv("TERM", "tmux-256color")
        copying(holder, ENTRY, said).action_copy_id()
        assert "set-clipboard" in said[-1]


def test_nothing_that_leaves_the_app_can_steer_a_terminal() -> None:
    for text in (citation(HOSTILE), everything(HOSTILE), printed(HOSTILE)):
        assert not any((ord(letter) < 32 and letter != "\n") or 0x7F <= ord(letter) < 0xA0 for letter in text)
    assert "[link=x]y[/link]" in printed(HOSTILE)


# Help


@pytest.mark.parametrize("place", ["timeline", "chain", "post"])
def test_every_command_that_works_here_and_every_operator_has_its_row(place: Place) -> None:
    shown = sections(place, UNICODE)
    assert [row.command for section in shown for row in section.rows if row.command] and {
        row.command for section in shown for row in section.rows if row.command
    } == {command.id for command in valid_in(place)}
    heads = {row.head for row in shown[-1].rows}
    assert {row.example for row in rows()} <= heads
    assert [section.title for section in shown[1 : 1 + len(GROUPS)]] == list(GROUPS)


@pytest.mark.parametrize("place", get_args(Place))
def test_the_help_has_every_key_wherever_it_is_opened(place: Place) -> None:
    shown = " ".join(row.words for section in sections(place, UNICODE) for row in section.rows)
    assert [command.id for command in COMMANDS if command.help not in shown] == []


def test_the_focused_panes_keys_stand_first() -> None:
    first = sections("chain", UNICODE)[0]
    assert first.title == "In the reply chain"
    assert {row.command for row in first.rows} == {command.id for command in COMMANDS if command.scope == "chain"}


@pytest.mark.parametrize("width", [20, 58, 109, 110, 196])
def test_the_help_fits_and_each_row_is_where_it_is_said_to_be(width: int) -> None:
    laid = sheet(sections("timeline", UNICODE), width, 5, UNICODE)
    assert all(sum(cells(text) for text, _ in line) <= width for line in laid.lines)
    all_rows = [row for section in sections("timeline", UNICODE) for row in section.rows]
    assert len(laid.places) == len(all_rows)
    for row, (line, length) in zip(all_rows, laid.places, strict=True):
        assert length >= 1
        assert row.head.split(" ")[0][: width - 4] in "".join(text for text, _ in laid.lines[line])


def test_without_utf8_the_help_is_ascii() -> None:
    laid = sheet(sections("timeline", ASCII), 100, 0, ASCII)
    assert all(text.isascii() for line in laid.lines for text, _ in line)


def test_searching_the_help_keeps_the_rows_with_all_words() -> None:
    found = matching(sections("timeline", UNICODE), "copy url")
    assert "copy_url" in [row.command for section in found for row in section.rows]
    assert not matching(sections("timeline", UNICODE), "zeppelin")


@awaited
async def test_a_search_in_the_help_and_enter_run_a_command() -> None:
    holder = app()
    async with holder.run_test(size=(120, 40)) as pilot:
        page = HelpPage("timeline", LOOK, DARK)
        await put(pilot, page)
        await pilot.press("slash", *"citation", "enter")
        await pilot.pause()
        assert page.row is not None and page.row.command == "copy_citation"
        assert "/ citation" in lines(page)[0]
        await pilot.press("enter")
        await pilot.pause()
        assert holder.said == ["copy_citation"]


@awaited
async def test_keys_in_the_help_move_and_close_it_and_letters_of_a_search_are_letters() -> None:
    holder = app()
    async with holder.run_test(size=(80, 24)) as pilot:
        page = HelpPage("timeline", LOOK, DARK)
        await put(pilot, page)
        await pilot.press("j", "j", "k", "G")
        assert page.row is not None and page.row.command is None
        assert any("▌" in line for line in lines(page))
        for key in ("g", "space", "b", "space", "space", "space"):
            await pilot.press(key)
            assert sum("▌" in line for line in lines(page)) == 1
        await pilot.press("slash", "q", "escape")
        assert len(pilot.app.screen_stack) == 2
        await pilot.press("q")
        await pilot.pause()
        assert holder.said == [None]


@awaited
async def test_the_palette_is_typed_in_at_once_and_enter_runs_the_first_that_fits() -> None:
    holder = app()
    async with holder.run_test(size=(80, 24)) as pilot:
        page = HelpPage("timeline", LOOK, DARK, palette=True)
        await put(pilot, page)
        assert "from:ada" not in "".join(text for line in page.lines for text, _ in line)
        await pilot.press(*"go to", "down", "up", "enter")
        await pilot.pause()
        assert holder.said and holder.said[0] in {command.id for command in COMMANDS}
        await put(pilot, HelpPage("timeline", LOOK, DARK, palette=True))
        await pilot.press("q", "escape")
        await pilot.pause()
        assert holder.said[1:] == [None]
