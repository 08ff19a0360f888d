"""Planted cases: what contacts must not be misled by, and the founding case with its figures exactly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from rejoinder import samples
from rejoinder.records import Account
from tests.conftest import Command, make_post

DAY = 1440
"""Minutes: `make_post` dates by its id."""


@pytest.fixture
def pair(rejoinder: Command, write_posts: Callable[..., Path], tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Import records and give the row of two accounts."""

    def run(*records: object, one: str = "lerner", other: str = "alqassam") -> dict[str, Any]:
        target = tmp_path / "town.rejoinder"
        assert rejoinder("import", target, write_posts(*records)).code == 0
        (row,) = rejoinder("contacts", target, "--json", "--pair", one, other).rows()
        return row  # type: ignore[return-value]

    return run


def named(*handles: str, kind: str = "typed") -> list[dict[str, str]]:
    return [{"handle": handle, "id": f"a-{handle}", "kind": kind} for handle in handles]


def ref(handle: str) -> dict[str, str]:
    return {"id": f"a-{handle}", "handle": handle}


def test_each_direction_has_its_own_answer_and_the_later_is_the_event(pair: Callable[..., dict[str, Any]]) -> None:
    """L mentions A in 2011 and A replies; A writes 230 times; L's first reply comes two years later."""
    letters = [make_post(n, "alqassam", "@lerner", mentions=named("lerner")) for n in range(10, 240)]
    row = pair(
        make_post(1, "lerner", "@alqassam", mentions=named("alqassam")),
        make_post(2, "alqassam", "@lerner yes", reply_to="1", reply_author=ref("lerner")),
        *letters,
        make_post(800 * DAY, "lerner", "@alqassam no", reply_to="239", reply_author=ref("alqassam")),
    )
    assert (row["a"]["handle"], row["b"]["handle"]) == ("lerner", "alqassam")
    soon, late = row["b_to_a"]["answer"], row["a_to_b"]["answer"]
    assert (soon["post"], soon["unanswered"], soon["silence_seconds"]) == ("2", 1, 60)
    assert (late["post"], late["unanswered"]) == (str(800 * DAY), 231)
    assert late["silence_seconds"] == (800 * DAY - 2) * 60
    assert (late["verdict"], late["clock"]) == ("witnessed", "platform")
    assert (row["b_to_a"]["addresses"], row["b_to_a"]["replies"], row["b_to_a"]["mentions"]) == (231, 1, 230)
    assert row["turns"] == 2


def test_what_is_passed_on_addresses_nobody(pair: Callable[..., dict[str, Any]]) -> None:
    row = pair(
        make_post(1, "lerner", "something"),
        make_post(2, "alqassam", "something", repost="1", is_repost=True, mentions=named("lerner")),
        make_post(3, "alqassam", "RT @lerner: something", mentions=named("lerner", kind="relayed")),
        make_post(4, "alqassam", "said well via @lerner", mentions=named("lerner", kind="relayed")),
    )
    way = row["b_to_a"] if row["b"]["handle"] == "alqassam" else row["a_to_b"]
    assert (way["addresses"], way["reposts"], way["first_address"]) == (0, 2, None)


def test_names_at_the_head_of_a_reply_are_held_to_the_chain(pair: Callable[..., dict[str, Any]]) -> None:
    """@ben stands above and is inherited; @lerner does not, so alqassam typed it; without the parent none counts."""
    above = make_post(1, "ben", "hello")
    row = pair(
        above,
        make_post(2, "cy", "@ben yes", reply_to="1", reply_author=ref("ben"), mentions=named("ben", kind="inherited")),
        make_post(3, "alqassam", "@cy @ben @lerner look", reply_to="2", reply_author=ref("cy"),
                  mentions=named("cy", "ben", "lerner", kind="inherited")),
        make_post(4, "alqassam", "@gone @lerner look", reply_to="999", reply_author=ref("gone"),
                  mentions=named("gone", "lerner", kind="inherited")),
    )  # fmt: skip
    way = row["a_to_b"]
    assert row["a"]["handle"] == "alqassam"
    assert (way["mentions"], way["first_address"]["post"]) == (1, "3")
    assert pair(above, one="alqassam", other="ben")["a_to_b"]["addresses"] == 0


