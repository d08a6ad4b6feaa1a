"""One request to an OpenAI-compatible server, and what its end means: done, refused, or lost."""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import json
import math
import socket
import ssl
import threading
import time
from typing import Any
from urllib.parse import urlsplit

from ..._arguments import as_numbers, one

__all__ = ["AnswerLost", "EndpointClient", "EndpointError", "PromptRefused", "RequestRefused"]

LONGEST_BODY = 64 << 20
SHOWN = 200
LOOPBACK = ("localhost", "127.0.0.1", "::1")
# The server says that it did nothing: too many requests, overloaded.
NOTHING_DONE = (408, 425, 429, 503, 529)
FORMS = {"chat": "/chat/completions", "completions": "/completions"}


class EndpointError(RuntimeError):
    """The run cannot go on; its log can be resumed."""


class PromptRefused(EndpointError):
    """The server refuses this very request, as where a prompt is longer than the context."""


class _Again(Exception):
    """A request that may be sent again, after `wait` seconds where the server said how long."""

    def __init__(self, message: str, wait: float | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class RequestRefused(_Again):
    """Nothing was generated: the server refused, or was not reached."""


class AnswerLost(_Again):
    """The request was sent and no whole answer came back: it may have been generated, and charged."""


class EndpointClient:
    """Sends requests to one endpoint.

    Parameters
    ----------
    url : str
        Up to the version: ``http://127.0.0.1:8080/v1``. A key belongs into the environment, never into the address.
    key : str, optional
        Sent as ``Authorization: Bearer``. It is taken out of every text that comes back.
    timeout : float
        Seconds for a whole request, however slowly its bytes come.
    per_minute : float, optional
        The most requests a minute, evenly spaced.

    Raises
    ------
    ValueError
        Naming the argument; a key is never shown.
    """

    def __init__(
        self, url: str, *, key: str | None = None, timeout: float = 120.0, per_minute: float | None = None
    ) -> None:
        self.timeout = one("timeout", as_numbers("timeout", timeout, above=0))
        if per_minute is not None:
            per_minute = one("per_minute", as_numbers("per_minute", per_minute, above=0))
        self._gap = 0.0 if per_minute is None else 60.0 / per_minute
        self.address = _checked_address(url, key)
        parts = urlsplit(self.address)
        self._host, self._port, self._secure = parts.hostname or "", parts.port, parts.scheme == "https"
        self._path = parts.path.rstrip("/")
        self._key = _checked_key(key)
        self._next = 0.0
        self._reached = False
        self._lock = threading.Lock()
        # A connection forgets its socket as soon as the head of an answer is there, so sockets are kept beside it.
        self._open: dict[http.client.HTTPConnection, socket.socket | None] = {}
        self._cut: set[http.client.HTTPConnection] = set()
        self.stopped = threading.Event()

    def scrub(self, value: Any) -> Any:
        """A value of JSON without the key."""
        if self._key is None:
            return value
        if isinstance(value, str):
            return value.replace(self._key, "[key]")
        if isinstance(value, list):
            return [self.scrub(one) for one in value]
        if isinstance(value, dict):
            return {self.scrub(name): self.scrub(one) for name, one in value.items()}
        return value

    def pause(self, seconds: float) -> None:
        """Let no request begin for some seconds: what one was told holds for all."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)

    def wait(self) -> None:
        """Wait for the turn of a request; returns early where the run was stopped."""
        while not self.stopped.is_set():
            with self._lock:
                now = time.monotonic()
                left = self._next - now
                if left <= 0:
                    self._next = now + self._gap
                    return
            self.stopped.wait(min(left, 1.0))

    def stop(self) -> None:
        """End all requests on their way, and begin no other."""
        self.stopped.set()
        with self._lock:
            for opened in self._open.values():
                _shut(opened)

    def post(self, form: str, body: dict[str, Any]) -> dict[str, Any]:
        """Send one request and return its answer, without the key.

        Raises
        ------
        RequestRefused, AnswerLost
            It may be sent again.
        EndpointError
            It may not.
        """
        data = json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"}
        if self._key is not None:
            headers["Authorization"] = f"Bearer {self._key}"
        status, waits, got = self._sent(self._path + FORMS[form], data, headers)
        self._reached = True
        return self._understood(status, waits, got)

    def _connection(self) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
        return kind(self._host, self._port, timeout=self.timeout)

    def _sent(self, path: str, data: bytes, headers: dict[str, str]) -> tuple[int, str | None, bytes]:
        connection = self._connection()
        watch = threading.Timer(self.timeout, self._end, [connection])
        watch.daemon = True
        with self._lock:
            self._open[connection] = None
        try:
            self._connect(connection)
            with self._lock:
                self._open[connection] = connection.sock
            watch.start()
            if self.stopped.is_set():
                raise RequestRefused("stopped")
            connection.request("POST", path, data, headers)
            response = connection.getresponse()
            got = response.read(LONGEST_BODY + 1)
            if connection in self._cut or (response.length and len(got) <= LONGEST_BODY):
                # A read of at most so many bytes does not complain where fewer came than were promised.
                raise http.client.IncompleteRead(got)
            return response.status, response.getheader("Retry-After"), got
        except (OSError, http.client.HTTPException) as error:
            late = connection in self._cut or isinstance(error, TimeoutError)
            reason = f"no whole answer within {self.timeout:g} s" if late else _told(error)
            raise AnswerLost(reason) from None
        finally:
            watch.cancel()
            with self._lock:
                self._open.pop(connection, None)
                self._cut.discard(connection)
            connection.close()

    def _connect(self, connection: http.client.HTTPConnection) -> None:
        where = f"{self._host}:{self._port}" if self._port else self._host
        try:
            connection.connect()
        except ssl.SSLError as error:
            raise EndpointError(f"{where}: no secure connection ({error.reason or 'TLS'})") from None
        except OSError as error:
            reason = f"{where}: no connection ({error.strerror or type(error).__name__})"
            if isinstance(error, ConnectionRefusedError) and not self._reached:
                raise EndpointError(f"{reason}: is the server running there?") from None
            raise RequestRefused(reason) from None

    def _end(self, connection: http.client.HTTPConnection) -> None:
        """End a request that takes too long: a server that sends a byte now and then never runs into a timeout."""
        with self._lock:
            if connection in self._open:
                self._cut.add(connection)
                _shut(self._open[connection])

    def _understood(self, status: int, waits: str | None, got: bytes) -> dict[str, Any]:
        if status == 200:
            return self._answer(got)
        said = self._message(got)
        if status in NOTHING_DONE:
            if "insufficient_quota" in got[:4096].decode("utf-8", "replace"):
                raise EndpointError("the server says that the account has no quota left")
            raise RequestRefused(f"status {status}{said}", _seconds(waits))
        if status >= 500:
            raise AnswerLost(f"status {status}{said}", _seconds(waits))
        if status in (401, 403):
            # What such an answer says may hold a part of the key.
            raise EndpointError(f"the server refuses the key (status {status})" if self._key else _keyless(status))
        if 300 <= status < 400:
            raise EndpointError(f"the server sends elsewhere (status {status}): give the address that it leads to")
        if status in (400, 413, 422):
            raise PromptRefused(f"status {status}{said}")
        raise EndpointError(f"{self.address}: status {status}{said}")

    def _answer(self, got: bytes) -> dict[str, Any]:
        if len(got) > LONGEST_BODY:
            raise AnswerLost(f"an answer of more than {LONGEST_BODY:,} bytes")
        try:
            value = json.loads(got)
        except (ValueError, RecursionError):
            raise AnswerLost(f"an answer that is no JSON: {self._shown(got)}") from None
        choices = value.get("choices") if isinstance(value, dict) else None
        if not isinstance(choices, list) or not choices or not all(isinstance(one, dict) for one in choices):
            raise AnswerLost(f"an answer without choices: {self._shown(got)}")
        return dict(self.scrub(value))

    def _message(self, got: bytes) -> str:
        try:
            value = json.loads(got)
            error = value.get("error", value)
            text = str(error.get("message", error) if isinstance(error, dict) else error)
        except (ValueError, AttributeError, RecursionError):
            text = got.decode("utf-8", "replace")
        text = " ".join(str(self.scrub(text)).split())
        return f": {text[:SHOWN]}" if text else ""

    def _shown(self, got: bytes) -> str:
        # The key is taken out before the text is cut, else the cut could leave a part of it.
        text = str(self.scrub(got[: 1 << 16].decode("utf-8", "replace")))
        return repr(" ".join(text.split())[:60])


def _checked_address(url: str, key: str | None) -> str:
    parts = urlsplit(url)
    if not url or url.startswith("/"):
        # As where a shell puts the address there from a file in which a starting server has not written it yet.
        raise ValueError("url: names no server; if its address comes from a file, has the server written it there yet?")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("url: must begin with http:// or https:// and name a host, as in http://127.0.0.1:8080/v1")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise ValueError("url: must hold no user, key or query: a key is read from the environment alone")
    try:
        port = parts.port
    except ValueError:
        raise ValueError("url: its port must be a number from 0 to 65535") from None
    if key and parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError(f"url: a key would go to {parts.hostname} unencrypted: use https")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}{f':{port}' if port else ''}{parts.path.rstrip('/')}"


def _checked_key(key: str | None) -> str | None:
    if key is None:
        return None
    key = key.strip()
    if not key or not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError("key: must be one word of ASCII letters; its value is not shown")
    return key


def _keyless(status: int) -> str:
    return f"the server asks for a key (status {status}): name the environment variable that holds it"


def _seconds(waits: str | None) -> float | None:
    """What Retry-After asks for: seconds, or a date."""
    if waits is None:
        return None
    with contextlib.suppress(ValueError):
        seconds = float(waits)
        return max(seconds, 0.0) if math.isfinite(seconds) else None
    try:
        return max(email.utils.parsedate_to_datetime(waits).timestamp() - time.time(), 0.0)
    except (ValueError, TypeError):
        return None


def _told(error: Exception) -> str:
    if isinstance(error, http.client.IncompleteRead):
        return f"the answer broke off after {len(error.partial):,} bytes"
    if isinstance(error, (http.client.RemoteDisconnected, ConnectionError)):
        return "the connection was dropped"
    return f"the answer could not be read ({type(error).__name__})"


def _shut(opened: socket.socket | None) -> None:
    if opened is not None:
        with contextlib.suppress(OSError):
            opened.shutdown(socket.SHUT_RDWR)
