"""Who says so: the author's own export, another's capture, or both; and whether they agree."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from rejoinder.acts import Attested, Witness


def attested(
    author: int, sources: Collection[str], owners: Mapping[str, int], cited: Collection[str], agree: bool
) -> Attested:
    """How a post of `author` is attested that these sources hold.

    `owners` tells whose own export a source is, `cited` are sources that were never a file here.
    """
    own = {source for source in sources if owners.get(source) == author}
    captured = set(sources) - own - set(cited)
    by: Witness = "citation"
    if own or captured:
        by = "both" if own and captured else "own export" if own else "capture"
    return Attested(by, len(set(sources)), agree)
