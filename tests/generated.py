"""Hypothesis strategies: small archives that hold every trouble real ones hold, conditions over them, search lines."""

from __future__ import annotations

from typing import get_args

import msgspec
from hypothesis import strategies as st

from rejoinder.archive import conditions as c
from rejoinder.archive.text import fold_tag, tokens
from rejoinder.records import Link, Media, Mention, Origin, Post, Ref

DAY = 86_400_000
START = 1_382_400_000_000
"""22 October 2013, 00:00 UTC."""

PLATFORMS = ("twitter", "mastodon")
IDS = ("1", "2", "3", "4", "5", "6", "007", "7", "at-1", "Ab", "ab")
MISSING = ("90", "91", "gone-1")
CAST = (
    Ref("11", "ada", "Ada"),
    Ref("11", "Ada_L", "Ada"),
    Ref(None, "ADA"),
    Ref("12", "ben"),
    Ref("12", "ben_old"),
    Ref("13", "ben_old"),
    Ref(None, "ben_old", "Ben"),
    Ref(None, "dora"),
    Ref("14"),
    Ref("ada", "Emil"),
    Ref("Xy"),
    Ref(None, None, "Nobody"),
)
"""Accounts as posts name them: of two handles, by handle alone, of a handle passed on, with another's as its id."""
ACCOUNTS = ("ada", "Ada_L", "ADA", "ben", "ben_old", "dora", "emil", "11", "12", "13", "14", "Xy", "xy", "nobody")
WORDS = (
    *("harbour", "Harbour", "harbours", "ship", "the", "a_b", "don't", "2013", "https://quay.example/x"),
    *("Straße", "STRASSE", "über", "ısı", "İzmir", "Ήλιος", "ΗΛΙΟΣ", "ёлка", "كِتَابٌ", "العـــربية", "שָׁלוֹם"),
    *("日本語で", "東京", "ｶﾞｷﾞ", "한국어", "ภาษาไทย", "Ｆｕｌｌ", "क्या", "👍🏽", "👨‍👩‍👧", "🇩🇪", "…", "™", "\x00"),
)
SPACES = (" ", ", ", "", "\n", " - ")
TAGS = ("News", "news", "日本", "a_b", "covid-19", "Été")
HOSTS = ("example.org", "www.example.org", "notexample.org", "quay.example", "example")
LANGUAGES = ("en", "pt", "pt-br", "pt-BR", "ja", "p")
SOURCES = ("first.zip", "Second.zip", "third")

times = st.one_of(
    st.none(), st.sampled_from([START, START + 1, START + 60_000, START + DAY, -1]), st.integers(START, START + 9 * DAY)
)
texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(SPACES)), max_size=6).map(
    lambda pairs: "".join(word + space for word, space in pairs)
)
links = st.sampled_from(HOSTS).map(lambda host: Link(f"https://{host}/ship?q=1"))
media = st.builds(
    Media, kind=st.sampled_from(["image", "video", "gif", "audio"]), alt=st.sampled_from([None, "", "Quay"])
)
mentions = st.tuples(st.sampled_from(CAST[:11]), st.sampled_from(["typed", "inherited", "relayed"])).map(
    lambda pair: Mention(pair[0].id, pair[0].handle, pair[1])
)
counts = st.sampled_from([None, 0, 1, 2, 5, 2**40])