def test_a_missing_parent_and_an_asserted_link_are_inferred(pair: Callable[..., dict[str, Any]]) -> None:
    row = pair(
        make_post(1, "lerner", "@alqassam", mentions=named("alqassam")),
        make_post(2, "alqassam", "@lerner", reply_to="77", reply_author=ref("lerner")),
        make_post(3, "lerner", "@alqassam", reply_to="2", reply_author=ref("alqassam"), reply_asserted=True),
    )
    assert row["b_to_a"]["answer"]["verdict"] == "inferred"
    assert row["a_to_b"]["answer"]["verdict"] == "inferred"
    assert row["coverage"]["b"]["missing_parents"] == 1


def test_a_reply_dated_before_its_parent_is_a_contradiction_and_is_shown_as_one(
    pair: Callable[..., dict[str, Any]],
) -> None:
    row = pair(
        make_post(5, "lerner", "@alqassam", mentions=named("alqassam")),
        make_post(9, "alqassam", "@lerner", reply_to="5", reply_author=ref("lerner"), time=1_600_000_000_000),
    )
    answer = row["b_to_a"]["answer"] or row["a_to_b"]["answer"]
    assert (answer["contradicted"], answer["silence_seconds"], answer["unanswered"]) == (True, -300, 1)


def test_posts_of_one_second_stand_in_the_order_of_their_ids(pair: Callable[..., dict[str, Any]]) -> None:
    at = {"time": 1_600_000_000_000}
    row = pair(
        make_post(1, "lerner", "@alqassam", mentions=named("alqassam"), **at),
        make_post(2, "alqassam", "@lerner", reply_to="1", reply_author=ref("lerner"), **at),
    )
    assert row["a"]["handle"] == "lerner" and row["b_to_a"]["answer"]["silence_seconds"] == 0
    assert "contradicted" not in row["b_to_a"]["answer"]


def test_an_account_is_its_id_whatever_it_is_called(pair: Callable[..., dict[str, Any]]) -> None:
    """The handle changed; an old post names it by the old handle alone; the owner's export tells of an earlier one."""
    row = pair(
        Account("test", "a-lerner", "lerner", owner=True, handles=(("peter", None, None),)),
        make_post(1, "alqassam", "@peter", mentions=[{"handle": "peter"}]),
        make_post(2, "alqassam", "@LTC", mentions=[{"handle": "LTC"}]),
        make_post(3, "ltc", "me, earlier", author="a-lerner"),
        make_post(4, "lerner", "@alqassam", reply_to="2", reply_author=ref("alqassam")),
    )
    assert row["a_to_b"]["addresses"] == 2 and row["b_to_a"]["answer"]["unanswered"] == 2


def test_two_platforms_are_two_accounts_and_nobody_answers_himself(pair: Callable[..., dict[str, Any]]) -> None:
    row = pair(
        make_post(1, "lerner", "@alqassam", mentions=named("alqassam")),
        make_post(2, "lerner", "@lerner", reply_to="1", reply_author=ref("lerner"), mentions=named("lerner")),
        make_post(3, "alqassam", "@lerner", platform="other", reply_to="1", reply_author=ref("lerner")),
        one="test:@lerner", other="test:@alqassam",
    )  # fmt: skip
    assert row["b_to_a"]["replies"] == 0 and row["b_to_a"]["answer"] is None
    assert row["a_to_b"]["addresses"] == 1


def test_an_edited_post_counts_once_from_whichever_export(
    rejoinder: Command, write_posts: Callable[..., Path], tmp_path: Path
) -> None:
    told = make_post(1, "lerner", "@alqassam", mentions=named("alqassam"))
    edited = msgspec.structs.replace(told, text="@alqassam, edited", edited=1_600_000_100_000)
    reply = make_post(2, "alqassam", "@lerner", reply_to="1", reply_author=ref("lerner"))
    target = tmp_path / "town.rejoinder"
    own = write_posts(Account("test", "a-lerner", "lerner", owner=True), told, name="own.jsonl")
    rejoinder("import", target, own, write_posts(edited, reply, name="capture.jsonl"))
    (row,) = rejoinder("contacts", target, "--json", "--pair", "lerner", "alqassam").rows()
    assert row["a_to_b"]["addresses"] == 1  # type: ignore[index]
    assert row["b_to_a"]["answer"]["attested"] == {"by": "capture", "sources": 1, "agree": True}  # type: ignore[index]


