"""The browse screen as a person uses it: keys in, lines on the screen out."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest
from tests.app.memory_archive import MemoryArchive
from tests.app.pictures import awaited
from tests.app.town import DAY, START, town
from textual.events import Key

from rejoinder.app.app import RejoinderApp
from rejoinder.app.screens.browse import PAUSE, BrowseScreen
from rejoinder.app.settings import Settings
from rejoinder.app.widgets.timeline import Timeline
from rejoinder.records import Post

SIZES = [(60, 16), (80, 24), (200, 60)]


class Reader:
    """Presses keys and reads the screen."""

    def __init__(self, app: RejoinderApp, pilot: object) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def screen(self) -> BrowseScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, BrowseScreen)
        return screen

    @property
    def timeline(self) -> Timeline:
        return self.screen.query_one(Timeline)

    @property
    def id(self) -> str:
        """Id of the post under the cursor."""
        assert self.timeline.entry is not None
        return self.timeline.entry.post.id

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)  # type: ignore[attr-defined]
        await self.settle()

    async def command(self, id: str) -> None:
        """Run a command by its name, as the list of commands does."""
        await self.screen.run_command(id)
        await self.settle()

    async def type(self, text: str) -> None:
        names = {" ": "space", ":": "colon", "-": "minus", "#": "number_sign", '"': "quotation_mark"}
        await self.press(*(names.get(letter, letter) for letter in text))

    async def settle(self) -> None:
        """Until no question to the archive is open and everything is painted."""
        for _ in range(400):
            await self.pilot.pause()  # type: ignore[attr-defined]
            if self.screen.idle:
                return
            await asyncio.sleep(0.005)
        raise AssertionError("the archive never stopped being asked")

    def line(self, y: int) -> str:
        """One line of the screen as text."""
        strips = self.screen._compositor.render_strips()
        return strips[y].text

    @property
    def text(self) -> str:
        return "\n".join(strip.text for strip in self.screen._compositor.render_strips())


@asynccontextmanager
async def reading(
    posts: Sequence[Post],
    size: tuple[int, int] = (80, 24),
    settings: Settings = Settings(),  # noqa: B008
) -> AsyncIterator[Reader]:
    app = RejoinderApp(MemoryArchive(posts, path="harbour.rejoinder"), settings)
    async with app.run_test(size=size) as pilot:
        reader = Reader(app, pilot)
        await reader.settle()
        yield reader


async def follow(reader: Reader) -> None:
    """Until the chain has followed the cursor."""
    await asyncio.sleep(PAUSE + 0.05)
    await reader.settle()


@pytest.mark.parametrize("size", SIZES)
@awaited
async def test_it_opens_at_the_last_post_with_title_and_status(size: tuple[int, int]) -> None:
    async with reading(town(300), size) as reader:
        assert reader.id == "300"
        assert reader.line(0).startswith(" harbour · 300 posts")
        assert "UTC" in reader.line(0)
        assert reader.line(size[1] - 1).startswith(" 300 / 300 · 100 % · ")
        assert reader.line(1).startswith("── ")
        assert "2021" in reader.line(1)


@pytest.mark.parametrize("size", SIZES)
@awaited
async def test_every_post_is_met_once_going_up_from_the_last_to_the_first(size: tuple[int, int]) -> None:
    async with reading(town(120), size) as reader:
        met = [reader.id]
        while reader.id != "1":
            reader.timeline.move(-1)
            await reader.settle()
            if reader.id != met[-1]:
                met.append(reader.id)
                assert f" {reader.id} / 120" in reader.text
        assert met == [str(n) for n in range(120, 0, -1)]


@awaited
async def test_counts_go_before_motions() -> None:
    async with reading(town(3_000)) as reader:
        await reader.press("5", "k")
        assert reader.id == "2995"
        await reader.press("2", "0", "0", "G")
        assert reader.id == "200"
        await reader.press("5", "0", "percent_sign")
        assert reader.id in ("1500", "1501")
        await reader.press("g")
        assert reader.id == "1"
        await reader.press("1", "2", "0", "0", "j")
        assert reader.id == "1201"
        await reader.press("G")
        assert reader.id == "3000"


@awaited
async def test_a_begun_sequence_is_told_and_given_up_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rejoinder.app.screens.keyboard.PATIENCE", 0.05)
    async with reading(town(50)) as reader:
        await reader.press("5")
        await asyncio.sleep(0.1)
        await reader.press("k")
        assert reader.id == "49"
    monkeypatch.setattr("rejoinder.app.screens.keyboard.PATIENCE", 60)
    async with reading(town(50)) as reader:
        await reader.press("y")
        assert "t text" in reader.line(23)
        await reader.press("escape")
        assert "t text" not in reader.line(23)


@awaited
async def test_the_status_line_changes_in_the_frame_of_the_key() -> None:
    """Between the key's handler and the paint nothing may be waited for: over SSH a second frame is a second delay."""
    async with reading(town(50)) as reader:
        reader.timeline.move(-1)
        assert reader.screen.query_one("#status").text.startswith(" 49 / 50")  # type: ignore[attr-defined]


