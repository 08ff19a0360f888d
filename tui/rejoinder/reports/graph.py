"""Acts as a graph that keeps its times: GEXF for Gephi and networkx, or CSV; one edge an act, none summed up."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from rejoinder.acts import Act, Party
from rejoinder.reports.jsonl import iso

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<gexf xmlns="http://gexf.net/1.3" version="1.3">\n'
    "<meta><creator>Rejoinder {version}</creator><description>{about}</description></meta>\n"
    '<graph defaultedgetype="directed" mode="dynamic" timeformat="date">\n'
    '<attributes class="node"><attribute id="platform" title="platform" type="string"/>'
    '<attribute id="account" title="account" type="string"/><attribute id="handle" title="handle" type="string"/>'
    '<attribute id="name" title="name" type="string"/><attribute id="posts" title="posts" type="integer"/>'
    "</attributes>\n"
    '<attributes class="edge"><attribute id="act" title="act" type="string"/>'
    '<attribute id="time" title="time" type="string"/><attribute id="until" title="until" type="string"/>'
    '<attribute id="precision" title="precision" type="string"/><attribute id="clock" title="clock" type="string"/>'
    '<attribute id="post" title="post" type="string"/><attribute id="asserted" title="asserted" type="boolean"/>'
    "</attributes>\n<nodes>\n"
)
COLUMNS = (
    *("source", "source_handle", "target", "target_handle", "platform", "act", "time", "until", "precision", "clock"),
    *("post", "asserted"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def gexf(parties: Iterable[Party], acts: Iterable[Act], version: str, about: str) -> Iterator[str]:
    """The file in pieces; nodes first. An edge has its time as an attribute and, where it is dated, as `start`."""
    yield _HEAD.format(version=escape(version), about=escape(about))
    for party in parties:
        told = {"platform": party.platform, "account": party.id, "handle": party.handle, "name": party.name}
        yield (
            f'<node id="{party.number}" label={quoteattr(_sound(party.label))}>'
            f"{_values({**told, 'posts': str(party.posts)})}</node>\n"
        )
    yield "</nodes>\n<edges>\n"
    for number, act in enumerate(acts):
        time = iso(act.time)
        start = f' start="{time}" end="{time}"' if time and act.dated else ""
        told = {
            "act": act.kind, "time": time if act.dated else None, "until": iso(act.until), "precision": act.precision,
            "clock": act.clock, "post": f"{act.platform}:{act.post}", "asserted": "true" if act.asserted else "false",
        }  # fmt: skip
        yield f'<edge id="{number}" source="{act.source}" target="{act.target}"{start}>{_values(told)}</edge>\n'
    yield "</edges>\n</graph>\n</gexf>\n"


def _values(told: dict[str, str | None]) -> str:
    values = (f'<attvalue for="{name}" value={quoteattr(_sound(text))}/>' for name, text in told.items() if text)
    return f"<attvalues>{''.join(values)}</attvalues>"


def _sound(text: str) -> str:
    """Text without the signs that XML can't hold."""
    return "".join(c for c in text if c >= " " and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")


def table(parties: dict[int, Party], acts: Iterable[Act]) -> Iterator[str]:
    """The same as CSV, one act a line; no cell is taken for a formula by a spreadsheet."""
    yield _line(COLUMNS)
    for act in acts:
        source, target = parties[act.source], parties[act.target]
        yield _line(
            (
                source.id or source.label, source.handle, target.id or target.label, target.handle, act.platform,
                act.kind, iso(act.time) if act.dated else None, iso(act.until), act.precision, act.clock, act.post,
                act.asserted,
            )
        )  # fmt: skip


def _line(cells: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow(map(_harmless, cells))
    return written.getvalue()


def _harmless(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
