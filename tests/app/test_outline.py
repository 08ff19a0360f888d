from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.app.test_tree import conversations

from rejoinder.app.outline import Outline

moves = st.one_of(
    st.tuples(st.sampled_from(["move", "page", "scroll", "align", "goto", "to_sibling"]), st.integers(-30, 30)),
    st.tuples(st.sampled_from(["to_parent", "to_reply"]), st.integers(1, 5)),
    st.tuples(st.sampled_from(["to_root", "fold", "unfold", "fold_all", "unfold_all"]), st.none()),
)


@given(conversations(), st.integers(1, 8), st.integers(0, 1), st.lists(moves, max_size=20))
def test_whatever_is_done_the_cursor_is_on_a_row_in_the_window_and_no_line_is_wasted(
    nodes: list, height: int, tail: int, done: list[tuple[str, int | None]]
) -> None:
    outline = Outline(nodes, tail)
    outline.height = height
    for name, argument in done:
        getattr(outline, name)(*([] if argument is None else [argument]))
        if not nodes:
            assert outline.cursor is None
            continue
        assert 0 <= outline.place < len(outline.rows)
        assert outline.top <= outline.place < outline.top + height
        assert 0 <= outline.top <= max(0, len(outline.rows) + tail - height)


@given(conversations(), st.data())
def test_a_post_that_is_gone_to_is_never_left_in_a_fold(nodes: list, data: st.DataObject) -> None:
    outline = Outline(nodes)
    outline.fold_all()
    for node in nodes:
        outline.to(node.key)
        assert outline.cursor == node.key


@given(conversations())
def test_folding_and_unfolding_all_brings_every_row_back(nodes: list) -> None:
    outline = Outline(nodes)
    before = list(outline.rows)
    outline.fold_all()
    outline.unfold_all()
    assert outline.rows == before


@given(conversations())
def test_the_root_is_where_no_parent_leads_further(nodes: list) -> None:
    outline = Outline(nodes)
    for node in nodes:
        outline.to(node.key)
        outline.to_root()
        root = outline.cursor
        outline.to_parent()
        assert outline.cursor == root
        assert root in outline.tree.roots
