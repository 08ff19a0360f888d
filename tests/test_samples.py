"""The bundled samples are what their SOURCE.md says they are."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections import Counter
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest

from rejoinder import samples
from rejoinder.records import Account, Like, Mention, Post, Record, Ref, Source

DATA = Path(__file__).resolve().parent.parent / "data"
DAY = 24 * 3600 * 1000
DOCKERS = {"oldquay_union", "corbin_docks", "petra_k"}
OFFICE = {"harbourmaster", "skerry"}
REAL_NETWORKS = re.compile(
    r"t\.co\b|twitter|tweet|facebook|instagram|mastodon|bluesky|threads\.net|reddit|tiktok|youtube|whatsapp|telegram",
    re.IGNORECASE,
)


@cache
def read(name: str) -> tuple[Record, ...]:
    decoder = msgspec.json.Decoder(Record)
    return tuple(decoder.decode(line) for line in (DATA / name / "posts.jsonl").read_bytes().splitlines())


def posts(name: str = "harbour") -> list[Post]:
    return [record for record in read(name) if isinstance(record, Post)]


def by_id() -> dict[str, Post]:
    return {post.id: post for post in posts()}


def parents(post: Post, known: dict[str, Post]) -> list[Post]:
    """The posts above this one that are here, nearest first."""
    above: list[Post] = []
    while (parent := known.get(post.reply_to or "")) is not None:
        above.append(parent)
        post = parent
    return above


def addressed(post: Post) -> set[str]:
    """Whom a post addresses: by a reply, a quote or a typed mention."""
    refs = [ref.handle for ref in (post.reply_author, post.quote_author) if ref is not None]
    typed = [mention.handle for mention in post.mentions if mention.kind == "typed"]
    return {handle for handle in refs + typed if handle}


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize("name", samples.names())
def test_every_sample_reads_back_as_it_is_written(name: str) -> None:
    lines = (DATA / name / "posts.jsonl").read_bytes().splitlines()
    for line, record in zip(lines, read(name), strict=True):
        assert set(msgspec.json.decode(line)) <= {"type", *record.__struct_fields__}, "no field is lost"
        assert msgspec.json.decode(msgspec.json.encode(record), type=Record) == record


@pytest.mark.parametrize("name", samples.names())
def test_the_sides_of_a_sample_are_accounts_of_it(name: str) -> None:
    here = {f"{r.platform}:@{r.handle}" for r in read(name) if isinstance(r, Account)}
    sides = tomllib.loads((DATA / name / "sides.toml").read_text("utf-8"))["sides"]
    assert len(sides) == 2
    assert all(set(members) <= here and members for members in sides.values())


# ---- the founding case


def test_the_founding_case_says_what_the_report_says_and_no_more() -> None:
    lerner, brigade = "LTCPeterLerner", "AlqassamBrigade"
    told = [
        (p.id, p.handle, p.reply_to, p.reply_author and p.reply_author.handle, p.text_status, p.tags)
        for p in posts("exchange-2013")
    ]
    assert told == [
        ("exchange-2013:1", lerner, None, None, "absent", ()),
        ("exchange-2013:2", brigade, "exchange-2013:1", lerner, "paraphrase", ("Palestine", "Zionists")),
        ("exchange-2013:3", lerner, "exchange-2013:2", brigade, "partial", ("TerrorDoesntPay",)),
        ("exchange-2013:4", brigade, "exchange-2013:3", lerner, "verbatim", ("Palestine", "Gaza", "WestBank", "Hamas")),
        ("exchange-2013:5", lerner, "exchange-2013:4", brigade, "verbatim", ("TerrorDoesntPay",)),
    ]


def test_the_founding_case_quotes_the_report_word_for_word() -> None:
    texts = {p.id[-1]: p.text for p in posts("exchange-2013")}
    assert texts["1"] == ""
    assert '"holy struggle"' in texts["2"]
    assert texts["3"] == "Israel is here to stay. … #TerrorDoesntPay"
    assert texts["4"] == (
        "@LTCPeterLerner We are in mission that aims at restoring our occupied land whatever the cost is. "
        "#Palestine #Gaza #WestBank #Hamas"
    )
    assert texts["5"] == (
        "@AlqassamBrigade our mission is one of safeguarding human life, all human life. #TerrorDoesntPay"
    )


def test_the_founding_case_invents_no_time_no_count_and_no_account_id() -> None:
    for post in posts("exchange-2013"):
        assert (post.time, post.clock, post.precision) == (moment("2013-10-22"), "day", "day")
        assert post.platform == "press"
        assert post.reply_asserted is (post.reply_to is not None)
        unknown = (post.author, post.likes, post.reposts, post.replies, post.quotes, post.language, post.permalink)
        assert set(unknown) == {None}
        assert post.links == () and post.media == ()


def test_the_founding_case_has_its_undated_like_its_accounts_and_its_citation() -> None:
    records = read("exchange-2013")
    [like] = [r for r in records if isinstance(r, Like)]
    assert (like.post, like.account.handle, like.time) == ("exchange-2013:2", "LTCPeterLerner", None)
    assert like.until == moment("2013-10-22") + DAY
    names = {r.handle: r.name for r in records if isinstance(r, Account)}
    assert names == {"LTCPeterLerner": "Peter Lerner", "AlqassamBrigade": "Alqassam Brigades"}
    [source] = [r for r in records if isinstance(r, Source)]
    assert all(part in source.title for part in ("Gaby Dunn", "The Daily Dot", "22 October 2013"))


# ---- the town


def test_the_town_is_made_anew_byte_for_byte(tmp_path: Path) -> None:
    subprocess.run([sys.executable, DATA / "harbour" / "generate.py", tmp_path], check=True)
    assert (tmp_path / "posts.jsonl").read_bytes() == (DATA / "harbour" / "posts.jsonl").read_bytes()


def test_the_town_has_the_size_it_claims() -> None:
    collected = [post for post in posts() if not post.context]
    assert len(collected) == 4_012
    assert len(posts()) - len(collected) == 14
    accounts = [r for r in read("harbour") if isinstance(r, Account)]
    assert len({a.id for a in accounts}) == len(accounts) == 60
    assert {p.author for p in posts()} == {a.id for a in accounts}
    assert (DATA / "harbour" / "posts.jsonl").stat().st_size <= 2_000_000
    assert moment("2019-03-01") <= posts()[0].time < moment("2019-03-02")  # type: ignore[operator]
    assert moment("2022-02-27") <= posts()[-1].time < moment("2022-02-28")  # type: ignore[operator]


def test_the_town_is_marked_as_invented() -> None:
    [source] = [r for r in read("harbour") if isinstance(r, Source)]
    assert "does not exist" in source.title
    assert "Everything in this sample is invented" in (DATA / "harbour" / "SOURCE.md").read_text("utf-8")


def test_ids_are_unique_and_rise_with_time() -> None:
    ids = [int(post.id) for post in posts()]
    assert ids == sorted(set(ids))
    times = [post.time or 0 for post in posts()]
    assert times == sorted(times)


def test_what_is_answered_quoted_or_reposted_is_older() -> None:
    known = by_id()
    for post in posts():
        for other in (post.reply_to, post.quote, post.repost):
            if other in known:
                assert (known[other].time or 0) < (post.time or 0), post
            elif other is not None:
                assert other == post.reply_to, "only parents are missing here"
                assert int(other) < int(post.id)


def test_the_parent_named_is_the_parents_author() -> None:
    known = by_id()
    for post in posts():
        for other, ref in ((post.reply_to, post.reply_author), (post.quote, post.quote_author)):
            if other in known:
                assert ref == Ref(id=known[other].author, handle=known[other].handle)
        if post.repost is not None:
            assert post.is_repost and post.text == known[post.repost].text


def test_missing_parents_are_known_by_account_or_only_by_id() -> None:
    known = by_id()
    answers = [post for post in posts() if post.reply_to and post.reply_to not in known]
    assert len({post.reply_to for post in answers}) >= 50
    authors = Counter(post.reply_author.handle if post.reply_author else None for post in answers)
    handles = {post.handle for post in posts()}
    assert authors["old_quay"] >= 20
    assert authors[None] >= 2
    assert any(handle and handle not in handles for handle in authors)
    assert any(post.reply_author and not post.reply_to for post in posts())


def test_a_conversation_of_more_than_150_posts_forks() -> None:
    size = Counter(post.conversation for post in posts())
    root, largest = size.most_common(1)[0]
    assert largest >= 150
    children = Counter(post.reply_to for post in posts() if post.conversation == root)
    assert sum(n > 1 for n in children.values()) >= 10


def test_two_people_talk_forty_posts_deep() -> None:
    known = by_id()
    deepest = max(posts(), key=lambda post: len(parents(post, known)))
    chain = [deepest, *parents(deepest, known)]
    assert len(chain) >= 40
    assert {post.handle for post in chain} == {"jonvale", "night_ferry"}
    assert all(a.handle != b.handle for a, b in pairwise(chain))


def test_one_account_answers_itself_twenty_five_times_over() -> None:
    known = by_id()
    last = next(post for post in posts() if "25/25" in post.text)
    chain = [last, *parents(last, known)]
    assert len(chain) == 25 and {post.handle for post in chain} == {"lampkeeper"}


@pytest.mark.parametrize("code", ["en", "ar", "he", "ja", "es", "de", "tr", "el"])
def test_eight_languages_are_written(code: str) -> None:
    assert sum(post.language == code for post in posts()) >= 20


def test_names_are_written_in_several_scripts() -> None:
    names = " ".join(post.name or "" for post in posts())
    for script in (
        "[\u0600-\u06ff]",
        "[\u0590-\u05ff]",
        "[\u0370-\u03ff]",
        "[\u3040-\u9fff]",
        "[\U0001f300-\U0001faff]",
    ):
        assert re.search(script, names), script


def test_nearly_everything_is_said_once() -> None:
    said = Counter(post.text for post in posts() if not post.is_repost)
    assert len(said) >= 0.95 * sum(said.values())
    assert max(said.values()) <= 3


def test_every_kind_of_thing_occurs() -> None:
    kinds = Counter(mention.kind for post in posts() for mention in post.mentions)
    assert min(kinds["typed"], kinds["inherited"] // 5, kinds["relayed"]) >= 10
    assert sum(bool(post.tags) for post in posts()) > 200
    assert sum(bool(post.links) for post in posts()) > 50
    assert sum(any(media.alt for media in post.media) for post in posts()) > 100
    assert sum(post.is_repost for post in posts()) > 100
    assert sum(post.quote is not None for post in posts()) > 50
    assert sum(post.deleted is not None for post in posts()) >= 10
    assert sum(post.edited is not None for post in posts()) >= 10
    assert sum(post.warning is not None and post.sensitive for post in posts()) >= 3


def test_inherited_mentions_stand_above_and_typed_ones_in_the_text() -> None:
    known = by_id()
    for post in posts():
        above = {p.handle for p in parents(post, known)} | {post.reply_author.handle if post.reply_author else None}
        for mention in post.mentions:
            assert f"@{mention.handle}" in post.text
            if mention.kind == "inherited":
                assert mention.handle in above
            if mention.kind == "relayed":
                assert post.is_repost or f"via @{mention.handle}" in post.text.lower()


def test_likes_are_dated_later_than_their_posts_and_counted() -> None:
    known = by_id()
    likes = [r for r in read("harbour") if isinstance(r, Like)]
    assert len(likes) > 500
    assert len({(like.post, like.account.id) for like in likes}) == len(likes)
    for like in likes:
        assert (like.time or 0) > (known[like.post].time or 0)
        assert like.account.id != known[like.post].author
    for id, named in Counter(like.post for like in likes).items():
        assert (known[id].likes or 0) >= named


def test_counts_cover_what_is_here() -> None:
    replies = Counter(post.reply_to for post in posts())
    quotes = Counter(post.quote for post in posts())
    reposts = Counter(post.repost for post in posts())
    for post in posts():
        assert (post.replies or 0) >= replies[post.id]
        assert (post.quotes or 0) >= quotes[post.id]
        assert (post.reposts or 0) >= reposts[post.id]


# ---- who answers whom


def test_the_harbourmaster_answers_after_214_letters_and_681_days() -> None:
    letters = [p for p in posts() if p.handle == "oldquay_union" and "harbourmaster" in addressed(p)]
    answers = [p for p in posts() if p.handle == "harbourmaster" and "oldquay_union" in addressed(p)]
    first, answer = letters[0].time or 0, answers[0].time or 0
    assert datetime.fromtimestamp(first / 1000, UTC).date().isoformat() == "2019-04-02"
    assert datetime.fromtimestamp(answer / 1000, UTC).date().isoformat() == "2021-02-11"
    assert (answer - first) // DAY == 681
    assert sum((p.time or 0) < answer for p in letters) == 214
    assert (len(letters), len(answers)) == (231, 18)
    assert answers[0].reply_to == letters[213].id
    assert Mention(id=answers[0].author, handle="harbourmaster") in letters[0].mentions


def test_the_office_never_addresses_the_dockers_before() -> None:
    answer = moment("2021-02-11")
    known = by_id()
    for post in posts():
        if post.handle in OFFICE and (post.time or 0) < answer:
            original = known.get(post.repost or "")
            assert not addressed(post) & DOCKERS
            assert original is None or original.handle not in DOCKERS
    for like in (r for r in read("harbour") if isinstance(r, Like)):
        if like.account.handle in OFFICE and known[like.post].handle in DOCKERS:
            assert (like.time or 0) > answer


def test_the_harbourmaster_was_away_in_august_2020() -> None:
    for post in posts():
        if post.handle == "harbourmaster":
            assert not moment("2020-08-01") <= (post.time or 0) < moment("2020-09-01")


def test_the_council_answers_about_the_bench_after_43_days() -> None:
    asked = [p for p in posts() if p.handle == "jonvale" and "skerry" in addressed(p)]
    answers = [p for p in posts() if p.handle == "skerry" and "jonvale" in addressed(p)]
    assert (len(asked), len(answers)) == (12, 3)
    assert ((answers[0].time or 0) - (asked[0].time or 0)) // DAY in (42, 43)
    assert sum((p.time or 0) < (answers[0].time or 0) for p in asked) == 8


def test_the_picture_of_the_readme_is_there() -> None:
    def at(clock: str, handle: str) -> Post:
        return next(
            p
            for p in posts()
            if p.handle == handle and (p.time or 0) // 60000 == moment(f"2021-06-03T{clock}") // 60000
        )

    cancelled = at("14:07", "mira_o")
    assert cancelled.text.startswith("Ferry desk: the 14:20 to Skerry is cancelled, crew shortage.")
    assert cancelled.reply_to not in by_id() and cancelled.reply_author == Ref(
        id=cancelled_author("old_quay"), handle="old_quay"
    )
    assert (cancelled.likes, cancelled.reposts) == (41, 3)
    assert cancelled.media[0].alt == "empty quay in the rain"
    assert at("14:09", "jonvale").reply_to == cancelled.id
    assert at("14:12", "skerry").quote == cancelled.id
    assert at("14:13", "ana_brandt").repost == at("14:12", "skerry").id
    asks = at("14:21", "qasim_port")
    assert asks.text == "هل التذاكر صالحة غداً؟" and asks.name == "قاسم الميناء"
    assert at("14:30", "mira_o").reply_to == asks.id


def cancelled_author(handle: str) -> str | None:
    return next(r.id for r in read("harbour") if isinstance(r, Account) and r.handle == handle)


# ---- nobody real


def test_nothing_links_to_a_real_host_or_names_a_real_network() -> None:
    text = (DATA / "harbour" / "posts.jsonl").read_text("utf-8")
    hosts = set(re.findall(r"https?://([^/\"\s]+)", text))
    assert hosts and all(host.endswith(".example") or host == "example.org" for host in hosts)
    assert not REAL_NETWORKS.search(text)


def test_every_text_is_plain() -> None:
    for post in posts():
        shown = post.text + "".join(media.alt or "" for media in post.media)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069{}\[\]<>|~]|&\w+;| {2}", shown), (
            shown
        )
        assert shown == shown.strip()
