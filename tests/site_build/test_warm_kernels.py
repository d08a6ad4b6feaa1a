"""Notebooks are compared in kernels that have their imports behind them: these are kernels like any other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be forked here")

# In a process of its own, because it settles what every kernel of a process is.
ACT = """
import glob, os, sys
from jupyter_client.manager import start_new_kernel
from inference_scaling.site import warm_kernels
warm_kernels.use()


def said(client, code):
    out = []
    client.execute_interactive(code, output_hook=lambda m: out.append(m["content"].get("text", "")), timeout=60)
    return "".join(out).strip()


place, environment = sys.argv[1], {**os.environ, "ASKED": "first"}
manager, client = start_new_kernel(cwd=place, env=environment)
other, second = start_new_kernel(cwd=place, env={**environment, "ASKED": "second"})
imported = "{'numpy', 'sympy'} <= set(sys.modules)"
print(said(client, f"import os, sys; x = 5; print({imported}, os.environ['ASKED'], os.getcwd(), __name__, hash('a'))"))
run = "subprocess.run(['false']).returncode"
print(said(second, f"import os, subprocess; print('x' in globals(), os.environ['ASKED'], {run}, hash('a'))"))
before = manager.provisioner.pid
manager.restart_kernel(now=True)
client.wait_for_ready(timeout=60)
print(manager.provisioner.pid != before, said(client, "print('x' in globals())"))
pids = [manager.provisioner.pid, other.provisioner.pid]
for one in (manager, other):
    one.shutdown_kernel(now=True)
print([one.is_alive() for one in (manager, other)])
print(manager.transport, glob.glob(f"{manager.ip}*") + glob.glob(f"{other.ip}*"))
"""


def test_warm_kernel_has_its_own_names_folder_environment_and_end(tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", ACT, str(tmp_path)]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    first, second, again, alive, sockets = ended.stdout.splitlines()
    fresh = [sys.executable, "-c", "print(hash('a'))"]
    hashed = subprocess.run(fresh, env=environment, capture_output=True, text=True, check=True).stdout.strip()
    assert first == f"True first {tmp_path.resolve()} __main__ {hashed}"
    assert second == f"False second 1 {hashed}"
    assert again == "True False"
    assert alive == "[False, False]"
    # By files, not by ports: one that was free may be taken by the time the kernel binds it.
    assert sockets == "ipc []"
