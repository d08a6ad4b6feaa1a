"""How soon a phone shows a page: weight and first contentful paint of built sites, in one run beside one another.

    python benchmarks/first_paint.py _build/html [OTHER/html …]

A slow 4G line (1.6 Mb/s down, 0.75 Mb/s up, 150 ms) and a processor four times slower, set through Chromium's own
tools; the pages come compressed from this machine, nothing is kept between loads. Each page is loaded several times by
turns, the sites one after the other, so that what else the machine does falls on all of them; the median counts.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import shutil
import statistics
import sys
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

from inference_scaling.site.serving import Quiet, served
from playwright.sync_api import Browser, sync_playwright

PAGES = (
    "book/index.html",
    "book/theorem/diminishing_returns.html",
    "book/phenomena/real_scores.html",
    "book/laboratory/search_with_a_prm.html",
    "book/reference/claims.html",
)
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
SLOWER = 4
# Milliseconds that a load may take on a machine that does other work too.
PATIENCE = 120_000
PAINT = "performance.getEntriesByName('first-contentful-paint').map(entry => entry.startTime)[0]"
PACKED = {".html", ".css", ".js", ".svg", ".json"}


class Packed(Quiet):
    """Serves a folder as a web server does: text compressed, one connection for many files."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = packed(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix in PACKED:
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@functools.cache
def packed(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), 6) if path.suffix in PACKED else path.read_bytes()


class Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """Say nothing of a browser that left before a file was whole."""


def load(browser: Browser, address: str) -> tuple[float, float, int]:
    """Return the first contentful paint in milliseconds, the kilobytes that came, and the number of files."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2, has_touch=True)
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", LINE)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    sizes: list[float] = []
    tools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto(address, wait_until="networkidle", timeout=PATIENCE)
    # A page may be loaded some time before the slow processor has drawn it.
    paint = page.wait_for_function(PAINT, timeout=PATIENCE).json_value()
    context.close()
    return paint, sum(sizes) / 1000, len(sizes)


def measured(sites: dict[str, Path], times: int) -> Iterator[tuple[str, str, float, float, float, int]]:
    """Yield page, site, median and worst first paint in seconds, kilobytes and files."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox", "--disable-gpu"])
        for page in PAGES:
            loads: dict[str, list[tuple[float, float, int]]] = {name: [] for name in sites}
            for _ in range(times):
                for name, folder in sites.items():
                    with served(folder, Packed, Server) as origin:
                        loads[name].append(load(browser, f"{origin}/{page}"))
            for name, all_loads in loads.items():
                paints = [paint / 1000 for paint, _, _ in all_loads]
                yield page, name, statistics.median(paints), max(paints), all_loads[0][1], all_loads[0][2]
        browser.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sites", nargs="+", type=Path, help="folders of built sites, the one to compare with last")
    parser.add_argument("--times", type=int, default=5)
    asked = parser.parse_args()
    for folder in asked.sites:
        if not (folder / "book/index.html").is_file():
            parser.error(f"{folder} is no built site: it has no book/index.html")
    print("| page | site | first paint, s | worst | kB compressed | files |\n|---|---|---|---|---|---|")
    for page, name, paint, worst, weight, files in measured({str(one): one for one in asked.sites}, asked.times):
        print(f"| {page} | {name} | {paint:.2f} | {worst:.2f} | {weight:.0f} | {files} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