@awaited
async def test_filter_narrows_while_typing_and_the_cursor_keeps_its_post() -> None:
    async with reading(town(400), (140, 40)) as reader:
        await reader.press("1", "5", "0", "G")
        while "ferry" not in reader.timeline.entry.post.text:  # type: ignore[union-attr]
            await reader.press("j")
        kept = reader.id
        matching = [post for post in town(400) if "ferry" in post.text]
        await reader.press("ampersand")
        await reader.type("ferr")
        assert f"{len(matching)} of 400" in reader.text
        assert reader.id == kept
        await reader.type("y")
        await reader.press("enter")
        assert f"⟂ ferry · {len(matching)} of 400" in reader.line(0)
        assert f"{[post.id for post in matching].index(kept) + 1} / {len(matching)}" in reader.line(39)
        await reader.press("escape")
        assert reader.id == kept
        assert "⟂" not in reader.line(0)
        assert f"{kept} / 400" in reader.line(39)


@awaited
async def test_escape_while_typing_a_filter_gives_back_what_was() -> None:
    async with reading(town(400)) as reader:
        await reader.press("1", "5", "0", "G")
        await reader.press("ampersand")
        await reader.type("ferry")
        await reader.press("escape")
        assert reader.id == "150"
        assert "150 / 400" in reader.text


@awaited
async def test_find_goes_to_the_next_hit_and_n_goes_on() -> None:
    async with reading(town(400)) as reader:
        hits = [int(post.id) for post in town(400) if "ferry" in post.text]
        await reader.press("1", "5", "0", "G")
        await reader.press("slash")
        await reader.type("ferry")
        await reader.press("enter")
        first = next(hit for hit in hits if hit >= 150)
        assert int(reader.id) == first
        assert f"{len(hits)} hits" in reader.line(0)
        await reader.press("n")
        assert int(reader.id) == hits[hits.index(first) + 1]
        await reader.press("N", "N")
        assert int(reader.id) == hits[hits.index(first) - 1]
        assert " / 400" in reader.text


@awaited
async def test_what_can_not_be_understood_is_said_with_its_column() -> None:
    async with reading(town(20)) as reader:
        await reader.press("ampersand")
        await reader.type("ferry frm:mira")
        await reader.press("enter")
        assert reader.line(22).rstrip() == " " * 9 + "^ frm: is no operator."
        assert reader.line(23).rstrip().endswith('Quotes make words of it: "frm:…"   column 7')
        assert "Did you mean from:?" in reader.line(23)


@awaited
async def test_no_match_says_what_to_do() -> None:
    async with reading(town(20)) as reader:
        await reader.press("ampersand")
        await reader.type("zebra")
        await reader.press("enter")
        assert "No post matches “zebra”" in reader.text
        assert "Esc clears the filter" in reader.text
        await reader.press("escape")
        assert "20 / 20" in reader.text