def test_an_undated_like_is_shown_and_answers_nobody(pair: Callable[..., dict[str, Any]]) -> None:
    row = pair(
        make_post(1, "lerner", "@alqassam", mentions=named("alqassam")),
        {"type": "like", "platform": "test", "post": "1", "account": ref("alqassam"), "until": 1_700_000_000_000},
    )
    assert row["b_to_a"]["likes"] == 1 and row["b_to_a"]["answer"] is None


def test_a_one_account_export_says_that_answers_are_not_in_it(
    rejoinder: Command, write_posts: Callable[..., Path], tmp_path: Path
) -> None:
    target = tmp_path / "town.rejoinder"
    rejoinder("import", target, write_posts(make_post(1, "lerner", "@alqassam", mentions=named("alqassam"))))
    assert "answers by others are not in it" in rejoinder("contacts", target).err
    assert "no posts" in rejoinder("contacts", target, "--one-way").out


@pytest.mark.parametrize("by", ["accounts", "sides"])
def test_the_founding_case(by: str, rejoinder: Command, tmp_path: Path) -> None:
    """22 October 2013: who addressed first, both answers, five turns, a like without a date; all of it inferred."""
    target, sample = tmp_path / "ex.rejoinder", samples.sample("exchange-2013")
    rejoinder("import", target, sample)
    asked = ["--sides", sample / "sides.toml"] if by == "sides" else []
    (row,) = rejoinder("contacts", target, "--json", *asked).rows()
    told: Any = row
    names = ("hamas", "israel") if by == "sides" else ("Alqassam Brigades", "Peter Lerner")
    assert (told["a"]["name"], told["b"]["name"]) == names
    forth, back = told["a_to_b"], told["b_to_a"]
    assert forth["first_address"] == {
        "post": "exchange-2013:2", "kind": "reply", "time": "2013-10-22T00:00:00Z", "precision": "day",
    }  # fmt: skip
    assert (back["answer"]["post"], back["answer"]["unanswered"]) == ("exchange-2013:3", 1)
    assert (forth["answer"]["post"], forth["answer"]["unanswered"]) == ("exchange-2013:4", 1)
    assert {answer["verdict"] for answer in (forth["answer"], back["answer"])} == {"inferred"}
    assert {answer["clock"] for answer in (forth["answer"], back["answer"])} == {"day"}
    assert told["turns"] == 5
    assert (forth["likes"], back["likes"]) == (0, 1)
    assert (forth["resumed"], back["resumed"]) == ([], [])
    assert told["coverage"]["a"] == {
        "first": "2013-10-22T00:00:00Z", "last": "2013-10-22T00:00:00Z", "gaps": [], "missing_parents": 0,
    }  # fmt: skip


def test_posts_that_are_here_for_context_alone_say_nothing_of_earlier_answers(
    rejoinder: Command, write_posts: Callable[..., Path], tmp_path: Path
) -> None:
    """In an own export, what others wrote is there only where the owner reposted it."""
    target = tmp_path / "town.rejoinder"
    letters = [make_post(n, "lerner", "@alqassam", mentions=named("alqassam")) for n in range(1, 9)]
    answer = make_post(9, "alqassam", "@lerner", reply_to="8", reply_author=ref("lerner"), context=True)
    rejoinder("import", target, write_posts(*letters, answer))
    assert "~8" in rejoinder("contacts", target).out
    (row,) = rejoinder("contacts", target, "--json").rows()
    assert row["coverage"]["b"]["only_context"] is True  # type: ignore[index]
    assert "only_context" not in row["coverage"]["a"]  # type: ignore[index]


def test_the_user_says_how_long_a_silence_is_before_a_reply_counts_as_resumed(
    pair: Callable[..., dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = (
        make_post(1, "lerner", "@alqassam", mentions=named("alqassam")),
        make_post(2, "alqassam", "@lerner yes", reply_to="1", reply_author=ref("lerner")),
        make_post(40 * DAY, "alqassam", "@lerner once more", reply_to="1", reply_author=ref("lerner")),
    )
    assert pair(*posts)["b_to_a"]["resumed"] == []
    monkeypatch.setenv("REJOINDER_RESUMED_DAYS", "30")
    (again,) = pair(*posts)["b_to_a"]["resumed"]
    assert again["post"] == str(40 * DAY)
