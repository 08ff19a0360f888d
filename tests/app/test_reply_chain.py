from __future__ import annotations

from collections.abc import Sequence

import msgspec
import pytest
from tests.app.pictures import Alone, awaited, controls, lines
from textual import on
from textual.pilot import Pilot

from rejoinder.app.chain_frame import lasting
from rejoinder.app.chain_lines import Columns
from rejoinder.app.glyphs import ASCII, UNICODE
from rejoinder.app.layout import Look
from rejoinder.app.widgets.card import DARK
from rejoinder.app.widgets.reply_chain import MOST, ReplyChain
from rejoinder.app.wrapping import cells
from rejoinder.archive.protocol import Entry, Face, Key, Node, Place, Quoted
from rejoinder.records import Ghost, Media, Post, Ref

DAY = 86_400_000
NOON = 1_622_721_600_000
"""3 June 2021, 12:00 UTC."""
MIRA = Face(1, "1", "mira_o", "Mira Okafor")
JON = Face(2, "2", "jonvale", "Jon Vale")
QASIM = Face(3, "3", "qasim", "قاسم الميناء")
HOSTILE = Face(4, "4", "x", "[bold]Bo[/oops] \x1b[31m")

SAID: dict[Key, tuple[Face, int | None, int, str]] = {
    2: (MIRA, -1, 127, "Ferry desk: the 14:20 to Skerry is cancelled, crew shortage. Next sailing 16:05."),
    3: (JON, 2, 129, "@mira_o Again? Third time this week."),
    4: (MIRA, 3, 135, "@jonvale Sorry Jon. We know, and we are hiring."),
    5: (QASIM, 2, 141, "@mira_o هل التذاكر صالحة غداً؟"),
    6: (MIRA, 5, 150, "@qasim نعم، حتى نهاية الأسبوع."),
    7: (HOSTILE, 2, 160, "@mira_o [link=x]y[/link] \x1b]0;own\x07 [/oops]"),
    8: (JON, 7, 170, "船は16:05に出ます 🚢"),
    9: (QASIM, 7, 175, "@x شكراً"),
}
NODES = [Node(-1, None, None, None), *(Node(k, p, f, NOON + m * 60_000) for k, (f, p, m, _) in SAID.items())]
GHOSTS = {-1: Ghost("77", "twitter", handle="old_quay", time=NOON - 3_600_000, replies=1)}


def entry(key: Key, **more: object) -> Entry:
    face, parent, minute, text = SAID[key]
    post = Post(
        str(key), "test", author=face.id, handle=face.handle, name=face.name, time=NOON + minute * 60_000, text=text,
        reply_to=str(parent) if parent else None, reply_author=Ref("9"),
    )  # fmt: skip
    return Entry(key, Place(post.time or 0, key), post, face, parent, None, 2, 0)


class Holder(Alone):
    """Answers the chain's wishes as the browse screen does, and remembers what the chain said."""

    widget: ReplyChain

    @on(ReplyChain.TextsNeeded)
    def answer(self, message: ReplyChain.TextsNeeded) -> None:
        self.said.append(message)
        self.widget.texts({key: entry(key) for key in message.keys if key in SAID})

    @on(ReplyChain.Moved)
    @on(ReplyChain.Opened)
    def hear(self, message: ReplyChain.Moved | ReplyChain.Opened) -> None:
        self.said.append(message)


def rows_of(chain: ReplyChain) -> list[str]:
    """The rows, without the heading and the fences of right-to-left text."""
    return [line.replace("\u200e", "") for line in lines(chain)[1:]]


async def show(pilot: Pilot[None], at: Key = 2, nodes: Sequence[Node] = NODES, truncated: bool = False) -> ReplyChain:
    chain = pilot.app.query_one(ReplyChain)
    chain.show(nodes, GHOSTS, at, truncated)
    await pilot.pause()
    await pilot.pause()
    return chain


def holder(ascii: bool = False) -> Holder:
    return Holder(ReplyChain(Look(80, glyphs=ASCII if ascii else UNICODE), DARK))