@pytest.mark.parametrize("size", [(140, 40), (80, 24)])
@awaited
async def test_where_no_post_matches_no_chain_of_another_post_is_left(size: tuple[int, int]) -> None:
    async with reading(town(60), size, Settings(chain="open")) as reader:
        await follow(reader)
        assert "Chain · " in reader.text
        await reader.press("ampersand")
        await reader.type("zzzz")
        await reader.press("enter")
        await follow(reader)
        assert "No post matches" in reader.text
        assert "Chain · " not in reader.text
        assert "There is no post, and so no chain." in reader.text
        await reader.press("escape")
        await follow(reader)
        assert "Chain · " in reader.text


@awaited
async def test_escape_clears_what_was_set_last_and_says_so_beforehand() -> None:
    async with reading(town(200), (140, 40)) as reader:
        await reader.press("slash")
        await reader.type("ferry")
        await reader.press("enter")
        here = reader.line(39).split("·")[0].strip()
        await reader.press("ampersand")
        await reader.type("zzzz")
        await reader.press("enter")
        assert "Esc clears the filter." in reader.text
        await reader.press("escape")
        assert "⟂" not in reader.line(0) and "/ ferry" in reader.line(0)
        await reader.press("escape")
        assert "/ ferry" not in reader.line(0)
        await reader.press("ampersand")
        await reader.type("zzzz")
        await reader.press("enter", "slash")
        await reader.type("quay")
        await reader.press("enter")
        assert "Esc clears the find, Esc again the filter." in reader.text
        await reader.press("escape")
        assert "/ quay" not in reader.line(0) and "⟂ zzzz" in reader.line(0)
        assert "Esc clears the filter." in reader.text
        await reader.press("escape")
        assert here in reader.line(39), "a filter that found nothing costs no place"


@awaited
async def test_a_search_line_given_up_leaves_the_order_as_it_was() -> None:
    async with reading(town(200), (140, 40)) as reader:
        await reader.press("ampersand")
        await reader.type("ferry")
        await reader.press("enter", "slash")
        await reader.type("quay")
        await reader.press("enter", "ampersand")
        await reader.type("zzzz")
        await reader.press("escape", "escape")
        assert "/ quay" not in reader.line(0) and "⟂ ferry" in reader.line(0)


@awaited
async def test_a_second_filter_takes_the_place_of_the_first() -> None:
    async with reading(town(200), (140, 40)) as reader:
        for word in ("zzzz", "quay"):
            await reader.press("ampersand")
            await reader.type(word)
            await reader.press("enter")
        assert "⟂ quay ·" in reader.line(0)


@awaited
async def test_n_says_which_of_the_hits_it_went_to() -> None:
    async with reading(town(400), (140, 40)) as reader:
        hits = [int(post.id) for post in town(400) if "ferry" in post.text]
        await reader.press("1", "5", "0", "G", "slash")
        await reader.type("ferry")
        await reader.press("enter")
        assert f"hit {hits.index(int(reader.id)) + 1} of {len(hits)} · " in reader.line(39)
        for key in ("n", "n", "N"):
            await reader.press(key)
            assert f"hit {hits.index(int(reader.id)) + 1} of {len(hits)} · " in reader.line(39)
        await reader.press("k")
        assert " · hit " not in reader.line(39)
        await reader.press("ampersand")
        await reader.type("quay")
        await reader.press("enter", "n")
        both = [hit for hit in hits if "quay" in town(400)[hit - 1].text]
        assert f"hit {both.index(int(reader.id)) + 1} of {len(both)} · " in reader.line(39)


