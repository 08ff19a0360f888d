"""What passes through a timeline: reposts, likes, ghosts, edits and deletions, and posts quoted from the far side."""

from __future__ import annotations

import msgspec

from town.cast import CAST, DOCKERS, FOLK, OFFICE
from town.days import DAY, END, HOUR, START
from town.dice import Dice
from town.draft import Draft
from town.everyday import Everyday, awake
from town.grammar import Grammar
from town.routines import ARRIVED, arrived

GONE = ("bench_three", "saltcellar", "gone_by_noon", "nobodys_oar", "rope_street_22", "the_other_left")
LIKERS = (*FOLK, *ARRIVED, "lampkeeper", "thebuoy", "paperanchor", "lowtidechoir", "lifeboat_skerry")
MANNERLY = ("klaus_o", "fenwick_rowe", "maren_walks", "harbourschool", "kelpco", "wendellp")
REPOSTS = 150


class Liked(msgspec.Struct, frozen=True):
    """A like to be: whose, of which post, when (seconds)."""

    who: str
    post: Draft
    time: int


def vanish(posts: list[Draft], dice: Dice) -> None:
    """Old Quay Whispers takes most posts back: those with answers become ghosts, some of the others stay, marked."""
    answered = {id(post.parent) for post in posts}
    for post in posts:
        if post.who != "old_quay" or post.parent is not None or "deleted" in post.marks or post.ghost:
            continue
        if id(post) in answered and dice.chance(0.7):
            post.marks["ghost"] = ""
        elif dice.chance(0.4):
            post.marks["deleted"] = str(post.time + dice.whole(2, 11) * HOUR)


def missing_parents(grammar: Grammar, everyday: Everyday, dice: Dice) -> list[Draft]:
    """Answers to posts that are not here: deleted ones of the whisperer, and those of people who left."""
    found: list[Draft] = []
    for section, count in (("ghost.re", 44), ("ghost.lost", 10)):
        for place in range(count):
            time = START + int((END - START - 40 * DAY) * (place + 0.5) / count) + 30 * DAY + dice.whole(0, 5 * DAY)
            whom = (
                dice.pick(GONE)
                if section == "ghost.lost"
                else dice.pick(("old_quay", "old_quay", "old_quay", dice.pick(GONE), "?"))
            )
            line = grammar.draw(section, time, dice)
            ghost = Draft(time - dice.whole(HOUR, 9 * HOUR), whom, marks={"ghost": ""})
            for answer in everyday.exchange(ghost, line, dice) if line else []:
                answer.marks["whom"] = whom
                found.append(answer)
            if found and found[-1].parent is ghost and not (section == "ghost.lost" and place % 2):
                found.append(ghost)
    return found


def from_the_far_side(everyday: Everyday, dice: Dice) -> list[Draft]:
    """The railway's posts are here only because the ferry desk quotes them."""
    found: list[Draft] = []
    for place in range(14):
        time = START + (END - START) // 15 * (place + 1) // DAY * DAY + dice.whole(6, 17) * HOUR + dice.whole(0, 3599)
        quoted = everyday.post("farholmrail", "solo.farholmrail", time, dice)
        quoting = everyday.post("mira_o", "ferry.rail", time + dice.whole(200, 2400), dice)
        if quoted is not None and quoting is not None:
            quoted.marks["context"] = ""
            quoting.quote = quoted
            found += [quoted, quoting]
    return found


def popularity(posts: list[Draft], dice: Dice) -> dict[int, int]:
    """Likes of each post (by its identity): what a story says, else chance around its author's reach."""
    found: dict[int, int] = {}
    for post in posts:
        reach = CAST[post.who].reach * (0.45 if post.parent else 1.0)
        found[id(post)] = int(post.marks["likes"]) if "likes" in post.marks else int(dice.wait(reach))
    return found


def reposts(posts: list[Draft], likes: dict[int, int], dice: Dice) -> list[Draft]:
    """The best-liked posts are passed on, some of them more than once, within two days."""
    best = sorted(posts, key=lambda post: (-likes[id(post)], post.time))[: REPOSTS * 2]
    found: list[Draft] = []
    for post in dice.shuffled(best)[:REPOSTS]:
        who = dice.pick(LIKERS)
        time = awake(who, post.time + int(dice.wait(200) * 60) + 90)
        if who != post.who and arrived(who, time) and time < END:
            found.append(Draft(time, who, post.text, repost=post))
    return found


def given_likes(posts: list[Draft], likes: dict[int, int], dice: Dice) -> list[Liked]:
    """The likes that the archive can name: a part of those counted, dated."""
    found: list[Liked] = []
    for post in posts:
        if post.repost is not None:
            continue
        wanted = sum(dice.chance(0.022) for _ in range(min(likes[id(post)], 60)))
        for who in dice.shuffled(LIKERS)[:wanted]:
            time = awake(who, post.time + int(dice.wait(120) * 60) + 15)
            if who != post.who and arrived(who, time):
                found.append(Liked(who, post, time))
        if "liked" in post.marks:
            found.append(Liked(post.marks["liked"], post, post.time + 55 * 60))
    return found


def second_thoughts(posts: list[Draft], dice: Dice) -> None:
    """A few posts are edited soon after, and a few of the visitors' taken back."""
    for post in posts:
        if dice.chance(0.008) and post.who not in (*DOCKERS, *OFFICE):
            post.marks.setdefault("edited", str(post.time + dice.whole(60, 1500)))
        elif post.who in ("two_weeks_off", "pip_l", "van_and_dog") and dice.chance(0.03) and post.parent is not None:
            post.marks.setdefault("deleted", str(post.time + dice.whole(300, 9000)))


def old_manners(posts: list[Draft]) -> None:
    """Some people begin an answer with the name of whom they answer, as one used to."""
    for post in posts:
        whom = post.parent.who if post.parent is not None else ""
        if post.who in MANNERLY and whom and whom != post.who and not whom.endswith("?"):
            post.text = f"@{whom} {post.text}"
