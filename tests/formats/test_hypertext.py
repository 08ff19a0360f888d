from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.formats.hypertext import read, text_of
from tests.formats.test_prose import reference

LINK = '<a href="https://x.example/long/path" rel="nofollow">{}</a>'


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>ferry &amp; tide</p><p>two<br>lines<br/>here</p>", "ferry & tide\n\ntwo\nlines\nhere"),
        ("I <3 you, 1 < 2 & 3 > 2", "I <3 you, 1 < 2 & 3 > 2"),
        ("a&#x27;b &#39; &quot; &#x2F;", "a'b ' \" /"),
        ("before<p>after an open paragraph", "before\n\nafter an open paragraph"),
        ("<p>said</p><blockquote><p>one</p><p>two<br>three</p></blockquote><p>end</p>",
         "said\n\n> one\n> \n> two\n> three\n\nend"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
        ("<p>x</p><pre><code>a\n  b</code></pre>", "x\n\na\n  b"),
        ("one\n   two", "one\n   two"),
        ("<p>one\n   two</p>", "one two"),
        ("a<script>alert('<p>')</script><!-- not this -->b", "ab"),
        ('<p class="quote-inline">RE: <a href="https://x.example">x</a></p><p>my word</p>', "my word"),
    ],
)  # fmt: skip
def test_what_platforms_write_becomes_plain_text(html: str, text: str) -> None:
    assert text_of(html) == text


def test_a_link_shown_short_is_shown_whole() -> None:
    assert read(LINK.format("https://x.example/lo...")) == (
        "https://x.example/long/path",
        ("https://x.example/long/path",),
    )
    assert text_of("see " + LINK.format("the minutes") + ".") == "see the minutes."
    spans = '<span class="invisible">https://</span><span class="ellipsis">x.example/long</span>'
    assert text_of(LINK.format(spans + '<span class="invisible">/path</span>')) == "https://x.example/long/path"


def test_mentions_and_hashtags_are_no_links() -> None:
    mention = '<a href="https://a.example/@mira" class="u-url mention">@<span>mira</span></a>'
    hashtag = '<a class="mention hashtag" href="x">#<span>pier</span></a>'
    assert read(f"{mention} {hashtag}") == ("@mira #pier", ())


PARTS = ["<p>", "</p>", "<br>", "<a href='x'>", "</a>", "<blockquote>", "</blockquote>", "<", ">", "&lt;", "&#0;"]
PARTS += ["<pre>", "</pre>", "<li>", "\u202e", "\x1b[31m", "&#x1b;", "...", "\n", "tide", '"']


@given(st.lists(st.sampled_from(PARTS), max_size=40).map("".join))
def test_whatever_the_html_the_text_is_clean_and_shows_no_tag(html: str) -> None:
    text, links = read(html)
    assert [wrong for each in (text, *links) for wrong in reference(each)] == []
    assert "&lt;" in html or not re.search(r"(?<!<)</?(?:p|br|blockquote|pre|li)>", text)


def test_a_flood_of_tags_takes_no_time() -> None:
    assert text_of("<a " * 200_000) and text_of("<" * 200_000) and text_of('<a href="' * 100_000)