@awaited
async def test_the_chain_shows_the_conversation_with_its_ghost_and_the_post_of_the_timeline() -> None:
    async with holder().run_test(size=(80, 24)) as pilot:
        chain = await show(pilot)
        drawn = rows_of(chain)
        assert lines(chain)[0].startswith("─ Chain · 8 posts · 4 accounts · 48 min · 1 missing ──")
        assert drawn[0].split() == ["○", "@old_quay", "~11:00", "not", "in", "this", "archive"]
        assert drawn[1].startswith("▌ ● Mira Okafor") and "14:07  Ferry desk" in drawn[1]
        assert drawn[2].startswith("  ├─┬ Jon Vale") and drawn[2].endswith("14:09  Again? Third time this week.")
        assert drawn[3].startswith("  │ └ Mira Okafor")


@awaited
async def test_the_columns_keep_their_place_from_row_to_row() -> None:
    async with holder().run_test(size=(80, 24)) as pilot:
        drawn = rows_of(await show(pilot))[1:9]
        for row, (_, _, minute, _) in zip(drawn, SAID.values(), strict=True):
            clock = f"{12 + minute // 60}:{minute % 60:02d}"
            assert cells(row[: row.index(f"  {clock}  ")]) == cells(drawn[0][: drawn[0].index("  14:07  ")])


