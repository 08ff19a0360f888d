"""The harbourmaster's notices, and the 214 letters that the Old Quay union wrote before one was answered."""

from __future__ import annotations

from town.cast import OFFICE
from town.days import DAY, HOUR, as_date, moment
from town.dice import Dice
from town.draft import Draft
from town.everyday import Everyday, awake

FIRST = moment("2019-04-02 08:00")
ANSWERED = moment("2021-02-11 06:40")
UNANSWERED = 214
TO_COUNCIL = 34
A_YEAR = 58
KINDS = ("berths", "general", "dredging", "lights", "visitors", "speed", "mooring", "general", "works", "fog")
WRITTEN_OUT = {(2020, 32), (2021, 17), (2021, 32), (2021, 44)}
"""Notices that a story holds."""


def notices(everyday: Everyday, dice: Dice) -> list[tuple[str, Draft]]:
    """Kind and post of every notice; in August 2020 the harbourmaster was away."""
    found: list[tuple[str, Draft]] = []
    for year in (2019, 2020, 2021, 2022):
        for number in range(1, A_YEAR + 1):
            day = moment(f"{year}-01-01") + (number * 365 // A_YEAR - dice.whole(0, 3)) * DAY
            inside = moment("2019-03-04") <= day < moment("2022-02-20") and not moment("2020-08") <= day < moment(
                "2020-09"
            )
            if not inside or (year, number) in WRITTEN_OUT:
                continue
            kind = KINDS[(number + dice.whole(0, 1)) % len(KINDS)]
            time = day + dice.whole(7 * HOUR, 16 * HOUR)
            draft = everyday.post("harbourmaster", f"notice.{kind}", time, dice, {"notice": str(number)})
            if draft is not None:
                found.append((kind, draft))
    return found


def letters(everyday: Everyday, board: list[tuple[str, Draft]], dice: Dice) -> list[Draft]:
    """The union's letters between the first and the one that was answered, in order, each with its number."""
    found = _replies(everyday, board, dice)
    wanted = UNANSWERED - 2 - len(found)
    times = [
        FIRST // DAY * DAY + DAY + int((ANSWERED - FIRST - 2 * DAY) * (i + 0.5) / wanted) // DAY * DAY
        for i in range(wanted)
    ]
    earlier = sorted(reply.time for reply in found)
    for place, day in enumerate(times):
        time = day + dice.whole(6 * HOUR, 19 * HOUR)
        number = 1 + place + sum(t < time for t in earlier)
        known = {"days": str((time - FIRST) // DAY), "letters": str(number)}
        found.append(_letter(everyday, "union.light" if place % 3 == 1 else "union.letter", time, known, dice))
    return found


def _replies(everyday: Everyday, board: list[tuple[str, Draft]], dice: Dice) -> list[Draft]:
    found: list[Draft] = []
    for kind, notice in board:
        if not FIRST + DAY < notice.time < ANSWERED - 2 * DAY or not dice.chance(0.55):
            continue
        section = "union.quote" if dice.chance(0.12) else f"union.notice.{kind}"
        time = awake("oldquay_union", notice.time + int(dice.wait(70) * 60) + 240)
        draft = everyday.post("oldquay_union", section, time, dice, {**notice.kept})
        if draft is None:
            continue
        if section == "union.quote":
            draft.quote = notice
        else:
            draft.parent = notice
        found.append(draft)
    return found


def _letter(everyday: Everyday, section: str, time: int, known: dict[str, str], dice: Dice) -> Draft:
    for kind in (section, "union.light", "union.letter"):
        draft = everyday.post("oldquay_union", kind, time, dice, known)
        if draft is not None:
            return draft
    raise LookupError(f"The union has run out of words on {as_date(time):%d %b %Y}")


def to_council(everyday: Everyday, dice: Dice) -> list[Draft]:
    """The union's letters to the council alone."""
    found: list[Draft] = []
    for place in range(TO_COUNCIL):
        time = (FIRST + int((ANSWERED - FIRST - 5 * DAY) * (place + 0.6) / TO_COUNCIL)) // DAY * DAY + dice.whole(
            7, 17
        ) * HOUR
        draft = everyday.post("oldquay_union", "union.council", time + dice.whole(0, 3599), dice)
        if draft is not None and OFFICE[0] not in draft.text:
            found.append(draft)
    return found
