"""Which pairs are shown, and in which order (sqlite/choosing.py), as one question: the pairs stay where they lie."""

from __future__ import annotations

from collections.abc import Iterator

from rejoinder.archive.clickhouse.compile import among
from rejoinder.archive.protocol import Choice, PairSort
from rejoinder.archive.sqlite.choosing import FALLING
from rejoinder.archive.sqlite.schema import PAIR

_OF_WAITER, _OF_ANSWERER = "if(b_answers, a_{0}, b_{0})", "if(b_answers, b_{0}, a_{0})"
_WAITER, _ANSWERER = "if(b_answers, a, b)", "if(b_answers, b, a)"
_KEYS: dict[PairSort, str] = {
    "waited": _OF_ANSWERER.format("waited"),
    "answer": _OF_ANSWERER.format("answer"),
    "a_to_b": _OF_WAITER.format("addresses"),
    "b_to_a": _OF_ANSWERER.format("addresses"),
    "first": "first",
    "turns": "turns",
    "likes": "likes",
    "a": "place",
    "b": "place",
    "habit": "coalesce(answered * 1.0 / nullif(addressed, 0), 0)",
}
"""By what `PairSort` the pairs are sorted; `unanswered` is the order in which they lie."""
_JOINED: dict[PairSort, str] = {
    "a": f"left join place as n on n.account = {_WAITER}",
    "b": f"left join place as n on n.account = {_ANSWERER}",
    "habit": f"left join account as n on n.number = {_ANSWERER}",
}


def source(choice: Choice) -> str:
    """From what the columns of pairs are asked, with all that `order` and `condition` name."""
    b_answers = (
        "a_addresses >= b_addresses"
        if choice.one_way
        else "a_unanswered < b_unanswered or (a_unanswered = b_unanswered "
        "and greatest(a_waited, 0) <= greatest(b_waited, 0))"
    )
    return f"(select at, {', '.join(PAIR)}, {b_answers} as b_answers from pair) as p {_JOINED.get(choice.sort, '')}"


def order(choice: Choice) -> str:
    """In which order the chosen pairs come; of equals, that in which they lie."""
    if choice.sort == "unanswered":
        return f"at {'desc' if choice.reverse else 'asc'}"
    falls = choice.reverse != (choice.sort in FALLING)
    return f"{_KEYS[choice.sort]} {'desc' if falls else 'asc'}, at"


def condition(choice: Choice, answered: int) -> str:
    """What the chosen pairs meet. Of all pairs the first `answered` have an answer."""
    return " and ".join(_parts(choice, answered))


def _parts(choice: Choice, answered: int) -> Iterator[str]:
    yield f"at {'>=' if choice.one_way else '<'} {answered}"
    if choice.ones is not None:
        ends = [among(choice.ones, end) for end in ("a", "b")]
        if choice.others is None:
            yield f"({' or '.join(ends)})"
        else:
            others = [among(choice.others, end) for end in ("b", "a")]
            yield f"({' or '.join(f'({one} and {other})' for one, other in zip(ends, others, strict=True))})"
    if choice.unanswered:
        key = _OF_WAITER.format("addresses") if choice.one_way else _OF_ANSWERER.format("unanswered")
        yield f"{key} >= {choice.unanswered}"
    if choice.addresses:
        yield f"a_addresses + b_addresses >= {choice.addresses}"
    if choice.turns:
        yield f"turns >= {choice.turns}"
    if choice.months:
        active = f"(select key from months group by key having count() >= {choice.months})"
        yield f"a global in {active} and b global in {active}"
