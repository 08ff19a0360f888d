"""A report as one HTML page: no script, nothing loaded from anywhere, the two-lane picture as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import escape

from rejoinder.reports.dossier import (
    DISCLAIMER,
    Dossier,
    Mark,
    Piece,
    accounts_of,
    at_once,
    coverage_of,
    heading,
    is_web,
    made,
    whence,
    words,
)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WIDTH, _LEFT, _RIGHT = 960, 150, 20
_LANES = (62, 122)
_STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --soft: #666; --line: #ddd; --accent: #a3350f; --paper: #fff }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e4e4; --soft: #9a9a9a; --line: #3a3a3a; --accent: #ff9d73; --paper: #161616 }
}
body { font: 16px/1.5 Georgia, "Times New Roman", serif; color: var(--ink); background: var(--paper);
  max-width: 60rem; margin: 2.5rem auto; padding: 0 1.2rem }
h1 { font-size: 1.6rem; font-weight: normal; margin-bottom: .3rem }
h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--line) }
.soft, small { color: var(--soft) }
small { font: 12px/1.45 ui-monospace, Menlo, Consolas, monospace; overflow-wrap: anywhere }
a { color: inherit }
article { border-left: 3px solid var(--line); padding: .1rem 0 .1rem .9rem; margin: 1.1rem 0 }
article.b { margin-left: 3rem }
article.event { border-color: var(--accent) }
article p { margin: .2rem 0; white-space: pre-wrap; overflow-wrap: anywhere }
ul { padding-left: 1.2rem }
li { margin: .35rem 0 }
svg { width: 100%; height: auto; font: 13px Georgia, serif; margin-top: 1rem }
svg text { fill: var(--ink) }
svg .soft { fill: var(--soft) }
"""


def as_html(dossier: Dossier) -> str:
    """The whole page. Whatever comes from a post is escaped."""
    title = escape(dossier.title)
    people = "".join(
        f"<li><b>{letter}: <bdi>{escape(person.label)}</bdi></b> {escape(accounts_of(person))}. "
        f'<span class="soft">{escape(coverage_of(person))}</span></li>'
        for letter, person in (("A", dossier.a), ("B", dossier.b))
    )
    facts = "".join(f"<li>{escape(f.sentence)}<br><small>{escape(f.evidence)}</small></li>" for f in dossier.facts)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width"><meta name="referrer" content="no-referrer">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>"
        f'<p class="soft">{escape(DISCLAIMER)}</p>{picture(dossier)}<h2>Who</h2><ul>{people}</ul>'
        f"<h2>Events</h2><ul>{facts}</ul><h2>Posts</h2>{''.join(map(_article, dossier.pieces))}"
        f"<h2>What is not known</h2><ul>{''.join(f'<li>{escape(each)}</li>' for each in dossier.unknown)}</ul>"
        f"<h2>Made</h2><ul>{''.join(f'<li><small>{escape(each)}</small></li>' for each in made(dossier))}</ul>"
        "</body></html>\n"
    )


def _article(piece: Piece) -> str:
    address = piece.permalink or ""
    link = f'<br><a href="{escape(address)}" rel="noreferrer">{escape(address)}</a>' if is_web(address) else ""
    event = " event" if "answer" in piece.kinds else ""
    return (
        f'<article class="{"b" if piece.lane == 1 else "a"}{event}"><div class="soft">{escape(heading(piece))}</div>'
        f'<p dir="auto">{escape(words(piece))}</p><small>{escape(whence(piece))}{link}</small></article>'
    )


def picture(dossier: Dossier) -> str:
    """The two-lane picture; nothing where no act has a time."""
    dated = [mark for mark in dossier.marks if mark.time is not None]
    if not dated:
        return ""
    low, high = min(mark.time or 0 for mark in dated), max(mark.time or 0 for mark in dated)
    by_order = high - low < 1000
    room = _WIDTH - _LEFT - _RIGHT

    def x(n: int, time: int) -> float:
        if by_order:
            return _LEFT + room * (n + 0.5) / len(dated)
        return _LEFT + room * (time - low) / (high - low)

    parts = [
        f'<text x="0" y="{y + 4}">{escape(_short(p.label))}</text>'
        for y, p in zip(_LANES, (dossier.a, dossier.b), strict=True)
    ]
    parts += [f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y}" y2="{y}" stroke="var(--line)"/>' for y in _LANES]
    if by_order:
        told = at_once(low, all(mark.is_day for mark in dated), len(dated) > 1)
        parts.append(f'<text class="soft" x="{_LEFT}" y="20">{told}</text>')
    else:
        parts += [f'<text class="soft" x="{x(0, at):.1f}" y="20">{label}</text>' for at, label in _ticks(low, high)]
        parts += [
            f'<line x1="{x(0, since):.1f}" x2="{x(0, until):.1f}" y1="{_LANES[lane]}" y2="{_LANES[lane]}" '
            'stroke="var(--accent)" stroke-dasharray="2 5"/>'
            for lane, since, until in dossier.silences
        ]
    places = [(mark, x(n, mark.time or 0)) for n, mark in enumerate(dated)]
    places.sort(key=lambda each: (each[0].is_answer, each[0].kind == "like"))  # what stands for most is drawn last
    parts += [_sign(mark, at, _LANES[mark.lane]) for mark, at in places]
    parts.append(f'<g class="soft">{"".join(_legend())}</g>')
    label = escape(f"Acts between {dossier.a.label} and {dossier.b.label} by time")
    return f'<svg viewBox="0 0 {_WIDTH} 170" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def _sign(mark: Mark, x: float, y: float) -> str:
    """Each kind has a shape of its own, so that nothing hangs on colour."""
    title = f"<title>{escape(mark.title)}</title>"
    if mark.is_answer:
        return f'<path d="M{x:.1f} {y - 11}l8 11l-8 11l-8 -11z" fill="var(--accent)">{title}</path>'
    hollow = 'fill="var(--paper)" stroke="var(--ink)"'
    shape = {
        "reply": f'<rect x="{x - 4:.1f}" y="{y - 7}" width="8" height="14" fill="var(--ink)">{title}</rect>',
        "mention": f'<rect x="{x - 3.5:.1f}" y="{y - 6}" width="7" height="12" {hollow}>{title}</rect>',
        "quote": f'<circle cx="{x:.1f}" cy="{y}" r="5" {hollow}>{title}</circle>',
        "repost": f'<circle cx="{x:.1f}" cy="{y}" r="2.5" fill="var(--soft)">{title}</circle>',
        "like": f'<text x="{x - 6:.1f}" y="{y + 20}">♥{title}</text>',
    }
    return shape[mark.kind]


def _legend() -> Iterator[str]:
    """The shapes and their names."""
    for n, kind in enumerate(("answer", "reply", "mention", "quote", "repost", "like")):
        x = _LEFT + n * 105
        mark = Mark(0, "reply" if kind == "answer" else kind, None, kind == "answer", kind)  # type: ignore[arg-type]
        yield _sign(mark, x, 143 if kind == "like" else 158) + f'<text class="soft" x="{x + 14}" y="162">{kind}</text>'


def _ticks(low: int, high: int) -> Iterator[tuple[int, str]]:
    """Six dates at even distances."""
    for n in range(6):
        at = low + (high - low) * n // 6
        moment = _EPOCH + timedelta(milliseconds=at)
        yield at, f"{moment:%Y-%m-%d}" if high - low > 6 * 86_400_000 else f"{moment:%Y-%m-%d %H:%M}"


def _short(label: str) -> str:
    return label if len(label) <= 18 else label[:17] + "…"
