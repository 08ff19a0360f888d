"""Hits are marked wherever the post is to be seen: in the timeline, in the chain, in the post in full."""

from __future__ import annotations

from tests.app.pictures import awaited
from tests.app.test_browse import follow, reading
from tests.app.town import town
from textual.widget import Widget

from rejoinder.app.widgets.post_view import PostView
from rejoinder.app.widgets.reply_chain import ReplyChain


def marked(widget: Widget) -> set[str]:
    """The words that stand out as hits."""
    return {
        segment.text.lower()
        for y in range(widget.size.height)
        for segment in widget.render_line(y)
        if segment.style is not None and segment.style.underline
    }


@awaited
async def test_a_word_that_is_found_stands_out_in_every_pane_and_no_more_once_it_is_cleared() -> None:
    async with reading(town(120), (160, 40)) as reader:
        await reader.press("slash")
        await reader.type("ferry")
        await reader.press("enter")
        await follow(reader)
        chain = reader.screen.query_one(ReplyChain)
        assert marked(reader.timeline) == {"ferry"}
        assert marked(chain) == {"ferry"}
        await reader.press("enter")
        assert marked(reader.screen.query_one(PostView)) == {"ferry"}
        await reader.press("escape", "escape")
        assert marked(reader.timeline) == marked(chain) == set()
