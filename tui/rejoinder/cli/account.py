"""`rejoinder account`: all that is known of one account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from rejoinder.cli.arguments import ARCHIVE
from rejoinder.cli.naming import one_account, open_named
from rejoinder.cli.output import json_lines, table

if TYPE_CHECKING:
    from rejoinder.app.account_card import Card


@click.command("account")
@ARCHIVE
@click.argument("name", metavar="ACCOUNT")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def account_command(archive_name: str, name: str, as_json: bool) -> None:
    """Tell of an account: its names over time, first and last post here, counts, gaps, sources.

    ACCOUNT is a handle, an id, platform:id or platform:@handle.
    """
    from rejoinder.app.account_card import describe, facts
    from rejoinder.app.moments import Zone

    archive = open_named(archive_name)
    card = describe(archive, one_account(archive, name).number)
    if as_json:
        json_lines([row_of(card)])
    else:
        table(facts(card, Zone()))


def row_of(card: Card) -> dict[str, Any]:
    """The account as JSON."""
    from rejoinder.app.account_card import month
    from rejoinder.reports.jsonl import iso

    party, account, coverage = card.party, card.account, card.coverage
    return {
        "platform": party.platform,
        "id": party.id,
        "handle": party.handle,
        "name": party.name,
        "created": iso(account.created),
        "bio": account.bio,
        "owner": account.owner,
        "posts": party.posts,
        **{f"{kind}_posts": n for kind, n in card.kinds.items()},
        "first": iso(coverage.first),
        "last": iso(coverage.last),
        "missing_parents": coverage.missing_parents,
        "undated": coverage.undated,
        "gaps": [[month(since), month(until)] for since, until in coverage.gaps],
        "capture_gaps": [[iso(since), iso(until)] for since, until in coverage.missed],
        "addressed": party.addressed,
        "answered": party.answered,
        "names": [
            {
                "handle": borne.handle or None,
                "name": borne.name or None,
                "posts": borne.posts,
                "first": iso(borne.first),
                "last": iso(borne.last),
            }
            for borne in card.borne
        ],
        "earlier_handles": [
            {"handle": handle, "since": iso(since), "until": iso(until)} for handle, since, until in account.handles
        ],
        "sources": [{"source": name, "posts": n} for name, n in card.sources],
    }
