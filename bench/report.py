"""The runs that were kept as a page of the docs: a table of ratios and figures, and a plot; made without measuring."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bench.figures import OURS, Figure, Run, kept

_HEADER = """# Measured

Made by `make bench` and `make bench-10m` (`bench/`), over generated posts in the form of Twitter's API v1.1
(`bench/posts.py`). A peer's ratio says how many times longer it takes than Rejoinder for the same (of rates, sizes and
memory: how many times less it does, or more it needs). Peers that read the export each time (`rg`, `jq`, `lnav`) are
whole processes over a file in memory; they search raw JSON, so what they count differs a little. DuckDB and the list of
Structs are asked in a warm process, as Rejoinder is. Rejoinder and sqlite-utils import in turn, three times each; the
best of each counts. What each peer lacks is said by what it has no figure for.
"""


def write(runs: list[Path], page: Path) -> None:
    """Write the page from the runs that are there, and the plot beside it."""
    known = [run for path in runs if (run := kept(path)) is not None]
    parts = [_HEADER]
    for run in known:
        plot = page.with_name(f"{page.stem}-{run.posts}.svg")
        plot.write_text(svg(run), encoding="utf-8")
        parts.append(f"## {run.posts:,} posts\n\n{run.machine}.\n\n![Times, on a scale of tens]({plot.name})\n")
        parts.append(_table(run))
    page.write_text("\n".join(parts), encoding="utf-8")


def _table(run: Run) -> str:
    peers = list(dict.fromkeys(each.who for each in run.figures if each.who != OURS))
    lines = ["| | Rejoinder | " + " | ".join(peers) + " |" if peers else "| | Rejoinder |"]
    lines.append("| --- " * (len(peers) + 2) + "|")
    for what in dict.fromkeys(each.what for each in run.figures):
        cells = [_cell(run.of(what), None)] + [_cell(run.of(what, who), run.of(what)) for who in peers]
        lines.append(f"| {what} | " + " | ".join(cells) + " |")
    notes = [f"- {each.who}, {each.what}: {each.note}" for each in run.figures if each.note]
    return "\n".join([*lines, "", *notes, ""])


def _cell(figure: Figure | None, ours: Figure | None) -> str:
    if figure is None:
        return ""
    if figure.value is None:
        return "none"
    told = f"{_number(figure.value)} {figure.unit}"
    times = ratio(figure, ours)
    return told if times is None else f"**{_number(times)} ×** ({told})"


def ratio(figure: Figure, ours: Figure | None) -> float | None:
    """How many times better ours is; below 1 where the peer is."""
    if ours is None or not ours.value or not figure.value or ours.unit != figure.unit:
        return None
    return ours.value / figure.value if figure.unit == "posts/s" else figure.value / ours.value


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


_LEFT, _WIDE, _ROW, _DECADES = 300, 560, 18, 6
"""Pixels of the labels, of the scale, of a bar; and the scale's tens, from 0.01 ms on."""


def svg(run: Run) -> str:
    """A plot of all that is measured in ms: a bar each, on a scale of tens."""
    rows = list(_rows(run))
    height = 40 + sum(_ROW * (1 + len(bars)) for _, bars in rows)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDE + 130}" height="{height}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="100%" height="{height}" fill="#ffffff"/>',
    ]
    for decade in range(_DECADES + 1):
        x = _LEFT + _WIDE * decade / _DECADES
        label = f"{10 ** (decade - 2):g} ms"
        parts.append(f'<line x1="{x:.0f}" y1="26" x2="{x:.0f}" y2="{height}" stroke="#dddddd"/>')
        parts.append(f'<text x="{x:.0f}" y="18" text-anchor="middle" fill="#555555">{label}</text>')
    y = 34
    for what, bars in rows:
        parts.append(f'<text x="8" y="{y + 12}" fill="#222222">{what}</text>')
        for who, value in bars:
            y += _ROW
            parts.extend(_bar(who, value, y))
        y += _ROW
    return "\n".join([*parts, "</svg>", ""])


def _rows(run: Run) -> Iterator[tuple[str, list[tuple[str, float]]]]:
    for what in dict.fromkeys(each.what for each in run.figures if each.unit == "ms"):
        bars = [(each.who, each.value) for each in run.figures if each.what == what and each.value]
        if bars:
            yield what, bars


def _bar(who: str, value: float, y: int) -> Iterator[str]:
    from math import log10

    wide = _WIDE * min(1.0, max(0.004, (log10(max(value, 0.01)) + 2) / _DECADES))
    colour = "#1f6f8b" if who == OURS else "#b9b9b9"
    yield f'<text x="{_LEFT - 8}" y="{y + 11}" text-anchor="end" fill="#555555">{who}</text>'
    yield f'<rect x="{_LEFT}" y="{y + 2}" width="{wide:.1f}" height="{_ROW - 6}" fill="{colour}"/>'
    yield f'<text x="{_LEFT + wide + 6:.0f}" y="{y + 11}" fill="#222222">{_number(value)} ms</text>'
