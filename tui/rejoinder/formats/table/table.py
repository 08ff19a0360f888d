"""Tables of posts: CSV, TSV and JSON Lines, read by a mapping that the user gives (`--map`) or that is known.

Without `--map` only the layouts of `mapping.READY` are recognised: what a column of another table is, is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, repeat
from typing import Any

from rejoinder.errors import FormatError, UsageError
from rejoinder.formats import decoding, entities
from rejoinder.formats.export import Damaged, Export, Member, stem
from rejoinder.formats.prose import addresses, line, plain, unescaped
from rejoinder.formats.table import cells
from rejoinder.formats.table.mapping import FILE, Layout, parsed, ready
from rejoinder.formats.table.rows import Row, Shape, Table, shape
from rejoinder.records import Link, Mention, MentionKind, Origin, Post, Problem, Reading, Ref

TITLE = "Table (CSV, TSV, JSON Lines) with a mapping"
_NAME = re.compile(r"\.(?:csv|tsv|tab|txt|json|jsonl|ndjson|jl)$")
_REPOSTED = re.compile(r"RT @(\w{1,20})\b")
_HEAD = re.compile(r"(?:@\w{1,20}\s+)*")
_REPOSTS = frozenset(("r", "rt", "retweet", "repost", "retweeted"))


def recognise(export: Export) -> bool:
    """Whether a member has the columns of the given mapping or of a known layout; a folder's files are read alone."""
    return not export.is_folder and bool(members(export))


def members(export: Export) -> list[Member]:
    """The members that the mapping fits."""
    return [member for member, _, _ in _fitting(export)]


def _fitting(export: Export) -> list[tuple[Member, Shape, Layout]]:
    given = parsed(export.choices.mapping) if export.choices.mapping else None
    named = export.members if export.is_single else [each for each in export.members if _NAME.search(stem(each.name))]
    found = []
    for member in named:
        told = _shape(export, member, given)
        layout = None if told is None else given or (known[1] if (known := ready(told.header)) else None)
        if told is not None and layout is not None and _fits(layout, told):
            found.append((member, told, layout))
    return found


def _shape(export: Export, member: Member, given: Layout | None) -> Shape | None:
    try:
        return shape(export, member.name, given.separator if given else "") if member.size else None
    except FormatError:
        return None


def _wanted(layout: Layout) -> dict[str, str]:
    return {field: column for field, column in layout.columns.items() if column[:1] not in ("'", '"', "@", "")}


def is_numbered(layout: Layout, told: Shape) -> bool:
    """Whether the columns are numbers: the table has no header, and its first row is a post."""
    wanted = _wanted(layout).values()
    return bool(told.separator) and all(column.isdecimal() for column in wanted) and not set(wanted) <= set(told.header)


def _fits(layout: Layout, told: Shape) -> bool:
    wanted = set(_wanted(layout).values())
    if is_numbered(layout, told):
        return all(0 < int(column) <= len(told.header) for column in wanted)
    if not told.separator:  # objects leave out what they do not have
        return layout.columns.get("text", layout.columns.get("title", "")) in told.header
    return wanted <= set(told.header)


def check(export: Export) -> None:
    """Raise UsageError, naming what is missing, where a given mapping fits no member."""
    given = parsed(export.choices.mapping)
    if _fitting(export):
        return
    for member in export.members:
        told = _shape(export, member, given)
        if told is not None:
            missing = [column for column in _wanted(given).values() if column not in told.header]
            raise UsageError(
                f"{member.name} has no column called {missing[0] if missing else '?'}.",
                "Its columns are: " + ", ".join(told.header[:40]),
            )
    raise UsageError(f"{export.name} is no table.", "A mapping is for CSV, TSV and JSON Lines.")


def read(export: Export) -> Iterator[Reading]:
    """A post for each row, in file order."""
    fitting = {member.name: (told, layout) for member, told, layout in _fitting(export)}
    for member, mine in decoding.dealt(export, members(export)):
        told, layout = fitting[member.name]
        try:
            yield from _rows(export, member, told, layout, mine)
        except Damaged as error:
            yield decoding.problem(error.message, member.name, 0)


def heading(export: Export) -> bytes:
    """The header of a single table, with the end of its line; empty where there is none. Without it what is appended to
    the table later tells nothing."""
    for member, told, layout in _fitting(export):
        if told.separator and not is_numbered(layout, told):
            return raw(export, member.name, 1) + b"\n"
    return b""


def raw(export: Export, member: str, position: int) -> bytes:
    """The lines of the row. Raises FormatError where it is not there (any more)."""
    given = parsed(export.choices.mapping) if export.choices.mapping else None
    for each in export.members:
        told = _shape(export, each, given) if each.name == member else None
        if told is not None:
            found = Table(export, each, told, (), has_header=False).raw(position)
            if found is not None:
                return found
    raise FormatError(f"There is no row {position} in {member} of {export.name} (any more).")


def _rows(
    export: Export, member: Member, told: Shape, layout: Layout, mine: Callable[[int], bool]
) -> Iterator[Reading]:
    wanted = _wanted(layout)
    table = Table(export, member, told, list(wanted.values()), not is_numbered(layout, told))
    maker = _Maker(export, member, layout, list(wanted))
    for row in table.rows(mine):
        if row.trouble:
            yield Problem(
                line(row.trouble), Origin("", member.name, row.position), str(row.cells[0]) if row.cells else ""
            )
        else:
            yield maker.reading(row)
            if maker.warning:
                yield decoding.problem(maker.warning, member.name, row.position)
                maker.warning = ""


