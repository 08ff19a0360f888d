"""Who posts what how often: the town's everyday, and which answers it gets."""

from __future__ import annotations

import msgspec

from town.cast import CAST
from town.days import END, START, moment


class Routine(msgspec.Struct, frozen=True):
    """`count` posts over the whole time; `answers`: the section of replies; `liveliness`: replies expected to each."""

    who: str
    section: str
    count: int
    hours: tuple[int, int]
    answers: str | None = None
    liveliness: float = 0.0
    since: int = START
    until: int = END
    weekday: int | None = None
    office: bool = False
    """Monday to Friday only."""


VOTE = moment("2020-10-24 07:00")

ROUTINES = [
    Routine("mira_o", "ferry.status", 84, (5, 20), "ferry.status.re", 0.45),
    Routine("mira_o", "ferry.found", 46, (6, 20), "ferry.found.re", 0.6),
    Routine("mira_o", "ferry.cancelled", 74, (6, 18), "ferry.cancelled.re", 1.6),
    Routine("hesterpike", "ferry.hester", 44, (5, 21)),
    Routine("wx_skerry", "wx", 88, (6, 6), "wx.re", 0.12),
    Routine("causeway_bot", "causeway", 58, (5, 7), "causeway.re", 0.14),
    Routine("skerry", "council", 84, (8, 16), "council.re", 0.4, office=True),
    Routine("lantern", "lantern", 72, (7, 19), "lantern.re", 0.4),
    Routine("hauksbread", "bakery", 58, (5, 10), "bakery.re", 0.4),
    Routine("fishmarket", "fishmarket", 58, (6, 11), "fishmarket.re", 0.4),
    Routine("paperanchor", "bookshop", 46, (9, 18), "bookshop.re", 0.35),
    Routine("thebuoy", "pub", 46, (11, 20), "pub.re", 0.35),
    Routine("kelpco", "kelpco", 28, (9, 18), "kelpco.re", 0.3, since=moment("2020-04-02")),
    Routine("harbourschool", "school", 54, (7, 16), "school.re", 0.4, office=True),
    Routine("rovers", "rovers", 54, (12, 18), "rovers.re", 0.4, weekday=5),
    Routine("lowtidechoir", "choir", 36, (10, 21), "choir.re", 0.4),
    Routine("smallboats", "smallboats", 46, (9, 17), "smallboats.re", 0.3),
    Routine("gannetrock", "gannetrock", 50, (6, 20), "gannetrock.re", 0.3),
    Routine("coldwater", "coldwater", 38, (7, 9), "coldwater.re", 0.4),
    Routine("skerrycats", "cats", 56, (8, 20), "cats.re", 0.4),
    Routine("lifeboat_skerry", "lifeboat", 42, (1, 23), "lifeboat.re", 0.6),
    Routine("lampkeeper", "light", 42, (10, 20), "light.re", 0.4, since=moment("2020-02-20")),
    Routine("quietpier", "quietpier", 22, (6, 20), "pier.re", 0.4, since=moment("2019-06-01"), until=VOTE),
    Routine("yespier", "yespier", 22, (8, 20), "pier.re", 0.4, since=moment("2019-06-01"), until=VOTE),
    Routine("old_quay", "whisper", 60, (18, 23), "whisper.re", 1.1),
]
SOLO = {
    "jonvale": 33, "ana_brandt": 25, "ternwatch": 26, "tam_creel": 30, "mdunmore": 25, "gilmarsh": 24, "bramt": 17,
    "drsolt": 18, "ida_lunn": 20, "wendellp": 20, "saffi": 24, "pip_l": 22, "seaglass": 20, "night_ferry": 29,
    "bus_nine": 18,
    "nettie_v": 17, "corbin_docks": 15, "petra_k": 20, "cllr_odile": 8, "fenwick_rowe": 12, "two_weeks_off": 9,
    "van_and_dog": 15, "maren_walks": 16, "qasim_port": 18, "noor_h": 21, "yael_b": 18, "yuki_sato": 20, "kenji_m": 16,
    "lucia_f": 19, "klaus_o": 18, "deniz_a": 18, "eleni_m": 17, "sami_h": 13,
}  # fmt: skip
ARRIVED = {
    "qasim_port": "2020-09-01", "noor_h": "2019-05-20", "sami_h": "2019-08-20", "yael_b": "2019-03-10",
    "yuki_sato": "2019-04-15", "kenji_m": "2019-07-01", "lucia_f": "2019-06-10", "deniz_a": "2019-10-01",
    "eleni_m": "2019-05-05", "klaus_o": "2019-03-03", "van_and_dog": "2019-09-10", "maren_walks": "2019-04-20",
    "two_weeks_off": "2019-06-20", "kelpco": "2020-04-02",
}  # fmt: skip
NO_FERRY = (
    ("2020-01-10", "2020-01-16"), ("2021-01-05", "2021-02-20"),
    ("2021-05-31", "2021-06-05"), ("2021-06-28", "2021-07-10"),
)  # fmt: skip
NIGHT = {"night_ferry": (0, 4), "saffi": (3, 20), "noor_h": (5, 22), "tam_creel": (5, 20), "lifeboat_skerry": (0, 23)}


def silent(routine: Routine, time: int) -> bool:
    """Whether a story leaves no room for this routine just now: nobody writes from a boat that does not sail."""
    sails = routine.section.startswith("ferry.") or routine.who == "jonvale"
    return sails and any(moment(since) <= time < moment(until) for since, until in NO_FERRY)


def solos() -> list[Routine]:
    """What each person posts unasked."""
    return [
        Routine(who, f"solo.{who}", count, NIGHT.get(who, (7, 21)), since=moment(ARRIVED.get(who, "2019-03-02")))
        for who, count in SOLO.items()
    ]


def arrived(who: str, time: int) -> bool:
    """Whether the person lives in the town yet (accounts that left or never had one here don't count)."""
    return who not in CAST or moment(ARRIVED.get(who, "2019-03-01")) <= time
