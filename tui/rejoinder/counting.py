"""Numbers of things, as a person says them."""

from __future__ import annotations


def counted(n: int, thing: str) -> str:
    """`1 post`, `4,012 posts`, `2 replies`, `2 days`."""
    several = f"{thing[:-1]}ies" if thing[-1] == "y" and thing[-2] not in "aeiou" else f"{thing}s"
    return f"{n:,} {thing if n == 1 else several}"
