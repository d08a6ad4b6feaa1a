"""Commands find the project from any folder inside it, and say so outside; an installed package has none."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from inference_scaling import _project
from inference_scaling.classroom import release
from inference_scaling.lessons import registry
from inference_scaling.site import claims, notebooks

ROOT = Path(__file__).resolve().parents[1]


def test_the_root_is_the_nearest_folder_above_with_the_table_of_contents(tmp_path):
    (tmp_path / "_toc.yml").touch()
    deep = tmp_path / "book" / "theorem"
    deep.mkdir(parents=True)
    assert _project.project_root(deep) == _project.project_root(tmp_path) == tmp_path.resolve()
    (tmp_path / "book" / "_toc.yml").touch()
    assert _project.project_root(deep) == (tmp_path / "book").resolve()


@pytest.mark.parametrize(
    "command",
    [
        lambda: release.main(["release", "--check"]),
        lambda: claims.main(),
        lambda: notebooks.main(["check"]),
    ],
    ids=["release", "claims", "notebooks"],
)
def test_a_command_works_in_a_folder_of_the_project_and_names_another_one(command, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(ROOT / "book" / "theorem")
    assert command() == 0, capsys.readouterr()
    monkeypatch.chdir(tmp_path)
    assert command() == 1
    assert f"{tmp_path} does not lie in the project" in capsys.readouterr().err


def test_private_parts_and_remembered_results_belong_to_the_checkout_of_this_package():
    assert _project.checkout() == ROOT
    assert registry.PRIVATE == ROOT / "exercises" / "private"


def test_a_package_installed_within_a_project_takes_no_folder_of_it(tmp_path):
    (tmp_path / "_toc.yml").touch()
    installed = tmp_path / ".venv" / "lib" / "python3" / "site-packages"
    shutil.copytree(
        ROOT / "lib" / "inference_scaling",
        installed / "inference_scaling",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    code = (
        f"import sys; sys.path.insert(0, {str(installed)!r})\n"
        "from inference_scaling import _project\nfrom inference_scaling.lessons import registry\n"
        "print(_project.__file__.count('site-packages'), _project.checkout(), "
        "registry.PRIVATE, registry.private_parts())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split(" ", 1)[1].strip() == "None None ()"
