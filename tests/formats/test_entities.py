"""What a text names by itself: the conformance cases of twitter-text, but for the differences listed here."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest

from rejoinder.formats.entities import links_in, named_in, tags_in
from rejoinder.formats.twitter.tweet import post
from rejoinder.formats.twitter.views import Tweet

NO_PROTOCOL = "a host without http:// is no link: without a list of top-level domains notes.txt would be one"
NO_LIST = "where a host ends inside Japanese text only a list of top-level domains can tell"
DIFFERENT = {
    ("hashtags", "DO NOT extract hashtag if it's a part of URL"): NO_PROTOCOL,
    ("urls", "Extract valid URL: http://example.com/"): NO_LIST,
    ("urls", "Extract domain followed by Japanese characters"): NO_LIST,
    **{
        ("urls", description): NO_PROTOCOL
        for description in (
            "Extract URLs without protocol on (com|org|edu|gov|net) domains",
            "Extract URLs without protocol not on (com|org|edu|gov|net) domains",
            "Extract URLs without protocol on ccTLD with slash",
            "Extract URLs beginning with a space",
            "Extract URLs beginning with a non-breaking space (U+00A0)",
            "Extract long URL without protocol surrounded by CJK characters",
            "Extract short URL without protocol surrounded by CJK characters",
            "Extract URLs with and without protocol surrounded by CJK characters",
            "Extract short URLs without protocol on ccTLD domains without path",
            "Extract URLs with a - in the middle",
            "Extract some (tv|co) short URLs without protocol on ccTLD domains without path",
            "Extract valid URL ELPAÍS.com",
            "Extract URL before newline",
        )
    },
}
"""(section, case) -> why it is otherwise here."""
SECTIONS: dict[str, Callable[[str], list[str]]] = {
    "mentions": named_in,
    "hashtags": tags_in,
    "hashtags_from_astral": tags_in,
    "urls": links_in,
    "tco_urls_with_params": links_in,
}
CASES = {"mentions": 23, "hashtags": 65, "hashtags_from_astral": 3, "urls": 91, "tco_urls_with_params": 5}


def cases(corpora: Path, section: str) -> Iterator[tuple[str, str, list[str]]]:
    """(description, text, expected) of a section: all of them stand on one line each, as JSON with \\U escapes."""
    text = (corpora / "twitter-text-conformance" / "conformance" / "extract.yml").read_text("utf-8")
    found = re.search(rf"^  {section}:\n(.*?)(?=^  \w+:|\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None
    for case in re.split(r"^    - description: ", found[1], flags=re.MULTILINE)[1:]:
        description, written = case.split("\n", 1)
        values = dict(re.findall(r"^      (text|expected): (.*?)\s*$", written, re.MULTILINE))
        yield _value(description), _value(values["text"]), _value(values["expected"])


def _value(written: str) -> object:
    """YAML's double-quoted text is JSON's, but for \\U; a plain one is itself."""
    if written[:1] not in '"[':
        return written.strip("'")
    return json.loads(re.sub(r"\\U([0-9a-fA-F]{8})", lambda found: chr(int(found[1], 16)), written))


@pytest.mark.parametrize("section", SECTIONS)
def test_texts_name_what_the_platform_says(corpora: Path, section: str) -> None:
    count = 0
    for description, text, expected in cases(corpora, section):
        count += 1
        is_alike = SECTIONS[section](text) == expected
        assert is_alike is ((section, description) not in DIFFERENT), (description, SECTIONS[section](text), expected)
    assert count == CASES[section]


def test_a_tweet_without_entities_names_what_its_text_names() -> None:
    raw = {
        "id_str": "7",
        "full_text": "@ben see &lt;here&gt; https://quay.example/a?b&amp;c=1 #Ferry @cara",
        "in_reply_to_status_id_str": "5",
        "in_reply_to_screen_name": "ben",
    }
    kept = post(msgspec.convert(raw, Tweet), "tweets.js", 1)
    assert kept.tags == ("Ferry",)
    assert [(mention.handle, mention.kind) for mention in kept.mentions] == [("ben", "inherited"), ("cara", "typed")]
    assert [link.url for link in kept.links] == ["https://quay.example/a?b&c=1"]
    told = post(msgspec.convert({**raw, "entities": {"hashtags": []}}, Tweet), "tweets.js", 1)
    assert (told.tags, told.mentions, told.links) == ((), (), ())


@pytest.mark.parametrize(
    "piece", ["@", "#", "http://", "http://a.", "http://a.b/(", "#\u0301", "@a", f"http://{'あ' * 60}.", "a-", "a_b"]
)
def test_a_hostile_text_takes_no_more_than_its_length(piece: str) -> None:
    started = time.process_time()
    text = "http://" + piece * (40_000 // len(piece))
    for read in (named_in, tags_in, links_in):
        assert isinstance(read(text), list)
    assert time.process_time() - started < 5, "a quadratic expression takes minutes"
