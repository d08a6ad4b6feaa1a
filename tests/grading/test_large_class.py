"""A class of thousands on a cluster: memory does not grow with it, and a batch that is stopped goes on."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import distributed
import pytest
from inference_scaling.grading.demo import mixed

ROOT = Path(__file__).resolve().parents[2]
KEY, STUDENTS = "large-2027", int(os.environ.get("ITS_STUDENTS", "3000"))
# One in so many has answers. The others cost the grader as much and the sandbox nothing: a night becomes minutes.
WITH_ANSWERS = 50
# What the command may grow by while the rest of the class is graded, once a tenth of it is.
GROWTH = 32 << 20
# Of Dask and its servers, about themselves.
pytestmark = pytest.mark.filterwarnings("ignore")


def handed_in(folder):
    (some,) = (content for place, content in mixed(1, KEY, ROOT))
    none = json.loads(some)
    for cell in none["cells"]:
        cell["metadata"] = {}
        cell["source"] = "# nothing yet"
        cell.pop("id", None)
    folder.mkdir()
    for number in range(STUDENTS):
        content = some if number % WITH_ANSWERS == 0 else json.dumps(none).encode()
        (folder / f"s{number:05d}_theorem.ipynb").write_bytes(content)


def resident(pid):
    """Return the bytes of memory that a process holds now."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    # A process that has ended and was not waited for yet holds none.
    line = next((line for line in text.splitlines() if "VmRSS" in line), "VmRSS: 0")
    return int(line.split()[1]) << 10


def run(folder, address, stop_at=None):
    """Run the command; return its exit code, and (submissions graded, bytes of memory) while it ran."""
    words = ["grade", str(folder / "submissions"), "--out", str(folder / "out"), "--root", str(ROOT)]
    words += ["--cohort", KEY, "--cluster", address]
    process = subprocess.Popen(
        [sys.executable, "-m", "inference_scaling.cli", *words],
        stdout=subprocess.DEVNULL,
        # Where the tests run in the background, a shell has them ignore Ctrl-C, and they would pass that on.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    seen = []
    try:
        while process.poll() is None:
            done = len(list((folder / "out" / "results").glob("*.json")))
            seen.append((done, resident(process.pid)))
            if stop_at is not None and done >= stop_at:
                process.send_signal(signal.SIGINT)
                stop_at = None
            # Looking costs the more the more there are.
            time.sleep(1.0)
    finally:
        process.kill()
        process.wait()
    return process.returncode, seen


def results(folder):
    return {path.name: path for path in (folder / "out" / "results").iterdir()}


@pytest.mark.evidence
@pytest.mark.timeout(7200)
def test_a_class_of_thousands_on_a_cluster_takes_no_more_memory_than_a_tenth_of_it_and_goes_on_when_stopped(
    tmp_path, record_property
):
    handed_in(tmp_path / "submissions")
    with distributed.LocalCluster(
        n_workers=3,
        threads_per_worker=1,
        dashboard_address=None,
        host="127.0.0.1",
        local_directory=str(tmp_path / "dask"),
    ) as cluster:
        code, before = run(tmp_path, cluster.scheduler_address, stop_at=STUDENTS // 3)
        assert code == 130
        kept = {name: path.stat().st_mtime_ns for name, path in results(tmp_path).items()}
        assert STUDENTS // 3 <= len(kept) < STUDENTS
        code, after = run(tmp_path, cluster.scheduler_address)
    assert code == 1, "in most notebooks no answer is found, which a person has to see"
    done = results(tmp_path)
    assert len(done) == STUDENTS
    assert {name: done[name].stat().st_mtime_ns for name in kept} == kept, "nothing was graded twice"
    states = Counter(json.loads(path.read_text(encoding="utf-8"))["state"] for path in done.values())
    assert states == {"graded": STUDENTS}
    points = Counter(
        sum(task["earned"] for task in json.loads(path.read_text(encoding="utf-8"))["tasks"]) for path in done.values()
    )
    assert len(points) == 2 and points[0] == STUDENTS - len(range(0, STUDENTS, WITH_ANSWERS))
    # While it grades: after the last result comes the report, which holds them all.
    grading = [memory for number, memory in before + after if STUDENTS // 10 <= number < STUDENTS]
    print(
        f"{STUDENTS} submissions; while grading {min(grading) >> 20} to {max(grading) >> 20} MB, "
        f"with the report {max(memory for _, memory in after) >> 20} MB"
    )
    first = [memory for number, memory in before if STUDENTS // 10 <= number < STUDENTS // 5]
    assert max(grading) - min(first) < GROWTH
