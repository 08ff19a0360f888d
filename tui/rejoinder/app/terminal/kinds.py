"""What a terminal does with right-to-left text, as far as its environment and its answer tell.

The environment says it at once, where the terminal is on this machine. SSH passes nothing of it on; then the terminal
is asked for its secondary device attributes (DA2, `CSI > c`), which every one of these has answered for many years. The
first two numbers tell them apart, as other programs know them: 65;5800 and more is VTE since 0.58 (GNOME Terminal,
Tilix, Xfce), 0;115 and 1;115 Konsole, 77 mintty, 24 mlterm, 0;136 PuTTY, 1;95 Terminal.app. Those reorder by themselves
(terminal-wg.pages.freedesktop.org/bidi); xterm, kitty, foot, Alacritty, WezTerm, iTerm2, Windows Terminal and the Linux
console draw what they are sent. tmux and screen answer for themselves and draw what they are sent, too: they send cells
on, and a terminal outside that reorders them sees no more than that; there `--bidi off` may read better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

ASK = "\x1b[>c"
"""The question for the secondary device attributes."""
ASK_BACKGROUND = "\x1b]11;?\x1b\\"
"""The question for the background's colour (OSC 11)."""
VTE = 5_800
"""The version of VTE that came with bidi."""
PRESENT = ("KONSOLE_VERSION", "MLTERM")
"""Variables of terminals that reorder."""
ABSENT = ("XTERM_VERSION", "KITTY_WINDOW_ID", "ALACRITTY_WINDOW_ID", "WEZTERM_PANE", "WT_SESSION", "GHOSTTY_BIN_DIR")
"""Variables of terminals that do not."""
PROGRAMS: dict[str, bool] = {
    "Apple_Terminal": True, "mintty": True, "iTerm.app": False, "ghostty": False, "WezTerm": False, "vscode": False,
}  # fmt: skip
TERMS: dict[str, bool] = {
    "mlterm": True,
    "putty": True,
    "konsole": True,
    "xterm-kitty": False,
    "foot": False,
    "alacritty": False,
}
"""The beginnings of TERM that tell."""


def reorders(environment: Mapping[str, str]) -> bool | None:
    """Whether the terminal reorders right-to-left text by itself; None where the environment does not tell."""
    if vte := environment.get("VTE_VERSION", ""):
        return vte.isdigit() and int(vte) >= VTE
    if any(environment.get(name) for name in PRESENT):
        return True
    if any(environment.get(name) for name in ABSENT):
        return False
    if (program := environment.get("TERM_PROGRAM", "")) in PROGRAMS:
        return PROGRAMS[program]
    term = environment.get("TERM", "")
    if term == "linux":
        return False
    known = [does for name, does in TERMS.items() if term.startswith(name)]
    return known[0] if known else None


def reorders_by_answer(attributes: Sequence[int]) -> bool:
    """The same by the numbers of DA2; whoever is not known to reorder draws what it is sent."""
    kind, version = (*attributes, 0, 0)[:2]
    if kind in (61, 65):
        return version >= VTE
    return kind in (24, 77) or (kind, version) in ((0, 115), (1, 115), (0, 136), (1, 95))


NAMES = {
    (61, None): "VTE", (65, None): "VTE", (41, None): "xterm", (77, None): "mintty", (24, None): "mlterm",
    (83, None): "screen", (84, None): "tmux", (85, None): "rxvt", (0, 115): "Konsole", (1, 115): "Konsole",
    (0, 136): "PuTTY", (1, 95): "Terminal.app", (0, 10): "Windows Terminal", (1, 10): "Ghostty",
}  # fmt: skip
"""Terminals by the first number of DA2, or by the first two."""


def name_by_answer(attributes: Sequence[int]) -> str:
    """What a terminal is called, with its version; the numbers where they are nobody's we know."""
    kind, version = (*attributes, 0, 0)[:2]
    if name := NAMES.get((kind, version)):
        return name
    name = NAMES.get((kind, None), "")
    return f"{name} {version}" if name and version else name or "attributes " + ";".join(map(str, attributes))


def is_light_by_answer(colour: str) -> bool | None:
    """Whether a background (`rgb:ffff/ffff/dddd`, as OSC 11 answers) is a light one; None where it is no colour."""
    parts = colour.removeprefix("rgba:").removeprefix("rgb:").split("/")[:3]
    try:
        red, green, blue = (int(part, 16) / int("f" * len(part), 16) for part in parts)
    except ValueError:
        return None
    return 0.299 * red + 0.587 * green + 0.114 * blue > 0.5
