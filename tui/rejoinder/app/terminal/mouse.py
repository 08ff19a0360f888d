"""The mouse as far as the app needs it, clicks and the wheel; Textual would ask to be told of every movement."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver

ON = "\x1b[?1000h\x1b[?1006h"
"""Presses, releases and the wheel, in the form that knows wide terminals."""
OFF = "\x1b[?1000l\x1b[?1006l"


class Clicks(LinuxDriver):
    """Overrides what Textual's driver asks for; nothing of ours drags or hovers."""

    def _enable_mouse_support(self) -> None:
        if self._mouse:
            self.write(ON)
            self.flush()

    def _disable_mouse_support(self) -> None:
        if self._mouse:
            self.write(OFF)
            self.flush()

    def _enable_mouse_pixels(self) -> None:
        """Cells are fine enough."""
