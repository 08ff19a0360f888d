"""Frozen queues and codebooks: made the same way twice, read as they were written, told where they are wrong."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rejoinder.errors import ReviewError, UsageError
from rejoinder.review import codebook, custody, queues
from rejoinder.review.codebook import DEFAULT
from rejoinder.review.folder import Review, beside, checked_name
from rejoinder.review.progress import Progress
from rejoinder.review.queues import Head, Queue

POSTS = [f"x:{n}" for n in range(100)]


def test_a_queue_is_read_as_it_was_written(tmp_path: Path) -> None:
    queue = Queue(Head("q", query="ferry since:-2w", absolute="ferry since:2021", seed=7, reviewer="ada"), tuple(POSTS))
    queues.write(tmp_path / "q.queue", queue)
    assert queues.read(tmp_path / "q.queue") == queue
    assert queues.read_head(tmp_path / "q.queue") == queue.head
    assert (tmp_path / "q.queue").stat().st_mode & 0o777 == 0o600


def test_a_newer_or_foreign_queue_is_told(tmp_path: Path) -> None:
    path = tmp_path / "q.queue"
    path.write_text('{"name":"q","version":9}\nx:1\n')
    with pytest.raises(ReviewError, match="newer"):
        queues.read(path)
    path.write_text("hello")
    with pytest.raises(ReviewError, match="no queue"):
        queues.read(path)


@given(st.integers(1, 100), st.integers(0, 40), st.integers(0, 9))
def test_an_assignment_gives_every_post_to_somebody_and_the_overlap_to_all(n: int, overlap: int, seed: int) -> None:
    chosen = queues.sample(POSTS, n, seed)
    assert chosen == queues.sample(list(reversed(POSTS)), n, seed)[::-1] and len(chosen) == n
    if overlap > n:
        with pytest.raises(UsageError):
            queues.shared_out(chosen, ["ada", "ben", "cleo"], overlap, seed)
        return
    shares = queues.shared_out(chosen, ["ada", "ben", "cleo"], overlap, seed)
    assert set().union(*shares.values()) == set(chosen)
    common = set.intersection(*map(set, shares.values()))
    assert len(common) == overlap
    assert sum(map(len, shares.values())) == n + 2 * overlap
    sizes = [len(share) for share in shares.values()]
    assert max(sizes) - min(sizes) <= 1
    assert all(share == [post for post in chosen if post in set(share)] for share in shares.values())


def test_progress_goes_on_after_the_last_act_and_to_what_was_put_off_last() -> None:
    progress = Progress(POSTS[:5], {"x:0": "include", "elsewhere": "include"}, {"x:1"})
    assert (progress.done, progress.put_off) == (1, 1)
    assert progress.resume(None, "x:0") == "x:2"
    assert progress.resume("x:4", "x:0") == "x:4", "the post last looked at"
    assert progress.resume(None, "x:3") == "x:3", "an undone post is open again"
    for post in ("x:2", "x:3", "x:4"):
        progress.decide(post, "unsure")
    assert progress.after("x:4") == "x:1", "what was put off comes last"
    progress.decide("x:1", "exclude")
    assert progress.after("x:1") is None and progress.with_value("unsure") == 3
    progress.decide("x:2", None)
    assert progress.after("x:4") == "x:2" and progress.with_value("unsure") == 2


def test_the_rate_leaves_pauses_out() -> None:
    progress = Progress(POSTS, {})
    moment = 0
    for post in POSTS[:10]:
        moment += 10_000
        progress.decide(post, "include", moment)
    moment += 3_600_000
    for post in POSTS[10:20]:
        moment += 10_000
        progress.decide(post, "include", moment)
    assert progress.rate(moment) == 360
    assert progress.rate(moment + 3_600_000) is None, "an hour later it says nothing of now"


def test_the_default_codebook_is_what_the_file_says(tmp_path: Path) -> None:
    review = Review(tmp_path / "case.review")
    review.begin()
    assert review.codebook() == DEFAULT and review.codebook().hash == DEFAULT.hash
    review.begin()
    assert [line.deed for line in custody.read(review.path)] == ["begin"]


def test_the_hash_is_of_what_is_asked_not_of_how() -> None:
    keyed = codebook.rekeyed(DEFAULT, {"include": "i", "verdict.exclude": "n"})
    assert [value.key for value in keyed.verdict.values] == ["i", "n", "s"] and keyed.hash == DEFAULT.hash
    other = codebook.parse(codebook.DEFAULT_TEXT.replace("belong to the case", "mislead"), "it")
    assert other.hash != DEFAULT.hash


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ('key = "x"', "key of include and of exclude"),
        ('key = "u"', "can't be the key"),
        ('key = "ab"', "can't be the key"),
        ('key = "6"', "6 can't be the key of include"),
        ('key = "a", colour = "red"', "colour"),
    ],
)
def test_a_codebook_that_can_not_be_is_told(change: str, words: str) -> None:
    with pytest.raises(ReviewError, match=words):
        codebook.parse(codebook.DEFAULT_TEXT.replace('key = "a"', change), "codebook.toml")


def test_a_newer_codebook_is_told() -> None:
    with pytest.raises(ReviewError, match="newer Rejoinder"):
        codebook.parse(codebook.DEFAULT_TEXT.replace("version = 1", "version = 2"), "codebook.toml")


def test_the_first_nine_tags_stand_on_the_digits() -> None:
    values = ", ".join(f'{{ name = "t{n}" }}' for n in range(12))
    tags = codebook.parse(codebook.DEFAULT_TEXT.replace("values = []", f"values = [{values}]"), "it").tags
    assert tags is not None and [value.key for value in tags.values] == [*"123456789", "", "", ""]


def test_own_keys_that_two_values_would_claim_are_told() -> None:
    with pytest.raises(UsageError, match="key of include and of unsure"):
        codebook.rekeyed(DEFAULT, {"include": "s"})
    with pytest.raises(UsageError, match="no value maybe"):
        codebook.rekeyed(DEFAULT, {"maybe": "m"})


def test_a_line_that_was_changed_or_taken_out_of_the_custody_log_is_seen(tmp_path: Path) -> None:
    for deed in ("begin", "import", "export"):
        custody.add(tmp_path, deed, "words", who="ada")  # type: ignore[arg-type]
    assert custody.amiss(tmp_path) == []
    path = tmp_path / custody.NAME
    whole = path.read_text()
    path.write_text(whole.replace("import", "verify"))
    assert len(custody.amiss(tmp_path)) == 1
    path.write_text("".join(whole.splitlines(keepends=True)[::2]))
    assert len(custody.amiss(tmp_path)) == 1
    path.write_text(whole[:-30])
    custody.add(tmp_path, "verify")
    assert "can't be read" in custody.amiss(tmp_path)[0], "a line that a full disk cut short is told, and closed"
    assert custody.read(tmp_path)[-1].deed == "verify"


def test_the_review_lies_beside_its_archive(tmp_path: Path) -> None:
    assert beside(tmp_path / "case.rejoinder") == tmp_path / "case.review"
    for name in ("", "../ada", ".ada", "a/b"):
        with pytest.raises(UsageError):
            checked_name(name)


def test_two_queues_of_one_word_get_two_names(tmp_path: Path) -> None:
    review = Review(tmp_path / "case.review")
    review.begin()
    name = review.new_queue_name("ferry -from:bot")
    queues.write(review.queue_path(name), Queue(Head(name), ()))
    assert (name, review.new_queue_name("ferry -from:bot")) == ("ferry-from-bot", "ferry-from-bot-2")
    assert msgspec.json.decode(review.queue_path(name).read_bytes().splitlines()[0])["type"] == "queue"
