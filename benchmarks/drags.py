"""How long a drag takes to be answered: the work of one move of each handle, on a processor four times slower.

    python benchmarks/drags.py [--moves 20] [FIGURE …]

Each figure is opened alone, as its own page of the site, in a window of 390 pixels, and each handle is moved across
its plot. Two measures. *Work*: the processor time of the page's own thread for a move, all of script, style, layout
and paint, less that of a frame without a move, times four; what else the machine does changes it little. *Slowed*:
the processor is slowed four times through Chromium's own tools, and the work between a frame's begin and the end of
its layout is timed by the clock, the fastest and the median move; other programs make these longer. A frame lasts 16
ms.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from inference_scaling.display import assets
from inference_scaling.site import movable
from inference_scaling.site.chromium import chromium

ROOT = Path(__file__).resolve().parents[1]
SLOWER, FRAME = 4, 16
# Times every callback of a frame with the layout that it asks for, and moves one handle from side to side.
MOVES = """async ([place, moves, moving]) => {
  const real = window.requestAnimationFrame.bind(window), spent = [];
  window.requestAnimationFrame = (work) => real((now) => {
    const begin = performance.now();
    work(now);
    document.body.getBoundingClientRect();
    spent.push(performance.now() - begin);
  });
  const frame = () => new Promise((done) => real(() => real(done)));
  const knob = document.querySelectorAll(".its-hand")[place];
  const box = knob.parentElement.getBoundingClientRect(), at = knob.getBoundingClientRect();
  const send = (type, clientX, clientY) =>
    knob.dispatchEvent(new PointerEvent(type, { pointerId: 1, clientX, clientY, bubbles: true }));
  send("pointerdown", at.x + at.width / 2, at.y + at.height / 2);
  for (let i = 0; i < moves; i += 1) {
    const part = 0.5 + 0.4 * Math.sin(i);
    if (moving) send("pointermove", box.x + box.width * part, box.y + box.height * (1 - part));
    await frame();
  }
  send("pointerup", 0, 0);
  window.requestAnimationFrame = real;
  return [knob.getAttribute("aria-label"), spent];
}"""


def busy(devtools) -> float:
    """Return the processor time of the page's thread so far, in ms."""
    found = {one["name"]: one["value"] for one in devtools.send("Performance.getMetrics")["metrics"]}
    return 1000 * float(found["TaskDuration"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("figures", nargs="*", metavar="FIGURE")
    parser.add_argument("--moves", type=int, default=20)
    asked = parser.parse_args()
    known = {one.id: one for one in movable.movable(ROOT)}
    if unknown := [name for name in asked.figures if name not in known]:
        parser.error(f"there is no figure {unknown[0]!r}; there are {', '.join(known)}")
    slow = []
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"a move in ms: work x {SLOWER}; slowed, fastest and median")
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        static = Path(folder) / "_static"
        static.mkdir()
        (static / "its.js").write_text(assets.script(), encoding="utf-8")
        (static / "its.css").write_text(assets.style(), encoding="utf-8")
        movable.write(ROOT, static)
        for name in asked.figures or known:
            page = browser.new_page(viewport={"width": 390, "height": 844})
            page.goto((static / movable.FOLDER / f"{name}.html").as_uri())
            devtools = page.context.new_cdp_session(page)
            devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
            for place in range(page.locator(".its-hand").count()):
                # The first time through is not counted: a reader's own first move compiles what the next ones run.
                page.evaluate(MOVES, [place, 3, True])
                times = [busy(devtools)]
                for moving in (False, True):
                    label, _ = page.evaluate(MOVES, [place, asked.moves, moving])
                    times.append(busy(devtools))
                work = SLOWER * (times[2] - 2 * times[1] + times[0]) / asked.moves
                devtools.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
                found = sorted(page.evaluate(MOVES, [place, asked.moves, True])[1])
                devtools.send("Emulation.setCPUThrottlingRate", {"rate": 1})
                print(
                    f"{name:20} {label[:44]:44} {work:6.1f} {found[0]:9.1f} {found[len(found) // 2]:6.1f}", flush=True
                )
                slow += [f"{name} ({label})"] if work > FRAME else []
            page.close()
    print(f"{len(slow)} handles take longer than a frame" + (f": {', '.join(slow)}" if slow else ""))
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
