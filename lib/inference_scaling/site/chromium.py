"""The browser that prints the book and tries its pages: the system's Chromium, else Playwright's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class NoBrowserError(RuntimeError):
    """There is no Chromium, and none could be installed."""


def _systems() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def from_distribution(package: str, name: str) -> bool:
    """Try to install a browser as a package of the distribution; say whether this user may."""
    if not (hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get")):
        return False
    print(f"No {name} here: installing the distribution's package", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
    subprocess.run(["apt-get", "update", "-qq"], **quiet)
    subprocess.run(["apt-get", "install", "-y", "-qq", package], **quiet)
    return True


def install() -> str | None:
    """Return how a browser was found or installed, or None where there is none."""
    if found := _systems():
        return found
    if not from_distribution("chromium", "Chromium"):
        print("No Chromium here: Playwright downloads its own", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        if any((Path.home() / ".cache" / "ms-playwright").glob("chromium-*")):
            return "Playwright's Chromium"
    return _systems()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a headless browser that looks for nothing outside this machine.

    Raises
    ------
    NoBrowserError
        Where there is no Chromium.
    """
    found = _systems()
    with sync_playwright() as playwright:
        if found is None and not Path(playwright.chromium.executable_path).exists():
            raise NoBrowserError(f"no Chromium here: looked for {', '.join(NAMES)} and for Playwright's own")
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
