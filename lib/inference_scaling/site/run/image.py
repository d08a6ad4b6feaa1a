"""The memory of an interpreter that has made its imports, as a headless Chromium saves it.

Loaded into the same program, it is that interpreter: a page neither starts Python nor imports anything again.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from importlib.resources import files as resources
from pathlib import Path

from ..chromium import chromium
from ..serving import Quiet, served

__all__ = ["ENVIRONMENT", "RuntimeBuildError", "saved", "worker"]

# What pages import. The first cell reads the tables and shows something, so that much is made ready here, too.
IMPORTS = """\
import gc, os, sys, zipimport
os.environ |= ENVIRONMENT
# The program comes as an interpreter that has started, and it remembers the archive that it started from.
zipimport._zip_directory_cache.clear()
sys.path_importer_cache.clear()
sys.path[:0] = ["/book/book.zip"]
sys.path += ["/book/figures.zip", "/book/symbols.zip"]
import numpy, scipy.special
import inference_scaling
from inference_scaling import figures
from inference_scaling.sources import recorded
from inference_scaling.site.run import page
page.warm()
# The one folder in which a cell can write.
os.chdir("/tmp")
gc.collect()
"""
# Where the files of a user lie that has none.
ENVIRONMENT = {
    "HOME": "/tmp",
    "TMPDIR": "/tmp",
    "INFERENCE_SCALING_OUTPUT": "data",
    "INFERENCE_SCALING_CACHE": "/tmp/cache",
    "MPLCONFIGDIR": "/tmp",
    "MPLBACKEND": "agg",
    "PYTHONTZPATH": "",
}
HARNESS = """\
async ({archives, elsewhere, imports}) => {
  const source = await (await fetch("worker.js")).text();
  const worker = new Worker(URL.createObjectURL(new Blob([source, "\\nitsRunWorker();"], {type: "text/javascript"})));
  const ask = (message) => new Promise((resolve) => {
    worker.onmessage = ({data}) => data.id && resolve(data);
    worker.postMessage({id: 1, ...message});
  });
  const files = {};
  for (const [path, name] of Object.entries(archives)) files[path] = await (await fetch(name)).arrayBuffer();
  const module = await WebAssembly.compileStreaming(fetch("program.wasm"));
  const started = await ask({start: {module, image: null, memory: 0, files, elsewhere}});
  if (!started.ready) return JSON.stringify(started);
  const made = await ask({turn: imports});
  if (made.status !== 0) return made.printed || JSON.stringify(made);
  const {memory} = await ask({save: true});
  await fetch("memory", {method: "POST", body: memory});
  return "";
}"""


class RuntimeBuildError(RuntimeError):
    """The folder of the run-time could not be made."""


def worker() -> str:
    """Return the script of the worker that runs the program."""
    return (resources("inference_scaling.display") / "static" / "run" / "worker.js").read_text(encoding="utf-8")


class _Keeping(Quiet):
    """Files of a folder; what is posted is kept there."""

    def do_POST(self) -> None:
        size = int(self.headers["Content-Length"])
        (Path(self.directory) / "memory.bin").write_bytes(self.rfile.read(size))
        self.send_response(204)
        self.end_headers()


def saved(program: bytes, archives: Mapping[str, bytes], elsewhere: Mapping[str, str]) -> bytes:
    """Return the memory of `program` after the imports of pages.

    Parameters
    ----------
    program
        The whole program, with the data that its memory begins with.
    archives
        Content by the path under which the interpreter finds it.
    elsewhere
        Paths that exist for the interpreter, and are not read before a cell needs them.

    Raises
    ------
    RuntimeBuildError
        With what Python printed, when an import fails.
    NoBrowserError
        Where there is no Chromium.
    """
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "index.html").write_text("<!doctype html><title>Run-time</title>", encoding="utf-8")
        (folder / "worker.js").write_text(worker(), encoding="utf-8")
        (folder / "program.wasm").write_bytes(program)
        names = {path: f"archive{number}" for number, path in enumerate(archives)}
        for path, name in names.items():
            (folder / name).write_bytes(archives[path])
        given = {
            "archives": names,
            "elsewhere": dict(elsewhere),
            "imports": IMPORTS.replace("ENVIRONMENT", repr(ENVIRONMENT)),
        }
        with served(folder, _Keeping) as address, chromium() as browser:
            page = browser.new_page()
            page.goto(address)
            said = page.evaluate(HARNESS, json.loads(json.dumps(given)))
        if said:
            raise RuntimeBuildError(f"the imports of pages failed in the browser:\n{said}")
        return (folder / "memory.bin").read_bytes()