@awaited
async def test_the_day_is_told_only_where_it_changes_and_the_columns_stay() -> None:
    nodes = [Node(1, None, MIRA, NOON), *(Node(key, key - 1, JON, NOON + key // 3 * DAY) for key in range(2, 9))]
    async with holder().run_test(size=(46, 24)) as pilot:
        chain = await show(pilot, at=1, nodes=nodes)
        for node in nodes:
            post = Post(str(node.key), "test", name="Jon Vale", time=node.time, text="Again?")
            place = Place(node.time or 0, node.key)
            chain.texts({node.key: Entry(node.key, place, post, JON, node.parent, None, 1, 0)})
        told = rows_of(chain)[:8]
        assert [row.partition("12:00  ")[2] for row in told] == [
            "3 Jun · Again?", "Again?", "4 Jun · Again?", "Again?", "Again?", "5 Jun · Again?", "Again?", "Again?",
        ]  # fmt: skip
        assert len({row.index("12:00") for row in told}) == 1
        await pilot.resize_terminal(46, 6)
        chain.action_line_down(1)
        assert rows_of(chain)[0].endswith("3 Jun · Again?"), "the topmost row in sight says its day"


@awaited
async def test_without_a_post_the_chain_is_empty_and_says_so() -> None:
    async with holder().run_test(size=(80, 24)) as pilot:
        chain = await show(pilot)
        chain.clear()
        assert lines(chain)[0].startswith("─ Chain ──")
        assert "\n".join(rows_of(chain)).split() == ["There", "is", "no", "post,", "and", "so", "no", "chain."]
        assert rows_of(await show(pilot))[1].startswith("▌ ● Mira Okafor")


@awaited
async def test_the_chains_own_cursor_moves_along_replies_parents_and_siblings() -> None:
    async with holder().run_test(size=(80, 24)) as pilot:
        chain = await show(pilot)
        for action, count, expected in (
            ("first_reply", None, 3), ("next_sibling", None, 5), ("previous_sibling", None, 3), ("expand", None, 4),
            ("parent", None, 3), ("first_reply", 9, 4), ("root", None, -1), ("last", None, 9), ("first", None, -1),
            ("last", 3, 3), ("down", 2, 5), ("up", None, 4), ("page_down", None, 9), ("page_up", None, -1),
            ("down", 999_999_999, 9), ("next_sibling", 50, 9), ("up", 999_999_999, -1),
        ):  # fmt: skip
            getattr(chain, f"action_{action}")(count)
            assert chain.cursor == expected, action


@awaited
async def test_it_says_where_the_cursor_went_and_what_was_opened() -> None:
    app = holder()
    async with app.run_test(size=(80, 24)) as pilot:
        chain = await show(pilot)
        chain.action_first_reply()
        chain.action_open()
        await pilot.pause()
        assert [(type(said), said.key) for said in app.said[-2:]] == [(ReplyChain.Moved, 3), (ReplyChain.Opened, 3)]  # type: ignore[attr-defined]


@awaited
async def test_folds_hide_replies_and_say_how_many() -> None:
    async with holder().run_test(size=(80, 24)) as pilot:
        chain = await show(pilot, at=7)
        chain.action_fold()
        await pilot.pause()
        assert chain.cursor == 7
        assert "2 hidden · [link=x]" in rows_of(chain)[6]
        assert rows_of(chain)[7] == ""
        chain.action_toggle_fold()
        chain.action_down()
        chain.action_collapse()
        chain.action_collapse()
        assert "2 hidden" in rows_of(chain)[6]
        chain.action_fold_all()
        assert sum("hidden" in row for row in rows_of(chain)) == 3
        chain.mark(9)
        assert sum("hidden" in row for row in rows_of(chain)) == 2
        chain.action_unfold_all()
        assert not any("hidden" in row for row in rows_of(chain))


@awaited
async def test_another_post_of_the_same_conversation_moves_only_the_mark() -> None:
    app = holder()
    async with app.run_test(size=(80, 24)) as pilot:
        chain = await show(pilot)
        asked = len(app.said)
        chain.action_last(2)
        assert chain.mark(8)
        assert not chain.mark(1234)
        await show(pilot, at=8)
        assert [row[:12] for row in rows_of(chain) if "●" in row] == ["    ├─● Jon "]
        assert rows_of(chain)[1].startswith("▌")  # the focused chain keeps its own cursor
        assert not [said for said in app.said[asked:] if isinstance(said, ReplyChain.TextsNeeded)]


@awaited
async def test_only_the_posts_in_sight_are_asked_for_and_only_once() -> None:
    nodes = [Node(1, None, MIRA, NOON), *(Node(key, key - 1, MIRA, NOON) for key in range(2, 4001))]
    app = holder()
    async with app.run_test(size=(80, 11)) as pilot:
        chain = await show(pilot, at=2_000, nodes=nodes)
        wishes = [said.keys for said in app.said if isinstance(said, ReplyChain.TextsNeeded)]
        assert all(len(keys) <= 10 for keys in wishes) and 2_000 in wishes[-1]
        assert len(wishes) <= 2  # the posts never come, and are not asked for again and again
        chain.action_last()
        await pilot.pause()
        assert 4_000 in [said.keys for said in app.said if isinstance(said, ReplyChain.TextsNeeded)][-1]


@awaited
async def test_a_huge_conversation_is_cut_and_says_so() -> None:
    nodes = [Node(1, None, MIRA, NOON), *(Node(key, 1, JON, NOON + key) for key in range(2, MOST + 100))]
    async with holder().run_test(size=(80, 20)) as pilot:
        chain = await show(pilot, at=1, nodes=nodes)
        assert lines(chain)[0].startswith("─ Chain · first 5,000 posts")
        chain.action_last()
        await pilot.pause()
        assert rows_of(chain)[17].startswith("  … only the first 5,000 posts are drawn")


@awaited
async def test_a_post_alone_says_so() -> None:
    async with holder().run_test(size=(80, 20)) as pilot:
        chain = await show(pilot, at=8, nodes=[Node(8, None, JON, NOON)])
        assert rows_of(chain)[0].startswith("▌ ● Jon Vale")
        assert rows_of(chain)[2].strip() == "No reply to it is in this archive."


@awaited
async def test_hostile_text_is_neither_markup_nor_sent_raw() -> None:
    async with holder().run_test(size=(80, 24)) as pilot:
        chain = await show(pilot)
        assert "[bold]Bo[/oops]" in rows_of(chain)[6] and "[link=x]y[/link]" in rows_of(chain)[6]
        assert controls(chain) == ""


@awaited
async def test_a_closed_warning_and_unknown_texts_are_said_in_words() -> None:
    async with holder().run_test(size=(80, 24)) as pilot:
        chain = await show(pilot)
        post = msgspec.structs.replace(entry(3).post, warning="storm damage")
        absent = msgspec.structs.replace(entry(4).post, text="", text_status="absent")
        silent = msgspec.structs.replace(entry(6).post, text="", media=(Media(alt="a crane"),), deleted=0)
        for key, changed in ((3, post), (4, absent), (6, silent)):
            chain.texts({key: msgspec.structs.replace(entry(key), post=changed)})
        assert rows_of(chain)[2].endswith("! storm damage")
        assert rows_of(chain)[3].endswith("the text is not known")
        assert rows_of(chain)[5].endswith("deleted · ▣ photo: a crane")


@awaited
async def test_a_repost_names_whose_words_it_repeats() -> None:
    async with holder().run_test(size=(80, 24)) as pilot:
        chain = await show(pilot)
        again = msgspec.structs.replace(entry(3).post, is_repost=True, text="Sorry.", reply_to=None, reply_author=None)
        chain.texts({3: msgspec.structs.replace(entry(3), post=again, original=Quoted(4, MIRA, "Sorry."))})
        assert rows_of(chain)[2].endswith("⟲ Mira Okafor: Sorry.")


@pytest.mark.parametrize("size", [(30, 5), (60, 16), (31, 1), (200, 60), (1, 1), (8, 3)])
def test_every_line_has_the_panes_width_at_any_size(size: tuple[int, int]) -> None:
    @awaited
    async def drive() -> None:
        async with holder().run_test(size=size) as pilot:
            chain = await show(pilot, at=8)
            drawn = [chain.render_line(y) for y in range(chain.size.height)]
            assert all(strip.cell_length == size[0] for strip in drawn)
            assert all(cells(strip.text) == size[0] for strip in drawn)
            if size[1] > 1 and size[0] > 20:
                assert any("●" in strip.text for strip in drawn)

    drive()


@awaited
async def test_a_resize_while_running_keeps_the_cursor_in_sight() -> None:
    nodes = [Node(1, None, MIRA, NOON), *(Node(key, key - 1, MIRA, NOON) for key in range(2, 201))]
    async with holder().run_test(size=(100, 40)) as pilot:
        chain = await show(pilot, at=150, nodes=nodes)
        for size in ((60, 16), (120, 50), (40, 3)):
            await pilot.resize_terminal(*size)
            assert sum("●" in line for line in lines(chain)) == 1


@awaited
async def test_without_utf8_everything_that_is_ours_is_ascii() -> None:
    plain = [node for node in NODES if node.key < 5]
    async with holder(ascii=True).run_test(size=(80, 24)) as pilot:
        chain = await show(pilot, nodes=plain)
        assert "".join(lines(chain)).isascii()


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0, "0 s"), (999, "0 s"), (61_000, "1 min"), (7_980_000, "2 h 13 min"), (DAY, "1 day"),
        (DAY * 3 + 4 * 3_600_000, "3 days 4 h"), (DAY * 800, "2 years 69 days"), (3_600_000 * 5 + 30_000, "5 h"),
    ],
)  # fmt: skip
def test_a_length_of_time_has_at_most_two_units(ms: int, words: str) -> None:
    assert lasting(ms) == words


def test_times_say_no_more_than_the_conversation_needs_and_no_more_than_is_known() -> None:
    look = Look(80)
    post = entry(2).post
    one_day = Columns(NODES, look)
    days = Columns([*NODES, Node(20, 2, MIRA, NOON + 3 * DAY)], look)
    years = Columns([*NODES, Node(20, 2, MIRA, NOON + 400 * DAY)], look)
    assert [columns.time(post) for columns in (one_day, days, years)] == ["14:07"] * 3
    assert [columns.day(post.time) for columns in (one_day, days, years)] == ["", "3 Jun", "3 Jun 2021"]
    for precision, words in (("day", "3 Jun"), ("month", "2021"), ("year", "2021"), ("unknown", "")):
        coarse = msgspec.structs.replace(post, precision=precision)
        assert [columns.time(coarse) for columns in (one_day, days, years)] == [words] * 3
    assert one_day.time(msgspec.structs.replace(post, time=None)) == ""