_SIMPLE: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("author", "name", "reply_to", "quote", "repost", "conversation", "language", "app"), cells.name),
    **dict.fromkeys(("likes", "reposts", "replies", "quotes"), cells.number),
    "permalink": cells.name,
    "handle": lambda told: _handle(told),
    "mentions": lambda told: tuple(Mention(None, name.lstrip("@")) for name in cells.several(told)),
    "tags": lambda told: tuple(name.lstrip("#") for name in cells.several(told)),
    "links": lambda told: tuple(Link(url) for url in cells.several(told) if "://" in url),
    "deleted": lambda told: 0 if cells.yes(told) else None,
}
"""Fields of a post that one cell fills, and how."""


class _Maker:
    """Makes posts of the rows of one member: only what is mapped is looked at."""

    def __init__(self, export: Export, member: Member, layout: Layout, fields: Sequence[str]) -> None:
        self.warning = ""
        self._warned = False
        self._member = member.name
        self._escaped = layout.escaped
        self._places = {field: place for place, field in enumerate(fields)}
        self._in_text = layout.platform == "twitter" and not {"mentions", "tags", "links"} & set(layout.columns)
        self._time = cells.times(layout.dates, layout.zone, layout.precision)
        self._prefix = member.name if export.is_single else f"{export.name}/{member.name}"
        constants = {field: _constant(column, member.name) for field, column in layout.columns.items()}
        self._constants = {field: value for field, value in constants.items() if field not in self._places}
        self._always: dict[str, Any] = {"platform": layout.platform}
        self._always |= {field: _SIMPLE[field](value) for field, value in self._constants.items() if field in _SIMPLE}
        self._each = [(field, place, _SIMPLE[field]) for field, place in self._places.items() if field in _SIMPLE]

    def reading(self, row: Row) -> Post | Problem:
        told = row.cells
        words, title = cells.text(self._get(told, "text")), cells.text(self._get(told, "title"))
        text = f"{title}\n\n{words}" if title and words else title or words
        if not text and not any(map(cells.text, told)):
            return decoding.problem("This row has nothing in the columns of the mapping.", self._member, row.position)
        text = plain(unescaped(text) if self._escaped else text)
        fields = dict(self._always)
        for field, place, read in self._each:
            fields[field] = read(told[place])
        id = self._id(self._get(told, "id"), row.position)
        if fields.get("reply_to") == id:
            fields["reply_to"] = None
        time, clock, precision = self._time(self._get(told, "time"))
        repost = fields.get("repost") is not None or self._is_repost(told)
        addressed = _person(self._get(told, "reply_author_id"), self._get(told, "reply_author"))
        if self._in_text:
            is_reply = addressed is not None or fields.get("reply_to") is not None
            fields |= _named(text, "relayed" if repost else "inherited" if is_reply else "typed")
        return Post(
            id=id,
            time=time,
            clock=clock,
            precision=precision,
            text=text,
            reply_author=addressed,
            repost_author=_passed_on(text) if repost else None,
            is_repost=repost,
            origin=Origin("", self._member, row.position),
            **fields,
        )

    def _get(self, told: Sequence[Any], field: str) -> Any:
        place = self._places.get(field)
        return self._constants.get(field) if place is None else told[place]

    def _is_repost(self, told: Sequence[Any]) -> bool:
        kind = cells.text(self._get(told, "kind")).strip().lower()
        return kind in _REPOSTS or cells.yes(self._get(told, "is_repost"))

    def _id(self, told: Any, position: int) -> str:
        """The row's id; where there is none (or a spreadsheet has rounded it) one made from file and row."""
        found = cells.name(told)
        if found is not None and not cells.is_rounded(told):
            return found
        if found is not None and not self._warned:
            self._warned = True
            self.warning = f"Ids such as {found} were rounded by a spreadsheet: rows are named by where they lie."
        return line(f"{self._prefix}#{position}")


def _named(text: str, leading: MentionKind) -> dict[str, Any]:
    """What the text itself names, by Twitter's rules; `leading` is the kind of the names at its head.

    Links are found by the quicker rule of `prose`, and taken out first: the platform's own takes 30 µs a text.
    """
    found: dict[str, Any] = {}
    if urls := addresses(text):
        found["links"] = tuple(map(Link, urls))
        for url in urls:
            text = text.replace(url, " ")
    if "@" in text or "＠" in text:
        head = _HEAD.match(text)
        inherited = head.group().count("@") if head and leading == "inherited" else 0
        rest: MentionKind = "relayed" if leading == "relayed" else "typed"
        kinds: Iterator[MentionKind] = chain(repeat(leading, inherited), repeat(rest))
        names = zip(entities.named_in(text), kinds, strict=False)
        found["mentions"] = tuple(Mention(None, name, kind) for name, kind in names)
    if "#" in text or "＃" in text:
        found["tags"] = tuple(entities.tags_in(text))
    return found


def _constant(column: str, member: str) -> str:
    """What a column stands for that is none: a value in quotes, or the name of the file."""
    if column == FILE:
        return stem(member).rpartition(".")[0] if "." in stem(member) else stem(member)
    return column.strip("'\"")


def _handle(told: Any) -> str | None:
    found = cells.name(told)
    return (found.lstrip("@") or None) if found else None


def _person(id: Any, handle: Any) -> Ref | None:
    if id is None and handle is None:
        return None
    found = Ref(cells.name(id), _handle(handle))
    return None if found.id is None and found.handle is None else found


def _passed_on(text: str) -> Ref | None:
    found = _REPOSTED.match(text)
    return Ref(None, found[1]) if found else None
