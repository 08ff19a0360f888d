"""A post as lines: what a card says, and that none of it is wider than the card."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.app.direction import LRM
from rejoinder.app.glyphs import ASCII
from rejoinder.app.layout import Look, card, short_number
from rejoinder.app.moments import zone
from rejoinder.app.wrapping import cells
from rejoinder.archive.protocol import Entry, Face, Place, Quoted
from rejoinder.records import Media, Post, Ref

NOON = 1_622_721_600_000
"""3 June 2021, 12:00 UTC."""
MIRA = Face(1, "11", "mira_o", "Mira Okafor")
JON = Face(2, "12", "jonvale", "Jon Vale")


def make(text: str = "Tickets stay valid.", replies: int = 0, original: Quoted | None = None, **more: object) -> Entry:
    fields = {
        "id": "1",
        "platform": "test",
        "handle": "mira_o",
        "name": "Mira Okafor",
        "time": NOON,
        "text": text,
        **more,
    }
    post = Post(**fields)  # type: ignore[arg-type]
    addressee = JON if post.reply_to else None
    return Entry(1, Place(NOON, 1), post, MIRA, 2 if post.reply_to else None, addressee, 1, replies, original)


def shown(entry: Entry, width: int = 76, opened: bool = False, **look: object) -> list[str]:
    lines = card(entry, Look(width, **look), opened)  # type: ignore[arg-type]
    return ["".join(text for text, _ in line).rstrip() for line in lines]


def test_the_head_names_author_addressee_time_and_counts() -> None:
    head, body = shown(make(replies=12, likes=1_234, reposts=3, reply_to="9"))
    assert head.startswith("Mira Okafor @mira_o  ↰ Jon Vale  ")
    assert head.endswith("12:00    ↳12  ♥1.2k     ⟲3")
    assert body == "Tickets stay valid."


def test_the_columns_at_the_right_keep_their_place() -> None:
    for name, likes in (("Mira", None), ("港の猫", 7), ("x" * 90, 99_999)):
        head = card(make(name=name, likes=likes, replies=3), Look(76))[0]
        before = next(n for n, (text, _) in enumerate(head) if "12:00" in text)
        assert sum(cells(text) for text, _ in head[: before + 1]) == 76 - 21


@pytest.mark.parametrize("width", [55, 67, 75])
def test_counts_keep_their_room_and_names_are_cut_before_them(width: int) -> None:
    head = shown(make(name="Margarethe " * 9, replies=12, likes=1_234, reposts=3, reply_to="9"), width)[0]
    assert head.endswith("12:00    ↳12  ♥1.2k     ⟲3")
    assert "…" in head


def test_who_answers_a_post_of_their_own_is_told_in_plain_words() -> None:
    entry = msgspec.structs.replace(make(reply_to="9"), addressee=MIRA)
    assert shown(entry)[0].startswith("Mira Okafor @mira_o  ↰ own post  ")


def test_two_who_are_not_known_are_not_taken_for_one() -> None:
    nobody = Face(0, "?", "", "")
    entry = msgspec.structs.replace(make(reply_to="9"), author=nobody, addressee=nobody)
    assert "own post" not in shown(entry)[0]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"precision": "day"}, "3 Jun"),
        ({"precision": "month"}, "Jun 2021"),
        ({"precision": "year"}, "2021"),
        ({"precision": "unknown"}, "no time"),
        ({"time": None}, "no time"),
        ({"time": 10**17}, "no time"),
        ({"clock": "claimed"}, "~12:00"),
    ],
)
def test_a_time_is_as_exact_as_it_is_known(more: dict[str, object], words: str) -> None:
    assert words in shown(make(**more))[0]


def test_a_day_of_the_source_stays_that_day_in_every_zone() -> None:
    midnight = NOON - NOON % 86_400_000
    assert "3 Jun" in shown(make(time=midnight, precision="day"), zone=zone("America/Los_Angeles"))[0]
    assert "17:00" in shown(make(time=midnight), zone=zone("America/Los_Angeles"))[0]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"text_status": "paraphrase"}, "a paraphrase, not the words of the post"),
        ({"text_status": "partial"}, "only a part of the text is known"),
        ({"text_status": "absent", "text": ""}, "the text is not known"),
        ({"deleted": 0}, "deleted"),
        ({"deleted": NOON}, "deleted 3 Jun 2021 12:00 UTC"),
        ({"edited": NOON}, "edited 3 Jun 2021 12:00 UTC"),
        ({"context": True}, "here because others refer to it"),
        ({"reply_to": "9", "reply_asserted": True}, "that it is a reply is said by another source"),
        ({"visibility": "direct"}, "a direct message"),
    ],
)
def test_what_is_inferred_or_missing_is_said_in_words(more: dict[str, object], words: str) -> None:
    assert shown(make(**more))[-1] == words


def test_media_say_what_they_show() -> None:
    lines = shown(make(media=(Media(alt="empty quay\nin the rain"), Media(), Media(), Media(kind="video"))))
    assert lines[2:] == ["▣ photo: empty quay in the rain", "▣ 2 photos, video, not described"]


def test_a_quote_shows_a_glimpse_or_says_that_it_is_not_here() -> None:
    here = Quoted(2, JON, "Again? " * 40)
    assert shown(make(quote="2", original=here))[2].startswith("┆ Jon Vale: Again? Again?")
    assert shown(make(quote="2"))[2] == "┆ quotes a post that is not in this archive"
    assert "by @jonvale" in shown(make(quote="2", quote_author=Ref(handle="jonvale")))[2]


def test_a_repost_is_headed_by_its_author_and_says_who_reposted() -> None:
    lines = shown(make("Again?", repost="2", is_repost=True, original=Quoted(2, JON, "Again?")))
    assert lines[0] == "⟲ Mira Okafor reposted"
    assert lines[1].startswith("Jon Vale @jonvale")
    assert "@ferry" in shown(make(is_repost=True, repost_author=Ref(handle="ferry")))[1]


def test_a_warning_hides_text_media_and_quote_until_it_is_opened() -> None:
    entry = make("Eight legs.", warning="spiders", sensitive=True, media=(Media(alt="a spider"),))
    assert shown(entry)[1:] == ["! spiders … Enter"]
    assert shown(make("Eight legs.", sensitive=True))[1:] == ["! marked as sensitive … Enter"]
    assert shown(entry, opened=True)[1:] == ["! spiders", "Eight legs.", "▣ photo: a spider"]
    assert shown(entry, open_warnings=True)[1:] == ["! spiders", "Eight legs.", "▣ photo: a spider"]


def test_only_a_post_longer_than_fifteen_lines_is_cut_and_says_so() -> None:
    assert shown(make("\n".join("abcdefghijklmno")))[1:] == list("abcdefghijklmno")
    lines = shown(make("\n".join(map(str, range(57)))))
    assert lines[1:] == [*map(str, range(14)), "… 43 more lines, Enter"]
    assert len(shown(make("\n".join(map(str, range(57)))), cap=0)) == 58


def test_right_to_left_paragraphs_stand_at_the_right_and_are_fenced() -> None:
    lines = card(make("plain\nهل التذاكر صالحة غداً؟"), Look(40, reorders=False))
    assert lines[1][0][0] == "plain"
    text = "".join(text for text, _ in lines[2])
    assert text.startswith(LRM + " ")
    assert text.endswith(LRM)
    assert cells(text) == 40


def test_hits_are_marked_where_they_stand_even_over_a_line_break() -> None:
    text = "aaa bbb ccc"
    lines = card(make(text), Look(7, hits=lambda _: [(4, 11)]))
    assert lines[1] == (("aaa ", ""), ("bbb", "hit"))
    assert lines[2] == (("ccc", "hit"),)


@given(st.text(max_size=60), st.text(max_size=200), st.integers(12, 120), st.booleans(), st.booleans())
def test_no_line_is_wider_than_the_card(name: str, text: str, width: int, reply: bool, ascii: bool) -> None:
    entry = make(
        text, 123_456, Quoted(2, Face(3, "3", name, name), text), name=name, handle=name, quote="2", likes=10**9,
        reposts=10**7, reply_to="9" if reply else None, media=(Media(alt=text),), deleted=NOON, context=True,
    )  # fmt: skip
    look = Look(width, glyphs=ASCII) if ascii else Look(width)
    for line in card(entry, look):
        joined = "".join(text for text, _ in line)
        assert cells(joined) <= width or cells(joined.strip()) <= 2
        assert "\n" not in joined
        assert "\x1b" not in joined


@given(st.integers(0, 10**13))
def test_short_numbers_have_at_most_four_signs(count: int) -> None:
    assert len(short_number(count)) <= 4


def test_a_look_is_only_told_once() -> None:
    assert msgspec.structs.replace(Look(80), width=40) == Look(40)
