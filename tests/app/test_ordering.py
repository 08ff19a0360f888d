"""The timeline in another order than that of time: `order:` in a filter."""

from __future__ import annotations

import pytest
from tests.app.test_browse import Reader, reading
from tests.app.test_browse import awaited as awaited_test
from tests.app.town import town
from tests.conftest import make_post

from rejoinder.app import ordering
from rejoinder.records import Post


def harbour(posts: int = 300) -> list[Post]:
    """Posts of which the 7th, 14th … have a ferry, and every one some likes, in no order."""
    return [make_post(n, "ada", "ferry" if n % 7 == 0 else "quay", likes=n * 37 % 101) for n in range(1, posts + 1)]


def liked(posts: list[Post]) -> list[str]:
    return [post.id for post in sorted(posts, key=lambda post: (-(post.likes or 0), int(post.id)))]


async def filtered(reader: Reader, text: str) -> None:
    await reader.press("ampersand")
    await reader.type(text)
    await reader.press("enter")


async def walked(reader: Reader, key: str, steps: int) -> list[str]:
    found = [reader.id]
    for _ in range(steps):
        await reader.press(key)
        found.append(reader.id)
    return found


@awaited_test
async def test_the_most_liked_are_shown_first_and_the_cursor_goes_down_to_the_less_liked() -> None:
    posts = harbour()
    wanted = liked([post for post in posts if post.text == "ferry"])
    async with reading(posts) as reader:
        await filtered(reader, "ferry order:likes")
        assert await walked(reader, "j", 9) == wanted[:10]
        await reader.press("G")
        assert reader.id == wanted[-1]
        assert (await walked(reader, "k", 5)) == wanted[-6:][::-1]
        await reader.press("5", "0", "percent_sign")
        assert reader.id == wanted[round((len(wanted) - 1) / 2)]
        await reader.press("g")
        assert reader.id == wanted[0]


@awaited_test
async def test_the_newest_are_shown_first_and_without_the_filter_time_is_back() -> None:
    posts = town(400)
    async with reading(posts) as reader:
        await filtered(reader, "order:new")
        assert await walked(reader, "j", 5) == [post.id for post in posts[::-1][:6]]
        await reader.press("G")
        assert reader.id == posts[0].id
        await reader.press("escape")
        assert await walked(reader, "j", 3) == [post.id for post in posts[:4]]


@awaited_test
async def test_n_goes_to_the_next_hit_in_the_order_that_is_shown() -> None:
    posts = harbour()
    order = liked(posts)
    hits = [id for id in order if int(id) % 7 == 0]
    async with reading(posts, (120, 40)) as reader:
        await filtered(reader, "order:likes")
        await reader.press("slash")
        await reader.type("ferry")
        await reader.press("enter")
        assert await walked(reader, "n", 4) == hits[:5]
        assert f"hit 5 of {len(hits)}" in reader.text
        await reader.press("N")
        assert reader.id == hits[3]


@awaited_test
async def test_conversations_stand_together_and_long_lists_go_on_at_both_ends() -> None:
    posts = town(900)
    async with reading(posts) as reader:
        await filtered(reader, "order:conversation")
        archive = reader.screen._archive
        order = [
            entry.post.id for entry in archive.posts(archive.ordered(reader.screen._reader.condition, "conversation"))
        ]
        assert reader.id == order[0]
        for _ in range(30):
            await reader.press("pagedown")
        here = order.index(reader.id)
        assert here > 120
        assert await walked(reader, "j", 3) == order[here : here + 4]
        await reader.press("G")
        assert reader.id == order[-1]


@awaited_test
async def test_too_many_posts_stay_in_the_order_of_time_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ordering, "MOST", 100)
    posts = harbour()
    async with reading(posts, (100, 24)) as reader:
        await reader.press("g")
        await filtered(reader, "quay order:likes")
        assert "are too many for order:likes" in reader.text
        times = [post.id for post in posts if post.text == "quay"]
        assert await walked(reader, "j", 3) == times[:4]


@awaited_test
async def test_a_find_has_no_order_and_says_so() -> None:
    async with reading(town(60)) as reader:
        await reader.press("slash")
        await reader.type("ferry order:likes")
        await reader.press("enter")
        assert "Only a filter has an order: & filters." in reader.text
