"""The sixty accounts of Skerry. All of them are invented."""

from __future__ import annotations

import msgspec


class Person(msgspec.Struct, frozen=True):
    """An account: `reach` is the typical number of likes of a post, `folk` whether it chats under others' posts."""

    handle: str
    name: str
    bio: str
    reach: float = 4.0
    folk: bool = False
    language: str = "en"


def _town() -> list[Person]:
    return [
        Person("mira_o", "Mira Okafor", "Ferry desk, Skerry pier. I do not make the weather.", 12),
        Person("skerry", "Skerry Council", "Your council. Bins, paths, permits. Office open 9 to 4.", 6),
        Person("harbourmaster", "Skerry Harbourmaster", "Notices to mariners. Not monitored for correspondence.", 5),
        Person(
            "oldquay_union", "Old Quay Dockers' Union", "Est. the year of the long frost. We write. We keep copies.", 8
        ),
        Person("old_quay", "Old Quay Whispers", "What they say on the benches. Often gone by morning.", 9),
        Person(
            "wx_skerry", "Skerry Weather Bot", "Every reading from the mast on the fish market roof. I am a machine.", 2
        ),
        Person("causeway_bot", "Is the causeway open?", "Asks the tide table, tells you. Machine.", 3),
        Person(
            "lifeboat_skerry", "Skerry Lifeboat", "Volunteers. In trouble call the coastguard, not this account.", 22
        ),
        Person("lantern", "The Skerry Lantern", "The town's paper. Thursdays, and when something happens.", 9),
        Person("hauksbread", "Hauk's Bakery", "Bread from five. Sold out by eleven, sorry.", 9),
        Person(
            "fishmarket", "Skerry Fish Market", "Auction at six. Counter from eight. The cat does not work here.", 6
        ),
        Person("harbourschool", "Harbour School", "News for families of the Harbour School, classes 1 to 9.", 5),
        Person("rovers", "Skerry Rovers FC", "Eleven people and a slope. Home ground: the Saltings.", 8),
        Person("lowtidechoir", "Low Tide Choir", "Forty voices, two basses. Mondays at seven, chapel hall.", 7),
        Person(
            "smallboats",
            "Museum of Small Boats",
            "Ninety-one boats under twelve feet. One over. We don't talk about it.",
            7,
        ),
        Person("paperanchor", "The Paper Anchor", "Books, new and damp. Chapel Lane 3.", 8),
        Person("thebuoy", "The Buoy", "Pub on the Old Quay. Quiz Wednesdays. Dogs yes, bagpipes no.", 7),
        Person("gannetrock", "Gannet Rock Bird Station", "Counts from the rock. Two wardens, one kettle.", 8),
        Person("coldwater", "Cold Water Club", "We swim off the slip, all year. Cake after.", 6),
        Person(
            "lampkeeper",
            "Friends of Skerry Light",
            "Volunteers for the lighthouse on the Ness. Dark since the storm, not for ever.",
            10,
        ),
        Person("quietpier", "Keep Skerry Quiet", "Against the new pier, for the old slip.", 6),
        Person("yespier", "Yes to the Pier", "Deep water, dry feet. Vote yes.", 6),
        Person("skerrycats", "Cats of Skerry", "One cat a day, weather permitting.", 14),
        Person("farholmrail", "Farholm Rail", "Trains from Farholm, the far side of the sound.", 2),
    ]