@st.composite
def posts(draw: st.DrawFn) -> Post:
    """One post, any of whose parts may be missing."""
    author = draw(st.sampled_from([*CAST, Ref()]))
    time = draw(times)
    return Post(
        id=draw(st.sampled_from(IDS)),
        platform=draw(st.sampled_from(PLATFORMS)),
        author=author.id,
        handle=author.handle,
        name=author.name,
        time=time,
        precision="unknown" if time is None else "day" if time % DAY == 0 else "second",
        text=draw(texts),
        reply_to=draw(st.none() | st.sampled_from(IDS + MISSING)),
        reply_author=draw(st.sampled_from([None] * 8 + list(CAST))),
        quote=draw(st.sampled_from([None, None, None, "2", "90"])),
        is_repost=draw(st.booleans()),
        repost=draw(st.sampled_from([None, None, None, "3"])),
        mentions=tuple(draw(st.lists(mentions, max_size=2))),
        tags=tuple(draw(st.lists(st.sampled_from(TAGS), max_size=2))),
        links=tuple(draw(st.lists(links, max_size=2))),
        media=tuple(draw(st.lists(media, max_size=2))),
        language=draw(st.none() | st.sampled_from(LANGUAGES)),
        likes=draw(counts),
        reposts=draw(counts),
        edited=draw(st.sampled_from([None, None, 0, START])),
        deleted=draw(st.sampled_from([None, None, 0])),
        sensitive=draw(st.booleans()),
        context=draw(st.booleans()),
        origin=Origin(draw(st.sampled_from(SOURCES)), "posts.js", 1),
        poll=draw(st.booleans()),
    )


@st.composite
def archives(draw: st.DrawFn, most: int = 10) -> list[Post]:
    """Posts as sources tell them: each identity once, some of them told again, unchanged, by another source."""
    told = draw(st.lists(posts(), max_size=most, unique_by=lambda post: (post.platform, post.id)))
    again = draw(st.lists(st.sampled_from(told), max_size=3)) if told else []
    second = [msgspec.structs.replace(post, origin=Origin(draw(st.sampled_from(SOURCES)), "b.js", 2)) for post in again]
    return [
        msgspec.structs.replace(post, origin=Origin(post.origin.source, "posts.js", at))
        for at, post in enumerate(told, 1)
    ] + second


words = st.builds(
    c.Words,
    texts.map(tokens).filter(bool).map(lambda words: tuple(words[:3])),
    st.booleans(),
)
spans = st.builds(c.Between, st.none() | times, st.none() | times)
PATTERNS = (
    *("harbour", "HARB.*ship", "^the", "ship$", "the ship", "(the|a_b) ship", "s(hi)?p", "don't", "the, ship"),
    *(
        "日本",
        "[東日]",
        "ё",
        "ship +the",
        "the h?arbour",
        "2013.{0,4}the",
        "harbours?",
        "https://quay\\.example/x",
        "x",
    ),
    *("the ship|日", "\\bship\\b", "(?:ship ){2}", "[^a-z ]{3}", "ship\\s+the harbour"),
)
patterns = st.sampled_from(PATTERNS).map(c.Pattern)
bounds = st.none() | st.integers(-1, 6)
NAMED: tuple[c.Condition, ...] = (
    c.Everything(),
    c.ParentMissing(),
    *(meaning(account) for meaning in (c.From, c.To, c.Mentions) for account in ACCOUNTS),
    *(c.Tag(fold_tag(tag)) for tag in (*TAGS, "nowhere")),
    *map(c.Is, get_args(c.Kind)),
    *map(c.Has, get_args(c.Part)),
    *map(c.Language, ("en", "pt", "pt-br", "ja", "p", "xx")),
    *(
        c.Pair(one, other)
        for one in ("ada", "11", "ben_old", "dora", "nobody")
        for other in ("ben", "Ada_L", "12", "13")
    ),
    c.First("reply"),
    c.First("answer"),
    *map(c.Platform, (*PLATFORMS, "reddit")),
    *map(c.FromSource, ("first.zip", "SECOND", ".zip", "i", "nowhere")),
    *map(c.Domain, (*HOSTS, "org")),
    *(c.Ids((id,)) for id in (*IDS, "twitter:1", "mastodon:at-1", "90")),
    *map(c.Conversation, (*IDS, "twitter:2", "nowhere")),
)
"""One condition for everything that the archives above can be asked by name."""
leaves = st.one_of(
    st.sampled_from(NAMED),
    st.sampled_from(NAMED),
    words,
    words,
    spans,
    st.lists(spans, min_size=2, max_size=3).map(lambda several: c.All(tuple(several))),
    st.builds(c.Numbers, st.sampled_from(get_args(c.Number)), bounds, bounds),
    patterns,
    st.builds(c.Ids, st.lists(st.sampled_from((*IDS, "twitter:1", "mastodon:at-1", "90")), max_size=3).map(tuple)),
)
chosen = st.lists(st.integers(1, 14), max_size=6).map(c.among)


