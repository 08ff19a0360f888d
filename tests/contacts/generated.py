"""Hypothesis strategies: archives of few accounts that write to each other in every way, at any time or none."""

from __future__ import annotations

import msgspec
from hypothesis import strategies as st

from rejoinder.records import Like, Mention, Origin, Post, Ref

DAY = 86_400_000
START = 1_382_400_000_000
CAST = (
    Ref("11", "ada"), Ref("11", "Ada_L"), Ref(None, "ADA"), Ref("12", "ben"), Ref("12", "ben"), Ref("13", "cy"),
    Ref(None, "dora"), Ref("14"),
)  # fmt: skip
"""Accounts as posts name them: one of two handles, some by handle alone, one by id alone."""
IDS = (*map(str, range(1, 15)), "at-1", "at-2")
MOMENTS = (None, START, START, START + 1000, START + DAY, START + 400 * DAY, START + 800 * DAY)
times = st.sampled_from(MOMENTS) | st.integers(START, START + 1000 * DAY)
mentions = st.builds(
    lambda ref, kind: Mention(ref.id, ref.handle, kind),
    st.sampled_from(CAST),
    st.sampled_from(["typed", "inherited", "inherited", "relayed"]),
)


@st.composite
def posts(draw: st.DrawFn, id: str) -> Post:
    """A post with this id, mostly a reply."""
    author = draw(st.sampled_from([*CAST, *CAST, Ref()]))
    reposts = draw(st.integers(0, 9)) == 0
    time = draw(times)
    return Post(
        id=id,
        platform=draw(st.sampled_from(["twitter", "twitter", "twitter", "mastodon"])),
        author=author.id,
        handle=author.handle,
        time=time,
        clock=draw(st.sampled_from(["platform", "claimed"])),
        precision="unknown" if time is None else "second",
        text=draw(st.sampled_from(["", "", "RT @ada: no", "RT @cy", "no RT @ada", "rt @ben"])),
        reply_to=draw(st.sampled_from([None, *IDS, *IDS, "90"])),
        reply_author=draw(st.sampled_from([None, None, *CAST])),
        reply_asserted=draw(st.booleans()),
        quote=draw(st.sampled_from([None, None, None, *IDS[:3], "91"])),
        quote_author=draw(st.sampled_from([None, CAST[0], CAST[3]])),
        is_repost=reposts,
        repost=draw(st.sampled_from([None, *IDS[:3], "92"])) if reposts else None,
        repost_author=draw(st.sampled_from([None, *CAST])) if reposts else None,
        mentions=tuple(draw(st.lists(mentions, max_size=3))),
    )


@st.composite
def archives(draw: st.DrawFn, most: int = 14) -> tuple[list[Post], list[Like]]:
    """Posts and likes; every post once."""
    ids = draw(st.lists(st.sampled_from(IDS), max_size=most, unique=True))
    told = [draw(posts(id)) for id in ids]
    told = [msgspec.structs.replace(post, origin=Origin("first.zip", "posts.js", n)) for n, post in enumerate(told, 1)]
    liked = draw(st.lists(st.tuples(st.sampled_from(IDS), st.sampled_from(CAST)), max_size=4, unique=True))
    return told, [Like("twitter", id, who, until=START + 2000 * DAY) for id, who in liked]
