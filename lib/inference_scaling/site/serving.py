"""A folder served on loopback, to a browser that is driven."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

__all__ = ["Quiet", "served"]


class Quiet(SimpleHTTPRequestHandler):
    """The files of a folder, without a line for each request."""

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(
    folder: Path, handler: type[Quiet] = Quiet, server: type[ThreadingHTTPServer] = ThreadingHTTPServer
) -> Iterator[str]:
    """Serve a folder on loopback at a port that is free; give its address."""
    running = server(("127.0.0.1", 0), functools.partial(handler, directory=str(folder)))
    threading.Thread(target=running.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{running.server_port}"
    finally:
        running.shutdown()
        running.server_close()