def _people() -> list[Person]:
    return [
        Person("jonvale", "Jon Vale", "I take the 7:40. When there is a 7:40.", 7, True),
        Person("ana_brandt", "Ana Brandt", "Photographs of things that hold still. Skerry.", 11, True),
        Person("ternwatch", "Ruth Wexcombe", "Birds, mostly wet ones.", 8, True),
        Person("tam_creel", "Old Tam", "Creels. Forty-one years. My granddaughter types.", 13, True),
        Person("mdunmore", "Mrs. Dunmore", "Chapel Lane. Retired from the post office. Admiral's person.", 9, True),
        Person("gilmarsh", "Gil Marsh", "Plot 14, Saltings allotments. Leeks.", 6, True),
        Person("hesterpike", "Hester Pike", "Skipper, MV Patience. Opinions are the boat's.", 14, True),
        Person("cllr_odile", "Odile Brand", "Councillor, harbour ward. Pier committee.", 5),
        Person("fenwick_rowe", "Fenwick Rowe", "Councillor, Ness ward. I read the appendices.", 5),
        Person("bramt", "Bram Teague", "Stonemason. Afraid of heights, works on a lighthouse.", 11, True),
        Person("drsolt", "Imre Solt", "Doctor on the quay. Wash your hands, eat your fish.", 7, True),
        Person("ida_lunn", "Ida Lunn", "Teaches class 4. Marks in pencil.", 7, True),
        Person("coachmabry", "Lou Mabry", "Coach, Skerry Rovers. The slope is not an excuse.", 6),
        Person("wendellp", "Wendell Price", "Tenor. Piano tuner. Both weather-dependent.", 6, True),
        Person("saffi", "Saffi Groom", "Apprentice at Hauk's. Up at three, asleep by eight.", 9, True),
        Person("pip_l", "Pip Larkin", "class 8. goalkeeper. not my fault", 7, True),
        Person("nettie_v", "Nettie Voss", "Reporter, The Skerry Lantern. Tell me things.", 8, True),
        Person("corbin_docks", "Corbin Shaw", "Docker, steward, grandfather. Berth 4.", 6),
        Person("petra_k", "Petra Kolb", "Crane 3. The one that squeaks.", 8),
        Person("seaglass", "Sue Arden", "Things the tide left. Mostly green.", 7, True),
        Person("night_ferry", "Night Ferry", "Small hours, small lines.", 8, True),
        Person("kelpco", "Kelp & Co", "Seaweed soap, made here since last year. Yes it smells. No, nicely.", 4, True),
        Person("two_weeks_off", "Bea & Tom", "On holiday. Perpetually.", 3),
        Person("van_and_dog", "Van, Dog & Me", "We park where it says we may. The dog is Biscuit.", 5),
        Person("maren_walks", "Maren Holt", "Walking every coast path, slowly.", 6),
        Person("qasim_port", "قاسم الميناء", "أعمل في مكتب الشحن. أحب البحر من بعيد.", 7, False, "ar"),
        Person("noor_h", "نور حداد Noor", "Nurse at the quay surgery. نور، ممرضة.", 9, False, "ar"),
        Person("yael_b", "יעל ברק", "ביולוגית ימית. Marine biologist, the whale hut on the Ness.", 10, False, "he"),
        Person("yuki_sato", "佐藤ゆき", "港の上の小さな窯。器を焼いています。", 9, False, "ja"),
        Person("kenji_m", "健二 🐟", "魚市場で働く。寿司は家で。", 6, False, "ja"),
        Person("lucia_f", "Lucía Ferrer", "Cocinera en La Gaviota. Vine por un verano.", 8, False, "es"),
        Person("klaus_o", "Klaus Ohlsen", "Ingenieur i. R. Leuchttürme, Schrauben, Geduld.", 7, False, "de"),
        Person("deniz_a", "Deniz Aydın ✂️", "Berber. Rıhtım Caddesi 8. Çay bizden.", 7, False, "tr"),
        Person("eleni_m", "Ελένη Μαύρου", "Ταβέρνα στο λιμάνι. Το χταπόδι τελειώνει νωρίς.", 8, False, "el"),
        Person("sami_h", "سامي ⚽", "بعد المدرسة: كرة. Left wing, Rovers juniors.", 6, False, "ar"),
        Person("bus_nine", "The Number 9", "Not the real bus. The real bus is late.", 9, True),
    ]


CAST = {person.handle: person for person in _town() + _people()}
NUMBER = {handle: str(i) for i, handle in enumerate(CAST, 1)}
FOLK = tuple(person.handle for person in CAST.values() if person.folk)
DOCKERS = ("oldquay_union", "corbin_docks", "petra_k")
OFFICE = ("harbourmaster", "skerry")
