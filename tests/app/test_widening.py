"""A filter shows more around its matches, step by step, and less again; the post under the cursor is kept."""

from __future__ import annotations

from tests.app.pictures import awaited
from tests.app.test_browse import Reader
from tests.app.town import town
from tests.archive.test_meaning import keeping

from rejoinder.app.app import RejoinderApp
from rejoinder.archive import conditions as c
from rejoinder.archive.widening import WIDTHS, widened


def wanted(reader: Reader, width: str) -> int:
    condition = c.All((c.From("mira_o"), c.Is("reply")))
    return reader.screen._archive.count(widened(condition, width)).n  # type: ignore[arg-type]


@awaited
async def test_plus_and_minus_widen_and_narrow_what_a_filter_shows() -> None:
    with keeping(town(150)) as archive:
        app = RejoinderApp(archive)
        async with app.run_test(size=(120, 40)) as pilot:
            await widen(Reader(app, pilot))


async def widen(reader: Reader) -> None:
    await reader.settle()
    await reader.press("ampersand")
    await reader.type("from:mira_o is:reply")
    await reader.press("enter")
    await reader.settle()
    post = reader.id
    for width in WIDTHS[1:]:
        await reader.press("plus")
        await reader.settle()
        assert f"+ {width}" in reader.line(0)
        assert f"{wanted(reader, width)} of 150" in reader.line(0)
        assert reader.id == post
    await reader.press("plus")
    assert "There is nothing wider." in reader.text
    for width in reversed(WIDTHS[:-1]):
        await reader.press("minus")
        await reader.settle()
        assert f"{wanted(reader, width)} of 150" in reader.line(0)
    await reader.press("plus", "escape")
    await reader.settle()
    assert "+ ancestors" not in reader.line(0)
    await reader.press("plus")
    assert "Nothing is filtered" in reader.text
