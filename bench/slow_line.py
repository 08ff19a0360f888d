"""How long pages go on coming over a slow line after the key was released: a real sshd, and a relay that is slow."""

from __future__ import annotations

import queue
import shutil
import socket
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.peers import Peer
from bench.session import Session

ROOT = Path(__file__).resolve().parents[1]
RATE, DELAY = 16_000, 0.15
"""Bytes a second (128 kbit/s), and seconds one way (300 ms a round trip)."""


class Slow:
    """A relay between two ends of TCP that passes RATE bytes a second on, DELAY later."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            near, _ = self._socket.accept()
            far = socket.create_connection(("127.0.0.1", self._to))
            far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._pump, args=(far, near, RATE), daemon=True).start()
            threading.Thread(target=self._pump, args=(near, far, 0), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket, rate: int) -> None:
        waiting: queue.Queue[tuple[float, bytes]] = queue.Queue(64)
        threading.Thread(target=self._deliver, args=(waiting, target, rate), daemon=True).start()
        data = b"-"
        while data:
            try:
                data = source.recv(1_400)
            except OSError:
                data = b""
            waiting.put((time.perf_counter(), data))

    def _deliver(self, waiting: queue.Queue[tuple[float, bytes]], target: socket.socket, rate: int) -> None:
        free = 0.0
        while (item := waiting.get())[1]:
            came, data = item
            free = max(free, came) + (len(data) / rate if rate else 0.0)
            time.sleep(max(0.0, free + DELAY - time.perf_counter()))
            try:
                target.sendall(data)
            except OSError:
                return
        target.close()


def backlog(peer: Peer, ssh: Callable[[int, str], Sequence[str]], port: int) -> float:
    """Seconds from the release of PageDown, held for 3 s at 20 a second, to the last byte, at 200x60."""
    told = " ".join(f"{name}={value}" for name, value in peer.environment.items())
    command = f"cd {ROOT}; exec env {told} TERM=xterm-256color LANG=C.UTF-8 {' '.join(peer.command)}"
    with Session(ssh(Slow(port).port, command), (200, 60)) as program:
        program.until(rb"500,000|UTC|\d", 60)
        program.settle(3.0, 60)
        program.press(b"50%", 3.0, 60)
        program.press(b"tt", 3.0, 60)
        program.hold(b"\x1b[6~", 60, 20)
        return program.settle(1.5, 60).last


def slow_line(ours: Sequence[Peer], folder: Path) -> list[str]:
    """The lines of the table for a slow line; a sentence where there is no sshd."""
    from tests.app.test_cut_line import SSHD, Server

    if not SSHD:
        return ["No sshd here: the slow line was not measured."]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    server = Server(folder)
    try:
        if not server.lets_us_in():
            return ["sshd does not let this user in: the slow line was not measured."]

        def ssh(port: int, command: str) -> list[str]:
            words = server.words(command)
            words[words.index("-p") + 1] = str(port)
            return ["ssh", *words]

        lines = ["| | backlog after release |", "| --- | ---: |"]
        lines += [f"| {peer.name} | {backlog(peer, ssh, server.port):.2f} s |" for peer in ours]
        return lines
    finally:
        server.process.terminate()
