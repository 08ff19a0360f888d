"""How far reviewers agree: percent, Cohen's kappa, Krippendorff's alpha with an interval, per variable.

Only independent acts count: what was decided while the codes of others were in sight (or to settle a disagreement) is
left out. Of a variable of one value the units are posts with its value by at least two reviewers; each value of a
variable of several is a question of its own (is it there or not?), asked of the posts that two reviewers have decided.
Not decided and put off is missing, never a value; `unsure` is a value like others.

Kappa: Cohen, J. (1960), doi:10.1177/001316446002000104. Alpha: Krippendorff, K., Content Analysis (nominal data,
missing values). Interval: percentiles of the alphas of units drawn with replacement.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from rejoinder.review.acts import Change, PostName, fold
from rejoinder.review.codebook import Codebook, Variable
from rejoinder.review.journal import Journal

Ratings = Mapping[str, Mapping[PostName, str]]
"""What each reviewer says of each post."""
DRAWS = 1_000
"""Times that units are drawn anew for the interval."""


class Figures(msgspec.Struct, frozen=True):
    """The agreement on one variable, or on one value of a variable of several."""

    variable: str
    reviewers: tuple[str, ...]
    units: int
    """Posts that anybody rated."""
    overlap: int
    """Posts that at least two rated: the figures are of these."""
    percent: float | None
    """Pairs of ratings that agree, of all pairs within the posts, in percent."""
    kappa: float | None
    """Of exactly two reviewers, on the posts that both rated."""
    alpha: float | None
    low: float | None
    high: float | None
    """95 % interval of alpha."""
    unsure: int
    """Ratings `unsure` in the overlap."""
    put_off: int
    """Posts put off by a reviewer and not rated: missing."""
    left_out: int
    """Ratings made while the codes of others were in sight."""


class Rated(msgspec.Struct, frozen=True):
    """One reviewer's independent ratings of one variable."""

    reviewer: str
    values: dict[PostName, frozenset[str]]
    put_off: int = 0
    left_out: int = 0


def independent(journal: Journal, variable: Variable) -> Rated:
    """The ratings of one reviewer that no sight of others had touched."""
    changes: list[Change] = []
    seen: list[Change] = []
    for act in journal.acts():
        (seen if act.open else changes).extend(act.changes)
    state = fold(changes)
    touched = {change.post for change in seen if change.variable == variable.name and change.post is not None}
    if variable.kind == "many":
        verdicts = {post for (post, name) in state if name not in ("mark", "later")}
        values = {post: frozenset(state.get((post, variable.name), ())) for post in verdicts}
    else:
        values = {post: frozenset(found) for (post, name), found in state.items() if name == variable.name}
    put_off = sum(1 for (post, name) in state if name == "later" and post not in values)
    return Rated(journal.reviewer, values, put_off, len(touched))


def agreement(journals: Sequence[Journal], codebook: Codebook, only: str | None = None) -> list[Figures]:
    """The figures of every variable that has values, or of one of them."""
    found: list[Figures] = []
    for variable in codebook.variables:
        if variable.kind != "text" and only in (None, variable.name):
            found += of_variable([independent(journal, variable) for journal in journals], variable)
    return found


def of_variable(rated: Sequence[Rated], variable: Variable) -> list[Figures]:
    """The figures of one variable; of one of several values, of each value."""
    if variable.kind == "one":
        single = {each.reviewer: {post: min(values) for post, values in each.values.items()} for each in rated}
        return [figures(variable.name, single, rated)]
    used = sorted({value for each in rated for values in each.values.values() for value in values})
    found = []
    for value in used:
        there = {
            each.reviewer: {post: "yes" if value in values else "no" for post, values in each.values.items()}
            for each in rated
        }
        found.append(figures(f"{variable.name}:{value}", there, rated))
    return found


def figures(name: str, ratings: Ratings, rated: Sequence[Rated] = (), seed: int = 7) -> Figures:
    """All figures of one question."""
    ratings = {reviewer: values for reviewer, values in ratings.items() if values}
    units = by_unit(ratings)
    shared = [values for values in units.values() if len(values) > 1]
    low, high = interval(shared, seed) if shared else (None, None)
    return Figures(
        variable=name,
        reviewers=tuple(sorted(ratings)),
        units=len(units),
        overlap=len(shared),
        percent=percent(shared),
        kappa=kappa(ratings),
        alpha=alpha(shared),
        low=low,
        high=high,
        unsure=sum(values.count("unsure") for values in shared),
        put_off=sum(each.put_off for each in rated),
        left_out=sum(each.left_out for each in rated),
    )