@pytest.mark.parametrize(
    ("typed", "line", "words"),
    [
        ("&quay\nj", 0, "⟂ quay · "),
        ("/quay\nNj", 0, "/ quay · "),
        ("/quay\n", 39, "hit "),
        ("D50%\n", 39, " 50 % · "),
        ("&frm:x\n", 39, "frm:…"),
    ],
)
def test_a_hand_that_is_faster_than_the_screen_loses_no_letter(typed: str, line: int, words: str) -> None:
    @awaited
    async def drive() -> None:
        async with reading(town(400), (140, 40)) as reader:
            for letter in typed:
                reader.app.post_message(Key("enter", "\r") if letter == "\n" else Key(letter, letter))
            for _ in range(3):  # the search line may come, grow and go: a layout for each
                await reader.settle()
            assert words in reader.line(line)

    drive()


@pytest.mark.parametrize("size", [(60, 16), (80, 24)])
@awaited
async def test_a_narrow_footer_names_the_key_of_the_chain(size: tuple[int, int]) -> None:
    async with reading(town(60), size) as reader:
        assert "? keys  t chain  / find" in reader.line(size[1] - 1)


@awaited
async def test_an_empty_archive_says_what_to_do() -> None:
    async with reading([]) as reader:
        assert "This archive holds no posts." in reader.text
        for key in ("j", "k", "g", "G", "space", "b", "t", "n", "P", "r", "O", "enter", "left_curly_bracket"):
            await reader.press(key)
        assert "This archive holds no posts." in reader.text


@awaited
async def test_go_to_a_date_and_back() -> None:
    async with reading(town(400)) as reader:
        await reader.press("D")
        await reader.type("2021-06-10")
        await reader.press("enter")
        assert reader.id == "140"
        await reader.press("less_than_sign")
        assert reader.id == "400"
        await reader.press("greater_than_sign")
        assert reader.id == "140"


@awaited
async def test_days_forward_and_back() -> None:
    async with reading(town(400)) as reader:
        await reader.press("D")
        await reader.type("2021-06-10")
        await reader.press("enter")
        await reader.press("right_curly_bracket")
        assert reader.id == "160"
        assert "Friday 11 June 2021 · 20 posts" in reader.line(1)
        await reader.press("left_curly_bracket", "left_curly_bracket")
        assert reader.id == "120"


@awaited
async def test_a_click_takes_the_post_or_goes_to_that_share() -> None:
    async with reading(town(400)) as reader:
        await reader.pilot.click(Timeline, offset=(10, 1))  # type: ignore[attr-defined]
        await reader.settle()
        clicked = reader.id
        assert clicked != "400"
        await reader.pilot.click(Timeline, offset=(79, 1))  # type: ignore[attr-defined]
        await reader.settle()
        assert reader.id == "1"
        await reader.press("less_than_sign")
        assert reader.id == clicked


@awaited
async def test_the_heading_is_the_day_of_the_topmost_post_and_no_day_is_told_twice() -> None:
    async with reading(town(400), (80, 16)) as reader:
        for _ in range(120):
            reader.timeline.scroll_by(-1)
            await reader.settle()
            days = [reader.line(y)[3:].split(" ·")[0] for y in range(1, 15) if reader.line(y).startswith("── ")]
            assert len(days) == len(set(days)) >= 1
            assert reader.line(1).startswith("── ")
            assert not reader.line(2).startswith("── ")
            assert not reader.line(3).startswith("── ") or reader.line(2).strip()


@awaited
async def test_the_chain_follows_and_its_post_becomes_the_timelines() -> None:
    posts = [
        Post(id="1", platform="test", handle="mira_o", name="Mira Okafor", time=START, text="The ferry is late."),
        Post(id="2", platform="test", handle="jonvale", name="Jon Vale", time=START + DAY, text="Again?", reply_to="1"),
        Post(
            id="3", platform="test", handle="ana_b", name="Ana Brandt", time=START + 2 * DAY, text="Sigh.", reply_to="2"
        ),
    ]
    async with reading(posts, (140, 40)) as reader:
        await asyncio.sleep(0.1)
        await reader.settle()
        assert "Chain · 3 posts" in reader.line(1)
        assert "3 Jun · The ferry is" in "\n".join(reader.line(y)[80:] for y in range(2, 39))
        await reader.press("P")
        assert reader.id == "2"
        await reader.press("t", "k", "enter")
        assert reader.id == "1"
        await reader.press("less_than_sign")
        assert reader.id == "2"
        await reader.press("r")
        assert reader.id == "3"
        await reader.press("O")
        assert reader.id == "1"


