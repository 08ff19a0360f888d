"""X archives: their variants, and what stands only between the lines of them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from rejoinder.formats import registry
from rejoinder.records import Link, Media, Mention, Ref
from tests.formats.making import SNOWFLAKE, archive, deletions, likes, owner, posts, problems, read, tweet


def bare(number: int = 0, text: str = "a quiet harbour", **fields: object) -> dict[str, object]:
    """A tweet as archives hold it: no author, numbers as strings."""
    found = tweet(number, text, favorite_count="3", retweet_count="0", **fields)
    del found["user"]
    return found


@pytest.mark.parametrize(
    "name", ["tweets", "tweet", "tweets_part1", "community_tweet", "twitter_circle_tweet", "deleted_tweets"]
)
@pytest.mark.parametrize("prefix", ["window.YTD.{}.part0 = ", "module.exports = ", "\ufeffwindow.YTD.{}.part0 =\n"])
def test_every_name_and_prefix(tmp_path: Path, name: str, prefix: str) -> None:
    path = tmp_path / f"{name.replace('_', '-')}.js"
    path.write_text(prefix.format(name) + json.dumps([{"tweet": bare(1)}, bare(2)]) + ";\n", encoding="utf-8")
    found = posts(read(path))
    assert [post.id for post in found] == [str(SNOWFLAKE + 1), str(SNOWFLAKE + 2)], "wrapped and bare"
    expected = {"community_tweet": "community", "twitter_circle_tweet": "circle"}.get(name, "public")
    assert {post.visibility for post in found} == {expected}
    assert all((post.deleted is not None) == (name == "deleted_tweets") for post in found)
    assert found[0].likes == 3


def test_parts_and_any_folder_in_a_zip(tmp_path: Path) -> None:
    path = tmp_path / "twitter.zip"
    with zipfile.ZipFile(path, "w") as packed:
        for part in range(3):
            name = "tweets.js" if part == 0 else f"tweets-part{part}.js"
            content = json.dumps([{"tweet": bare(part * 100 + number)} for number in range(100)])
            packed.writestr(f"my things/twitter-2024/data/{name}", f"window.YTD.tweets.part{part} = {content}")
        packed.writestr(
            "my things/twitter-2024/data/direct-messages.js", "window.YTD.direct_messages.part0 = [ secret ]"
        )
    for count in (1, 2):
        records = read(path, count=count)
        assert len({post.id for post in posts(records)}) == len(posts(records)) == 300
        assert problems(records) == []


def test_private_files_are_never_opened(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "x", [bare(1)], direct_messages=[{"dmConversation": {"text": "secret"}}], ad_impressions=[]
    )
    assert registry.size(path, "x-archive") == (path / "data/tweets.js").stat().st_size
    (path / "data/direct-messages.js").chmod(0)
    assert len(posts(read(path))) == 1


def test_an_archive_without_its_tweets_gives_the_likes(tmp_path: Path) -> None:
    path = archive(
        tmp_path / "x",
        [],
        like=[{"like": {"tweetId": "99", "fullText": "good &amp; true"}}, {"like": {"tweetId": "98"}}, {"like": {}}],
    )
    (path / "data/tweets.js").unlink()
    records = read(path)
    assert [(like.post, like.text, like.account.handle) for like in likes(records)] == [
        ("99", "good & true", "harbourmaster"),
        ("98", None, "harbourmaster"),
    ]
    assert [problem.origin.position for problem in problems(records)] == [3]


def test_the_owner_from_whatever_tells_it(tmp_path: Path) -> None:
    own = bare(1)
    answer = bare(
        2,
        in_reply_to_status_id_str=own["id_str"],
        in_reply_to_user_id_str="77",
        in_reply_to_screen_name="harbourmaster",
    )
    foreign = bare(3, in_reply_to_status_id_str="5", in_reply_to_user_id_str="66", in_reply_to_screen_name="gull")
    path = archive(tmp_path / "x", [own, answer, foreign, foreign, foreign])
    (path / "data/account.js").unlink()
    records = read(path)
    assert (owner(records).id, owner(records).handle) == ("77", "harbourmaster")
    assert {post.handle for post in posts(records)} == {"harbourmaster"}
    manifest = {
        "userInfo": {"accountId": "77", "userName": "port", "displayName": "Port"},
        "archiveInfo": {"generationDate": "2024-12-01T00:00:00.000Z"},
    }
    (path / "data/manifest.js").write_text("window.__THAR_CONFIG = " + json.dumps(manifest))
    assert owner(read(path)).name == "Port" and owner(read(path)).handle == "port"


def test_earlier_handles_are_dated(tmp_path: Path) -> None:
    changes = [
        {
            "screenNameChange": {
                "screenNameChange": {
                    "changedAt": "2020-01-02T00:00:00.000Z",
                    "changedFrom": "second",
                    "changedTo": "harbourmaster",
                }
            }
        },
        {
            "screenNameChange": {
                "screenNameChange": {
                    "changedAt": "2019-01-02T00:00:00.000Z",
                    "changedFrom": "first",
                    "changedTo": "second",
                }
            }
        },
    ]
    path = archive(tmp_path / "x", [bare(1)], screen_name_change=changes)
    assert owner(read(path)).handles == (("first", None, 1546387200000), ("second", 1546387200000, 1577923200000))


def test_a_repost_is_told_by_its_text_alone(tmp_path: Path) -> None:
    mentions = {"user_mentions": [{"screen_name": "gull", "id_str": "5", "indices": ["3", "8"]}]}
    cut = bare(1, "RT @gull: the herring is late, and the ferry will be later than that, as ev…", entities=mentions)
    (post,) = posts(read(archive(tmp_path / "x", [cut])))
    assert post.is_repost and post.repost is None and post.repost_author == Ref(handle="gull")
    assert post.text_status == "partial"
    assert post.mentions == (Mention("5", "gull", "relayed"),)


def test_a_quote_is_told_by_its_link(tmp_path: Path) -> None:
    def link(address: str) -> dict[str, object]:
        return {"urls": [{"url": "https://t.co/q", "expanded_url": address, "indices": ["4", "18"]}]}

    def quoted(address: str) -> tuple[str | None, Ref | None]:
        folder = tmp_path / str(abs(hash(address)))
        (post,) = posts(read(archive(folder, [bare(1, "see https://t.co/q", entities=link(address))])))
        assert post.links == (Link(address),) and post.text == f"see {address}"
        return post.quote, post.quote_author

    assert quoted("https://twitter.com/gull/status/123?s=20") == ("123", Ref(handle="gull"))
    assert quoted("https://x.com/gull/status/123") == ("123", Ref(handle="gull"))
    assert quoted("https://twitter.com/i/status/123") == ("123", None)
    assert quoted("https://twitter.com/gull/status/123/photo/1") == (None, None)
    assert quoted(f"https://twitter.com/harbourmaster/status/{SNOWFLAKE + 1}") == (None, None), "a link to itself"
    assert quoted("https://twitter.com.evil.example/gull/status/123") == (None, None)


def test_media_is_named_with_its_file_and_its_link_is_gone_from_the_text(tmp_path: Path) -> None:
    films = [
        {"url": "https://v.example/low.mp4", "bitrate": "1"},
        {"url": "https://v.example/high.mp4?tag=1", "bitrate": "9"},
    ]
    place = {"url": "https://t.co/m", "indices": ["5", "19"]}
    media = [
        place | {"media_url_https": "https://p.example/a.jpg", "type": "photo"},
        place | {"media_url_https": "https://p.example/b.jpg", "type": "video", "video_info": {"variants": films}},
    ]
    found = bare(1, "look https://t.co/m", entities={"media": media[:1]}, extended_entities={"media": media})
    path = archive(tmp_path / "x", [found])
    folder = path / "data/tweets_media"
    folder.mkdir()
    (folder / f"{SNOWFLAKE + 1}-a.jpg").write_bytes(b"a picture")
    (folder / f"{SNOWFLAKE + 1}-high.mp4").write_bytes(b"")
    (post,) = posts(read(path))
    assert post.text == "look"
    assert post.media == (
        Media("image", "https://p.example/a.jpg", f"data/tweets_media/{SNOWFLAKE + 1}-a.jpg", size=9),
        Media("video", "https://v.example/high.mp4?tag=1", f"data/tweets_media/{SNOWFLAKE + 1}-high.mp4", size=0),
    )


def test_edits_keep_every_version(tmp_path: Path) -> None:
    ids = [str(SNOWFLAKE), str(SNOWFLAKE + (5000 << 22))]
    control = {"editTweetIds": ids}
    first = bare(0, "teh harbour", edit_info={"initial": control})
    second = bare(
        0,
        "the harbour",
        id_str=ids[1],
        edit_info={"edit": {"editControlInitial": control}},
    )
    found = posts(read(archive(tmp_path / "x", [first, second])))
    assert [post.versions for post in found] == [tuple(ids)] * 2
    assert found[0].edited is None and found[1].edited is not None and found[1].edited // 1000 == 1731004010 + 5


def test_a_deleted_post_knows_when(tmp_path: Path) -> None:
    gone = bare(1, deleted_at="Fri Nov 08 18:26:50 +0000 2024")
    path = archive(tmp_path / "x", [], deleted_tweets=[{"tweet": gone}])
    (post,) = posts(read(path))
    assert post.deleted == 1731004010000 + 86_400_000


def test_the_ids_of_deleted_posts_are_told(tmp_path: Path) -> None:
    headers = [
        {"tweet": {"tweet_id": "5", "user_id": "7", "deleted_at": "Fri Nov 08 18:26:50 +0000 2024"}},
        {"tweet": {"tweet_id": "6"}},
        {"tweet": {}},
    ]
    records = read(archive(tmp_path / "x", [bare(1)], deleted_tweet_headers=headers))
    assert [(gone.post, gone.time, gone.origin.position) for gone in deletions(records)] == [
        ("5", 1731004010000 + 86_400_000, 1),
        ("6", None, 2),
    ]
    assert [problem.reason for problem in problems(records)] == ["This deletion names no post."]
    assert len(posts(records)) == 1


def test_two_archives_in_one_folder_are_two_exports(tmp_path: Path) -> None:
    archive(tmp_path / "all/mine", [bare(1)])
    archive(tmp_path / "all/yours", [bare(2)])
    (tmp_path / "all/note.txt").write_text("mine and yours")
    gathered = registry.gather([tmp_path / "all"])
    assert [(found.path.name, found.format) for found in gathered.found] == [
        ("mine", "x-archive"),
        ("yours", "x-archive"),
    ]
    assert gathered.unknown == ["all/note.txt"]


def test_the_manifest_is_compared_with_the_files(tmp_path: Path) -> None:
    path = archive(tmp_path / "x", [bare(1), bare(2)], like=[{"like": {"tweetId": "99"}}])
    files = {
        "tweets": ("tweets.js", "2"),
        "tweetsPart": ("tweets-part1.js", "7"),
        "like": ("like.js", "3"),
        "ad": ("ads.js", "9"),
    }
    types = {kind: {"files": [{"fileName": f"data/{name}", "count": count}]} for kind, (name, count) in files.items()}
    (path / "data/manifest.js").write_text("window.__THAR_CONFIG = " + json.dumps({"dataTypes": types}))
    for count in (1, 2):
        assert sorted(problem.reason for problem in problems(read(path, count=count))) == [
            "The archive lists 3 entries in like.js, but 1 are there.",
            "tweets-part1.js is listed with 7 entries, but it is not in the export.",
        ]
