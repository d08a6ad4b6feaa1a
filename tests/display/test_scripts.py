"""The page's scripts without a page: their pure parts, run by the JavaScript engine that the environment brings."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from deno import find_deno_bin
from inference_scaling.display import assets

ROOT = Path(__file__).resolve().parents[2]


def test_the_pure_parts_of_the_scripts_pass_their_cases(tmp_path):
    script = tmp_path / "script.js"
    script.write_text(assets.script(), encoding="utf-8")
    ran = subprocess.run(
        # Offline, with no more rights than to read: types are checked by `make lint`.
        [
            find_deno_bin(),
            "test",
            "--no-check",
            "--no-remote",
            "--no-npm",
            "--allow-read",
            "--allow-env=ITS_SCRIPT",
            "tests/js",
        ],
        cwd=ROOT,
        env=os.environ
        | {"ITS_SCRIPT": str(script), "DENO_DIR": str(tmp_path), "NO_COLOR": "1", "DENO_NO_UPDATE_CHECK": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert "0 failed" in ran.stdout


def test_no_page_carries_the_lines_that_only_the_checker_of_types_reads():
    assert "// @ts-check" not in assets.script()
    assert not [line for line in assets.script().splitlines() if line.lstrip().startswith("/** @")]
