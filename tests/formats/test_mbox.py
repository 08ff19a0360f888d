"""Mailboxes and Pipermail's files: invented letters, and real lists by their counts."""

from __future__ import annotations

import mailbox
import re
import zipfile
from email.header import Header
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rejoinder.formats import registry
from rejoinder.formats.blocks import BLOCK
from rejoinder.formats.mail.headers import moment, sender
from rejoinder.records import Media
from tests.formats.making import deepest, posts, problems, read


def letter(number: int = 1, body: str = "a quiet harbour\n", sep: str = "", **headers: str) -> bytes:
    """A letter as Pipermail writes it."""
    told = {
        "From": "mira at town.example (Mira O.)",
        "Date": "Tue, 1 Oct 2013 14:50:29 +0200",
        "Subject": "[harbour] The ferry",
        "Message-ID": f"<m{number}@town.example>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in told.items() if value]
    separator = sep or "From mira at town.example  Tue Oct  1 14:50:29 2013"
    return "\n".join([separator, *lines, "", body, ""]).encode()


def box(path: Path, *letters: bytes) -> Path:
    path.write_bytes(b"".join(letters))
    return path


def test_letters_and_their_parents(tmp_path: Path) -> None:
    path = box(
        tmp_path / "2013-October.txt",
        letter(1),
        letter(2, "From the pier, a sentence.\n>From here too\n\n> said", Subject="[harbour] Re: The ferry")
        .replace(b"\n\nFrom the", b"\nIn-Reply-To: <m1@town.example> (Mira)\n\nFrom the", 1),
        letter(3, References="<m0@x.example> <m1@town.example>\n <m9@x.example>"),
        letter(4, References="<m7@x.example> <m8@x.example>"),
        letter(5, In_Reply_To="Your message of Tuesday", Subject="Re: The ferry"),
        letter(6, In_Reply_To="<m6@town.example>"),
        letter(0, Message_ID="", Subject="no id"),
    )  # fmt: skip
    assert registry.recognise(path) == "mbox"
    records = read(path)
    assert problems(records) == []
    found = posts(records)
    assert [post.reply_to for post in found] == [
        None, "m1@town.example", "m1@town.example", "m8@x.example", None, None, None,
    ]  # fmt: skip
    one, two = found[:2]
    assert (one.id, one.handle, one.name, one.time, one.clock) == (
        "m1@town.example", "mira@town.example", "Mira O.", 1380631829000, "claimed",
    )  # fmt: skip
    assert one.text == "[harbour] The ferry\n\na quiet harbour"
    assert two.text == "From the pier, a sentence.\nFrom here too\n\n> said", "a reply's subject says nothing new"
    assert found[4].text.startswith("Re: The ferry"), "a subject makes no parent"
    assert found[6].id == "2013-October.txt#7"
    assert b"no id" in registry.raw(path, "mbox", path.name, 7)


def test_charsets_and_encoded_words(tmp_path: Path) -> None:
    word = Header("Fähre", "iso-8859-1").encode()
    path = box(
        tmp_path / "a.mbox",
        letter(1, "x").replace(b"\n\nx\n", "\n\nPrüfung".encode("latin-1") + b"\n"),
        letter(2, Subject=f"{word} {word} now", From=f"{Header('Jörg', 'utf-8').encode()} <joerg@town.example>"),
        letter(3, "=C3=BC=\nber", Content_Type="text/plain; charset=utf-8",
               Content_Transfer_Encoding="Quoted-Printable"
        ),
        letter(4, "gr\u00fc\u00dfe", Content_Type="text/plain; charset=no-such-thing"),
    )  # fmt: skip
    found = posts(read(path))
    assert "Prüfung" in found[0].text
    assert found[1].text.startswith("FähreFähre now") and found[1].name == "Jörg"
    assert found[2].text.endswith("über") and found[3].text.endswith("grüße")


def test_parts_and_attachments(tmp_path: Path) -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "gull@pond.example", "Parts"
    message["Message-ID"] = "<p@pond.example>"
    message.set_content("the text\n")
    message.add_alternative("<p>the <b>page</b></p>", subtype="html")
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="gull.png")
    scrubbed = (
        "see below\n-------------- next part --------------\nA non-text attachment was scrubbed...\nName: minutes.pdf\n"
        "Type: application/pdf\nSize: 12 bytes\nDesc: not available\nURL: <https://lists.example/a/minutes.pdf>\n"
    )
    path = box(
        tmp_path / "a.mbox", b"From gull@pond.example Tue Oct 01 14:50:29 2013\n" + bytes(message), letter(2, scrubbed)
    )
    first, second = posts(read(path))
    assert (first.text, first.media) == ("Parts\n\nthe text", (Media("image", alt="gull.png"),))
    assert second.media == (Media("file", "https://lists.example/a/minutes.pdf", alt="minutes.pdf"),)


