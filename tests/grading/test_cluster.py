"""A Dask cluster shares a batch: the same verdicts as on one machine, and who may not grade is named."""

import json
import os
import signal
import sys
from pathlib import Path

import cloudpickle
import distributed
import pytest
from inference_scaling.cli import main
from inference_scaling.grading import cluster as grading_cluster
from inference_scaling.grading import command, grade
from inference_scaling.grading.demo import mixed

ROOT = Path(__file__).resolve().parents[2]
KEY = "cluster-2027"
# Of Dask and its servers, about themselves.
pytestmark = pytest.mark.filterwarnings("ignore")
# The workers cannot import a module of tests.
cloudpickle.register_pickle_by_value(sys.modules[__name__])


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Two workers, each a process of its own."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address=None,
        host="127.0.0.1",
        local_directory=str(tmp_path_factory.mktemp("dask")),
    ) as here:
        yield here


@pytest.fixture(scope="module")
def client(cluster):
    with distributed.Client(cluster, set_as_default=False) as client:
        yield client


def run(folder, *more, out="out"):
    place = [str(folder / "submissions"), "--out", str(folder / out), "--root", str(ROOT), "--cohort", KEY]
    return main(["grade", *place, "--seconds", "2", *more])


def handed_in(folder, number):
    for place, content in mixed(number, KEY, ROOT):
        path = folder / "submissions" / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def verdicts(out):
    """Return what was found about each submission, without where its file lies."""
    results = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (out / "results").iterdir()}
    return {name: {key: value for key, value in one.items() if key != "file"} for name, one in results.items()}


def killed_after_the_first(monkeypatch, client):
    """Have the worker that runs something die once one submission is graded; return what was written, in order."""
    written, whole = [], grade._written

    def noted(future, one, place, out):
        if not written:
            busy = client.processing()
            address = max(busy, key=lambda one: len(busy[one]))
            pid = client.run(os.getpid, workers=[address])[address]
            os.kill(pid, signal.SIGKILL)
        written.append(place.name)
        return whole(future, one, place, out)

    monkeypatch.setattr(grade, "_written", noted)
    return written


def older():
    from inference_scaling.grading import cluster

    cluster.VERSION = "0.0.1"


def bare():
    from inference_scaling.grading import cluster

    cluster._tool = lambda: (None, "bubblewrap: not installed")


def blind():
    from inference_scaling.grading import cluster

    cluster.Path = lambda *parts: Path("/nowhere")


def broken():
    from inference_scaling.grading import cluster

    def out_of_order(*arguments):
        raise RuntimeError("out of order")

    cluster.identity = out_of_order


def mended():
    import importlib

    from inference_scaling.grading import cluster

    importlib.reload(cluster)


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (older, 2, "is of another version: inference-scaling is 0.0.1 there and"),
        (bare, 3, "has no sandbox (bubblewrap: not installed)"),
        (blind, 2, "does not see the project: there is no folder /nowhere"),
        (broken, 2, "cannot say what it is: out of order"),
    ],
)
def test_a_worker_that_may_not_grade_is_refused_with_its_name(cluster, client, tmp_path, capsys, change, code, told):
    handed_in(tmp_path, 1)
    address = sorted(client.scheduler_info()["workers"])[1]
    client.run(change, workers=[address])
    try:
        assert run(tmp_path, "--cluster", cluster.scheduler_address) == code
    finally:
        client.run(mended, workers=[address])
    said = capsys.readouterr().err
    assert told in said and address in said and said.count("worker ") == 1
    assert not (tmp_path / "out" / "results").exists()


# The last that needs the workers: one that died takes its time to be started again.
def test_a_cluster_gives_the_verdicts_of_one_machine_and_loses_and_doubles_nothing_when_a_worker_dies(
    cluster, client, tmp_path, monkeypatch, capsys
):
    handed_in(tmp_path, 3)
    (tmp_path / "submissions" / "s9_theorem.ipynb").write_text('{"cells": [', encoding="utf-8")
    written = killed_after_the_first(monkeypatch, client)
    # Started from another folder, and with a path that only this process understands.
    monkeypatch.chdir(tmp_path)
    place = ["submissions", "--out", "shared", "--root", os.path.relpath(ROOT), "--cohort", KEY, "--seconds", "2"]
    code = main(["grade", *place, "--cluster", cluster.scheduler_address])
    said = capsys.readouterr().out
    assert "4 submissions, 4 graded now" in said and "on 2 workers; 12 of 12 protections held; memory" in said
    monkeypatch.undo()
    assert len(written) == len(set(written)) == 4
    assert run(tmp_path, out="alone") == code
    assert verdicts(tmp_path / "shared") == verdicts(tmp_path / "alone")
    assert {one["state"] for one in verdicts(tmp_path / "shared").values()} == {"graded", "unreadable"}
    receipt = json.loads((tmp_path / "shared" / "receipt.json").read_text(encoding="utf-8"))
    assert receipt["tool"].endswith(", on 2 workers") and all(receipt["protections"].values())
    # One machine goes on where the cluster was.
    capsys.readouterr()
    assert run(tmp_path, out="shared") == code
    assert "0 graded now, 4 as before" in capsys.readouterr().out


def test_a_worker_that_comes_late_grades_nothing_without_a_sandbox_or_in_another_version(monkeypatch, tmp_path):
    settings = grade.RunSettings(KEY, KEY, None, root=str(ROOT))
    ours = grading_cluster.identity(settings)
    with pytest.raises(ValueError, match="is of another version: numpy is"):
        grading_cluster.grade_here(None, settings, {**ours, "numpy": "1.0"})
    monkeypatch.setattr(grading_cluster, "_tool", lambda: (None, "unshare: forbidden"))
    with pytest.raises(grade.SandboxError, match="has no sandbox"):
        grading_cluster.grade_here(None, settings, ours)


def test_what_is_wrong_with_the_address_or_the_options_is_told(tmp_path, capsys, monkeypatch):
    handed_in(tmp_path, 1)
    monkeypatch.setattr(grading_cluster, "ANSWERS", 0.5)
    for options, told in (
        (["--cluster", "tcp://127.0.0.1:9"], "no Dask scheduler answers there"),
        (["--cluster", "nonsense://x"], "no Dask scheduler answers there"),
        (["--cluster", "tcp://127.0.0.1:9", "--trust"], "exclude each other"),
    ):
        assert run(tmp_path, *options) == 2
        assert told in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert run(tmp_path, "--cluster", "tcp://127.0.0.1:9") == 2
    assert "install inference-scaling[grading,dask]" in capsys.readouterr().err


def test_a_scheduler_without_workers_is_told(tmp_path, capsys):
    handed_in(tmp_path, 1)
    with distributed.LocalCluster(n_workers=0, dashboard_address=None, host="127.0.0.1") as empty:
        assert run(tmp_path, "--cluster", empty.scheduler_address) == 2
    assert "has no workers; start some" in capsys.readouterr().err


def test_no_more_is_given_out_than_is_soon_graded(tmp_path, monkeypatch):
    handed_in(tmp_path, 30)
    out, most = [], 0
    whole = grade._submitted

    def counted(executor, one, settings):
        out.append(whole(executor, one, settings))
        nonlocal most
        most = max(most, sum(not future.done() for future in out))
        return out[-1]

    monkeypatch.setattr(grade, "_submitted", counted)
    monkeypatch.setattr(grade, "grade_one", lambda one, settings: grade._blank(one))
    monkeypatch.setattr(command, "_forget", lambda *arguments: None)
    run(tmp_path, "--jobs", "2")
    assert len(out) > 20 and most <= 2 * grade.AHEAD + 1
