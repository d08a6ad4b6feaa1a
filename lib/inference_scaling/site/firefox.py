"""The second browser in which pages are tried: the system's Firefox, driven over its own remote protocol (Marionette).

So nothing but the browser is needed; Debian's ``firefox-esr`` will do. A message is a length, a colon and a JSON array.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .chromium import NoBrowserError, from_distribution

__all__ = ["ELEMENT", "Firefox", "firefox", "install"]

NAMES = ("firefox-esr", "firefox")
# By this key WebDriver's answers refer to an element.
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
# Nothing outside this machine is asked; pages of this machine are.
SETTINGS = """\
user_pref("network.proxy.type", 1);
user_pref("network.proxy.http", "127.0.0.1");
user_pref("network.proxy.http_port", 9);
user_pref("network.proxy.ssl", "127.0.0.1");
user_pref("network.proxy.ssl_port", 9);
user_pref("network.proxy.no_proxies_on", "127.0.0.1, localhost");
user_pref("app.update.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
"""


def _system() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def install() -> str | None:
    """Return where Firefox is, after having tried to install it, or None where there is none."""
    if _system() is None and from_distribution("firefox-esr", "Firefox") is False:
        print("No Firefox here, and only the distribution can install one: pages are not tried in it", flush=True)
    return _system()


class Firefox:
    """A session of the remote protocol."""

    def __init__(self, port: int, process: int):
        self.process = process
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=300)
        self.number = 0
        self._read()
        said = self.ask("WebDriver:NewSession", {"acceptInsecureCerts": False, "timeouts": {"script": 240_000}})
        self.version = said["capabilities"]["browserVersion"]

    def _read(self) -> Any:
        size = b""
        while not size.endswith(b":"):
            size += self._some(1)
        text = b""
        while len(text) < int(size[:-1]):
            text += self._some(int(size[:-1]) - len(text))
        return json.loads(text)

    def _some(self, most: int) -> bytes:
        if not (found := self.socket.recv(most)):
            raise ConnectionError("Firefox has closed the connection")
        return found

    def ask(self, name: str, parameters: Mapping[str, Any]) -> Any:
        """Send a command and return its result.

        Raises
        ------
        RuntimeError
            With the name and the message of Firefox's own error.
        """
        self.number += 1
        text = json.dumps([0, self.number, name, parameters]).encode()
        self.socket.sendall(f"{len(text)}:".encode() + text)
        _, _, error, result = self._read()
        if error:
            raise RuntimeError(f"{name}: {error['error']}: {error['message']}")
        return result

    def open(self, address: str) -> None:
        self.ask("WebDriver:Navigate", {"url": address})

    def run(self, script: str, *arguments: Any, later: bool = False) -> Any:
        """Run a function body in the page; with `later` it calls its last argument with the result."""
        name = "WebDriver:ExecuteAsyncScript" if later else "WebDriver:ExecuteScript"
        return self.ask(name, {"script": script, "args": list(arguments), "sandbox": None})["value"]

    def press(self, *keys: str) -> None:
        """Press keys one after another, wherever the keyboard is."""
        actions = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        self.ask("WebDriver:PerformActions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})


@contextmanager
def firefox() -> Iterator[Firefox]:
    """Start a headless Firefox with a profile of its own, which asks nobody outside this machine.

    Raises
    ------
    NoBrowserError
        Where there is no Firefox, or it does not open its remote port within a minute.
    """
    program = _system()
    if program is None:
        raise NoBrowserError(f"no Firefox here: looked for {', '.join(NAMES)}; on Debian: apt-get install firefox-esr")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        settings = f'user_pref("marionette.port", {port});\n{SETTINGS}'
        (Path(profile) / "user.js").write_text(settings, encoding="utf-8")
        command = [program, "--headless", "--marionette", "--no-remote", "--profile", profile]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            session = _connected(port, process.pid)
            try:
                yield session
            finally:
                session.socket.close()
        finally:
            process.terminate()
            process.wait(30)


def _connected(port: int, process: int) -> Firefox:
    for _ in range(120):
        try:
            return Firefox(port, process)
        except ConnectionRefusedError:
            time.sleep(0.5)
    raise NoBrowserError("Firefox did not open its remote port within a minute")
