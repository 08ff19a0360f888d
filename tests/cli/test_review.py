"""Reviews on the command line: queues for several, agreement, exports that hold everything and come back."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import zipfile
from pathlib import Path

import msgspec
import pytest

from rejoinder.archive.opening import open_archive
from rejoinder.cli.arguments import ReviewFolder
from rejoinder.records import Media, Mention, Post, Ref
from rejoinder.review import custody, queues
from rejoinder.review.folder import Review
from rejoinder.review.pen import Pen
from tests.conftest import START, Command, make_post

PEOPLE = ("harbour_mira", "old_quay_union", "skerry.ferry.example", "pip@larkin.example")


def post(n: int, text: str = "", **more: object) -> Post:
    who = n % len(PEOPLE)
    made = make_post(
        900_000 + n, PEOPLE[who], text or f"the ferry leaves at {n}", name=f"Person {who}", author=f"1000{who}77",
        likes=n % 7, time=START + n * 60_000,
    )  # fmt: skip
    return msgspec.structs.replace(made, **more)


@pytest.fixture
def case(tmp_path: Path, write_posts, rejoinder: Command) -> Path:
    """An archive of forty posts that name each other in every way."""
    posts = [post(n) for n in range(36)]
    posts += [
        post(36, "@old_quay_union see https://x.example/harbour_mira/status/900001 and 900002, by Harbour_Mira",
             mentions=(Mention(id="1000177", handle="old_quay_union"),), reply_to="900001",
             reply_author=Ref(id="1000177", handle="old_quay_union"), tags=("harbour_mira",)),
        post(37, "written to pip@larkin.example, not to skerry.ferry.example.", quote="900003",
             media=(Media(url="https://x.example/media/900003-900004.jpg", file="900003-abc.jpg",
                          alt="by @harbour_mira"),)),
        post(38, "=SUM(A1) is a formula", deleted=START),
        post(39, "edited later", edited=START, versions=("900038", "900039")),
    ]  # fmt: skip
    path = tmp_path / "case.rejoinder"
    assert rejoinder("import", path, write_posts(*posts, name="harbour_mira-900001.jsonl")).code == 0
    return path


def review_of(case: Path) -> Review:
    return Review(case.with_suffix(".review"))


def decide(case: Path, reviewer: str, *codes: tuple[int, str, str], seeing: bool = False) -> None:
    review = review_of(case)
    review.begin()
    pen = Pen(review.journal_path(reviewer), reviewer, review.codebook())
    pen.open = seeing
    for n, name, value in codes:
        variable = review.codebook().variable(name)
        assert variable is not None
        one = [f"test:{900_000 + n}"]
        pen.add(one, variable, value) if variable.kind == "many" else pen.set(one, variable, value)
    pen.close()


def test_queues_are_assigned_by_seed_and_overlap(case: Path, rejoinder: Command) -> None:
    call = ("review", "assign", case, "--query", "ferry", "--n", 20, "--seed", 7, "--overlap", 5, "--to", "ada,ben")
    answer = rejoinder(*call)
    assert answer.code == 0, answer.err
    ada, ben = (queues.read(path) for path in sorted(review_of(case).queues()))
    assert len(set(ada.posts) & set(ben.posts)) == 5 and len(set(ada.posts) | set(ben.posts)) == 20
    assert ada.head.blind and ada.head.reviewer == "ada" and ada.head.absolute == "ferry" and ada.head.seed == 7
    assert list(ada.posts) == sorted(ada.posts), "by time"
    assert rejoinder(*call).code == 0
    again = [queues.read(path) for path in review_of(case).queues() if path.name.endswith("-2.queue")]
    assert {queue.posts for queue in again} == {ada.posts, ben.posts}, "the same seed, the same queues"
    status = rejoinder("review", "status", review_of(case).path)
    assert status.out.count("queue ") == 4 and "0 of" in status.out


def test_agreement_disagreements_and_adjudication(case: Path, rejoinder: Command) -> None:
    for reviewer, other in (("ada", "exclude"), ("ben", "include")):
        decide(case, reviewer, *((n, "verdict", "include" if n < 8 else other) for n in range(10)))
    decide(case, "ben", (1, "verdict", "exclude"), seeing=True)
    (row,) = rejoinder("review", "agreement", review_of(case).path, "--variable", "verdict", "--json").rows()
    assert (row["units"], row["overlap"], row["percent"], row["left_out"]) == (10, 10, 80.0, 1)
    table = rejoinder("review", "agreement", review_of(case).path)
    assert "80.0" in table.out and "not independent" in table.err
    answer = rejoinder("review", "assign", case, "--disagreements", "verdict", "--to", "judge")
    assert answer.code == 0
    queue = queues.read(review_of(case).queues()[-1])
    assert queue.posts == ("test:900008", "test:900009") and queue.head.adjudicates == "verdict"
    assert not queue.head.blind
    assert rejoinder("search", case, "disagree:verdict", "--count").out.strip() == "2"
    assert rejoinder("search", case, "by:ben verdict:exclude", "--count").out.strip() == "3"


def test_the_log_says_who_what_and_when(case: Path, rejoinder: Command) -> None:
    decide(case, "ada", (1, "verdict", "include"), (1, "note", "two\nlines"), (1, "tag", "cost"))
    lines = rejoinder("review", "log", review_of(case).path).out.splitlines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z  ada  test:900001  verdict  include", lines[0])
    assert lines[1].endswith("note  two ¶ lines") and lines[2].endswith("tag  cost")
    rows = rejoinder("review", "log", review_of(case).journal_path("ada"), "--json").rows()
    assert [row["act"] for row in rows] == [1, 2, 3]


def test_an_export_holds_every_field_and_who_said_what(case: Path, rejoinder: Command, tmp_path: Path) -> None:
    decide(case, "ada", (1, "verdict", "include"), (1, "tag", "cost"), (1, "tag", "safety"), (1, "mark", "yes"))
    decide(case, "ben", (1, "verdict", "exclude"), (2, "note", "=cmd|' /C calc'!A0"))
    out = tmp_path / "out.csv"
    assert rejoinder("export", case, "--review", review_of(case).path, "-o", out).code == 0
    assert oct(out.stat().st_mode & 0o777) == "0o600"
    rows = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
    assert len(rows) == 41, "a post that two reviewers coded has two rows"
    one, two = (row for row in rows if row["id"] == "900001")
    assert (one["reviewer"], one["verdict"], one["tag"]) == ("ada", "include", "cost; safety")
    assert (two["reviewer"], two["verdict"]) == ("ben", "exclude") and two["decided"].endswith("Z")
    assert "mark" not in one, "marks are private"
    source = open_archive(case).sources()[0]
    assert one["sha256"] == source.fingerprint and one["source"] == source.name and one["position"] == "2"
    formula = next(row for row in rows if row["id"] == "900002")
    assert formula["note"].startswith("'="), "a spreadsheet runs nothing"
    assert next(row for row in rows if row["id"] == "900038")["state"] == "deleted"
    head = json.loads((tmp_path / "out.csv-metadata.json").read_text())["notes"][0]
    assert head["archive"] == "case" and head["reviewers"] == ["ada", "ben"] and len(head["fingerprint"]) == 64
    assert [line.deed for line in custody.read(review_of(case).path)][-1] == "export"
    assert custody.read(review_of(case).path)[-1].files[0].sha256 == custody.sha256(out)


@pytest.mark.parametrize("ending", ["md", "html"])
def test_reports_are_to_be_read(case: Path, rejoinder: Command, tmp_path: Path, ending: str) -> None:
    decide(case, "ada", (1, "verdict", "include"))
    out = tmp_path / f"out.{ending}"
    answer = rejoinder("export", case, "id:900001,900036", "--review", review_of(case).path, "-o", out)
    assert answer.code == 0 and "2 rows" in answer.err
    text = out.read_text()
    assert "include (ada" in text and open_archive(case).sources()[0].fingerprint in text
    assert ending == "md" or "<script" not in text


@pytest.mark.parametrize("kept", ["hide-text", "keep-marked"])
def test_deleted_words_are_left_out_unless_asked_for(
    kept: str, rejoinder: Command, tmp_path: Path, write_posts
) -> None:
    path, out = tmp_path / "hidden.rejoinder", tmp_path / "out.jsonl"
    posts = write_posts(post(1, "words that are gone", deleted=START), post(2))
    assert rejoinder("import", path, posts, "--deleted", kept).code == 0
    assert rejoinder("export", path, "-o", out).code == 0
    assert "words that are gone" not in out.read_text() and '"state":"deleted"' in out.read_text()
    assert rejoinder("export", path, "--include-deleted", "-o", out).code == 0
    assert "words that are gone" in out.read_text()
    assert json.loads(out.read_text().splitlines()[0])["deleted"] == "with their words"


def test_what_is_exported_comes_back(case: Path, rejoinder: Command, tmp_path: Path) -> None:
    decide(case, "ada", (1, "verdict", "include"), (1, "tag", "cost"), (3, "note", "a word"))
    decide(case, "ben", (1, "verdict", "exclude"), seeing=True)
    out = tmp_path / "out.jsonl"
    rejoinder("export", case, "--review", review_of(case).path, "-o", out)
    other = Review(tmp_path / "other.review")
    answer = rejoinder("review", "import", other.path, out)
    assert answer.code == 0 and "4 codes of ada, ben" in answer.err
    assert "0 codes" in rejoinder("review", "import", other.path, out).err, "nothing is said twice"
    ours, theirs = (rejoinder("review", "log", path, "--json").rows() for path in (review_of(case).path, other.path))
    said = [{(row["reviewer"], row["post"], row["variable"], row["value"], row["open"]) for row in rows}
            for rows in (ours, theirs)]  # fmt: skip
    assert said[0] == said[1]
    out.write_bytes(out.read_bytes() + b"{broken\n")
    assert rejoinder("review", "import", other.path, out).code == 1


def identifiers(case: Path) -> set[str]:
    """Every handle and id of the archive that is long enough to be told from a common word."""
    archive = open_archive(case)
    handles, accounts = archive.account_names()
    from rejoinder.archive.conditions import Everything

    posts = {name.partition(":")[2] for name in archive.names_of(archive.keys(Everything()))}
    return {name.lower() for name in handles | accounts | posts if len(name) >= 5}


@pytest.mark.parametrize("ending", ["csv", "jsonl", "md", "html", "convokit"])
def test_no_handle_and_no_id_is_left_in_a_pseudonymised_file(
    case: Path, rejoinder: Command, tmp_path: Path, ending: str
) -> None:
    decide(case, "ada", (1, "verdict", "include"), (1, "note", "ask @harbour_mira about 900003"))
    out, key = tmp_path / f"out.{ending}", tmp_path / "key"
    answer = rejoinder(
        "export", case, "from:harbour_mira OR ferry OR -ferry", "--review", review_of(case).path, "-o", out,
        "--pseudonyms", key,
    )  # fmt: skip
    assert answer.code == 0 and "can be searched" in answer.err and oct(key.stat().st_mode & 0o777) == "0o600"
    files = sorted(out.rglob("*")) if out.is_dir() else [out, *tmp_path.glob("out.*.json")]
    names = identifiers(case)
    assert len(names) > 40
    for file in files:
        text = file.read_text().lower()
        left = {name for name in names if re.search(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", text)}
        assert not left, (file.name, left)


def test_one_key_gives_the_same_pseudonyms_in_every_file(case: Path, rejoinder: Command, tmp_path: Path) -> None:
    made = []
    for n, key in enumerate(("key", "key", "another")):
        out = tmp_path / f"{n}.jsonl"
        assert rejoinder("export", case, "id:900001", "-o", out, "--pseudonyms", tmp_path / key).code == 0
        made.append(json.loads(out.read_text().splitlines()[1]))
    assert made[0] == made[1] and made[0]["author"] != made[2]["author"]


def test_coarse_times_and_ids_alone(case: Path, rejoinder: Command, tmp_path: Path) -> None:
    decide(case, "ada", (1, "verdict", "include"))
    out = tmp_path / "out.jsonl"
    rejoinder("export", case, "id:900001", "-o", out, "--coarse-time", "--review", review_of(case).path)
    row = json.loads(out.read_text().splitlines()[1])
    assert row["created"] == "2020-09-13" and row["precision"] == "day" and len(row["codes"][0]["time"]) == 10
    rejoinder("export", case, "id:900001", "-o", out, "--ids-only", "--review", review_of(case).path)
    row = json.loads(out.read_text().splitlines()[1])
    assert set(row) == {"platform", "id", "codes"} and "ferry" not in out.read_text()


def test_convokit_finds_its_files(case: Path, rejoinder: Command, tmp_path: Path) -> None:
    out = tmp_path / "corpus"
    assert rejoinder("export", case, "--format", "convokit", "-o", out).code == 0
    assert {path.name for path in out.iterdir()} == {
        "utterances.jsonl", "speakers.json", "conversations.json", "corpus.json", "index.json",
    }  # fmt: skip
    lines = [json.loads(line) for line in (out / "utterances.jsonl").read_text().splitlines()]
    speakers = json.loads((out / "speakers.json").read_text())
    assert len(lines) == 40 and all(line["speaker"] in speakers for line in lines)
    ids = {line["id"] for line in lines}
    assert all(line["reply-to"] is None or line["reply-to"] in ids for line in lines)
    assert json.loads((out / "index.json").read_text())["version"] == 1


def test_a_backup_is_whole_though_the_journal_is_in_use(case: Path, rejoinder: Command, tmp_path: Path) -> None:
    decide(case, "ada", (1, "verdict", "include"))
    review = review_of(case)
    pen = Pen(review.journal_path("ada"), "ada", review.codebook())
    assert rejoinder("review", "backup", review.path, tmp_path / "b.zip").code == 0
    pen.set(["test:900002"], review.codebook().verdict, "include")
    pen.close()
    zipfile.ZipFile(tmp_path / "b.zip").extractall(tmp_path / "back")
    lines = rejoinder("review", "log", tmp_path / "back" / "case.review").out.splitlines()
    assert len(lines) == 1 and "900001" in lines[0]


def test_forgetting_purges_the_review_too(case: Path, rejoinder: Command) -> None:
    decide(case, "ada", (1, "verdict", "include"), (1, "note", "about a person"), (2, "verdict", "exclude"))
    rejoinder("review", "assign", case, "--to", "ada")
    answer = rejoinder("forget", case, "--post", "900001", "--yes")
    assert answer.code == 0 and "entries without content" in answer.err
    rows = rejoinder("review", "log", review_of(case).path, "--json").rows()
    assert [(row["post"], row["value"]) for row in rows] == [(None, None), (None, None), ("test:900002", "exclude")]
    for file in review_of(case).path.rglob("*"):
        if file.is_file():
            assert b"900001" not in file.read_bytes() and b"about a person" not in file.read_bytes(), file
    assert [line.deed for line in custody.read(review_of(case).path)][-1] == "forget"


def test_the_custody_log_hears_of_imports_and_of_verifying(case: Path, rejoinder: Command, write_posts) -> None:
    review_of(case).begin()
    more = write_posts(post(77), name="more.jsonl")
    assert rejoinder("import", case, more).code == 0
    assert rejoinder("verify", case).code == 0
    lines = custody.read(review_of(case).path)
    assert [line.deed for line in lines] == ["begin", "import", "verify"]
    assert lines[1].files[0].name == "more.jsonl" and lines[1].files[0].sha256 == custody.sha256(more)
    assert "unchanged" in lines[2].what and custody.amiss(review_of(case).path) == []


def test_a_rebuilt_archive_keeps_its_review(case: Path, rejoinder: Command, write_posts) -> None:
    decide(case, "ada", (30, "verdict", "include"), (30, "tag", "cost"))
    case.unlink()
    assert rejoinder("import", case, write_posts(*(post(n) for n in range(10, 35)), name="other.jsonl")).code == 0
    assert rejoinder("search", case, "verdict:include tag:cost", "--json").rows()[0]["id"] == "900030"
    assert rejoinder("search", case, "verdict:none", "--count").out.strip() == "24"


def test_errors_are_for_people(case: Path, rejoinder: Command, tmp_path: Path) -> None:
    for call, code, words in (
        (("review", "status", tmp_path / "none.review"), 1, "There is no review"),
        (("review", "agreement", tmp_path, "--variable", "x"), 1, "There is no review"),
        (("review", "assign", case, "--to", "../evil"), 2, "no name for a reviewer"),
        (("review", "assign", case, "--query", "nobody-wrote-this", "--to", "ada"), 1, "No post"),
        (("export", case, "-o", tmp_path / "out.xyz"), 2, "ending"),
        (("export", case, "-o", tmp_path / "no" / "out.csv"), 1, "can't be written"),
        (("export", case, "--review", tmp_path / "none", "-o", tmp_path / "out.csv"), 1, "There is no review"),
    ):
        answer = rejoinder(*call)
        assert (answer.code, words in answer.err) == (code, True), answer
        assert "Traceback" not in answer.err
    assert not (tmp_path / "out.csv").exists()


def test_a_bundle_is_held_against_its_manifest(rejoinder: Command, tmp_path: Path) -> None:
    path = tmp_path / "report.zip"
    files = {"report.md": b"# Posts", "records/1.json": b"{}"}
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in files.items())

    def make(**more: bytes) -> None:
        with zipfile.ZipFile(path, "w") as bundle:
            for name, data in {**files, "SHA256SUMS": sums.encode(), **more}.items():
                bundle.writestr(name, data)

    make()
    answer = rejoinder("verify", path)
    assert answer.code == 0 and answer.out.count("unchanged") == 2
    make(**{"report.md": b"# Other posts"})
    answer = rejoinder("verify", path, "--json")
    assert answer.code == 1 and {"name": "report.md", "state": "changed"} in answer.rows()
    make(**{"slipped-in.txt": b""})
    assert "slipped-in.txt: not as the manifest says" in rejoinder("verify", path).err
    files.pop("report.md")
    make()
    assert "missing" in rejoinder("verify", path).out


def test_what_was_said_is_counted(case: Path, rejoinder: Command) -> None:
    decide(case, "ada", *((n, "verdict", "include" if n < 3 else "exclude") for n in range(8)), (1, "tag", "cost"))
    decide(case, "ben", (20, "note", "a word"))
    rows = rejoinder("tally", case, "--by", "verdict", "--json").rows()
    assert [(row["verdict"], row["posts"], row["query"]) for row in rows] == [
        ("exclude", 5, "verdict:exclude"), ("include", 3, "verdict:include"), (None, 32, None),
    ]  # fmt: skip
    rows = rejoinder("tally", case, "verdict:include", "--by", "code", "--json").rows()
    assert [(row["code"], row["posts"]) for row in rows] == [("cost", 1), (None, 2)]
    rows = rejoinder("tally", case, "--by", "reviewer", "--json").rows()
    assert [(row["reviewer"], row["posts"]) for row in rows] == [("ada", 8), ("ben", 1), (None, 31)]


def test_two_journals_of_one_name_are_a_warning(case: Path, rejoinder: Command) -> None:
    decide(case, "ada", (1, "verdict", "include"))
    review = review_of(case)
    Pen(review.path / "ada-laptop.journal", "ada", review.codebook()).close()
    for call in (("status", review.path), ("agreement", review.path), ("log", review.path)):
        answer = rejoinder("review", *call)
        assert answer.code == 0 and "two journals of ada" in answer.err


def test_the_time_of_a_decision_is_that_of_the_verdict(case: Path, rejoinder: Command, tmp_path: Path) -> None:
    review = review_of(case)
    review.begin()
    moments = iter(range(START, START + 10_000_000, 1_000_000))
    pen = Pen(review.journal_path("ada"), "ada", review.codebook(), lambda: next(moments))
    verdict, tags = review.codebook().verdict, review.codebook().tags
    assert tags is not None
    pen.set(["test:900001"], verdict, "include")
    pen.add(["test:900001"], tags, "later-tag")
    pen.add(["test:900002"], tags, "only-tag")
    pen.close()
    out = tmp_path / "out.csv"
    assert rejoinder("export", case, "--review", review.path, "-o", out).code == 0
    with out.open(newline="", encoding="utf-8-sig") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    first = msgspec.json.decode(rejoinder("review", "log", review.path, "--json").out.splitlines()[0])
    assert rows["900001"]["decided"].rstrip("Z") == first["time"][:19]
    assert rows["900002"]["decided"] == ""


def test_nothing_is_forgotten_while_a_review_is_open_in_a_window(case: Path, rejoinder: Command) -> None:
    decide(case, "ada", (1, "verdict", "include"))
    decide(case, "ben", (1, "verdict", "include"))
    before = {path: path.read_bytes() for path in (case, *review_of(case).path.glob("*.journal"))}
    pen = Pen(review_of(case).journal_path("ben"), "ben", review_of(case).codebook())
    answer = rejoinder("forget", case, "--account", PEOPLE[1], "--yes")
    assert answer.code == 1 and "another window" in answer.err
    assert {path: path.read_bytes() for path in before} == before
    pen.close()
    assert rejoinder("forget", case, "--account", PEOPLE[1], "--yes").code == 0
    assert rejoinder("search", case, f"from:{PEOPLE[1]}", "--count").out == "0\n"


def test_a_review_goes_by_the_name_of_its_archive(rejoinder: Command, write_posts, tmp_path: Path) -> None:
    assert rejoinder("import", "town", write_posts(post(1), post(2))).code == 0
    assert rejoinder("review", "assign", "town", "--query", "", "--to", "ada").code == 0
    for word in ("town", "town.review"):
        assert "ada" in rejoinder("review", "status", word).out
        assert rejoinder("export", "town", "--review", word, "-o", tmp_path / "out.csv").code == 0
        found = ReviewFolder(path_type=str).convert(word, None, None)
        assert isinstance(found, str) and Path(found).name == "town.review" and Path(found).is_dir()


def test_who_only_settles_disagreements_is_no_third_opinion(case: Path, rejoinder: Command) -> None:
    for who, second in (("ada", "include"), ("ben", "exclude")):
        decide(case, who, (1, "verdict", "include"), (2, "verdict", second), (3, "verdict", "unsure"))
    before = rejoinder("review", "agreement", review_of(case).path, "--json").rows()[0]
    decide(case, "judge", (2, "verdict", "include"), seeing=True)
    after = rejoinder("review", "agreement", review_of(case).path, "--json").rows()[0]
    assert before["kappa"] is not None
    assert {**after, "left_out": 0} == before


def test_codes_of_another_codebook_come_in_and_are_told(case: Path, rejoinder: Command, tmp_path: Path) -> None:
    line = {"platform": "test", "id": "900001", "codes": [{"reviewer": "ada", "variable": "stance", "value": "pro"}]}
    told = tmp_path / "told.jsonl"
    told.write_text(json.dumps(line) + "\n")
    answer = rejoinder("review", "import", tmp_path / "new.review", told)
    assert answer.code == 0 and "1 code of ada" in answer.err and "in no figure: stance" in answer.err


def test_an_export_is_a_file(case: Path, rejoinder: Command) -> None:
    answer = rejoinder("export", case, "-o", "-", "--format", "csv")
    assert answer.code == 2 and "--json writes to stdout" in answer.err
