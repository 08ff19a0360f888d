"""A conversation's nodes as a flat list of rows with rails: a single path stays on its rail, only a fork indents.

Every node stands once. Replies follow their post in the order given; where the author replies to themself, that reply
carries the rail on after the other replies. A parent that is not among the nodes makes a root; a cycle in damaged data
is cut at its first node. Nothing here recurses, so a path of thousands of replies is as good as a short one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import msgspec

from rejoinder.archive.protocol import Key, Node

LEVELS = 48
"""Rails that a row remembers; a deeper row draws its innermost ones."""
_MASK = (1 << LEVELS) - 1
ASCII_TWIN = str.maketrans("┌┬├└│─●○▸·…", "++|`|-*o+- ")


class Row(msgspec.Struct, frozen=True):
    """One line of the drawn tree."""

    key: Key
    level: int
    """How many forks stand above."""
    rails: int
    """Bit i set: the rail i levels outside of this row's own goes on below it (0 is the innermost)."""
    branch: bool
    """One of several replies: it hangs on the rail of its parent. Else it stands on its parent's rail, or is a root."""
    root: bool
    below: bool
    """The row's own rail goes on."""
    hidden: int = 0
    """How many posts its fold hides."""


class Tree(msgspec.Struct, frozen=True):
    """Who replies to whom in one conversation, without cycles; every node is under exactly one root."""

    nodes: Mapping[Key, Node]
    roots: tuple[Key, ...]
    parents: Mapping[Key, Key]
    replies: Mapping[Key, Sequence[Key]]
    """In the order in which they are drawn: those that fork, then the one that carries the rail on."""
    carriers: frozenset[Key]
    """Replies that stay on their parent's rail: the only one, or the author's reply to themself."""
    sizes: Mapping[Key, int]
    """Posts in the subtree, the post itself included."""

    def siblings(self, key: Key) -> Sequence[Key]:
        """The replies to the same post, this one included; for a root, the roots."""
        parent = self.parents.get(key)
        return self.roots if parent is None else self.replies[parent]

    def ancestors(self, key: Key) -> Iterator[Key]:
        """From the parent up to the root."""
        parent = self.parents.get(key)
        while parent is not None:
            yield parent
            parent = self.parents.get(parent)


def plant(nodes: Sequence[Node]) -> Tree:
    """The tree of these nodes."""
    known = {node.key: node for node in nodes}
    parents = {key: node.parent for key, node in known.items() if node.parent is not None and node.parent in known}
    for cut in _cuts(known, parents):
        del parents[cut]
    replies: dict[Key, list[Key]] = {}
    for key in known:
        if key in parents:
            replies.setdefault(parents[key], []).append(key)
    carriers = {parent: own for parent, below in replies.items() if (own := _carrier(parent, below, known)) is not None}
    for parent, own in carriers.items():
        replies[parent].remove(own)
        replies[parent].append(own)
    roots = tuple(key for key in known if key not in parents)
    return Tree(known, roots, parents, replies, frozenset(carriers.values()), _sizes(roots, replies))


def rows(tree: Tree, folded: Collection[Key] = frozenset()) -> list[Row]:
    """The rows from top to bottom; what hangs below a folded post is left out."""
    drawn: list[Row] = []
    waiting = [(key, 0, 0, False) for key in reversed(tree.roots)]
    while waiting:
        key, level, rails, branch = waiting.pop()
        below = tree.replies.get(key, ())
        is_folded = bool(below) and key in folded
        shown = () if is_folded else below
        hidden = tree.sizes[key] - 1 if is_folded else 0
        drawn.append(Row(key, level, rails, branch, key not in tree.parents, bool(shown), hidden))
        for place in range(len(shown) - 1, -1, -1):
            if shown[place] in tree.carriers:
                waiting.append((shown[place], level, rails, False))
            else:
                goes_on = place < len(shown) - 1
                waiting.append((shown[place], level + 1, (rails << 1 | goes_on) & _MASK, True))
    return drawn


def prefix(row: Row, sign: str = "", levels: int = LEVELS) -> str:
    """The rails before a row and its own sign, two cells a level: `│ ├─┬`; at most `levels` of the innermost ones.

    `sign` replaces the row's own joint (`●` the post of the timeline, `○` a ghost, `▸` a fold).
    """
    depth = min(row.level, levels)
    dropped = "…" if row.level > depth else ""
    outer = "".join("│ " if row.rails >> place & 1 else "  " for place in range(depth - 1, 0, -1))
    if depth:
        outer += ("├─" if row.rails & 1 else "└─") if row.branch else ("│ " if row.rails & 1 else "  ")
    if dropped and outer:
        outer = dropped + outer[1:]
    return outer + (sign or joint(row))


def joint(row: Row) -> str:
    """Where a row sits on its rail."""
    if row.root:
        return "┌" if row.below else "·"
    if row.branch:
        return "┬" if row.below else "─"
    return "│" if row.below else "└"


def _carrier(key: Key, below: Sequence[Key], nodes: Mapping[Key, Node]) -> Key | None:
    """The reply that stays on the rail: the only one, else the first by the same author; None: all of them fork."""
    if len(below) == 1:
        return below[0]
    author = nodes[key].author
    if author is None or not author.account:  # two who are not known may be two
        return None
    own = (reply for reply in below if (face := nodes[reply].author) is not None and face.account == author.account)
    return next(own, None)


def _cuts(known: Mapping[Key, Node], parents: Mapping[Key, Key]) -> list[Key]:
    """For each cycle, its first node in the order given: there it is cut."""
    order = {key: place for place, key in enumerate(known)}
    settled: set[Key] = set()
    cuts: list[Key] = []
    for key in known:
        path: dict[Key, None] = {}
        here: Key | None = key
        while here is not None and here not in settled and here not in path:
            path[here] = None
            here = parents.get(here)
        if here is not None and here in path:
            way = list(path)
            cuts.append(min(way[way.index(here) :], key=order.__getitem__))
        settled.update(path)
    return cuts


def _sizes(roots: Sequence[Key], replies: Mapping[Key, Sequence[Key]]) -> dict[Key, int]:
    """Subtree sizes, summed from the leaves up."""
    order = list(roots)
    for key in order:
        order.extend(replies.get(key, ()))
    sizes: dict[Key, int] = {}
    for key in reversed(order):
        sizes[key] = 1 + sum(sizes[reply] for reply in replies.get(key, ()))
    return sizes
