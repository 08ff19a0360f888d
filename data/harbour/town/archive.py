"""The whole archive put together: stories, letters and everyday, in the order of time, as native records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from town.cast import CAST, NUMBER
from town.days import END, START, moment
from town.dice import Dice
from town.draft import Draft
from town.everyday import Everyday
from town.grammar import Grammar
from town.letters import letters, notices, to_council
from town.passing import (
    Liked,
    from_the_far_side,
    given_likes,
    missing_parents,
    old_manners,
    popularity,
    reposts,
    second_thoughts,
    vanish,
)
from town.routines import ROUTINES, solos
from town.scenes import play, scenes
from town.telling import PLATFORM, Record, number, tell

STORIES = ("ferry", "winter", "storm", "creatures", "pier", "threads", "council", "strike", "union", "smalltalk")
POSTS = 4_012
JOINED = moment("2019-02-20")


def records() -> Iterator[Record]:
    """Everything that posts.jsonl holds: the source, the accounts, the posts, the likes."""
    posts, likes, given = _history()
    yield {
        "type": "source",
        "name": "Skerry",
        "title": "A harbour town that does not exist: an invented archive (see SOURCE.md)",
    }
    yield from _accounts()
    yield from tell(posts, likes, given)
    yield from _likes(given)


def _history() -> tuple[list[Draft], dict[int, int], list[Liked]]:
    grammar, said = Grammar(), Counter[str]()
    posts = _written_out(grammar)
    said.update(post.text for post in posts)
    everyday = Everyday(grammar, said)
    posts += _everyday(grammar, everyday)
    vanish(posts, Dice("vanish"))
    old_manners(posts)
    posts = _in_order(posts)
    likes = popularity([post for post in posts if not post.ghost], Dice("likes"))
    posts += reposts([post for post in posts if _may_travel(post)], likes, Dice("reposts"))
    posts = _in_order(posts)
    posts = _in_order(posts + _filled_up(everyday, POSTS - sum(_collected(post) for post in posts)))
    second_thoughts([post for post in posts if not post.ghost and not post.repost], Dice("second thoughts"))
    likes = popularity([post for post in posts if not post.ghost], Dice("likes again"))
    number(posts)
    return posts, likes, given_likes([post for post in posts if not post.ghost], likes, Dice("given likes"))


def _written_out(grammar: Grammar) -> list[Draft]:
    found: list[Draft] = []
    for name in STORIES:
        dice = Dice(name)
        for scene in scenes(name):
            found += play(scene, grammar, dice)
    return found


def _everyday(grammar: Grammar, everyday: Everyday) -> list[Draft]:
    board = notices(everyday, Dice("notices"))
    found = letters(everyday, board, Dice("letters")) + to_council(everyday, Dice("council letters"))
    dice = Dice("notice answers")
    for kind, notice in board:
        found.append(notice)
        if kind == "general":
            found += everyday.answers(notice, "notice.answer.general", 0.5, dice)
    for routine in (*ROUTINES, *solos()):
        found += everyday.routine(routine, Dice(routine.section))
    return found + missing_parents(grammar, everyday, Dice("ghosts")) + from_the_far_side(everyday, Dice("rail"))


def _filled_up(everyday: Everyday, wanted: int) -> list[Draft]:
    """As many more readings of the mast as are missing to a round number: nobody else can be asked to talk."""
    dice = Dice("filled up")
    found: list[Draft] = []
    first = moment("2019-03-03 18:00")
    while len(found) < wanted:
        time = first + dice.whole(0, (END - first) // 86_400 - 1) * 86_400 + dice.whole(0, 1500)
        draft = everyday.post("wx_skerry", "wx", time, dice)
        if draft is not None:
            found.append(draft)
    return found


def _in_order(posts: list[Draft]) -> list[Draft]:
    """By time; an answer always after what it answers; nothing before the start or after the end."""
    for post in posts:
        for other in (post.parent, post.quote, post.repost):
            if other is not None and post.time <= other.time:
                post.time = other.time + 31
    return sorted((post for post in posts if START <= post.time < END), key=lambda post: post.time)


def _may_travel(post: Draft) -> bool:
    return not (post.ghost or post.repost or "deleted" in post.marks or "context" in post.marks)


def _collected(post: Draft) -> bool:
    return not post.ghost and "context" not in post.marks


def _accounts() -> Iterable[Record]:
    for place, person in enumerate(CAST.values()):
        created = (JOINED + place * 10_333) * 1000
        yield {
            "type": "account", "platform": PLATFORM, "id": NUMBER[person.handle], "handle": person.handle,
            "name": person.name, "created": created, "bio": person.bio,
        }  # fmt: skip


def _likes(given: list[Liked]) -> Iterable[Record]:
    for like in sorted(given, key=lambda like: (like.time, like.post.id)):
        account = {"id": NUMBER[like.who], "handle": like.who}
        yield {"type": "like", "platform": PLATFORM, "post": like.post.id, "account": account, "time": like.time * 1000}