@awaited
async def test_narrow_the_chain_comes_goes_to_and_leaves_with_t() -> None:
    async with reading(town(60)) as reader:
        assert "Chain" not in reader.text
        await reader.press("t")
        assert "Chain" in reader.text
        assert reader.screen.focused is reader.timeline
        await reader.press("t")
        assert reader.screen.focused is not reader.timeline
        await reader.press("t")
        assert "Chain" not in reader.text
        assert reader.screen.focused is reader.timeline


@awaited
async def test_the_post_in_full_stands_in_the_timelines_place() -> None:
    posts = [
        Post(id=str(n), platform="test", handle="mira_o", time=START + n, text=f"post {n} " * n) for n in range(1, 400)
    ]
    async with reading(posts) as reader:
        assert "more lines, Enter" in reader.text
        await reader.press("enter")
        assert reader.line(1).startswith("── Post ")
        await reader.press("G")
        assert "392" not in reader.line(1) or "of" in reader.line(1)
        await reader.press("q")
        assert "399 / 399" in reader.text
        assert reader.screen.focused is reader.timeline
        assert reader.app.is_running


@awaited
async def test_help_lies_over_the_screen_and_runs_what_is_chosen() -> None:
    async with reading(town(50)) as reader:
        await reader.press("question_mark")
        assert len(reader.app.screen_stack) == 2
        await reader.press("escape")
        assert len(reader.app.screen_stack) == 1
        assert reader.id == "50"


@awaited
async def test_filters_made_from_a_post() -> None:
    async with reading(town(200), (140, 40)) as reader:
        author = reader.timeline.entry.post.handle  # type: ignore[union-attr]
        theirs = sum(post.handle == author for post in town(200))
        await reader.press("f", "a")
        assert f"from:{author} · {theirs} of 200" in reader.line(0)
        await reader.press("escape", "f", "d")
        assert "on:2021-06-13 · 1 of 200" in reader.line(0)


@awaited
async def test_another_size_keeps_the_post() -> None:
    async with reading(town(400)) as reader:
        await reader.press("2", "0", "0", "G")
        for size in ((60, 16), (200, 60), (109, 20), (110, 20), (80, 24)):
            await reader.pilot.resize_terminal(*size)  # type: ignore[attr-defined]
            await reader.settle()
            assert reader.id == "200"
            assert "▌" in reader.text
            assert len(reader.text.splitlines()) == size[1]


@awaited
async def test_a_content_warning_stays_closed_until_enter() -> None:
    post = Post(
        id="1", platform="test", handle="neko", time=START, text="Eight legs.", warning="spiders", sensitive=True
    )
    async with reading([post]) as reader:
        assert "spiders … Enter" in reader.text
        assert "Eight legs" not in reader.text
        await reader.press("enter")
        assert "Eight legs" in reader.text
    async with reading([post], settings=Settings(open_warnings=True)) as reader:
        assert "Eight legs" in reader.text


@awaited
async def test_a_warning_opened_in_the_timeline_is_open_in_the_chain_too() -> None:
    post = Post(
        id="1", platform="test", handle="neko", time=START, text="Eight legs.", warning="spiders", sensitive=True
    )
    async with reading([post], (140, 40)) as reader:
        await follow(reader)
        assert "Eight legs" not in reader.text
        await reader.press("enter")
        assert reader.text.count("Eight legs") == 2


HOSTILE = (
    "[bold]x", "[/oops]", "[@click=app.quit]click[/]", "a\x1b[2Jb", "nul\x00here", "\u202eevil\u202c", "x\u2028y",
    "e" + "\u0301" * 500, "👩‍👩‍👧‍👦🇫🇷❤️" * 20, "\ud83d", "a" * 5_000, "\n" * 50, "日本語" * 200, "\u200d" * 300,
)  # fmt: skip


