"""The review pages on this machine alone: no other machine, site or page reaches them.

The address holds a random word. Only the loopback interface is listened to; a request that names another host, or that
another page sends, is refused; and what is shown may load nothing from elsewhere and run no script but ours.
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ..marks import Conflict
from ..report.pages import TEMPLATES
from ..tables import CourseError
from .desk import Desk, MarkRefused

__all__ = ["ReviewServer"]

LOOPBACK = "127.0.0.1"
MOST_SENT = 64 << 10
STATIC = Path(__file__).parent / "static"
# Every file that a page may ask for, and its type.
FILES = {
    "style.css": (TEMPLATES / "style.css", "text/css"),
    "review.css": (STATIC / "review.css", "text/css"),
    "review.js": (STATIC / "review.js", "text/javascript"),
}
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class ReviewServer(ThreadingHTTPServer):
    """Serves a desk; `address` is where."""

    daemon_threads = True

    def __init__(self, desk: Desk, port: int = 0):
        super().__init__((LOOPBACK, port), _Handler)
        self.desk = desk
        self.token = secrets.token_urlsafe(24)
        self.hosts = {f"{LOOPBACK}:{self.server_port}", f"localhost:{self.server_port}"}

    @property
    def base(self) -> str:
        return f"/{self.token}/"

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.server_port}{self.base}"


class _Handler(BaseHTTPRequestHandler):
    server: ReviewServer
    # Nobody keeps a thread by sending nothing.
    timeout = 30
    server_version = "review"
    sys_version = ""

    def log_message(self, *_: object) -> None:
        """Write no log: the address holds the word that opens the pages."""

    def do_GET(self) -> None:
        place = self._place()
        if place is None:
            return
        page = self._page(place)
        if page is None:
            self._plain(HTTPStatus.NOT_FOUND, "There is no such page.")
        else:
            self._send(HTTPStatus.OK, *page)

    do_HEAD = do_GET

    def do_POST(self) -> None:
        place = self._place()
        if place is None:
            return
        origin, site = self.headers.get("Origin"), self.headers.get("Sec-Fetch-Site", "same-origin")
        if origin not in {f"http://{host}" for host in self.server.hosts} or site != "same-origin":
            self._plain(HTTPStatus.FORBIDDEN, "This was not sent by a page of the review.")
        elif place != ["mark"]:
            self._plain(HTTPStatus.NOT_FOUND, "There is no such page.")
        elif (sent := self._sent()) is not None:
            self._json(*self._saved(sent))

    def _place(self) -> list[str] | None:
        """Return the words of the address behind the token; None where the request was refused."""
        if self.headers.get("Host") not in self.server.hosts:
            self._plain(HTTPStatus.MISDIRECTED_REQUEST, "This server answers its own address alone.")
            return None
        if self.path == "/favicon.ico":
            # Browsers ask for it by themselves.
            self._send(HTTPStatus.OK, "image/svg+xml", b"")
            return None
        _, token, *place = [*urlsplit(self.path).path.split("/"), ""][:6]
        if not hmac.compare_digest(token.encode(), self.server.token.encode()):
            self._plain(HTTPStatus.NOT_FOUND, "There is no such page. Use the whole address that the command printed.")
            return None
        return [unquote(word) for word in place if word]

    def _page(self, place: list[str]) -> tuple[str, bytes] | None:
        """Return type and content of a page, None where there is none."""
        desk, base = self.server.desk, self.server.base
        pages: dict[str, Callable[[str, str], str | None]] = {
            "mark": desk.mark,
            "read": desk.read,
            "student": desk.student,
        }
        try:
            match place:
                case []:
                    return _html(desk.index(base))
                case ["alike"]:
                    return _html(desk.alike(base))
                case ["static", name] if name in FILES:
                    path, kind = FILES[name]
                    return f"{kind}; charset=utf-8", path.read_bytes()
                case ["figure", name] if name in desk.figures:
                    return "image/png", desk.figure(name)
                case [kind, which] if kind in pages:
                    page = pages[kind](base, which)
                    return None if page is None else _html(page)
        except (CourseError, OSError) as error:
            # A rubric or a table with a fault in it: whoever is changing it has to know.
            return "text/plain; charset=utf-8", f"{error}\n".encode()
        return None

    def _sent(self) -> dict[str, Any] | None:
        """Return what a page sent; None where it was refused."""
        try:
            length = int(self.headers.get("Content-Length", ""))
        except ValueError:
            length = -1
        if not 0 <= length <= MOST_SENT or self.headers.get_content_type() != "application/json":
            self._plain(HTTPStatus.BAD_REQUEST, f"A mark is JSON of at most {MOST_SENT:,} bytes.")
            return None
        try:
            sent = json.loads(self.rfile.read(length))
        except (ValueError, RecursionError):
            sent = None
        if not isinstance(sent, dict):
            self._plain(HTTPStatus.BAD_REQUEST, "A mark is a JSON object.")
            return None
        return sent

    def _saved(self, sent: dict[str, Any]) -> tuple[HTTPStatus, dict[str, Any]]:
        try:
            return HTTPStatus.OK, self.server.desk.save(sent)
        except Conflict as error:
            return HTTPStatus.CONFLICT, self.server.desk.conflict(sent, error)
        except (MarkRefused, CourseError, OSError) as error:
            return HTTPStatus.BAD_REQUEST, {"says": str(error)}

    def _json(self, status: HTTPStatus, content: dict[str, Any]) -> None:
        self._send(status, "application/json", json.dumps(content).encode())

    def _plain(self, status: HTTPStatus, says: str) -> None:
        self._send(status, "text/plain; charset=utf-8", f"{says}\n".encode())

    def _send(self, status: HTTPStatus, kind: str, content: bytes) -> None:
        self.send_response(status)
        for name, value in {**HEADERS, "Content-Type": kind, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def _html(page: str) -> tuple[str, bytes]:
    return "text/html; charset=utf-8", page.encode("utf-8", "replace")
