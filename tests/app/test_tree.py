from __future__ import annotations

import time
from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from rejoinder.app.tree import ASCII_TWIN, Row, Tree, joint, plant, prefix, rows
from rejoinder.archive.protocol import Face, Node

FACES = [None, *(Face(n, str(n), f"h{n}", f"Name {n}") for n in range(1, 4))]


def node(key: int, parent: int | None = None, author: int = 0) -> Node:
    return Node(key, parent, FACES[author], key * 1000)


@st.composite
def conversations(draw: st.DrawFn, wild: bool = True) -> list[Node]:
    """Nodes in any order; where `wild`, parents may be anything: missing, the post itself, a cycle."""
    count = draw(st.integers(0, 14))
    keys = draw(st.permutations(range(1, count + 1)))
    nodes = []
    for place, key in enumerate(keys):
        earlier = st.sampled_from(keys[:place]) if place else st.none()
        anything = st.integers(-2, count + 2)
        parent = draw(st.one_of(st.none(), anything if wild else earlier, earlier))
        nodes.append(node(key, parent, draw(st.integers(0, 3))))
    return nodes


def drawing(nodes: list[Node], folded: frozenset[int] = frozenset()) -> list[str]:
    return [f"{prefix(row)} {row.key}" for row in rows(plant(nodes), folded)]


def recursive_drawing(tree: Tree) -> Iterator[str]:
    """The same picture by plain recursion over strings: the judge of `rows` and `prefix`."""

    def draw(key: int, before: str, lead: str, kind: str) -> Iterator[str]:
        below = list(tree.replies.get(key, ()))
        signs = {"root": "┌·", "fork": "┬─", "path": "│└"}[kind]
        yield f"{lead}{signs[0] if below else signs[1]} {key}"
        author = tree.nodes[key].author
        for place, reply in enumerate(below):
            own = (
                author is not None and (face := tree.nodes[reply].author) is not None and face.account == author.account
            )
            last = place == len(below) - 1
            if last and (own or len(below) == 1):
                yield from draw(reply, before, before, "path")
            else:
                yield from draw(reply, before + ("  " if last else "│ "), before + ("└─" if last else "├─"), "fork")

    for root in tree.roots:
        yield from draw(root, "", "", "root")


@given(conversations())
def test_the_rows_are_those_of_a_plain_recursive_drawing(nodes: list[Node]) -> None:
    assert drawing(nodes) == list(recursive_drawing(plant(nodes)))


@given(conversations())
def test_every_post_stands_exactly_once_whatever_the_damage(nodes: list[Node]) -> None:
    tree = plant(nodes)
    assert sorted(row.key for row in rows(tree)) == sorted(n.key for n in nodes)
    assert sum(tree.sizes[root] for root in tree.roots) == len(nodes)


@given(conversations())
def test_only_a_cycle_costs_a_link_and_each_cycle_costs_one(nodes: list[Node]) -> None:
    tree = plant(nodes)
    known = {n.key: n.parent for n in nodes}
    cut = [key for key, parent in known.items() if parent in known and key not in tree.parents]
    assert all(tree.parents[key] == known[key] for key in tree.parents)
    assert len(cut) == len(cycles(known))
    order = list(known)
    for circle in cycles(known):
        assert min(circle, key=order.index) in cut


def cycles(parents: dict[int, int | None]) -> list[frozenset[int]]:
    """All cycles, found by walking from every node as many steps as there are nodes, then once around."""
    found = set()
    for start in parents:
        here: int | None = start
        for _ in parents:
            here = parents.get(here) if here is not None else None
        if here is not None and here in parents:
            circle, at = {here}, parents[here]
            while at != here and at is not None:
                circle.add(at)
                at = parents.get(at)
            found.add(frozenset(circle))
    return sorted(found, key=sorted)


@given(conversations(), st.data())
def test_a_fold_hides_what_hangs_below_and_says_how_many(nodes: list[Node], data: st.DataObject) -> None:
    tree = plant(nodes)
    folded = frozenset(data.draw(st.sets(st.sampled_from(sorted(tree.nodes))))) if nodes else frozenset()
    drawn = rows(tree, folded)
    shown = {row.key for row in drawn}
    assert shown == {key for key in tree.nodes if not folded & set(tree.ancestors(key))}
    assert len(shown) + sum(row.hidden for row in drawn) == len(nodes)


@given(conversations())
def test_the_ascii_drawing_is_ascii_of_the_same_width(nodes: list[Node]) -> None:
    for row in rows(plant(nodes)):
        assert len(prefix(row)) == row.level * 2 + 1
        assert prefix(row).translate(ASCII_TWIN).isascii()


def test_a_single_path_does_not_indent() -> None:
    assert drawing([node(1), node(2, 1), node(3, 2)]) == ["┌ 1", "│ 2", "└ 3"]


def test_only_a_fork_indents() -> None:
    nodes = [node(1), node(2, 1), node(3, 1), node(4, 2), node(5, 2), node(6, 3)]
    assert drawing(nodes) == ["┌ 1", "├─┬ 2", "│ ├── 4", "│ └── 5", "└─┬ 3", "  └ 6"]


def test_the_authors_own_line_stays_on_the_rail_after_the_replies_of_others() -> None:
    nodes = [node(1, None, 1), node(2, 1, 1), node(3, 1, 2), node(4, 2, 1)]
    assert drawing(nodes) == ["┌ 1", "├── 3", "│ 2", "└ 4"]


def test_a_reply_to_a_missing_post_is_a_root_and_a_reply_to_itself_too() -> None:
    assert drawing([node(1, 99), node(2, 2)]) == ["· 1", "· 2"]


def test_a_circle_is_cut_at_its_first_post() -> None:
    assert drawing([node(1, 3), node(2, 1), node(3, 2), node(4, 3)]) == ["┌ 1", "│ 2", "│ 3", "└ 4"]
    assert drawing([node(4, 3), node(1, 3), node(2, 1), node(3, 2)]) == ["┌ 1", "│ 2", "│ 3", "└ 4"]


def test_a_deep_row_shows_its_innermost_rails() -> None:
    nodes = [node(1)]
    for key in range(2, 22, 2):
        nodes += [node(key, key - 1 if key > 2 else 1), node(key + 1, key - 1 if key > 2 else 1)]
    last = rows(plant(nodes))[-1]
    assert prefix(last, levels=3).startswith("…")
    assert len(prefix(last, levels=3)) == 7


def test_a_path_and_a_comb_of_thousands_of_replies_are_drawn_at_once() -> None:
    path = [node(1), *(node(key, key - 1) for key in range(2, 5_001))]
    comb = [node(1)]
    for key in range(2, 5_000, 2):
        comb += [node(key, key - 1), node(key + 1, key - 1)]
    begin = time.perf_counter()
    assert [row.level for row in rows(plant(path))] == [0] * 5_000
    deepest = max(row.level for row in rows(plant(comb)))
    assert deepest == 2_499
    assert time.perf_counter() - begin < 5


def test_signs_replace_the_joint() -> None:
    row = Row(1, 1, 1, branch=True, root=False, below=True)
    assert (prefix(row), prefix(row, "●"), joint(row)) == ("├─┬", "├─●", "┬")