@pytest.mark.parametrize("size", SIZES)
@awaited
async def test_hostile_text_is_shown_as_text(size: tuple[int, int]) -> None:
    posts = [
        Post(
            id=str(n), platform="test", handle=text, name=text, time=START + n, text=text, tags=(text,), warning=warning
        )
        for n, (text, warning) in enumerate(((text, None) for text in HOSTILE), 1)
    ]
    posts.append(Post(id="99", platform="test", handle="x", time=START + 99, text="calm", warning=HOSTILE[3]))
    async with reading(posts, size) as reader:
        await reader.press(*("t" if size[0] < 110 else ""))
        seen = ""
        for _ in posts:
            seen += reader.text
            await reader.press("k")
        await reader.press("g")
        seen += reader.text
        assert "[bold]x" in seen
        assert "[/oops]" in seen
        assert "[@click=app.quit]click[/]" in seen
        for forbidden in ("\x1b", "\x00", "\u202e", "\u2028", "\ud83d", "\u0301" * 5):
            assert forbidden not in seen


@awaited
async def test_ascii_alone_draws_with_ascii() -> None:
    posts = [
        msgspec.structs.replace(post, name=post.handle, text="plain words")
        for post in town(60)
        if not (post.media and post.media[0].alt and not post.media[0].alt.isascii())
    ]
    async with reading(posts, (140, 40), Settings(ascii=True, chain="open")) as reader:
        await asyncio.sleep(0.1)
        await reader.settle()
        assert reader.text.replace("\u200e", "").isascii()


@awaited
async def test_another_zone_is_written_and_gives_no_counts_of_utc_days() -> None:
    async with reading(town(60), settings=Settings(zone="Asia/Tokyo")) as reader:
        assert "Asia/Tokyo" in reader.line(0)
        assert "Asia/Tokyo" in reader.line(23)
        assert "posts ─" not in reader.line(1)
        assert "09:00" in reader.text


@awaited
async def test_colours_are_never_the_only_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with reading(town(60)) as reader:
        assert "▌" in reader.text


@awaited
async def test_it_opens_again_at_the_post_last_read(home: Path) -> None:
    async with reading(town(300)) as reader:
        await reader.press("1", "0", "0", "G")
    async with reading(town(300)) as reader:
        assert reader.id == "100"
    later = [post for post in town(300) if post.id not in ("7", "8", "9")]
    async with reading(later) as reader:
        assert reader.id == "100", "though other keys are given in an archive made anew"
    async with reading([post for post in later if post.id != "100"]) as reader:
        assert reader.id == "300", "the last post, where the one last read is gone"
    assert not list((home / "state" / "positions").glob("*.tmp"))


@awaited
async def test_a_place_that_was_named_is_come_back_to() -> None:
    async with reading(town(200)) as reader:
        await reader.press("1", "5", "0", "G", "apostrophe", "apostrophe", "a")
        assert "This place is named a" in reader.text
        await reader.press("g", "apostrophe", "b")
        assert "No place is named b" in reader.text
        assert reader.id == "1"
        await reader.press("apostrophe", "a")
        assert reader.id == "150"
        await reader.press("less_than_sign")
        assert reader.id == "1"
        await reader.press("apostrophe", "j")
        assert reader.id == "1", "j was the letter"
        await reader.press("apostrophe", "down")
        assert reader.id == "2", "no letter is a key as ever"


@awaited
async def test_an_author_whose_handle_holds_spaces_can_be_filtered_by() -> None:
    scrambled = "ada @end|ng |rom harbour.example"
    posts = [msgspec.structs.replace(post, handle=scrambled) if n % 3 else post for n, post in enumerate(town(30))]
    async with reading(posts) as reader:
        await reader.press("f", "a")
        assert f'from:"{scrambled[:20]}' in reader.line(0)
        assert "No post matches" not in reader.text
