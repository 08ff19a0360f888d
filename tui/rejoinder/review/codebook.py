"""The codebook of a review: variables, their values and keys, read from TOML and versioned by a hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from rejoinder.errors import ReviewError, UsageError
from rejoinder.folders import private_file

Kind = Literal["one", "many", "text"]
"""One of the values, any number of them, or free text."""

MARK, LATER, NOTE = "mark", "later", "note"
"""Variables that every review has: the private mark, what was put off, and the note."""
YES = "yes"
"""The one value of `mark` and `later`."""
TAKEN = frozenset("uqemMTvR.?:w") | {"space", "backspace", "enter", "escape"}
"""Keys that the review mode needs itself."""
_NAME_SIGNS = frozenset(" \t\n\r:\"'()=,;")
"""Signs that no name holds: a name is typed in searches and lists."""
VERSION = 1
"""Of the file's form."""


class Value(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One value of a variable; `sign` stands in the timeline's gutter, one cell wide."""

    name: str
    key: str = ""
    sign: str = ""


class Variable(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One thing that is asked of every post."""

    name: str
    kind: Kind = "one"
    question: str = ""
    values: tuple[Value, ...] = ()
    free: bool = False
    """Other values than the listed ones may be given (of `many`: any word is a tag)."""

    def value(self, name: str) -> Value | None:
        """The value of this name, if it is listed."""
        return next((value for value in self.values if value.name == name), None)


class Codebook(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """All that is asked; the first variable of kind `one` is the one that decides a post and advances."""

    variables: tuple[Variable, ...]
    title: str = ""
    version: int = VERSION

    @property
    def hash(self) -> str:
        """SHA-256 (hex) of what is asked; comments, the keys that answer it and the signs that show it don't count."""
        asked = [
            msgspec.structs.replace(variable, values=tuple(Value(value.name) for value in variable.values))
            for variable in self.variables
        ]
        return hashlib.sha256(msgspec.json.encode((self.version, asked))).hexdigest()

    @property
    def verdict(self) -> Variable:
        """The variable that decides."""
        return next(variable for variable in self.variables if variable.kind == "one")

    @property
    def tags(self) -> Variable | None:
        """The first variable of several values, whose first nine stand on 1 to 9."""
        return next((variable for variable in self.variables if variable.kind == "many"), None)

    def variable(self, name: str) -> Variable | None:
        """The variable of this name; the built-in ones too."""
        listed = next((variable for variable in self.variables if variable.name == name), None)
        return listed or BUILT_IN.get(name)

    def keyed(self) -> Iterator[tuple[Variable, Value]]:
        """Every value that has a key, with its variable."""
        for variable in self.variables:
            yield from ((variable, value) for value in variable.values if value.key)


BUILT_IN = {
    MARK: Variable(MARK, "one", "Marked by me", (Value(YES, sign="*"),)),
    LATER: Variable(LATER, "one", "Put off", (Value(YES),)),
    NOTE: Variable(NOTE, "text", "What is to be remembered?"),
}

DEFAULT = Codebook(
    title="Review",
    variables=(
        Variable(
            "verdict",
            question="Does this post belong to the case?",
            values=(Value("include", "a", "+"), Value("exclude", "x", "−"), Value("unsure", "s", "?")),
        ),
        Variable("tag", "many", "What is it about?", free=True),
        Variable(NOTE, "text", "What is to be remembered?"),
    ),
)

DEFAULT_TEXT = """\
# The codebook of this review: what is asked of every post, and with which key it is answered.
# A changed codebook is a new version; what was decided before keeps the version it was decided with.
version = 1
title = "Review"

[[variables]]
name = "verdict"                  # the first variable of kind "one" decides, and the next post comes
kind = "one"                      # one of the values; "many": any number of them; "text": free words
question = "Does this post belong to the case?"
values = [
  { name = "include", key = "a", sign = "+" },
  { name = "exclude", key = "x", sign = "−" },
  { name = "unsure", key = "s", sign = "?" },
]

[[variables]]
name = "tag"
kind = "many"
free = true                       # any other word is a tag too
question = "What is it about?"
values = []                       # the first nine stand on 1 to 9: { name = "safety" }, { name = "cost" }

[[variables]]
name = "note"
kind = "text"
question = "What is to be remembered?"
"""


def parse(text: str, where: str) -> Codebook:
    """The codebook that this TOML says. Raises ReviewError, naming `where`, for what is none, or is a newer one."""
    import tomllib  # costs 3 ms

    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ReviewError(f"{where} can't be understood: {error}.", "It is TOML; mend it there.") from None
    version = found.get("version", VERSION)
    if isinstance(version, int) and version > VERSION:
        raise ReviewError(f"{where} was written for a newer Rejoinder (version {version}).", "Install the newer one.")
    try:
        codebook = msgspec.convert(found, Codebook)
    except msgspec.ValidationError as error:
        raise ReviewError(f"{where} is no codebook: {error}.", "docs/reviewing.md shows one.") from None
    return _checked(_numbered(codebook), where)


def read(path: Path) -> Codebook:
    """The codebook of this file. Raises ReviewError where it can't be read or is none."""
    try:
        return parse(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise ReviewError(f"{path} can't be read: {reason}.", "A review's codebook is a TOML file.") from None


def write_default(path: Path) -> Codebook:
    """Write the codebook that a review begins with."""
    private_file(path).write_text(DEFAULT_TEXT, "utf-8")
    return DEFAULT


def rekeyed(codebook: Codebook, keys: dict[str, str], where: str = "settings.toml") -> Codebook:
    """The codebook with the user's own keys: `{"include": "i"}` or `{"verdict.include": "i"}`.

    Raises UsageError for a value that is not there or a key that two would claim.
    """
    left = dict(keys)
    variables = []
    for variable in codebook.variables:
        values = []
        for value in variable.values:
            named = left.pop(f"{variable.name}.{value.name}", None) or left.pop(value.name, None)
            values.append(msgspec.structs.replace(value, key=named) if named else value)
        variables.append(msgspec.structs.replace(variable, values=tuple(values)))
    if left:
        raise UsageError(f"{where}: the codebook has no value {next(iter(left))}.", "Names are as in codebook.toml.")
    try:
        return _checked(msgspec.structs.replace(codebook, variables=tuple(variables)), where)
    except ReviewError as error:
        raise UsageError(error.message, error.advice) from None


def _numbered(codebook: Codebook) -> Codebook:
    """The first nine values of the first `many` get 1 to 9 where they have no key."""
    tags = codebook.tags
    if tags is None:
        return codebook
    used = {value.key for _, value in codebook.keyed()}
    free = iter([digit for digit in "123456789" if digit not in used])
    values = tuple(value if value.key else msgspec.structs.replace(value, key=next(free, "")) for value in tags.values)
    numbered = msgspec.structs.replace(tags, values=values)
    return msgspec.structs.replace(
        codebook, variables=tuple(numbered if each is tags else each for each in codebook.variables)
    )


def _checked(codebook: Codebook, where: str) -> Codebook:
    """Raises ReviewError for names and keys that can't be."""
    names = [variable.name for variable in codebook.variables]
    if not any(variable.kind == "one" and variable.values for variable in codebook.variables):
        raise ReviewError(f"{where} asks nothing that decides.", 'One variable is of kind "one" and has values.')
    for name in names:
        _check_name(name, where)
        if names.count(name) > 1 or name in (MARK, LATER):
            raise ReviewError(f"{where}: the name {name} is taken.", "Each variable has a name of its own.")
    keys: dict[str, str] = {}
    for variable in codebook.variables:
        listed = [value.name for value in variable.values]
        for value in variable.values:
            _check_name(value.name, where)
            if listed.count(value.name) > 1:
                raise ReviewError(f"{where}: {variable.name} has {value.name} twice.", "Each value stands once.")
            if value.key:
                _check_key(value, keys, where)
            if value.key.isdecimal() and variable is not codebook.tags:
                raise ReviewError(
                    f"{where}: {value.key} can't be the key of {value.name}.",
                    "1 to 9 are those of the first variable of several values.",
                )
    return codebook


def check_word(word: str) -> str:
    """A word that is to be a tag, as it is. Raises UsageError for what can't be one."""
    if not _is_name(word):
        raise UsageError(f"“{word}” can't be a tag.", "A tag is one word without : = , ; and quotes.")
    return word


def _is_name(name: str) -> bool:
    return bool(name) and len(name) <= 60 and name.isprintable() and not _NAME_SIGNS & set(name)


def _check_name(name: str, where: str) -> None:
    if not _is_name(name):
        raise ReviewError(f"{where}: {name!r} is no name.", "A name is one word without : = , ; and quotes.")


def _check_key(value: Value, keys: dict[str, str], where: str) -> None:
    key = value.key
    if len(key) != 1 or not key.isprintable() or key in TAKEN or key == " ":
        raise ReviewError(f"{where}: {key!r} can't be the key of {value.name}.", f"One sign, none of {_taken()}.")
    if key in keys:
        raise ReviewError(f"{where}: {key} is the key of {keys[key]} and of {value.name}.", "Give one another key.")
    keys[key] = value.name


def _taken() -> str:
    return " ".join(sorted(key for key in TAKEN if len(key) == 1))