def nested(leaves: st.SearchStrategy[c.Condition]) -> st.SearchStrategy[c.Condition]:
    """Conditions in one another."""
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.builds(c.Not, inner),
            st.builds(c.All, st.lists(inner, max_size=3).map(tuple)),
            st.builds(c.Any, st.lists(inner, max_size=3).map(tuple)),
            st.builds(c.Parent, inner),
            st.builds(c.Child, inner),
            st.builds(c.Above, inner),
            st.builds(c.Beside, inner),
            st.builds(c.Near, inner),
        ),
        max_leaves=6,
    )


conditions = nested(leaves)
"""What a search line may mean."""
questions = nested(leaves | chosen)
"""What an engine may be asked."""

PIECES = (
    *(
        "harbour",
        "ship*",
        '"the ship"',
        '"the sh"*',
        "don't",
        "日本語",
        "İzmir",
        "👍🏽",
        "!!!",
        "#News",
        "@ada",
        "@ben.",
        "#",
    ),
    *(
        "from:ada",
        "to:@ben",
        "mentions:11",
        "between:ada,ben",
        "since:2013-10-22",
        "first:answer",
        "exchange:3",
        "unanswered:>5",
        "until:2013-10-24T12:30:05.250+02:00",
    ),
    *("on:2013-10", "during:2013", "since:-2w", "on:-1d", "after:2012", "before:2014", "since_time:1382400000"),
    *("is:reply", "filter:links", "filter:replies", "parent:missing", "has:image", "likes:>3", "reposts:2..5"),
    *("replies:<=1", "min_faves:2", "lang:pt_BR", "source:first", 'source:"first zip"', "platform:twitter"),
    *(
        "/harb.*r/",
        "/ship|the/",
        "/example\\/x[/a]?/",
        "/日本/",
        "depth:>=1",
        "hashtag:#News",
        "author:ada",
        "exclude:replies",
    ),
    *("parent:(from:ada)", "child:(ship OR -the)", "conv:(is:quote 2013)", "above:(ship*)", "near:(/the/ OR @ada)"),
    *("~<(ship)", "~>(is:reply)", "~(#news)", "parent:(child:(-ship))", "in_reply_to_status_id:2", "exclude:replies"),
    *("url:https://www.example.org/x", "id:1,twitter:2", "conversation:3", "order:old", "https://quay.example/x(1)"),
)
SIGNS = (
    "/",
    "/[",
    "~(",
    "parent:(",
    "child:",
    "\\",
    "-",
    "(",
    ")",
    "OR",
    "AND",
    '"',
    "*",
    ":",
    "from:",
    "fro:",
    "is:replys",
    "since:2013-13",
    "，",
    "“",
    "（",
)


@st.composite
def good_lines(draw: st.DrawFn, depth: int = 2) -> str:
    """Search lines that can be understood, in all the ways of writing them."""
    many = ["ship", *draw(st.lists(st.sampled_from(PIECES), max_size=4))]
    if depth and draw(st.booleans()):
        many.append(f"({draw(good_lines(depth - 1)).replace('order:old', 'is:root')})")
    joined = draw(st.sampled_from([" ", "  ", " OR ", "　", " AND ", " -"])).join(draw(st.permutations(many)))
    return (draw(st.sampled_from(["", " ", "-"])) + joined).replace("-order:old", "-is:root")


lines = st.lists(st.sampled_from(PIECES + SIGNS), max_size=8).flatmap(
    lambda pieces: st.sampled_from((" ", "")).map(lambda between: between.join(pieces))
) | st.text(max_size=30)
"""Any line at all."""