def test_a_clock_from_the_future_and_one_that_is_none(tmp_path: Path) -> None:
    path = box(tmp_path / "a.mbox", letter(1, Date="Tue, 1 Oct 2030 14:50:29 +0200"), letter(2, Date="yesterday"))
    found = posts(read(path))
    assert [(post.clock, post.time) for post in found] == [("observed", 1380639029000)] * 2


@pytest.mark.parametrize(
    ("value", "address", "name"),
    [
        (b"mira at town.example (Mira O.)", "mira@town.example", "Mira O."),
        (b'"Mira, O." <Mira@Town.example>', "mira@town.example", "Mira, O."),
        (b"mira@town.example", "mira@town.example", None),
        (b"mir@ m@iii@g oii town@ex@mple (Mira O.)", "mir@ m@iii@g oii town@ex@mple", "Mira O."),
        (b"Mira", None, None),
    ],
)
def test_senders(value: bytes, address: str | None, name: str | None) -> None:
    assert sender(value) == (address, name)


def test_dates_with_odd_zones() -> None:
    assert moment(b"Tue, 1 Apr 97 11:48:02 +0200") == 859888082000
    assert moment(b"Thu, 10 Jul 1997 15:10:35 EST") == 868565435000
    assert moment(b"no") is None and moment(b"Tue, 99 Apr 97 11:48:02 +9999999999") is None


def test_a_long_list_is_shared_out_whole(tmp_path: Path) -> None:
    body = "tide and flood\n" * 700
    path = box(tmp_path / "big.mbox", *(letter(n, body) for n in range(400)))
    assert path.stat().st_size > 4 * BLOCK
    found = posts(read(path, count=2))
    assert sorted(post.id for post in found) == sorted(f"m{n}@town.example" for n in range(400))
    assert sorted(post.origin.position for post in found) == list(range(1, 401))
    assert all(len(post.text) > 10_000 for post in found)


def test_a_letter_far_too_long_costs_one(tmp_path: Path) -> None:
    path = tmp_path / "a.mbox"
    with path.open("wb") as file:
        file.write(letter(1) + letter(2))
        for _ in range(70):
            file.write(b"tide " * (BLOCK // 5))
        file.write(b"\n" + letter(3))
    records = read(path, "mbox")
    assert [post.id[:2] for post in posts(records)] == ["m1", "m3"]
    assert [problem.origin.position for problem in problems(records)] == [2]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 3)), min_size=1, max_size=30))
def test_whatever_lies_in_the_letters_they_are_cut_at_separators(
    tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[str, int]]
) -> None:
    bodies = {"a": "plain", "b": "From nobody, a sentence\nFrom: x", "c": "\n\n>From quoted\n"}
    path = tmp_path_factory.mktemp("box") / "a.mbox"
    box(path, *(letter(n, (bodies[kind] + "\n") * (1 + size)) for n, (kind, size) in enumerate(parts)))
    assert [post.id for post in posts(read(path))] == [f"m{n}@town.example" for n in range(len(parts))]


REAL = {"r-announce": (699, 53, 38), "r-package-devel": (11114, 8827, 8429)}
"""Letters, replies, parents among them. Python's mailbox counts 33 more: sentences that begin with From."""


@pytest.mark.parametrize("name", REAL)
def test_real_lists(corpora: Path, tmp_path: Path, name: str) -> None:
    path = corpora / f"mbox-r-lists-a/{name}-pipermail.zip"
    assert registry.recognise(path) == "mbox"
    records = read(path)
    found = posts(records)
    assert problems(records) == []
    ids = {post.id for post in found}
    replies = [post for post in found if post.reply_to]
    assert (len(found), len(replies), sum(post.reply_to in ids for post in replies)) == REAL[name]
    assert deepest(found) == {"r-announce": 3, "r-package-devel": 22}[name]
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
    letters = [each for file in sorted(tmp_path.rglob("*.txt")) for each in mailbox.mbox(file)]
    told = [each["Message-ID"] for each in letters if each["Message-ID"]]
    assert len(told) == len(found), "every letter has its id; what else mailbox finds are sentences"
    assert {re.sub(r"\s|[<>]", "", str(each)) for each in told} == ids
