"""A TCP wire that can be cut, slowed and swapped under a running connection."""

import contextlib
import selectors
import socket
import threading
import time
from collections.abc import Iterator


class Wire:
    """Forward connections to a port, until ``cut_after`` bytes have passed towards the server; then cut all at once.

    ``delay`` seconds pass before each piece. Listening goes on after a cut, so that whoever comes back gets through.
    """

    def __init__(self, target: int, *, cut_after: int | None = None, delay: float = 0.0) -> None:
        self._target = target
        self._left = cut_after
        self._delay = delay
        self._pairs: set[tuple[socket.socket, socket.socket]] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.cuts = 0

    @property
    def port(self) -> int:
        """Where to connect instead."""
        number: int = self._listener.getsockname()[1]
        return number

    def cut(self) -> None:
        """Break every open connection without a word."""
        with self._lock:
            pairs, self._pairs = self._pairs, set()
            self.cuts += 1
        for end in (end for pair in pairs for end in pair):
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
                end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                near.close()
                continue
            with self._lock:
                self._pairs.add((near, far))
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        with selectors.DefaultSelector() as ready, near, far:
            ready.register(near, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, near)
            with contextlib.suppress(OSError):
                while self._pass_on(ready, near):
                    pass

    def _pass_on(self, ready: selectors.BaseSelector, near: socket.socket) -> bool:
        for found, _ in ready.select():
            source = found.fileobj
            assert isinstance(source, socket.socket)
            piece = source.recv(65536)
            if not piece:
                return False
            if self._delay:
                time.sleep(self._delay)
            if source is near and self._used_up(len(piece)):
                self.cut()
                return False
            found.data.sendall(piece)
        return True

    def _used_up(self, size: int) -> bool:
        with self._lock:
            if self._left is None:
                return False
            self._left -= size
            if self._left > 0:
                return False
            self._left = None
            return True

    @contextlib.contextmanager
    def open(self) -> Iterator["Wire"]:
        """Forward until the block ends."""
        threading.Thread(target=self._accept, daemon=True).start()
        try:
            yield self
        finally:
            self._listener.close()
            self.cut()
