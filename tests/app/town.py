"""Posts of an invented harbour town, with every kind of card."""

from __future__ import annotations

import random

from rejoinder.records import Media, Post, Ref

DAY = 86_400_000
START = 1_622_678_400_000
"""3 June 2021, 00:00 UTC."""
PEOPLE = ("Mira Okafor", "Jon Vale", "Ana Brandt", "قاسم الميناء", "港の猫", "Skerry Council", "Old Quay Union")
WORDS = [
    "the", "ferry", "to", "skerry", "leaves", "at", "noon", "unless", "the", "crew", "is", "short", "and", "nobody",
    "at", "the", "quay", "has", "been", "told", "again", "tickets", "stay", "valid", "until", "sunday", "rain",
    "on", "the", "pier", "cats", "asleep", "in", "the", "net", "shed", "somebody", "painted", "the", "bollards",
]  # fmt: skip

ODD = (
    "an astronaut 👩‍🚀 and a family 👨‍👩‍👧‍👦 on the quay",
    "flags 🇩🇰🇳🇴 and 🏴󠁧󠁢󠁳󠁣󠁴󠁿 over the ferry",
    "❤️ and ✂️ and ☎️, each said to be a picture",
    "a wave 👋🏽 from a hand of one's own, 1️⃣2️⃣3️⃣",
    "é as two: e\u0301, n\u0303, a\u0328\u0301; t\u0301\u0302\u0303e\u0301x\u0302t",
    "漁港の朝は早い。「出港、準備よし」。全角ＡＢＣと半角ｱｲｳ",
    "한국어 선박 시간표 각각",
    "שָׁלוֹם לַסִּירָה: הַמַּעְבֹּרֶת אֵינָהּ",
    "هَلِ التَّذَاكِرُ صَالِحَةٌ غَدًا؟",
    "ก็ไปเกาะน้ำใส ที่นี่",
    "नमस्ते, क्षमा करें",
    "🐈🐈🐈 cats 🌊 waves ⛴ ferry",
)
"""Texts with graphemes on whose width terminals don't agree, and in scripts that are hard to set."""


def handle(person: int) -> str:
    """The handle of one of the people."""
    return ("mira_o", "jonvale", "ana_b", "qasim", "neko", "skerry", "oldquay")[person]


def town(posts: int, seed: int = 1) -> list[Post]:
    """So many posts over some days: replies, quotes, reposts, media, warnings, right-to-left text."""
    dice = random.Random(seed)
    made: list[Post] = []
    for n in range(1, posts + 1):
        person = dice.randrange(len(PEOPLE))
        more: dict[str, object] = {}
        text = " ".join(dice.choice(WORDS) for _ in range(int(dice.paretovariate(1.2) * 6) % 80 + 3))
        before = dice.choice(made) if made else None
        kind = dice.random()
        if before is not None and kind < 0.45:
            more = {"reply_to": before.id, "reply_author": Ref(handle=before.handle)}
        elif kind < 0.5:
            more = {"reply_to": str(10**9 + n), "reply_author": Ref(handle="gone")}
        elif before is not None and kind < 0.56:
            more = {"quote": before.id}
        elif before is not None and kind < 0.6:
            more = {"repost": before.id, "is_repost": True}
            text = before.text
        elif kind < 0.66:
            more = {"media": (Media(alt="empty quay in the rain"), Media())}
        elif kind < 0.68:
            more = {"warning": "spiders", "sensitive": True}
        if person == 3:
            text = "هل التذاكر صالحة غداً؟ نعم، حتى نهاية الأسبوع."
        elif person == 4:
            text = "フェリーは正午に出ます。港で待っていてください。猫もいます🐈。"
        made.append(
            Post(
                id=str(n), platform="test", handle=handle(person), name=PEOPLE[person], time=START + n * DAY // 20,
                text=text, likes=dice.randrange(60), reposts=dice.randrange(9), **more,  # type: ignore[arg-type]
            )
        )  # fmt: skip
    return made


def odd_town(posts: int) -> list[Post]:
    """So many posts with the odd texts, each with plain words after it, some of them answers to the one before."""
    dice = random.Random(5)
    made = []
    for n in range(1, posts + 1):
        person = dice.randrange(len(PEOPLE))
        text = f"{ODD[n % len(ODD)]} {' '.join(dice.choices(WORDS, k=dice.randrange(24)))} {ODD[n * 5 % len(ODD)]} end"
        more = {"reply_to": str(n - 1)} if n % 3 else {}
        made.append(
            Post(
                id=str(n), platform="test", handle=handle(person), name=PEOPLE[person], time=START + n * DAY // 20,
                text=text, **more,  # type: ignore[arg-type]
            )
        )  # fmt: skip
    return made
