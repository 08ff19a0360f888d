"""The import, the archive and the contacts wing find what looking at every post finds."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, given, settings

from rejoinder.acts import Pair, Party
from rejoinder.app.contact_table import answering
from rejoinder.app.meetings import End, Meeting, meet
from rejoinder.archive import conditions as c
from rejoinder.archive import ingest
from rejoinder.archive.opening import open_archive
from rejoinder.archive.protocol import Archive, Choice
from rejoinder.archive.text import fold_handle
from rejoinder.contacts.history import is_contradicted
from rejoinder.records import Like, Post, Reading, Source
from tests.contacts import generated
from tests.contacts.brute import ADDRESSES, Contacts
from tests.oracle import Person, Town

SLOW = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Told:
    """A stream of records that are there already."""

    consumed = 0

    def __init__(self, records: Sequence[Reading], index: int, count: int) -> None:
        self.records = records[index::count]

    def __iter__(self) -> Iterator[Reading]:
        return iter(self.records)


@contextmanager
def keeping(records: Sequence[Reading]) -> Iterator[Archive]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town"
        ingest.run([ingest.Input(Source("told"), partial(Told, records), 1)], path, processes=1)
        archive = open_archive(path)
        yield archive
        archive.close()


def person(party: Party) -> Person:
    if party.id is not None:
        return party.platform, "id", party.id
    return party.platform, "handle", fold_handle(party.handle or "")


def everybody(archive: Archive) -> dict[Person, Party]:
    return {person(party): party for party in archive.parties(range(1, 100))}


@SLOW
@given(generated.archives())
def test_every_event_and_figure_between_two_accounts(told: tuple[list[Post], list[Like]]) -> None:
    posts, likes = told
    contacts = Contacts(Town(posts), likes)
    with keeping([*posts, *likes]) as archive:
        people = everybody(archive)
        for pair in contacts.pairs():
            one, other = sorted(pair)
            compare(contacts, people, meet(archive, End((people[one],)), End((people[other],)), witnesses=False))


def compare(contacts: Contacts, people: dict[Person, Party], meeting: Meeting) -> None:
    a, b = person(meeting.a.parties[0]), person(meeting.b.parties[0])
    told = meeting.history
    firsts = [contacts.posts(*way, *ADDRESSES)[:1] for way in ((a, b), (b, a))]
    assert firsts[0] and (not firsts[1] or contacts.place(firsts[0][0]) < contacts.place(firsts[1][0]))
    for way, who, whom in ((told.a_to_b, a, b), (told.b_to_a, b, a)):
        counts = (way.replies, way.quotes, way.mentions, way.reposts, way.likes)
        assert counts == tuple(
            sum(each[:3] == (who, whom, kind) for each in contacts.did)
            for kind in ("reply", "quote", "mention", "repost", "like")
        )
        addresses, replies = contacts.posts(who, whom, *ADDRESSES), contacts.posts(who, whom, "reply")
        assert way.addresses == len(addresses)
        assert (way.first_address and way.first_address.act.post) == (addresses[0].id if addresses else None)
        assert (way.first_reply and way.first_reply.act.post) == (replies[0].id if replies else None)
        answer = contacts.answer(who, whom)
        assert (way.answer is None) == (answer is None)
        if way.answer is not None and answer is not None:
            assert (way.answer.act.post, way.answer.unanswered) == (answer.post.id, answer.unanswered)
            assert (None if way.answer.silence is None else way.answer.silence // 1000) == answer.waited
            undated = answer.post.time is None or answer.since.time is None
            assert (way.answer.verdict == "bounded") == undated
            parent = contacts.town.up(answer.post)
            is_late = parent is not None and None not in (parent.time, answer.post.time)
            assert way.answer.contradicted == (is_late and answer.post.time < parent.time)
        assert [event.act.post for event in way.resumed] == [post.id for post in contacts.resumed(who, whom)]
    assert told.turns == contacts.turns(a, b)
    assert (meeting.a.addressed, meeting.a.answered) == contacts.habit(a)


@SLOW
@given(generated.archives())
def test_the_ranking_that_the_import_keeps(told: tuple[list[Post], list[Like]]) -> None:
    posts, likes = told
    contacts = Contacts(Town(posts), likes)
    with keeping([*posts, *likes]) as archive:
        answered, one_way = (archive.pairs(Choice(one_way=way), 0, 0) for way in (False, True))
        parties = {party.number: party for party in archive.parties(range(1, 100))}
        assert {
            frozenset(person(parties[n]) for n in (pair.a, pair.b)) for pair in (*answered, *one_way)
        } == contacts.pairs()
        ranks = []
        for pair in (*answered, *one_way):
            a, b = person(parties[pair.a]), person(parties[pair.b])
            meeting = meet(archive, End((parties[pair.a],)), End((parties[pair.b],)), witnesses=False)
            way, back = meeting.history.a_to_b, meeting.history.b_to_a
            first = way.first_address
            assert meeting.a.parties[0].number == pair.a and first is not None
            assert (pair.a_addresses, pair.b_addresses, pair.turns) == (
                way.addresses,
                back.addresses,
                meeting.history.turns,
            )
            assert (pair.first, pair.kind, pair.likes) == (first.act.key, first.act.kind, way.likes + back.likes)
            for told_answer, answer, unanswered, waited in (
                (way.answer, pair.a_answer, pair.a_unanswered, pair.a_waited),
                (back.answer, pair.b_answer, pair.b_unanswered, pair.b_waited),
            ):
                assert answer == (told_answer.act.key if told_answer else 0)
                assert unanswered == (told_answer.unanswered if told_answer else 0)
                silence = told_answer.silence if told_answer else None
                assert waited == (None if silence is None else silence // 1000)
            assert (pair in answered) == (contacts.answer(a, b) is not None or contacts.answer(b, a) is not None)
            assert answering(meeting)[1] == pair.answerer
            ranks.append((pair in one_way, *rank(pair, pair in answered)))
        assert ranks == sorted(ranks)


def rank(pair: Pair, is_answered: bool) -> tuple[int, int]:
    """The most unanswered first, then the longest silence, an unknown one last; without an answer, most addresses."""
    if not is_answered:
        return -max(pair.a_addresses, pair.b_addresses), 0
    answers = ((pair.a_unanswered, pair.a_waited), (pair.b_unanswered, pair.b_waited))
    unanswered, waited = max((n, -(2**31) if waited is None else waited) for n, waited in answers)
    return -unanswered, -waited


@SLOW
@given(generated.archives())
def test_the_signs_of_posts(told: tuple[list[Post], list[Like]]) -> None:
    posts, likes = told
    contacts = Contacts(Town(posts), likes)
    waited: dict[str, int] = {}
    for who, whom in {each[:2] for each in contacts.did}:
        if (answer := contacts.answer(who, whom)) is not None:
            waited[answer.post.id] = max(waited.get(answer.post.id, 0), answer.unanswered)
    with keeping([*posts, *likes]) as archive:
        entries = archive.page(c.Everything(), None, "newer", 100)
        signs = archive.contact_signs([entry.key for entry in entries])
        for entry in entries:
            sign = signs.get(entry.key)
            through = contacts.through(entry.post)
            assert (sign and sign.turns) == through
            assert (sign and sign.unanswered) == waited.get(entry.post.id)


def test_a_reply_may_be_dated_before_its_parent() -> None:
    from tests.conftest import make_post

    town = [
        make_post(1, "ada", "hello @ben", mentions=[{"handle": "ben", "id": "a-ben"}], time=5_000),
        make_post(2, "ben", "what", reply_to="1", time=4_000),
    ]
    with keeping(town) as archive:
        people = everybody(archive)
        one, other = (End((people["test", "id", f"a-{name}"],)) for name in ("ada", "ben"))
        answer = meet(archive, one, other).history.b_to_a.answer
        assert answer is None or is_contradicted(answer.act)