def by_unit(ratings: Ratings) -> dict[PostName, list[str]]:
    """The values that each post was given, by whomever."""
    units: dict[PostName, list[str]] = {}
    for reviewer in sorted(ratings):
        for post, value in ratings[reviewer].items():
            units.setdefault(post, []).append(value)
    return units


def percent(units: Sequence[Sequence[str]]) -> float | None:
    """Pairs of ratings within a unit that agree, in percent of all such pairs; None where there is no pair."""
    pairs = sum(len(values) * (len(values) - 1) for values in units)
    same = sum(n * (n - 1) for values in units for n in Counter(values).values())
    return 100 * same / pairs if pairs else None


def kappa(ratings: Ratings) -> float | None:
    """Cohen's kappa of exactly two reviewers; None for others, without overlap, and where chance alone agrees."""
    if len(ratings) != 2:
        return None
    one, other = (ratings[reviewer] for reviewer in sorted(ratings))
    both = one.keys() & other.keys()
    if not both:
        return None
    n = len(both)
    agreed = sum(one[post] == other[post] for post in both) / n
    first, second = Counter(one[post] for post in both), Counter(other[post] for post in both)
    chance = sum(first[value] * second[value] for value in first) / (n * n)
    return (agreed - chance) / (1 - chance) if chance < 1 else None


def alpha(units: Sequence[Sequence[str]]) -> float | None:
    """Krippendorff's alpha for nominal values; None without pairs and where there is but one value."""
    kinds = Counter(tuple(sorted(values)) for values in units if len(values) > 1)
    return _weighted({kind: _Unit(Counter(kind)) for kind in kinds}, kinds)


class _Unit:
    """What a unit adds to the two sums of alpha."""

    __slots__ = ("counts", "disagreed", "n")

    def __init__(self, counts: Counter[str]) -> None:
        self.counts = counts
        self.n = counts.total()
        self.disagreed = (self.n * self.n - sum(n * n for n in counts.values())) / (self.n - 1)


def interval(units: Sequence[Sequence[str]], seed: int = 7, draws: int = DRAWS) -> tuple[float | None, float | None]:
    """The 95 % interval of alpha over units drawn with replacement; units of the same values are drawn together."""
    counted = Counter(tuple(sorted(values)) for values in units if len(values) > 1)
    if not counted:
        return None, None
    kinds = dict(sorted(counted.items()))  # in whatever order the units come, the same are drawn
    chance = random.Random(seed)
    made = {kind: _Unit(Counter(kind)) for kind in kinds}
    found = []
    for _ in range(draws):
        drawn = Counter(chance.choices(list(kinds), list(kinds.values()), k=sum(kinds.values())))
        if (value := _weighted(made, drawn)) is not None:
            found.append(value)
    if not found:
        return None, None
    found.sort()
    return found[int(0.025 * (len(found) - 1))], found[round(0.975 * (len(found) - 1))]


def _weighted(units: Mapping[tuple[str, ...], _Unit], drawn: Counter[tuple[str, ...]]) -> float | None:
    """Alpha of units that come so many times each."""
    values: Counter[str] = Counter()
    observed = 0.0
    for kind, times in drawn.items():
        observed += units[kind].disagreed * times
        for value, count in units[kind].counts.items():
            values[value] += count * times
    n = values.total()
    expected = n * n - sum(count * count for count in values.values())
    return 1 - (n - 1) * observed / expected if expected else None


def disagreements(journals: Sequence[Journal], variable: Variable) -> list[PostName]:
    """The posts on which independent ratings differ, as names, sorted."""
    units: dict[PostName, set[frozenset[str]]] = {}
    for journal in journals:
        for post, values in independent(journal, variable).values.items():
            units.setdefault(post, set()).add(values)
    return sorted(post for post, found in units.items() if len(found) > 1)
